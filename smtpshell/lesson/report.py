"""What a lesson has brought: goals, time line, mistakes beside what was right, predictions."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import NamedTuple

from smtpshell.lesson.guess import Guess
from smtpshell.lesson.lesson import Goal, Predict
from smtpshell.lesson.run import Run
from smtpshell.lesson.slip import Slip
from smtpshell.lesson.told import Time


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


class Report(NamedTuple):
    """The end of a lesson. *guesses*: the wrong and confident ones first."""

    lesson: str
    title: str
    finished: bool
    goals: tuple[GoalLine, ...]
    times: tuple[Time, ...]
    slips: tuple[Slip, ...]
    guesses: tuple[Guessed, ...]
    points: int
    of: int
    enough: int
    hints: int
    seconds: float
    on_trouble: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.finished and self.points >= self.enough

    @property
    def guessed_right(self) -> int:
        """How many predictions came true."""
        return sum(one.guess.right for one in self.guesses)


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
    end = run.times[-1].at if run.times else run.began
    points = sum(line.points for line in lines) + _answer_points(run)
    heading = lesson.heading
    return Report(
        lesson.id,
        lesson.title,
        run.finished,
        lines,
        tuple(run.times),
        tuple(run.slips.made),
        tuple(guesses),
        points,
        heading.points,
        heading.pass_points,
        sum(run.help.hints.values()),
        max(0.0, end - run.began),
        heading.on_trouble if run.finished and points < heading.pass_points else (),
    )


def _answer_points(run: Run) -> int:
    answered = (run.answers.get(ask.id) for ask in run.lesson.asks)
    asked = zip(run.lesson.asks, answered, strict=True)
    return sum(ask.points for ask, answer in asked if answer is not None and answer.right)
