"""The front end for lines that come through a pipe."""

from __future__ import annotations

import asyncio
from typing import IO, cast

from smtpshell.net.stream import Hear, Say
from smtpshell.shell import pipe
from smtpshell.shell.pipe import PipeFrontEnd
from tests.shell.desk import Desk
from tests.shell.test_core import GREET, SILENCE
from tests.waiting import until


class Endless:
    """An input that has always another line; it counts those that were asked for."""

    def __init__(self) -> None:
        self.read = 0

    def readline(self, most: int) -> str:
        self.read += 1
        return "NOOP\n"


async def test_an_endless_input_is_not_read_ahead_to_its_end() -> None:
    """`yes NOOP | smtpshell learn` does not fill the memory while a reply is due."""
    source = Endless()
    desk = Desk(GREET, Hear(b"NOOP\r\n"), Say(b"250 ok\r\n"), SILENCE)
    front = PipeFrontEnd(desk.shell, cast("IO[str]", source))
    running = asyncio.ensure_future(front.run())
    await until(lambda: desk.place.written.count(b"NOOP") == 2)
    await until(lambda: source.read >= pipe.MOST_AHEAD)
    await desk.settle()
    assert source.read <= pipe.MOST_AHEAD + 3
    front.finish(0)
    assert await running == 0
