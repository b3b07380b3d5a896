"""One entry of the reference, and how an index keeps it."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from collections.abc import Sequence
from typing import Any, NamedTuple

from smtpshell.catalogue import marked, tr


class Entry(NamedTuple):
    """The words about one row. *short* is one line, *long* are further paragraphs.

    *refs* are the row's sources, most binding first, then those the words name besides. *status* is
    the row's ("standard", "private", ...; "" where the table has none). *see* are words that
    `Reference.lookup` finds. An entry of the kind "unknown" is an honest answer about a stranger;
    its *see* are the nearest names we do know.
    """

    kind: str
    key: str
    short: str
    long: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    status: str = ""
    see: tuple[str, ...] = ()


# What a kind or a status says to people, where that is a word of the language.
_WORDS = {
    "command": marked("command"),
    "parameter": marked("parameter"),
    "reply": marked("reply"),
    "enhanced": marked("enhanced"),
    "extension": marked("extension"),
    "mechanism": marked("mechanism"),
    "limit": marked("limit"),
    "state": marked("state"),
    "issue": marked("issue"),
    "enhanced-class": marked("enhanced class"),
    "enhanced-subject": marked("enhanced subject"),
    "with-protocol": marked("with protocol"),
    "not-a-reply": marked("not-a-reply"),
    "experimental": marked("experimental"),
    "private": marked("private"),
    "limited": marked("limited"),
    "registry-only": marked("registry-only"),
    "wild": marked("wild"),
    "deprecated": marked("deprecated"),
    "historic": marked("historic"),
    "obsolete": marked("obsolete"),
    "informational": marked("informational"),
    "registered": marked("registered"),
    "not-a-verb": marked("not-a-verb"),
    "draft": marked("draft"),
}


def in_words(name: str) -> str:
    """A *kind* or a *status* in the reader's language."""
    return tr(_WORDS.get(name, name))


Row = Sequence[Any]


def from_row(row: Row) -> Entry:
    """The entry that an index keeps as *row*: JSON, its fields in order."""
    kind, key, short, long, refs, status, see = row
    return Entry(kind, key, short, tuple(long), tuple(refs), status, tuple(see))
