"""What a learner has been told already, and so how loud a note speaks this time.

Guidance that helps a beginner gets in the way of someone who no longer needs it. So a note appears
first in full, then as one line, then as a mark in the margin; notes on errors fade less, since that
is when people read. All of it is arithmetic on what was shown when: the day is handed in, and the
ledger goes in and out as JSON.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.explain.note import Note

if TYPE_CHECKING:
    from datetime import date

FORMAT = 1
TIMES_UNTIL_MARK = 4  # an info shown so often is known
DAYS_UNTIL_FORGOTTEN = 14  # an error not met for so long is told in full again


class Form(Enum):
    """How a note is shown."""

    FULL = "full"  # headline and short text
    LINE = "line"  # id and headline
    MARK = "mark"  # a dot in the margin; `:why` opens it
    NONE = "none"


class Verbosity(Enum):
    """How much the learner, or whoever teaches, wants to be told."""

    TEACH = "teach"  # everything in full: for a projector, for a replay
    NORMAL = "normal"
    EXAM = "exam"  # nothing


class Showing(NamedTuple):
    """How to show a note now; *long* asks for its long text too, where there is room."""

    form: Form
    long: bool = False


class Place(NamedTuple):
    """Where the learner is, and what the lesson wants of the notes.

    *refresh* are ids of notes to be told in full again; *long* asks for long texts.
    """

    lesson: str = ""
    track: str = ""
    refresh: Collection[str] = ()
    long: bool = False


NOWHERE = Place()


class Record:
    """What the ledger knows of one note."""

    __slots__ = (
        "asked",
        "full",
        "last",
        "lesson",
        "line",
        "mark",
        "refreshed",
        "told_again",
        "tracks",
    )

    def __init__(self) -> None:
        self.full = 0  # how often shown in this form
        self.line = 0
        self.mark = 0
        self.asked = 0  # how often opened with :why
        self.last: date | None = None  # when shown
        self.lesson = ""  # in which shown last
        self.tracks: set[str] = set()  # in which it was met
        self.refreshed: set[str] = set()  # lessons that had it told again
        self.told_again = False  # in this row of the same mistake; not kept in the file

    @property
    def shown(self) -> int:
        """How often the note was shown in any form."""
        return self.full + self.line + self.mark


class Ledger:
    """One learner's ledger. *damaged* tells that it was read from a file that was no ledger."""

    __slots__ = ("_records", "damaged")

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self.damaged = False

    @property
    def seen(self) -> AbstractSet[str]:
        """The ids of the notes that were shown before."""
        return self._records.keys()

    def record(self, ident: str) -> Record | None:
        """What is known of the note with this id."""
        return self._records.get(ident)

    def show(
        self,
        note: Note,
        today: "date",
        *,
        repeat: int = 1,
        aside: bool = False,
        verbosity: Verbosity = Verbosity.NORMAL,
        place: Place = NOWHERE,
    ) -> Showing:
        """Decide how *note* is shown, and write down that it is.

        *repeat* counts how often its conditions held in a row, now included. *aside* tells that it
        is not the primary note of its event, and so never more than a line.
        """
        if verbosity is Verbosity.EXAM:
            return Showing(Form.NONE)
        record = self._records.setdefault(note.id, Record())
        form = (
            _form_aside(note, record, verbosity)
            if aside
            else _form(note, record, today, repeat, verbosity, place)
        )
        _write_down(record, note, form, today, repeat, place)
        return Showing(form, form is Form.FULL and (note.kind == "error" or place.long))

    def asked(self, ident: str, today: "date") -> None:
        """The learner opened this note with `:why`."""
        record = self._records.setdefault(ident, Record())
        record.asked += 1
        record.last = today

    def to_json(self) -> str:
        """The ledger as it is kept in a file."""
        import json

        notes = {ident: _to_object(record) for ident, record in self._records.items()}
        return json.dumps({"format": FORMAT, "notes": notes}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Ledger":
        """Read a ledger. Of a damaged one whatever can be read is kept; no error is raised."""
        import json

        ledger = cls()
        try:
            read = json.loads(text)
            notes = read["notes"].items() if read["format"] == FORMAT else None
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            notes = None
        if notes is None:
            ledger.damaged = True
            return ledger
        for ident, fields in notes:
            try:
                ledger._records[ident] = _from_object(fields)
            except (ValueError, TypeError, KeyError, AttributeError):
                ledger.damaged = True
        return ledger


def _form(
    note: Note, record: Record, today: "date", repeat: int, verbosity: Verbosity, place: Place
) -> Form:
    """The table of the lesson format, "Fading", from top to bottom."""
    if not record.full or note.fade == "sticky" or verbosity is Verbosity.TEACH:
        return Form.FULL
    if note.id in place.refresh and place.lesson not in record.refreshed:
        return Form.FULL
    if note.kind == "error" and _due_again(record, today, repeat, place):
        return Form.FULL
    if note.kind != "info":
        return Form.LINE
    if note.fade == "once":
        return Form.NONE
    return Form.MARK if record.shown >= TIMES_UNTIL_MARK else Form.LINE


def _form_aside(note: Note, record: Record, verbosity: Verbosity) -> Form:
    """A line beside the primary note, which must not stand there for ever."""
    if note.kind != "info" or not record.shown or verbosity is Verbosity.TEACH:
        return Form.LINE
    if note.fade == "once":
        return Form.NONE
    return Form.MARK if record.shown >= TIMES_UNTIL_MARK else Form.LINE


def _due_again(record: Record, today: "date", repeat: int, place: Place) -> bool:
    if repeat >= 2 and not record.told_again:
        return True
    if record.last is not None and (today - record.last).days >= DAYS_UNTIL_FORGOTTEN:
        return True
    return bool(place.track) and place.track not in record.tracks


def _write_down(
    record: Record, note: Note, form: Form, today: "date", repeat: int, place: Place
) -> None:
    if form is Form.FULL:
        record.full += 1
        if note.id in place.refresh:
            record.refreshed.add(place.lesson)
    elif form is Form.LINE:
        record.line += 1
    elif form is Form.MARK:
        record.mark += 1
    record.told_again = repeat >= 2 and (record.told_again or form is Form.FULL)
    record.last = today
    record.lesson = place.lesson
    if place.track:
        record.tracks.add(place.track)


_COUNTS = ("full", "line", "mark", "asked")
_SETS = ("tracks", "refreshed")


def _to_object(record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(record, name) for name in _COUNTS}
    fields |= {name: sorted(getattr(record, name)) for name in _SETS}
    fields["lesson"] = record.lesson
    fields["last"] = record.last.isoformat() if record.last else ""
    return fields


def _from_object(fields: dict[str, Any]) -> Record:
    from datetime import date  # a ledger that is not kept in a file needs none of it

    record = Record()
    for name in _COUNTS:
        if type(fields[name]) is not int or fields[name] < 0:
            raise ValueError(name)
        setattr(record, name, fields[name])
    for name in _SETS:
        members = fields[name]
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            raise ValueError(name)
        setattr(record, name, set(members))
    if not isinstance(fields["lesson"], str):
        raise TypeError("lesson")
    record.lesson = fields["lesson"]
    record.last = date.fromisoformat(fields["last"]) if fields["last"] else None
    return record
