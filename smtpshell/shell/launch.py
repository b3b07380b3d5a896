"""Putting a shell together for the terminal one sits at, and running it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from smtpshell.shell.commentary import Commentary
from smtpshell.shell.core import Shell
from smtpshell.shell.history import LineHistory
from smtpshell.shell.lane import MARKS, SPOKEN
from smtpshell.shell.option import Options
from smtpshell.shell.place import Place, Records
from smtpshell.shell.voice import Voice

if TYPE_CHECKING:
    from smtpshell.explain.ledger import Ledger
    from smtpshell.explain.library import Library


def state_folder() -> Path:
    """Where history, transcripts and what a learner has been told are kept."""
    import platformdirs

    return Path(platformdirs.user_state_dir("smtpshell"))


def default_options() -> Options:
    """What the environment says: NO_COLOR asks for the theme without colours."""
    return Options(theme="mono") if os.environ.get("NO_COLOR") else Options()


def is_dumb() -> bool:
    """Can the terminal do nothing but print?"""
    return sys.platform != "win32" and os.environ.get("TERM", "") in ("", "dumb", "unknown")


def run_shell(place: Place, options: Options | None = None, *, plain: bool = False) -> int:
    """A shell at this terminal until the learner leaves; its exit status."""
    return asyncio.run(_run(place, options or default_options(), plain))


async def _run(place: Place, options: Options, plain: bool) -> int:
    folder = state_folder()
    history = LineHistory(folder / "history")
    ledger = _load_ledger(folder / "notes.json")
    commentary = Commentary(
        options, ledger, _load_library, store=lambda kept: _store(folder / "notes.json", kept)
    )
    if plain or is_dumb():
        from smtpshell.shell.plain import PlainFrontEnd, PlainScreen

        text_screen = PlainScreen(sys.stdout)
        marks = SPOKEN if plain else MARKS
        shell = Shell(Voice(text_screen, marks), options, commentary, place, history)
        return await PlainFrontEnd(shell, text_screen, keys=not is_dumb()).run()
    from prompt_toolkit.input import create_input
    from prompt_toolkit.output import create_output

    from smtpshell.shell.app import TerminalFrontEnd
    from smtpshell.shell.screen import Screen

    output = create_output()
    screen = Screen(output, options["theme"])
    shell = Shell(Voice(screen), options, commentary, place, history)
    return await TerminalFrontEnd(shell, screen, create_input(), output).run()


def transcripts() -> Records:
    """Transcripts in the learner's own folder."""
    return Records(lambda: state_folder() / "transcripts")


def _load_library() -> Library:
    from smtpshell.explain.library import load_library

    return load_library()


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
