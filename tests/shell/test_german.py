"""The shell as somebody sees it who reads German: not one sentence of it is in English."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from smtpshell.cli.serve_list import list_servers
from smtpshell.explain.ledger import Ledger
from smtpshell.explain.library import load_library
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.core import Shell
from smtpshell.shell.course.school import School
from smtpshell.shell.hint import hint
from smtpshell.shell.history import LineHistory
from smtpshell.shell.lane import marks_of
from smtpshell.shell.local.registry import LOCALS, complete_local
from smtpshell.shell.option import OPTIONS, Options
from smtpshell.shell.place import Place
from smtpshell.shell.practice import PracticePlace
from smtpshell.shell.prompt import prompt_text
from smtpshell.shell.voice import Voice
from tests.shell.desk import View, Writer
from tests.waiting import settle, until
from tests.words import in_english

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_what_is_looked_for_would_be_found() -> None:
    """A page that was not translated is one."""
    assert (
        in_english("note: Nothing was sent: an empty line is no command. Enter again sends it.")
        != []
    )
    assert in_english("Hinweis: Nichts wurde gesendet: Eine leere Zeile ist kein Befehl.") == []


@asynccontextmanager
async def reading(place: Place) -> AsyncIterator[tuple[Shell, Writer]]:
    """A shell of somebody who reads German; each message on one line, so that it can be found."""
    writer = Writer()
    options = Options()
    load = load_library(language="de")
    commentary = Commentary(options, Ledger(), lambda: load, today=lambda: TODAY)
    shell = Shell(Voice(writer, marks_of(plain=True)), options, commentary, place, LineHistory())
    shell.view = View()
    try:
        yield shell, writer
    finally:
        await shell.shut_down()


async def say(shell: Shell, *lines: str) -> None:
    """Type *lines*, each when all that came of the one before is there."""
    for line in lines:
        shell.submit(line)
        await settle()
        await until(lambda: not shell.waiting and not shell.connecting)
        await settle()


def test_a_session_is_in_german() -> None:
    """Errors, refusals, a refused connection, looks at everything, and going back."""

    async def main() -> str:
        async with reading(PracticePlace()) as (shell, writer):
            await shell.open()
            await say(
                shell, "", ":state", ":server", "MAIL", "EHLO", "EHLO desk7.office.test",
                "MAIL FROM: dora@office.test", ":fix", "MAIL FROM:<dora@office.test>", "DATA",
                "RCPT TO:<nobody@office.test>", ":why", ":rfc", ":state", ":server", ":mailbox",
                ":mailbox ana", ":mailbox nobody", ":bytes", ":bytes on", ":bytes never", ":tls",
                ":hint", ":set", ":set theme", ":set theme pink", ":set nothing", ":frobnicate",
                ":r", ":help frobnicate", ":again", ":again on", ":queue", ":queue X", ":seed",
                ":seed x", ":fault", ":fault 451 at RCPT", ":fault list", ":fault off", ":wait",
                ":wait x", ":wait 5m", ":dns office.test", ":zone", ":as", ":as me", ":undo",
                ":undo 99", ":rewind", ":rewind 99", ":fork", ":fork 7", ":save", ":raw", ":dict",
                ":connect a b c", ":connect --nonsense", ":connect me@office.test", ":quit",
                ":notes", ":hint-bar", ":answer 1", ":auth NONSENSE", "QUIT", "NOOP", ":fill",
            )  # fmt: skip
            writer.lines.append(prompt_text(shell.scene()))
            await say(shell, ":connect 127.0.0.1:1")
            return writer.text

    text = asyncio.run(main())
    assert "dort lauscht kein Programm" in text
    assert "Grund des Übungsservers: Die Domain gehört diesem Server, aber ein" in text
    assert in_english(text) == []


def test_what_practice_servers_think_is_in_german(capsys: pytest.CaptureFixture[str]) -> None:
    """Reasons with what they add about the line, remarks, the score sheet, what is weak."""

    async def talk(personality: str, *lines: str) -> str:
        async with reading(PracticePlace(personality)) as (shell, writer):
            await shell.open()
            await say(shell, "EHLO desk7.office.test", *lines)
            return writer.text

    text = asyncio.run(
        talk(
            "spam-scorer", f"NOOP {'x' * 3000}", ":why", "MAIL FROM:<dora@office.test>",
            "RCPT TO:<ana@office.test>", "DATA", "x", ".", ":why", ":server",
        )
    )  # fmt: skip
    text += asyncio.run(
        talk(
            "chatty-vrfy", "VRFY nobody", ":why", ":server", ":fault 451 at NOOP", "NOOP", ":why",
            "NONSENSE", ":again on exim-like",
        )
    )  # fmt: skip
    assert "Deine hatte 3007, erlaubt sind" in text
    assert "no-from: Kein From: Niemand ist als Schreiber genannt." in text
    assert "mit Absicht: Er gibt Namen und Adressen an jeden heraus, der fragt." in text
    assert "Du hast es so bestellt: `:fault 451 at NOOP`." in text
    assert in_english(text) == []
    assert list_servers() == 0
    assert in_english(capsys.readouterr().out) == []


def test_all_help_is_in_german() -> None:
    """Of each command, the keys, what completion tells of arguments, and the hint bar."""

    async def main() -> str:
        async with reading(PracticePlace()) as (shell, writer):
            await shell.open()
            await say(shell, ":help", ":help keys", *(f":help {name}" for name in LOCALS))
            await say(shell, *(f":set {name}" for name in OPTIONS))
            found = [one for name in LOCALS for one in complete_local(shell, f":{name} ")]
            found += complete_local(shell, ":")
            writer.lines += [meaning for _, _, meaning in found]
            lines = ["", "MAIL", "x", ":", ":help", ":nonsense"]
            writer.lines += [" ".join(map(str, hint(line, shell.scene()))) for line in lines]
            return writer.text

    assert in_english(asyncio.run(main())) == []


def test_a_lesson_is_in_german() -> None:
    """Its own words, what the tutor says around them, and the map of all."""

    async def main() -> str:
        school = School()
        lesson = school.catalog.lesson("1-1-say-hello")
        place = school.place(lesson)
        async with reading(place) as (shell, writer):
            school.attend(shell)
            shell.tutor = school.tutor(shell, lesson, place)
            await shell.open()
            await say(
                shell, "2", "3", ":goal", ":hint", ":show", "EHLO desk7.office.test", "2xx", "1",
                ":hint", ":fill", ":3", ":1", ":= no", ":skip", ":map", ":list", ":review",
                ":reset", ":next", ":play", ":play", ":lesson 9-9", ":order 1", "QUIT", "2xx", "2",
            )  # fmt: skip
            return writer.text

    text = asyncio.run(main())
    assert "Stell deine Maschine vor" in text
    assert in_english(text) == []
