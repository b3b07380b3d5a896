"""The end of a lesson on the screen: goals, own mistakes beside what was right, predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.lesson.report import report_on
from smtpshell.shell.fragment import number_of

if TYPE_CHECKING:
    from smtpshell.lesson.report import Guessed, Report
    from smtpshell.lesson.run import Run
    from smtpshell.shell.course.page import Page
    from smtpshell.shell.fragment import Line

MOST_SLIPS = 5  # shown; the rest is in the file of one's progress


def report_lines(page: Page, run: Run) -> list[Line]:
    """The report on *run*."""
    report = report_on(run)
    lines = [page.empty(), *page.head(f"The end of “{report.title}”", _score(report))]
    lines += page.goals((line.goal, line.reached) for line in report.goals)
    if any(line.shown and line.reached for line in report.goals):
        lines += page.words("Steps that were shown to you bring no points; :reset tries again.")
    if report.guesses:
        lines += page.head("Predictions", _predictions(report))
        for one in report.guesses:
            if not one.guess.right:
                lines += page.words(_wrong(one))
    if report.slips:
        lines += page.head("Your lines that were refused, and what was right", "")
        rows = [(slip.line or "(an empty line)", slip.right or "-") for slip in report.slips]
        lines += page.table(rows[:MOST_SLIPS])
        if len(rows) > MOST_SLIPS:
            lines += page.words(f"and {len(rows) - MOST_SLIPS} more")
    for again in run.lesson.again:
        lines += page.head(f"Same line, other server: `:again on {again.personality}`", again.say)
    if report.on_trouble:
        lines += page.words(f"To go over it once more: {', '.join(report.on_trouble)}.")
    return [*lines, *page.words("`:lesson` goes on to the next one, `:map` shows the way.")]


def _score(report: Report) -> str:
    minutes = max(1, round(report.seconds / 60))
    passed = "passed" if report.passed else f"{report.enough} are needed to pass"
    return f"{report.points} of {report.of} points, {passed}; {number_of(minutes, 'minute')}"


def _predictions(report: Report) -> str:
    return f"{report.guessed_right} of {len(report.guesses)} came true"


def _wrong(one: Guessed) -> str:
    sure = {1: "a guess", 2: "you thought so", 3: "you were certain"}.get(one.guess.confidence, "")
    said, truth = one.guess.guess, one.guess.truth
    choices = one.predict.choices
    if choices:
        said, truth = (choices[int(n) - 1] if n.isdecimal() else n for n in (said, truth))
    return f"- {one.predict.ask} You said {said}{f' ({sure})' if sure else ''}; it was {truth}."
