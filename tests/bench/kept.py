"""What it takes to keep what was said: memory for a line, and the pause of a full collection.

Run as a program this keeps lines in one way and prints both: ``python -m tests.bench.kept WAY``.
"""

from __future__ import annotations

import dataclasses
import gc
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.lib import OURS, Figures, in_turn
from tests.bench.process import ROOT, environment

LINES = 1_000_000
SESSION = 200  # lines
LINE = b"RCPT TO:<somebody.else@elsewhere.test>\r\n"  # of 40 octets
DATACLASS = "slots dataclass"
MEMORY, PAUSE = "memory of a kept line of 40 octets", f"full collection, {LINES:,} lines kept"


@dataclasses.dataclass(slots=True)
class Line:
    """The control: an object for each line."""

    at: float
    side: str
    text: bytes


def kept_lines(rounds: int) -> Figures:
    """S8."""
    figures = Figures()
    pauses: dict[str, list[float]] = {OURS: [], DATACLASS: []}

    def measure(way: str) -> float:
        command = [sys.executable, "-m", "tests.bench.kept", way]
        said = subprocess.run(
            command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True
        )
        octets, pause = map(float, said.stdout.split())
        pauses[way].append(pause)
        return octets

    figures.cases[MEMORY] = in_turn({way: lambda way=way: measure(way) for way in pauses}, rounds)  # type: ignore[misc]
    figures.cases[PAUSE] = {way: values[1:] for way, values in pauses.items()}
    return figures


def _keep_in_records() -> list[object]:
    from smtpshell.sandbox.mind.record import CLIENT, Record

    records: list[object] = []
    for _ in range(LINES // SESSION):
        record = Record(time.monotonic())
        records.append(record)
        for _ in range(SESSION // 2):  # a reply is kept with what it answers
            record.add(time.monotonic(), CLIENT, _fresh(), _fresh())
    return records


def _keep_in_dataclasses() -> list[object]:
    return [
        [Line(time.monotonic(), "S", _fresh()) for _ in range(SESSION)]
        for _ in range(LINES // SESSION)
    ]


def _fresh() -> bytes:
    """The line as from a socket: an object of its own."""
    return bytes(bytearray(LINE))


def _resident() -> int:
    """Octets of memory that this process has."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS in status")


def main() -> None:
    """Keep LINES in the way that is named; print octets a line and milliseconds of a collection."""
    keep = _keep_in_records if sys.argv[1] == OURS else _keep_in_dataclasses
    gc.collect()
    before = _resident()
    kept = keep()
    octets = (_resident() - before) / LINES
    pauses = []
    for _ in range(5):
        began = time.perf_counter()
        gc.collect()
        pauses.append((time.perf_counter() - began) * 1000)
    print(octets, statistics.median(pauses))
    del kept


if __name__ == "__main__":
    main()
