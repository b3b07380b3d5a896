"""Keys and replies on a terminal; this side is both the terminal and the server.

Every sample is one event: a key until its echo, a reply until it is on the screen.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from tests.bench.lib import MissingPeerError, Result, environment, in_turn, program, ratio
from tests.bench.pty import Pty

OURS = [sys.executable, "-m", "smtpshell"]
PLAIN = [sys.executable, "-m", "tests.bench.plain_prompt"]
KEYS = 40  # a round
EXCHANGES = 12  # a round
SLOW = 0.05  # seconds that a far terminal takes to answer


class Rig:
    """A program on a terminal that talks to this process as its server."""

    def __init__(self, command: list[str], prompt: bytes, *, delay: float = 0.0) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        fill = {"HOST:PORT": f"127.0.0.1:{port}", "PORT": str(port)}
        self.prompt = prompt
        self.terminal = Pty([fill.get(word, word) for word in command], environment(), delay=delay)
        self._listener.settimeout(20)
        self.link, _ = self._listener.accept()
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = 0
        self.link.sendall(b"220 mail.office.test ready\r\n")
        self.terminal.wait_for(b"ready")
        self.terminal.settle(0.5)
        if prompt:
            self._say(b"EHLO client.office.test", b"250 mail.office.test\r\n")
            for _ in range(6):  # notes fade: what is measured is the daily case
                self.exchange()

    def _say(self, line: bytes, reply: bytes) -> None:
        self.terminal.write(line + b"\r")
        self.link.recv(4096)
        self.link.sendall(reply)
        self.terminal.settle(0.3)

    def token(self) -> bytes:
        """Six letters that were not on the screen before."""
        self.number += 1
        return bytes(b"ABCDEFGHJK"[int(digit)] for digit in f"{self.number:06d}")

    def exchange(self, *, far: bool = False) -> tuple[float, float, float]:
        """A NOOP: milliseconds Enter to wire, reply to screen, Enter to screen.

        A *far* server takes 20 ms, so that the program has come to rest when the reply comes.
        """
        token, terminal = self.token(), self.terminal
        terminal.write(b"NOOP")
        terminal.settle(0.06)
        mark = len(terminal.output)
        entered = time.perf_counter()
        terminal.write(b"\r" if self.prompt else b"\n")
        self.link.recv(4096)
        heard = sent = time.perf_counter()
        if far:
            terminal.settle(0.02)
            sent = time.perf_counter()
        self.link.sendall(b"250 " + token + b" ok\r\n")
        shown = terminal.wait_for(token, mark)
        terminal.settle(0.06)
        return (heard - entered) * 1000, (shown - sent) * 1000, (shown - entered) * 1000

    def burst(self) -> float:
        """Ten lines nobody asked for, 1 ms apart: milliseconds until the last is on the screen."""
        mark, began = len(self.terminal.output), time.perf_counter()
        for number in range(10):
            token = self.token()
            self.link.sendall(b"250 " + token + b" unasked\r\n")
            while time.perf_counter() < began + (number + 1) / 1000:
                pass
        shown = self.terminal.wait_for(token, mark)
        self.terminal.settle(0.3)
        return (shown - began) * 1000

    def close(self) -> None:
        self.terminal.close()
        self.link.close()
        self._listener.close()


def _rig(kind: str, *, delay: float = 0.0) -> Rig:
    if kind == "smtpshell":
        return Rig([*OURS, "connect", "HOST:PORT"], b">", delay=delay)
    if kind == "patch_stdout":
        return Rig([*PLAIN, "127.0.0.1", "PORT"], b"ready>", delay=delay)
    path = shutil.which(kind)
    if path is None:
        raise MissingPeerError(f"{kind} is not installed")
    return Rig([path, "127.0.0.1", "PORT"], b"", delay=delay)


@contextmanager
def _rigs(*kinds: str, delay: float = 0.0) -> Iterator[Mapping[str, Rig]]:
    opened: dict[str, Rig] = {}
    try:
        for kind in kinds:
            opened[kind] = _rig(kind, delay=delay)
        yield opened
    finally:
        for rig in opened.values():
            rig.close()


def _exchanges(
    kinds: tuple[str, ...], part: int, rounds: int, *, far: bool = False
) -> dict[str, list[float]]:
    with _rigs(*kinds) as rigs:

        def measure(kind: str) -> float:
            return statistics.median(rigs[kind].exchange(far=far)[part] for _ in range(EXCHANGES))

        return in_turn({kind: partial(measure, kind) for kind in kinds}, rounds)


def reply(rounds: int) -> list[Result]:
    """R1."""
    kinds = ("smtpshell", "telnet")
    return [
        ratio("R1", what, "telnet", _exchanges(kinds, 1, rounds, far=far), 2.5)
        for what, far in (
            ("reply to the screen, server answers at once", False),
            ("the same, it takes 20 ms", True),
        )
    ]


def enter(rounds: int) -> list[Result]:
    """R2."""
    found = _exchanges(("smtpshell",), 0, rounds)
    found["1 ms"] = [1.0] * rounds
    return [ratio("R2", "Enter to the wire, p50", "1 ms", found, 1)]


def unasked(rounds: int) -> list[Result]:
    """R3."""
    with _rigs("smtpshell", "nc", delay=SLOW) as rigs:
        found = in_turn({kind: rig.burst for kind, rig in rigs.items()}, rounds)
    return [ratio("R3", "10 unasked lines, 50 ms terminal", "nc", found, 1.2)]


def exchange(rounds: int) -> list[Result]:
    """R4."""
    found = _exchanges(("smtpshell", "patch_stdout"), 2, rounds)
    return [ratio("R4", "Enter to the reply, p50", "patch_stdout", found, 0.6)]


# -- keys

_LINE = b"MAIL FROM:<dora@office.test> SIZE=100 BODY="


class Typist:
    """Types into a prompt, one key after the other."""

    def __init__(self, command: list[str], prompt: bytes, first: bytes = b"") -> None:
        self.terminal = Pty(command, environment())
        self.terminal.wait_for(prompt)
        self.terminal.settle(0.5)
        if first:
            self.terminal.write(first)
            self.terminal.settle(0.5)

    def keys(self) -> list[float]:
        """Milliseconds from each key to the first answer of the program."""
        found = []
        for number in range(KEYS):
            mark = len(self.terminal.output)
            began = time.perf_counter()
            self.terminal.write(_LINE[number : number + 1])
            self.terminal.wait_until_more(mark)
            found.append((time.perf_counter() - began) * 1000)
            self.terminal.settle(0.03)
        self.terminal.write(b"\x15")  # Ctrl-U
        self.terminal.settle(0.1)
        return found


_PROMPTS: dict[str, tuple[Callable[[], list[str]], bytes, bytes]] = {
    "smtpshell": (lambda: OURS, b"connected>", b"EHLO desk7.office.test\r"),
    "ptk plain": (lambda: PLAIN, b"ready>", b""),
    "litecli": (lambda: [program("litecli"), ":memory:"], b":memory:>", b""),
    "ptpython": (lambda: [program("ptpython")], b">>>", b""),
}


def _keys(kinds: tuple[str, ...], percent: int, rounds: int) -> dict[str, list[float]]:
    typists = {}
    for kind in kinds:
        command, prompt, first = _PROMPTS[kind]
        typists[kind] = Typist(command(), prompt, first)

    def measure(kind: str) -> float:
        return sorted(typists[kind].keys())[KEYS * percent // 100]

    try:
        return in_turn({kind: partial(measure, kind) for kind in kinds}, rounds)
    finally:
        for typist in typists.values():
            typist.terminal.close()


def keys(rounds: int) -> list[Result]:
    """K1."""
    return [
        ratio("K1", f"key to echo, p{percent}", "ptk plain", found, budget)
        for percent, budget in ((50, 1.3), (99, 1.4))
        for found in [_keys(("smtpshell", "ptk plain"), percent, rounds)]
    ]


def keys_of_others(rounds: int) -> list[Result]:
    """K2."""
    found = _keys(("smtpshell", "litecli", "ptpython"), 50, rounds)
    return [
        ratio("K2", "key to echo, p50", "litecli", found, 0.8),
        ratio("K2", "key to echo, p50", "ptpython", found, 0.5),
    ]
