"""Who is told that there is something to read, and that asyncio reads where nobody is."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager

import pytest

from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.wire.reading import Readers, readers_in
from tests.sandbox.caller import client_of, serving, trusting
from tests.sandbox.play import HELLO, MAIL, RCPT

MANY = 4  # letters; a session with one is young
FLOOD = 10_000  # commands
LETTER = (HELLO, MAIL, RCPT, "DATA", "Subject: x\r\n\r\nx\r\n.")

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="there is no epoll here")


class Listener:
    """A reader with a socket that has something to read, and what it does when it is told."""

    def __init__(self, stack: ExitStack, does: Callable[[], None] = lambda: None) -> None:
        self.ours, self.theirs = (stack.enter_context(one) for one in socket.socketpair())
        self.theirs.sendall(b"x")
        self.number = self.ours.fileno()
        self.does = does
        self.told = 0
        self.aborted = False

    def read_ready(self) -> None:
        self.told += 1
        self.ours.recv(10)
        self.does()

    def abort(self) -> None:
        self.aborted = True


@asynccontextmanager
async def readers() -> AsyncIterator[Readers]:
    found = readers_in(asyncio.get_running_loop())
    assert found is not None
    try:
        yield found
    finally:
        found.close()


async def a_round() -> None:
    """The loop has been round, and everybody who can read has been told."""
    for _ in range(2):
        await asyncio.sleep(0)


async def test_everybody_with_something_to_read_is_told_once() -> None:
    """And again when more comes, but not after it was taken out."""
    with ExitStack() as stack:
        async with readers() as found:
            several = [Listener(stack) for _ in range(3)]
            for one in several:
                found.add(one.number, one)
            await a_round()
            assert [one.told for one in several] == [1, 1, 1]
            found.remove(several[0].number)
            for one in several:
                one.theirs.sendall(b"y")
            await a_round()
            assert [one.told for one in several] == [1, 2, 2]


async def test_who_is_gone_by_anothers_turn_is_not_told() -> None:
    """Both had something to read; the first to be told takes the other one out."""
    with ExitStack() as stack:
        async with readers() as found:
            one, other = Listener(stack), Listener(stack)
            one.does = lambda: found.remove(other.number)
            other.does = lambda: found.remove(one.number)
            for each in (one, other):
                found.add(each.number, each)
            await a_round()
            assert one.told + other.told == 1


async def test_who_breaks_is_cut_off_and_the_others_are_told() -> None:
    """An error of ours in one connection is no reason to stop reading from the others."""

    def broken() -> None:
        raise ValueError("broken")

    with ExitStack() as stack:
        async with readers() as found:
            several = [Listener(stack), Listener(stack, broken), Listener(stack)]
            for one in several:
                found.add(one.number, one)
            await a_round()
            assert [one.told for one in several] == [1, 1, 1]
            assert [one.aborted for one in several] == [False, True, False]


@pytest.mark.parametrize("there", [True, False], ids=["epoll", "asyncio"])
async def test_a_server_reads_with_epoll_or_without(
    there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after it changes readers it is the same server, and where it cannot change too."""
    if not there:
        monkeypatch.delattr(select, "epoll")
    async with serving() as server:
        assert (server.readers is not None) is there
        async with client_of(server) as client:
            told: list[bool] = []
            for _ in range(MANY):
                assert (await client.say(*LETTER)).startswith("250 ")
                told.append(_is_told(server))
            assert told == [False, *[there] * (MANY - 1)]
            assert len(server.world.mailboxes["ana@office.test"]) == MANY
            assert (await client.say("QUIT")).startswith("221 ")
            assert await client.rest() == b""


async def test_under_tls_asyncio_reads_again() -> None:
    """What comes then is not to be read from the socket itself."""
    async with serving() as server, client_of(server) as client:
        await client.say(*LETTER, *LETTER)
        assert _is_told(server)
        assert (await client.say("STARTTLS")).startswith("220 ")
        await client.writer.start_tls(trusting(server), server_hostname="localhost")
        for _ in range(MANY):
            assert (await client.say(*LETTER)).startswith("250 ")
        assert not _is_told(server)
        assert (await client.say("QUIT")).startswith("221 ")


async def test_a_flood_is_written_to_its_end() -> None:
    """What a client does not read at once is not lost, whoever writes it."""
    async with serving(personality="aiosmtpd-like") as server, client_of(server) as client:
        await client.say(*LETTER, *LETTER)
        assert _is_told(server)
        client.writer.write(f"{HELLO}\r\n".encode() * FLOOD)
        replies = [await client.reply() for _ in range(FLOOD)]
        assert set(replies) == {replies[0]}
        assert replies[0].startswith("250-")


def _is_told(server: PracticeServer) -> bool:
    """Is the one session that there is among those who are told when to read?"""
    return server.readers is not None and len(server.readers) == 1
