"""A shell without a terminal: what it shows is a list of lines, whom it talks to a script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date

from smtpshell.explain.ledger import Ledger
from smtpshell.explain.library import load_library
from smtpshell.net.client import Client
from smtpshell.net.stream import ScriptedStream, Step
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.core import Shell
from smtpshell.shell.fragment import Line, text_of
from smtpshell.shell.history import LineHistory
from smtpshell.shell.option import Options
from smtpshell.shell.place import People, Place
from smtpshell.shell.voice import Voice
from smtpshell.smtp.event import Event
from tests.waiting import settle

LIBRARY = load_library()


class Writer:
    """Keeps what was written."""

    def __init__(self, columns: int = 80) -> None:
        self.columns = columns
        self.lines: list[str] = []

    def write(self, lines: Iterable[Line]) -> None:
        self.lines += [text_of(line) for line in lines]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class ScriptedPlace(Place):
    """A server that plays *steps*; each connection begins the script anew."""

    def __init__(self, *steps: Step, where: str = "practice") -> None:
        super().__init__(Target("127.0.0.1", 25))
        self.where = where
        self.steps = steps
        self.streams: list[ScriptedStream] = []
        self.connect: Callable[[], Awaitable[object]] | None = None  # instead of playing

    def trust(self) -> Trust:
        return Trust()

    def people(self) -> People:
        ana = (("ana@office.test", "Ana Albers"),)
        return ((("desk7.office.test", "this machine"),), ana, ana)

    def client(self, hear: Callable[[Event], None]) -> Client:
        place = self

        class Scripted(Client):
            async def connect(self) -> None:
                if place.connect is not None:
                    await place.connect()
                stream = ScriptedStream(place.steps)
                place.streams.append(stream)
                await self.begin(stream)

        return Scripted(self.target, hear)

    @property
    def written(self) -> bytes:
        """What the latest connection was sent."""
        return self.streams[-1].written if self.streams else b""


class View:
    """Takes down what the shell asks of it."""

    def __init__(self) -> None:
        self.due = False
        self.keys = True  # are there keys that edit?
        self.line = ""
        self.kept: list[str] = []
        self.status: int | None = None
        self.edited: str | None = None

    def busy(self, due: bool) -> None:
        self.due = due

    def prefill(self, text: str) -> None:
        self.line = text

    def typing(self) -> bool:
        return bool(self.line)

    def refresh(self) -> None: ...

    def gathered(self) -> AbstractContextManager[None]:
        return nullcontext()

    def recalls(self) -> bool:
        return self.keys

    def keep_typed(self, text: str) -> None:
        self.kept.append(text)

    def finish(self, status: int) -> None:
        self.status = status

    async def edit(self, text: str) -> str | None:
        return self.edited


class Desk:
    """A shell and all that is around it."""

    def __init__(self, *steps: Step, where: str = "practice", **options: str) -> None:
        self.writer = Writer()
        self.place = ScriptedPlace(*steps, where=where)
        made = Options(**options)
        self.commentary = Commentary(
            made, Ledger(), lambda: LIBRARY, today=lambda: date(2025, 1, 1)
        )
        self.shell = Shell(Voice(self.writer), made, self.commentary, self.place, LineHistory())
        self.view = View()
        self.shell.view = self.view

    async def settle(self) -> None:
        """Until the server has said all it has to say now, and the shell has seen to it."""
        await settle()

    async def say(self, *lines: str) -> None:
        """Type lines, each when the reply to the one before is in."""
        for line in lines:
            self.shell.submit(line)
            await self.settle()
