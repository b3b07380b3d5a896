"""`smtpshell lesson preview`: a lesson taken by its author, and read anew when it changes.

Nothing is kept of it: neither progress, nor what the notes have told. The files it is made of are
looked at twice a second, and only here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import SmtpshellError
from smtpshell.explain.ledger import Ledger
from smtpshell.explain.library import load_library
from smtpshell.language import chosen
from smtpshell.lesson.build import read_lesson
from smtpshell.lesson.progress import Progress
from smtpshell.lesson.renew import renewed
from smtpshell.shell.course.school import School
from smtpshell.shell.course.watched import LESSON, NOTES, SERVER, Files
from smtpshell.shell.course.wish import show_step
from smtpshell.shell.question import Inquiry
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Lesson
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.tutor import Tutor

LOOK = 0.5  # seconds between looks at the files


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
    """Reads what a *tutor*'s lesson is made of again, whenever a file of it was saved.

    *renew* is told of a lesson that was read. Of a file with a mistake that is told, as FILE:LINE,
    and all stays as it is.
    """

    def __init__(
        self, tutor: Tutor, path: str, packs: Sequence[str], renew: Callable[[Lesson], None]
    ) -> None:
        self._tutor = tutor
        self._path = path
        self._renew = renew
        self._packs = packs
        self._files = Files(path, packs, chosen())
        self._files.read(tutor.run.lesson)
        self._seen = self._files.stamps()

    def watch(self) -> None:
        """Look at the files from now on, until the lesson is put away."""
        asyncio.get_running_loop().call_later(LOOK, self._look_again)

    def _look_again(self) -> None:
        if self._tutor.shell.tutor is self._tutor:
            self.look()
            self.watch()

    def look(self) -> None:
        """Has a file changed? Then read it, as soon as that disturbs nothing."""
        stamps = self._files.stamps()
        if None in stamps.values() or stamps == self._seen:
            return  # not there: an editor may be about to put it there
        shell = self._tutor.shell
        question = shell.question
        about_lesson = isinstance(question, Inquiry) and question.anew is not None
        if self._tutor.skipping or (question is not None and not about_lesson):
            return
        changed = [
            path for path in {**self._seen, **stamps} if stamps.get(path) != self._seen.get(path)
        ]
        self._seen = stamps
        try:
            self._read(changed)
        except (SmtpshellError, OSError) as error:
            shell.voice.note(tr("Not read again"), printable(str(error)), "note.error")
            shell.voice.say(tr("The lesson stays as it was before."))
        shell.view.refresh()

    def _read(self, changed: Sequence[str]) -> None:
        """Read what is needed of the *changed* files, all of it before any of it is used."""
        shell, place = self._tutor.shell, self._tutor.place
        kinds = {self._files.kind(path) for path in changed}
        lesson = read_lesson(self._path, chosen()) if LESSON in kinds else None
        library = load_library(self._packs, language=chosen()) if NOTES in kinds else None
        if SERVER in kinds:
            place.try_servers()
        words = ", ".join(printable(self._files.name(path)) for path in changed)
        shell.voice.say(tr("Read again: {files}", files=words))
        if library is not None:
            shell.commentary.renew(library)
        if lesson is not None:
            self._begin_anew(lesson)
        if SERVER in kinds:
            shell.start(self._tutor.new_world())

    def _begin_anew(self, lesson: Lesson) -> None:
        shell = self._tutor.shell
        question = shell.question
        if isinstance(question, Inquiry) and question.anew is not None:
            shell.question = None
        self._renew(lesson)
        self._take(lesson)
        self._files.read(lesson)
        self._seen = self._files.stamps()
        if isinstance(question, Inquiry) and question.anew is not None:
            question.anew()

    def _take(self, lesson: Lesson) -> None:
        """Show the step at hand as it is now, in the world that it wants now."""
        tutor = self._tutor
        voice, before = tutor.shell.voice, tutor.run.lesson
        other_world = tutor.start_over(renewed(tutor.run, lesson, tutor.now()))
        if (lesson.intro, lesson.title) != (before.intro, before.title):
            voice.write(tutor.page.title(lesson))
        if other_world:
            tutor.turn_page()
        else:
            show_step(tutor)
        if tutor.place.renew(lesson, before):
            tutor.shell.start(tutor.set_up(True))
