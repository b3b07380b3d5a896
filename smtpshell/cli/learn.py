"""`smtpshell learn`: the course, at a terminal, and the file in which one's progress is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import counted, tr
from smtpshell.errors import UsageError
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Lesson
    from smtpshell.lesson.progress import Progress
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.school import School
    from smtpshell.shell.course.tutor import Tutor
    from smtpshell.shell.place import Place
    from smtpshell.shell.record import Records


class Wish(NamedTuple):
    """What is asked for; *verbosity* and *theme* of "" are the lesson's and the terminal's."""

    lesson: str = ""
    folders: tuple[str, ...] = ()
    fast: str = ""
    verbosity: str = ""
    theme: str = ""
    big: bool = False
    plain: bool = False


def learn(wish: Wish) -> int:
    """Open a lesson at this terminal; the exit status."""
    from smtpshell.shell.home import transcripts

    if wish.lesson and wish.fast:
        raise UsageError(
            tr("a lesson or --fast, not both"),
            hint=f"smtpshell learn {wish.lesson}",
        )
    school = _school(wish.folders)
    school.verbosity = wish.verbosity
    heading = school.exam(wish.fast) if wish.fast else school.find(wish.lesson)
    return open_lesson(school, school.catalog.lesson(heading.id), wish, transcripts())


def open_lesson(
    school: School,
    lesson: Lesson,
    wish: Wish,
    records: Records | None = None,
    begun: Callable[[Tutor], None] = lambda tutor: None,
) -> int:
    """Take *lesson* at this terminal; *begun* is told of its tutor. The exit status."""
    from smtpshell.explain.library import load_library
    from smtpshell.language import chosen
    from smtpshell.shell.launch import default_options, run_shell

    options = default_options()
    school.suit(options, lesson)
    if wish.theme:
        options.set("theme", wish.theme)
    if wish.big:
        options.set("big", "on")
    place = school.place(lesson, records)

    def attend(shell: Shell) -> None:
        school.attend(shell)
        shell.tutor = school.tutor(shell, lesson, place)
        if school.folders:
            shell.commentary.load = lambda: load_library(school.folders, language=chosen())
        begun(shell.tutor)

    def make_place() -> Place:
        return place

    return run_shell(make_place, options, plain=wish.plain, attend=attend)


def show_map(folders: tuple[str, ...]) -> int:
    """All lessons and how far one is."""
    rows = _school(folders).rows()
    width = max((len(left) for left, _ in rows), default=0)
    sys.stdout.writelines(
        printable(f"{left:{width}}  {right}".rstrip()) + "\n" for left, right in rows
    )
    return 0


def export(target: str) -> int:
    """Write one's progress to the file *target*, "-" for standard output."""
    from smtpshell.lesson.progress import load_progress, write_whole

    progress = load_progress()
    _say_trouble(progress)
    text = progress.to_json()
    if target == "-":
        sys.stdout.write(text)
    else:
        write_whole(Path(target), text)
    return 0


def take_over(source: str) -> int:
    """Take what is better in the file *source*; a lesson is better with more points."""
    from smtpshell.datafile import read_text
    from smtpshell.lesson.progress import LARGEST, Progress, load_progress

    path = Path(source)
    if not path.is_file():
        raise UsageError(
            tr("{source} is no file", source=source),
            hint=tr("`smtpshell learn --export FILE` makes one"),
        )
    other = Progress.from_json(read_text(path, LARGEST))
    if other.sealed:
        raise UsageError(f"{source}: {other.sealed}")
    if other.damaged:
        raise UsageError(
            tr("{source} does not hold the progress of a learner, or not all of it", source=source)
        )
    progress = load_progress()
    taken = progress.merge(other)
    progress.save()
    words = counted(taken, "{count} lesson taken over", "{count} lessons taken over")
    sys.stdout.write(f"{words}\n")
    return 0


def forget(ident: str, folders: tuple[str, ...]) -> int:
    """Forget one lesson, or all with "all"."""
    school = _school(folders)
    school.progress.reset("" if ident == "all" else school.catalog.find(ident).id)
    school.progress.save()
    sys.stdout.write(f"{tr('Forgotten.')}\n")
    return 0


def _school(folders: tuple[str, ...]) -> School:
    from smtpshell.shell.course.school import School

    school = School(folders)
    for error in school.catalog.errors:
        sys.stderr.write(f"{printable(error)}\n")
    _say_trouble(school.progress)
    return school


def _say_trouble(progress: Progress) -> None:
    """What is wrong with the learner's file, as long as it is still there."""
    from smtpshell.lesson.progress import damaged_file, progress_file

    if progress.sealed:
        path = progress_file()
        words = tr("{path} is left as it is: {why}", path=path, why=progress.sealed)
        sys.stderr.write(f"{printable(words)}\n")
    if progress.damaged:
        words = tr(
            "The file of your progress was damaged; what could be read is kept. The damaged one is"
            " put aside as {path}.",
            path=damaged_file(),
        )
        sys.stderr.write(f"{printable(words)}\n")
