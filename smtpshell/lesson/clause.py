"""Clauses of goals: facts of an event, and how often or when it must happen.

    { on = "reply", verb = "RCPT", code = "2xx", count = 2 }

The facts are those that notes ask for. Besides them a clause may say `count` (a number, which means
at least so often, or a comparison such as "=2"), `distinct` (names of facts: only events that
differ in these are counted), and in a sequence `later` or `sooner` (at least, at most so long
behind the event before; seconds, or "10m").
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.errors import DataFileError
from smtpshell.fact.condition import Condition, compile_condition, flatten
from smtpshell.fact.value import COMPARE, NUMBER
from smtpshell.fact.vocabulary import FACTS, find_fact
from smtpshell.lesson.script import seconds

OWN = ("count", "distinct", "later", "sooner")
MOST = 50  # clauses of a goal
# What a clause may say besides its facts, by where it stands.
_TAKEN = {
    "all": ("count", "distinct"),
    "any": ("count", "distinct"),
    "sequence": OWN,
    "truth": ("count",),
}
_WHY_NOT = {
    "none": "the first such event spoils the goal",
    "hold": "nth says before which of these lines it is asked",
    "nth": "it belongs to hold; count says how often something must happen",
    "later": "only in a sequence is there an event before",
    "sooner": "only in a sequence is there an event before",
    "distinct": "only goals tell events apart",
}


class Clause(NamedTuple):
    """One clause; *table* holds checked facts, *often* a comparison. *sooner* of 0 is no limit."""

    table: Mapping[str, Any]
    often: str = ">=1"
    distinct: tuple[str, ...] = ()
    later: float = 0.0
    sooner: float = 0.0

    def condition(self) -> Condition:
        """Its facts, compiled."""
        return Condition(self.table, 0)

    def enough(self, number: int) -> bool:
        """Has it happened as often as it must?"""
        sign, limit = re.fullmatch(NUMBER, self.often).groups()  # type: ignore[union-attr]  # checked
        return bool(COMPARE[sign](number, float(limit)))

    @property
    def least(self) -> int:
        """How often it must happen at least, 0 if it need not."""
        sign, limit = re.fullmatch(NUMBER, self.often).groups()  # type: ignore[union-attr]  # checked
        number = int(float(limit))
        return number + 1 if sign == ">" else number if sign in (">=", "=") else 0


def read_clauses(value: Any, where: Where, key: str) -> tuple[Clause, ...]:
    """The clauses in the array *key* of the block at *where*."""
    if not isinstance(value, list) or not value:
        raise where.at(key).error(f"{key}: must be a list of conditions in braces")
    if len(value) > MOST:
        raise where.at(key).error(f"{key}: more than {MOST} conditions")
    return tuple(_clause(one, where, key, number) for number, one in enumerate(value))


def _clause(value: Any, where: Where, key: str, number: int) -> Clause:
    try:
        return read_clause(value, where, key)
    except DataFileError:  # only now it is worth looking for the line
        return read_clause(value, clause_place(where, key, number), key)


def read_clause(value: Any, place: Where, key: str) -> Clause:
    """One clause, which stands at *place* and belongs to *key*: "all", "none", "hold" ..."""
    if not isinstance(value, dict) or not value:
        raise place.error("a condition is a table in braces: { on = ..., verb = ... }")
    for name in value:
        if name in (*OWN, "nth") and name not in _TAKEN.get(key, ()):
            why = _WHY_NOT.get(key) or _WHY_NOT[name]
            raise place.error(f"{key}: {name} means nothing here: {why}")
    facts = {key: one for key, one in value.items() if key not in OWN}
    for name, _ in flatten(facts):
        if find_fact(name) is None:
            raise place.error(f'unknown fact "{name}"{meant(name, (*FACTS, *OWN))}')
    condition = compile_condition(facts, place)
    clause = Clause(
        dict(condition.table),
        _count(value.get("count", 1), place),
        names_of_facts(value.get("distinct", []), place, "distinct"),
        span(value.get("later", 0), place, "later"),
        span(value.get("sooner", 0), place, "sooner"),
    )
    if key == "sequence" and not clause.least:
        words = "in a sequence all must happen; what must not happen stands in none"
        raise place.error(f"count: {words}")
    return clause


def _count(value: Any, place: Where) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return f">={value}"
    if isinstance(value, str) and re.fullmatch(NUMBER, value):
        return value
    raise place.error('count: must be a number of 1 or more, or a comparison such as "=2"')


def span(value: Any, place: Where, key: str) -> float:
    """A span of time in seconds, written as a number or as text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    if isinstance(value, str):
        try:
            return seconds(value)
        except ValueError as error:
            raise place.error(f"{key}: {error}") from None
    raise place.error(f'{key}: must be seconds, or a span such as "10m"')


def names_of_facts(value: Any, where: Where, key: str) -> tuple[str, ...]:
    """A list of the names of facts, which stands under *key*."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise where.at(key).error(f"{key}: must be a list of facts, in quotes")
    for name in value:
        if find_fact(name) is None:
            raise where.at(key).error(f'{key}: unknown fact "{name}"{meant(name, FACTS)}')
    return tuple(value)


def clause_place(where: Where, key: str, number: int) -> Where:
    """Where the clause *number* of the array *key* begins: its own line."""
    start = where.at(key)
    depth = 0
    found = -1
    quote = ""
    for offset, line in enumerate(where.text.split("\n")[start.moved :]):
        text = line.partition("=")[2] if offset == 0 else line
        for char in text:
            if quote:
                quote = "" if char == quote else quote
            elif char in "\"'":
                quote = char
            elif char in "[{":
                found += char == "{" and depth == 1
                if char == "{" and depth == 1 and found == number:
                    return Where(where.path, start.line + offset)
                depth += 1
            elif char in "]}":
                depth -= 1
            elif char == "#":
                break
    return Where(where.path, start.line)
