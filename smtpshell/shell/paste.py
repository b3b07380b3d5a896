"""Lines waiting for their turn: a paste, a letter from the editor, what was typed ahead.

A queue is never glued and never half sent: each entry is one whole line. In step mode a line is
taken when the reply to the one before is in, as if it were typed then, so that a local command is
one; lines that get no reply (mail data, AUTH has its own) follow one another at once. In batch mode
all go out together and as they stand, as PIPELINING does.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

MOST_LINES = 10_000  # of one paste; a letter may be long, a clipboard should not be endless
_MARGIN = re.compile(r" \|    *(?=\S)")  # before an example in the margin, as a lesson shows it
# A line of a dialogue, as our screen and most texts show one: either side, a note and the caret it
# begins with, or the prompt with what was typed there.
_DIALOGUE = re.compile(r"[CS]:(?:\s|$|\d{3})| \| | +\^|(?:[a-z]+ )?[a-z]+(?:\(\d+\))?> ")


class LineQueue:
    """First in, first out; `batch` says whether the next lines wait for replies.

    It is `held` while a line out of it stands at the prompt again, which has to go first. Lines
    are `aside` while a local command that waited before them is done, which may need the queue.
    """

    __slots__ = ("_lines", "aside", "batch", "held")

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self.aside: deque[str] = deque()
        self.batch = False
        self.held = False

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, lines: Sequence[str], *, aside: bool = False) -> int:
        """Let *lines* wait, as many as there is room for; how many there was no room for."""
        room = max(0, MOST_LINES - len(self._lines) - len(self.aside))
        queue = self.aside if aside else self._lines
        queue += lines[:room]
        return max(0, len(lines) - room)

    def set_aside(self) -> None:
        """Let all wait until `bring_back`."""
        self.aside += self._lines
        self._lines.clear()

    def bring_back(self) -> None:
        """What was set aside is behind what waits."""
        self._lines += self.aside
        self.aside.clear()

    @property
    def first(self) -> str:
        return self._lines[0]

    def next(self) -> str:
        return self._lines.popleft()

    def drop(self) -> int:
        """Forget all that waits; how many lines that were."""
        dropped = len(self._lines) + len(self.aside)
        self._lines.clear()
        self.aside.clear()
        self.batch = self.held = False
        return dropped


def cut_paste(before: str, pasted: str, after: str = "") -> tuple[list[str], str]:
    """Whole lines of a paste, and what is left to be edited.

    *before* and *after* is what stands left and right of the cursor. Terminals send CR for a line
    end inside a paste; files bring LF or CRLF.

    >>> cut_paste("RCPT TO:<", "ana@office.test>\\rDA")
    (['RCPT TO:<ana@office.test>'], 'DA')
    """
    pasted = pasted.replace("\r\n", "\n").replace("\r", "\n")
    text = before + _without_margin(_client_lines(pasted)) + after
    *whole, rest = text.split("\n")
    return whole, rest


def _client_lines(pasted: str) -> str:
    """What the client said in a dialogue that was copied from the screen or from a text, as in
    `C: NOOP`. One line that is none of a dialogue, and all stays as it is.
    """
    lines = [line for line in pasted.split("\n") if line.strip()]
    said = [line[2:].removeprefix(" ") for line in lines if line.startswith("C:")]
    if len(lines) < 2 or not said or not all(_DIALOGUE.match(line) for line in lines):
        return pasted
    whole = pasted.endswith("\n") or not lines[-1].startswith("C:")
    return "\n".join(said) + ("\n" if whole else "")


def _without_margin(pasted: str) -> str:
    """Lines copied from an example on the screen, without the bar in front of them.

    The first one may begin anywhere on its line; all others must have the bar, so that a letter
    with such a line in it stays as it is.
    """
    first, *others = pasted.split("\n")
    if not any(others) or not all(_MARGIN.match(one) for one in others if one.strip()):
        return pasted
    return "\n".join(_MARGIN.sub("", one, count=1).rstrip(" ") for one in (first, *others))
