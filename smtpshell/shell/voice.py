"""How the shell speaks: the writer, how wide it is, and how its lines are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from smtpshell.errors import SmtpshellError
from smtpshell.shell.fragment import Line
from smtpshell.shell.lane import MARKS, Marks, note_lines, say, table
from smtpshell.shell.option import Options


class Writer(Protocol):
    """Where finished lines go; it knows how wide it is."""

    @property
    def columns(self) -> int: ...

    def write(self, lines: Iterable[Line]) -> None: ...


BIG = 60  # columns that words take on a projector's screen


class Voice:
    """Words of ours, wrapped and marked, to one writer."""

    __slots__ = ("marks", "options", "writer")

    def __init__(
        self, writer: Writer, marks: Marks = MARKS, options: Options | None = None
    ) -> None:
        self.writer = writer
        self.marks = marks
        self.options = options

    @property
    def big(self) -> bool:
        """Is it for a projector?"""
        return self.options is not None and self.options.on("big")

    @property
    def columns(self) -> int:
        return min(self.writer.columns, BIG) if self.big else self.writer.columns

    def write(self, lines: Iterable[Line]) -> None:
        self.writer.write(lines)

    def say(self, text: str, style: str = "") -> None:
        """Paragraphs, one a line of *text*."""
        self.write(say(text, self.columns, self.marks, style=style))

    def note(self, head: str, body: str, style: str = "note.head") -> None:
        """`head > body`."""
        self.write(note_lines(head, body, self.columns, self.marks, style=style))

    def line(self, text: str) -> None:
        """One line, however long: a path that is broken is none."""
        self.write([(("note", self.marks.note), ("", text))])

    def table(self, rows: Sequence[tuple[str, str]], style: str = "verb") -> None:
        """Words and their meanings, in two columns."""
        self.write(table(rows, self.columns, self.marks, style=style))

    def complain(self, error: SmtpshellError) -> None:
        """What went wrong, and the way out."""
        self.note(str(error), error.hint, "note.error")
