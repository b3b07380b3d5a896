"""A run as it is kept in a file, and as it comes back.

The lesson may have changed meanwhile, so whatever does not fit it any more is left out: a goal that
is gone, a step that is. What was counted in an open session is kept too, though the session itself
is lost with the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from smtpshell.lesson.diary import MOST_TIMES
from smtpshell.lesson.guess import guess_from
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.run import Run
from smtpshell.lesson.told import Answered, Time

FORMAT = 1
_WRONG = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)


def run_to_object(run: Run) -> dict[str, Any]:
    """*run* as JSON can hold it."""
    return {
        "format": FORMAT,
        "lesson": run.lesson.id,
        "seed": run.lesson.seed,
        "step": run.step.id,
        "began": run.began,
        "finished": run.finished,
        "session": run.session,
        "goals": {judge.goal.id: judge.to_object() for judge in run.judge},
        "guesses": [list(guess) for guess in run.guesses.values()],
        "answers": [list(answer) for answer in run.answers.values()],
        "arranged": sorted(run.arranged_right),
        "shown": sorted(run.shown),
        "times": [list(time) for time in run.times],
        "whys": run.whys,
        "help": run.help.to_object(),
        "slips": run.slips.to_object(),
    }


def run_from_object(lesson: Lesson, value: Any, now: float) -> Run | None:
    """The run of *lesson* that was kept as *value*; None if that was never one."""
    run = Run(lesson, now)
    if not isinstance(value, Mapping) or value.get("format") != FORMAT:
        return None
    try:
        _load(run, value)
    except _WRONG:
        return None
    run.help.last = now
    return run


def _load(run: Run, value: Mapping[str, Any]) -> None:
    lesson = run.lesson
    steps = {step.id: number for number, step in enumerate(lesson.steps)}
    run.step_number = steps.get(str(value["step"]), 0)
    run.began = float(value["began"])
    run.session = int(value["session"])
    for judge in run.judge:
        kept = value["goals"].get(judge.goal.id)
        if kept is not None:
            _load_goal(judge, kept)
    predicts = {predict.id for predict in lesson.predicts}
    for row in value["guesses"]:
        guess = guess_from(row)
        if guess.id in predicts and guess.settled:  # whose line never left is asked again
            run.foresight.guesses[guess.id] = guess
    asks = {ask.id for ask in lesson.asks}
    for ident, text, tries, right, over in value["answers"]:
        if ident in asks:
            run.answers[ident] = Answered(ident, str(text), int(tries), bool(right), bool(over))
    run.arranged_right = set(map(str, value["arranged"]))
    run.shown = {number for number in map(int, value["shown"]) if number < len(lesson.steps)}
    run.diary.times = list(_times(value["times"]))
    run.whys = {str(step): str(text) for step, text in value["whys"].items()}
    run.help.load(value["help"])
    run.help.level = min(run.help.level, len(run.step.hints))
    run.slips.load(value["slips"])
    run.finished = bool(value["finished"]) and run.step_number == len(lesson.steps) - 1


def _load_goal(judge: Any, kept: Any) -> None:
    try:
        judge.load(kept)
    except _WRONG:
        judge.clear()  # the goal asks for something else now


def _times(rows: Any) -> Iterator[Time]:
    for at, kind, ident in rows[:MOST_TIMES]:
        if not isfinite(at):  # JSON has no such number, and Python reads it all the same
            raise ValueError("not a time")
        yield Time(float(at), str(kind), str(ident))
