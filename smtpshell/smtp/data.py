"""Mail data: transparency, where it ends, and the octets of a chunk.

How mail data is made transparent
=================================

The end of mail data is a line holding one dot. A message may hold such a line itself, so the
sender doubles any leading dot and the receiver takes one away again (RFC 5321 4.5.2). Two traps:

1. The first line counts too. It has no CRLF before it, so looking for CRLF and dot misses it.
2. Only CRLF starts and ends a line. A dot after a bare LF is ordinary text, whatever some server on
   the way may think: when two of them disagree about where a message ends, the second one sees
   commands where the first saw text, which is how messages are smuggled.

Chunks of BDAT have none of this: their octets are counted (RFC 3030 2).
"""

from __future__ import annotations

import re
from io import IncrementalNewlineDecoder
from typing import NamedTuple

from smtpshell.smtp.letter import letter_problems

__all__ = [
    "ChunkReader",
    "MailDataReader",
    "Offences",
    "dot_stuff",
    "letter_problems",
    "unstuff",
]

LONGEST_LINE = 998  # octets without CRLF; the dot of transparency does not count (4.5.3.1.6)

_END = b"\r\n.\r\n"
_DOT = ord(".")
_LEADING_DOT = re.compile(rb"\r\n\.").search  # bytes.find() takes twice as long for this
_DOT_BEFORE_END = re.compile(rb"\r\n\.(?!\r\n\Z)").search
_ONLY_CRLF = (None, "\r\n")  # what a newline decoder may have met
_BEGINNINGS_OF_END = tuple(_END[:length] for length in (4, 3, 2, 1))


def dot_stuff(message: bytes) -> bytes:
    """*message* with every leading dot doubled (RFC 5321 4.5.2).

    >>> dot_stuff(b".first\\r\\nx\\n.y\\r\\n.z")
    b'..first\\r\\nx\\n.y\\r\\n..z'
    """
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if message.startswith(b".") else stuffed


def unstuff(data: bytes) -> bytes:
    """Mail data, without its end, with one leading dot taken away from each line.

    >>> unstuff(b"..first\\r\\n..z")
    b'.first\\r\\n.z'
    """
    return data.removeprefix(b".").replace(b"\r\n.", b"\r\n")


class Offences(NamedTuple):
    """What mail data held that it must not: how often, and the octets of its longest line.

    *longest_line* is 0 if no line is longer than 998 octets without its CRLF.
    """

    bare_cr: int = 0
    bare_lf: int = 0
    nul: int = 0
    longest_line: int = 0


def _is_faulty(data: bytes) -> bool:
    """Is there a bare CR or LF in it, or a NUL? Where it ends, no CRLF is cut in two."""
    # What is to be counted is seldom there, and counting costs four times as much as this decoder's
    # note of the line ends it met.
    decoder = IncrementalNewlineDecoder(None, False)  # to name the second takes 50 ns
    decoder.decode(data.decode("latin-1"), True)
    return 0 in data or decoder.newlines not in _ONLY_CRLF


def whole_letter(block: bytes, limit: int | None = None) -> bytes | None:
    """The message in mail data that came in one *block*, from its beginning to its end.

    None if the block is not all of it, or more than that; and if the message needs a change or has
    a fault, or more than *limit* octets. Most are whole and right, and to see that takes half the
    time of reading them.
    """
    if not block.endswith(_END) or block[0] == _DOT:
        return None
    if _DOT_BEFORE_END(block) or _is_faulty(block):
        return None
    octets = len(block) - len(b".\r\n")
    start = 0  # of a line; see MailDataReader._measure
    while octets - start > LONGEST_LINE + 2:
        start = block.rfind(b"\n", start, start + LONGEST_LINE + 2) + 1
        if not start:
            return None
    return block[:octets] if limit is None or octets <= limit else None


class MailDataReader:
    """Takes mail data as it comes, up to its end, and takes the dots of transparency away.

    Works on whole blocks; no line is looked at by itself. With *keep* the message is in `stored`.
    Of a message longer than *limit* octets nothing is kept, but its end is still looked for.
    """

    __slots__ = (
        "_bare_cr",
        "_bare_lf",
        "_first",
        "_held",
        "_keep",
        "_limit",
        "_line",
        "_longest",
        "_nul",
        "_stored",
        "clean",
        "done",
        "fresh",
        "octets",
    )

    def __init__(self, *, keep: bool = True, limit: int | None = None) -> None:
        self.done = False
        self.fresh = True  # nothing has come
        self.clean = True  # so far; then there is no need to ask for the offences
        self.octets = 0  # of the message so far, dots of transparency not counted
        self._keep = keep
        self._limit = limit
        self._stored: list[bytes] = []
        # What has come and may be the beginning of the end. The first line is begun by 354's CRLF,
        # so to say; that one is held as if it had come, and left out again.
        self._held = b"\r\n"
        self._first = True
        self._bare_cr = self._bare_lf = self._nul = 0
        self._line = 0  # octets of the line that is being read
        self._longest = LONGEST_LINE

    def feed(self, block: bytes | bytearray | memoryview) -> int:
        """Take *block*; how many of its octets belong to the mail data and its end."""
        if self.done:
            return 0
        self.fresh = False
        data = self._held + block
        # One search for both: a leading dot is the end, or one of transparency.
        found = _LEADING_DOT(data)
        dot = -1 if found is None else found.start()
        end = dot if dot < 0 or data.startswith(_END, dot) else data.find(_END, dot + 1)
        if end >= 0:
            self.done = True
            consumed = end + len(_END) - len(self._held)
            self._held = b""
            self._take(data[: end + 2], dotted=dot < end)
            return consumed
        self._held = next((held for held in _BEGINNINGS_OF_END if data.endswith(held)), b"")
        self._take(data[: len(data) - len(self._held)], dotted=dot >= 0)
        return len(block)

    @property
    def stored(self) -> bytes:
        """The message so far; b"" if it is not kept or became too long."""
        if len(self._stored) > 1:
            self._stored = [b"".join(self._stored)]
        return self._stored[0] if self._stored else b""

    @property
    def over_limit(self) -> bool:
        """Has the message more octets than the limit?"""
        return self._limit is not None and self.octets > self._limit

    @property
    def offences(self) -> Offences:
        """What was wrong in what has come so far."""
        longest = self._longest if self._longest > LONGEST_LINE else 0
        return Offences(self._bare_cr, self._bare_lf, self._nul, longest)

    def _take(self, data: bytes, *, dotted: bool) -> None:
        """Take *data*, in which neither CRLF nor CRLF and dot are cut in two at the end."""
        if not data:
            return
        line_end = b"\n"
        if _is_faulty(data):
            self._count_offences(data)
            line_end = b"\r\n"
        if dotted:
            data = data.replace(b"\r\n.", b"\r\n")
        if self._first:
            self._first = False
            data = data[2:]
        self._measure(data, line_end)
        self.octets += len(data)
        if self._limit is not None and self.octets > self._limit:
            self._stored.clear()
        elif self._keep and data:
            self._stored.append(data)

    def _count_offences(self, data: bytes) -> None:
        self.clean = False
        line_ends = data.count(b"\r\n")
        self._bare_cr += data.count(b"\r") - line_ends
        self._bare_lf += data.count(b"\n") - line_ends
        self._nul += data.count(b"\0")

    def _measure(self, data: bytes, line_end: bytes) -> None:
        """Look for lines longer than the longest one so far; *line_end* ends them all.

        Goes from the last line end within reach to the next, so it takes a step in a thousand
        octets, however short the lines are.
        """
        width = len(line_end)
        longest = self._longest + 2 - width  # what stands before line_end
        start = -self._line  # of the line that is measured; it may have begun in an earlier block
        reach = start + longest + width
        while reach < len(data):
            end = data.rfind(line_end, max(start, 0), reach)
            if end < 0:  # this one is longer
                end = data.find(line_end, max(reach - width + 1, 0))
                if end < 0:
                    break
                longest = end - start
            start = end + width
            reach = start + longest + width
        end = data.rfind(line_end, max(start, 0))
        self._line = len(data) - (end + width if end >= 0 else start)
        longest += width - 2
        if longest > LONGEST_LINE or self._line > LONGEST_LINE:
            self.clean = False
        self._longest = max(longest, self._line)


class ChunkReader:
    """Takes the octets of one BDAT chunk, whatever they are (RFC 3030 2)."""

    __slots__ = ("_keep", "_stored", "octets", "size")

    def __init__(self, size: int, *, keep: bool = True) -> None:
        self.size = size
        self.octets = 0
        self._keep = keep
        self._stored: list[bytes] = []

    @property
    def done(self) -> bool:
        """Has the whole chunk come?"""
        return self.octets >= self.size

    def feed(self, block: bytes | bytearray | memoryview) -> int:
        """Take *block*; how many of its octets belong to the chunk."""
        wanted = min(len(block), self.size - self.octets)
        self.octets += wanted
        if self._keep and wanted:
            self._stored.append(bytes(block[:wanted]))
        return wanted

    @property
    def stored(self) -> bytes:
        """What has come so far of the chunk; b"" if it is not kept."""
        if len(self._stored) > 1:
            self._stored = [b"".join(self._stored)]
        return self._stored[0] if self._stored else b""
