"""Lessons that take other steps with each try."""

from __future__ import annotations

import pytest

from smtpshell.errors import DataFileError
from smtpshell.explain.library import load_library
from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.draw import FIRST, LARGEST, drawn, next_try, read_seed, seed_of
from smtpshell.lesson.keep import run_to_object
from smtpshell.lesson.lint import points_of
from smtpshell.lesson.player import Player
from smtpshell.lesson.progress import Progress
from smtpshell.lesson.renew import renewed
from smtpshell.lesson.report import report_on
from smtpshell.lesson.row import lesson_from, to_row
from smtpshell.lesson.trial import try_lesson
from tests.lesson.pack import EXAMPLE, changed, example

CAPSTONE = load_catalog().lesson("6-6-mail-detective")
MORE = "".join(
    f"## {number}. Read {number}\n\nNothing is to be done here.\n\n" for number in (3, 4, 5)
)
DRAWN = changed("[score]", "[draw]\nsteps = [3, 4, 5]\ntake = 2\n\n[score]") + "\n" + MORE


def titles(seed: int) -> list[str]:
    return [step.title for step in drawn(example(DRAWN), seed).steps]


def test_a_seed_draws_the_same_steps_each_time() -> None:
    """And the others stay where they are; each step is found by its new number."""
    tries = [titles(seed) for seed in range(1, 30)]
    assert all(one[:2] == titles(1)[:2] and len(one) == 4 for one in tries)
    assert len({tuple(one) for one in tries}) == 6
    assert tries == [titles(seed) for seed in range(1, 30)]
    assert [step.id for step in drawn(example(DRAWN), 3).steps] == ["1", "2", "3", "4"]


def test_the_next_try_is_drawn_from_all_steps() -> None:
    """Not from those that were drawn before."""
    lesson = drawn(example(DRAWN), 1)
    seen = set()
    for _ in range(20):
        seen |= {step.title for step in lesson.steps}
        lesson = next_try(lesson)
    assert len(seen) == 5
    assert (lesson.seed, drawn(example(DRAWN), 21)) == (21, lesson)
    assert next_try(drawn(example(DRAWN), LARGEST)).seed == 1
    assert next_try(example()) == example()  # nothing is to be drawn there


def test_a_try_goes_on_as_it_was_drawn() -> None:
    """From the learner's file, after a new try, and when its author has saved the lesson."""
    progress, lesson = Progress(), example(DRAWN)
    run = progress.open(lesson, 0.0)
    assert run.lesson == drawn(lesson, FIRST)
    run.begin_anew(1.0, 17)
    progress.keep(run, 2.0, 0)
    assert Progress.from_json(progress.to_json()).open(lesson, 3.0).lesson == drawn(lesson, 17)
    assert renewed(run, lesson, 4.0).lesson == drawn(lesson, 17)
    run.begin_anew(5.0)
    assert run.lesson.seed == 18


@pytest.mark.parametrize("kept", [None, {}, {"seed": "7"}, {"seed": 0}, {"seed": 10**10}, [7]])
def test_what_is_no_seed_is_a_first_try(kept: object) -> None:
    """As of runs that were kept before lessons were drawn."""
    assert seed_of(kept) == FIRST
    assert seed_of({"seed": 7}) == 7


def test_seeds_are_read() -> None:
    """As `:reset lesson 7` has them."""
    texts = ["7", " 12 ", "0", "", "x", "-3", "1000000001", "9" * 5000, "\u0663"]
    assert [read_seed(text) for text in texts] == [7, 12, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        pytest.param("steps = [3, 9]\ntake = 1", "numbers from 1 to 5", id="no-such-step"),
        pytest.param("steps = [3, 3]\ntake = 1", "different numbers", id="twice"),
        pytest.param("steps = 3\ntake = 1", "a list", id="no-list"),
        pytest.param("steps = [3, 4]\ntake = 2", "take: must be a number from 1 to 1", id="all"),
        pytest.param("steps = [3, 4]", "take: must be", id="no-take"),
        pytest.param("step = [3, 4]", '"step"; did you mean "steps"', id="key"),
    ],
)
def test_what_cannot_be_drawn(draw: str, words: str) -> None:
    """It is said where it stands."""
    text = DRAWN.replace("steps = [3, 4, 5]\ntake = 2", draw)
    with pytest.raises(DataFileError, match=words):
        example(text)


def test_the_index_keeps_what_is_drawn() -> None:
    """Whole lessons, and those that were drawn."""
    for lesson in (example(DRAWN), drawn(example(DRAWN), 5)):
        assert lesson_from(to_row(lesson)) == lesson


def test_the_whole_lesson_is_tried() -> None:
    """Each step that may be drawn."""
    assert [one for one in try_lesson(example(EXAMPLE), load_library()) if not one.ok] == []
    names = {one.name for one in try_lesson(CAPSTONE, load_library())}
    assert {f"6-6-mail-detective step {number}: solution" for number in range(1, 11)} <= names


@pytest.mark.parametrize("seed", range(1, 13))
def test_every_try_of_the_last_lesson_can_be_passed(seed: int) -> None:
    """By its solutions, with all points there are, whatever is drawn."""
    player = Player(drawn(CAPSTONE, seed))
    for step in player.run.lesson.steps:
        player.begin_step()
        if step.solutions:
            player.play(step.solutions[0])
    report = report_on(player.run)
    assert (report.points, report.of, report.passed) == (20, 20, True), player.faults
    assert len(player.run.lesson.steps) == 6
    assert run_to_object(player.run)["seed"] == seed
    assert sum(map(points_of, player.run.lesson.steps)) == 20
