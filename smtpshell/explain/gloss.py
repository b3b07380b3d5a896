"""Glosses: what each piece of a line means, as remarks on spans of its text.

Every token of a command and every digit, sign, code and keyword of a reply gets one. The words come
from the reference; a piece that nobody there knows gets a gloss that says so, and what can be told
of it all the same.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import NamedTuple

from smtpshell.explain.reference import UNKNOWN, Entry, Reference


class Gloss(NamedTuple):
    """What text[start:end] means. *head* says what the piece is, *words* what that means.

    The words are in the language of the reference, the head is English: who shows it says
    `tr(head)`.

    *known* is False where the piece stands in no table. A gloss on a piece may be followed by
    glosses on parts of it.
    """

    start: int
    end: int
    head: str
    words: str
    ref: str = ""
    known: bool = True


class Glossary:
    """Writes glosses with the words of a reference."""

    __slots__ = ("_reference", "written")

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.written: list[Gloss] = []

    def entry(self, kind: str, key: str) -> Entry | None:
        """The words about a row of a table."""
        return self._reference.entry(kind, key)

    def write(self, start: int, end: int, head: str, entry: Entry) -> None:
        """Gloss text[start:end] with the short words of *entry*."""
        ref = entry.refs[0] if entry.refs else ""
        known = entry.kind != UNKNOWN
        self.written.append(Gloss(start, end, head, entry.short, ref, known))

    def token(self, start: int, end: int, head: str, key: str) -> None:
        """Gloss a piece that is no row of a table; *key* is one of `token.TOKENS`."""
        entry = self.entry("token", key) or Entry(UNKNOWN, key, "")
        if key.startswith(UNKNOWN):
            entry = entry._replace(kind=UNKNOWN)
        self.write(start, end, head, entry)

    def stranger(self, start: int, end: int, head: str, what: str) -> None:
        """Gloss a name or code that stands in no table; *what* is the kind of answer to give."""
        self.write(start, end, head, self.entry(UNKNOWN, what) or Entry(UNKNOWN, what, ""))
