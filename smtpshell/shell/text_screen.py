"""Text alone, one line after the other: pipes, dumb terminals, screen readers.

Whatever a server, a transcript or a lesson holds, no control character, escape sequence or
direction mark of theirs passes `clean`; both screens write through it and nothing else writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from smtpshell.shell.fragment import Line
from smtpshell.smtp.printable import printable


def clean(text: str) -> str:
    """*text* with every character made visible that a terminal might act upon."""
    return text if text.isascii() and text.isprintable() else printable(text)


class TextScreen:
    """Writes lines without styles to *stream*, and each at once."""

    def __init__(self, stream: IO[str], columns: int = 80) -> None:
        self._stream = stream
        self._columns = columns

    @property
    def columns(self) -> int:
        return self._columns

    def write(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._stream.write("".join(clean(text) for _, text in line) + "\n")
        self._stream.flush()
