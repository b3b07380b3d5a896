"""The practice server under load, beside smtp-sink, aiosmtpd and the least a server can do.

The load comes from Postfix's smtp-source on the first processor.
"""

from __future__ import annotations

import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.lib import Result, environment, in_turn, ratio
from tests.bench.servers import Server, on_processor, postfix_program

SECONDS = 1.0  # about as long as one measurement is meant to take
IDLE = 5_000  # sessions


@contextmanager
def running(*kinds: str) -> Iterator[dict[str, Server]]:
    """Servers of these kinds."""
    servers: dict[str, Server] = {}
    try:
        for kind in kinds:
            servers[kind] = Server(kind)
        yield servers
    finally:
        for server in servers.values():
            server.close()


def send(
    server: Server, sessions: int, count: int, size: int, *, keep: bool
) -> tuple[float, float]:
    """Messages a second, and microseconds of the server's processor time for each."""
    path, more = postfix_program("smtp-source")
    command = [path, "-4", "-s", str(sessions), "-m", str(count), "-l", str(size)]
    command += ["-f", "dora@office.test", "-t", "ana@office.test", "-M", "client.office.test"]
    command += [*(["-d"] if keep else []), f"127.0.0.1:{server.port}"]
    used, began = server.cpu(), time.perf_counter()
    subprocess.run(
        [*on_processor(0), *command], check=True, env=environment(**more), capture_output=True
    )
    seconds = time.perf_counter() - began
    return count / seconds, (server.cpu() - used) / count * 1e6


def _load(
    kinds: tuple[str, ...], sessions: int, size: int, rounds: int, *, keep: bool = True
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Rates and processor times of each kind, in turn."""
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    with running(*kinds) as servers:
        counts = {}
        for kind, server in servers.items():
            probe = max(2 * sessions, 200)
            send(server, sessions, probe, size, keep=keep)
            rate, _ = send(server, sessions, probe, size, keep=keep)
            counts[kind] = max(probe, min(int(rate * SECONDS), 60_000))

        def measure(kind: str) -> float:
            rate, cost = send(servers[kind], sessions, counts[kind], size, keep=keep)
            costs[kind].append(cost)
            return rate

        rates = in_turn({kind: partial(measure, kind) for kind in kinds}, rounds)
    return rates, {kind: values[1:] for kind, values in costs.items()}


def messages_sink(rounds: int) -> list[Result]:
    """S1."""
    results = []
    for sessions, budget in ((10, 0.9), (100, 0.8)):
        rates, _ = _load(("smtpshell", "sink"), sessions, 1024, rounds)
        what = f"messages/s, 1 KB, {sessions} sessions"
        results.append(ratio("S1", what, "sink", rates, budget, at_least=True, unit="/s"))
    return results


def messages_aiosmtpd(rounds: int) -> list[Result]:
    """S2."""
    results = []
    for sessions in (10, 100):
        rates, _ = _load(("smtpshell", "aiosmtpd"), sessions, 1024, rounds)
        what = f"messages/s, 1 KB, {sessions} sessions"
        results.append(ratio("S2", what, "aiosmtpd", rates, 6, at_least=True, unit="/s"))
    return results


def cpu(rounds: int) -> list[Result]:
    """S3."""
    results = []
    for sessions, budget in ((10, 1.25), (100, 1.5)):
        _, costs = _load(("smtpshell", "bare"), sessions, 1024, rounds)
        what = f"processor time a message, {sessions} sessions"
        results.append(ratio("S3", what, "bare", costs, budget, unit="us"))
    return results


def large(rounds: int) -> list[Result]:
    """S4."""
    rates, _ = _load(("smtpshell", "sink", "aiosmtpd"), 10, 102_400, rounds)
    what = "messages/s, 100 KB, 10 sessions"
    return [
        ratio("S4", what, "sink", rates, 2, at_least=True, unit="/s"),
        ratio("S4", what, "aiosmtpd", rates, 12, at_least=True, unit="/s"),
    ]


def connections(rounds: int) -> list[Result]:
    """S5."""
    rates, _ = _load(("smtpshell", "sink", "aiosmtpd"), 100, 1024, rounds, keep=False)
    what = "messages/s, a connection each, 100 at a time"
    return [
        ratio("S5", what, "sink", rates, 0.75, at_least=True, unit="/s"),
        ratio("S5", what, "aiosmtpd", rates, 3.3, at_least=True, unit="/s"),
    ]


def idle(rounds: int) -> list[Result]:
    """S6."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found: dict[str, list[float]] = {"smtpshell": [], "aiosmtpd": []}
    for _ in range(min(rounds, 3)):
        for kind, values in found.items():
            with running(kind) as servers:
                values.append(_idle_session(servers[kind]))
    found["3 KiB"] = [3.0] * len(found["smtpshell"])
    what = f"memory of an idle session, {IDLE} of them"
    return [
        ratio("S6", what, "3 KiB", found, 1, unit="KiB"),
        ratio("S6", what, "aiosmtpd", found, 0.3, unit="KiB"),
    ]


def _idle_session(server: Server) -> float:
    """KiB for each of IDLE greeted sessions."""
    before = server.memory()
    links = [_greeted(server.port) for _ in range(IDLE)]
    grown = server.memory() - before
    for link in links:
        link.close()
    return grown / IDLE


def _greeted(port: int) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", port), 20)
    link.recv(4096)
    link.sendall(b"EHLO client.office.test\r\n")
    reply = b""
    while b"250 " not in reply:
        reply += link.recv(4096)
    return link
