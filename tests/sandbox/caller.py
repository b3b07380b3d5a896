"""A practice server on loopback, and the least that a client of it can be."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import start


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[PracticeServer]:
    server = await start(**options)
    try:
        yield server
    finally:
        await server.close()


class Client:
    """Says lines and hears replies, whole and as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @property
    def port(self) -> int:
        return int(self.writer.get_extra_info("sockname")[1])

    async def reply(self) -> str:
        lines = []
        while True:
            line = (await self.reader.readline()).decode()
            lines.append(line)
            if line[3:4] != "-":
                return "".join(lines)

    async def say(self, *lines: str) -> str:
        reply = ""
        for line in lines:
            self.writer.write(line.encode() + b"\r\n")
            reply = await self.reply()
        return reply

    async def rest(self) -> bytes:
        return await self.reader.read()

    async def rest_before_a_reset(self) -> bytes:
        """Nothing, if the server has cut the connection instead of ending it."""
        try:
            return await self.rest()
        except ConnectionError:
            return b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


@asynccontextmanager
async def client_of(
    server: PracticeServer, port: int | None = None, context: ssl.SSLContext | None = None
) -> AsyncIterator[Client]:
    name = "localhost" if context else None
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port or server.port, ssl=context, server_hostname=name
    )
    client = Client(reader, writer)
    try:
        assert (await client.reply()).startswith("220 mail.office.test ")
        yield client
    finally:
        await client.close()


def trusting(server: PracticeServer) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=server.ca_pem.decode())
