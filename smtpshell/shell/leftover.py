"""Lines of a script that have lost what they were meant for.

A person who sees DATA refused does not type the letter. A script goes on, and each line of its
letter would be taken for a command: most for nonsense, but one that reads `QUIT` or `RSET` for what
it says. The same goes for the answers to a login that was refused: they are passwords, and the
server would write them into its log as unknown commands.
"""

from __future__ import annotations

from collections.abc import Callable

from smtpshell.smtp.command import parse_command

LETTER, LOGIN = "letter", "login"
_REFUSED = {"DATA": LETTER, "AUTH": LOGIN, "AUTHLINE": LOGIN, "X-EXPS": LOGIN}


class Leftover:
    """Knows the lines to be left out; *tell* is called with LETTER or LOGIN when they begin."""

    __slots__ = ("_begun", "_of", "_tell")

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._of = ""
        self._begun = False

    def refused(self, verb: str) -> None:
        """The server has refused the command *verb*."""
        if verb in _REFUSED:
            self._of, self._begun = _REFUSED[verb], False

    def takes(self, line: bytes) -> bool:
        """Is *line*, which stands where a command is due, to be left out?"""
        if not self._of:
            return False
        # A letter goes on to its dot, whatever it says; but perhaps the script does not have one,
        # as it knew what would come. Then a command follows.
        if not (self._begun and self._of == LETTER) and _is_command(line):
            self._of = ""
            return False
        if not self._begun:
            self._begun = True
            self._tell(self._of)
        if self._of == LETTER and line == b".":
            self._of = ""
        return True


def _is_command(line: bytes) -> bool:
    return line.startswith(b":") or parse_command(line).known
