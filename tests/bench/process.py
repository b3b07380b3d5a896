"""Child processes, alike for all candidates: where to find them, their environment, their cost."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.bench.lib import MissingPeerError
from tests.peers.package import MissingPeerError as NotUnpackedError
from tests.peers.package import unpacked

ROOT = Path(__file__).resolve().parents[2]
PROCESSORS = os.cpu_count() or 1
FIRST, LAST = 0, PROCESSORS - 1  # ours drives from the first; what is measured runs on the last

# The first keeps compiled code from being kept; the others would hide how large the terminal is.
_DROPPED = ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES")


def program(name: str) -> str:
    """The path of a program, looked for beside this Python too."""
    beside = Path(sys.executable).with_name(name)
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise MissingPeerError(f"{name} is not installed")
    return path


def postfix_program(name: str) -> tuple[str, dict[str, str]]:
    """smtp-sink or smtp-source, with the environment it needs."""
    try:
        root = unpacked("postfix")
    except NotUnpackedError as error:
        raise MissingPeerError(str(error)) from None
    return str(root / "usr/sbin" / name), {"LD_LIBRARY_PATH": str(root / "usr/lib/postfix")}


@cache
def _kept() -> Path:
    """A folder for as long as this process lives."""
    folder = tempfile.mkdtemp(prefix="smtpshell-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def environment(**more: str) -> dict[str, str]:
    """For child processes: compiled code is kept, as on a user's machine, in a folder of ours."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    home = _kept() / "home"
    home.mkdir(exist_ok=True)
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(_kept() / "pyc"),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "TERM": "xterm-256color",
        **more,
    }


def pin(process: int, processor: int) -> None:
    """Let *process* (0 is this one) run on that processor only, where the system can do that."""
    if PROCESSORS > 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {processor})


@contextmanager
def pinned(processor: int = FIRST) -> Iterator[None]:
    """This process, and what it starts meanwhile, on one processor."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    pin(0, processor)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def many_files() -> None:
    """Let this process open as many files as it may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def cpu_seconds(process: int) -> float:
    """Processor time of all threads of *process* so far, user and system."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def memory(process: int) -> int:
    """KiB of memory that *process* has, what it shares counted in part."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError("no Pss in smaps_rollup")
