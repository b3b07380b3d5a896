"""A program on a terminal that talks to this process as its server.

So one clock sees all four moments of an exchange: key, wire, reply, screen.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.bench.driver import Pty
from tests.bench.lib import OURS
from tests.bench.process import program
from tests.bench.shells import control

PATCHED = "patch_stdout"
DAILY = 6  # exchanges after which notes have faded: the daily case is what is measured
QUIET = 0.25  # seconds of silence between two measurements; patch_stdout writes every 0.2


class Exchange(NamedTuple):
    """Milliseconds of one command and its reply."""

    enter_to_wire: float
    reply_to_screen: float
    enter_to_screen: float


class Rig:
    """The *command* on a terminal, HOST and PORT in it filled in. *enter* is its key for that."""

    def __init__(self, command: list[str], *, enter: bytes, delay: float = 0.0) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(20)
        port = str(self._listener.getsockname()[1])
        self._enter = enter
        self._number = 0
        words = [word.replace("PORT", port) for word in command]
        self.terminal = Pty(words, delay=delay, last=True)
        self._link, _ = self._listener.accept()
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link.sendall(b"220 mail.office.test welcome\r\n")
        self.terminal.wait_for(b"welcome")
        self.terminal.settle(0.5)
        self._greet()
        for _ in range(DAILY):
            self.exchange()

    def _greet(self) -> None:
        self.terminal.write(b"EHLO client.office.test" + self._enter)
        self._link.recv(4096)
        self._link.sendall(b"250 mail.office.test\r\n")
        self.terminal.settle(QUIET)

    def _token(self) -> bytes:
        """Six letters, none of which stands where one of the last token stood.

        Who writes only the cells that differ has to write all of them.
        """
        self._number += 1
        letters = b"ABCDEFGHIJKLMNOPQRSTUVWX"[self._number % 3 * 8 :]
        return bytes(letters[self._number >> 3 * place & 7] for place in range(6))

    def exchange(self, *, far: bool = False) -> Exchange:
        """A NOOP and its reply.

        A *far* server takes 20 ms, so that the program has come to rest when the reply comes.
        """
        token, terminal = self._token(), self.terminal
        terminal.write(b"NOOP")
        terminal.settle(0.06)
        mark = len(terminal.output)
        entered = time.perf_counter()
        terminal.write(self._enter)
        self._link.recv(4096)
        heard = sent = time.perf_counter()
        if far:
            terminal.read_until(heard + 0.02)
            sent = time.perf_counter()
        self._link.sendall(b"250 " + token + b" Requested mail action okay, completed\r\n")
        shown = terminal.wait_for(token, mark)
        terminal.settle(QUIET)
        return Exchange(
            *((b - a) * 1000 for a, b in ((entered, heard), (sent, shown), (entered, shown)))
        )

    def burst(self) -> float:
        """Ten lines nobody asked for, 1 ms apart: milliseconds until the last is on the screen."""
        mark, began = len(self.terminal.output), time.perf_counter()
        for number in range(10):
            token = self._token()
            self._link.sendall(b"250 " + token + b" Requested mail action okay, completed\r\n")
            self.terminal.read_until(began + (number + 1) / 1000)
        shown = self.terminal.wait_for(token, mark)
        self.terminal.settle(QUIET)
        return (shown - began) * 1000

    def close(self) -> None:
        self.terminal.close()
        self._link.close()
        self._listener.close()


@contextmanager
def rig(kind: str, *, delay: float = 0.0) -> Iterator[Rig]:
    """A rig for "smtpshell", "patch_stdout", "telnet" or "nc"; closed afterwards."""
    enter = b"\r"
    if kind == OURS:
        command = [program(OURS), "connect", "127.0.0.1:PORT"]
    elif kind == PATCHED:
        command = control("PORT")
    else:
        enter = b"\n"
        command = [program(kind), "127.0.0.1", "PORT"]
    opened = Rig(command, enter=enter, delay=delay)
    try:
        yield opened
    finally:
        opened.close()
