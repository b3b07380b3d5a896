"""Goals judged on the stream of events: after each event, which ones are reached?

What counts is kept in tallies. A goal within a transaction has one for each transaction, a goal
with `same` one for each set of values, and so on; a goal is reached when one of them has all that
it asks for. Nothing here reads a clock: the time of an event is handed in, on the practice server's
own clock, for that is what `later` and `sooner` are about.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from smtpshell.fact.moment import Moment, getter
from smtpshell.fact.value import as_list
from smtpshell.lesson.clause import Clause
from smtpshell.lesson.lesson import Goal, Lesson

MOST_TALLIES = 64  # of one goal; the oldest go first
MOST_DISTINCT = 1000

Key = tuple[Any, ...]
_NOBODY: AbstractSet[str] = frozenset()


class Place(NamedTuple):
    """Where in the lesson an event happens: in which step, session and mail transaction."""

    step: int = 0
    session: int = 0
    transaction: int = 0  # 0: in none


class Tally:
    """What has been counted so far. *index* is that of the next clause of a sequence."""

    __slots__ = ("counts", "distinct", "index", "last")

    def __init__(self, clauses: int) -> None:
        self.counts = [0] * clauses
        self.distinct: list[set[str]] = [set() for _ in range(clauses)]
        self.index = 0
        self.last = 0.0

    def copy(self) -> "Tally":
        twin = Tally(0)
        twin.counts = self.counts.copy()
        twin.distinct = [one.copy() for one in self.distinct]
        twin.index, twin.last = self.index, self.last
        return twin

    def to_object(self) -> list[Any]:
        return [self.counts, [sorted(one) for one in self.distinct], self.index, self.last]

    @classmethod
    def from_object(cls, value: list[Any]) -> "Tally":
        counts, distinct, index, last = value
        tally = cls(0)
        tally.counts = [int(one) for one in counts]
        tally.distinct = [set(map(str, one)) for one in distinct]
        tally.index, tally.last = int(index), float(last)
        return tally


class GoalJudge:
    """Judges one goal. *reached* may be lost again only if the goal says `hold_until_end`."""

    __slots__ = ("_clauses", "_none", "goal", "reached", "spoiled", "step", "tallies")

    def __init__(self, goal: Goal, step: int) -> None:
        self.goal = goal
        self.step = step
        self._clauses = [(clause, clause.condition()) for clause in goal.clauses]
        self._none = [clause.condition() for clause in goal.none]
        self.clear()

    def clear(self) -> None:
        """Nothing has happened."""
        self.reached = False
        self.spoiled: set[Key] = set()
        self.tallies: dict[Key, Tally] = {}

    def events(self) -> AbstractSet[str] | None:
        """The events that can change the verdict; None for all."""
        if self.goal.hold or self._may_be_empty():
            return None
        found: set[str] = set()
        for clause in (*self.goal.clauses, *self.goal.none):
            if "on" not in clause.table:
                return None
            found.update(as_list(clause.table["on"]))
        return found

    def copy(self) -> "GoalJudge":
        """The same, to go on by itself."""
        twin = object.__new__(GoalJudge)
        twin.goal, twin.step = self.goal, self.step
        twin._clauses, twin._none = self._clauses, self._none
        twin.reached = self.reached
        twin.spoiled = self.spoiled.copy()
        twin.tallies = {key: tally.copy() for key, tally in self.tallies.items()}
        return twin

    def judge(self, moment: Moment, at: float, place: Place, seen: AbstractSet[str]) -> bool:
        """Take an event; is the goal reached now?"""
        if self.reached and not self.goal.hold:
            return True
        scope = self._scope(place)
        if scope is None:
            return self.reached
        if self.goal.hold and self.reached and not self._lives(scope):
            self.reached = False
        if any(condition.met(moment, seen) for condition in self._none):
            self._spoil(scope)
        if scope not in self.spoiled:
            self._count(moment, at, scope, seen)
        return self.reached

    @property
    def so_far(self) -> tuple[int, int]:
        """How often that has happened which must happen most often, and how often it must.

        (0, 0) where once is enough, or nothing has happened yet. What counts is the present try:
        the session or transaction that was counted in last.
        """
        most = max((clause.least for clause in self.goal.clauses), default=0)
        if self.reached or most < 2 or not self.tallies:
            return 0, 0
        tally = next(reversed(self.tallies.values()))
        at = next(n for n, clause in enumerate(self.goal.clauses) if clause.least == most)
        return min(tally.counts[at], most), most

    def wants(self, moment: Moment) -> bool:
        """Is it a refusal that the goal asks for?"""
        return any(
            clause.table.get("on") == "reply"
            and "code" in clause.table
            and condition.met(moment, _NOBODY)
            for clause, condition in self._clauses
        )

    def barred(self, place: Place) -> bool:
        """Has something happened at *place* after which the goal cannot be reached there?"""
        return not self.reached and self._scope(place) in self.spoiled

    def _scope(self, place: Place) -> Key | None:
        within = self.goal.within
        if within == "transaction":
            return (place.session, place.transaction) if place.transaction else None
        if within == "session":
            return (place.session,)
        if within == "step":
            return (place.step,) if place.step == self.step else None
        return ()

    def _lives(self, scope: Key) -> bool:
        return any(key[0] == scope for key in self.tallies)

    def _spoil(self, scope: Key) -> None:
        self.spoiled.add(scope)
        self.tallies = {key: tally for key, tally in self.tallies.items() if key[0] != scope}
        if self.goal.hold:
            self.reached = False

    def _count(self, moment: Moment, at: float, scope: Key, seen: AbstractSet[str]) -> None:
        same = tuple(_value(moment, name) for name in self.goal.same)
        if None in same:
            return
        key = (scope, same)
        tally = self.tallies.get(key)
        if self.goal.mode == "sequence":
            counted = self._step_on(tally or Tally(len(self._clauses)), moment, at, seen)
        else:
            counted = self._count_all(tally, moment, seen)
        if counted is None:
            return
        if tally is None:
            self.tallies[key] = counted
            if len(self.tallies) > MOST_TALLIES:
                del self.tallies[next(iter(self.tallies))]
        enough = self._enough(counted)
        self.reached = enough if self.goal.hold else self.reached or enough

    def _count_all(
        self, tally: Tally | None, moment: Moment, seen: AbstractSet[str]
    ) -> Tally | None:
        for number, (clause, condition) in enumerate(self._clauses):
            if condition.met(moment, seen):
                tally = tally or Tally(len(self._clauses))
                _add(tally, number, clause, moment)
        # "Never" and "at most" clauses are met before anything is counted.
        return tally or (Tally(len(self._clauses)) if self._may_be_empty() else None)

    def _may_be_empty(self) -> bool:
        return any(not clause.least for clause, _ in self._clauses)

    def _step_on(
        self, tally: Tally, moment: Moment, at: float, seen: AbstractSet[str]
    ) -> Tally | None:
        if tally.index == len(self._clauses):
            return tally
        clause, condition = self._clauses[tally.index]
        if not condition.met(moment, seen):
            return None
        if tally.index and not _in_time(clause, at - tally.last):
            # Too early or too late: what stands before may have its time again.
            if clause.sooner and at - tally.last > clause.sooner:
                tally.index -= 1
            return None
        _add(tally, tally.index, clause, moment)
        if clause.enough(tally.counts[tally.index]):
            tally.index += 1
            tally.last = at
        return tally

    def _enough(self, tally: Tally) -> bool:
        if self.goal.mode == "sequence":
            return tally.index == len(self._clauses)
        met = (
            clause.enough(number)
            for (clause, _), number in zip(self._clauses, tally.counts, strict=True)
        )
        return any(met) if self.goal.mode == "any" else all(met)

    def to_object(self) -> dict[str, Any]:
        """As it is kept in a file."""
        return {
            "reached": self.reached,
            "spoiled": [list(scope) for scope in sorted(self.spoiled)],
            "tallies": [
                [list(scope), list(same), tally.to_object()]
                for (scope, same), tally in self.tallies.items()
            ],
        }

    def load(self, value: Mapping[str, Any]) -> None:
        """Take over what was kept; ValueError and its like for what never was."""
        self.reached = bool(value["reached"])
        self.spoiled = {tuple(map(int, scope)) for scope in value["spoiled"]}
        for scope, same, kept in value["tallies"]:
            tally = Tally.from_object(kept)
            sizes = {len(tally.counts), len(tally.distinct), len(self._clauses)}
            if len(sizes) > 1 or not 0 <= tally.index <= len(self._clauses):
                raise ValueError("another goal's")
            self.tallies[tuple(map(int, scope)), tuple(map(str, same))] = tally


def _add(tally: Tally, number: int, clause: Clause, moment: Moment) -> None:
    if not clause.distinct:
        tally.counts[number] += 1
        return
    values = [_value(moment, name) or "" for name in clause.distinct]
    known = tally.distinct[number]
    if len(known) < MOST_DISTINCT:
        known.add("\n".join(values))
    tally.counts[number] = len(known)


def _in_time(clause: Clause, passed: float) -> bool:
    # Where nothing is said of time, the order in which it is told counts: a letter is in its
    # mailbox a little before the client reads the 250, so *passed* may be below 0.
    if clause.later and passed < clause.later:
        return False
    return not clause.sooner or passed <= clause.sooner


def _value(moment: Moment, name: str) -> str | None:
    """A fact as text, to be compared; None if the event has none."""
    value = moment.verb if name == "verb" else getter(name)(moment)
    if value is None or value == () or value == "":
        return None
    if isinstance(value, (tuple, frozenset, set)):
        return " ".join(sorted(map(str, value)))
    return str(value)


class Judge:
    """Judges all goals of a lesson."""

    __slots__ = ("_by_event", "_by_id", "_goals")

    def __init__(self, lesson: Lesson) -> None:
        self._goals = [GoalJudge(goal, step) for step, goal in lesson.goals]
        self._index()

    def _index(self) -> None:
        self._by_id = {judge.goal.id: judge for judge in self._goals}
        self._by_event: dict[str, list[GoalJudge]] = {}  # filled when an event first happens

    def copy(self) -> "Judge":
        """The same, to go on by itself."""
        twin = object.__new__(Judge)
        twin._goals = [judge.copy() for judge in self._goals]
        twin._index()
        return twin

    def wants(self, moment: Moment, step: int) -> bool:
        """Is the reply *moment* a refusal that a goal of the *step* asks for?"""
        return (moment.code or 0) >= 400 and any(
            one.step == step and one.wants(moment) for one in self._goals
        )

    def __getitem__(self, ident: str) -> GoalJudge:
        return self._by_id[ident]

    def __iter__(self) -> Iterator[GoalJudge]:
        return iter(self._goals)

    def judge(
        self, moment: Moment, at: float, place: Place, seen: AbstractSet[str] = _NOBODY
    ) -> list[Goal]:
        """Take an event; the goals whose verdict it has changed."""
        concerned = self._by_event.get(moment.on)
        if concerned is None:
            concerned = self._by_event[moment.on] = [
                judge
                for judge in self._goals
                if (events := judge.events()) is None or moment.on in events
            ]
        changed = []
        for judge in concerned:
            if judge.reached and not judge.goal.hold:
                continue
            if not self.all_reached(judge.goal.depends):
                continue
            before = judge.reached
            if judge.judge(moment, at, place, seen) is not before:
                changed.append(judge.goal)
        return changed

    def all_reached(self, idents: Iterable[str]) -> bool:
        """Are all these goals reached?"""
        return all(self._by_id[ident].reached for ident in idents)
