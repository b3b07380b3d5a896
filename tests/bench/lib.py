"""How all benchmarks measure: candidates in turn, ratios round by round, the median of those.

The machines are shared and drift, so a figure by itself says little; the ratio to a named peer in
the same round says much. Each budget is a bound on such a ratio.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

Measure = Callable[[], float]
ROOT = Path(__file__).resolve().parents[2]


class Result(NamedTuple):
    """A budget and what was measured: `ratio` is the median over the rounds."""

    name: str
    what: str
    peer: str
    budget: float
    at_least: bool  # else at most
    ratio: float
    low: float
    high: float
    ours: float
    theirs: float
    unit: str

    @property
    def met(self) -> bool:
        return self.ratio >= self.budget if self.at_least else self.ratio <= self.budget

    def row(self) -> str:
        """One line of the table."""
        sign = ">=" if self.at_least else "<="
        return (
            f"| {self.name} | {self.what} | {self.peer} | {sign} {self.budget:g} | "
            f"{self.ratio:.2f} [{self.low:.2f}-{self.high:.2f}] | "
            f"{self.ours:.4g} / {self.theirs:.4g} {self.unit} | "
            f"{'met' if self.met else 'MISSED'} |"
        )


HEADING = "\n".join(
    (
        "| # | what | peer | budget | ratio, median [min-max] | ours / peer | |",
        "|---|---|---|---|---|---|---|",
    )
)


class MissingPeerError(Exception):
    """A peer is not on this machine; its comparison is left out."""


def in_turn(candidates: Mapping[str, Measure], rounds: int) -> dict[str, list[float]]:
    """Measure all candidates once a round, after one round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name, measure in candidates.items():
            value = measure()
            if number:
                found[name].append(value)
    return found


def ratio(
    name: str,
    what: str,
    peer: str,
    found: Mapping[str, list[float]],
    budget: float,
    *,
    ours: str = "smtpshell",
    at_least: bool = False,
    unit: str = "ms",
) -> Result:
    """The ratio of *ours* to *peer*, round by round."""
    ratios = [a / b for a, b in zip(found[ours], found[peer], strict=True)]
    return Result(
        name,
        what,
        peer,
        budget,
        at_least,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(found[ours]),
        statistics.median(found[peer]),
        unit,
    )


def program(name: str) -> str:
    """The path of a peer, looked for beside this Python too."""
    beside = Path(sys.executable).with_name(name)
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise MissingPeerError(f"{name} is not installed")
    return path


_CACHE = tempfile.TemporaryDirectory(prefix="smtpshell-bench-")


def environment(**more: str) -> dict[str, str]:
    """For child processes: compiled code is kept, as on a user's machine, in a folder of ours."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    home = str(Path(_CACHE.name) / "home")
    Path(home).mkdir(exist_ok=True)
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(Path(_CACHE.name) / "pyc"),
        "PYTHONPATH": str(ROOT),
        "HOME": home,
        "XDG_STATE_HOME": home + "/state",
        "XDG_CACHE_HOME": home + "/cache",
        "TERM": "xterm-256color",
        **more,
    }
