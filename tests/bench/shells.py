"""The programs whose prompts are compared: how to start each, and by what its prompt is known."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from tests.bench.lib import OURS, MissingPeerError
from tests.bench.process import program

CONTROL = "ptk plain"
INPUT = "python input()"
PEERS = ("litecli", "ptpython", "iredis", "http-prompt")


class Shell(NamedTuple):
    """A program with a prompt."""

    command: list[str]
    prompt: bytes


def control(*arguments: str) -> list[str]:
    """The command that starts control.py."""
    # -P: the modules beside it must not be taken for the standard library's.
    return [sys.executable, "-P", str(Path(__file__).with_name("control.py")), *arguments]


@contextmanager
def shell(name: str) -> Iterator[Shell]:
    """How to start the shell of this *name*; what it needs is there meanwhile."""
    if name == "iredis":
        path = program(name)
        with _redis() as port:
            prompt = f"127.0.0.1:{port}>".encode()
            yield Shell([path, "-p", str(port)], prompt)
    else:
        with nullcontext(_SHELLS[name]()) as found:
            yield found


_SHELLS = {
    OURS: lambda: Shell([program(OURS)], b"waiting>"),
    CONTROL: lambda: Shell(control(), b"ready>"),
    INPUT: lambda: Shell([sys.executable, "-c", "import readline; input('ready> ')"], b"ready>"),
    "litecli": lambda: Shell([program("litecli"), ":memory:"], b":memory:>"),
    "ptpython": lambda: Shell([program("ptpython")], b">>>"),
    "http-prompt": lambda: Shell([program("http-prompt")], b"http://localhost:8000>"),
}


@contextmanager
def _redis() -> Iterator[int]:
    """A redis-server for iredis, which leaves at once without one; its port."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        try:
            process = subprocess.Popen(
                [program("redis-server"), *options], stdout=subprocess.DEVNULL
            )
        except MissingPeerError:
            raise MissingPeerError("iredis needs redis-server, which is not installed") from None
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise MissingPeerError("redis-server did not start")
