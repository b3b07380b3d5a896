"""Mail data as careless servers read it: more than CRLF.CRLF ends the letter.

Here is the other half of how letters are smuggled (see `smtp.data`): the reader that takes a dot
between two line feeds, say, for the end of the letter, and what follows for commands.
"""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.smtp.data import MailDataReader

# What else some server, at some time, has taken for the end.
ENDS: dict[str, bytes] = {
    "LF.LF": b"\n.\n",
    "LF.CRLF": b"\n.\r\n",
    "LF.CR": b"\n.\r",
    "CR.CR": b"\r.\r",
    "CR.LF": b"\r.\n",
    "CR.CRLF": b"\r.\r\n",
    "CRLF.LF": b"\r\n.\n",
    "CRLF.CR": b"\r\n.\r",
    "CRLF.CRCRLF": b"\r\n.\r\r\n",
    "CRCRLF.CRCRLF": b"\r\r\n.\r\r\n",
    "LF.CRCRLF": b"\n.\r\r\n",
    "CRLF.NULCRLF": b"\r\n.\0\r\n",
    "NULLF.NULLF": b"\0\n.\0\n",
}

_TRUE_END = b"\r\n.\r\n"


class LenientReader(MailDataReader):
    """Takes mail data up to the first of its *ends* (names out of `ENDS`), or to its true end.

    Whichever it is, the letter is what stood before it, and its last line ends with CRLF.
    """

    __slots__ = ("_ends", "_pending", "_unreal")

    def __init__(self, ends: Iterable[str], *, keep: bool = True, limit: int | None = None) -> None:
        super().__init__(keep=keep, limit=limit)
        self._ends = (_TRUE_END, *(ENDS[name] for name in ends))
        # May be the beginning of an end. The first line is begun by 354's CRLF, which is no octet
        # of the letter: so many of those that wait here are not real.
        self._pending = b"\r\n"
        self._unreal = 2

    def feed(self, block: bytes | bytearray | memoryview) -> int:
        """Take *block*; how many of its octets belong to the mail data and its end."""
        if self.done:
            return 0
        data = self._pending + block
        found = [(at, -len(end), end) for end in self._ends if (at := data.find(end)) >= 0]
        if found:
            at, _, end = min(found)
            consumed = at + len(end) - len(self._pending)
            # An end whose first octets are not real stands on the very first line.
            self._conclude(data[:at], end, first=at < self._unreal)
            return consumed
        held = self._longest_beginning(data)
        self._pass_on(data[: len(data) - held])
        self._pending = data[len(data) - held :]
        return len(block)

    def _longest_beginning(self, data: bytes) -> int:
        """How many octets at the end of *data* may be the beginning of an end."""
        longest = max(len(end) for end in self._ends) - 1
        for length in range(min(longest, len(data)), 0, -1):
            tail = data[-length:]
            if any(end.startswith(tail) for end in self._ends):
                return length
        return 0

    def _pass_on(self, data: bytes) -> None:
        super().feed(data[self._unreal :])
        self._unreal = max(0, self._unreal - len(data))

    def _conclude(self, data: bytes, end: bytes, *, first: bool) -> None:
        if end.startswith(b"\n"):
            data = data.removesuffix(b"\r")
        self._pass_on(data)
        self._pending = b""
        super().feed(b".\r\n" if first else _TRUE_END)
