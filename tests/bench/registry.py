"""All benchmarks by the number of their budget: what is measured, against whom, within what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tests.bench import crowd, kept, lessons, server, startup, terminal, text
from tests.bench.lib import OURS, Budget, Figures
from tests.bench.rig import PATCHED
from tests.bench.serve import AIOSMTPD, BARE, SINK
from tests.bench.shells import CONTROL, INPUT, PEERS


class Benchmark(NamedTuple):
    """What it is about, the function that measures it in so many rounds, and its budgets."""

    about: str
    run: Callable[[int], Figures]
    budgets: tuple[Budget, ...]

    @property
    def peers(self) -> list[str]:
        """Whoever it is measured against, in the budgets' order."""
        return list(dict.fromkeys(budget.peer for budget in self.budgets))


def _more(case: str, peer: str, bound: float | None, unit: str = "/s") -> Budget:
    return Budget(case, peer, bound, at_least=True, unit=unit)


_TEN, _HUNDRED, _LARGE = "1 KB, 10 sessions", "1 KB, 100 sessions", "100 KB, 10 sessions"
_DISTINCT = ", distinct addresses"
_EACH = f"{server.RATE}, a connection each, 100 at a time"


def _rates(peer: str, ten: float, hundred: float) -> tuple[Budget, ...]:
    """Bounds on messages a second, and the same where every address is a new one."""
    return tuple(
        _more(f"{server.RATE}, {case}{addresses}", peer, bound)
        for addresses in ("", _DISTINCT)
        for case, bound in ((_TEN, ten), (_HUNDRED, hundred))
    )


def _costs(peer: str, ten: float, hundred: float) -> tuple[Budget, ...]:
    return tuple(
        Budget(f"{server.COST}, {case}{addresses}", peer, bound, unit="us")
        for addresses in ("", _DISTINCT)
        for case, bound in ((_TEN, ten), (_HUNDRED, hundred))
    )


BENCHMARKS = {
    "T1": Benchmark(
        "--version and --help",
        startup.version,
        tuple(
            Budget(case, peer, bound, ours=ours)
            for case in ("--version", "--help")
            for ours, peer, bound in (
                (OURS, startup.PASS, 1.3),
                (OURS, startup.SWAKS, 1.0),
                (startup.MODULE, startup.PASS, None),
            )
        ),
    ),
    "T2": Benchmark(
        "first text on the screen",
        startup.first_text,
        (Budget(startup.FIRST_TEXT, INPUT, 1.5),),
    ),
    "T3": Benchmark(
        "prompt ready, with all that belongs to it",
        startup.prompt,
        (
            Budget(startup.PROMPT, CONTROL, 1.15),
            Budget(startup.FIRST_KEY, CONTROL, 1.15),
            Budget(startup.GREETED, CONTROL, None),
        ),
    ),
    "T4": Benchmark(
        "prompt ready, beside other shells",
        startup.prompt_of_others,
        tuple(Budget(startup.PROMPT, peer, 0.6) for peer in PEERS),
    ),
    "T5": Benchmark(
        "one scripted message",
        startup.script,
        (
            Budget(startup.SCRIPT, startup.SWAKS, 0.8),
            Budget(startup.SCRIPT, startup.SWAKS, 0.8, ours=startup.QUIET),
        ),
    ),
    "K1": Benchmark(
        "a key until it is echoed",
        terminal.keys,
        (Budget(terminal.HALF, CONTROL, 1.3), Budget(terminal.WORST, CONTROL, 1.4)),
    ),
    "K2": Benchmark(
        "a key until it is echoed, beside other shells",
        terminal.keys_of_others,
        (
            Budget(terminal.HALF, "litecli", 0.8),
            Budget(terminal.HALF, "ptpython", 0.5),
            Budget(terminal.HALF, "iredis", 0.5),
            Budget(terminal.HALF, "http-prompt", None),
        ),
    ),
    "K3": Benchmark(
        "a key until it is echoed, while a classroom is at work",
        crowd.keys,
        (
            Budget(terminal.WORST, crowd.IDLE, 1.5, ours=crowd.CLASS),
            Budget(terminal.WORST, "20 ms", 1.0, ours=crowd.FULL, figure=20.0),
        ),
    ),
    "R1": Benchmark(
        "a reply that is due, until it is on the screen",
        terminal.reply,
        tuple(
            Budget(f"reply to the screen, {case}", terminal.TELNET, 2.5)
            for case in (terminal.AT_ONCE, terminal.LATER)
        ),
    ),
    "R2": Benchmark(
        "Enter until the line is on the wire",
        terminal.enter,
        (
            Budget(terminal.TO_WIRE, "1 ms", 1.0, figure=1.0),
            Budget(terminal.TO_WIRE, PATCHED, None),
        ),
    ),
    "R3": Benchmark(
        "lines that nobody asked for, on a slow terminal",
        terminal.unasked,
        (Budget(terminal.UNASKED, terminal.NC, 1.2),),
    ),
    "R4": Benchmark(
        "Enter until the reply is on the screen",
        terminal.exchange,
        tuple(
            Budget(f"Enter to the reply, {case}", PATCHED, bound)
            for case, bound in ((terminal.AT_ONCE, 0.6), (terminal.LATER, None))
        ),
    ),
    "S1": Benchmark(
        "messages a second, beside a server in C",
        partial(server.messages, SINK),
        _rates(SINK, 0.9, 0.8),
    ),
    "S2": Benchmark(
        "messages a second, beside the server in Python that most use",
        partial(server.messages, AIOSMTPD),
        _rates(AIOSMTPD, 6, 6),
    ),
    "S3": Benchmark(
        "processor time a message, beside the least a server can do",
        partial(server.messages, BARE),
        _costs(BARE, 1.25, 1.5),
    ),
    "S4": Benchmark(
        "large messages",
        server.large,
        (
            _more(f"{server.RATE}, {_LARGE}", SINK, 2),
            _more(f"{server.RATE}, {_LARGE}", AIOSMTPD, 12),
        ),
    ),
    "S5": Benchmark(
        "a new connection for each message",
        server.connections,
        (_more(_EACH, SINK, 0.75), _more(_EACH, AIOSMTPD, 3.3)),
    ),
    "S6": Benchmark(
        "sessions in which nothing happens",
        server.idle,
        (
            Budget(server.IDLE_MEMORY, "3 KiB", 1.0, unit="KiB", figure=3.0),
            Budget(server.IDLE_MEMORY, AIOSMTPD, 0.3, unit="KiB"),
            Budget(server.IDLE_CPU, "1 %", 1.0, unit="%", figure=1.0),
        ),
    ),
    "S7": Benchmark(
        "a classroom that types",
        server.classroom,
        (
            Budget(f"{server.CLASSROOM}, p50", BARE, 1.3),
            Budget(f"{server.CLASSROOM}, p99", "5 ms", 1.0, figure=5.0),
            Budget(f"{server.CLASSROOM}, p99", AIOSMTPD, None),
            Budget(f"{server.ARRIVAL}, p99", AIOSMTPD, 0.05),
            Budget(f"{server.ARRIVAL}, p99", BARE, None),
        ),
    ),
    "S8": Benchmark(
        "transcripts kept in memory",
        kept.kept_lines,
        (
            Budget(kept.MEMORY, "80 octets", 1.0, unit="octets", figure=80.0),
            Budget(kept.MEMORY, kept.DATACLASS, None, unit="octets"),
            Budget(kept.PAUSE, "5 ms", 1.0, figure=5.0),
            Budget(kept.PAUSE, kept.DATACLASS, None),
        ),
    ),
    "X1": Benchmark(
        "a transcript read",
        text.transcript,
        tuple(
            _more(case, text.BY_HAND, 0.8, unit="lines/ms") for case in (text.EVENTS, text.RECORDS)
        ),
    ),
    "L1": Benchmark(
        "notes, reference and lessons known at start-up",
        text.words,
        (
            Budget(text.KNOWN, text.TOMLLIB, 0.1),
            Budget(lessons.KNOWN, lessons.TOMLLIB, 0.1),
        ),
    ),
    "L2": Benchmark(
        "lessons opened, checked and judged",
        lessons.lessons,
        (
            Budget(lessons.OPENED, "2 ms", 1.0, figure=2.0),
            Budget(lessons.CHECKED, lessons.READERS, 1.3),
            Budget(lessons.JUDGED, "1 ms", 1.0, figure=1.0),
        ),
    ),
}
