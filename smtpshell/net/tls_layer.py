"""TLS as a filter between two byte strings; it has never seen a socket.

Why not asyncio's own start_tls
===============================

The switch from clear text to TLS is where mail programs get hurt: whatever the server said in clear
behind the 220 to STARTTLS must never be read as if it had come under TLS (CVE-2011-0411 and its
relatives), and nothing may be sent before the certificate has been judged. So TLS is done here in
memory, with no socket: encrypted bytes in, clear bytes out, and the caller decides when which is
which. asyncio and blocking sockets use the same layer.

The handshake itself accepts any certificate. The certificate is judged right after it
(`tls.py`), before any SMTP byte travels; so a bad one can be shown, explained and, if the
learner says so, accepted for this one session, without connecting again.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import Any, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import ConnectError

HANDSHAKE_SECONDS = 15.0
READ_SIZE = 65536

_ALERT, _HANDSHAKE = 0x15, 0x16  # the only TLS record types a server may begin with


class Handshake(NamedTuple):
    """What a handshake agreed on, and the certificates the server showed (DER, its own first)."""

    version: str
    cipher: str
    server_name: str
    chain: tuple[bytes, ...]


class PlaintextError(ConnectError):
    """Clear text stands where TLS has to begin; *data* is the beginning of it."""

    def __init__(self, message: str, data: bytes) -> None:
        super().__init__(message)
        self.data = data


def handshake_context() -> ssl.SSLContext:
    """TLS 1.2 or later (RFC 8996), any certificate: `tls.verify` judges it afterwards."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class TlsLayer:
    """One TLS connection without a socket. After each call, send what `outgoing()` returns."""

    __slots__ = ("_first", "_from_wire", "_name", "_session", "_to_wire", "at_end", "established")

    def __init__(self, server_name: str) -> None:
        self._from_wire = ssl.MemoryBIO()
        self._to_wire = ssl.MemoryBIO()
        self._name = server_name
        self._first = b""
        self.established = False
        self.at_end = False  # the server has ended TLS properly, with close_notify
        try:
            self._session = handshake_context().wrap_bio(
                self._from_wire, self._to_wire, server_hostname=server_name
            )
        except (ValueError, ssl.SSLError) as error:  # a name that TLS cannot carry
            raise ConnectError(
                tr(
                    "no TLS with a server named {name}: {error}",
                    name=repr(server_name),
                    error=error,
                )
            ) from None
        self._shake_hands()

    def receive(self, data: bytes) -> bytes:
        """Take what came from the wire; return the clear text in it (none before `established`).

        Raises ConnectError when the handshake fails or the records are broken.
        """
        if not self.established:
            self._check_first_bytes(data)
        self._from_wire.write(data)
        if not self.established and not self._shake_hands():
            return b""
        return self._read()

    def send(self, data: bytes) -> None:
        """Encrypt *data*; only when established."""
        view = memoryview(data)
        while view:
            view = view[self._session.write(view) :]

    def outgoing(self) -> bytes:
        """Encrypted bytes that wait to be sent."""
        return self._to_wire.read()

    def say_goodbye(self) -> None:
        """Tell the peer that nothing more follows (close_notify)."""
        if self.established:
            with contextlib.suppress(ssl.SSLError):  # its own good-bye has not come yet
                self._session.unwrap()

    def agreed(self) -> Handshake:
        """What the finished handshake agreed on."""
        cipher = self._session.cipher()
        return Handshake(
            version=self._session.version() or "",
            cipher=cipher[0] if cipher else "",
            server_name=self._name,
            chain=_peer_chain(self._session),
        )

    def _check_first_bytes(self, data: bytes) -> None:
        if self._first:
            return
        self._first = data[:512]
        if data and data[0] not in (_ALERT, _HANDSHAKE):
            raise PlaintextError("the server answered the TLS handshake in clear text", self._first)

    def _shake_hands(self) -> bool:
        try:
            self._session.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise handshake_error(error) from None
        self.established = True
        return True

    def _read(self) -> bytes:
        clear = bytearray()
        try:
            while piece := self._session.read(READ_SIZE):
                clear += piece
            self.at_end = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.at_end = True
        except ssl.SSLError as error:
            raise ConnectError(tr("TLS broke: {reason}", reason=_reason(error))) from None
        return bytes(clear)


def handshake_error(error: ssl.SSLError) -> ConnectError:
    """A failed handshake in words."""
    reason = _reason(error)
    if "unsupported protocol" in reason or "protocol version" in reason:
        return ConnectError(
            tr("no TLS version in common: this server speaks only versions older than TLS 1.2"),
            hint=tr("TLS 1.0 and 1.1 must not be used any more (RFC 8996)"),
        )
    if "handshake failure" in reason or "no shared cipher" in reason:
        return ConnectError(
            tr("the TLS handshake failed: no cipher or key exchange in common"),
            hint=tr("the server offers only what is too weak or too new for this machine"),
        )
    if "wrong version number" in reason or "packet length" in reason or "record layer" in reason:
        return ConnectError(tr("the TLS handshake failed: what the server sent is not TLS"))
    return ConnectError(tr("the TLS handshake failed: {reason}", reason=reason))


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's own words, without its file names and numbers."""
    return (error.reason or error.strerror or str(error)).replace("_", " ").lower()


def _peer_chain(session: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates as the server sent them. Public since Python 3.13, there all along."""
    ask = getattr(session, "get_unverified_chain", None)
    if ask is not None:
        return tuple(ask())
    inner: Any = getattr(session, "_sslobj", None)
    if hasattr(inner, "get_unverified_chain"):
        # 2 is ENCODING_DER of the _ssl module.
        return tuple(cert.public_bytes(2) for cert in inner.get_unverified_chain() or ())
    own = session.getpeercert(binary_form=True)
    return (own,) if own else ()
