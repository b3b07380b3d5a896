"""Lines waiting to be sent: a paste, a letter from the editor, what was typed ahead.

A queue is never glued and never half sent: each entry is one whole line. In step mode a line goes
out when the reply to the one before is in; lines that get no reply (mail data, AUTH has its own)
follow one another at once. In batch mode all go out together, as PIPELINING does.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

MOST_LINES = 10_000  # of one paste; a letter may be long, a clipboard should not be endless
_MARGIN = re.compile(r" \|    *(?=\S)")  # before an example in the margin, as a lesson shows it


class LineQueue:
    """First in, first out; `batch` says whether the next lines wait for replies."""

    __slots__ = ("_lines", "batch")

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self.batch = False

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            if len(self._lines) >= MOST_LINES:
                break
            self._lines.append(line)

    def next(self) -> str:
        return self._lines.popleft()

    def drop(self) -> int:
        """Forget all that waits; how many lines that were."""
        dropped = len(self._lines)
        self._lines.clear()
        self.batch = False
        return dropped


def cut_paste(before: str, pasted: str, after: str = "") -> tuple[list[str], str]:
    """Whole lines of a paste, and what is left to be edited.

    *before* and *after* is what stands left and right of the cursor. Terminals send CR for a line
    end inside a paste; files bring LF or CRLF.

    >>> cut_paste("RCPT TO:<", "ana@office.test>\\rDA")
    (['RCPT TO:<ana@office.test>'], 'DA')
    """
    text = before + _without_margin(pasted.replace("\r\n", "\n").replace("\r", "\n")) + after
    *whole, rest = text.split("\n")
    return whole, rest


def _without_margin(pasted: str) -> str:
    """Lines copied from an example on the screen, without the bar in front of them.

    The first one may begin anywhere on its line; all others must have the bar, so that a letter
    with such a line in it stays as it is.
    """
    first, *others = pasted.split("\n")
    if not any(others) or not all(_MARGIN.match(one) for one in others if one.strip()):
        return pasted
    return "\n".join(_MARGIN.sub("", one, count=1).rstrip(" ") for one in (first, *others))
