"""Doing a step for the learner: what is played fits the session as it stands."""

from __future__ import annotations

import pytest

from smtpshell.datafile import Where
from smtpshell.lesson.player import Player
from smtpshell.lesson.script import read_script
from smtpshell.lesson.skip import catch_up_script, skip_script
from tests.lesson.judged import BEN, ENVELOPE, HELLO, MAIL
from tests.lesson.pack import example

LESSON = example()


@pytest.mark.parametrize(
    ("said", "step"),
    [
        pytest.param("", 0, id="no-session"),
        pytest.param(HELLO, 0, id="greeted"),
        pytest.param(HELLO, 1, id="no-envelope"),
        pytest.param(ENVELOPE + BEN, 1, id="as-it-should-be"),
        pytest.param(HELLO + MAIL + "C: DATA\n", 1, id="lost-in-data"),
        pytest.param(ENVELOPE + "C: DATA\nC: text\n", 1, id="in-a-letter"),
        pytest.param(HELLO + "C: QUIT\n", 1, id="gone"),
    ],
)
def test_the_step_is_done_wherever_one_stands(said: str, step: int) -> None:
    """Afterwards the goals of the step are reached, by the lines that were played."""
    player = Player(LESSON)
    if said:
        player.play(read_script(said, Where("x.md", 1)))
    player.run.step_number = step
    script = skip_script(LESSON, step, player.stage.responder, player.stage.now)
    player.faults.clear()
    player.play(script)
    assert player.faults == []
    assert all(player.run.judge[goal.id].reached for goal in LESSON.steps[step].goals)


def test_nothing_happens_to_the_session_itself() -> None:
    """It is tried on a copy."""
    player = Player(LESSON)
    player.play(read_script(ENVELOPE, Where("x.md", 1)))
    responder = player.stage.responder
    assert responder is not None
    before = (responder.standing, len(responder.history), responder.part.world.happenings.number)
    skip_script(LESSON, 1, responder, player.stage.now)
    after = (responder.standing, len(responder.history), responder.part.world.happenings.number)
    assert before == after


def test_who_comes_back_is_brought_to_the_step() -> None:
    """By the lines that led there, in a new session; nothing where none is needed."""
    assert catch_up_script(LESSON, 0).lines == ()
    player = Player(LESSON)
    player.play(catch_up_script(LESSON, 1))
    assert player.stage.open
    assert len(player.stage.watch.session.accepted) == 2
