"""Which notes speak on a moment, and how loud, for one learner.

Words are read when first needed, so that they do not hold up the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.explain.fill import fill_note
from smtpshell.explain.ledger import NOWHERE, Form, Ledger, Verbosity
from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Streaks
from smtpshell.fact.moment import Moment
from smtpshell.shell.fragment import Line
from smtpshell.shell.lane import Marks, note_lines, say
from smtpshell.shell.option import Options

if TYPE_CHECKING:
    from datetime import date

    from smtpshell.explain.library import Library
    from smtpshell.explain.reference import Reference
    from smtpshell.shell.scene import Meaning


class Spoken(NamedTuple):
    """A note on a moment, in the form it was shown; `more` counts those only `:why` has."""

    note: Note
    form: Form
    long: bool
    moment: Moment
    more: int = 0

    @property
    def issues(self) -> tuple[str, ...]:
        """The issues that the note is about."""
        wanted = self.note.condition.table.get("issue", ())
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)


def _today() -> date:
    from datetime import date

    return date.today()


class Commentary:
    """Chooses notes for one learner, whose *ledger* it keeps; *store* writes that to disk."""

    def __init__(
        self,
        options: Options,
        ledger: Ledger,
        load: Callable[[], Library],
        *,
        store: Callable[[Ledger], None] = lambda ledger: None,
        today: Callable[[], date] = _today,
    ) -> None:
        self.options = options
        self.ledger = ledger
        self.load = load  # what reads the words, when they are first needed
        self._library: Library | None = None
        self.store = store
        self._today = today
        self.place = NOWHERE  # in which lesson the learner is, and what that wants of the notes
        self.streaks = Streaks()
        # One line of words per row, asked for with every key.
        self.meaning: Meaning = lru_cache(maxsize=1024)(self._meaning)

    @property
    def library(self) -> Library:
        if self._library is None:
            self._library = self.load()
        return self._library

    def renew(self, library: Library) -> None:
        """The words were read anew."""
        self._library = library
        self.meaning = lru_cache(maxsize=1024)(self._meaning)

    @property
    def reference(self) -> Reference:
        return self.library.reference

    def on(self, moment: Moment) -> list[Spoken]:
        """The notes on *moment*, the primary first; what they were shown as is written down."""
        repeat = self.streaks.before(moment.on)
        selection = self.library.notebook.select(moment, self.ledger.seen, repeat)
        counts = self.streaks.count(moment.on, selection.met)
        spoken: list[Spoken] = []
        for note in selection.shown:
            showing = self.ledger.show(
                note,
                self._today(),
                repeat=counts.get(note.id, 1),
                aside=note is not selection.primary,
                verbosity=Verbosity(self.options["verbosity"]),
                place=self.place,
            )
            more = selection.hidden if note is selection.primary else 0
            filled = fill_note(note, moment)
            spoken.append(Spoken(filled, showing.form, showing.long, moment, more))
        for note in selection.rest:
            spoken.append(Spoken(fill_note(note, moment), Form.NONE, False, moment))
        return spoken

    def asked(self, notes: Iterable[Note]) -> None:
        """The learner opened these with `:why`."""
        for note in notes:
            self.ledger.asked(note.id, self._today())

    def save(self) -> None:
        self.store(self.ledger)

    def _meaning(self, kind: str, key: str) -> str:
        entry = self.reference.entry(kind, key)
        return entry.short if entry is not None else ""


MOST_ROWS = 8  # of one note inline: a lesson in the margin must not push the dialogue off


def spoken_lines(one: Spoken, width: int, marks: Marks) -> list[Line]:
    """A note in its form; of its long text as much as leaves the dialogue on the screen."""
    note = one.note
    if one.form is Form.LINE:
        return note_lines(note.headline, "", width, marks, style="note.line")
    if one.form is not Form.FULL:
        return []
    more = tr(" (+{count} more: :why)", count=one.more) if one.more else ""
    style = "note.error" if note.kind == "error" else "note.head"
    lines = note_lines(note.headline, note.short + more, width, marks, style=style)
    for paragraph in note.long if one.long else ():
        further = say(paragraph, width, marks)
        if len(lines) + len(further) > MOST_ROWS:
            break
        lines += further
    return lines
