"""A control for the prompt: what prompt_toolkit's documentation shows, with patch_stdout.

``python -m tests.bench.plain_prompt HOST PORT`` talks to a server; without them it is a prompt.
"""

from __future__ import annotations

import asyncio
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout


def main() -> None:
    """Run it until killed."""
    if len(sys.argv) == 3:
        asyncio.run(_talk(sys.argv[1], int(sys.argv[2])))
    session: PromptSession[str] = PromptSession("ready> ")
    while True:
        session.prompt()


async def _talk(host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port)

    async def show() -> None:
        while line := await reader.readline():
            print("S:", line.decode().rstrip())

    task = asyncio.create_task(show())
    session: PromptSession[str] = PromptSession("ready> ")
    with patch_stdout():
        while True:
            line = await session.prompt_async()
            writer.write(line.encode() + b"\r\n")
            await writer.drain()
    await task


if __name__ == "__main__":
    main()
