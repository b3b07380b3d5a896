"""Real mail servers for the tests and for people.

``python -m tests.peers fetch`` unpacks all of them; ``python -m tests.peers run postfix`` starts
one in the foreground and prints where it listens; ``python -m tests.peers compare`` says the lines
of data/same_line.toml to them and to the practice servers, and prints what differs. All need root
and Debian's packages.
"""

from __future__ import annotations

import argparse
import os
import select
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.comparison import PAIRS, figures, report
from tests.peers.package import PACKAGES, MissingPeerError, fetch
from tests.peers.registry import PEERS
from tests.peers.server import Server


def main() -> int:
    """Run one of the two commands; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="download and unpack all peers")
    run = commands.add_parser("run", help="start one peer until Ctrl-C")
    run.add_argument("peer", choices=sorted(PEERS))
    compare = commands.add_parser("compare", help="real servers beside the practice servers")
    compare.add_argument("peers", nargs="*", choices=[[], *sorted(PAIRS)], default=[])
    chosen = parser.parse_args()
    try:
        if chosen.command == "fetch":
            for name in PACKAGES:
                sys.stdout.write(f"{name}: {fetch(name)}\n")
            return 0
        if chosen.command == "compare":
            return _compare(chosen.peers or list(PAIRS))
        return _run(chosen.peer)
    except MissingPeerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


@contextmanager
def _started(name: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with PEERS[name](Path(folder)) as server:
            yield server


def _run(name: str) -> int:
    with _started(name) as server:
        sys.stdout.write(
            f"{name} listens on 127.0.0.1:{server.port}; CA (if it speaks TLS): {server.ca}\n"
        )
        sys.stdout.flush()
        try:
            select.select([], [], [])
        except KeyboardInterrupt:
            return 0
    return 0


def _compare(names: list[str]) -> int:
    rows, unknown = [], 0
    for name in names:
        with _started(name) as server:
            found, differing = figures(name, server.port)
        sys.stdout.write(report(name, found, differing) + "\n")
        unknown += len(differing) - found.known
        rows.append(
            f"| {found.personality} | {name} | {found.lines} | {found.agree} "
            f"| {found.percent:.1f} % |"
        )
    head = ("| Practice server | Real one | Lines | Alike | |", "|---|---|---|---|---|")
    sys.stdout.write("\n".join([*head, *rows, ""]))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
