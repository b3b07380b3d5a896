"""Waiting in tests: for what happens, never for a time to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LIMIT = 60.0  # seconds, for a test that goes wrong; none waits for it


async def until(true: Callable[[], bool], instead: Callable[[], str] = lambda: "") -> None:
    """Let the loop turn until something is so; *instead* says what is there if it never is."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LIMIT
    while not true():
        assert loop.time() < end, instead()
        await asyncio.sleep(0.001)


async def settle() -> None:
    """Let the loop do all that follows from what is there now."""
    for _ in range(40):
        await asyncio.sleep(0)
