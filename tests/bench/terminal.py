"""Keys and replies on a terminal.

Every sample is one event: a key until its echo, a reply until it is on the screen.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.driver import Pty, terminal
from tests.bench.lib import OURS, Figures, Found, in_turn, percentile
from tests.bench.process import pinned
from tests.bench.rig import PATCHED, Exchange, Rig, rig
from tests.bench.shells import CONTROL, PEERS, shell

TELNET, NC = "telnet", "nc"
EXCHANGES = 12  # in a measurement
SLOW = 0.05  # seconds that a far terminal takes to answer
AT_ONCE, LATER = "server answers at once", "server answers after 20 ms"


def _exchanges(
    rigs: dict[str, Rig], part: Callable[[Exchange], float], rounds: int, *, far: bool = False
) -> Found:
    def measure(one: Rig) -> float:
        return statistics.median(part(one.exchange(far=far)) for _ in range(EXCHANGES))

    return in_turn({kind: partial(measure, one) for kind, one in rigs.items()}, rounds)


@contextmanager
def _rigs(figures: Figures, *kinds: str, delay: float = 0.0) -> Iterator[dict[str, Rig]]:
    openers = {kind: partial(rig, kind, delay=delay) for kind in kinds}
    with pinned(), figures.opened(openers) as opened:
        yield opened


def reply(rounds: int) -> Figures:
    """R1."""
    figures = Figures()
    with _rigs(figures, OURS, TELNET) as rigs:
        for case, far in ((AT_ONCE, False), (LATER, True)):
            found = _exchanges(rigs, lambda one: one.reply_to_screen, rounds, far=far)
            figures.cases[f"reply to the screen, {case}"] = found
    return figures


TO_WIRE = "Enter to the wire"


def enter(rounds: int) -> Figures:
    """R2."""
    figures = Figures()
    with _rigs(figures, OURS, PATCHED) as rigs:
        figures.cases[TO_WIRE] = _exchanges(rigs, lambda one: one.enter_to_wire, rounds)
    return figures


UNASKED = "10 unasked lines, 1 ms apart, terminal answers after 50 ms"


def unasked(rounds: int) -> Figures:
    """R3."""
    figures = Figures()

    def measure(one: Rig) -> float:
        return statistics.median(one.burst() for _ in range(3))

    with _rigs(figures, OURS, NC, delay=SLOW) as rigs:
        bursts = {kind: partial(measure, one) for kind, one in rigs.items()}
        figures.cases[UNASKED] = in_turn(bursts, rounds)
    return figures


def exchange(rounds: int) -> Figures:
    """R4."""
    figures = Figures()
    with _rigs(figures, OURS, PATCHED) as rigs:
        for case, far in ((AT_ONCE, False), (LATER, True)):
            found = _exchanges(rigs, lambda one: one.enter_to_screen, rounds, far=far)
            figures.cases[f"Enter to the reply, {case}"] = found
    return figures


# -- keys

_LINE = b"MAIL FROM:<dora@office.test> SIZE=1024 BODY=8BITMIME"
KEYS = 208  # in a measurement: the line four times
REST = 0.03  # seconds of silence before the next key
HALF, WORST = "key to echo, p50", "key to echo, p99"


class Typist:
    """Types SMTP into a prompt, one key after the other."""

    def __init__(self, terminal: Pty, prompt: bytes) -> None:
        self._terminal = terminal
        terminal.wait_for(prompt)
        terminal.settle(0.5)

    def say(self, line: bytes) -> None:
        """Enter a line, and wait until nothing moves."""
        self._terminal.write(line + b"\r")
        self._terminal.settle(0.5)

    def keys(self) -> list[float]:
        """Milliseconds from each key to the reading of what shows it."""
        found = []
        for number in range(KEYS):
            place = number % len(_LINE)
            if not place:
                self._terminal.write(b"\x15")  # Ctrl-U; not measured
                self._terminal.settle(0.1)
            found.append(self._key(_LINE[place : place + 1]))
        return found

    def _key(self, key: bytes) -> float:
        terminal = self._terminal
        mark = len(terminal.output)
        began = time.perf_counter()
        terminal.write(key)
        seen = terminal.read(10) if key.isspace() else terminal.wait_for(key, mark)
        terminal.settle(REST)
        return (seen - began) * 1000


@contextmanager
def typing(name: str) -> Iterator[Typist]:
    """Somebody at the prompt of the shell *name*."""
    with shell(name) as found, terminal(found.command, last=True) as opened:
        typist = Typist(opened, b"connected>" if name == OURS else found.prompt)
        if name == OURS:
            typist.say(b"EHLO desk7.office.test")
        yield typist


def _keys(figures: Figures, rounds: int, *peers: str) -> None:
    worst: Found = {}
    with pinned(), figures.opened({name: partial(typing, name) for name in peers}) as typists:

        def measure(name: str) -> float:
            found = typists[name].keys()
            worst.setdefault(name, []).append(percentile(found, 99))
            return percentile(found, 50)

        figures.cases[HALF] = in_turn({name: partial(measure, name) for name in typists}, rounds)
    figures.cases[WORST] = {name: values[1:] for name, values in worst.items()}


def keys(rounds: int) -> Figures:
    """K1."""
    figures = Figures()
    _keys(figures, rounds, OURS, CONTROL)
    return figures


def keys_of_others(rounds: int) -> Figures:
    """K2."""
    figures = Figures()
    _keys(figures, rounds, OURS, *PEERS)
    return figures
