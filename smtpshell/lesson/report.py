"""What a lesson has brought: goals, time line, mistakes beside what was right, predictions."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from smtpshell.lesson.guess import Guess
from smtpshell.lesson.lesson import Ask, Goal, Predict
from smtpshell.lesson.run import Run
from smtpshell.lesson.slip import Slip


class GoalLine(NamedTuple):
    """One line of the check list. *shown*: its step was done by the solution, for no points."""

    goal: Goal
    step: str
    reached: bool
    shown: bool

    @property
    def points(self) -> int:
        return self.goal.points if self.reached and not self.shown else 0


class Guessed(NamedTuple):
    """One prediction with its question."""

    predict: Predict
    guess: Guess


class Asked(NamedTuple):
    """One question that is over, and whether it was answered right."""

    ask: Ask
    right: bool


class StepLine(NamedTuple):
    """One line of the time line. *hints* is the level that was asked for."""

    title: str
    seconds: float
    hints: int
    shown: bool
    done: bool


class SlipLine(NamedTuple):
    """A mistake, and how many of its kind there were: those with the same note."""

    slip: Slip
    times: int


class Report(NamedTuple):
    """The end of a lesson. *guesses*: the wrong and confident ones first; *slips*: the most often
    made first. *seconds* do not count the time between two sittings. *late*: it was finished, and
    not in the *limit* of so many minutes.
    """

    lesson: str
    title: str
    finished: bool
    goals: tuple[GoalLine, ...]
    steps: tuple[StepLine, ...]
    slips: tuple[SlipLine, ...]
    guesses: tuple[Guessed, ...]
    points: int
    of: int
    enough: int
    hints: int
    seconds: float
    on_trouble: tuple[str, ...]
    limit: int = 0
    late: bool = False
    asked: tuple[Asked, ...] = ()

    @property
    def passed(self) -> bool:
        return self.finished and self.points >= self.enough and not self.late

    @property
    def guessed_right(self) -> int:
        """How many predictions came true."""
        return sum(one.guess.right for one in self.guesses)

    @property
    def answered_right(self) -> int:
        """How many questions were answered right."""
        return sum(one.right for one in self.asked)


def report_on(run: Run) -> Report:
    """The report on *run*, wherever it is."""
    lesson = run.lesson
    lines = tuple(
        GoalLine(goal, lesson.steps[step].id, run.judge[goal.id].reached, step in run.shown)
        for step, goal in lesson.goals
    )
    predicts = {predict.id: predict for predict in lesson.predicts}
    guesses = [
        Guessed(predicts[guess.id], guess) for guess in run.guesses.values() if guess.settled
    ]
    guesses.sort(key=lambda one: -one.guess.wrong_and_sure)
    spent = _spent(run)
    points = sum(line.points for line in lines) + _answer_points(run) + _guess_points(run)
    heading = lesson.heading
    return Report(
        lesson.id,
        lesson.title,
        run.finished,
        lines,
        tuple(_step_lines(run, spent)),
        tuple(_by_note(run.slips.made)),
        tuple(guesses),
        points,
        heading.points,
        heading.pass_points,
        sum(run.help.hints.values()),
        sum(spent.values()),
        heading.on_trouble if run.finished and points < heading.pass_points else (),
        lesson.limit,
        run.late,
        tuple(_asked(run)),
    )


def _spent(run: Run) -> dict[str, float]:
    """Seconds by step. What lies between the end of a sitting and the next one is not counted."""
    spent = {step.id: 0.0 for step in run.lesson.steps}
    since = 0.0
    for before, now in pairwise(run.times):
        since += max(0.0, now.at - before.at) if now.kind != "back" else 0.0
        if now.kind == "step" and now.id in spent:
            spent[now.id] += since
            since = 0.0
    spent[run.step.id] += since
    return spent


def _step_lines(run: Run, spent: Mapping[str, float]) -> Iterator[StepLine]:
    for number, step in enumerate(run.lesson.steps):
        done = run.finished or number < run.step_number
        hints = run.help.hints.get(number, 0)
        yield StepLine(step.title, spent[step.id], hints, number in run.shown, done)


def _by_note(slips: Iterable[Slip]) -> list[SlipLine]:
    """The last mistake of each kind, or the last that was put right.

    Of the notes on one line the first counts, which was the main one.
    """
    kinds: dict[str, list[Slip]] = {}
    notes: dict[str, str] = {}
    for slip in slips:
        if notes.setdefault(slip.line, slip.note) == slip.note:
            kinds.setdefault(slip.note, []).append(slip)
    lines = [
        SlipLine(max(made, key=lambda one: (bool(one.right), one.at)), len(made))
        for made in kinds.values()
    ]
    return sorted(lines, key=lambda line: -line.times)


def _asked(run: Run) -> Iterator[Asked]:
    """The questions that bring points and are over: right, wrong, or answered by nobody."""
    for ask in run.lesson.asks:
        answer = run.answers.get(ask.id)
        if ask.points and answer is not None and answer.over:
            yield Asked(ask, answer.right)


def _answer_points(run: Run) -> int:
    answered = (run.answers.get(ask.id) for ask in run.lesson.asks)
    asked = zip(run.lesson.asks, answered, strict=True)
    return sum(ask.points for ask, answer in asked if answer is not None and answer.right)


def _guess_points(run: Run) -> int:
    """Those of predictions that came true; who had seen the solution has foreseen nothing."""
    made = run.guesses
    return sum(
        predict.points
        for number, step in enumerate(run.lesson.steps)
        for predict in step.predicts
        if number not in run.shown and predict.id in made and made[predict.id].right
    )
