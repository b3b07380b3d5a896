"""`smtpshell` and `smtpshell connect`: a session, at a terminal or from a script."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.cli.option import Asked
from smtpshell.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from smtpshell.net.target import Target
    from smtpshell.shell.place import Place
    from smtpshell.shell.record import Records


def open_session(asked: Asked) -> int:
    """The session that was asked for, typed or from a script; the exit status."""
    target = None
    if asked.lang:
        _choose(asked.lang)
    if asked.personality or asked.scenario or asked.folder:
        _check_practice(asked)
    if asked.server:
        from smtpshell.net.target import parse_target

        target = parse_target(asked.server, tls=asked.tls, starttls=asked.starttls, lmtp=asked.lmtp)
    if sys.stdin is not None and sys.stdin.isatty():
        return _typed(asked, target)
    return _scripted(asked, target)


def _choose(language: str) -> None:
    from smtpshell.language import choose

    choose(language)


def _check_practice(asked: Asked) -> None:
    """Before a session begins: is there such a practice server?"""
    from smtpshell.sandbox.nature.personality import load_personality
    from smtpshell.sandbox.nature.scenario import load_scenario

    if asked.server:
        raise UsageError(tr("--personality, --scenario and --folder are for the practice server"))
    folders = _folders(asked)
    if folders and not folders[0].is_dir():
        raise UsageError(
            tr("{folder} is no folder", folder=asked.folder),
            hint=tr("it holds personalities/, scenarios/"),
        )
    if asked.personality:
        load_personality(asked.personality, [folder / "personalities" for folder in folders])
    if asked.scenario:
        load_scenario(asked.scenario, [folder / "scenarios" for folder in folders])


def _folders(asked: Asked) -> list[Path]:
    """Where the learner's own practice servers are."""
    if not asked.folder:
        return []
    from pathlib import Path

    return [Path(asked.folder)]


def _scripted(asked: Asked, target: Target | None) -> int:
    # What is imported now stays: looking for garbage in it costs a tenth of a short run.
    gc.disable()
    from smtpshell.shell.batch import Rules
    from smtpshell.shell.script import Telling, run_script

    gc.freeze()
    gc.enable()
    rules = Rules(
        asked.stop_on_error, asked.timeout, asked.insecure_auth, asked.accept_bad_certificate
    )
    telling = Telling("on" if asked.notes else "off", asked.verbosity, asked.plain)
    return run_script(_place(asked, target, _records(asked)), _input(), rules, telling)


def _input() -> BinaryIO:
    """Standard input; nothing where that is closed."""
    if sys.stdin is not None:
        return sys.stdin.buffer
    from io import BytesIO

    return BytesIO()


def _typed(asked: Asked, target: Target | None) -> int:
    from smtpshell.shell.banner import DEFAULT_PERSONALITY, live_banner, practice_banner
    from smtpshell.shell.launch import default_options, run_shell

    records = _records(asked)
    if target is not None:
        banner = live_banner(target)
    elif asked.personality or asked.scenario:
        banner = practice_banner(_practice_host(asked), asked.personality or DEFAULT_PERSONALITY)
    else:
        banner = practice_banner()
    sys.stdout.write(banner + "\n")
    sys.stdout.flush()
    options = default_options()
    options.set("verbosity", asked.verbosity)
    options.set("notes", "on" if asked.notes else "off")
    if asked.theme:
        options.set("theme", asked.theme)
    return run_shell(lambda: _place(asked, target, records), options, plain=asked.plain)


def _practice_host(asked: Asked) -> str:
    """The name of the server that will be talked to."""
    from smtpshell.sandbox.nature.personality import home_of, line_of
    from smtpshell.sandbox.nature.scenario import load_scenario
    from smtpshell.shell.banner import DEFAULT_HOST

    folders = _folders(asked)
    natures = [folder / "personalities" for folder in folders]
    home = home_of(line_of(asked.personality, natures)) if asked.personality else ""
    wanted = asked.scenario or home
    houses = [folder / "scenarios" for folder in folders]
    return load_scenario(wanted, houses).host if wanted else DEFAULT_HOST


def _place(asked: Asked, target: Target | None, records: Records) -> Place:
    from smtpshell.shell.place import LivePlace
    from smtpshell.shell.practice import PracticePlace

    if target is None:
        from smtpshell.shell.banner import DEFAULT_PERSONALITY

        personality = asked.personality or DEFAULT_PERSONALITY
        place = PracticePlace(personality, records=records, scenario=asked.scenario)
        place.folders = _folders(asked)
        return place
    return LivePlace(target, asked.cafile, records)


def _records(asked: Asked) -> Records:
    from smtpshell.shell.record import Records

    if asked.no_transcript:
        if asked.transcript:
            raise UsageError(tr("--transcript and --no-transcript exclude each other"))
        return Records()
    if asked.transcript:
        from pathlib import Path

        path = Path(asked.transcript)
        if path.exists():  # better known before the session begins
            raise UsageError(
                tr("{path} is there already", path=path), hint=tr("choose another name")
            )
        return Records(file=path)
    from smtpshell.shell.home import transcripts

    return transcripts()
