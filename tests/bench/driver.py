"""A program on a pseudo terminal, with the moment at which each byte came."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.process import LAST, environment, pin

_ESCAPES = re.compile(
    rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78]|\r"
)
_ASK_CURSOR = b"\x1b[6n"
ROWS, COLUMNS = 40, 100
PATIENCE = 20.0  # seconds


class Pty:
    """A terminal that answers cursor requests as terminals do, after *delay* seconds.

    *last*: the program runs on the last processor, away from us. Times are time.perf_counter()'s.
    """

    def __init__(self, command: list[str], *, delay: float = 0.0, last: bool = False) -> None:
        self.output = bytearray()
        self._delay = delay
        self._due: list[float] = []  # when to answer cursor requests
        self._scanned = 0
        env = environment()
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            _become(command, env, last)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def fileno(self) -> int:
        return self._fd

    def write(self, data: bytes) -> None:
        """Press keys."""
        os.write(self._fd, data)

    def read(self, seconds: float) -> float:
        """Read once; the moment of that, or 0.0 if nothing came within *seconds*."""
        end = time.perf_counter() + seconds
        while True:
            self._answer()
            left = end - time.perf_counter()
            wait = min([left, *(at - time.perf_counter() for at in self._due)])
            if select.select([self._fd], [], [], max(0.0, wait))[0]:
                return self._take()
            if left <= 0:
                return 0.0

    def read_until(self, moment: float) -> None:
        """Read what comes until *moment*."""
        while (left := moment - time.perf_counter()) > 0:
            self.read(left)

    def wait_for(self, words: bytes, begin: int = 0) -> float:
        """The moment at which *words* were on the screen; escape sequences do not count."""
        end = seen = time.perf_counter()
        end += PATIENCE
        while words not in _ESCAPES.sub(b"", self.output[begin:]):
            seen = self.read(end - time.perf_counter())
            if not seen:
                raise TimeoutError(f"never seen: {words!r} in {bytes(self.output[-400:])!r}")
        return seen

    def settle(self, quiet: float = 0.05) -> None:
        """Read until nothing came for *quiet* seconds and no answer is owed."""
        while self.read(quiet) or self._due:
            pass

    def close(self) -> None:
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def _take(self) -> float:
        moment = time.perf_counter()
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            data = b""
        if not data:
            raise EOFError(f"the program ended: {bytes(self.output[-400:])!r}")
        self.output += data
        asked = self.output.count(_ASK_CURSOR, self._scanned)
        if asked:
            self._scanned = self.output.rfind(_ASK_CURSOR) + len(_ASK_CURSOR)
            self._due += [moment + self._delay] * asked
            self._answer()
        return moment

    def _answer(self) -> None:
        while self._due and self._due[0] <= time.perf_counter():
            self._due.pop(0)
            self.write(b"\x1b[5;1R")


def _become(command: list[str], env: dict[str, str], last: bool) -> None:
    """In the forked child: be the program."""
    try:
        if last:
            pin(0, LAST)
        os.execvpe(command[0], command, env)
    finally:
        os._exit(127)


@contextmanager
def terminal(command: list[str], *, delay: float = 0.0, last: bool = False) -> Iterator[Pty]:
    """A program on a terminal, ended afterwards."""
    opened = Pty(command, delay=delay, last=last)
    try:
        yield opened
    finally:
        opened.close()
