"""Cut first, understand later: bytes in, whole lines out.

Only CRLF ends a line (RFC 5321 2.3.8). A bare LF or CR stays in the line, where a later stage can
point at it: taking it for an ending is how messages get smuggled. This file has never heard of
commands or replies, so a bad line can never spoil the next one.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from typing import NamedTuple

# What programs end lines with, the right one first: whoever learns may send the others.
ENDS = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r"}
LIMIT = 64 * 1024  # octets of a line that are kept, without its CRLF


class Line(NamedTuple):
    """One line without its CRLF. *overlong*: it went on past the limit, and the rest is gone."""

    data: bytes
    overlong: bool = False


class LineBuffer:
    """Holds what has come and not been taken yet.

    A line longer than *limit* octets is cut there, its rest thrown away as it comes, so that an
    endless line needs no endless memory. Whole lines that nobody takes are kept: the owner stops
    reading when `pending` grows.
    """

    __slots__ = ("_buffer", "_limit", "_searched", "_skipping")

    def __init__(self, limit: int = LIMIT) -> None:
        self._buffer = bytearray()
        self._limit = limit
        self._searched = 0  # no CRLF begins before this
        self._skipping = False  # beyond the first _limit octets of a line that is too long

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Add what the network brought, cut as it may be."""
        self._buffer += data
        if len(self._buffer) > self._limit:
            self._shorten()

    def next_line(self) -> Line | None:
        """The next line, or None until its CRLF has come."""
        end = self._find_end()
        if end < 0:
            return None
        line = Line(bytes(self._buffer[: min(end, self._limit)]), end > self._limit)
        del self._buffer[: end + 2]
        self._searched = 0
        if self._skipping:
            self._skipping = False
            return Line(line.data, True)
        return line

    @property
    def pending(self) -> int:
        """How many octets wait here, whole lines or not."""
        return len(self._buffer)

    def take_rest(self) -> bytes:
        """Everything that waits, cut into lines or not; the buffer is empty afterwards."""
        rest = bytes(self._buffer)
        self.clear()
        return rest

    def clear(self) -> None:
        """Forget everything, as STARTTLS demands."""
        self._buffer.clear()
        self._searched = 0
        self._skipping = False

    def _find_end(self) -> int:
        end = self._buffer.find(b"\r\n", self._searched)
        if end < 0:
            self._searched = max(self._searched, len(self._buffer) - 1)
        return end

    def _shorten(self) -> None:
        """Throw away what an unfinished line has beyond the limit; a CR may begin its end."""
        if self._find_end() >= 0:
            return
        keep_cr = self._buffer.endswith(b"\r")
        if len(self._buffer) - keep_cr > self._limit:
            del self._buffer[self._limit :]
            self._buffer += b"\r" * keep_cr
            self._skipping = True
            self._searched = self._limit
