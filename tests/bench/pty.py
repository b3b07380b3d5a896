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

_ESCAPES = re.compile(
    rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78]|\r"
)
_ASK_CURSOR = b"\x1b[6n"
PATIENCE = 20.0


class Pty:
    """Answers cursor requests as a terminal does, after *delay* seconds."""

    def __init__(self, command: list[str], env: dict[str, str], *, delay: float = 0.0) -> None:
        self.output = b""
        self._delay = delay
        self._due: list[float] = []
        self._asked = 0
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))

    def write(self, data: bytes) -> None:
        os.write(self._fd, data)

    def wait_for(self, words: bytes, begin: int = 0) -> float:
        """The moment at which *words* were on the screen; escape sequences do not count."""
        end = time.perf_counter() + PATIENCE
        while words not in _ESCAPES.sub(b"", self.output[begin:]):
            self._answer()
            now = time.perf_counter()
            if now > end:
                raise TimeoutError(f"never seen: {words!r} in {self.output[-400:]!r}")
            wait = min(end, *self._due) - now if self._due else end - now
            if select.select([self._fd], [], [], max(0.0, wait))[0]:
                self._read()
        return time.perf_counter()

    def wait_until_more(self, mark: int) -> None:
        """Read until the output is longer than *mark*."""
        while len(self.output) <= mark:
            select.select([self._fd], [], [], PATIENCE)
            self._read()

    def settle(self, quiet: float = 0.05) -> None:
        """Read until nothing came for *quiet* seconds."""
        while True:
            self._answer()
            if not select.select([self._fd], [], [], quiet)[0]:
                if not self._due:
                    return
            else:
                self._read()

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            data = b""
        if not data:
            raise EOFError(f"the program ended: {self.output[-400:]!r}")
        self.output += data
        asked = self.output.count(_ASK_CURSOR)
        self._due += [time.perf_counter() + self._delay] * (asked - self._asked)
        self._asked = asked
        self._answer()

    def _answer(self) -> None:
        while self._due and self._due[0] <= time.perf_counter():
            self._due.pop(0)
            self.write(b"\x1b[5;1R")

    def close(self) -> None:
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)
        os.close(self._fd)
