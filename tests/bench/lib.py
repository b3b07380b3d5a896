"""How all benchmarks measure: candidates in turn, ratios round by round, the median of those.

The machines are shared and drift, so a figure by itself says little; the ratio to a named peer in
the same round says much. Each budget is a bound on such a ratio.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import NamedTuple, TypeVar

OURS = "smtpshell"

Measure = Callable[[], float]
Found = dict[str, list[float]]  # by candidate, a value for each round
Thing = TypeVar("Thing")


class MissingPeerError(Exception):
    """A peer is not on this machine; its comparison is left out."""


class Budget(NamedTuple):
    """A bound on the ratio of our figure to that of *peer*, in one *case* of a benchmark.

    *figure*: the peer is no program but this value, in *unit*. Without a *bound* the row is there
    to be looked at.
    """

    case: str
    peer: str
    bound: float | None
    at_least: bool = False
    unit: str = "ms"
    ours: str = OURS
    figure: float | None = None


class Figures:
    """What a benchmark has found: values by case, and the peers that were not there."""

    def __init__(self) -> None:
        self.cases: dict[str, Found] = {}
        self.missing: dict[str, str] = {}  # peer -> why

    def there(self, finders: Mapping[str, Callable[[], Thing]]) -> dict[str, Thing]:
        """What the *finders* find, without the peers that are missing."""
        found: dict[str, Thing] = {}
        for name, finder in finders.items():
            try:
                found[name] = finder()
            except MissingPeerError as error:
                self.missing[name] = str(error)
        return found

    @contextmanager
    def opened(
        self, openers: Mapping[str, Callable[[], AbstractContextManager[Thing]]]
    ) -> Iterator[dict[str, Thing]]:
        """What the *openers* open, without the peers that are missing; closed at the end."""
        with ExitStack() as stack:
            enter = stack.enter_context
            yield self.there(
                {name: partial(_enter, enter, opener) for name, opener in openers.items()}
            )


def _enter(
    enter: Callable[[AbstractContextManager[Thing]], Thing],
    opener: Callable[[], AbstractContextManager[Thing]],
) -> Thing:
    return enter(opener())


class Row(NamedTuple):
    """A budget and what was found: the median ratio with its spread, and the medians behind it."""

    name: str
    budget: Budget
    ratio: float
    low: float
    high: float
    ours: float
    theirs: float

    @property
    def met(self) -> bool | None:
        bound = self.budget.bound
        if bound is None:
            return None
        return self.ratio >= bound if self.budget.at_least else self.ratio <= bound

    def __str__(self) -> str:
        """One line of the table."""
        budget = self.budget
        case = budget.case if budget.ours == OURS else f"{budget.case}: {budget.ours}"
        sign = ">=" if budget.at_least else "<="
        bound = "-" if budget.bound is None else f"{sign} {budget.bound:g}"
        word = {None: "-", True: "met", False: "MISSED"}[self.met]
        return (
            f"| {self.name} | {case} | {budget.peer} | {bound} | "
            f"{self.ratio:.2f} [{self.low:.2f}-{self.high:.2f}] | "
            f"{_short(self.ours)} / {_short(self.theirs)} {budget.unit} | {word} |"
        )


HEADING = (
    "| # | case | peer | budget | ratio, median [min-max] | ours / peer | |\n"
    "|---|---|---|---|---|---|---|"
)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def compare(name: str, budget: Budget, figures: Figures) -> Row:
    """Hold the figures against the *budget* of the benchmark *name*.

    Raises MissingPeerError if the peer was left out.
    """
    if budget.peer in figures.missing:
        raise MissingPeerError(figures.missing[budget.peer])
    found = figures.cases[budget.case]
    ours = found[budget.ours]
    theirs = found[budget.peer] if budget.figure is None else [budget.figure] * len(ours)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    middle = statistics.median
    return Row(name, budget, middle(ratios), min(ratios), max(ratios), middle(ours), middle(theirs))


def in_turn(candidates: Mapping[str, Measure], rounds: int) -> Found:
    """Measure all candidates once a round, in changing order, after one round to warm up."""
    found: Found = {name: [] for name in candidates}
    order = list(candidates)
    for number in range(rounds + 1):
        random.Random(number).shuffle(order)
        for name in order:
            value = candidates[name]()
            if number:
                found[name].append(value)
    return found


def milliseconds(work: Callable[[], object]) -> Measure:
    """A measure of how long *work* takes."""

    def measure() -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) * 1000

    return measure


def percentile(values: list[float], percent: float) -> float:
    """The value that *percent* of all *values* do not exceed, interpolated."""
    values = sorted(values)
    at = (len(values) - 1) * percent / 100
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def calibration() -> str:
    """A fixed piece of Python work and the load, by which two runs can be told apart."""
    times = []
    for _ in range(5):
        began, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        times.append((time.perf_counter() - began) * 1000)
    return (
        f"a million additions {statistics.median(times):.0f} ms [{min(times):.0f}-{max(times):.0f}]"
        f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        f", Python {sys.version.split()[0]}"
    )
