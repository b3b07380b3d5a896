"""One note, and how it is read from a section of a notes file."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import Any, NamedTuple

from smtpshell.fact.condition import Condition


class Note(NamedTuple):
    """Words on an event, shown when *condition* holds.

    *short* is one paragraph, shown inline; *long* are the paragraphs behind `:why`. *tries* are
    things to do next, in which `{arg.domain}` and the like stand for parts of the learner's line.
    *kind* (info, warning, error) and *fade* (normal, sticky, once) rule how fast it fades.
    *pack* counts the folders loaded, later ones winning; *where* is FILE:LINE.
    """

    id: str
    headline: str
    short: str
    long: tuple[str, ...]
    refs: tuple[str, ...]
    concept: str
    see: tuple[str, ...]
    tries: tuple[str, ...]
    kind: str
    fade: str
    priority: int
    condition: Condition
    pack: int
    where: str

    @property
    def rank(self) -> tuple[int, int, int]:
        """What decides between two notes on one event: the greater wins, then the lesser id."""
        return (self.condition.specificity, self.priority, self.pack)


Row = list[Any]


def to_row(note: Note) -> Row:
    """*note* as an index keeps it: JSON, with everything in the order of the fields."""
    return [*note[:11], note.condition.table, note.condition.specificity, note.where]


def from_row(row: Row, pack: int, folder: str = "") -> Note:
    """The note that an index keeps as *row*; *folder* is where the files of the index lie."""
    (
        ident, headline, short, long, refs, concept, see, tries, kind, fade, priority, when, weight,
        where,
    ) = row  # fmt: skip
    if folder:
        where = f"{folder}/{where}"
    return Note(
        ident, headline, short, tuple(long), tuple(refs), concept, tuple(see), tuple(tries),
        kind, fade, priority, Condition(when, weight), pack, where,
    )  # fmt: skip
