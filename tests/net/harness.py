"""A raw server that plays a script over a real socket, and both clients driven alike.

What the server heard is the judge: in clear and under TLS apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from smtpshell.errors import ConnectError
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.client import Client
from smtpshell.net.dialogue import End
from smtpshell.net.target import Target
from smtpshell.net.tls import TlsReport
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import Event, EventKind
from tests.waiting import LIMIT

PATIENCE = LIMIT
KINDS = ("asyncio", "blocking")


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.clear = b""  # heard without TLS
        self.secret = b""  # heard under TLS
        self._unread = b""

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self) -> bytes:
        """The client's next line, without CRLF; b"" at the end."""
        return next(self.lines(), b"")

    def lines(self) -> Iterator[bytes]:
        """Each of the client's lines, empty ones too, to the end."""
        while True:
            while b"\r\n" not in self._unread:
                data = self.sock.recv(65536)
                if not data:
                    return
                self._keep(data)
            line, _, self._unread = self._unread.partition(b"\r\n")
            yield line

    def hear_all(self) -> None:
        """All that the client still says."""
        with contextlib.suppress(OSError):
            while data := self.sock.recv(65536):
                self._keep(data)

    def answer(self, *replies: bytes) -> None:
        """One reply for each line heard."""
        for reply in replies:
            self.hear()
            self.say(reply)

    def greet(self, *, starttls: bool = True) -> None:
        """Greeting and EHLO."""
        self.say(b"220 mail.test ESMTP\r\n")
        self.answer(b"250-mail.test\r\n250 STARTTLS\r\n" if starttls else b"250 mail.test\r\n")

    def tls(self, context: ssl.SSLContext) -> None:
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def reset(self) -> None:
        """Close with RST: the client's next write fails."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _keep(self, data: bytes) -> None:
        self._unread += data
        if isinstance(self.sock, ssl.SSLSocket):
            self.secret += data
        else:
            self.clear += data


Script = Callable[[Peer], None]


def take_a_letter(peer: Peer) -> None:
    """A script: greet, take what a letter needs, and say goodbye."""
    peer.say(b"220 mail.test\r\n")
    peer.answer(b"250 mail.test\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")
    for line in peer.lines():
        if line in (b".", b"QUIT"):
            peer.say(b"250 kept\r\n" if line == b"." else b"221 bye\r\n")


class RawServer:
    """Listens on loopback and plays *script* for the first connection, in a thread."""

    def __init__(self, script: Script, family: int = socket.AF_INET) -> None:
        self._script = script
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        except OSError:  # no IPv6 here
            self._listener.close()
            raise
        self._listener.listen(1)
        self._listener.settimeout(PATIENCE)
        self.port: int = self._listener.getsockname()[1]
        self.peer: Peer | None = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE)
        self._listener.close()

    @property
    def heard(self) -> Peer:
        self._thread.join(PATIENCE)
        assert self.peer is not None, self.error
        return self.peer

    def _run(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError as error:
            self.error = error
            return
        sock.settimeout(PATIENCE)
        self.peer = Peer(sock)
        try:
            self._script(self.peer)
        except (OSError, ssl.SSLError) as error:  # the client went away: often what is tested
            self.error = error
        finally:
            self.peer.sock.close()
            sock.close()


class Talk(NamedTuple):
    """How a client fared."""

    events: list[Event]
    end: End | None
    report: TlsReport | None
    error: ConnectError | None

    def said(self, kind: EventKind = EventKind.SERVER) -> list[bytes]:
        return [event.data for event in self.events if event.kind is kind]

    @property
    def words(self) -> str:
        return self.end.words if self.end else ""


def talk(
    client_kind: str,
    target: Target,
    lines: Iterable[bytes] = (),
    *,
    trust: Trust | None = None,
    accept: bool = False,
    timeout: float = PATIENCE,
) -> Talk:
    """Connect, send each line when it is our turn, close; *accept* any certificate."""
    events: list[Event] = []
    if client_kind == "asyncio":
        return asyncio.run(_talk_async(target, lines, events, trust, accept, timeout))
    return _talk_blocking(target, lines, events, trust, accept, timeout)


async def _talk_async(
    target: Target,
    lines: Iterable[bytes],
    events: list[Event],
    trust: Trust | None,
    accept: bool,
    timeout: float,
) -> Talk:
    client = Client(target, events.append, trust=trust, timeout=timeout)
    error = None
    try:
        await client.connect()
        await client.settle()
        for line in lines:
            if client.held and accept:
                client.accept_certificate()
                await client.settle()
            if client.held or client.closed:
                break
            client.send(line)
            await client.settle()
    except ConnectError as caught:
        error = caught
    client.close()
    await client.wait_closed()
    return Talk(events, client.closed, client.report, error)


def _talk_blocking(
    target: Target,
    lines: Iterable[bytes],
    events: list[Event],
    trust: Trust | None,
    accept: bool,
    timeout: float,
) -> Talk:
    client = BlockingClient(target, events.append, trust=trust, timeout=timeout)
    error = None
    try:
        client.connect()
        client.settle()
        for line in lines:
            if client.held and accept:
                client.accept_certificate()
                client.settle()
            if client.held or client.closed:
                break
            client.send(line)
            client.settle()
    except ConnectError as caught:
        error = caught
    client.close()
    return Talk(events, client.closed, client.report, error)
