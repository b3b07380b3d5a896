"""From the command to the first text, to the prompt, to the end of a script."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from tests.bench.driver import terminal
from tests.bench.lib import OURS, Figures, Found, Measure, in_turn, milliseconds
from tests.bench.process import environment, program
from tests.bench.serve import SINK, server
from tests.bench.shells import CONTROL, INPUT, PEERS, Shell, shell

PASS = "python -c pass"
SWAKS = "swaks"
QUIET = "--no-notes"
MODULE = "python -m smtpshell"
OFTEN = 3  # short measurements are done so many times as often

_MESSAGE = (
    b"EHLO client.office.test\nMAIL FROM:<dora@office.test>\nRCPT TO:<ana@office.test>\nDATA\n"
    b"From: <dora@office.test>\n\nHello.\n.\nQUIT\n"
)
_SWAKS = ("--from", "dora@office.test", "--to", "ana@office.test", "--ehlo", "client.office.test")


def _whole(command: list[str], data: bytes = b"") -> Measure:
    """A measure of the milliseconds that *command* takes from start to end."""
    run = partial(subprocess.run, command, input=data, capture_output=True, check=True)
    env = environment()
    return milliseconds(lambda: run(env=env))


def version(rounds: int) -> Figures:
    """T1."""
    figures = Figures()
    swaks = figures.there({SWAKS: lambda: _whole([program(SWAKS), "--version"])})
    bare = {PASS: _whole([sys.executable, "-c", "pass"]), **swaks}
    for case in ("--version", "--help"):
        ours = {
            OURS: _whole([program(OURS), case]),
            MODULE: _whole([sys.executable, "-m", "smtpshell", case]),
        }
        figures.cases[case] = in_turn({**ours, **bare}, rounds * OFTEN)
    return figures


FIRST_TEXT, PROMPT, FIRST_KEY = "first text on the screen", "prompt", "first key echoed"
GREETED = "practice server has greeted"


def _until(words: bytes, found: Shell) -> float:
    """Milliseconds from the start on a terminal until *words* are on the screen."""
    with terminal(found.command) as opened:
        return (opened.wait_for(words) - opened.started) * 1000


def _until_key(found: Shell) -> float:
    """Milliseconds from the start until a key, pressed when the prompt was seen, is echoed."""
    with terminal(found.command) as opened:
        opened.wait_for(found.prompt)
        mark = len(opened.output)
        opened.write(b"z")
        return (opened.wait_for(b"z", mark) - opened.started) * 1000


def first_text(rounds: int) -> Figures:
    """T2."""
    figures = Figures()
    with shell(OURS) as ours, shell(INPUT) as python:
        figures.cases[FIRST_TEXT] = in_turn(
            {OURS: lambda: _until(b"server", ours), INPUT: lambda: _until(python.prompt, python)},
            rounds * OFTEN,
        )
    return figures


def prompt(rounds: int) -> Figures:
    """T3."""
    figures = Figures()
    rounds *= OFTEN
    with shell(OURS) as ours, shell(CONTROL) as plain:
        both = {OURS: ours, CONTROL: plain}
        figures.cases[PROMPT] = _prompts(both, rounds)
        keys = {name: partial(_until_key, found) for name, found in both.items()}
        figures.cases[FIRST_KEY] = in_turn(keys, rounds)
        figures.cases[GREETED] = in_turn(
            {
                OURS: lambda: _until(b"connected>", ours),
                CONTROL: lambda: _until(plain.prompt, plain),
            },
            rounds,
        )
    return figures


def _prompts(shells: dict[str, Shell], rounds: int) -> Found:
    return in_turn(
        {name: partial(_until, found.prompt, found) for name, found in shells.items()}, rounds
    )


def prompt_of_others(rounds: int) -> Figures:
    """T4."""
    figures = Figures()
    with figures.opened({name: partial(shell, name) for name in (OURS, *PEERS)}) as shells:
        figures.cases[PROMPT] = _prompts(shells, rounds * 2)
    return figures


SCRIPT = "one scripted message, whole process"


def script(rounds: int) -> Figures:
    """T5."""
    figures = Figures()
    with figures.opened({SINK: partial(server, SINK)}) as running:
        if SINK not in running:
            figures.missing[SWAKS] = figures.missing[SINK]
            return figures
        target = f"127.0.0.1:{running[SINK].port}"
        swaks = {SWAKS: lambda: _whole([program(SWAKS), "--server", target, *_SWAKS])}
        candidates = {
            OURS: _whole([program(OURS), "connect", target], _MESSAGE),
            QUIET: _whole([program(OURS), "connect", QUIET, target], _MESSAGE),
            **figures.there(swaks),
        }
        figures.cases[SCRIPT] = in_turn(candidates, rounds * OFTEN)
    return figures
