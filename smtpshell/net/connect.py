"""From a name to a connected stream: resolve, then try each address in turn.

One address after the other, each attempt told, so that a learner sees which one answered. All
together may take `CONNECT_SECONDS`; an address that does not answer cannot use up the time of the
next one.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

from smtpshell.net.address import (
    CONNECT_SECONDS,
    Address,
    next_address_words,
    resolve,
    seconds_for,
)
from smtpshell.net.stream import AsyncioStream
from smtpshell.net.target import Target
from smtpshell.net.trouble import connect_error


async def open_stream(target: Target, remark: Callable[[str], None]) -> tuple[AsyncioStream, str]:
    """Connect; returns the stream and the address that answered. ConnectError if none did."""
    loop = asyncio.get_running_loop()
    end = loop.time() + CONNECT_SECONDS
    try:
        async with asyncio.timeout_at(end):
            addresses = await _resolve(target)
    except (OSError, UnicodeError) as error:
        raise connect_error(target, error, CONNECT_SECONDS) from None
    failure: Exception = OSError("no address")
    for index, (family, address) in enumerate(addresses):
        left = len(addresses) - index
        try:
            async with asyncio.timeout(seconds_for(left, end - loop.time())):
                return await _open(family, address), str(address[0])
        except OSError as error:
            failure = error
            if left > 1:
                remark(next_address_words(address, error))
    raise connect_error(target, failure, CONNECT_SECONDS) from None


async def open_from(target: Target, before: Callable[[int], None]) -> AsyncioStream:
    """Connect to a server on this machine; *before* is told from which port it will be."""
    try:
        family, address = resolve(target)[0]
        return await _open(family, address, before)
    except OSError as error:
        raise connect_error(target, error, CONNECT_SECONDS) from None


async def _open(
    family: int, address: tuple[Any, ...], before: Callable[[int], None] | None = None
) -> AsyncioStream:
    loop = asyncio.get_running_loop()
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if before is not None:
            sock.bind((address[0], 0))
            before(sock.getsockname()[1])
        await loop.sock_connect(sock, address)
        _, stream = await loop.create_connection(AsyncioStream, sock=sock)
    except BaseException:
        sock.close()
        raise
    return stream


async def _resolve(target: Target) -> list[Address]:
    """`resolve` in a thread of its own: one that hangs must not hold up the end of the program."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Address]] = loop.create_future()

    def tell(result: list[Address] | BaseException) -> None:
        if found.done():
            return
        if isinstance(result, BaseException):
            found.set_exception(result)
        else:
            found.set_result(result)

    def work() -> None:
        try:
            result: list[Address] | BaseException = resolve(target)
        except Exception as error:  # it has to come out where somebody waits, not here
            result = error
        try:
            loop.call_soon_threadsafe(tell, result)
        except RuntimeError:
            return  # the loop has ended meanwhile, nobody waits

    threading.Thread(target=work, name="resolve", daemon=True).start()
    return await found
