"""One connection for scripted runs, over a blocking socket and without asyncio.

A script has nobody who types while the server speaks, so it need not pay for an event loop: the
whole process may take less time than importing one. TLS is imported when it is wanted.

The order is: `connect`, `settle`, then again and again `send` and `settle`. What the server said
without being asked is noticed by `look`, before the next line is sent.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.errors import ConnectError
from smtpshell.net.address import CONNECT_SECONDS, next_address_words, resolve, seconds_for
from smtpshell.net.connection import CLOSED, DROPPED, SILENCE_SECONDS, Connection
from smtpshell.net.dialogue import End, end_by_server
from smtpshell.net.target import Target
from smtpshell.net.trouble import connect_error, handshake_too_slow, late_reply, system_words
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import Event
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.net.tls_layer import Handshake, TlsLayer

_READ_SIZE = 65536
SEND_SECONDS = 180.0  # for a block of data to be taken (RFC 5321 4.5.3.2.5)


class BlockingClient(Connection):
    """A Connection whose calls return when they are done.

    A bad certificate stops it (`held`) as it stops the other client: decide before going on.
    """

    def __init__(
        self,
        target: Target,
        on_event: Callable[[Event], None],
        *,
        trust: Trust | None = None,
        timeout: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(target, on_event, clock, trust, timeout)
        self.timed_out = False  # a reply did not come in time, so we hung up
        self._clock = clock
        self._socket: socket.socket | None = None
        self._tls: TlsLayer | None = None
        self._silent = False  # there was no greeting for a while, and that was remarked on
        self._unread = b""  # clear text that has come and was not looked at yet

    def connect(self) -> None:
        """Connect, with TLS first where the target asks for it; ConnectError if that fails."""
        if self._trust.cafile or self.target.tls:
            from smtpshell.net.tls import verifying_context

            verifying_context(self._trust)  # a bad CA file is better known before than after
        self._socket, address = self._open()
        self._tell_connected(address)
        if self.target.tls:
            self._begin_tls()
            if self.closed is not None:
                raise ConnectError(self.closed.words, hint=self._hint)

    def send(self, data: bytes) -> None:
        """Put *data* on the wire, as it is. ConnectError where there is no wire to put it on."""
        self._check_sendable(self._socket is not None)
        try:
            self._put(data)
        except OSError as error:
            # Told now: the reads that follow would find no more than an end.
            end = self._why = End("network", system_words(error))
            while self._read(0.0):  # what the server said before it went away must not be lost
                pass
            self._ended(end)
            raise ConnectError(
                tr("the connection broke: {words}", words=system_words(error))
            ) from None
        self._dialogue.sent(data)

    def settle(self) -> None:
        """Read until it is the owner's turn: no reply due, a decision due, or the end.

        BDAT is answered when the octets of its chunk are there, and they are the owner's to send.
        """
        replies, end, seconds = -1, 0.0, 0.0
        while self.closed is None and self.held is None and self._dialogue.reply_due:
            if self.session.mode is Mode.CHUNK:
                return
            now = self._clock()
            if self._dialogue.replies != replies:
                replies, seconds = self._dialogue.replies, self._timeout or self._dialogue.patience
                end = now + seconds
            first = self._dialogue.silent and not self._silent
            wait = min(end - now, SILENCE_SECONDS) if first else end - now
            if now < end and (self._read(wait) or self.closed is not None):
                continue
            if first:
                self._silent = True
                self._remark_silence()
            else:
                self.timed_out = True
                self._hang_up(End("client", late_reply(seconds)), drop=True)

    def look(self, seconds: float = 0.0) -> None:
        """Take in what the server has said unasked, or that it has gone; waits for so long."""
        while self.closed is None and self.held is None and self._read(seconds):
            pass

    @property
    def port(self) -> int:
        """The port at our end, 0 without a connection; by it a server knows one session."""
        return int(self._socket.getsockname()[1]) if self._socket is not None else 0

    def accept_certificate(self) -> None:
        """Go on although the certificate was not verified, for this session only."""
        self._accept_held()
        self._digest()

    def close(self) -> None:
        """End the connection properly, without a QUIT of its own."""
        self._hang_up(CLOSED)

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        self._hang_up(DROPPED, drop=True)

    # -- inside

    def _open(self) -> tuple[socket.socket, str]:
        end = self._clock() + CONNECT_SECONDS
        try:
            addresses = resolve(self.target)
        except (OSError, UnicodeError) as error:
            raise connect_error(self.target, error, CONNECT_SECONDS) from None
        failure: OSError = OSError("no address")
        for index, (family, address) in enumerate(addresses):
            left = len(addresses) - index
            try:
                seconds = max(0.001, seconds_for(left, end - self._clock()))
                return _connected(family, address, seconds), str(address[0])
            except OSError as error:
                failure = error
                if left > 1:
                    self._remark(next_address_words(address, error))
        raise connect_error(self.target, failure, CONNECT_SECONDS) from None

    def _begin_tls(self) -> None:
        """Shake hands and judge the certificate; hang up where that cannot be done safely."""
        from smtpshell.net.tls import verify
        from smtpshell.net.tls_layer import PlaintextError

        if self._forbids_tls(self._dialogue.left_behind()):
            return
        try:
            self._judged(verify(self._shake_hands(), self._trust))
        except PlaintextError as error:
            self._clear_text(error.data)
        except ConnectError as error:
            self._hint = error.hint
            self._hang_up(End("client", str(error)), drop=True)
        else:
            self._digest()

    def _shake_hands(self) -> Handshake:
        from smtpshell.net.tls_layer import HANDSHAKE_SECONDS, TlsLayer

        tls = self._tls = TlsLayer(self.server_name)
        end = self._clock() + HANDSHAKE_SECONDS
        try:
            self._flush_tls()
            while not tls.established:
                data = self._receive(end - self._clock())
                if data is None:
                    raise ConnectError(handshake_too_slow(HANDSHAKE_SECONDS))
                if not data:
                    raise ConnectError(
                        tr("the server closed the connection during the TLS handshake")
                    )
                try:
                    self._unread += tls.receive(data)
                finally:
                    self._flush_tls()  # also the alert that says why it failed
        except OSError as error:
            raise ConnectError(
                tr("the TLS handshake broke: {words}", words=system_words(error))
            ) from None
        return tls.agreed()

    def _read(self, seconds: float) -> bool:
        """Take in what comes within *seconds*; False if nothing did, or the end."""
        try:
            data = self._receive(seconds)
        except OSError as error:
            self._ended(End("network", system_words(error)))
            return False
        if data is None:
            return False
        if not data:
            self._ended(end_by_server(self._tls))
            return False
        if self._tls is None:
            self._unread += data
        else:
            try:
                self._unread += self._tls.receive(data)
                self._flush_tls()
            except (ConnectError, OSError) as error:
                self._hang_up(End("client", str(error)), drop=True)
        self._digest()
        return True

    def _receive(self, seconds: float) -> bytes | None:
        """What comes within *seconds*: None for nothing, b"" for the end."""
        assert self._socket is not None
        self._socket.settimeout(max(0.0, seconds))
        try:
            return self._socket.recv(_READ_SIZE)
        except (TimeoutError, BlockingIOError):
            return None

    def _digest(self) -> None:
        """Hand what was read to the dialogue, unless a certificate waits for a decision."""
        if self.held is not None or self.closed is not None:
            return
        data, self._unread = self._unread, b""
        self._dialogue.received(data)
        if self.closed is not None:  # a listener has had enough
            return
        if self._dialogue.fault:
            self._hang_up(End("client", self._dialogue.fault), drop=True)
        elif self._dialogue.tls_due:
            self._begin_tls()
        elif self._tls is not None and self._tls.at_end:
            self._ended(end_by_server(self._tls))

    def _put(self, data: bytes) -> None:
        assert self._socket is not None
        if self._tls is not None:
            self._tls.send(data)
            data = self._tls.outgoing()
        self._socket.settimeout(self._timeout or SEND_SECONDS)
        self._socket.sendall(data)

    def _flush_tls(self) -> None:
        assert self._socket is not None
        assert self._tls is not None
        if data := self._tls.outgoing():
            self._socket.settimeout(self._timeout or SEND_SECONDS)
            self._socket.sendall(data)

    def _hang_up(self, end: End, *, drop: bool = False) -> None:
        if self._why is None:
            self._why = end
        if self._socket is not None and not drop and self._tls is not None:
            self._tls.say_goodbye()
            with suppress(OSError):
                self._flush_tls()
        self._ended(end)

    def _ended(self, end: End) -> None:
        if self.closed is None:
            self._tell_end(end)
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _connected(family: int, address: tuple[Any, ...], seconds: float) -> socket.socket:
    """A socket that is connected to *address*; OSError, as where the family is not known here."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock
