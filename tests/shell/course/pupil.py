"""A pupil: a shell with a lesson of the test's own, its practice servers, and a clock in hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

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
from tests.waiting import settle, until

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
            await self.sees(words, before)
        return self.text[before:]

    async def sees(self, words: str, since: int = 0) -> None:
        """Wait until *words* were shown, and the shell has done what it does on its turn."""
        await until(
            lambda: words in self.text[since:],
            lambda: f"never seen: {words}\n" + "\n".join(self.writer.lines),
        )
        await settle()


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
