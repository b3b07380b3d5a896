"""A lesson that takes other steps with each try: drawn by a number, so that a try can be had again.

The lesson as it is written has all its steps, and is tested with all of them. What a learner gets
is another `Lesson`, of the steps that are always there and of those that were drawn; nothing else
has to know. The whole one is kept in it, for the next try.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from smtpshell.lesson.lesson import Lesson

FIRST = 1  # the number of a learner's first try
LARGEST = 1_000_000_000


def drawn(lesson: Lesson, seed: int) -> Lesson:
    """*lesson* with the steps that *seed* draws; as it is if it has none to be drawn."""
    whole = lesson.undrawn or lesson.steps
    if not lesson.draw:
        return lesson
    pool = [number - 1 for number in lesson.draw]
    order = [number for number in range(len(whole)) if number not in pool]
    place = sum(number < min(pool) for number in order)
    pool.sort(key=lambda number: sha256(f"{seed}/{number}".encode()).digest())
    order[place:place] = pool[: lesson.take]
    steps = tuple(
        whole[number]._replace(id=str(position)) for position, number in enumerate(order, 1)
    )
    return lesson._replace(steps=steps, undrawn=whole, seed=seed)


def next_try(lesson: Lesson) -> Lesson:
    """*lesson*, which was drawn, as it is drawn the next time."""
    return drawn(lesson, lesson.seed % LARGEST + 1)


def read_seed(text: str) -> int:
    """The number in *text*, 0 if it is none to draw by."""
    text = text.strip()
    number = (
        int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else 0
    )
    return number if number <= LARGEST else 0


def seed_of(kept: Any) -> int:
    """The number that was drawn with for a run that was *kept* as an object; FIRST if it is new."""
    seed = kept.get("seed") if isinstance(kept, Mapping) else None
    return seed if isinstance(seed, int) and 0 < seed <= LARGEST else FIRST
