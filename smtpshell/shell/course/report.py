"""The end of a lesson on the screen: goals, time, predictions, own mistakes, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.lesson.report import report_on
from smtpshell.shell.course.page import short_name
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtpshell.lesson.lesson import Heading
    from smtpshell.lesson.report import Guessed, Report, SlipLine, StepLine
    from smtpshell.lesson.run import Run
    from smtpshell.shell.course.page import Page
    from smtpshell.shell.fragment import Line

_SURE = {1: marked("a guess"), 2: marked("you thought so"), 3: marked("you were certain")}
MOST = 3  # mistakes, wrong predictions on the first page
PARTS = ("goals", "time", "predictions", "questions", "mistakes", "all")
LEAST = 14  # rows, if the lesson's last words fill the screen
ROOM = 22  # rows of the first page: a terminal of 24 has them beside the prompt


class Section:
    """One part of the report: as it is named, in *brief*, and in *full* for the first page.

    *whole* is all there is.
    """

    __slots__ = ("brief", "full", "name", "whole")

    def __init__(
        self, name: str, brief: list[Line], full: list[Line], whole: list[Line] | None = None
    ) -> None:
        self.name = name
        self.brief = brief
        self.full = full
        self.whole = full if whole is None else whole

    @property
    def more(self) -> bool:
        """Has the first page not all of it?"""
        return len(self.whole) > len(self.full)


def report_lines(
    page: Page,
    run: Run,
    headline: Callable[[str], str] = lambda note: "",
    following: Heading | None = None,
    track: str = "",
    room: int = 0,
) -> list[Line]:
    """The first page of the report on *run*, in at most *room* rows; 0 for all there is.

    *headline* tells what a note is about. *following* is the lesson to go on with, *track* the
    title of one that counts as done by this lesson.
    """
    report = report_on(run)
    title = tr("The end of “{title}”") if report.finished else tr("So far in “{title}”")
    before = [page.empty(), *page.head(title.format(title=report.title), _score(report))]
    after: list[Line] = []
    for again in run.lesson.again if report.finished else ():
        after += page.head(
            tr("Same line, other server: `:again on {name}`", name=again.personality), again.say
        )
    if track:
        after += page.words(tr("All of “{track}” counts as done: this was its exam.", track=track))
    for words in _next(report, following):
        after += page.words(words)
    parts = sections(page, report, headline)
    if not room:
        return [*before, *(line for part in parts for line in part.whole), *after]
    middle = _fitted(page, parts, room - len(before) - len(after))
    return [*before, *middle, *after]


def part_lines(
    page: Page, run: Run, name: str, headline: Callable[[str], str] = lambda note: ""
) -> list[Line]:
    """All of one part of the report, or of all of them; UsageError if it has no such part."""
    parts = sections(page, report_on(run), headline)
    wanted = [part for part in parts if name in (part.name, "all")]
    if not wanted and name in PARTS:
        return page.words(tr("There is nothing to report of that yet."))
    if not wanted:
        raise UsageError(
            tr('there is no "{name}" in the report', name=printable(name)),
            hint=f":report {'|'.join(PARTS)}",
        )
    return [line for part in wanted for line in part.whole]


def sections(page: Page, report: Report, headline: Callable[[str], str]) -> list[Section]:
    """The parts of the report, in the order in which they are shown."""
    return [
        _goals(page, report),
        _time(page, report),
        *_predicted(page, report),
        *_asked(page, report),
        *_refused(page, report, headline),
    ]


def _fitted(page: Page, parts: list[Section], room: int) -> list[Line]:
    """As much of *parts* as there is room for, and where the rest is."""
    chosen = {part.name: part.brief for part in parts}
    taken = sum(map(len, chosen.values())) + 1  # the row that says where the rest is
    for name in _FIRST:
        for part in parts:
            more = len(part.full) - len(part.brief)
            if part.name == name and taken + more <= room:
                chosen[name] = part.full
                taken += more
    left = [part for part in parts if part.more or chosen[part.name] is not part.full]
    lines = [line for part in parts for line in chosen[part.name]]
    if left:
        names = ", ".join(f"`:report {part.name}`" for part in left)
        lines += page.words(tr("In full: {names}.", names=names), "note")
    return lines


# What is worth most, where not all of it has room.
_FIRST = ("goals", "mistakes", "predictions", "questions", "time")


def _score(report: Report) -> str:
    needed = tr("{enough} are needed to pass", enough=report.enough)
    if report.late:
        limit = counted(report.limit, "{count} minute", "{count} minutes")
        needed = tr("{enough} are needed to pass, in {time}", enough=report.enough, time=limit)
    passed = tr("passed") if report.passed else needed
    return f"{tr('{points} of {of} points', points=report.points, of=report.of)}, {passed}"


def _goals(page: Page, report: Report) -> Section:
    shown: list[Line] = []
    if any(line.shown and line.reached for line in report.goals):
        again = "`:reset lesson`" if report.finished else "`:reset`"
        words = tr(
            "Steps that were shown to you bring no points; {again} tries again.", again=again
        )
        shown = page.words(words)
    whole = [*page.goals((line.goal, line.reached) for line in report.goals), *shown]
    reached = sum(line.reached for line in report.goals)
    brief = page.words(tr("{done} of {all} goals reached", done=reached, all=len(report.goals)))
    brief += page.goals((line.goal, False) for line in report.goals if not line.reached)
    brief += shown  # or all goals are reached, and the points are few
    return Section("goals", min(brief, whole, key=len), whole)


def _time(page: Page, report: Report) -> Section:
    head = page.head(tr("Time"), _span(report.seconds))
    whole = [*head, *page.table(list(_times(report)))]
    return Section("time", head, whole)


def _span(seconds: float) -> str:
    if seconds < 60:
        return tr("less than a minute")
    return counted(round(seconds / 60), "{count} minute", "{count} minutes")


def _times(report: Report) -> Iterator[tuple[str, str]]:
    """The time line: minutes and seconds of each step, and what helped."""
    for step in report.steps:
        minutes, seconds = divmod(round(step.seconds), 60)
        clock = f"{minutes:3}:{seconds:02}" if step.seconds or step.done else "     -"
        yield clock, f"{printable(step.title)}{_helped(step)}"


def _helped(step: StepLine) -> str:
    if step.shown:
        return f", {tr('shown to you')}"
    return f", {counted(step.hints, '{count} hint', '{count} hints')}" if step.hints else ""


def _predicted(page: Page, report: Report) -> list[Section]:
    if not report.guesses:
        return []
    numbers = {"right": report.guessed_right, "all": len(report.guesses)}
    head = page.head(tr("Predictions"), tr("{right} of {all} came true", **numbers))
    wrong = [page.item("-", _wrong(one)) for one in report.guesses if not one.guess.right]
    return [Section("predictions", head, *_most(page, head, wrong))]


def _asked(page: Page, report: Report) -> list[Section]:
    if not report.asked:
        return []
    numbers = {"right": report.answered_right, "all": len(report.asked)}
    head = page.head(tr("Questions"), tr("{right} of {all} answered right", **numbers))
    wrong = [page.item("-", one.ask.ask) for one in report.asked if not one.right]
    return [Section("questions", head, *_most(page, head, wrong))]


def _most(page: Page, head: list[Line], items: list[list[Line]]) -> tuple[list[Line], list[Line]]:
    """*head* and the first of *items*, and with all of them."""
    whole = [*head, *(line for item in items for line in item)]
    if len(items) <= MOST:
        return whole, whole
    full = [*head, *(line for item in items[:MOST] for line in item)]
    return [*full, *page.words(tr("and {count} more", count=len(items) - MOST))], whole


def _wrong(one: Guessed) -> str:
    sure = _SURE.get(one.guess.confidence, "")
    said, truth = one.guess.guess, one.guess.truth
    choices = one.predict.choices
    if choices:
        said, truth = (
            f'"{choices[int(n) - 1].rstrip(".")}"' if n.isdecimal() else n for n in (said, truth)
        )
    said = f"{said} ({tr(sure)})" if sure else said
    words = tr("You said {said}; it was {truth}.", said=said, truth=truth.rstrip("."))
    return f"{one.predict.ask} {words}"


def _refused(page: Page, report: Report, headline: Callable[[str], str]) -> list[Section]:
    if not report.slips:
        return []
    title = tr("Your own mistakes, the most often made first")
    made = [page.table(list(_mistake(one, headline(one.slip.note)))) for one in report.slips]
    full, whole = _most(page, page.head(title, ""), made)
    number = counted(len(made), "{count} mistake of your own", "{count} mistakes of your own")
    return [Section("mistakes", page.words(number), full, whole)]


def _mistake(one: SlipLine, why: str) -> Iterator[tuple[str, str]]:
    times = f"  ({tr('{count} times', count=one.times)})" if one.times > 1 else ""
    yield tr("you said"), f"{printable(one.slip.line) or tr('(an empty line)')}{times}"
    if why:
        yield tr("but"), printable(why)
    if one.slip.right:
        yield tr("right"), printable(one.slip.right)


def _next(report: Report, following: Heading | None) -> Iterator[str]:
    if not report.finished:
        yield tr("`smtpshell learn` goes on where you are.")
        return
    if not report.passed:
        yield tr("`:reset lesson` takes it once more.")
        if report.on_trouble:
            names = ", ".join(f"`:lesson {short_name(one)}`" for one in report.on_trouble)
            yield tr("To go over what comes before it: {lessons}.", lessons=names)
    if following is not None and following.id != report.lesson:
        name, minutes = short_name(following.id), following.minutes
        title = printable(following.title)
        yield tr(
            "Next: `:lesson {name}` opens “{title}”, {minutes} minutes.",
            name=name, title=title, minutes=minutes,
        )  # fmt: skip
    yield tr("`:map` shows the way, `:review` asks again what went wrong.")
