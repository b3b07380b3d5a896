"""Both clients on real sockets: bytes go out as typed, nothing is lost, errors are in words."""

from __future__ import annotations

import asyncio
import errno
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from smtpshell.errors import ConnectError
from smtpshell.net import address, blocking, connect
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.client import Client
from smtpshell.net.connect import open_stream
from smtpshell.net.stream import MOST_UNREAD
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import Event, EventKind
from tests.net.conftest import NAME, Authority
from tests.net.harness import KINDS, PATIENCE, Peer, RawServer, talk
from tests.waiting import settle, until

EACH = pytest.mark.parametrize("kind", KINDS)
K = EventKind
EHLO, STARTTLS = b"EHLO a.test\r\n", b"STARTTLS\r\n"

# openssl s_client takes lines that begin with Q, R, C, k or K for commands of its own, and sends a
# bare LF. Base64 of many names begins with Q or R.
S_CLIENT_EATS = (
    b"RCPT TO:<ben@office.test>",
    b"Received: from a.test",
    b"Regards,",
    b"Content-Type: text/plain",
    b"Cc: carl@office.test",
    b"Kind regards,",
    b"kind regards",
    b"Q.",
    b"Q",
    b"R",
    b"C",
    b"QWxpY2U=",
    b"RGF2ZQ==",
    b"..stuffed",
    b"\xc3\xa9\xff\x00\x08\x7f",
    b" ",
)


@EACH
def test_what_is_typed_goes_out_byte_for_byte_under_tls(kind: str, authority: Authority) -> None:
    """No line is a command of ours, and CRLF ends each; nothing else reaches the server."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(authority.context())
        peer.answer(b"250 mail.test\r\n", *[b"250 ok\r\n"] * len(S_CLIENT_EATS))

    with RawServer(script) as server:
        talk(
            kind,
            Target("127.0.0.1", server.port),
            (EHLO, STARTTLS, EHLO, *(line + b"\r\n" for line in S_CLIENT_EATS)),
            trust=Trust(ca_pem=authority.pem, name=NAME),
        )
        assert server.heard.secret == EHLO + b"".join(line + b"\r\n" for line in S_CLIENT_EATS)


@EACH
def test_auth_answers_go_out_verbatim_under_tls(kind: str, authority: Authority) -> None:
    """Also those that begin with Q or R, in a real AUTH LOGIN exchange."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(authority.context())
        peer.answer(b"250-mail.test\r\n250 AUTH LOGIN\r\n")
        peer.answer(b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n", b"235 ok\r\n")

    lines = (b"AUTH LOGIN\r\n", b"QWxpY2U=\r\n", b"RGF2ZQ==\r\n")
    with RawServer(script) as server:
        done = talk(
            kind,
            Target("127.0.0.1", server.port),
            (EHLO, STARTTLS, EHLO, *lines),
            trust=Trust(ca_pem=authority.pem, name=NAME),
        )
        assert server.heard.secret == EHLO + b"".join(lines)
    assert done.said()[-1] == b"235 ok"


@EACH
def test_a_large_letter_goes_out_whole(kind: str, authority: Authority) -> None:
    """Several megabytes in one call, in clear and in many TLS records."""
    letter = b"x" * 70 + b"\r\n"
    data = letter * 30_000

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(authority.context())
        peer.answer(b"250 a\r\n", b"250 b\r\n", b"250 c\r\n", b"354 go\r\n")
        while not peer.secret.endswith(b"\r\n.\r\n"):
            peer._keep(peer.sock.recv(1 << 20))
        peer.say(b"250 took it\r\n")

    commands = (b"MAIL FROM:<>\r\n", b"RCPT TO:<a@b.test>\r\n", b"DATA\r\n")
    with RawServer(script) as server:
        done = talk(
            kind,
            Target("127.0.0.1", server.port),
            (EHLO, STARTTLS, EHLO, *commands, data + b".\r\n"),
            trust=Trust(ca_pem=authority.pem, name=NAME),
        )
        assert server.heard.secret == EHLO + b"".join(commands) + data + b".\r\n"
    assert done.said()[-1] == b"250 took it"


@EACH
def test_the_last_reply_before_a_reset_is_not_lost(kind: str) -> None:
    """A server that says 421 and slams the door, while the client is just sending."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.say(b"421 enough\r\n")
        peer.sock.shutdown(socket.SHUT_WR)
        peer.hear()

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port), (EHLO, b"NOOP\r\n", b"NOOP\r\n"))
    assert b"421 enough" in done.said()
    assert done.events[-1].kind is K.CLOSE


@pytest.mark.parametrize("under_tls", [False, True])
def test_a_write_that_fails_does_not_cost_the_last_reply(
    under_tls: bool, authority: Authority
) -> None:
    """The 421 lies in the kernel, unread, when the next line meets a closed door."""

    def script(peer: Peer) -> None:
        if under_tls:
            peer.tls(authority.context())
        peer.say(b"220 hi\r\n")
        go_on.wait(PATIENCE)
        peer.say(b"421 enough\r\n")
        peer.reset()

    async def run(port: int) -> None:
        trust = Trust(ca_pem=authority.pem, name=NAME)
        client = Client(Target("127.0.0.1", port, tls=under_tls), events.append, trust=trust)
        await client.connect()
        await client.settle()
        go_on.set()
        server.heard  # noqa: B018 - waits for the server's end, and the loop stands still
        client.send(b"NOOP\r\n")
        await client.wait_closed()

    go_on = threading.Event()
    events: list[Event] = []
    with RawServer(script) as server:
        asyncio.run(run(server.port))
    assert [e.data for e in events if e.kind is K.SERVER] == [b"220 hi", b"421 enough"]
    assert events[-1].detail["by"] == "network"


def test_a_script_hears_the_last_words_too_if_its_line_does_not_go_out() -> None:
    """What came before the connection broke is told, and then that it broke."""

    def script(peer: Peer) -> None:
        peer.say(b"220 hi\r\n")
        peer.answer(b"250 ok\r\n421 enough\r\n")
        peer.reset()

    events: list[Event] = []
    with RawServer(script) as server:
        client = BlockingClient(Target("127.0.0.1", server.port), events.append)
        client.connect()
        client.settle()
        client.send(b"NOOP\r\n")
        server.heard  # noqa: B018 - waits for the server's end
        with pytest.raises(ConnectError, match="the connection broke"):
            client.send(b"NOOP\r\n")
    told = [e.data for e in events if e.kind is K.SERVER]
    assert told == [b"220 hi", b"250 ok", b"421 enough"]
    assert events[-1].detail["by"] == "network"


def test_a_reader_that_is_slow_is_not_flooded() -> None:
    """What nobody has read stays in the kernel, not in memory; later all of it comes."""
    flood = b"250 ok\r\n" * 200_000

    def script(peer: Peer) -> None:
        peer.say(flood)

    async def run(port: int) -> int:
        stream, where = await open_stream(Target("127.0.0.1", port), lambda words: None)
        assert where == "127.0.0.1"
        await until(lambda: stream._paused)
        await settle()
        first = len(stream.unread())
        assert MOST_UNREAD < first <= MOST_UNREAD + 65536
        total = first
        while data := await stream.read():
            total += len(data)
        stream.close()
        return total

    with RawServer(script) as server:
        assert asyncio.run(run(server.port)) == len(flood)


@EACH
def test_a_reset_is_told_as_such(kind: str) -> None:
    """The network took the connection away; nobody said good-bye."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.reset()

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port), (EHLO, b"NOOP\r\n"))
    assert done.end is not None
    assert done.end.by == "network"
    assert "reset" in done.end.words.lower()


@EACH
def test_replies_come_through_however_they_are_cut(kind: str) -> None:
    """Octet by octet, each in a segment of its own."""

    def script(peer: Peer) -> None:
        peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in b"220-mail.test\r\n220 hi\r\n":
            peer.say(bytes([octet]))

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port))
    assert done.said() == [b"220-mail.test", b"220 hi"]


@EACH
def test_ipv6_is_spoken(kind: str) -> None:
    """By address, with brackets in the port's form."""
    try:
        server = RawServer(lambda peer: peer.say(b"220 six\r\n"), socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        done = talk(kind, Target("::1", server.port))
    assert done.said() == [b"220 six"]
    assert done.events[0].detail["address"] == "::1"


@EACH
def test_an_endless_reply_is_cut_off(kind: str) -> None:
    """Less than a megabyte is read of a server that never ends its line."""

    def script(peer: Peer) -> None:
        while True:
            peer.say(b"220-" + b"x" * 60_000)

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port))
    assert "longer than 64 KiB" in done.words
    assert sum(len(event.data) for event in done.events) < 1 << 20


@EACH
def test_a_closed_port_refuses(kind: str) -> None:
    """Nothing listens: says so, with the ports where something might."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    done = talk(kind, Target("127.0.0.1", port))
    assert "refused" in str(done.error)
    assert done.error is not None
    assert "587" in done.error.hint


def _no_name(*args: object, **kwargs: object) -> object:
    raise socket.gaierror(-2, "Name or service not known")


def _no_resolver(*args: object, **kwargs: object) -> object:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def _no_route(*args: object, **kwargs: object) -> object:
    raise OSError(113, "No route to host")


def _forbidden(*args: object, **kwargs: object) -> object:
    raise PermissionError(1, "Operation not permitted")


def _strange(*args: object, **kwargs: object) -> object:
    raise OSError(105, "No buffer space available")


TROUBLES = [
    pytest.param(_no_name, "has no address", "MX record", id="no-such-name"),
    pytest.param(_no_resolver, "could not be looked up", "DNS server", id="no-resolver"),
    pytest.param(_no_route, "no route", "online", id="no-route"),
    pytest.param(_forbidden, "does not allow", "firewall", id="forbidden"),
    pytest.param(_strange, "No buffer space available", "", id="anything-else"),
]


@EACH
@pytest.mark.parametrize(("failure", "words", "hint"), TROUBLES)
def test_trouble_on_the_way_is_told_in_words(
    kind: str,
    failure: Callable[..., object],
    words: str,
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system's errors become ours, with something to try."""
    monkeypatch.setattr(socket, "getaddrinfo", failure)
    done = talk(kind, Target("mail.test", 25))
    assert done.error is not None
    assert words in str(done.error)
    assert hint in done.error.hint


@EACH
@pytest.mark.parametrize(("port", "hint"), [(25, "block port 25"), (587, "firewall")])
def test_silence_on_the_way_is_told_by_port(
    kind: str, port: int, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time-out on port 25 is mostly a network that blocks it."""

    def silent(self: socket.socket, where: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", silent)
    done = talk(kind, Target("127.0.0.1", port))
    assert done.error is not None
    assert "no answer" in str(done.error)
    assert hint in done.error.hint


@EACH
def test_the_next_address_is_tried_and_that_is_told(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host with two addresses, of which the first is dead."""
    with RawServer(lambda peer: peer.say(b"220 second\r\n")) as server:

        def two(target: Target) -> list[address.Address]:
            where = ("127.0.0.1", server.port)
            return [(socket.AF_INET, ("127.0.0.1", 1)), (socket.AF_INET, where)]

        monkeypatch.setattr(connect, "resolve", two)
        monkeypatch.setattr(blocking, "resolve", two)
        done = talk(kind, Target("mail.test", server.port))
    assert done.said() == [b"220 second"]
    assert b"trying the next address" in done.said(K.REMARK)[0]


@EACH
def test_a_family_that_this_machine_does_not_know_is_a_dead_address(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may have an IPv6 address where the kernel was told to leave IPv6 out."""
    make = socket.socket.__init__

    def four_only(self: socket.socket, family: int = -1, *rest: int, **more: object) -> None:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        make(self, family, *rest, **more)  # type: ignore[arg-type]

    with RawServer(lambda peer: peer.say(b"220 four\r\n")) as server:

        def both(target: Target) -> list[address.Address]:
            six = (socket.AF_INET6, ("::1", server.port, 0, 0))
            return [six, (socket.AF_INET, ("127.0.0.1", server.port))]

        monkeypatch.setattr(connect, "resolve", both)
        monkeypatch.setattr(blocking, "resolve", both)
        monkeypatch.setattr(socket.socket, "__init__", four_only)
        done = talk(kind, Target("mail.test", server.port))
    assert done.said() == [b"220 four"]
    assert b"::1 port" in done.said(K.REMARK)[0]


def test_an_address_cannot_use_up_the_time_of_the_next() -> None:
    """Five seconds each while there are more, all that is left for the last."""
    assert address.seconds_for(3, 15) == 5
    assert address.seconds_for(2, 2) == 2
    assert address.seconds_for(1, 10) == 10


def test_the_kernel_has_the_line_when_send_returns() -> None:
    """R2: Enter puts the line on the wire, not the event loop's next round."""

    def script(peer: Peer) -> None:
        peer.say(b"220 hi\r\n")
        peer.answer(b"250 ok\r\n")

    async def run(port: int) -> None:
        client = Client(Target("127.0.0.1", port), lambda event: None)
        await client.connect()
        await client.settle()
        client.send(b"NOOP\r\n")
        server.heard  # noqa: B018 - waits for the server's thread, and the loop stands still
        await client.wait_closed()

    with RawServer(script) as server:
        asyncio.run(run(server.port))
    assert server.heard.clear == b"NOOP\r\n"


def test_blocking_looks_for_what_came_unasked() -> None:
    """Before the next line is sent a script sees the 421 that lies there."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.say(b"421 enough\r\n")

    events: list[Event] = []
    with RawServer(script) as server:
        client = BlockingClient(Target("127.0.0.1", server.port), events.append)
        client.connect()
        client.settle()
        client.send(EHLO)
        client.settle()
        assert server.heard.clear == EHLO
        client.look()
    assert client.closed is not None
    assert [event.data for event in events if event.detail.get("unasked")] == [b"421 enough"]
    with pytest.raises(ConnectError, match="no connection"):
        client.send(EHLO)


def test_who_drops_twice_is_gone_once() -> None:
    """The end is told once, with what came before."""
    events: list[Event] = []
    with RawServer(lambda peer: peer.say(b"220 hi\r\n")) as server:
        client = BlockingClient(Target("127.0.0.1", server.port), events.append)
        client.connect()
        client.settle()
        client.drop()
        client.drop()
    assert [event.data for event in events[1:]] == [b"220 hi", b"dropped without a word"]


@EACH
def test_the_deadline_is_for_the_whole_reply(kind: str) -> None:
    """On a real socket too: half a reply is not enough."""

    def script(peer: Peer) -> None:
        peer.say(b"220-mail.test\r\n")
        peer.hear_all()

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port), timeout=0.05)
    assert "no whole reply came within 0.05 s" in done.words


@EACH
@pytest.mark.parametrize(
    ("said", "remarks"),
    [
        pytest.param(b"", 1, id="nothing"),
        pytest.param(b"220-", 0, id="a-line-begun"),
        pytest.param(b"220-mail.test\r\n", 0, id="a-reply-begun"),
    ],
)
def test_a_server_that_does_not_greet_may_wait_for_tls(
    kind: str, said: bytes, remarks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is told once, and not of a server that has begun to speak."""
    for module in ("blocking", "client"):
        monkeypatch.setattr(f"smtpshell.net.{module}.SILENCE_SECONDS", 0.5)

    def script(peer: Peer) -> None:
        peer.say(said)
        peer.hear_all()

    with RawServer(script) as server:
        done = talk(kind, Target("127.0.0.1", server.port), timeout=0.8)
    told = [event.data for event in done.events if event.kind is K.REMARK]
    assert [b"--tls" in words for words in told] == [True] * remarks
    assert "no whole reply came within 0.8 s" in done.words


def test_scripted_runs_import_neither_asyncio_nor_ssl() -> None:
    """T5: what a run does not need, it does not pay for."""
    code = (
        "import sys, smtpshell.net.blocking\n"
        "dear = {'asyncio', 'ssl', 'dataclasses', 'json', 'cryptography', 'inspect', 'email'}\n"
        "print(sorted(dear & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
