"""A shell and a practice server of its own, which can be compared as they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell.explain.ledger import Ledger
from smtpshell.fact.snapshot import Snapshot, take_snapshot
from smtpshell.sandbox.mind.view import ServerView
from smtpshell.sandbox.server import PracticeServer
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.core import Shell
from smtpshell.shell.history import LineHistory
from smtpshell.shell.option import Options
from smtpshell.shell.practice import PracticePlace
from smtpshell.shell.record import Records
from smtpshell.shell.voice import Voice
from smtpshell.smtp.session import Session
from tests.shell.desk import LIBRARY, View, Writer
from tests.waiting import until

HELLO = "EHLO desk7.office.test"
MAIL = "MAIL FROM:<dora@office.test>"
RCPT = "RCPT TO:<ana@office.test>"
LETTER = ("DATA", "Subject: hi", "", "hi", ".")
WHOLE = (HELLO, MAIL, RCPT, *LETTER)


class State(NamedTuple):
    """All that must be the same again."""

    view: ServerView | None
    boxes: dict[str, list[Any]]
    ids: int
    session: Session
    facts: Snapshot
    said: tuple[str, ...]
    streaks: dict[str, dict[str, int]]
    prompt: tuple[Any, ...]


class Classroom:
    """A shell that talks to a practice server of its own, over loopback."""

    def __init__(self, folder: Path | None = None, personality: str = "by-the-book") -> None:
        self.writer = Writer()
        options = Options()
        commentary = Commentary(options, Ledger(), lambda: LIBRARY, today=lambda: date(2025, 1, 1))
        records = Records(file=folder / "kept.smtp") if folder else Records()
        self.place = PracticePlace(personality, records=records)
        voice = Voice(self.writer)
        self.shell = Shell(voice, options, commentary, self.place, LineHistory())
        self.shell.view = self.view = View()

    @property
    def server(self) -> PracticeServer:
        assert self.place._server is not None
        return self.place._server

    async def settle(self) -> None:
        """Until it is the learner's turn."""
        await until(self._quiet, lambda: self.writer.text)

    def number(self) -> int:
        """The line at which the session stands; -1 if it has moved on from it."""
        kept = self.shell.timeline
        moved = kept.moved_on or not self.shell.connected
        return -1 if moved else kept.stations[-1].number

    def _quiet(self) -> bool:
        client = self.shell.client
        if client is None or self.shell.connecting or self.shell._looking or self.shell._tasks:
            return False
        over = client.session.mode.value == "ended"
        return client.closed is not None if over else not self.shell.waiting

    async def say(self, *lines: str) -> None:
        """Type lines, each in its turn."""
        for line in lines:
            if line.startswith(":"):
                self.shell.run_local(line)
            else:
                self.shell.submit(line)
            await self.settle()

    def state(self) -> State:
        """What must be the same after going back as it was before."""
        shell, client = self.shell, self.shell.client
        assert client is not None
        view = self.server.view(client.port)
        boxes = {name: list(box) for name, box in self.server.world.mailboxes.items()}
        assert client.session == shell.narrator.session
        return State(
            view,
            boxes,
            self.server.world._ids,
            shell.narrator.session.copy(),
            take_snapshot(shell.narrator.session),
            tuple(shell.said),
            dict(shell.commentary.streaks._counts),
            (shell.scene().where, shell.narrator.letter.lines, shell.narrator.challenge),
        )

    def heard(self) -> list[str]:
        """What the server has said, line by line."""
        return [line for line in self.writer.lines if line.startswith("S: ")]


@asynccontextmanager
async def classroom(
    folder: Path | None = None, personality: str = "by-the-book", scenario: str = ""
) -> AsyncIterator[Classroom]:
    """A shell that has connected to a server of this *personality*."""
    room = Classroom(folder, personality)
    room.place.scenario = scenario
    await room.shell.open()
    await room.settle()
    try:
        yield room
    finally:
        await room.shell.shut_down()
