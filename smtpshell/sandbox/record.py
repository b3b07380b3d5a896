"""What was said in one session, kept small: one bytearray, decoded only when somebody looks.

An object a line would make the garbage collector walk through all that a classroom ever said; this
is one object a session. It holds what the server may show: mail data is cut short, and of answers
in an AUTH exchange only the length was ever put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from smtpshell.smtp.event import Event, EventKind

CAP = 64 * 1024  # octets kept of a session; the oldest half goes when it is full
LONGEST = 4096  # octets kept of one entry

CLIENT, SERVER, LETTER, REMARK, TLS, CLOSE = range(6)

# Time, kind, whether TLS was on, octets there were, octets that are kept.
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

    __slots__ = ("_log", "began", "tls")

    def __init__(self, began: float = 0.0) -> None:
        self._log = bytearray()
        self.began = began
        self.tls = False

    def add(self, at: float, kind: int, data: bytes) -> None:
        """Something happened: *data* is a line, a reply with its CRLFs, a letter or words."""
        octets = len(data)
        log = self._log
        if octets > LONGEST:
            data = data[:LONGEST]
        log += _pack(at, kind, self.tls, octets, len(data))
        log += data
        if len(log) > CAP:
            self._shorten()

    def copy(self) -> Record:
        """The same record, to be continued by somebody else."""
        twin = Record(self.began)
        twin.tls = self.tls
        twin._log = self._log.copy()
        return twin

    def events(self) -> Iterator[Event]:
        """All that is kept, line by line."""
        log, at = self._log, 0
        while at < len(log):
            time, kind, tls, octets, kept = _HEAD.unpack_from(log, at)
            at += _HEAD.size
            data = bytes(log[at : at + kept])
            at += kept
            time -= self.began
            if kind in (SERVER, LETTER):
                for line in data.removesuffix(b"\r\n").split(b"\r\n"):
                    yield Event(_KINDS[kind], line, time, bool(tls))
            else:
                yield Event(_KINDS[kind], data, time, bool(tls))
            if octets > kept:
                words = f"{octets - kept} octets more are not kept here"
                yield Event(EventKind.REMARK, words.encode(), time, bool(tls))

    def _shorten(self) -> None:
        log, at = self._log, 0
        while at < CAP // 2:
            at += _HEAD.size + _HEAD.unpack_from(log, at)[4]
        del log[:at]
