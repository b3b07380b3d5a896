"""A run that does not go on from where it is: after `:undo`, or in a lesson that was read anew.

What the learner has seen and asked for stays after `:undo`: otherwise one could have the points of
a step that was shown. What an author has changed is to be tried again: a goal that asks for
something else is open, and a prediction with other words is asked once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.lesson.draw import FIRST, drawn
from smtpshell.lesson.keep import run_from_object, run_to_object
from smtpshell.lesson.run import Run

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Goal, Lesson, Predict, Step


def renewed(run: Run, lesson: Lesson, now: float) -> Run:
    """*run* as it goes on in *lesson*, read anew; in the first step if its own is gone."""
    lesson = drawn(lesson, run.lesson.seed or FIRST)
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


def taken_back(run: Run, before: Run) -> Run:
    """*run* as it goes on from how it was *before*."""
    new = before.copy()
    new.shown |= run.shown
    for step, level in run.help.hints.items():
        new.help.hints[step] = max(level, new.help.hints.get(step, 0))
    if new.step_number == run.step_number:
        new.help.level = max(new.help.level, run.help.level)
    for predict in run.lesson.predicts:  # foreseen once: what was seen cannot be foreseen again
        if predict.points and predict.id in run.guesses:
            new.foresight.guesses[predict.id] = run.guesses[predict.id]
    new.slips, new.diary, new.whys = run.slips.copy(), run.diary.copy(), run.whys.copy()
    return new


def lost_since(run: Run, before: Run) -> list[Goal]:
    """The goals that *run* has reached, and had not reached *before*."""
    there = before.judge
    return [one.goal for one in run.judge if one.reached and not there[one.goal.id].reached]


def same_stage(before: Step, after: Step) -> bool:
    """Do both steps want the same of the practice world?"""
    return [one.table for one in before.setup] == [one.table for one in after.setup]


def _asked(goal: Goal) -> Goal:
    """All of a goal by which it is judged."""
    return goal._replace(say="", points=0, optional=False, may_omit=(), where="")


def _words(predict: Predict) -> Predict:
    return predict._replace(where="")
