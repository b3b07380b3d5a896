"""The benchmarks are no tests; but their list is held to be whole."""

from __future__ import annotations

import pytest

from tests.bench.registry import BENCHMARKS

EVERY = (
    [f"T{number}" for number in range(1, 6)]
    + ["K1", "K2", "K3"]
    + [f"R{number}" for number in range(1, 5)]
    + [f"S{number}" for number in range(1, 9)]
    + ["X1", "L1", "L2"]
)


def test_every_budget_has_its_benchmark() -> None:
    """What we promise about speed can be measured by its number."""
    assert list(BENCHMARKS) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_a_benchmark_names_budget_and_peer(name: str) -> None:
    """A figure without something beside it says nothing: each has a bound, and a named peer."""
    benchmark = BENCHMARKS[name]
    assert benchmark.about
    assert benchmark.peers
    assert all(benchmark.peers)
    assert any(budget.bound for budget in benchmark.budgets)
