"""A letter read as far as facts need it: header fields, empty line, body (RFC 5322 2.1).

A tolerant reader of its own, because what learners send is often no message at all, and that is
what the notes are about. It works on demand: most letters are never asked.
"""

from __future__ import annotations

import re

# RFC 5322 2.2: field-name is any printable character but the colon. Space before the colon is
# obsolete syntax (RFC 5322 4.5.8) and still seen.
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]?(.*)", re.DOTALL)


class Letter:
    """The text between DATA and the lone dot, transparency undone."""

    __slots__ = ("_fields", "blank_line", "body", "text")

    def __init__(self, lines: list[str]) -> None:
        self._fields: dict[str, list[str]] = {}
        self.text: list[str] = []  # header lines, one a field, folding undone
        end = self._read_header(lines)
        self.blank_line = end < len(lines) and not lines[end]
        self.body = "\n".join(lines[end + self.blank_line :])

    def _read_header(self, lines: list[str]) -> int:
        """The index of the first line that is no header line."""
        name = ""
        for index, line in enumerate(lines):
            if line[:1] in (" ", "\t") and name and line.strip():
                self._fields[name][-1] += line
                self.text[-1] += line
                continue
            field = _FIELD.match(line)
            if field is None:
                return index
            name = field[1].lower()
            self._fields.setdefault(name, []).append(field[2])
            self.text.append(line)
        return len(lines)

    @property
    def names(self) -> frozenset[str]:
        """Names of the header fields that are there, in small letters."""
        return frozenset(self._fields)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of all header fields called *name*, whatever its case."""
        return tuple(self._fields.get(name.lower(), ()))
