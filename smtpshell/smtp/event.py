"""Everything that happens, as one stream: what a live session emits and a transcript holds."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

NO_DETAIL: Mapping[str, str] = MappingProxyType({})
UNASKED: Mapping[str, str] = MappingProxyType({"unasked": "yes"})  # of a reply nobody asked for


class EventKind(Enum):
    """What happened."""

    CONNECT = "connect"  # the connection stands; detail: "host", "port", "address"
    CLIENT = "client"  # one line from the client
    SERVER = "server"  # one line from the server; detail: "unasked" if nobody asked for it
    TLS = "tls"  # the handshake succeeded; detail: "version", "cipher", "verdict"
    CLOSE = "close"  # the connection is gone; detail: "by" = "client", "server" or "network"
    REMARK = "remark"  # words about the session, said by neither side


class Event(NamedTuple):
    r"""One thing that happened.

    *data* is a line without its CRLF; for the kinds that are no lines it holds words. *time* is in
    seconds since the session began. *tls* says whether the line travelled inside TLS. *eol* is what
    stood at the end of the line: CRLF, or nothing where the stream ended in the middle of it.

    >>> Event(EventKind.CLIENT, b"QUIT", 2.5).eol
    b'\r\n'
    """

    kind: EventKind
    data: bytes = b""
    time: float = 0.0
    tls: bool = False
    eol: bytes = b"\r\n"
    detail: Mapping[str, str] = NO_DETAIL
