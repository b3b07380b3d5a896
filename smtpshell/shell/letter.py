"""The letter while it is typed: where one is in it, and what its lines need.

Nothing typed here is ever taken for anything but the letter.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.smtp.later import later

if TYPE_CHECKING:
    from pathlib import Path

_HEADER_LINE = later(r"[!-9;-~]+:|[ \t]")  # RFC 5322 2.2: a field name, or a folded line


class LetterSoFar:
    """Lines of the open letter as they were sent: are we still among its headers?"""

    __slots__ = ("in_header", "lines", "octets", "shapeless")

    def __init__(self) -> None:
        self.in_header = True
        self.lines = 0
        self.octets = 0
        self.shapeless = ""  # the first line that looks like no header though none ended them

    def copy(self) -> LetterSoFar:
        twin = LetterSoFar()
        for name in LetterSoFar.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def add(self, line: str) -> None:
        self.lines += 1
        self.octets += len(line.encode("utf-8", "surrogateescape")) + 2
        if not line:
            self.in_header = False
        elif self.in_header and not self.shapeless and not _HEADER_LINE.match(line):
            self.shapeless = line


def stuffed(line: str) -> str:
    """*line* with its first dot doubled, as RFC 5321 4.5.2 asks of whoever sends a letter."""
    return f".{line}" if line.startswith(".") else line


def letter_lines(text: str) -> list[str]:
    """What an editor left behind, as lines of a letter; the editor's last line end is no line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def draft(sender: str, recipients: Iterable[str]) -> str:
    """What the editor opens with: headers that fit the envelope."""
    to = ", ".join(f"<{recipient}>" for recipient in recipients)
    return f"From: <{sender}>\nTo: {to}\nSubject: \n\n"


def editor_command(path: Path) -> list[str]:
    """The editor the learner chose, with the file to edit; UsageError if it cannot be read."""
    import shlex

    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name, ""))
        except ValueError:
            raise UsageError(
                tr("{name} ends within quotes: {value}", name=name, value=os.environ[name]),
                hint=tr("set VISUAL or EDITOR to one that is there"),
            ) from None
        if words:
            return [*words, str(path)]
    return [_first_editor(), str(path)]


def _first_editor() -> str:
    from shutil import which

    if os.name == "nt":
        return "notepad"
    for name in ("sensible-editor", "nano", "vi", "ed"):
        if which(name):
            return name
    return "vi"
