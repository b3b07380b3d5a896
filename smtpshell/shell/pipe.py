"""The front end for a lesson whose lines come through a pipe: nobody is at the keyboard.

Each line is taken when it is its turn, as if it were typed; there is no prompt, and nothing is
written that is not a whole line. A prediction is answered by the next line if that is one, and is
left out if not, so that a script need not know what a lesson asks. When the input has ended it is
told how far the lesson is.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.core import Shell
from smtpshell.shell.question import Inquiry

PATIENCE = 30.0  # seconds for a reply; then the next line goes out all the same
MOST_AHEAD = 1000  # lines read before it is their turn; an endless input is not read to its end
LONGEST_LINE = 1024 * 1024  # characters; what is longer is taken in pieces
LOOK = 0.005  # seconds between looks at whether it is the next line's turn
PASSED, NOT_PASSED = 0, 1


class PipeFrontEnd:
    """Implements `core.View`. *source* is where the lines come from."""

    def __init__(self, shell: Shell, source: IO[str]) -> None:
        self.shell = shell
        self._source = source
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_AHEAD)  # for lines that are read before their turn
        self._finished: asyncio.Future[int] | None = None
        self._failure: BaseException | None = None
        shell.view = self

    async def run(self) -> int:
        """Until the input has ended or says :quit; 0 if the lesson is passed, else 1."""
        loop = asyncio.get_running_loop()
        finished = self._finished = loop.create_future()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if hasattr(signal, name) and sys.platform != "win32":
                number = getattr(signal, name)
                loop.add_signal_handler(number, self.finish, 128 + number)
        loop.set_exception_handler(self._broken)
        # A thread, as a read cannot be waited for everywhere; it dies with the process.
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()
        playing = asyncio.ensure_future(self._play())
        playing.add_done_callback(self._played)
        try:
            status: int = await finished
            if not status and self._failure is None:
                status = self._report()
        finally:
            playing.cancel()
            await self.shell.shut_down()
        if self._failure is not None:
            raise self._failure
        return status

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is over, and so are we
            with contextlib.suppress(OSError, ValueError):
                while line := self._source.readline(LONGEST_LINE):
                    self._room.acquire()
                    loop.call_soon_threadsafe(self._lines.put_nowait, line)
            loop.call_soon_threadsafe(self._lines.put_nowait, None)

    def _played(self, playing: asyncio.Future[None]) -> None:
        if not playing.cancelled():
            self._failure = self._failure or playing.exception()
            self.finish(0)

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A fault of ours: leave, and let it be seen."""
        error = context.get("exception")
        if error is not None:
            self._failure = self._failure or error
            self.finish(1)

    # -- the lines

    async def _play(self) -> None:
        self.shell.start(self.shell.open())
        await self._settle()
        while (line := await self._lines.get()) is not None:
            self._room.release()
            await self._take(line.removesuffix("\n").removesuffix("\r"))
            if self._finished is None or self._finished.done():
                return
        while self._fits() is not None:
            self.shell.submit("")
            await self._settle()

    async def _take(self, text: str) -> None:
        while (fits := self._fits()) is not None and not fits(text):
            self.shell.submit("")
            await self._settle()
        if self.shell.question is None and self.shell.takes_local and _leaves(text):
            self.finish(0)  # nobody could be asked whether it is meant
            return
        self.shell.submit(text)
        await self._settle()

    def _fits(self) -> Callable[[str], bool] | None:
        """What tells an answer to the open question, if that need not be answered."""
        question = self.shell.question
        return question.fits if isinstance(question, Inquiry) else None

    async def _settle(self) -> None:
        """Until it is the next line's turn."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while not self._at_rest() and loop.time() < end:
            await asyncio.sleep(LOOK)

    def _at_rest(self) -> bool:
        shell = self.shell
        if shell.at_work:
            return False
        return shell.question is not None or not (shell.waiting or shell.queue or shell.connecting)

    def _report(self) -> int:
        from smtpshell.lesson.report import report_on
        from smtpshell.shell.course.telling import show_report

        tutor = self.shell.tutor
        if tutor is None:
            return PASSED
        if not tutor.run.finished:
            show_report(tutor)
        return PASSED if report_on(tutor.run).passed else NOT_PASSED

    # -- core.View

    def busy(self, due: bool) -> None:
        """There is no prompt to be taken away."""

    def prefill(self, text: str) -> None:
        """There is no line to be changed."""

    def recalls(self) -> bool:
        return False

    def typing(self) -> bool:
        return False

    def refresh(self) -> None:
        """Nothing stands there that could be drawn anew."""

    def gathered(self) -> AbstractContextManager[None]:
        return nullcontext()

    def keep_typed(self, text: str) -> None:
        """What went out stands in its lane; what is for the shell would stand nowhere."""
        if text.startswith(":"):
            self.shell.voice.say(text, "ask")

    def finish(self, status: int) -> None:
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(status)

    async def edit(self, text: str) -> str | None:
        self.shell.voice.say(tr("There is no editor here; write the letter line by line."))
        return None


def _leaves(text: str) -> bool:
    from smtpshell.shell.local import parse_local

    try:
        return text.startswith(":") and parse_local(text)[0].name == "quit"
    except UsageError:
        return False
