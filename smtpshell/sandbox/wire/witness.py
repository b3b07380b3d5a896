"""What somebody who listens in on a practice server gets to hear, as it happens."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable
from typing import NamedTuple

from smtpshell.sandbox.mind.record import CLIENT, Record, parts_of
from smtpshell.sandbox.mind.standing import Move


class Heard(NamedTuple):
    """One thing that happened in a session, as its record gets it (`record` has the kinds).

    *began* and *at* are in seconds since 1970. *data* is a line with its CRLF, a letter, a reply or
    words, *reply* what was answered to it. *moves* are the last judgements, the one on this among
    them. A *port* of 0: the client came in by a socket in the file system.
    """

    session: int
    door: str
    peer: str
    port: int
    began: float
    at: float
    kind: int
    data: bytes
    reply: bytes
    tls: bool
    moves: tuple[Move, ...] = ()


Hear = Callable[[Heard], None]


class LoudRecord(Record):
    """A record that tells at once what is written into it."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[["LoudRecord", float, int, bytes, bytes], None]) -> None:
        super().__init__()
        self._tell = tell

    def add(self, at: float, kind: int, data: bytes, reply: bytes = b"") -> None:
        super().add(at, kind, data, reply)
        self._tell(self, at, kind, data, reply)

    def add_ready(self, at: float, entry: bytes) -> None:
        super().add_ready(at, entry)
        self._tell(self, at, CLIENT, *parts_of(entry))
