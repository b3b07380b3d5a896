"""Real mail servers for the tests and for people.

``python -m tests.peers fetch`` unpacks all of them; ``python -m tests.peers run postfix`` starts
one in the foreground and prints where it listens. Both need root and Debian's packages.
"""

from __future__ import annotations

import argparse
import os
import select
import sys
import tempfile
from pathlib import Path

from tests.peers.package import PACKAGES, MissingPeerError, fetch
from tests.peers.registry import PEERS


def main() -> int:
    """Run one of the two commands; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="download and unpack all peers")
    run = commands.add_parser("run", help="start one peer until Ctrl-C")
    run.add_argument("peer", choices=sorted(PEERS))
    chosen = parser.parse_args()
    try:
        if chosen.command == "fetch":
            for name in PACKAGES:
                sys.stdout.write(f"{name}: {fetch(name)}\n")
            return 0
        return _run(chosen.peer)
    except MissingPeerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(name: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with PEERS[name](Path(folder)) as server:
            sys.stdout.write(
                f"{name} listens on 127.0.0.1:{server.port}; CA (if it speaks TLS): {server.ca}\n"
            )
            sys.stdout.flush()
            try:
                select.select([], [], [])
            except KeyboardInterrupt:
                return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
