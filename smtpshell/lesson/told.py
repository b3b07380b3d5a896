"""What a run tells, and what it remembers of answers and times."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from smtpshell.lesson.block import fold
from smtpshell.lesson.lesson import Ask


class Told(NamedTuple):
    """Something to tell the learner, or whoever watches.

    *kind*: "goal", "lost" and "barred" (*id* of the goal, *words* its check-list line; barred: the
    learner has said what it forbids), "step" (*id* of the step that is done), "lesson" (it is
    finished), "prediction" and "answer" (*right*, *words* what to say), "clock" (*id* is how many
    minutes are left), "why" (the last hint was needed: *words* asks for an explanation of one's
    own), "stuck" (help may be offered; *words* is why).
    """

    kind: str
    id: str = ""
    words: str = ""
    right: bool = False


class Answered(NamedTuple):
    """A question answered so far. *over*: it is not asked any more."""

    id: str
    text: str
    tries: int
    right: bool
    over: bool


class Time(NamedTuple):
    """One entry of the time line: seconds since 1970, what it was, and which."""

    at: float
    kind: str
    id: str


def spent(times: Sequence[Time]) -> float:
    """Seconds from the first to the last of *times*, without those between two sittings."""
    return sum(
        max(0.0, after.at - before.at) for before, after in pairwise(times) if after.kind != "back"
    )


def is_right(ask: Ask, text: str) -> bool:
    """Is *text* a right answer to *ask*?"""
    said = fold(text)
    if ask.choices:
        number, said = ask.answers[0], said.lstrip("0")
        return said in (number, fold(ask.choices[int(number) - 1]))
    if said in map(fold, ask.answers):
        return True
    if not ask.match:
        return False
    from smtpshell.pattern import compile_pattern

    return compile_pattern(ask.match).search(text)
