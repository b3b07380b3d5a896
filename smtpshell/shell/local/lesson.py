"""Local commands of a lesson: goals, hints, answers, and ways round what is too hard."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.local.registry import local

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.tutor import Tutor


def _tutor(shell: Shell) -> Tutor:
    if shell.tutor is None:
        raise UsageError(
            tr("no lesson is open"), hint=tr("`:lesson` begins one, `:map` shows them all")
        )
    return shell.tutor


@local(
    "goal",
    "",
    ":goal",
    "the step of the lesson at hand, and how far it is",
    "Shows the words of the step again, its check list, and the question that is open.",
)
def goal(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.show_step(_tutor(shell))


@local(
    "answer",
    "=",
    ":answer ANSWER",
    "answer the question of the lesson",
    "`:= ANSWER` does the same, and where a question has choices its number alone: `:2`. There are"
    " two tries, and one where there are two choices.",
)
def answer(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.answer(_tutor(shell), argument)


@local(
    "order",
    "",
    ":order 3 1 2 ...",
    "put the lines of the lesson in order",
    "The numbers of the lines in your order; lines that do not belong there are left out. Every"
    " order that the server takes is right: it is tried.",
)
def order(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.order(_tutor(shell), argument)


@local(
    "fill",
    "y",
    ":fill",
    "the next line of the step, half filled in",
    "Puts the beginning of the next line at the prompt; the rest is yours.",
)
def fill(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.fill(_tutor(shell))


@local(
    "show",
    "",
    ":show",
    "the solution of the step, to read",
    "Shows one way to do the step. It brings no points then; `:reset` begins the step again.",
)
def show(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.show(_tutor(shell))


@local(
    "skip",
    "",
    ":skip",
    "have the step done for you",
    "Plays the solution of the step in your session, so that the later steps still work. It brings"
    " no points; `:reset` begins the step again.",
)
def skip(shell: Shell, argument: str) -> Awaitable[None]:
    from smtpshell.shell.course import wish

    return wish.skip(_tutor(shell))


@local(
    "next",
    "",
    ":next",
    "go on from a step that has nothing to be done",
    "A step with goals ends when they are reached, and a question when it is answered.",
)
def next_step(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.go_on(_tutor(shell))


@local(
    "play",
    "",
    ":play",
    "let the lesson be quiet; again: let it speak",
    "Try things out on the lesson's server. What you do still counts.",
)
def play(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course import wish

    wish.play(_tutor(shell))


def _complete_reset(shell: Shell, argument: str) -> list[tuple[str, str]]:
    return [("step", marked("the step at hand")), ("lesson", marked("from the first step"))]


@local(
    "reset",
    "",
    ":reset [step|lesson [SEED]]",
    "begin the step or the lesson again",
    "What was reached in it is forgotten, and the session is as it was when the step began."
    " `smtpshell learn --reset` forgets a lesson or all. A lesson whose steps are drawn has others"
    " then; with a seed it has those of that seed, which `:seed` tells.",
    _complete_reset,
)
def reset(shell: Shell, argument: str) -> Awaitable[None] | None:
    from smtpshell.lesson.draw import read_seed
    from smtpshell.shell.course import wish

    tutor = _tutor(shell)
    if argument in ("", "step"):
        return wish.reset_step(tutor)
    word, _, seed = argument.partition(" ")
    number = read_seed(seed) if tutor.run.lesson.draw else 0
    if word == "lesson" and (number or not seed):
        wish.reset_lesson(tutor, number)
        return None
    raise UsageError(
        tr('there is no "{argument}" to reset', argument=argument),
        hint=tr(":reset step or :reset lesson"),
    )


def _complete_report(shell: Shell, argument: str) -> list[tuple[str, str]]:
    return [
        ("goals", tr("what was reached")),
        ("time", tr("how long each step took, and what helped")),
        ("predictions", tr("those that did not come true, the surest first")),
        ("questions", tr("those that were not answered right")),
        ("mistakes", tr("lines that were refused, beside what was right")),
        ("all", tr("everything")),
    ]


@local(
    "report",
    "",
    ":report [PART]",
    marked("how the lesson goes, or one part of that in full"),
    marked(
        "One page of what matters most; it is shown at the end of the lesson as well. With goals,"
        " time, predictions, questions or mistakes behind it that part in full, with all"
        " everything."
    ),
    _complete_report,
)
def report(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course.report import ROOM
    from smtpshell.shell.course.telling import show_report

    show_report(_tutor(shell), part=argument, room=ROOM)


def _complete_lesson(shell: Shell, argument: str) -> list[tuple[str, str]]:
    return [(heading.id, heading.title) for heading in shell.school.catalog.in_order()]


@local(
    "lesson",
    "",
    ":lesson [ID]",
    "open a lesson, or go on to the next one",
    "Without a name it is the lesson to go on with. The beginning of a name is enough: `:lesson"
    " 1-2`. How far you are in each lesson is kept.",
    _complete_lesson,
)
def lesson(shell: Shell, argument: str) -> Awaitable[None]:
    return shell.school.begin(shell, argument)


def _complete_map(shell: Shell, argument: str) -> list[tuple[str, str]]:
    tracks = shell.school.catalog.course.tracks
    return [*((one.id, one.title) for one in tracks), ("all", marked("the lessons of all tracks"))]


@local(
    "map",
    "",
    ":map [TRACK|all]",
    "all tracks, the lessons of one, and how far you are",
    "Without a word it is the track that you are in. [x] is done, [~] is not passed yet, [>] is"
    " begun.",
    _complete_map,
)
def map_of_lessons(shell: Shell, argument: str) -> None:
    school = shell.school
    if argument == "all":
        shell.voice.table(school.rows())
        return
    shell.voice.table(school.overview(school.track(argument) if argument else _track(shell)))
    shell.voice.say(tr("`:map 2` shows the lessons of track 2, `:map all` those of all."), "note")


def _track(shell: Shell) -> str:
    """The track of the lesson that is open, or of the one to go on with; "" if all is done."""
    if shell.tutor is not None:
        return shell.tutor.run.lesson.heading.track
    following = shell.school.progress.next_lesson(shell.school.catalog)
    return following.track if following is not None else ""


@local(
    "list",
    "",
    ":list",
    "the lessons of this track",
    "The track of the lesson that is open, or all of them.",
)
def list_of_lessons(shell: Shell, argument: str) -> None:
    track = shell.tutor.run.lesson.heading.track if shell.tutor is not None else ""
    shell.voice.table(shell.school.rows(track))


@local(
    "review",
    "",
    ":review",
    "five things that went wrong before, asked again",
    "Predictions and questions that you had wrong, and lines of yours that were refused, come back"
    " after 1, 3, 7 and 14 days.",
)
def review(shell: Shell, argument: str) -> None:
    from smtpshell.shell.course.review import review as begin

    begin(shell, shell.school)


@local(
    "catch-up",
    "",
    ":catch-up",
    "play what led to the step at hand",
    "After the session of a lesson was lost, this opens a new one and says what the earlier steps"
    " had said, so that you can go on.",
)
def catch_up(shell: Shell, argument: str) -> Awaitable[None]:
    from smtpshell.shell.course import wish

    return wish.catch_up(_tutor(shell))
