"""`when` tables compiled: does this event meet all that the table asks for?

A table is checked when its file is loaded. Each of its tests is made when all cheaper ones of the
same table hold for the first time, its patterns last of all.

How special a condition is, is the sum of its facts' weights. One condition is more general than
another when it asks for less of the same thing: `verb = "RCPT"` alone against the same with a
`text`. Facts of which an event has one value (its code, its verb) are then not compared by value:
both conditions hold for the same event, so both agree with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from smtpshell.errors import DataFileError
from smtpshell.fact import vocabulary
from smtpshell.fact.moment import Getter, Moment, getter
from smtpshell.fact.value import Test, as_list, fitting
from smtpshell.fact.vocabulary import FACTS, Fact, find_fact

if TYPE_CHECKING:
    from smtpshell.datafile import Where

Table = Mapping[str, Any]  # dotted names of facts and checked values
Tests = list[tuple[Getter, Test]]

# What an event can have several of at a time: two conditions on it may ask for different things.
_SEVERAL = frozenset({"pattern", "field", "issue", "keyword", "names", "note"})
_SORTED_BY = frozenset({"on", "verb"})
# About the learner, not about the event.
_LEARNER = frozenset({"repeat", "seen"})
# Cheap tests, and those that most often fail, come first.
_ORDER = {"code": 2, "issue": 3, "enhanced": 4}
_LATER = {"field": 7, "pattern": 8}
_NOBODY: AbstractSet[str] = frozenset()
_DEEPEST = 3


class Condition:
    """A checked `when` table. *specificity* is the sum of the weights of what it asks for."""

    __slots__ = ("_seen", "_sorting", "_special", "_untested", "repeat", "specificity", "table")

    def __init__(self, table: Table, specificity: int | None = None) -> None:
        self.table = table
        self.specificity = specificity if specificity is not None else specificity_of(table)
        self.repeat: int = table.get("repeat", 1)
        self._seen: AbstractSet[str] = frozenset(as_list(table.get("seen", [])))
        self._sorting: Tests | None = None  # those on event and verb
        self._special: Tests = []  # all others, as far as they were needed so far
        self._untested: list[str] | None = None  # the facts they have not come to yet, backwards

    @property
    def keys(self) -> AbstractSet[str]:
        """The names of the facts it asks for."""
        return self.table.keys()

    def met(self, moment: Moment, seen: AbstractSet[str] = _NOBODY) -> bool:
        """Does all hold for *moment* that does not depend on how often it held before?"""
        if self._sorting is None:
            self._sorting = [self._make(name) for name in sorted(self.table.keys() & _SORTED_BY)]
        return _hold(self._sorting, moment) and self.met_in_drawer(moment, seen)

    def met_in_drawer(self, moment: Moment, seen: AbstractSet[str] = _NOBODY) -> bool:
        """The same for a moment whose event and verb are known to be right."""
        if not _hold(self._special, moment):
            return False
        if self._untested is None:
            names = self.table.keys() - _LEARNER - _SORTED_BY
            self._untested = sorted(names, key=_cost, reverse=True)
        while self._untested:  # most conditions fail before their last test is made
            test = self._make(self._untested[-1])
            self._untested.pop()
            self._special.append(test)
            if not _hold((test,), moment):
                return False
        return self._seen <= seen

    def _make(self, name: str) -> tuple[Getter, Test]:
        return getter(name), fitting(_fact(name), self.table[name])

    def holds(self, moment: Moment, seen: AbstractSet[str] = _NOBODY, repeat: int = 1) -> bool:
        """Does all hold, for a learner who has met this *repeat* times in a row, now included?"""
        return self.repeat <= repeat and self.met(moment, seen)

    def more_general_than(self, other: Condition) -> bool:
        """Does it ask for strictly less than *other*, given that both hold for one event?"""
        if self.specificity >= other.specificity:
            return False
        return all(
            name in other.table and _asks_no_more(name, value, other.table[name])
            for name, value in self.table.items()
        )

    def __repr__(self) -> str:
        return f"<Condition {dict(self.table)}>"


def _hold(tests: Iterable[tuple[Getter, Test]], moment: Moment) -> bool:
    for get, fits in tests:
        value = get(moment)
        if value is None or not fits(value):
            return False
    return True


def compile_condition(table: Mapping[str, Any], where: Where) -> Condition:
    """Check the `when` table found at *where*; DataFileError names the line and what was meant."""
    # Only needed where files are read, which is mostly when the package is built.
    from smtpshell.datafile import meant
    from smtpshell.fact.check import check

    checked: dict[str, Any] = {}
    for name, value in flatten(table):
        fact = find_fact(name)
        keys = name.split(".")
        if fact is None:
            raise where.at(*keys).error(f'unknown fact "{name}"{meant(name, FACTS)}')
        try:
            checked[name] = check(fact, value)
        except ValueError as error:
            raise where.at(*keys).error(f"{name}: {error}") from None
    return Condition(checked)


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots instead of tables in tables: `state = {auth = false}` is `state.auth`.

    No fact has more than three parts; a stranger's file may have thousands.
    """
    for key, value in table.items():
        if isinstance(value, dict) and prefix.count(".") < _DEEPEST:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def specificity_of(table: Table) -> int:
    """How special a checked table is."""
    return sum(_weight(_fact(name), value) for name, value in table.items())


def _fact(name: str) -> Fact:
    fact = find_fact(name)
    if fact is None:  # an index made by another version of smtpshell
        raise DataFileError(f'unknown fact "{name}"')
    return fact


def _weight(fact: Fact, value: Any) -> int:
    listed = isinstance(value, list)
    if fact.name == "verb" and listed:
        return vocabulary.VERB_LIST
    if fact.name == "code":
        if listed:
            return vocabulary.CODE_LIST
        return vocabulary.CODE_CLASS if "x" in value else vocabulary.EXACT_CODE
    if fact.name == "enhanced":
        if any(wild in one for one in as_list(value) for wild in "xX*"):
            return vocabulary.ENHANCED_WILD
        return vocabulary.ENHANCED_LIST if listed else vocabulary.EXACT_ENHANCED
    return fact.weight


def _cost(name: str) -> int:
    return _ORDER[name] if name in _ORDER else _LATER.get(_fact(name).type, 5)


def _asks_no_more(name: str, general: Any, special: Any) -> bool:
    """Of two values for the same fact: is *general* satisfied by all that satisfies *special*?"""
    kind = _fact(name).type
    if kind not in _SEVERAL:
        return True
    ours, theirs = set(as_list(general)), set(as_list(special))
    # A list of keywords asks for all of them, a list of anything else for one.
    return ours <= theirs if kind in ("keyword", "names", "note") else ours >= theirs


def events(table: Table) -> list[str]:
    """The events a condition can hold for; empty for any."""
    return as_list(table.get("on", []))


def verbs(table: Table) -> list[str]:
    """The verbs a condition can hold for; empty for any."""
    return as_list(table.get("verb", []))


def oddities(table: Table) -> list[str]:
    """The causes or issues of which a condition asks for one; empty if for none."""
    return as_list(table.get("cause") or table.get("issue", []))


def reply_codes(table: Table) -> list[int]:
    """The reply codes a condition can hold for, or first digits of them; empty for any."""
    wanted = as_list(table.get("code", []))
    return sorted({int(one[0]) if "x" in one else int(one) for one in wanted})
