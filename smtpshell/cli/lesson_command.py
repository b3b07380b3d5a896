"""The command line of lessons: `smtpshell lesson` to write them, `smtpshell learn` to take them.

As in `command`, a function does nothing but give back the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from smtpshell.cli.shared_option import lang, read_folders, read_language

Work = Callable[[], int]
_F = Callable[..., Any]


@click.group()
def lesson() -> None:
    """Write lessons: list them, check them, play them. `lessons/README.md` tells how."""


_folders = click.option(
    "--lessons",
    "folders",
    multiple=True,
    metavar="FOLDER",
    callback=read_folders,
    help="A pack of your own; several.",
)
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@lesson.command("list")
@_folders
@_json
@lang
def list_(folders: tuple[str, ...], as_json: bool) -> Work:
    """All lessons, by track."""

    def work() -> int:
        from smtpshell.cli.lesson import list_lessons

        return list_lessons(folders, as_json=as_json)

    return work


_track = click.option("--track", default="my-track", help="The folder of its track.")
_pack = click.option(
    "--lessons", "folder", default=".", metavar="FOLDER", help="The pack it goes into."
)
_title = click.option("--title", default="", help="What stands above it.")


@lesson.command()
@click.argument("ident", metavar="ID")
@_track
@_pack
@_title
def new(ident: str, track: str, folder: str, title: str) -> Work:
    """Write the skeleton of a lesson, which lint and test find nothing wrong with."""

    def work() -> int:
        from smtpshell.cli import lesson as room

        return room.new(ident, track, folder, title)

    return work


@lesson.command()
@click.argument("transcript", metavar="TRANSCRIPT")
@click.argument("ident", metavar="ID")
@_track
@_pack
@_title
def record(transcript: str, ident: str, track: str, folder: str, title: str) -> Work:
    """Make a lesson of a session that you have played.

    Its lines become the solution, those that were refused become mistakes with their notes, and
    each step has a goal. What is left for you are the words.
    """

    def work() -> int:
        from smtpshell.cli import lesson as room

        return room.record(transcript, ident, track, folder, title)

    return work


@lesson.command()
@click.argument("which", nargs=-1, metavar="[LESSON|FILE|FOLDER]...")
@_folders
@_json
@click.option(
    "--lang", metavar="CODE", callback=read_language, help="Read this translation, such as de."
)
def lint(which: tuple[str, ...], folders: tuple[str, ...], as_json: bool, lang: str | None) -> Work:
    """Read lessons and say what is wrong, as FILE:LINE.

    Without an argument all of them. The exit status is 1 if there is an error; a warning is to be
    thought over. With --lang it says what is stale, missing or wrong in a translation.
    """

    def work() -> int:
        from smtpshell.cli import lesson as room

        return room.lint(which, folders, language=lang or "", as_json=as_json)

    return work


@lesson.command("test")
@click.argument("which", nargs=-1, metavar="[LESSON|FILE|FOLDER]...")
@_folders
@_json
@click.option("--junit", metavar="FILE", default="", help="Write JUnit's XML there as well.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is right, too.")
@click.option(
    "--lang", metavar="CODE", callback=read_language, help="Play this translation, such as de."
)
def test_(
    which: tuple[str, ...],
    folders: tuple[str, ...],
    as_json: bool,
    junit: str,
    verbose: bool,
    lang: str | None,
) -> Work:
    """Play lessons against the practice server, and say what is not true of them.

    Solutions must reach each goal in its own step, every reply must be as written, every mistake
    must show its note, and without a line of the solution something must be missing. No network and
    no waiting: the clock is put forward.
    """

    def work() -> int:
        from smtpshell.cli import lesson as room

        return room.play(
            which, folders, language=lang or "en", as_json=as_json, junit=junit, verbose=verbose
        )

    return work


_TAKING = (
    click.option(
        "--verbosity",
        type=click.Choice(["teach", "normal", "exam"]),
        help="How much the notes say; the lesson's own unless given.",
    ),
    click.option(
        "--theme", type=click.Choice(["dark", "light", "mono", "high-contrast"]), help="Colours."
    ),
    click.option("--big", is_flag=True, help="For projectors: short lines, room between them."),
    click.option("--plain", is_flag=True, help="Lines only, for screen readers."),
)


def _taking(function: _F) -> _F:
    """The options of a lesson that is taken."""
    for option in reversed(_TAKING):
        function = option(function)
    return function


@lesson.command()
@click.argument("which", metavar="LESSON|FILE")
@_folders
@_taking
@lang
def preview(which: str, folders: tuple[str, ...], **asked: Any) -> Work:
    """Take a lesson as learners will, while you write it.

    When its file is saved it is read again, and the step at hand is shown anew. A file with a
    mistake is told as FILE:LINE, and the lesson stays as it was. Your own progress is not touched.
    """

    def work() -> int:
        from smtpshell.cli import lesson as room
        from smtpshell.cli.learn import Wish

        return room.preview(which, Wish("", folders, **_given(asked)))

    return work


@lesson.command()
@click.argument("old", metavar="[OLD]")
@click.argument("new", default="", metavar="NEW")
@_folders
@_json
@lang
def diff(old: str, new: str, folders: tuple[str, ...], as_json: bool) -> Work:
    """Say what is different for learners in NEW.

    Steps, goals, points, predictions, questions, hints, solutions, words. OLD and NEW are files or
    names of lessons; NEW alone is compared with the lesson of its id that we ship, or that is in
    the packs.

    \b
    Exit status: 0 no difference, 1 some, 2 it could not be compared.
    """

    def work() -> int:
        from smtpshell.cli import lesson as room

        return room.diff([one for one in (old, new) if one], folders, as_json=as_json)

    return work


def _given(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Options that were not given are "" for us."""
    return {name: "" if value is None else value for name, value in asked.items()}


@click.command()
@click.argument("lesson", default="", metavar="[LESSON]")
@_folders
@click.option("--map", "show_map", is_flag=True, help="All lessons, and how far you are.")
@click.option(
    "--fast", metavar="TRACK", default="", help="Its exam first; passed, all of it counts as done."
)
@_taking
@click.option(
    "--export", metavar="FILE", default="", help='Write your progress there, "-" to see it.'
)
@click.option(
    "--import", "import_", metavar="FILE", default="", help="Take over what is better there."
)
@click.option("--reset", metavar="LESSON", default="", help='Forget a lesson, or "all".')
@lang
def learn(lesson: str, folders: tuple[str, ...], **asked: Any) -> Work:
    """Take the course: lessons that look at what you have achieved.

    Without an argument it goes on where you left. The beginning of a name is enough: 1-2.

    Without a terminal on standard input each line there is taken in its turn, as if it were typed;
    a prediction is left out if the next line is none. The report comes at the end, and the exit
    status is 0 if the lesson is passed, 1 if not.
    """

    def work() -> int:
        from smtpshell.cli import learn as room

        if asked["show_map"]:
            return room.show_map(folders)
        if asked["export"]:
            return room.export(asked["export"])
        if asked["import_"]:
            return room.take_over(asked["import_"])
        if asked["reset"]:
            return room.forget(asked["reset"], folders)
        taking = {name: asked[name] for name in ("fast", "verbosity", "theme", "big", "plain")}
        return room.learn(room.Wish(lesson, folders, **_given(taking)))

    return work
