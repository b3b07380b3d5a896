"""A letter read as far as facts need it: header fields, empty line, body (RFC 5322 2.1).

A tolerant reader of its own, because what learners send is often no message at all, and that is
what the notes are about. It works on demand: most letters are never asked.
"""

from __future__ import annotations

import re

from smtpshell.smtp.later import later

# RFC 5322 2.2: field-name is any printable character but the colon. Space before the colon is
# obsolete syntax (RFC 5322 4.5.8) and still seen.
_FIELD = later(r"([!-9;-~]+)[ \t]*:[ \t]?(.*)", re.DOTALL)


class Letter:
    """The text between DATA and the lone dot, transparency undone."""

    __slots__ = ("_fields", "blank_line", "body", "eight_bit", "header", "octets")

    def __init__(self, lines: list[str]) -> None:
        self._fields: dict[str, list[str]] = {}
        self.header: list[str] = []  # its lines, one a field, folding undone
        end = self._read_header(lines)
        self.blank_line = end < len(lines) and not lines[end]
        self.body = "\n".join(lines[end + self.blank_line :])
        self.octets = sum(len(line) + 2 for line in lines)
        self.eight_bit = not all(line.isascii() for line in lines)

    @property
    def body_lines(self) -> int:
        """How many lines the body has."""
        return self.body.count("\n") + 1 if self.body else 0

    def _read_header(self, lines: list[str]) -> int:
        """The index of the first line that is no header line."""
        name = ""
        for index, line in enumerate(lines):
            if line[:1] in (" ", "\t") and name and line.strip():
                self._fields[name][-1] += line
                self.header[-1] += line
                continue
            field = _FIELD.match(line)
            if field is None:
                return index
            name = field[1].lower()
            self._fields.setdefault(name, []).append(field[2])
            self.header.append(line)
        return len(lines)

    @property
    def names(self) -> frozenset[str]:
        """Names of the header fields that are there, in small letters."""
        return frozenset(self._fields)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of all header fields called *name*, whatever its case."""
        return tuple(self._fields.get(name.lower(), ()))


class LetterBox:
    """Gathers a letter as it is said, in lines after DATA or in octets after BDAT.

    Only the first 256 KiB are kept: facts are about header fields and the beginning of the body.
    """

    __slots__ = ("_in_lines", "_pieces", "_room")

    ROOM = 256 * 1024  # characters

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """A new mail transaction begins: whatever was gathered is no letter."""
        self._pieces: list[str] | None = None
        self._in_lines = False
        self._room = self.ROOM

    def copy(self) -> LetterBox:
        """A box with the same in it, to go on by itself."""
        twin = LetterBox()
        twin._pieces = self._pieces.copy() if self._pieces is not None else None
        twin._in_lines, twin._room = self._in_lines, self._room
        return twin

    def add_line(self, line: str) -> None:
        """The next line of mail data, without its CRLF."""
        self._in_lines = True
        self.add(line + "\r\n")

    def add(self, octets: str) -> None:
        """More of the letter, line ends included."""
        if self._pieces is None:
            self._pieces = []
        if self._room > 0:
            self._pieces.append(octets[: self._room])
            self._room -= len(octets)

    def lines(self) -> list[str]:
        """The lines of the letter so far, as they were said."""
        text = "".join(self._pieces or ())
        return text.removesuffix("\r\n").split("\r\n") if text else []

    def take(self) -> Letter | None:
        """The letter, which is whole now; None if it was taken before."""
        if self._pieces is None:
            return None
        lines = self.lines()
        if self._in_lines:  # the server takes the dot of transparency away (RFC 5321 4.5.2)
            lines = [line.removeprefix(".") for line in lines]
        self.clear()
        return Letter(lines)
