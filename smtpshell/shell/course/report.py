"""The end of a lesson on the screen: goals, own mistakes beside what was right, predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.lesson.report import report_on

if TYPE_CHECKING:
    from smtpshell.lesson.report import Guessed, Report
    from smtpshell.lesson.run import Run
    from smtpshell.shell.course.page import Page
    from smtpshell.shell.fragment import Line

_SURE = {1: "a guess", 2: "you thought so", 3: "you were certain"}
MOST_SLIPS = 5  # shown; the rest is in the file of one's progress


def report_lines(page: Page, run: Run) -> list[Line]:
    """The report on *run*."""
    report = report_on(run)
    lines = [
        page.empty(),
        *page.head(tr("The end of “{title}”", title=report.title), _score(report)),
    ]
    lines += page.goals((line.goal, line.reached) for line in report.goals)
    if any(line.shown and line.reached for line in report.goals):
        lines += page.words(tr("Steps that were shown to you bring no points; :reset tries again."))
    if report.guesses:
        lines += page.head(tr("Predictions"), _predictions(report))
        for one in report.guesses:
            if not one.guess.right:
                lines += page.words(_wrong(one))
    if report.slips:
        lines += page.head(tr("Your lines that were refused, and what was right"), "")
        rows = _slips(report)
        lines += page.table(rows[:MOST_SLIPS])
        if len(rows) > MOST_SLIPS:
            lines += page.words(tr("and {count} more", count=len(rows) - MOST_SLIPS))
    for again in run.lesson.again:
        lines += page.head(
            tr("Same line, other server: `:again on {name}`", name=again.personality), again.say
        )
    if report.on_trouble:
        lines += page.words(
            tr("To go over it once more: {lessons}.", lessons=", ".join(report.on_trouble))
        )
    return [*lines, *page.words(tr("`:lesson` goes on to the next one, `:map` shows the way."))]


def _slips(report: Report) -> list[tuple[str, str]]:
    """Each line once, however many notes there were on it, and what was right in its place."""
    rows: dict[str, str] = {}
    for slip in report.slips:
        line = slip.line or tr("(an empty line)")
        rows[line] = rows.get(line) or slip.right
    return [(line, right or "-") for line, right in rows.items()]


def _score(report: Report) -> str:
    minutes = max(1, round(report.seconds / 60))
    needed = tr("{enough} are needed to pass", enough=report.enough)
    passed = tr("passed") if report.passed else needed
    points = tr("{points} of {of} points", points=report.points, of=report.of)
    time = counted(minutes, "{count} minute", "{count} minutes")
    return f"{points}, {passed}; {time}"


def _predictions(report: Report) -> str:
    return tr("{right} of {all} came true", right=report.guessed_right, all=len(report.guesses))


def _wrong(one: Guessed) -> str:
    sure = _SURE.get(one.guess.confidence, "")
    said, truth = one.guess.guess, one.guess.truth
    choices = one.predict.choices
    if choices:
        said, truth = (choices[int(n) - 1] if n.isdecimal() else n for n in (said, truth))
    said = f"{said} ({tr(sure)})" if sure else said
    words = tr("You said {said}; it was {truth}.", said=said, truth=truth)
    return f"- {one.predict.ask} {words}"
