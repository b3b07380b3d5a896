"""Figures beside their peers: ``python -m tests.bench [all | S1 T3 ...] [--rounds N]``.

Without names the benchmarks are listed. Peers that are not on this machine are left out; most are
in the extra "bench", the others are programs of one's system (swaks, telnet, nc, redis-server,
http-prompt) or come by ``python -m tests.peers fetch`` (smtp-sink and smtp-source).
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from pathlib import Path
from typing import Any

from tests.bench.lib import HEADING, MissingPeerError, calibration, compare
from tests.bench.registry import BENCHMARKS


def main() -> int:
    """List the benchmarks, or run those that are named; the exit status is 1 if one broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help='a name from the list, or "all"')
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    chosen = parser.parse_args()
    names = list(BENCHMARKS) if chosen.names == ["all"] else chosen.names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    if not names:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name}  {benchmark.about}; beside {', '.join(benchmark.peers)}")
        return 0
    print(calibration(), HEADING, sep="\n\n", flush=True)
    results = [result for name in names for result in _run(name, chosen.rounds)]
    print("", calibration(), sep="\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))
    return int(any("broken" in result for result in results))


def _run(name: str, rounds: int) -> list[dict[str, Any]]:
    """Run one benchmark and print its rows; what there is to write down of it."""
    benchmark = BENCHMARKS[name]
    try:
        figures = benchmark.run(rounds)
    except Exception as error:  # a peer that breaks must not take the others' figures along
        traceback.print_exc()
        print(f"| {name} | broken: {error} |", flush=True)
        return [{"name": name, "broken": str(error)}]
    results: list[dict[str, Any]] = []
    for budget in benchmark.budgets:
        try:
            row = compare(name, budget, figures)
        except MissingPeerError as error:
            print(f"| {name} | {budget.case} | left out: {error} |", flush=True)
            results.append({"name": name, **budget._asdict(), "missing": str(error)})
        else:
            print(row, flush=True)
            found = {**row._asdict(), "budget": None, **budget._asdict(), "met": row.met}
            results.append({**found, "rounds": figures.cases[budget.case]})
    return results


if __name__ == "__main__":
    sys.exit(main())
