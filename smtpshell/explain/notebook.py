"""All notes, and which of them speak on an event.

The rules are those of the lesson format ("Which note wins"):

1. Every note all of whose conditions hold is collected.
2. The most special one is the primary note; then the higher priority decides, then the pack that
   was loaded later, then the id.
3. A note that is strictly more general than the primary says nothing new and is left out, and so is
   one of the same concept. So is one more general than another that holds, even if that one is not
   shown: behind "an envelope is open already" nobody needs "good command, wrong moment".
   At most two others appear, as one-liners; the rest wait behind `:why`.

Notes are sorted into drawers by event, verb, reply code or its first digit, and cause or issue, so
that an event looks only at notes that may be meant, and asks them only for what is special.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.explain.note import Note, from_row
from smtpshell.fact.condition import events, oddities, reply_codes, verbs
from smtpshell.fact.moment import Moment

if TYPE_CHECKING:
    from smtpshell.explain.index import Index

MOST_OTHERS = 2

_NEVER: Mapping[str, int] = MappingProxyType({})
_ANY = None


class Selection(NamedTuple):
    """The notes on one event. *rest* are those that only `:why` brings."""

    primary: Note | None = None
    others: tuple[Note, ...] = ()
    rest: tuple[Note, ...] = ()
    met: frozenset[str] = frozenset()  # ids of all whose conditions hold, shown or not

    @property
    def hidden(self) -> int:
        """How many notes `:why` has besides those that are shown."""
        return len(self.rest)

    @property
    def shown(self) -> tuple[Note, ...]:
        """The notes that appear, the primary one first."""
        return (self.primary, *self.others) if self.primary else ()


class Notebook:
    """All notes by id, and the choice among them."""

    __slots__ = ("_drawers", "_notes")

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        """Of two notes with the same id the one that comes later in *notes* counts."""
        self._notes: dict[str, Note] = {note.id: note for note in notes}
        self._drawers: dict[str, list[Note]] | None = None

    @property
    def notes(self) -> Mapping[str, Note]:
        """The notes by their ids."""
        return self._notes

    def __len__(self) -> int:
        return len(self.notes)

    def get(self, ident: str) -> Note | None:
        """The note with this id."""
        return self.notes.get(ident)

    def select(
        self,
        moment: Moment,
        seen: AbstractSet[str] = frozenset(),
        repeat: Mapping[str, int] = _NEVER,
    ) -> Selection:
        """The notes on *moment*, for a learner who has *seen* these notes before.

        *repeat* tells for notes' ids how often their conditions held in a row until now.
        """
        met = [
            note for note in self.candidates(moment) if note.condition.met_in_drawer(moment, seen)
        ]
        holding = [note for note in met if note.condition.repeat <= repeat.get(note.id, 0) + 1]
        ids = frozenset(note.id for note in met)
        if not holding:
            return Selection(met=ids)
        primary, *others = ranked = sorted(holding, key=_order)
        others = [note for note in others if _adds(note, primary, ranked)]
        return Selection(primary, tuple(others[:MOST_OTHERS]), tuple(others[MOST_OTHERS:]), ids)

    def candidates(self, moment: Moment) -> list[Note]:
        """The notes in the drawers of *moment*: no other can hold for it."""
        code = moment.code
        codes = (_ANY,) if code is None else (_ANY, code // 100, code)
        found: list[Note] = []
        odd = (_ANY, moment.cause, *moment.issues)
        open_drawer = self.drawer
        for on, verb, number, oddity in product((moment.on,), (_ANY, *moment.verbs), codes, odd):
            found += open_drawer(f"{on} {verb} {number} {oddity}")  # as `labels` writes them
        # A note may lie in two of the drawers: one for MAIL or OTHER, one for 2xx or 250.
        return list({note.id: note for note in found}.values())

    def drawer(self, name: str) -> Sequence[Note]:
        """What lies in the drawer with this label."""
        if self._drawers is None:
            self._drawers = {}
            for note in self.notes.values():
                for its in labels(note):
                    self._drawers.setdefault(its, []).append(note)
        return self._drawers.get(name, ())


class IndexedNotebook(Notebook):
    """The notes of one index. Each is read when an event first looks into a drawer where it lies.

    Reading all of them and sorting them into drawers takes longer than a session asks them.
    """

    __slots__ = ("_ends", "_index", "_numbers", "_opened", "_read")

    def __init__(self, index: "Index") -> None:
        super().__init__()
        self._index = index
        self._numbers, self._ends = index.drawers()
        self._read: dict[int, Note] = {}
        self._opened: dict[str, list[Note]] = {}

    @property
    def notes(self) -> Mapping[str, Note]:
        if not self._notes:
            read = map(self._note, range(len(self._ends)))
            self._notes = {note.id: note for note in read}
        return self._notes

    def drawer(self, name: str) -> Sequence[Note]:
        lies = self._opened.get(name)
        if lies is None:
            lies = [self._note(number) for number in self._numbers.get(name, ())]
            if lies:
                self._opened[name] = lies
        return lies

    def _note(self, number: int) -> Note:
        note = self._read.get(number)
        if note is None:
            begin = self._ends[number - 1] + 1 if number else 1
            row = self._index.note(begin, self._ends[number])
            note = self._read[number] = from_row(row, 0, self._index.head.folder)
        return note


def labels(note: Note) -> Iterator[str]:
    """The labels of all drawers in which *note* has to lie: event, verb, code and oddity."""
    table = note.condition.table
    any_of = (verbs(table), reply_codes(table), oddities(table))
    for its in product(events(table), *(members or (_ANY,) for members in any_of)):
        yield " ".join(map(str, its))


def _order(note: Note) -> tuple[int, int, int, str]:
    weight, priority, pack = note.rank
    return (-weight, -priority, -pack, note.id)


def _adds(note: Note, primary: Note, ranked: list[Note]) -> bool:
    """Does *note* say anything that the primary one, or a better one beside it, does not?"""
    if note.concept and note.concept == primary.concept:
        return False
    return not any(note.condition.more_general_than(better.condition) for better in ranked)


class Streaks:
    """How often in a row each note's conditions held, event by event of the same sort."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}

    def copy(self) -> "Streaks":
        """The same counts, to be gone on with."""
        twin = Streaks()
        twin._counts = self._counts.copy()  # the counts of one sort are never changed, but replaced
        return twin

    def before(self, on: str) -> Mapping[str, int]:
        """The counts for events of the sort *on* until now, for `Notebook.select`."""
        return self._counts.get(on, _NEVER)

    def count(self, on: str, met: AbstractSet[str]) -> Mapping[str, int]:
        """Count an event whose notes were *met*; what was not met begins anew."""
        earlier = self.before(on)
        counts = self._counts[on] = {ident: earlier.get(ident, 0) + 1 for ident in met}
        return counts
