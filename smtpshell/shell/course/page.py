"""A lesson's pages as lines: values in, lines out. Nothing here prints.

Words of a lesson may come from a stranger's folder, so they are shown like a server's: made
printable, and behind the same bar as all that is not on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.explain.section import Block
from smtpshell.shell.fragment import Line, columns_of, wrap
from smtpshell.shell.lane import Marks, note_lines, say, table
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Ask, Goal, Lesson, Predict, Step
    from smtpshell.lesson.run import Run

DONE, OPEN = "[x]", "[ ]"
_ANEW = {
    "transaction": marked("not with this envelope any more: RSET, then MAIL"),
    "session": marked("not on this connection any more: `:connect` opens another"),
    "step": marked("not in this try any more: `:reset` begins the step again"),
    "lesson": marked("not in this try any more: `:reset lesson` begins the lesson again"),
}
NARROWEST = 20  # columns of a folded line
_NEVER: Mapping[str, tuple[int, int]] = MappingProxyType({})


class Page:
    """Makes lines for one terminal: how wide it is, and how lines are marked."""

    def __init__(self, columns: int, marks: Marks) -> None:
        self._columns = columns
        self._marks = marks

    def title(self, lesson: Lesson) -> list[Line]:
        """The first page: title, how long it takes, and the words before the first step."""
        heading = lesson.heading
        minutes = counted(heading.minutes, "{count} minute", "{count} minutes")
        steps = counted(len(lesson.steps), "{count} step", "{count} steps")
        name = tr("Lesson {name}", name=short_name(heading.id))
        lines = self.head(f"{name}: {lesson.title}", f"{minutes}, {steps}")
        lines += self.prose(lesson.intro)
        if lesson.limit:
            limit = counted(lesson.limit, "{count} minute", "{count} minutes")
            lines += self.head(tr("The clock"), tr("{time} in all, from this page on.", time=limit))
        return lines

    def step(self, run: Run) -> list[Line]:
        """The page of the step at hand: what to do, and what will be looked at."""
        number = tr(
            "Step {number} of {steps}", number=run.step_number + 1, steps=len(run.lesson.steps)
        )
        lines = [self.empty(), *self.head(number, printable(run.step.title))]
        lines += self.prose(run.step.prose, run.step)
        so_far = {goal.id: run.judge[goal.id].so_far for goal, _ in run.goals()}
        goals = self.goals(run.goals(), so_far, run.barred)
        return [*lines, *([self.empty()] if goals else ()), *goals]

    def goals(
        self,
        goals: Iterable[tuple[Goal, bool]],
        so_far: Mapping[str, tuple[int, int]] = _NEVER,
        barred: Callable[[Goal], bool] = lambda goal: False,
    ) -> list[Line]:
        """The check list of a step. *so_far*: how often something has happened, and must.

        *barred*: a goal that takes a new beginning.
        """
        lines: list[Line] = []
        for goal, reached in goals:
            mark = DONE if reached else OPEN
            bonus = f" ({tr('a bonus')})" if goal.optional else ""
            done, of = so_far.get(goal.id, (0, 0))
            if done:
                bonus += f" ({tr('{done} of {all} so far', done=done, all=of)})"
            style = "goal.done" if reached else "goal.open"
            words = f"{mark if self._marks.seen else ''} {printable(goal.say)}{bonus}".strip()
            if not self._marks.seen:
                words += f", {tr('reached') if reached else tr('not yet')}"
            if barred(goal):
                words += f" ({anew(goal)})"
            lines += say(words, self._columns, self._marks, style=style)
        return lines

    def prose(self, blocks: Iterable[Block], step: Step | None = None) -> list[Line]:
        """Paragraphs, lists and plain blocks, and the worked examples of a *step*."""
        lines: list[Line] = []
        for block in blocks:
            found = list(self._block(block, step))
            # Words of one kind are told apart by a row; a list belongs to what is above it.
            if lines and found and block.kind in ("text", "code", "worked"):
                lines.append(self.empty())
            lines += found
        return lines

    def ask(self, ask: Ask, how: str) -> list[Line]:
        """A question with its choices; *how* says how it is answered."""
        return self._question(ask.ask, ask.choices, how)

    def predict(self, predict: Predict, line: str) -> list[Line]:
        """The question before *line* leaves, or before the connection is opened."""
        if predict.hold.table["on"] == "connect":
            held = tr("The connection is not open yet.")
        else:
            held = tr("Not sent yet: {line}", line=printable(line) or tr("(an empty line)"))
        lines = self.head(tr("Predict"), held)
        return [*lines, *self._question(predict.ask, predict.choices, "")]

    def script(self, lines: Iterable[str]) -> list[Line]:
        """A dialogue to read, as it stands in the lesson; a line that is too long is folded."""
        room = self._columns - len(self._marks.note) - 6 if self._marks.seen else 0
        return [
            (("note", self._marks.note), ("example", f"   {piece}"))
            for line in lines
            for piece in _folded(printable(line), room)
        ]

    def head(self, head: str, words: str = "", style: str = "note.head") -> list[Line]:
        """`head > words`."""
        return note_lines(printable(head), words, self._columns, self._marks, style=style)

    def words(self, text: str, style: str = "") -> list[Line]:
        """Words, wrapped."""
        return say(_plain(printable(text)), self._columns, self._marks, style=style)

    def item(self, mark: str, text: str) -> list[Line]:
        """An entry of a list, its further rows below its first word."""
        lines = say(_plain(printable(text)), self._columns - len(mark) - 1, self._marks)
        before = [f"{mark} ", *[" " * (len(mark) + 1) if self._marks.seen else ""] * len(lines)]
        return [
            (edge, (style, f"{start}{words}"))
            for start, (edge, (style, words)) in zip(before, lines, strict=False)
        ]

    def table(self, rows: Sequence[tuple[str, str]]) -> list[Line]:
        """Two columns."""
        return table(rows, self._columns, self._marks)

    def empty(self) -> Line:
        """A row that keeps two things apart; nothing to who listens."""
        return (("note", self._marks.note.rstrip()),) if self._marks.seen else (("", ""),)

    def _question(self, text: str, choices: Sequence[str], how: str) -> list[Line]:
        lines = self.words(text, "ask")
        lines += self.table([(f"{n}", printable(one)) for n, one in enumerate(choices, 1)])
        return [*lines, *(self.words(how, "note") if how else ())]

    def _block(self, block: Block, step: Step | None) -> Iterator[Line]:
        if block.kind == "code":
            yield from self.script(block.text.split("\n"))
        elif block.kind in ("list", "numbered"):
            for number, item in enumerate(block.text.split("\n"), 1):
                mark = f"{number}." if block.kind == "numbered" else "-"
                yield from self.item(mark, item)
        elif block.kind == "text":
            yield from self.words(block.text)
        elif block.kind == "worked" and step is not None:
            lines = step.worked[int(block.text)].lines
            yield from self.script(line.shown for line in lines)


def short_name(ident: str) -> str:
    """The number of a lesson, as in "1-2", or its whole name."""
    first, _, rest = ident.partition("-")
    second = rest.partition("-")[0]
    return f"{first}-{second}" if first.isdigit() and second.isdigit() else ident


def anew(goal: Goal) -> str:
    """How to begin anew for a *goal* that cannot be reached where the learner stands."""
    return tr(_ANEW[goal.within])


def _folded(text: str, room: int) -> list[str]:
    """*text* in pieces of at most *room* columns, 0 for no limit; short ones stay as they are."""
    if not room or columns_of(text) <= room + 3:
        return [text]
    first, *others = wrap(text, max(room, NARROWEST))
    return [first, *(f"   {piece}" for piece in others)]


def _plain(text: str) -> str:
    """*text* without the marks of Markdown that a terminal cannot show."""
    return text.replace("**", "")
