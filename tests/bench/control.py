"""A control for the prompt: what prompt_toolkit's documentation shows, and nothing else.

``control.py`` is a prompt; ``control.py PORT`` talks to a server on loopback under patch_stdout.
"""

from __future__ import annotations

import sys

from prompt_toolkit import PromptSession

PROMPT = "ready> "


def main() -> None:
    """Run it until killed."""
    if len(sys.argv) > 1:
        import asyncio

        asyncio.run(_talk(int(sys.argv[1])))
    session: PromptSession[str] = PromptSession(PROMPT)
    while True:
        session.prompt()


async def _talk(port: int) -> None:
    import asyncio

    from prompt_toolkit.patch_stdout import patch_stdout

    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def show() -> None:
        while line := await reader.readline():
            print("S:", line.decode().rstrip())

    task = asyncio.create_task(show())
    session: PromptSession[str] = PromptSession(PROMPT)
    with patch_stdout():
        while True:
            line = await session.prompt_async()
            writer.write(line.encode() + b"\r\n")
            await writer.drain()
    await task


if __name__ == "__main__":
    main()
