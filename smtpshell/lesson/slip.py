"""The learner's own mistakes: the line, the note on it, and beside it the line that was right."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.fact.moment import SECRET_VERBS, Moment

if TYPE_CHECKING:
    from smtpshell.explain.note import Note

MOST = 200  # kept of a lesson
IN_A_ROW = 3  # of one concept are a sign that somebody is stuck
LONGEST = 512  # characters kept of a line


class Slip(NamedTuple):
    """One mistake. *right* is the learner's own later line of the same verb that was accepted."""

    line: str
    verb: str
    note: str
    concept: str
    code: int
    step: int
    at: float
    right: str = ""


class Slips:
    """All mistakes of a lesson, and how often in a row it was the same."""

    __slots__ = ("_concept", "_times", "made")

    def __init__(self) -> None:
        self.made: list[Slip] = []
        self._concept = ""
        self._times = 0

    def add(self, note: "Note", moment: Moment, step: int, now: float) -> bool:
        """A note on an error was shown; True if it is the third of its kind in a row."""
        concept = note.concept or note.id
        self._times = self._times + 1 if concept == self._concept else 1
        self._concept = concept
        stuck = self._times % IN_A_ROW == 0
        command = moment.command
        if command is None or len(self.made) >= MOST:
            return stuck
        # What stands behind AUTH may be a password.
        text = command.verb if command.verb in SECRET_VERBS else command.text[:LONGEST]
        slip = Slip(text, command.verb, note.id, concept, moment.code or 0, step, now)
        last = self.made[-1] if self.made else None
        if last is not None and (last.line, last.note) == (slip.line, slip.note):
            self.made[-1] = slip._replace(right=last.right)
        else:
            self.made.append(slip)
        return stuck

    def answered(self, moment: Moment) -> None:
        """A reply came; if it accepts a line, that is what was right beside earlier mistakes."""
        command = moment.command
        if command is None or moment.code is None or moment.code >= 400:
            return
        if moment.issues:
            return  # forgiven, and nothing to learn from
        self._concept, self._times = "", 0
        if command.verb in SECRET_VERBS:
            return
        for number, slip in enumerate(self.made):
            # 503 means the wrong moment: the line was right, another one is no better.
            if slip.code == 503 or slip.right:
                continue
            if slip.verb == command.verb and slip.line != command.text:
                self.made[number] = slip._replace(right=command.text[:LONGEST])

    def copy(self) -> "Slips":
        """The same, to go on by itself."""
        twin = Slips()
        twin.made = self.made.copy()
        twin._concept, twin._times = self._concept, self._times
        return twin

    def to_object(self) -> list[list[Any]]:
        """As it is kept in a file."""
        return [list(slip) for slip in self.made]

    def load(self, value: Any) -> None:
        """Take over what was kept."""
        for line, verb, note, concept, code, step, at, right in value[:MOST]:
            texts = (str(line), str(verb), str(note), str(concept))
            self.made.append(Slip(*texts, int(code), int(step), float(at), str(right)))
