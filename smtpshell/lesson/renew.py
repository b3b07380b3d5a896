"""A run in a lesson whose file has changed meanwhile: it goes on at the same place in the new one.

What the author has changed is to be tried again: a goal that asks for something else is open, and a
prediction with other words is asked once more. All the rest stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.lesson.keep import run_from_object, run_to_object
from smtpshell.lesson.run import Run

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Goal, Lesson, Predict, Step


def renewed(run: Run, lesson: Lesson, now: float) -> Run:
    """*run* as it goes on in *lesson*, read anew; in the first step if its own is gone."""
    there = {step.id for step in lesson.steps}
    new = run_from_object(lesson, run_to_object(run), now) or Run(lesson, now)
    if run.step.id not in there:
        return new
    new.transaction, new._letter = run.transaction, run._letter
    new.help = run.help.copy()
    new.help.level = min(new.help.level, len(new.step.hints))
    new.foresight = run.foresight.copy()
    predicts = {one.id: _words(one) for one in lesson.predicts}
    new.foresight.forget_changed(
        one for one in run.lesson.predicts if predicts.get(one.id) != _words(one)
    )
    goals = {goal.id: _asked(goal) for _, goal in run.lesson.goals}
    for _, goal in lesson.goals:
        if goals.get(goal.id) != _asked(goal):
            new.judge[goal.id].clear()
    return new


def same_stage(before: Step, after: Step) -> bool:
    """Do both steps want the same of the practice world?"""
    return [one.table for one in before.setup] == [one.table for one in after.setup]


def _asked(goal: Goal) -> Goal:
    """All of a goal by which it is judged."""
    return goal._replace(say="", points=0, optional=False, may_omit=(), where="")


def _words(predict: Predict) -> Predict:
    return predict._replace(where="")
