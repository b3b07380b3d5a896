"""The end of a lesson on the screen: goals, time, predictions, own mistakes, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
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
MOST = 3  # mistakes, wrong predictions; the rest is in the file of one's progress


def report_lines(
    page: Page,
    run: Run,
    headline: Callable[[str], str] = lambda note: "",
    following: Heading | None = None,
    track: str = "",
) -> list[Line]:
    """The report on *run*.

    *headline* tells what a note is about. *following* is the lesson to go on with, *track* the
    title of one that counts as done by this lesson.
    """
    report = report_on(run)
    title = tr("The end of “{title}”") if report.finished else tr("So far in “{title}”")
    lines = [page.empty(), *page.head(title.format(title=report.title), _score(report))]
    lines += page.goals((line.goal, line.reached) for line in report.goals)
    if any(line.shown and line.reached for line in report.goals):
        lines += page.words(tr("Steps that were shown to you bring no points; :reset tries again."))
    lines += [*page.head(tr("Time"), _time(report.seconds)), *page.table(list(_times(report)))]
    lines += _predicted(page, report)
    lines += _refused(page, report, headline)
    for again in run.lesson.again if report.finished else ():
        lines += page.head(
            tr("Same line, other server: `:again on {name}`", name=again.personality), again.say
        )
    if track:
        lines += page.words(tr("All of “{track}” counts as done: this was its exam.", track=track))
    for words in _next(report, following):
        lines += page.words(words)
    return lines


def _score(report: Report) -> str:
    needed = tr("{enough} are needed to pass", enough=report.enough)
    if report.late:
        limit = counted(report.limit, "{count} minute", "{count} minutes")
        needed = tr("{enough} are needed to pass, in {time}", enough=report.enough, time=limit)
    passed = tr("passed") if report.passed else needed
    return f"{tr('{points} of {of} points', points=report.points, of=report.of)}, {passed}"


def _time(seconds: float) -> str:
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


def _predicted(page: Page, report: Report) -> list[Line]:
    if not report.guesses:
        return []
    numbers = {"right": report.guessed_right, "all": len(report.guesses)}
    lines = page.head(tr("Predictions"), tr("{right} of {all} came true", **numbers))
    wrong = [one for one in report.guesses if not one.guess.right]
    for one in wrong[:MOST]:
        lines += page.words(_wrong(one))
    return [*lines, *_more(page, len(wrong))]


def _wrong(one: Guessed) -> str:
    sure = _SURE.get(one.guess.confidence, "")
    said, truth = one.guess.guess, one.guess.truth
    choices = one.predict.choices
    if choices:
        said, truth = (choices[int(n) - 1] if n.isdecimal() else n for n in (said, truth))
    said = f"{said} ({tr(sure)})" if sure else said
    words = tr("You said {said}; it was {truth}.", said=said, truth=truth.rstrip("."))
    return f"- {one.predict.ask} {words}"


def _refused(page: Page, report: Report, headline: Callable[[str], str]) -> list[Line]:
    if not report.slips:
        return []
    lines = page.head(tr("Your own mistakes, the most often made first"), "")
    for one in report.slips[:MOST]:
        lines += page.table(list(_mistake(one, headline(one.slip.note))))
    return [*lines, *_more(page, len(report.slips))]


def _mistake(one: SlipLine, why: str) -> Iterator[tuple[str, str]]:
    times = f"  ({tr('{count} times', count=one.times)})" if one.times > 1 else ""
    yield tr("you said"), f"{printable(one.slip.line) or tr('(an empty line)')}{times}"
    if why:
        yield tr("but"), printable(why)
    if one.slip.right:
        yield tr("right"), printable(one.slip.right)


def _more(page: Page, number: int) -> list[Line]:
    return page.words(tr("and {count} more", count=number - MOST)) if number > MOST else []


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
