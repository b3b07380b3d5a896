"""`smtpshell lesson preview`: a lesson taken by its author, and read anew when its file changes.

Nothing is kept of it: neither progress, nor what the notes have told. The file is looked at twice a
second, and only here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import DataFileError
from smtpshell.explain.ledger import Ledger
from smtpshell.language import chosen
from smtpshell.lesson.build import read_lesson
from smtpshell.lesson.progress import Progress
from smtpshell.lesson.renew import renewed
from smtpshell.shell.course.school import School
from smtpshell.shell.course.wish import show_step
from smtpshell.shell.question import Inquiry
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Lesson
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.tutor import Tutor

LOOK = 0.5  # seconds between looks at the file
Stamp = tuple[int, int, int]


class Rehearsal(School):
    """A school of which nothing is kept."""

    @cached_property
    def progress(self) -> Progress:
        return Progress()

    def save(self) -> None:
        """Nothing: the author's own progress stays as it is."""

    def attend(self, shell: Shell) -> None:
        """Let nothing stay of what the notes tell either."""
        super().attend(shell)
        shell.commentary.ledger = Ledger()
        shell.commentary.store = lambda ledger: None


class Reader:
    """Reads the file of a *tutor*'s lesson again whenever it was saved.

    *renew* is told of a lesson that was read. Of a file with a mistake that is told, as FILE:LINE,
    and the lesson stays as it is.
    """

    def __init__(self, tutor: Tutor, path: str, renew: Callable[[Lesson], None]) -> None:
        self._tutor = tutor
        self._path = path
        # A translation is read over its source.
        self._paths = (path, tutor.run.lesson.path)
        self._renew = renew
        self._seen = self._stamps()

    def watch(self) -> None:
        """Look at the file from now on, until the lesson is put away."""
        asyncio.get_running_loop().call_later(LOOK, self._look_again)

    def _look_again(self) -> None:
        if self._tutor.shell.tutor is self._tutor:
            self.look()
            self.watch()

    def look(self) -> None:
        """Has the file changed? Then read it, as soon as that disturbs nothing."""
        stamps = self._stamps()
        if None in stamps or stamps == self._seen:
            return  # not there: an editor may be about to put it there
        shell = self._tutor.shell
        question = shell.question
        about_lesson = isinstance(question, Inquiry) and question.anew is not None
        if self._tutor.skipping or (question is not None and not about_lesson):
            return
        self._seen = stamps
        try:
            lesson = read_lesson(self._path, chosen())
        except (DataFileError, OSError) as error:
            shell.voice.note(tr("Not read again"), printable(str(error)), "note.error")
            shell.voice.say(tr("The lesson stays as it was before."))
            return
        if isinstance(question, Inquiry) and question.anew is not None:
            shell.question = None
        self._renew(lesson)
        self._take(lesson)
        if isinstance(question, Inquiry) and question.anew is not None:
            question.anew()
        shell.view.refresh()

    def _take(self, lesson: Lesson) -> None:
        """Show the step at hand as it is now, in the world that it wants now."""
        tutor = self._tutor
        voice, before = tutor.shell.voice, tutor.run.lesson
        other_world = tutor.start_over(renewed(tutor.run, lesson, tutor.now()))
        voice.say(tr("The file was read again."))
        if (lesson.intro, lesson.title) != (before.intro, before.title):
            voice.write(tutor.page.title(lesson))
        if other_world:
            tutor.turn_page()
        else:
            show_step(tutor)
        if tutor.place.renew(lesson, before):
            tutor.shell.start(tutor.set_up(True))

    def _stamps(self) -> tuple[Stamp | None, ...]:
        return tuple(map(stamp_of, self._paths))


def stamp_of(path: str) -> Stamp | None:
    """What changes when a file is saved; None if it is not there."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
