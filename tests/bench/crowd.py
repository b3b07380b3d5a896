"""Somebody types while a classroom is at work on a server beside.

``python -m tests.bench.crowd PORT SESSIONS RATE`` is that classroom: it says so many NOOPs a
second, shared among its sessions, until it is killed. It sleeps in between, for it is not what is
measured.
"""

from __future__ import annotations

import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.lib import OURS, Figures, Found, in_turn, percentile
from tests.bench.process import ROOT, environment, many_files, postfix_program
from tests.bench.sender import sessions
from tests.bench.serve import RECIPIENT, Server, server
from tests.bench.terminal import WORST, Typist, typing

IDLE, CLASS, FULL = "with nobody else", "beside 2,000 commands/s", "beside a server at full load"
_SESSIONS, _RATE = 300, 2_000
_FULL = 50  # sessions that send letters as fast as they can
_SETTLE = 1.0  # seconds until the crowd is at work
_STEP = 0.005  # seconds that the classroom sleeps between two looks


@contextmanager
def _at_work(command: list[str], **more: str) -> Iterator[None]:
    crowd = subprocess.Popen(
        command, env=environment(**more), cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(_SETTLE)
        if crowd.poll() is not None:
            raise RuntimeError(f"{command} has ended")
        yield
    finally:
        crowd.kill()
        crowd.wait()


def _classroom(port: int) -> list[str]:
    numbers = map(str, (port, _SESSIONS, _RATE))
    return [sys.executable, "-m", "tests.bench.crowd", *numbers]


def keys(rounds: int) -> Figures:
    """K3."""
    many_files()
    figures = Figures()

    def measure(case: str, typist: Typist, beside: Server) -> float:
        if case == IDLE:
            return percentile(typist.keys(), 99)
        if case == CLASS:
            with _at_work(_classroom(beside.port)):
                return percentile(typist.keys(), 99)
        path, more = postfix_program("smtp-source")
        load = [path, "-4", "-d", "-s", str(_FULL), "-m", "100000000", "-l", "1024"]
        load += ["-f", "dora@office.test", "-t", RECIPIENT, f"127.0.0.1:{beside.port}"]
        with _at_work(load, **more):
            return percentile(typist.keys(), 99)

    with typing(OURS) as typist, server(OURS) as beside:
        cases = {case: partial(measure, case, typist, beside) for case in (IDLE, CLASS, FULL)}
        found: Found = in_turn(cases, rounds)
    figures.cases[WORST] = found
    return figures


def main() -> None:
    """The classroom: never ends by itself."""
    port, count, rate = (int(word) for word in sys.argv[1:])
    chance = random.Random(7)
    many_files()
    with sessions(port, count) as links, select.epoll(count) as poll:
        numbers = {link.fileno(): link for link in links}
        for number in numbers:
            poll.register(number, select.EPOLLIN)
        due = time.perf_counter()
        while True:
            while due <= time.perf_counter():
                chance.choice(links).send(b"NOOP\r\n")
                due += 1 / rate
            time.sleep(_STEP)
            for number, _ in poll.poll(0):
                numbers[number].recv(4096)


if __name__ == "__main__":
    main()
