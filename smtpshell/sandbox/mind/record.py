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

CLIENT, SERVER, LETTER, CHUNK, REMARK, TLS, CLOSE = range(7)

# Octets kept of one entry. A letter can be seen whole in the mailbox.
_LONGEST = (4096, 4096, 512, 512, 4096, 4096, 4096)

# Time, kind, whether TLS was on; octets there were, octets that are kept, octets of the reply.
_HEAD = Struct("<dBBIII")
_pack = _HEAD.pack
_pack_time = Struct("<d").pack
_REST = Struct("<BBIII")  # the same but for the time

_KINDS = (
    EventKind.CLIENT,
    EventKind.SERVER,
    EventKind.CLIENT,
    EventKind.CLIENT,
    EventKind.REMARK,
    EventKind.TLS,
    EventKind.CLOSE,
)


def entry_of(line: bytes, reply: bytes, *, tls: bool) -> bytes:
    """The entry for a *line* of the client and the reply to it, but for its time.

    Most lines are said again and again, and to put their entries together takes a fifth of the
    time that a line takes in all. The line is one that is kept whole.
    """
    return _REST.pack(CLIENT, tls, len(line), len(line), len(reply)) + line + reply


def parts_of(entry: bytes) -> tuple[bytes, bytes]:
    """The line and the reply that `entry_of` made an *entry* of."""
    _, _, octets, _, _ = _REST.unpack_from(entry)
    line = entry[_REST.size :]
    return line[:octets], line[octets:]


class Record:
    """The record of one session. *began* is when it did; *tls* what new entries are marked with."""

    __slots__ = ("_log", "_older", "began", "tls")

    def __init__(self, began: float = 0.0) -> None:
        self._log = bytearray()
        self._older = b""  # when _log has half of what may be kept, it takes this place
        self.began = began
        self.tls = False

    def add(self, at: float, kind: int, data: bytes, reply: bytes = b"") -> None:
        """Something happened: *data* is a line with its CRLF, a letter, a reply or words.

        The *reply* to it can be given along, for that is what happens most.
        """
        octets = len(data)
        log = self._log
        if octets > _LONGEST[kind]:
            data = data[: _LONGEST[kind]]
        log += _pack(at, kind, self.tls, octets, len(data), len(reply))
        log += data
        log += reply
        if len(log) > CAP // 2:
            self._older, self._log = bytes(log), bytearray()

    def add_ready(self, at: float, entry: bytes) -> None:
        """A line was said whose *entry* is ready: one that `entry_of` made."""
        log = self._log
        log += _pack_time(at)
        log += entry
        if len(log) > CAP // 2:
            self._older, self._log = bytes(log), bytearray()

    def copy(self) -> Record:
        """The same record, to be continued by somebody else."""
        twin = Record(self.began)
        twin.tls = self.tls
        twin._log, twin._older = self._log.copy(), self._older
        return twin

    def events(self) -> Iterator[Event]:
        """All that is kept, line by line."""
        log, at = self._older + self._log, 0
        while at < len(log):
            time, kind, tls, octets, kept, answered = _HEAD.unpack_from(log, at)
            at += _HEAD.size
            data, reply = bytes(log[at : at + kept]), bytes(log[at + kept : at + kept + answered])
            at += kept + answered
            since = time - self.began
            yield from events_of(kind, data, reply, octets - kept, since, bool(tls))


def events_of(
    kind: int, data: bytes, reply: bytes, more: int, time: float, tls: bool
) -> Iterator[Event]:
    """One entry as events, line by line; *more* octets of the data are not there."""
    for line in _lines(kind, data):
        yield Event(_KINDS[kind], line, time, tls)
    if more:
        words = f"{more} octets more are not kept here"
        yield Event(EventKind.REMARK, words.encode(), time, tls)
    if kind == LETTER:
        yield Event(EventKind.CLIENT, b".", time, tls)
    for line in _lines(SERVER, reply):
        yield Event(EventKind.SERVER, line, time, tls)


def _lines(kind: int, data: bytes) -> list[bytes]:
    if kind == CLIENT:
        return [data.removesuffix(b"\r\n")]
    if kind in (SERVER, LETTER, CHUNK):
        return data.removesuffix(b"\r\n").split(b"\r\n") if data else []
    return [data]
