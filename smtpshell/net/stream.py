"""The network as a few methods, over asyncio, and a scripted one that needs no network.

`read()` hands over raw chunks, never lines, so that every byte passes our own line buffer. What has
arrived and was not read yet can be asked for (`unread`): before TLS begins it must be nothing.
Writing is synchronous: the line is in the kernel when `write()` returns, which is what the Enter
key wants. Why TLS is done here and not by asyncio is told in ``tls_layer.py``.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.dialogue import End, end_by_server
from smtpshell.net.tls_layer import HANDSHAKE_SECONDS, Handshake, TlsLayer
from smtpshell.net.trouble import handshake_too_slow, system_words

MOST_UNREAD = 256 * 1024  # then the socket is not read any more until the reader has caught up


class Stream(Protocol):
    """All that smtpshell asks of a network."""

    end: End | None

    async def read(self) -> bytes:
        """What has arrived, at least a byte; b"" when nothing will come any more (see `end`)."""
        ...

    def unread(self) -> bytes:
        """Take what has arrived and was not read; b"" if nothing."""
        ...

    def write(self, data: bytes) -> None: ...

    async def start_tls(self, server_name: str) -> Handshake:
        """Shake hands, whatever the certificate; ConnectError if that fails."""
        ...

    def close(self) -> None:
        """Send what waits and end the connection properly."""
        ...

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        ...


# One buffer for all connections: it is used up before anything else can run. A plain Protocol would
# have the loop allocate 256 KiB for each read.
_RECEIVED = memoryview(bytearray(64 * 1024))


class AsyncioStream(asyncio.BufferedProtocol):
    """A Stream over an asyncio transport; also the transport's protocol."""

    def __init__(self) -> None:
        self.end: End | None = None
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._tls: TlsLayer | None = None
        self._failure: ConnectError | None = None  # of TLS, told to whoever waits

    # -- Stream

    @property
    def port(self) -> int:
        """The port at our end, 0 without a connection."""
        name = self._transport.get_extra_info("sockname") if self._transport is not None else None
        return int(name[1]) if isinstance(name, tuple) else 0

    async def read(self) -> bytes:
        while not self._unread and self.end is None:
            await self._something()
        return self.unread()

    def unread(self) -> bytes:
        data = bytes(self._unread)
        self._unread.clear()
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        if self._tls is not None:
            self._tls.send(data)
            data = self._tls.outgoing()
        self._put(data)

    async def start_tls(self, server_name: str) -> Handshake:
        tls = self._tls = TlsLayer(server_name)
        self._put(tls.outgoing())
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                while not tls.established and self._failure is None and self.end is None:
                    await self._something()
        except TimeoutError:
            raise ConnectError(handshake_too_slow(HANDSHAKE_SECONDS)) from None
        if self._failure is not None:
            raise self._failure
        if not tls.established:
            words = self.end.words if self.end else ""
            raise ConnectError(
                tr("the connection ended during the TLS handshake: {words}", words=words)
            )
        return tls.agreed()

    def close(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            if self._tls is not None:
                self._tls.say_goodbye()
                self._put(self._tls.outgoing())
            self._transport.close()
        self._ended(End("client", marked("closed")))

    def drop(self) -> None:
        if self._transport is not None:
            self._transport.abort()
        self._ended(End("client", marked("dropped without a word")))

    # -- asyncio.BufferedProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return _RECEIVED

    def buffer_updated(self, nbytes: int) -> None:
        self._arrived(bytes(_RECEIVED[:nbytes]))

    def eof_received(self) -> bool:
        self._ended(end_by_server(self._tls))
        return True  # our side stays open until we close it

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self._rescue()
        if self._failure is None:
            self._ended(
                End("network", system_words(exc)) if exc else End("client", marked("closed"))
            )

    # -- inside

    def _arrived(self, data: bytes) -> None:
        if self._tls is None:
            self._unread += data
        else:
            try:
                self._unread += self._tls.receive(data)
            except ConnectError as error:
                self._failure = error
                self._ended(End("client", str(error)))
            self._put(self._tls.outgoing())  # an alert, an answer to a ticket
            if self._tls.at_end:
                self._ended(end_by_server(self._tls))  # it may wait for our good-bye before it goes
        if len(self._unread) > MOST_UNREAD and self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def _rescue(self) -> None:
        """Read what lies in the kernel still: a write that failed must not cost the last reply."""
        transport = self._transport
        handle = transport.get_extra_info("socket") if transport is not None else None
        if handle is None or handle.fileno() < 0:
            return
        try:
            with socket.socket(fileno=os.dup(handle.fileno())) as rest:
                rest.setblocking(False)
                while self.end is None and len(self._unread) <= MOST_UNREAD:
                    data = rest.recv(len(_RECEIVED))
                    if not data:
                        return
                    self._arrived(data)
        except OSError:
            return  # nothing there, or the platform cannot look

    def _put(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _ended(self, end: End) -> None:
        if self.end is None:
            self.end = end
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def _something(self) -> None:
        """Wait until anything has happened."""
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None


class Say(NamedTuple):
    """The scripted server says this, in one chunk."""

    data: bytes


class Hear(NamedTuple):
    """The scripted server waits until the client has sent this."""

    data: bytes


class ShakeHands(NamedTuple):
    """The scripted server waits for TLS; a *failure* makes the handshake fail."""

    handshake: Handshake | None = None
    failure: ConnectError | None = None


class Silence(NamedTuple):
    """The scripted server says nothing any more and keeps the connection."""


Step = Say | Hear | ShakeHands | Silence


class ScriptedStream:
    """A Stream that plays a fixed server; after the last step the server hangs up.

    >>> import asyncio
    >>> asyncio.run(ScriptedStream([Say(b"220 mx\\r\\n")]).read())
    b'220 mx\\r\\n'
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.end: End | None = None
        self.written = b""
        self._steps = list(steps)
        self._heard = 0  # how much of `written` Hear steps have used
        self._change = asyncio.Event()

    async def read(self) -> bytes:
        while self.end is None:
            if not self._steps:
                self.end = End("server", marked("closed"))
                break
            step = self._steps[0]
            if isinstance(step, Say):
                self._steps.pop(0)
                return step.data
            if isinstance(step, Hear) and self.written.startswith(step.data, self._heard):
                self._heard += len(step.data)
                self._steps.pop(0)
                continue
            self._change.clear()
            await self._change.wait()
        return b""

    def unread(self) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.written += data
        self._change.set()

    async def start_tls(self, server_name: str) -> Handshake:
        step = self._steps[0] if self._steps else None
        if not isinstance(step, ShakeHands):
            raise ConnectError(tr("the TLS handshake failed: the script has none here"))
        self._steps.pop(0)
        if step.failure is not None:
            raise step.failure
        return step.handshake or Handshake("TLSv1.3", "TLS_AES_256_GCM_SHA384", server_name, ())

    def close(self) -> None:
        self._finish(End("client", marked("closed")))

    def drop(self) -> None:
        self._finish(End("client", marked("dropped without a word")))

    def _finish(self, end: End) -> None:
        self.end = self.end or end
        self._change.set()
