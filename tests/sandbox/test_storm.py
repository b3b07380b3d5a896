"""A bad day: hostile and clumsy clients all at once, and one that goes about its business.

What the busy one was told 250 for is there, once and unharmed; it is never kept waiting; and when
the storm is over nothing of it is left.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import struct
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from smtpshell.sandbox.server import PracticeServer
from tests.sandbox.caller import Client, client_of, serving
from tests.sandbox.play import HELLO, MAIL, RCPT
from tests.waiting import until

MAILBOX = "ana@office.test"
WHILE = 20  # letters that the busy client must get through during each kind of weather
MORE_THAN_ENOUGH = 12 * 1024 * 1024  # octets, beyond SIZE and the patience behind it
DISCONNECTS = 500
LEFT_OVER = 512 * 1024  # octets that a storm may leave behind; one session costs about 3 KiB


class Busy:
    """A client that delivers letter after letter; *acknowledged* are the names they were given."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.acknowledged: list[tuple[str, bytes]] = []

    async def deliver(self) -> None:
        number = len(self.acknowledged)
        text = f"Subject: {number}\r\n\r\nletter {number}\r\n"
        await self._client.say(MAIL, RCPT, "DATA")
        reply = await self._client.say(f"{text}.")
        assert reply.startswith("250 2.0.0 Ok: queued as "), reply
        self.acknowledged.append((reply.split()[-1], text.encode()))

    async def go_on_during(self, storm: Awaitable[None]) -> None:
        """Deliver for as long as the *storm* lasts, and no less than `WHILE` letters of it."""
        weather = asyncio.ensure_future(storm)
        goal = len(self.acknowledged) + WHILE
        while len(self.acknowledged) < goal or not weather.done():
            await self.deliver()
        await weather


async def connect(server: PracticeServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", server.port)


async def hang_up(writer: asyncio.StreamWriter, *, reset: bool = False) -> None:
    if reset:
        channel: socket.socket = writer.get_extra_info("socket")
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def send_all(server: PracticeServer, data: bytes, *, hello: bool = False) -> bytes:
    """Send without reading, then read to the end: what a client in a rage does."""
    reader, writer = await connect(server)
    if hello:  # only then may it send its commands in one go
        writer.write(f"{HELLO}\r\n".encode())
        await reader.readuntil(b"250 CHUNKING\r\n")
    with suppress(OSError):
        writer.write(data)
        writer.write_eof()
    answer = b""
    with suppress(OSError):
        answer = await reader.read()
    await hang_up(writer)
    return answer


async def flood(server: PracticeServer) -> None:
    """Twenty clients each send twenty thousand commands in one go."""
    commands = b"RSET\r\n" * 20_000
    answers = await asyncio.gather(*(send_all(server, commands, hello=True) for _ in range(20)))
    assert all(b"421 4.7.0" in answer for answer in answers)


async def oversize(server: PracticeServer) -> None:
    """Letters beyond all limits; they are read for a while, refused, and not kept."""
    for _ in range(3):
        reader, writer = await connect(server)
        client = Client(reader, writer)
        await client.reply()
        assert (await client.say(HELLO, MAIL, RCPT, "DATA")).startswith("354")
        with suppress(OSError):
            for _ in range(MORE_THAN_ENOUGH // 1000):
                writer.write(b"x" * 998 + b"\r\n")
                await writer.drain()
        with suppress(OSError):
            assert (await reader.read()).startswith(b"552 5.3.4 ")
        await hang_up(writer)


async def slowloris(server: PracticeServer) -> None:
    """A hundred clients, an octet at a time, who never come to the end of a line."""
    crowd = [await connect(server) for _ in range(100)]
    for octet in b"EHLO slow.example.org"[:12]:
        for _, writer in crowd:
            writer.write(bytes((octet,)))
        await asyncio.sleep(0)
    for _, writer in crowd:
        await hang_up(writer)


async def odd_octets(server: PracticeServer) -> None:
    """NUL and everything else that has no place on a command line."""
    for line in (b"\0" * 1000, b"EHLO \0\r\n" * 50, bytes(range(256)) * 40, b"\r" * 5000):
        await send_all(server, line)


async def half_open(server: PracticeServer) -> None:
    """Clients that connect and then neither read nor write, or close one half and stay."""
    crowd = [await connect(server) for _ in range(100)]
    for _, writer in crowd[:50]:
        writer.write_eof()
    await asyncio.sleep(0)
    for number, (_, writer) in enumerate(crowd):
        await hang_up(writer, reset=number % 2 == 0)


async def disconnects_in_data(server: PracticeServer) -> None:
    """Five hundred vanish in the middle of a letter, politely or with a reset."""
    for first in range(0, DISCONNECTS, 50):
        crowd = [Client(*await connect(server)) for _ in range(50)]
        for client in crowd:
            await client.reply()
            assert (await client.say(HELLO, MAIL, RCPT, "DATA")).startswith("354")
        for number, client in enumerate(crowd, first):
            client.writer.write(b"Subject: never finished\r\n\r\nwords")
            await hang_up(client.writer, reset=number % 2 == 0)


STORMS: dict[str, Callable[[PracticeServer], Awaitable[None]]] = {
    "flood": flood,
    "oversize": oversize,
    "slowloris": slowloris,
    "odd-octets": odd_octets,
    "half-open": half_open,
    "disconnects-in-data": disconnects_in_data,
}


@pytest.mark.parametrize("storm", STORMS.values(), ids=STORMS.keys())
async def test_nothing_acknowledged_is_lost(
    storm: Callable[[PracticeServer], Awaitable[None]],
) -> None:
    """The busy client is served all the while, and its letters are all there, each once."""
    async with (
        serving(most_of_one=2000) as server,
        client_of(server) as client,
    ):
        await client.say(HELLO)
        busy = Busy(client)
        await busy.go_on_during(storm(server))
        stored = [(letter.id, letter.data) for letter in server.world.mailboxes[MAILBOX]]
        assert stored == busy.acknowledged
        await until(lambda: len(server._open) == 1)


async def test_nothing_of_a_storm_is_left() -> None:
    """After all of it once more, no file is open that was not, and no memory is kept."""

    async def all_of_it(server: PracticeServer) -> tuple[int, int]:
        for storm in STORMS.values():
            await storm(server)
        await until(lambda: not server._open)
        gc.collect()
        return len(
            list(Path(f"/proc/{os.getpid()}/fd").iterdir())
        ), tracemalloc.get_traced_memory()[0]

    async with serving(most_of_one=2000) as server:
        await all_of_it(server)  # what is made once and kept
        tracemalloc.start(1)
        try:
            files, before = await all_of_it(server)
            files_again, after = await all_of_it(server)
        finally:
            tracemalloc.stop()
        assert files_again == files
        assert after - before < LEFT_OVER
        assert not any(server.world.mailboxes.values())
        assert not server._clients
