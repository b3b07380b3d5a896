"""The listener: real sockets on loopback, TLS, and clients that do not behave."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from pathlib import Path

import pytest

from smtpshell.errors import ConnectError
from smtpshell.sandbox.mind.responder import Responder
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import start
from smtpshell.smtp.state import State
from tests.sandbox.caller import Client, client_of, serving, trusting
from tests.sandbox.play import HELLO, MAIL, RCPT, codes
from tests.waiting import until

TIMEOUT = 60.0  # of each test; nothing here waits for it


async def test_a_letter_over_a_socket() -> None:
    """It is in the mailbox when the reply to the dot is here."""
    async with serving() as server, client_of(server) as client:
        await client.say(HELLO, MAIL, RCPT, "DATA")
        assert codes(await client.say("Subject: hi\r\n\r\nhi\r\n.")) == ["250 2.0.0"]
        (message,) = server.world.mailboxes["ana@office.test"]
        assert message.data == b"Subject: hi\r\n\r\nhi\r\n"
        assert codes(await client.say("QUIT")) == ["221 2.0.0"]
        assert await client.rest() == b""


async def test_what_a_server_says_of_itself() -> None:
    """Name, personality, seed and ports; the ports that were not asked for are None."""
    async with serving(seed=9, submission_port=None, lmtp_port=0) as server:
        assert server.name == "mail.office.test"
        assert server.personality.id == "postfix-like"
        assert server.seed == 9
        assert server.submission_port is None
        assert len({server.port, server.tls_port, server.lmtp_port}) == 3
        assert server.ca_pem.startswith(b"-----BEGIN CERTIFICATE-----")


async def test_a_port_that_is_taken() -> None:
    """The error says which one, and what to do."""
    async with serving() as server:
        with pytest.raises(ConnectError, match=f"cannot listen .* {server.port}"):
            await start(port=server.port)


async def test_the_view_by_the_clients_port() -> None:
    """`:server` finds its session while it is open and after it has ended."""
    async with serving() as server:
        async with client_of(server) as client:
            port = client.port
            await client.say(HELLO, MAIL)
            view = server.view(port)
            assert view is not None
            assert view.state is State.MAIL
            assert server.view(1) is None
            assert list(server.events(1)) == []
        await until(lambda: not server._open)
        view = server.view(port)
        assert view is not None
        assert view.envelope.sender == "ada@far.test"
        assert [event.data for event in server.events(port)][-1] == b"client"


@pytest.mark.parametrize("hello_in_first_record", [True, False])
async def test_starttls_in_place(hello_in_first_record: bool) -> None:
    """The session goes on under TLS; a client may say EHLO in its very first TLS record."""
    async with serving() as server, client_of(server) as client:
        await client.say(HELLO)
        assert codes(await client.say("STARTTLS")) == ["220 2.0.0"]
        if hello_in_first_record:
            reply, channel = await _hello_with_the_handshake(server, client)
        else:
            await client.writer.start_tls(trusting(server), server_hostname="localhost")
            reply, channel = await client.say(HELLO), client.writer.get_extra_info("ssl_object")
        assert "AUTH PLAIN" in reply
        assert channel.version() in ("TLSv1.2", "TLSv1.3")
        view = server.view(client.port)
        assert view is not None
        assert view.tls.startswith(channel.version() or "none")


async def _hello_with_the_handshake(
    server: PracticeServer, client: Client
) -> tuple[str, ssl.SSLObject]:
    """Shake hands by hand, and send EHLO together with the end of the handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    channel = trusting(server).wrap_bio(incoming, outgoing, server_hostname="localhost")
    while True:
        try:
            channel.do_handshake()
            break
        except ssl.SSLWantReadError:
            client.writer.write(outgoing.read())
            incoming.write(await client.reader.read(65536))
    channel.write(HELLO.encode() + b"\r\n")
    client.writer.write(outgoing.read())
    reply = b""
    while not reply.endswith(b"250 CHUNKING\r\n"):
        try:
            reply += channel.read(65536)
        except ssl.SSLWantReadError:
            incoming.write(await client.reader.read(65536))
    return reply.decode(), channel


async def test_bytes_behind_starttls_are_refused() -> None:
    """On the wire as in the responder: 554, and the connection ends."""
    async with serving() as server, client_of(server) as client:
        await client.say(HELLO)
        client.writer.write(b"STARTTLS\r\nNOOP\r\n")
        assert codes((await client.rest()).decode()) == ["554 5.5.0"]


@pytest.mark.parametrize("garbage", [b"NOOP\r\n", b"\0" * 300, b"GET / HTTP/1.1\r\n\r\n"])
async def test_garbage_instead_of_a_handshake_ends_the_connection(garbage: bytes) -> None:
    """In clear behind the 220 nothing is answered any more."""
    async with serving() as server:
        async with client_of(server) as client:
            await client.say(HELLO, "STARTTLS")
            client.writer.write(garbage)
            assert b"250" not in await client.rest_before_a_reset()
        await until(lambda: not server._open)


async def test_a_stalled_handshake_ends(tmp_path: Path) -> None:
    """Who says STARTTLS and then nothing is let go."""
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "hasty.toml").write_text(
        'format = 1\nkind = "personality"\nid = "hasty"\nlike = "postfix-like"\nabout = "x"\n'
        "[timing]\nhandshake = 0.05\n"
    )
    async with serving(personality="hasty", folders=[tmp_path]) as server:
        async with client_of(server) as client:
            await client.say(HELLO, "STARTTLS")
            assert await client.rest_before_a_reset() == b""
        await until(lambda: not server._open)


async def test_implicit_tls() -> None:
    """On that port TLS comes first, the greeting second."""
    async with serving() as server:
        async with client_of(server, server.tls_port, trusting(server)) as client:
            reply = await client.say(HELLO)
            assert "AUTH" in reply
            assert "STARTTLS" not in reply
            assert codes(await client.say(MAIL)) == ["530 5.7.0"]
            await client.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")
            assert codes(await client.say("MAIL FROM:<ana@office.test>")) == ["250 2.1.0"]
            assert codes(await client.say("QUIT")) == ["221 2.0.0"]
            assert await client.rest() == b""
        reader, writer = await asyncio.open_connection("127.0.0.1", server.tls_port)
        writer.write(b"EHLO in.clear.test\r\n")
        assert b"220" not in await Client(reader, writer).rest_before_a_reset()
        await Client(reader, writer).close()


async def test_old_versions_of_tls_are_refused() -> None:
    """Nothing older than 1.2 (RFC 8996)."""
    async with serving() as server:
        assert server.certificate.context.minimum_version is ssl.TLSVersion.TLSv1_2
        context = trusting(server)
        for name in ("localhost", "mail.office.test", "127.0.0.1"):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", server.tls_port, ssl=context, server_hostname=name
            )
            await Client(reader, writer).close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(
                "127.0.0.1", server.tls_port, ssl=context, server_hostname="other.test"
            )


async def test_too_many_sessions_of_one_client() -> None:
    """The next one hears 421 and is let go; when one leaves there is room again."""
    async with serving(most_of_one=2) as server:
        async with client_of(server), client_of(server):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            assert codes((await reader.read()).decode()) == ["421 4.7.0"]
            await Client(reader, writer).close()
        await until(lambda: not server._open)
        async with client_of(server):
            assert server._clients["127.0.0.1"] == 1


async def test_too_many_sessions_in_all() -> None:
    """The house is full: 421."""
    async with serving(most_sessions=1) as server, client_of(server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert codes((await reader.read()).decode()) == ["421 4.3.2"]
        await Client(reader, writer).close()


async def test_stopping_says_421_to_everybody() -> None:
    """Open sessions end with a reply, not with a cut line; nothing listens any more."""
    server = await start()
    async with client_of(server) as one, client_of(server) as other:
        await one.say(HELLO)
        await server.close()
        for client in (one, other):
            assert codes((await client.rest()).decode()) == ["421 4.3.2"]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_our_last_words_arrive() -> None:
    """A client that goes on talking after we hung up can still read why."""
    async with serving() as server, client_of(server) as client:
        client.writer.write(b"GET / HTTP/1.1\r\n" + b"Header: x\r\n" * 5000)
        assert codes((await client.rest()).decode()) == ["221 2.7.0"]


async def test_a_flood_of_commands_is_answered_whole() -> None:
    """Thousands of commands in one go, answered in order while the client reads."""
    async with serving(most_of_one=2) as server, client_of(server) as client:
        await client.say(HELLO, MAIL)
        client.writer.write(b"RCPT TO:<ana@office.test>\r\n" * 3000)
        for number in range(3000):
            expected = "250 2.1.5" if number < 1000 else "452 4.5.3"
            if number > 1000 + 8:
                break
            assert codes(await client.reply()) == [expected], number


async def test_a_client_that_does_not_read_stops_being_read(tmp_path: Path) -> None:
    """Replies do not pile up: with a full buffer the server waits, until there is room."""
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "roomy.toml").write_text(
        'format = 1\nkind = "personality"\nid = "roomy"\nlike = "by-the-book"\nabout = "x"\n'
        f"[limits]\njunk = 1000000\n[replies]\nrset-ok = '250 {'x' * 480}'\n"
    )
    async with serving(personality="roomy", folders=[tmp_path]) as server:
        loop = asyncio.get_running_loop()
        with socket.socket() as sock:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, 4096)
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", server.port))
            await until(lambda: bool(server._open))
            (connection,) = server._open
            await loop.sock_recv(sock, 4096)
            await loop.sock_sendall(sock, HELLO.encode() + b"\r\n")
            await loop.sock_recv(sock, 4096)
            sent, stuck = 0, 0
            while stuck < 200:
                try:
                    sent += sock.send(FLOOD[sent % len(RSET) :])
                    stuck = 0
                except BlockingIOError:
                    stuck += 1
                await asyncio.sleep(0)
                assert connection._transport is not None
                assert connection._transport.get_write_buffer_size() <= 192 * 1024
            assert connection._full
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.setblocking(True)
            sock.settimeout(TIMEOUT)
            expected = sent // len(RSET)
            assert await asyncio.to_thread(_count_replies, sock, expected) >= expected
        await until(lambda: not server._open)


RSET = b"RSET\r\n"
FLOOD = RSET * 100


def _count_replies(sock: socket.socket, expected: int) -> int:
    """Read until there are so many replies."""
    count = 0
    while count < expected:
        count += sock.recv(65536).count(b"\n")
    return count


async def test_a_slow_reply_does_not_hold_up_others(tmp_path: Path) -> None:
    """While one client waits for a reply that takes its time, another is served."""
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "slow.toml").write_text(
        'format = 1\nkind = "personality"\nid = "slow"\nlike = "postfix-like"\nabout = "x"\n'
        "[replies.noop-ok]\ndelay = 0.05\n"
    )
    async with (
        serving(personality="slow", folders=[tmp_path]) as server,
        client_of(server) as one,
        client_of(server) as other,
    ):
        one.writer.write(b"NOOP\r\n")
        assert codes(await other.say(HELLO, MAIL)) == ["250 2.1.0"]
        assert codes(await one.reply()) == ["250 2.0.0"]
        assert codes(await one.say("RSET")) == ["250 2.0.0"]


async def test_time_runs_out_on_the_wire(tmp_path: Path) -> None:
    """Silence ends with 421; also a greeting can take its time."""
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "brief.toml").write_text(
        'format = 1\nkind = "personality"\nid = "brief"\nlike = "postfix-like"\nabout = "x"\n'
        "[timing]\ngreeting_delay = 0.02\nidle = 0.05\n"
    )
    async with (
        serving(personality="brief", folders=[tmp_path]) as server,
        client_of(server) as client,
    ):
        assert codes((await client.rest()).decode()) == ["421 4.4.2"]


VANISHING: dict[str, bytes] = {
    "before-anything": b"",
    "after-hello": b"EHLO a.test\r\n",
    "in-a-line": b"EHLO a.te",
    "in-a-letter": b"EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<ana@office.test>\r\nDATA\r\nhi",
    "in-a-chunk": b"EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<ana@office.test>\r\nBDAT 99\r\nhi",
    "in-a-handshake": b"EHLO a.test\r\nSTARTTLS\r\n",
}


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "close"])
@pytest.mark.parametrize("said", VANISHING.values(), ids=VANISHING.keys())
async def test_clients_vanish(said: bytes, reset: bool) -> None:
    """Wherever it happens, nothing is stored, nothing stays open, and the server goes on."""
    async with serving() as server:
        await server.tls_context()
        for _ in range(20):
            sock = socket.create_connection(("127.0.0.1", server.port))
            for line in said.splitlines(keepends=True):
                sock.sendall(line)
                await asyncio.sleep(0)
            if reset:
                linger = struct.pack("ii", 1, 0)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            sock.close()
        await until(lambda: server.world.sessions == 20 and not server._open)
        assert not any(server.world.mailboxes.values())
        assert not server._clients
        async with client_of(server) as client:
            assert codes(await client.say(HELLO)) == ["250"]


async def test_a_fault_of_ours_is_451_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client learns nothing about it, the log does, and others are not touched."""

    def broken(self: Responder, data: bytes, now: float) -> bytes:
        raise ZeroDivisionError("secret detail")

    at_error = caplog.at_level(logging.ERROR, "smtpshell.sandbox.wire.connection")
    async with serving() as server, client_of(server) as client:
        with monkeypatch.context() as patch, at_error:
            patch.setattr(Responder, "received", broken)
            client.writer.write(b"NOOP\r\n")
            reply = (await client.rest()).decode()
        assert codes(reply) == ["451 4.3.0"]
        assert "secret" not in reply
        async with client_of(server) as other:
            assert codes(await other.say("NOOP")) == ["250 2.0.0"]
    assert "secret detail" in caplog.text


async def test_many_idle_sessions_do_not_delay_a_busy_one() -> None:
    """A crowd that says nothing costs nothing."""
    async with serving(most_of_one=400) as server:
        crowd = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(300)]
        async with client_of(server) as client:
            await client.say(HELLO, MAIL, RCPT, "DATA")
            assert codes(await client.say("hi\r\n.")) == ["250 2.0.0"]
        for _, writer in crowd:
            writer.close()
        await until(lambda: not server._open)


async def test_the_worlds_clock_can_be_put_forward() -> None:
    """Letters are dated by it; sessions do not time out by that."""
    async with serving() as server, client_of(server) as client:
        await client.say(HELLO, MAIL, RCPT, "DATA", "1\r\n.", MAIL, RCPT, "DATA")
        server.skip(86400)
        assert codes(await client.say("2\r\n.")) == ["250 2.0.0"]
        first, second = server.world.mailboxes["ana@office.test"]
        assert 86400 <= second.received - first.received < 86500
