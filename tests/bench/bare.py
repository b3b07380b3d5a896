"""A control for the practice server: the least that a server in Python can do.

250 to everything, nothing parsed, nothing kept; one receive buffer for all sessions.
"""

from __future__ import annotations

import asyncio

_BUFFER = bytearray(256 * 1024)
_ALL = memoryview(_BUFFER)
_END = b"\r\n.\r\n"
_REPLIES = {
    b"EHLO": b"250-bare.test\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Bare(asyncio.BufferedProtocol):
    """One session."""

    __slots__ = ("_in_letter", "_rest", "_transport")

    def __init__(self) -> None:
        self._rest = b""
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 bare.test ESMTP\r\n")

    def get_buffer(self, sizehint: int) -> bytearray:
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(_ALL[:nbytes])
        if self._rest:
            data = self._rest + data
        out: list[bytes] = []
        while True:
            if self._in_letter:
                end = len(data) - 5 if data.endswith(_END) else data.find(_END)
                if end < 0:
                    data = data[-4:]
                    break
                self._in_letter = False
                out.append(b"250 ok\r\n")
                data = data[end + 5 :]
                continue
            line, found, rest = data.partition(b"\r\n")
            if not found:
                break
            data = rest
            verb = line[:4].upper()
            out.append(_REPLIES.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                self._in_letter = True
                data = b"\r\n" + data if data else data
            elif verb == b"QUIT":
                self._transport.write(b"".join(out))
                self._transport.close()
                return
        self._rest = data
        if out:
            self._transport.write(b"".join(out))
