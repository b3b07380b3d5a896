"""Reading from a great many sockets by the shortest way.

From an event to its callback asyncio makes an object and goes through three layers. To answer a
line that was said before takes less than that, so the kernel is asked here, for many sockets at a
time, and each is read at once; the loop only hears that there is something to read at all. Only
Linux has what it takes. Elsewhere, under TLS, and while a session is young, asyncio reads.
"""

from __future__ import annotations

import asyncio
import logging
import select
from typing import Protocol

_AT_ONCE = 64  # sockets, about, that are read before others in the loop have their turn

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Somebody with a socket."""

    def read_ready(self) -> None:
        """There is something to read, or an end."""

    def abort(self) -> None:
        """It broke: the socket is to be closed."""


class Readers:
    """Those who wait for something to read, each known by the number of its socket."""

    __slots__ = ("_epoll", "_loop", "_poll", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._epoll = select.epoll()
        self._poll = self._epoll.poll
        self._waiting: dict[int, Reader] = {}
        self._loop = loop
        loop.add_reader(self._epoll.fileno(), self._read)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._waiting)

    def add(self, number: int, reader: Reader) -> None:
        """Tell *reader* from now on."""
        self._epoll.register(number, select.EPOLLIN)
        self._waiting[number] = reader

    def remove(self, number: int) -> None:
        """No more; before the socket is closed, for the next one may have its number."""
        if self._waiting.pop(number, None) is not None:
            self._epoll.unregister(number)

    def close(self) -> None:
        """Tell nobody any more."""
        self._waiting.clear()
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _read(self) -> None:
        left = _AT_ONCE
        while left > 0 and (events := self._poll(0, _AT_ONCE)):
            left -= len(events)
            for number, _ in events:
                reader = self._waiting.get(number)
                if reader is None:  # another one's turn has ended this one
                    continue
                try:
                    reader.read_ready()
                except Exception:
                    _log.exception("a connection broke")
                    reader.abort()


def readers_in(loop: asyncio.AbstractEventLoop) -> Readers | None:
    """Readers for *loop*, None where it has to read itself."""
    return Readers(loop) if hasattr(select, "epoll") else None
