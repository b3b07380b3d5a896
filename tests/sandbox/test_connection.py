"""One client at one door: whose bytes it reads, whom it is taken for, when it is greeted."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from smtpshell.sandbox import practice_server
from smtpshell.sandbox.practice import Practice
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.wire.certificate import ServerCertificate
from smtpshell.sandbox.wire.connection import Connection
from smtpshell.sandbox.wire.door import OTHER_FILES, make_room_for
from tests.sandbox.caller import Client, client_of, serving, trusting
from tests.sandbox.play import HELLO, MAIL, RCPT, codes
from tests.waiting import LIMIT

LETTERS = 60  # of each client
CLIENTS = 2  # of each server
PATIENCE = LIMIT  # for a reply; then something is wrong


def deliver(server: Practice, mark: bytes) -> None:
    """Hand letters over whose envelope and text are all of this *mark*, in step."""
    with socket.create_connection((server.host, server.port), PATIENCE) as sock:
        replies = sock.makefile("rb")
        assert replies.readline().startswith(b"220 ")
        lines = [b"HELO a.test\r\n"]
        lines += [
            b"MAIL FROM:<%b@far.test>\r\n" % mark,
            b"RCPT TO:<ana@office.test>\r\n",
            b"DATA\r\n",
            text_of(mark) + b".\r\n",
        ] * LETTERS
        for line in lines:
            sock.sendall(line)
            assert replies.readline()[:1] in b"23"


def text_of(mark: bytes) -> bytes:
    return (mark * 20 + b"\r\n") * 500


def in_threads(servers: Sequence[Practice]) -> None:
    marks = [(one, b"%d-%dx" % (number, k)) for number, one in enumerate(servers) for k in (1, 2)]
    threads = [Thread(target=deliver, args=pair, daemon=True) for pair in marks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def test_servers_in_one_process_do_not_read_each_others_clients() -> None:
    """Each has a thread of its own, and what one reads is no business of the other's."""
    with ExitStack() as stack:
        servers = [stack.enter_context(practice_server()) for _ in range(3)]
        in_threads(servers)
        for number, server in enumerate(servers):
            letters = server.mailbox("ana")
            assert len(letters) == CLIENTS * LETTERS
            for letter in letters:
                mark = letter.reverse_path.partition("@")[0].encode()
                assert mark.startswith(b"%d-" % number)
                assert letter.data == text_of(mark)


async def test_each_server_has_a_buffer_of_its_own() -> None:
    """Its connections share it, and nobody else does."""
    async with serving() as one, serving() as other:
        ours = [Connection(one, one.part("mx")).get_buffer(0).obj for _ in range(2)]
        theirs = Connection(other, other.part("mx")).get_buffer(0).obj
        assert ours[0] is ours[1]
        assert ours[0] is not theirs


@pytest.mark.skipif(sys.platform == "win32", reason="no sockets in the file system")
@pytest.mark.parametrize("name", ["", "client", "\0client"], ids=["none", "path", "abstract"])
async def test_a_client_at_a_socket_in_the_file_system(tmp_path: Path, name: str) -> None:
    """Whatever its own end is called, it is on this machine; a path is nobody's address."""
    if name.startswith("\0") and sys.platform != "linux":
        pytest.skip("abstract names are Linux's")
    path = str(tmp_path / "smtp")
    async with serving(unix=path) as server:
        with socket.socket(socket.AF_UNIX) as sock:
            if name:
                sock.bind(f"{name}-{os.getpid()}" if name[0] == "\0" else str(tmp_path / name))
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, path)
            client = Client(*await asyncio.open_unix_connection(sock=sock))
            assert codes(await client.reply()) == ["220"]
            assert codes(await client.say(HELLO, MAIL, RCPT, "DATA", "hi\r\n.")) == ["250 2.0.0"]
            await client.close()
        (letter,) = server.world.mailboxes["ana@office.test"]
        assert b"Received: from desk7.office.test ([127.0.0.1])\r\n" in letter.trace


async def test_a_greeting_takes_its_time_under_tls_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes when it is due, and not when the server happens to look who is idle."""
    monkeypatch.setattr(PracticeServer, "_sweep", lambda self: None)
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "calm.toml").write_text(
        'format = 1\nkind = "personality"\nid = "calm"\nlike = "postfix-like"\nabout = "x"\n'
        "[timing]\ngreeting_delay = 0.02\n"
    )
    async with serving(personality="calm", folders=[tmp_path]) as server:
        async with client_of(server):
            pass
        async with client_of(server, server.tls_port, trusting(server)) as client:
            assert codes(await client.say(HELLO)) == ["250"]


def test_a_certificate_for_a_long_name() -> None:
    """A host's name may have more than the 64 characters that a common name can."""
    name = f"{'x' * 60}.{'y' * 60}.test"
    assert ServerCertificate((name, "localhost")).names[0] == name


def test_a_system_that_gives_no_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then there are as many sessions as go with those it has given, and the server starts."""
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))

    def refuse(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert make_room_for(1000) == 256 - OTHER_FILES
    assert make_room_for(10) == 10


async def test_a_resumption_that_nobody_waits_for_any_more() -> None:
    """It is forgotten, and who comes from its port is greeted like anybody else."""
    async with serving() as server, client_of(server) as client:
        await client.say(HELLO)
        point = server.keep(client.port)
        assert point is not None
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            waiting = asyncio.ensure_future(server.resume(0, sock.getsockname()[1], point))
            resumed = server.awaited[sock.getsockname()[1]].done
            waiting.cancel()
            await asyncio.sleep(0)
            resumed()
            assert not server.awaited
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(sock, ("127.0.0.1", server.port))
            assert (await loop.sock_recv(sock, 1000)).startswith(b"220 ")
