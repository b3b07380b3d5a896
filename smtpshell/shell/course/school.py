"""The school of one learner: all lessons there are, how far one is, and the lesson that is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.language import chosen
from smtpshell.lesson.catalog import Catalog, load_catalog
from smtpshell.lesson.progress import Progress, load_progress
from smtpshell.lesson.report import report_on
from smtpshell.shell.course.page import short_name
from smtpshell.shell.course.place import LessonPlace
from smtpshell.shell.course.tutor import Tutor

if TYPE_CHECKING:
    from smtpshell.lesson.course import Track
    from smtpshell.lesson.lesson import Heading, Lesson
    from smtpshell.lesson.run import Run
    from smtpshell.shell.core import Shell
    from smtpshell.shell.option import Options
    from smtpshell.shell.record import Records

MARKS = {"done": "[x]", "tried": "[~]", "begun": "[>]", "": "[ ]"}
WORDS = {
    "done": marked("done"),
    "tried": marked("not passed yet"),
    "begun": marked("begun"),
    "": "",
}


class School:
    """Lessons of *folders* beside our own; progress in the file at *path*, or the learner's own."""

    def __init__(
        self,
        folders: Sequence[str] = (),
        path: Path | None = None,
        *,
        verbosity: str = "",
        now: Callable[[], float] = time,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.folders = folders
        self.path = path
        self.verbosity = verbosity  # that the learner wants; "" is the lesson's own
        self.fast = ""  # the track whose exam is tried first
        self._narrowed = False  # a lesson has turned the completion down
        self.now = now
        self.today = today

    @cached_property
    def catalog(self) -> Catalog:
        return load_catalog(self.folders, language=chosen())

    @cached_property
    def progress(self) -> Progress:
        return load_progress(self.path)

    @property
    def sandboxes(self) -> list[Path]:
        """Where packs keep personalities and scenarios of their own, the last pack first."""
        return [Path(folder) / "sandbox" for folder in reversed(self.catalog.folders)]

    def attend(self, shell: Shell) -> None:
        """A learner sits down at *shell*."""
        shell.school = self

    # ------------------------------------------------------------ which lesson

    def find(self, word: str = "") -> Heading:
        """The lesson that *word* names, or the one to go on with."""
        if word:
            return self.catalog.find(word)
        found = self.progress.next_lesson(self.catalog)
        if found is None:
            raise UsageError(
                tr("every lesson is done"), hint=tr("`:map` shows them; `:lesson 1-1` opens one")
            )
        return found

    def exam(self, track: str) -> Heading:
        """The lesson to try first of a track that one knows already; passed, it counts for all."""
        self.fast = self.track(track)
        return self.progress.exam(self.catalog, self.fast)

    def is_exam(self, lesson: Lesson) -> bool:
        """Does *lesson*, once passed, count for its whole track?"""
        track = self.catalog.course.track(lesson.heading.track)
        if track is None:
            return False
        if track.id != self.fast:
            return track.exam == lesson.id
        return self.progress.exam(self.catalog, track.id).id == lesson.id

    def following(self, lesson: Lesson) -> Heading | None:
        """What to go on with after *lesson*: the next one that is not done, or the first."""
        found = self.catalog.next_after(lesson.id)
        while found is not None and self.progress.state(found.id) == "done":
            found = self.catalog.next_after(found.id)
        return found or self.progress.next_lesson(self.catalog)

    def passed_track(self, run: Run) -> str:
        """The title of the track that counts as done by *run*, "" if none does."""
        track = self.catalog.course.track(run.lesson.heading.track)
        passed = run.finished and self.is_exam(run.lesson) and report_on(run).passed
        return track.title if track is not None and passed else ""

    def place(self, lesson: Lesson, records: Records | None = None) -> LessonPlace:
        """Where *lesson* is taken."""
        return LessonPlace(lesson, self.sandboxes, records)

    def tutor(self, shell: Shell, lesson: Lesson, place: LessonPlace) -> Tutor:
        """A tutor for *lesson*, who goes on where it was left."""
        run = self.progress.open(lesson, self.now())
        if run.finished:
            run.begin_anew(self.now())
        return Tutor(shell, run, place, keep=self.keep, now=self.now)

    def suit(self, options: Options, lesson: Lesson) -> None:
        """Set what *lesson* wants of the shell: how much the notes say, and what Tab offers."""
        options.put_tools_away()
        exam = self.fast == lesson.heading.track and self.is_exam(lesson)
        options.set("verbosity", self.verbosity or ("exam" if exam else lesson.verbosity))
        narrow = lesson.completion != "full"
        if narrow or self._narrowed:
            complete = {"full": "on", "verbs": "verbs"}.get(lesson.completion, "off")
            options.set("complete", complete)
            options.set("suggest", "off" if narrow else "on")
        self._narrowed = narrow

    async def begin(self, shell: Shell, word: str = "") -> None:
        """`:lesson`: put another lesson in the place of the one that is open."""
        lesson = self.catalog.lesson(self.find(word).id)
        place = self.place(lesson, shell.place.records)
        if shell.tutor is not None:
            shell.tutor.close()
        self.suit(shell.options, lesson)
        shell.tutor = self.tutor(shell, lesson, place)
        await shell.move(place)

    # ------------------------------------------------------------ progress

    def keep(self, run: Run) -> None:
        """Write down how far *run* is; UsageError if it is known only as long as this shell is."""
        progress, catalog = self.progress, self.catalog
        progress.keep(run, self.now(), self.today().toordinal())
        if self.passed_track(run):
            progress.pass_track(catalog, run.lesson.heading.track, self.now())
        self.save()

    def save(self) -> None:
        """Write the file of one's progress; UsageError if that cannot be."""
        self.progress.save(self.path)

    def rows(self, track: str = "") -> list[tuple[str, str]]:
        """The way through all tracks, or one: a mark and a lesson in each row.

        Below all of them stand the course's shorter paths.
        """
        tracks = [one for one in self._tracks() if not track or one.id == track]
        rows = [row for one in tracks for row in (self._head(one), *self._lessons(one))]
        return rows if track else [*rows, *self._paths()]

    def overview(self, track: str) -> list[tuple[str, str]]:
        """As much of the way as fits a screen: all tracks, and the lessons of one."""
        rows: list[tuple[str, str]] = []
        for one in self._tracks():
            title, done = self._head(one)
            rows.append((f"{_number(one.id)} {title}", done))
            rows += self._lessons(one) if one.id == track else ()
        return [*rows, *self._paths()]

    def track(self, word: str) -> str:
        """The id of the track that *word* names: it, or the number in front of it."""
        ids = [one.id for one in self._tracks()]
        named = [one for one in ids if word in (one, _number(one))]
        if not named:
            raise UsageError(
                tr('no track is called "{track}"', track=word),
                hint=tr("there are {names}", names=", ".join(ids)),
            )
        return named[0]

    def _tracks(self) -> list[Track]:
        return [one for one in self.catalog.course.tracks if one.lessons]

    def _head(self, track: Track) -> tuple[str, str]:
        return track.title, self._done(track)

    def _done(self, track: Track) -> str:
        states = [self.progress.state(ident) for ident in track.lessons]
        return tr("{done} of {all} done", done=states.count("done"), all=len(states))

    def _lessons(self, track: Track) -> Iterator[tuple[str, str]]:
        for ident in track.lessons:
            heading, state = self.catalog.headings[ident], self.progress.state(ident)
            minutes = counted(heading.minutes, "{count} minute", "{count} minutes")
            words = [f"{heading.title}, {minutes}"]
            words += [tr("optional")] if heading.optional else []
            words += [tr(WORDS[state])] if state else []
            best = self.progress.best.get(ident)
            if best is not None and best.points:
                words.append(tr("{points} of {of} points", points=best.points, of=best.of))
            yield f"  {MARKS[state]} {ident}", "; ".join(words)

    def _paths(self) -> Iterator[tuple[str, str]]:
        for path in self.catalog.course.paths:
            names = ", ".join(map(short_name, path.lessons))
            yield path.title, f"{names}; {self._done(path)}"


def _number(track: str) -> str:
    """The number in front of the id of a *track*, or the whole of it."""
    first = track.partition("-")[0]
    return first if first.isdigit() else track
