"""Figures beside their peers: ``python -m tests.bench [all | S1 T3 ...] [--rounds N]``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.bench.lib import HEADING, MissingPeerError
from tests.bench.registry import BENCHMARKS


def main() -> int:
    """List the benchmarks, or run those that are named; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    names = list(BENCHMARKS) if chosen.names == ["all"] else chosen.names
    if not names:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name}  {benchmark.about}")
        return 0
    print(HEADING)
    results = []
    for name in names:
        try:
            for result in BENCHMARKS[name].run(chosen.rounds):
                print(result.row(), flush=True)
                results.append({**result._asdict(), "met": result.met})
        except MissingPeerError as error:
            print(f"| {name} | left out: {error} |", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
