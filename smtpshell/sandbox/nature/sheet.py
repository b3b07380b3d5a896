"""The score sheet of a spam scorer: entries with points, each with its words, added up at the dot.

    [sheet.no-date]
    if = { header_absent = "Date" }
    points = 1.5
    why = "Every letter has a Date; only a program in a hurry leaves it out."
    ref = "RFC 5322 3.6"

An entry asks for the same facts as a rule. Points below zero speak for a letter. What is done about
the sum is the personality's: a rule at DOT asks for `peer.spam_score`, and `checks.tag` says from
how many points on a letter is marked.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.datafile import Where
from smtpshell.fact.condition import Condition, compile_condition
from smtpshell.sandbox.nature.setting import check_known

if TYPE_CHECKING:
    from smtpshell.fact.moment import Moment

KEYS = ("if", "points", "why", "ref")
MOST_POINTS = 100


class Entry(NamedTuple):
    """One line of the sheet: *points* for a letter that meets the *condition*, and *why*."""

    name: str
    points: float
    why: str
    ref: str
    condition: Condition


class Sheet(NamedTuple):
    """A letter's score: the entries that counted, and what they come to."""

    entries: tuple[Entry, ...]

    @property
    def points(self) -> float:
        return round(sum(entry.points for entry in self.entries), 2)

    @property
    def words(self) -> str:
        """The sum, and what it is made of."""
        parts = ", ".join(f"{entry.name} {entry.points:+g}" for entry in self.entries)
        return f"{self.points:g} points: {parts or 'nothing counted'}"


def read_entry(name: str, table: Any, where: Where) -> Entry | None:
    """Read the table `sheet.NAME`; None for ``sheet.NAME = false``, which strikes it off."""
    keys = ("sheet", name)
    if table is False:
        return None
    if not isinstance(table, Mapping):
        raise where.at(*keys).error(f"sheet.{name} is a table, or false to strike it off")
    check_known(table, KEYS, where, *keys)
    wanted, points, why = table.get("if"), table.get("points"), table.get("why")
    if not isinstance(wanted, Mapping) or not wanted:
        raise where.at(*keys, "if").error(f"sheet.{name}: if is a table of facts")
    number = isinstance(points, (int, float)) and not isinstance(points, bool)
    if not number or not -MOST_POINTS <= points <= MOST_POINTS:  # type: ignore[operator]
        words = f"sheet.{name}: points is a number from -{MOST_POINTS} to {MOST_POINTS}"
        raise where.at(*keys, "points").error(words)
    if not isinstance(why, str) or not why:
        raise where.at(*keys, "why").error(f"sheet.{name} needs a why: words for the learner")
    ref = table.get("ref", "")
    if not isinstance(ref, str):
        raise where.at(*keys, "ref").error("ref is a text")
    condition = compile_condition(wanted, where._replace(under=(*keys, "if")))
    if "peer.spam_score" in condition.keys:
        raise where.at(*keys, "if").error(f"sheet.{name} cannot ask for the sum it is part of")
    return Entry(name, float(points), why, ref, condition)  # type: ignore[arg-type]


def score(entries: tuple[Entry, ...], moment: "Moment") -> Sheet:
    """Fill in the sheet for the letter of this *moment*."""
    return Sheet(tuple(entry for entry in entries if entry.condition.met(moment)))
