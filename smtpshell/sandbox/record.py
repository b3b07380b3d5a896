"""What was said in one session, kept small: one bytearray, decoded only when somebody looks.

An object a line would make the garbage collector walk through all that a classroom ever said; this
is one object a session. It holds what the server may show: mail data is cut short, and of answers
in an AUTH exchange only the length was ever put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from smtpshell.smtp.event import Event, EventKind

CAP = 32 * 1024  # octets kept of a session
LONGEST = 4096  # octets kept of one entry
LONGEST_LETTER = 512  # and of a letter, which can be seen whole in the mailbox

EXCHANGE, CLIENT, SERVER, LETTER, REMARK, TLS, CLOSE = range(7)

# Time, kind, whether TLS was on, and two lengths: of the line and the reply in an exchange, else of
# what there was and what of it is kept.
_HEAD = Struct("<dBBII")
_pack = _HEAD.pack

_KINDS = {
    CLIENT: EventKind.CLIENT,
    SERVER: EventKind.SERVER,
    LETTER: EventKind.CLIENT,
    REMARK: EventKind.REMARK,
    TLS: EventKind.TLS,
    CLOSE: EventKind.CLOSE,
}


class Record:
    """The record of one session. *began* is when it did; *tls* what new entries are marked with."""

    __slots__ = ("_log", "_older", "began", "tls")

    def __init__(self, began: float = 0.0) -> None:
        self._log = bytearray()
        self._older = bytearray()  # when _log has half of what may be kept, it takes this place
        self.began = began
        self.tls = False

    def exchange(self, at: float, line: bytes, wire: bytes) -> None:
        """A line with its CRLF and the reply to it: what happens most, so both go in at once."""
        octets, answered = len(line), len(wire)
        if octets + answered > LONGEST:
            self.add(at, CLIENT, line[:-2])
            self.add(at, SERVER, wire)
            return
        log = self._log
        log += _pack(at, EXCHANGE, self.tls, octets, answered)
        log += line
        log += wire
        if len(log) > CAP // 2:
            self._older, self._log = log, bytearray()

    def add(self, at: float, kind: int, data: bytes) -> None:
        """Something happened: *data* is a line, a reply with its CRLFs, a letter or words."""
        octets = len(data)
        log = self._log
        longest = LONGEST_LETTER if kind == LETTER else LONGEST
        if octets > longest:
            data = data[:longest]
        log += _pack(at, kind, self.tls, octets, len(data))
        log += data
        if len(log) > CAP // 2:
            self._older, self._log = log, bytearray()

    def copy(self) -> Record:
        """The same record, to be continued by somebody else."""
        twin = Record(self.began)
        twin.tls = self.tls
        twin._log, twin._older = self._log.copy(), self._older.copy()
        return twin

    def events(self) -> Iterator[Event]:
        """All that is kept, line by line."""
        for at, kind, tls, octets, data in self._entries():
            time = at - self.began
            if kind == EXCHANGE:
                yield Event(EventKind.CLIENT, data[: octets - 2], time, tls)
                kind, data, octets = SERVER, data[octets:], 0
            lines = (
                data.removesuffix(b"\r\n").split(b"\r\n") if kind in (SERVER, LETTER) else [data]
            )
            for line in lines if data else []:
                yield Event(_KINDS[kind], line, time, tls)
            if octets > len(data):
                words = f"{octets - len(data)} octets more are not kept here"
                yield Event(EventKind.REMARK, words.encode(), time, tls)

    def _entries(self) -> Iterator[tuple[float, int, bool, int, bytes]]:
        log, at = self._older + self._log, 0
        while at < len(log):
            time, kind, tls, octets, kept = _HEAD.unpack_from(log, at)
            at += _HEAD.size
            end = at + kept + (octets if kind == EXCHANGE else 0)
            yield time, kind, bool(tls), octets, bytes(log[at:end])
            at = end
