"""The practice server under load, beside smtp-sink, aiosmtpd and the least a server can do.

The load comes from Postfix's smtp-source on the first processor. It sends the same two addresses
again and again, which pleases a server that remembers what it has judged; so the cases called
"distinct addresses" send each address once only. Their letters come from a generator in Python,
which may be slower than smtp-sink: what counts there is the processor time.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count as counting

from tests.bench.lib import OURS, Figures, Found, in_turn, percentile
from tests.bench.process import environment, many_files, pinned, postfix_program
from tests.bench.sender import arrivals, noops, noops_while_coming_in, send_distinct, sessions
from tests.bench.serve import AIOSMTPD, BARE, RECIPIENT, SINK, Server, command_of, servers

SECONDS = 1.0  # about as long as one measurement is meant to take
MOST_LETTERS = 60_000  # in one measurement
IDLE = 10_000  # sessions
CLASS, COMMANDS = 5_000, 2_000  # sessions, and commands a second among them
FIRST = 1_000  # sessions of it that are there when the others come in
CLASS_SECONDS = 4.0
RATE, COST = "messages/s", "processor time a message"

# One load: letters, sessions and octets in; the seconds it took out.
_Send = Callable[[Server, int], float]


def _smtp_source(
    links: int, octets: int, server: Server, count: int, *, keep: bool = True
) -> float:
    path, more = postfix_program("smtp-source")
    command = [path, "-4", "-s", str(links), "-m", str(count), "-l", str(octets)]
    command += ["-f", "dora@office.test", "-t", RECIPIENT, "-M", "client.office.test"]
    command += [*(["-d"] if keep else []), f"127.0.0.1:{server.port}"]
    env = environment(**more)
    began = time.perf_counter()
    subprocess.run(command, check=True, env=env, capture_output=True)
    return time.perf_counter() - began


_numbers = counting()


def _distinct(links: int, octets: int, server: Server, count: int) -> float:
    first = next(_numbers) * MOST_LETTERS
    return send_distinct(server.port, links, count, octets, first)


def _load(
    figures: Figures, cases: Mapping[str, _Send], kinds: tuple[str, ...], rounds: int
) -> None:
    """For each case, the rates of all kinds and what a message costs each, in turn."""
    with pinned(), figures.opened(servers(*kinds)) as running:
        for case, send in cases.items():
            costs: Found = {kind: [] for kind in running}
            counts = {kind: _enough(send, server) for kind, server in running.items()}

            def measure(
                kind: str, send: _Send = send, costs: Found = costs, counts: dict[str, int] = counts
            ) -> float:
                used = running[kind].cpu()
                seconds = send(running[kind], counts[kind])
                costs[kind].append((running[kind].cpu() - used) / counts[kind] * 1e6)
                return counts[kind] / seconds

            rates = in_turn({kind: partial(measure, kind) for kind in running}, rounds)
            figures.cases[f"{RATE}, {case}"] = rates
            figures.cases[f"{COST}, {case}"] = {kind: cost[1:] for kind, cost in costs.items()}


def _enough(send: _Send, server: Server) -> int:
    """How many letters *server* takes in SECONDS."""
    count = 200
    send(server, count)
    count = int(min(2000, count / send(server, count) * SECONDS / 4)) + 200
    return min(MOST_LETTERS, max(200, int(count / send(server, count) * SECONDS)))


def _kept(octets: int, *links: int) -> dict[str, _Send]:
    return {
        f"{octets // 1024} KB, {number} sessions": partial(_smtp_source, number, octets)
        for number in links
    }


def _with_distinct(*links: int) -> dict[str, _Send]:
    cases = _kept(1024, *links)
    for number in links:
        cases[f"1 KB, {number} sessions, distinct addresses"] = partial(_distinct, number, 1024)
    return cases


def messages(peer: str, rounds: int) -> Figures:
    """S1, S2, S3."""
    figures = Figures()
    _load(figures, _with_distinct(10, 100), (OURS, peer), rounds)
    return figures


def large(rounds: int) -> Figures:
    """S4."""
    figures = Figures()
    _load(figures, _kept(100 * 1024, 10), (OURS, SINK, AIOSMTPD), rounds)
    return figures


def connections(rounds: int) -> Figures:
    """S5."""
    figures = Figures()
    send = partial(_smtp_source, 100, 1024, keep=False)
    _load(figures, {"a connection each, 100 at a time": send}, (OURS, SINK, AIOSMTPD), rounds)
    return figures


# -- many sessions

IDLE_MEMORY = f"memory of one of {IDLE:,} idle sessions"
IDLE_CPU = f"processor time while {IDLE:,} sessions are idle"


def idle(rounds: int) -> Figures:
    """S6."""
    many_files()
    figures = Figures()
    at_rest: Found = {OURS: []}

    def measure(kind: str) -> float:
        with figures.opened(servers(kind)) as running:
            server = running[kind]
            before = server.memory()
            with sessions(server.port, IDLE):
                time.sleep(0.5)
                grown = server.memory() - before
                if kind == OURS:
                    at_rest[OURS].append(_share_of_processor(server))
                return grown / IDLE

    there = figures.there({kind: partial(command_of, kind) for kind in (OURS, AIOSMTPD)})
    with pinned():
        found = in_turn({kind: partial(measure, kind) for kind in there}, rounds)
    figures.cases[IDLE_MEMORY] = found
    figures.cases[IDLE_CPU] = {OURS: at_rest[OURS][1:]}
    return figures


def _share_of_processor(server: Server) -> float:
    used, began = server.cpu(), time.perf_counter()
    time.sleep(6)  # longer than anything that is looked after now and then
    return (server.cpu() - used) / (time.perf_counter() - began) * 100


CLASSROOM = f"{CLASS:,} sessions, {COMMANDS:,} commands/s"
ARRIVAL = f"{FIRST:,} sessions, {COMMANDS:,} commands/s while {CLASS - FIRST:,} come in"


def classroom(rounds: int) -> Figures:
    """S7. Each time a new class comes in, so a garbage collector has something to look through.

    What it builds while it comes in is when a server makes its long pauses; whether there is one
    more when all are there is chance.
    """
    many_files()
    figures = Figures()
    arriving: Found = {}
    worst: Found = {}

    def measure(kind: str) -> float:
        with (
            figures.opened(servers(kind)) as running,
            arrivals(running[kind].port, FIRST) as found,
        ):
            coming = noops_while_coming_in(found, CLASS, COMMANDS, CLASS_SECONDS)
            there = noops(found.links, COMMANDS, CLASS_SECONDS)
        arriving.setdefault(kind, []).append(percentile(coming, 99))
        worst.setdefault(kind, []).append(percentile(there, 99))
        return percentile(there, 50)

    kinds = figures.there({kind: partial(command_of, kind) for kind in (OURS, BARE, AIOSMTPD)})
    with pinned():
        middle = in_turn({kind: partial(measure, kind) for kind in kinds}, rounds)
    figures.cases[f"{CLASSROOM}, p50"] = middle
    for case, found in ((CLASSROOM, worst), (ARRIVAL, arriving)):
        figures.cases[f"{case}, p99"] = {kind: values[1:] for kind, values in found.items()}
    return figures
