"""Servers to be measured, each in a process of its own on the last processor.

Run as a program this is one of them: ``python -m tests.bench.serve KIND PORT``.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from smtpshell.cli.collector import full_collections_seldom
from tests.bench.lib import OURS, MissingPeerError
from tests.bench.process import (
    LAST,
    ROOT,
    cpu_seconds,
    environment,
    many_files,
    memory,
    pin,
    postfix_program,
)

SINK, AIOSMTPD, BARE = "smtp-sink", "aiosmtpd", "bare-buf"
RECIPIENT = "ana@office.test"
BACKLOG = 4096
MOST_SESSIONS = 20_000


class Server:
    """A running server of some kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command, env = command_of(kind, self.port)
        self._process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        pin(self._process.pid, LAST)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as link:
                    if link.recv(100).startswith(b"220"):
                        link.sendall(b"QUIT\r\n")
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.kind} did not start")

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return cpu_seconds(self._process.pid)

    def memory(self) -> int:
        """KiB that are its own."""
        return memory(self._process.pid)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def command_of(kind: str, port: int = 0) -> tuple[list[str], dict[str, str]]:
    """How to start a server of this *kind*, and in which environment.

    Raises MissingPeerError if that cannot be done here.
    """
    if kind != SINK:
        if kind == AIOSMTPD:
            _need_aiosmtpd()
        return [sys.executable, "-m", "tests.bench.serve", kind, str(port)], environment()
    path, more = postfix_program(SINK)
    # It will not run as root. Its limit of sessions is its own, of 256.
    options = ["-u", "nobody", "-m", str(MOST_SESSIONS)]
    return [path, *options, f"127.0.0.1:{port}", str(BACKLOG)], environment(**more)


def _need_aiosmtpd() -> None:
    from importlib.util import find_spec

    if find_spec(AIOSMTPD) is None:
        raise MissingPeerError(f"{AIOSMTPD} is not installed; it is in the extra 'bench'")


@contextmanager
def server(kind: str) -> Iterator[Server]:
    """A server of this *kind*, ended afterwards."""
    started = Server(kind)
    try:
        yield started
    finally:
        started.close()


def servers(*kinds: str) -> dict[str, Callable[[], AbstractContextManager[Server]]]:
    """How to start each of these kinds, for Figures.opened()."""
    return {kind: partial(server, kind) for kind in kinds}


async def _serve(kind: str, port: int) -> None:
    """Be a server of one of Python's kinds until killed."""
    loop = asyncio.get_running_loop()
    if kind == OURS:
        from smtpshell.sandbox.start import start

        await start(
            port=port,
            submission_port=None,
            tls_port=None,
            scenario="bench",
            folders=[Path(__file__).parent / "data"],
            most_sessions=MOST_SESSIONS,
            most_of_one=MOST_SESSIONS,
        )
    elif kind == BARE:
        from tests.bench.bare import Bare

        await loop.create_server(Bare, "127.0.0.1", port, backlog=BACKLOG)
    else:
        from aiosmtpd.handlers import Sink
        from aiosmtpd.smtp import SMTP

        # Without a name it asks DNS for its own, for each session.
        def new_session() -> SMTP:
            return SMTP(Sink(), hostname="bench.test", loop=loop)

        await loop.create_server(new_session, "127.0.0.1", port, backlog=BACKLOG)
    # As `smtpshell serve` does; the others are as people run them.
    with full_collections_seldom() if kind == OURS else nullcontext():
        await asyncio.Event().wait()


if __name__ == "__main__":
    many_files()
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
