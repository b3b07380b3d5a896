"""Putting a shell together for the terminal one sits at, and running it.

What the first drawing of the prompt needs is imported here or before; all the rest is imported in
`_build` and its steps, when the prompt stands.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.shell.history import LineHistory
from smtpshell.shell.home import state_folder, transcripts
from smtpshell.shell.option import Options

if TYPE_CHECKING:
    from pathlib import Path

    from smtpshell.explain.ledger import Ledger
    from smtpshell.explain.library import Library
    from smtpshell.shell.core import Shell
    from smtpshell.shell.place import Place
    from smtpshell.shell.voice import Writer

MakePlace = Callable[[], "Place"]
Attend = Callable[["Shell"], None]


def default_options() -> Options:
    """What the environment says: NO_COLOR asks for the theme without colours."""
    return Options(theme="mono") if os.environ.get("NO_COLOR") else Options()


def is_dumb() -> bool:
    """Can the terminal do nothing but print, or does a pipe stand between us and it?"""
    if not sys.stdout.isatty():
        return True
    return sys.platform != "win32" and os.environ.get("TERM", "") in ("", "dumb", "unknown")


def run_practice(*, plain: bool = False) -> int:
    """A shell with the practice server of its own; its exit status."""

    def make_place() -> Place:
        from smtpshell.shell.practice import PracticePlace

        return PracticePlace(records=transcripts())

    return run_shell(make_place, plain=plain)


def run_shell(
    make_place: MakePlace,
    options: Options | None = None,
    *,
    plain: bool = False,
    attend: Attend = lambda shell: None,
) -> int:
    """A shell at this terminal until the learner leaves; its exit status.

    *make_place* is called when the prompt stands, as what it needs takes time to import; *attend*
    when the shell is there and nothing has been said.
    """
    gc.disable()  # `__main__` says why; `_build` ends it
    try:
        return asyncio.run(_run(make_place, options or default_options(), plain, attend))
    finally:
        _let_go_of_terminal()


def _let_go_of_terminal() -> None:
    """What could not be written to a terminal that is gone must not be tried again at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _run(make_place: MakePlace, options: Options, plain: bool, attend: Attend) -> int:
    history = LineHistory(lambda: state_folder() / "history")
    if sys.stdin is None or not sys.stdin.isatty():
        return await _run_piped(make_place, options, history, plain, attend)
    if plain or is_dumb():
        return await _run_plain(make_place, options, history, plain, attend)
    from prompt_toolkit.input import create_input
    from prompt_toolkit.output import create_output

    from smtpshell.shell.app import TerminalFrontEnd
    from smtpshell.shell.screen import Screen

    output = create_output()
    screen = Screen(output, options["theme"])

    async def furnish() -> Shell:
        # Bit by bit, so that keys are echoed in between.
        await _breathe()
        import smtpshell.smtp.session

        await _breathe()
        import smtpshell.shell.commentary

        await _breathe()
        import smtpshell.shell.core

        await _breathe()
        import smtpshell.shell.pane  # noqa: F401

        await _breathe()
        shell = _build(screen, options, make_place(), history, plain=False)
        attend(shell)
        return shell

    front = TerminalFrontEnd(screen, options, history, furnish, create_input(), output)
    return await front.run()


async def _run_plain(
    make_place: MakePlace, options: Options, history: LineHistory, plain: bool, attend: Attend
) -> int:
    from smtpshell.shell.plain import PlainFrontEnd, PlainScreen

    if hasattr(sys.stdin, "reconfigure"):  # an octet that is no letter is one to be sent
        sys.stdin.reconfigure(errors="surrogateescape")
    screen = PlainScreen(sys.stdout)
    shell = _build(screen, options, make_place(), history, plain=plain)
    attend(shell)
    return await PlainFrontEnd(shell, screen, keys=not is_dumb()).run()


async def _run_piped(
    make_place: MakePlace, options: Options, history: LineHistory, plain: bool, attend: Attend
) -> int:
    from io import StringIO, TextIOWrapper

    from smtpshell.shell.pipe import PipeFrontEnd
    from smtpshell.shell.plain import PlainScreen

    screen = PlainScreen(sys.stdout)
    shell = _build(screen, options, make_place(), history, plain=plain)
    attend(shell)
    source = sys.stdin or StringIO()
    if isinstance(source, TextIOWrapper):  # whatever octets there are, they go out as they stand
        source.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")
    return await PipeFrontEnd(shell, source).run()


async def _breathe() -> None:
    """Let the loop read keys and draw."""
    for _ in range(3):
        await asyncio.sleep(0)


def _build(
    writer: Writer, options: Options, place: Place, history: LineHistory, *, plain: bool
) -> Shell:
    from smtpshell.shell.commentary import Commentary
    from smtpshell.shell.core import Shell
    from smtpshell.shell.lane import marks_of
    from smtpshell.shell.voice import Voice

    path = state_folder() / "notes.json"
    commentary = Commentary(
        options, _load_ledger(path), _load_library, store=lambda kept: _store(path, kept)
    )
    voice = Voice(writer, marks_of(plain=plain), options)
    gc.freeze()
    gc.enable()
    return Shell(voice, options, commentary, place, history)


def _load_library() -> Library:
    from smtpshell.explain.library import load_library
    from smtpshell.language import chosen

    return load_library(language=chosen())


def _load_ledger(path: Path) -> Ledger:
    from smtpshell.explain.ledger import Ledger

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError):
        return Ledger()
    return Ledger.from_json(text)


def _store(path: Path, ledger: Ledger) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(ledger.to_json(), "utf-8")
        new.replace(path)
    except OSError:
        pass  # a read-only home costs the memory of what was told, not the session
