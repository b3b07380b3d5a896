"""The lines a learner typed, kept between sessions without their secrets.

What is never kept: AUTH lines and what answers a 334, lines of a letter, and a lone word that
decodes like a credential (somebody pasted it at the wrong prompt). The file belongs to its owner
alone (0600). prompt_toolkit searches what this class hands out, so Ctrl-R finds no secret either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit.history import History

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES = 2000
MOST_OCTETS = 1 << 20


def keepable(line: str) -> bool:
    """May *line*, typed at a command prompt, be remembered?

    >>> keepable("MAIL FROM:<ana@office.test>"), keepable("auth plain AGFuYQBz")
    (True, False)
    """
    return bool(line.strip()) and line.isprintable() and not holds_secret(line)


def holds_secret(line: str) -> bool:
    """Is *line*, typed at a command prompt, a login, or does a word of it look like one?

    >>> holds_secret("NOOP"), holds_secret("AUTH PLAIN AGFuYQBz")
    (False, True)
    """
    words = line.replace("\\r", " ").replace("\\n", " ").split()  # as `:raw` is told of them
    local = words.pop(0) if line.startswith(":") and words else ""
    if local == ":u" or (len(local) > 2 and ":auth".startswith(local.lower())):
        return True
    verb = words[0].upper() if words else ""
    if verb in ("AUTH", "X-EXPS", "PASS", "USER") and not (local and len(words) == 1):
        return True
    return any(_looks_secret(word) for word in words)


def _looks_secret(word: str) -> bool:
    """A base64 word that holds what AUTH PLAIN and OAuth hold: zero octets or ^A between fields."""
    if len(word) < 8 or len(word) % 4:
        return False
    import base64
    import binascii

    try:
        inside = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return False
    if b"\0" in inside or b"\x01" in inside:
        return True
    try:
        return inside.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


class LineHistory(History):
    """History in a file of one line each; without a *place* for it, in memory."""

    def __init__(self, place: Callable[[], Path] | None = None) -> None:
        super().__init__()
        self._place = place
        self._path: Path | None = None

    def load_history_strings(self) -> Iterable[str]:
        """Newest first, each line once."""
        if self._place is None:
            return []
        self._path = self._place()
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - MOST_OCTETS))
                data = file.read()
        except OSError:
            return []
        lines = data.decode("utf-8", "replace").split("\n")
        kept = [line for line in lines if keepable(line)]
        return list(dict.fromkeys(reversed(kept)))[:MOST_LINES]

    def store_string(self, string: str) -> None:
        if self._path is None or not keepable(string):
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
                file.write(string.encode("utf-8", "surrogateescape") + b"\n")
        except OSError:
            # A read-only home must not cost the learner the session.
            self._path = None

    def append_string(self, string: str) -> None:
        if keepable(string):
            super().append_string(string)
