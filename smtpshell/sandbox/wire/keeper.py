"""The keeper: has letters written to disk in threads of his own, while the server goes on.

Bringing a letter to the disk takes a thousand times longer than judging it. Only the session that
brought it waits for that; I/O, like the server it is of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtpshell.sandbox.wire.maildir import Maildirs
    from smtpshell.sandbox.world.keeping import KeepingWorld
    from smtpshell.sandbox.world.world import Copy

WRITERS = 4
LONGEST_WAIT = 10.0  # seconds that the server, when it stops, gives the disk

_log = logging.getLogger(__name__)


def _nobody(safe: bool) -> None:
    """Nobody waits for it."""


class Keeper:
    """Puts away what a *world* has not kept yet."""

    def __init__(self, world: KeepingWorld, maildirs: Maildirs) -> None:
        self._world = world
        self._maildirs = maildirs
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="smtpshell maildir")
        self._tasks: set[asyncio.Task[None]] = set()

    def put_away(self, then: Callable[[bool], None] = _nobody) -> None:
        """Keep what there is to be kept now; *then* is told whether it is safe."""
        work = self._put_away(self._world.take_unkept(), then)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _put_away(self, copies: list[Copy], then: Callable[[bool], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writers, self._maildirs.keep, copies)
        except Exception as error:  # whatever it was, nobody may be told that it worked
            _log.error("cannot keep mail in %s: %s", self._maildirs.root, error)
            self._world.withdraw(copies)
            then(False)
        else:
            then(True)

    async def finish(self) -> None:
        """Have everything put away that came in, before its sessions are ended."""
        if self._world.unkept:
            self.put_away()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LONGEST_WAIT)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._writers.shutdown(wait=False)
