"""A run goes on in a lesson whose file has changed."""

from __future__ import annotations

from smtpshell.datafile import Where
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.renew import renewed, same_stage
from smtpshell.lesson.script import read_script
from tests.lesson.judged import ANA, BEN, ENVELOPE, HELLO, MAIL, lesson_with, play
from tests.lesson.pack import EXAMPLE, changed, example

SETUP = "```toml setup\nnew_session = true\n```\n\n"


def reached(lesson: Lesson, script: str, new: Lesson) -> dict[str, bool]:
    """Which goals are reached when the file changes after *script*."""
    run = renewed(play(lesson, script).run, new, 0)
    assert run.lesson is new
    return {judge.goal.id: judge.reached for judge in run.judge}


def test_what_did_not_change_stays() -> None:
    """The step, its goals, and what was counted in the open transaction."""
    run = renewed(play(example(), HELLO + MAIL + ANA).run, example(), 9)
    assert (run.step.id, run.transaction, run.help.lines[-1]) == ("1", 1, ANA[3:-1])
    player = play(example(), HELLO + MAIL + ANA)
    player.run = renewed(player.run, example(changed("Say it twice.", "Again.")), 9)
    player.play(read_script(BEN, Where("x.md", 1)))
    assert (player.run.step.id, player.run.judge["two-accepted"].reached) == ("2", True)


def test_what_changed_is_to_be_tried_again() -> None:
    """A goal that asks for something else is open; one with other words is not."""
    two = ENVELOPE + BEN
    assert reached(example(), two, example())["two-accepted"]
    words = example(changed("Two addresses accepted", "Both accepted"))
    assert reached(example(), two, words)["two-accepted"]
    assert not reached(example(), two, example(changed("2xx", "250")))["two-accepted"]


def test_a_prediction_with_other_words_is_asked_again() -> None:
    """Made or waiting, it is forgotten; the others are not."""
    run = play(example(), HELLO).run
    run.predict("second-rcpt", "2xx", 3, 0)
    assert renewed(run, example(), 0).foresight.open is not None
    again = renewed(run, example(changed("to the second RCPT?", "?")), 0)
    assert (again.foresight.open, again.guesses) == (None, {})


def test_a_step_that_is_gone() -> None:
    """Then it begins at the first one."""
    run = play(example(), ENVELOPE + BEN).run
    assert run.step.id == "2"
    short = EXAMPLE[: EXAMPLE.index("## 2. Leave")]
    assert renewed(run, example(short), 0).step.id == "1"


def test_hints_that_were_taken_out() -> None:
    """The level of the hint at hand is one that there is."""
    run = play(example(), HELLO).run
    for now in (0, 30, 60):
        run.hint(now)
    fewer = example(changed("3. `RCPT TO:<ana@office.test>`, then the same line for Ben.\n", ""))
    assert renewed(run, fewer, 90).hint(100)[0] == 2


def test_same_stage() -> None:
    """The world is set up anew only if the step wants it otherwise."""
    plain, other = lesson_with("Words.\n\n"), lesson_with(SETUP + "Words.\n\n")
    assert same_stage(plain.steps[0], plain.steps[0])
    assert not same_stage(plain.steps[0], other.steps[0])
