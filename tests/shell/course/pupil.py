"""A pupil: a shell with a lesson of the test's own, its practice servers, and a clock in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from smtpshell.explain.ledger import Ledger
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.core import Shell
from smtpshell.shell.course.place import LessonPlace
from smtpshell.shell.course.school import School
from smtpshell.shell.course.tutor import Tutor
from smtpshell.shell.history import LineHistory
from smtpshell.shell.option import Options
from smtpshell.shell.record import Records
from smtpshell.shell.voice import Voice
from tests.shell.desk import LIBRARY, View, Writer

TIMEOUT = 30.0
TODAY = date(2026, 11, 24)

FRONT = """+++
format = 1
kind = "lesson"
id = "{id}"
title = "A test"
track = "9-test"
minutes = 5
{more}
[sandbox]
personality = "by-the-book"
scenario = "small-office"
{servers}
[score]
points = {points}
pass = 0
+++

# A test

The words before it.

"""


def lesson_text(
    body: str, *, ident: str = "9-1-test", points: int = 0, more: str = "", servers: str = ""
) -> str:
    """A lesson file with these steps."""
    return FRONT.format(id=ident, points=points, more=more, servers=servers) + body


def write_pack(folder: Path, *texts: str) -> Path:
    """A folder of lessons."""
    for text in texts:
        ident = text.partition('id = "')[2].partition('"')[0]
        path = folder / "en" / "9-test" / f"{ident}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Pupil:
    """Somebody who takes a lesson."""

    def __init__(self, school: School, ident: str, **options: str) -> None:
        self.school = school
        self.writer = Writer()
        self.now = 1000.0
        school.now = lambda: self.now
        made = Options(**options)
        commentary = Commentary(made, Ledger(), lambda: LIBRARY, today=lambda: TODAY)
        lesson = school.catalog.lesson(ident)
        self.place: LessonPlace = school.place(lesson, Records())
        self.shell = Shell(
            Voice(self.writer, options=made), made, commentary, self.place, LineHistory()
        )
        self.view = View()
        self.shell.view = self.view
        self.shell.school = school
        self.tutor: Tutor = school.tutor(self.shell, lesson, self.place)
        self.shell.tutor = self.tutor

    @property
    def text(self) -> str:
        """All that was said, as flowing words."""
        rows = (line.removeprefix(" | ") for line in self.writer.lines)
        return " ".join(" ".join(rows).split())

    async def say(self, line: str, *expected: str) -> str:
        """Type a line and wait until each of *expected* was shown since; what was shown."""
        before = len(self.text)
        self.shell.submit(line)
        for words in expected:
            await until(lambda words=words: words in self.text[before:], self, words)  # type: ignore[misc]
        await asyncio.sleep(0)
        return self.text[before:]

    async def sees(self, words: str) -> None:
        """Wait until *words* were shown."""
        await until(lambda: words in self.text, self, words)


async def until(true: Callable[[], bool], pupil: Pupil, what: str) -> None:
    """Let the loop turn until something is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + TIMEOUT / 3
    while not true():
        if loop.time() > end:
            raise AssertionError(f"never seen: {what}\n" + "\n".join(pupil.writer.lines))
        await asyncio.sleep(0.001)
    for _ in range(10):  # what the shell does when it is the learner's turn
        await asyncio.sleep(0)


@asynccontextmanager
async def attending(
    folder: Path, *texts: str, ident: str = "9-1-test", **options: str
) -> AsyncIterator[Pupil]:
    """A pupil in a lesson of a pack of these texts, connected if no question comes first."""
    pack = write_pack(folder / "pack", *texts)
    school = School((str(pack),), folder / "progress.json", today=lambda: TODAY)
    pupil = Pupil(school, ident, **options)
    try:
        await pupil.shell.open()
        yield pupil
    finally:
        await pupil.shell.shut_down()


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test that talks to servers, with a limit."""

    async def bounded() -> None:
        await asyncio.wait_for(test, TIMEOUT)

    asyncio.run(bounded())
