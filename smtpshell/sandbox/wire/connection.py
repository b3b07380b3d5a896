"""One client at one door: hands bytes to the responder and does what that wishes.

Replies to what one read brought go out in one write.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.point import Resumption, go_back
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.wire.channel import Channel, cut

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.responder import Responder
    from smtpshell.sandbox.server import PracticeServer

LINGER = 2.0  # seconds we read on after we have hung up, so that our last words arrive

# To ask the class for a member takes 70 ns, and each read would ask twice.
_READ, _CLOSE = Wish.READ, Wish.CLOSE

_log = logging.getLogger(__name__)


class Connection(Channel):
    """One client at one door: hands bytes to the responder and does what that wishes."""

    __slots__ = (
        "_door",
        "_epoch",
        "_held",
        "_resumption",
        "_server",
        "_timer",
        "address",
        "port",
    )

    def __init__(self, server: PracticeServer, door: Part) -> None:
        super().__init__(server.session(self, door), server.room, server.readers)
        self._server = server
        self._epoch = server.epoch
        self._door = door
        self._timer: asyncio.TimerHandle | None = None
        self._held: bytearray | None = None  # what came while TLS was being set up
        self.address = ""  # where the client really is
        self._resumption: Resumption | None = None  # while TLS is being set up for it
        self.port = 0

    # ------------------------------------------------------------ asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        # By a socket in the file system nobody comes from an address: they are on this machine.
        self.address, self.port = peer[:2] if isinstance(peer, tuple) else ("127.0.0.1", 0)
        self.responder.peer = self._server.world.taken_for(self.address)
        if self._server.awaited and (resumption := self._server.awaited.pop(self.port, None)):
            self._resume(resumption)
        elif refusal := self._server.admit(self, self.address, self.port):
            self._tell(partial(self.responder.turned_away, refusal))
        elif self._door.door.implicit_tls:
            self._start_tls()
        else:
            self._open()

    def hear(self, data: bytes) -> None:
        if self._held is not None:
            self._held += data
            return
        responder = self.responder
        if responder.wish is _CLOSE:  # we linger
            return
        try:
            out = responder.received(data, monotonic() + self._epoch)
        except Exception:
            out = self._broken()
        if out:
            self.write(out)
        if responder.wish is not _READ:
            self._obey()

    def resume_writing(self) -> None:
        self._full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is None:
            return
        self._leave_readers()
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        by = "server" if self.responder.wish is Wish.CLOSE else "client"
        self.responder.closed(self._server.now(), by)
        self._server.forget(self, self.address, self.port)

    # ------------------------------------------------------------ the responder's side

    def _open(self, tls: str = "") -> None:
        """The session begins; *tls* is version and cipher where it did so with a handshake."""
        self._tell(partial(self.responder.opened, tls=tls))
        if self._door.personality.timing.greeting_delay and self.responder.wish is Wish.READ:
            self._set_timer(self.responder.deadline - self._epoch, self.ring)

    def _tell(self, event: Callable[[float], bytes]) -> None:
        """Tell the responder what happened, write what it says, and do what it wishes."""
        try:
            out = event(self._server.now())
        except Exception:
            out = self._broken()
        if out:
            self.write(out)
        self._obey()

    def _broken(self) -> bytes:
        _log.exception("the practice server broke")
        return self.responder.failed(self._server.now())

    def _obey(self) -> None:
        transport, wish = self._transport, self.responder.wish
        if transport is None or wish is Wish.READ:
            return
        if wish is Wish.CLOSE:
            self._hang_up(transport)
            return
        self._pause()
        if wish is Wish.TLS:
            self._start_tls()
        elif wish is Wish.KEEP:
            self._server.put_away(self)
        elif wish is Wish.WAIT:
            self._set_timer(self.responder.deadline - self._epoch, self.ring)
        elif not self._full:
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """Nothing more stands in the way of reading."""
        transport = self._transport
        if transport is None or self._full:
            return
        if self.responder.wish is Wish.DRAIN:
            self._tell(self.responder.drained)
        if self.responder.wish in (Wish.READ, Wish.CLOSE):
            self._read_on()

    def _hang_up(self, transport: asyncio.Transport) -> None:
        self._leave_readers()
        if self.responder.reset:
            cut(transport)
            return
        # Closing a socket with unread bytes in it makes TCP throw away what the other side has not
        # read yet: our last words, which say why. After QUIT there is nothing to come.
        if self.responder.said_goodbye or not transport.can_write_eof():
            unsent = transport.get_write_buffer_size()
            transport.close()
            if not unsent:
                return
        else:
            try:
                transport.write_eof()
            except OSError:  # the client was faster
                transport.abort()
                return
            self._read_on()
        self._set_timer(monotonic() + LINGER, transport.abort)

    def _set_timer(self, at: float, call: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at, call)

    def kept(self, safe: bool) -> None:
        """The server has put away what the session wished to be kept, *safe* or not."""
        if self._transport is not None:
            self._tell(partial(self.responder.kept, safe=safe))
            if self.responder.wish is Wish.READ:
                self._go_on()

    def ring(self) -> None:
        """The responder's deadline has passed."""
        self._tell(self.responder.timer)
        if self.responder.wish is Wish.READ:
            self._go_on()

    def stop(self) -> None:
        """The server is being stopped."""
        if self._transport is not None:
            self._tell(self.responder.stopped)

    # ------------------------------------------------------------ going back

    def go_on_as(self, responder: Responder) -> None:
        """Another one goes on with the session, and what was to come of the first one does not."""
        self.responder = responder
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._full:
            self._read_on()

    def give_up(self) -> None:
        """End the connection as if it had never been; nobody is told."""
        self._leave_readers()
        transport, self._transport = self._transport, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if transport is not None:
            transport.abort()
            self._server.forget(self, self.address, self.port)

    def _resume(self, resumption: Resumption) -> None:
        """This connection goes on with a session that has begun on another."""
        self._server.admit(self, self.address, self.port)
        self._resumption = resumption
        if resumption.to.responder.standing.tls:
            self._start_tls()
        else:
            self._resumed()

    def _resumed(self) -> None:
        resumption, self._resumption = self._resumption, None
        assert resumption is not None
        self.go_on_as(go_back(resumption.to, self._server.now(), resumption.more))
        resumption.done()

    # ------------------------------------------------------------ TLS

    def _start_tls(self) -> None:
        assert self._transport is not None
        self._let_asyncio_read()
        self._held = bytearray()
        self._server.spawn(self._shake_hands(self._transport))

    async def _shake_hands(self, transport: asyncio.Transport) -> None:
        """Go over to TLS. Decrypted bytes can arrive before `start_tls` returns, and an answer to
        them would then go out on the old transport, in clear; so they are held until it has."""
        context = await self._server.tls_context()
        if self._transport is None:
            return
        try:
            inner = await asyncio.get_running_loop().start_tls(
                transport,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=self._door.personality.timing.handshake,
                ssl_shutdown_timeout=LINGER,
            )
        except OSError:  # ssl.SSLError is one too
            inner = None
        if inner is None or self._transport is None:
            transport.abort()
            self.connection_lost(None)
            return
        inner.set_write_buffer_limits(high=64 * 1024)
        self._transport = inner
        self._encrypted(_words(inner.get_extra_info("ssl_object")))

    def _encrypted(self, words: str) -> None:
        held, self._held = bytes(self._held or b""), None
        if self._resumption is not None:
            self._resumed()
        elif self._door.door.implicit_tls:
            self._open(words)
        else:
            self._tell(partial(self.responder.tls_started, words=words))
        if held:
            self._tell(partial(self.responder.received, held))


def _words(channel: ssl.SSLObject) -> str:
    cipher = channel.cipher()
    return f"{channel.version()} with cipher {cipher[0] if cipher else 'unknown'}"
