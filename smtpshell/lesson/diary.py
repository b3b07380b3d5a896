"""When things happened in a lesson, and how much of its time is left.

Times are seconds on the wall, handed in. What lies between two sittings is not counted.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable

from smtpshell.lesson.told import Time, spent

MOST_TIMES = 500  # entries of the time line


class Diary:
    """The time line of a run. *limit*: minutes that its lesson has, 0 for all of them."""

    __slots__ = ("_limit", "minutes_left", "times")

    def __init__(self, limit: int, times: Iterable[Time] = ()) -> None:
        self._limit = limit
        self.minutes_left = limit  # that were told last
        self.times = list(times)

    def add(self, now: float, kind: str, ident: str) -> None:
        """Something has happened."""
        if len(self.times) < MOST_TIMES:
            self.times.append(Time(now, kind, ident))

    def come_back(self, now: float, lesson: str) -> None:
        """Another sitting begins."""
        self.add(now, "back", lesson)
        self.minutes_left = self._minutes(now)

    def seconds_left(self, now: float | None) -> float:
        """Until the time is over, below 0 since; the clock stands still if *now* is None."""
        times = self.times if now is None else [*self.times, Time(now, "now", "")]
        return self._limit * 60.0 - spent(times)

    def new_minute(self, now: float) -> int | None:
        """The minutes that are left, if they are fewer than when they were told last."""
        if not self._limit or self.minutes_left <= 0:
            return None
        left = max(0, self._minutes(now))
        if left >= self.minutes_left:
            return None
        self.minutes_left = left
        self.add(now, "clock", str(left))  # whatever ends the process: it is kept
        return left

    def copy(self) -> "Diary":
        """The same, to go on by itself."""
        twin = Diary(self._limit, self.times)
        twin.minutes_left = self.minutes_left
        return twin

    def _minutes(self, now: float) -> int:
        return -int(-self.seconds_left(now) // 60)
