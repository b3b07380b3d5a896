"""What is wrong or doubtful about notes that load without error, for authors and for our tests."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from smtpshell.datafile import meant
from smtpshell.explain.fill import PLACE
from smtpshell.explain.note import Note
from smtpshell.explain.prose import belittling, obsolete, unreserved
from smtpshell.fact.condition import Condition
from smtpshell.fact.value import as_list, codes
from smtpshell.fact.vocabulary import find_fact

LONGEST_SHORT = 140  # characters
LONGEST_LONG = 120  # words, all paragraphs together
LONGEST_LINE = 998

ERROR = "error"
WARNING = "warning"

_REF = re.compile(r"RFC \d+(?: [A-Z0-9]+(?:\.\d+)*)?", re.ASCII)
_BRACES = re.compile(r"\{[a-z]+\.[^{}\s]*\}")


class Finding(NamedTuple):
    """One thing found. *where* is FILE:LINE; an error must be mended, a warning thought over."""

    where: str
    severity: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.message}"


def lint_notes(notes: Iterable[Note]) -> list[Finding]:
    """What is to be said about *notes*: all that can meet in one session, those of every pack."""
    notes = list(notes)
    known = {note.id for note in notes}
    found = [finding for note in notes for finding in _lint_note(note, known)]
    found += _same_ids(notes)
    found += _rivals(notes)
    return found


def _lint_note(note: Note, known: set[str]) -> Iterator[Finding]:
    def error(message: str) -> Finding:
        return Finding(note.where, ERROR, f"{note.id}: {message}")

    def warning(message: str) -> Finding:
        return Finding(note.where, WARNING, f"{note.id}: {message}")

    if len(note.short) > LONGEST_SHORT:
        yield error(f"the short text has {len(note.short)} characters, at most {LONGEST_SHORT}")
    words = sum(len(paragraph.split()) for paragraph in note.long)
    if words > LONGEST_LONG:
        yield error(f"the long text has {words} words, at most {LONGEST_LONG}")
    for text in (note.headline, note.short, *note.long, *note.tries):
        if len(text) > LONGEST_LINE:
            yield error(f"a line of more than {LONGEST_LINE} characters")
        for name in unreserved(text):
            yield error(f"{name} may belong to somebody; use example.org, .test, 192.0.2.x")
        for word in belittling(text):
            yield error(f'"{word}" tells readers that they should have known')
        for place in _BRACES.findall(text):
            if not PLACE.fullmatch(place) or not _known_place(place):
                yield error(f"{place} is no place that can be filled")
    for ref in note.refs:
        if ref.startswith("RFC") and not _REF.fullmatch(ref):
            yield error(f'"{ref}" is not "RFC number section"')
        if newer := obsolete(ref):
            yield warning(f"{ref} is obsolete: see RFC {newer}")
    for ident in note.see:
        if ident not in known:
            yield error(f'see: no note "{ident}"{meant(ident, known)}')


def _known_place(place: str) -> bool:
    name = place.strip("{}")
    return name == "cause.line" or find_fact(name) is not None


def _same_ids(notes: list[Note]) -> Iterator[Finding]:
    first: dict[tuple[int, str], Note] = {}
    for note in notes:
        earlier = first.setdefault((note.pack, note.id), note)
        if earlier is not note:
            yield Finding(note.where, ERROR, f"{note.id} stands at {earlier.where} already")


def _rivals(notes: list[Note]) -> Iterator[Finding]:
    """Notes that one event can meet and that nothing but their ids decides between."""
    by_rank: dict[tuple[int, int, int], list[Note]] = {}
    for note in notes:
        by_rank.setdefault(note.rank, []).append(note)
    for equals in by_rank.values():
        for one, other in combinations(equals, 2):
            if one.id != other.id and can_meet(one.condition, other.condition):
                yield Finding(
                    other.where,
                    WARNING,
                    f"{other.id} and {one.id} ({one.where}) weigh the same and can meet",
                )


def can_meet(one: Condition, other: Condition) -> bool:
    """Can one event meet both conditions? True where nobody can tell, as with patterns."""
    both = one.table.keys() & other.table.keys()
    return all(_agree(name, one.table[name], other.table[name]) for name in both)


def _agree(name: str, one: Any, other: Any) -> bool:
    fact = find_fact(name)
    kind = fact.type if fact else ""
    if kind in ("choice", "word"):
        return not set(as_list(one)).isdisjoint(as_list(other))
    if kind == "code":
        return not codes(one).isdisjoint(codes(other))
    if kind == "enhanced":
        return _enhanced_agree(as_list(one), as_list(other))
    if kind == "flag" or (isinstance(one, bool) and isinstance(other, bool)):
        return bool(one == other)
    if kind == "number" and not isinstance(one, str) and not isinstance(other, str):
        return bool(one == other)
    return True


def _enhanced_agree(ones: list[str], others: list[str]) -> bool:
    return any(
        all(a == b or "x" in (a, b) for a, b in zip(one, other, strict=True))
        for one in _numbers(ones)
        for other in _numbers(others)
    )


def _numbers(codes_: list[str]) -> list[list[str]]:
    return [code.lower().replace("*", "x").split(".") for code in codes_]
