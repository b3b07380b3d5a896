"""From the command to the first text, to the prompt, to the end of a script."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from tests.bench.lib import Result, environment, in_turn, program, ratio
from tests.bench.pty import Pty
from tests.bench.servers import Server

PYTHON = sys.executable
OURS = [program("smtpshell")]
_INPUT = "import readline; input('ready> ')"
_PTK = "from prompt_toolkit import PromptSession; PromptSession('ready> ').prompt()"
SCRIPT = (
    b"EHLO client.office.test\nMAIL FROM:<dora@office.test>\nRCPT TO:<ana@office.test>\nDATA\n"
    b"From: <dora@office.test>\n\nHello.\n.\nQUIT\n"
)


def whole(command: list[str], data: bytes = b"") -> Callable[[], float]:
    """Milliseconds that *command* takes."""

    def measure() -> float:
        began = time.perf_counter()
        subprocess.run(command, input=data, env=environment(), capture_output=True, check=True)
        return (time.perf_counter() - began) * 1000

    return measure


def until(command: list[str], words: bytes) -> Callable[[], float]:
    """Milliseconds from the start of *command* on a terminal until *words* are there."""

    def measure() -> float:
        terminal = Pty(command, environment())
        try:
            return (terminal.wait_for(words) - terminal.started) * 1000
        finally:
            terminal.close()

    return measure


def version(rounds: int) -> list[Result]:
    """T1."""
    found = in_turn(
        {
            "--version": whole([*OURS, "--version"]),
            "--help": whole([*OURS, "--help"]),
            "python -c pass": whole([PYTHON, "-c", "pass"]),
            "swaks": whole([program("swaks"), "--version"]),
        },
        rounds * 2,
    )
    return [
        ratio("T1", ours, peer, found, budget, ours=ours)
        for ours in ("--version", "--help")
        for peer, budget in (("python -c pass", 1.3), ("swaks", 1.0))
    ]


def first_text(rounds: int) -> list[Result]:
    """T2."""
    found = in_turn(
        {
            "smtpshell": until(OURS, b"practice server"),
            "input()": until([PYTHON, "-c", _INPUT], b"ready>"),
        },
        rounds * 2,
    )
    return [ratio("T2", "first text on the screen", "input()", found, 1.5)]


def prompt(rounds: int) -> list[Result]:
    """T3."""
    found = in_turn(
        {
            "smtpshell": until(OURS, b"waiting>"),
            "ptk plain": until([PYTHON, "-c", _PTK], b"ready>"),
        },
        rounds * 2,
    )
    return [ratio("T3", "prompt ready", "ptk plain", found, 1.15)]


def prompt_of_others(rounds: int) -> list[Result]:
    """T4."""
    found = in_turn(
        {
            "smtpshell": until(OURS, b"waiting>"),
            "litecli": until([program("litecli"), ":memory:"], b":memory:>"),
            "ptpython": until([program("ptpython")], b">>>"),
        },
        rounds,
    )
    return [ratio("T4", "prompt ready", peer, found, 0.6) for peer in ("litecli", "ptpython")]


def script(rounds: int) -> list[Result]:
    """T5."""
    swaks = program("swaks")
    server = Server("sink")
    try:
        target = f"127.0.0.1:{server.port}"
        send = [
            "--from",
            "dora@office.test",
            "--to",
            "ana@office.test",
            "--ehlo",
            "client.office.test",
        ]
        found = in_turn(
            {
                "smtpshell": whole([*OURS, "connect", target], SCRIPT),
                "without notes": whole([*OURS, "connect", "--no-notes", target], SCRIPT),
                "swaks": whole([swaks, "--server", target, *send]),
            },
            rounds * 2,
        )
    finally:
        server.close()
    return [
        ratio("T5", "one scripted message", "swaks", found, 0.8),
        ratio("T5", "the same, --no-notes", "swaks", found, 0.8, ours="without notes"),
    ]
