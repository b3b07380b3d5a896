"""What happened in a session, as far as a later refusal may come from it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from smtpshell.fact.moment import Moment

KEPT = 500  # moments; what is further back explains nothing any more

_LETTER = frozenset({"TEXT", "CHUNK"})


class Past:
    """The moments of one session, the latest ones kept; lines of letters are left out."""

    __slots__ = ("_moments", "last_chunk")

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque(maxlen=KEPT)
        self.last_chunk = ""  # the last octets said as part of a BDAT chunk

    def copy(self) -> Past:
        """The same past, for somebody who goes on from here."""
        twin = Past()
        twin._moments = self._moments.copy()
        twin.last_chunk = self.last_chunk
        return twin

    def clear(self) -> None:
        """Forget: another session begins."""
        self._moments.clear()
        self.last_chunk = ""

    def add(self, moment: Moment) -> None:
        """Remember *moment*."""
        if moment.verb not in _LETTER:
            self._moments.append(moment)
        elif moment.verb == "CHUNK" and moment.command is not None:
            self.last_chunk = moment.command.text

    def __reversed__(self) -> Iterator[Moment]:
        return reversed(self._moments)

    def replies(self, *verbs: str) -> Iterator[Moment]:
        """The replies to these verbs, or to any, the latest first."""
        for moment in reversed(self._moments):
            if moment.on == "reply" and (not verbs or moment.verb in verbs):
                yield moment

    def reply(self, *verbs: str, digit: int = 0) -> Moment | None:
        """The latest reply to one of these verbs, of the class *digit* if it is given."""
        for moment in self.replies(*verbs):
            if not digit or digit_of(moment) == digit:
                return moment
        return None

    def since(self, start: Callable[[Moment], bool]) -> list[Moment]:
        """The replies from the latest one that is a *start* up to now, oldest first."""
        found: list[Moment] = []
        for moment in self.replies():
            found.append(moment)
            if start(moment):
                return found[::-1]
        return []


def digit_of(moment: Moment) -> int:
    """First digit of the reply code of *moment*, 0 without one."""
    return (moment.code or 0) // 100


def refused(moment: Moment) -> bool:
    """Did the server say no, for now or for good?"""
    return digit_of(moment) >= 4
