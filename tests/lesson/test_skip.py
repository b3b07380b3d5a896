"""Doing a step for the learner: what is played fits the session as it stands."""

from __future__ import annotations

from random import Random

import pytest

from smtpshell.datafile import Where
from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.script import SERVER, read_script
from smtpshell.lesson.skip import catch_up_way, skip_way
from tests.lesson.judged import BEN, ENVELOPE, HELLO, LETTER, MAIL, lesson_with
from tests.lesson.pack import example

LESSON = example()


def solution(lines: str) -> str:
    """A solution block."""
    return f"```smtp solution\n{lines}```\n\n"


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
    way = skip_way(LESSON, step, player.stage.responder, player.stage.now)
    player.faults.clear()
    player.play(way.script)
    assert player.faults == []
    assert all(player.run.judge[goal.id].reached for goal in LESSON.steps[step].goals)


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param("C: MAIL FROM:<mallory@evil.test>\nC: RCPT TO:<ana@office.test>\n", id="to"),
        pytest.param("C: MAIL FROM:<a@b.test>\nC: RCPT TO:<vera@far.test>\n", id="from"),
    ],
)
def test_a_letter_is_not_sent_in_an_envelope_of_somebody_else(envelope: str) -> None:
    """The replies would be the same, and the letter would go elsewhere."""
    lesson = load_catalog().lesson("6-1-the-open-door")
    player = Player(lesson)
    player.run.step_number = 1
    player.play(read_script("% connect south\n" + HELLO + envelope, Where("x.md", 1)))
    player.play(skip_way(lesson, 1, player.stage.responder, player.stage.now).script)
    assert player.run.judge["relayed"].reached


def test_nothing_happens_to_the_session_itself() -> None:
    """It is tried on a copy."""
    player = Player(LESSON)
    player.play(read_script(ENVELOPE, Where("x.md", 1)))
    responder = player.stage.responder
    assert responder is not None
    before = (responder.standing, len(responder.history), responder.part.world.happenings.number)
    skip_way(LESSON, 1, responder, player.stage.now)
    after = (responder.standing, len(responder.history), responder.part.world.happenings.number)
    assert before == after


def test_who_comes_back_is_brought_to_the_step() -> None:
    """By the lines that led there, in a new session; nothing where none is needed."""
    assert catch_up_way(LESSON, 0).script.lines == ()
    player = Player(LESSON)
    player.play(catch_up_way(LESSON, 1).script)
    assert player.stage.open
    assert len(player.stage.watch.session.accepted) == 2


def test_what_is_half_said_is_left() -> None:
    """Nobody knows how a letter goes on that somebody else has begun."""
    player = Player(LESSON)
    player.play(read_script(ENVELOPE + BEN + "C: DATA\nC: Bcc: me\n", Where("x.md", 1)))
    way = skip_way(LESSON, 1, player.stage.responder, player.stage.now)
    assert way.server == ""
    assert way.script.lines[0].text == "new-session"


def test_letters_that_were_delivered_are_not_sent_again() -> None:
    """What led to a step is said once more, but for the mail that is in the mailboxes."""
    lesson = lesson_with(
        solution("S: 220 *\n" + ENVELOPE + LETTER + MAIL + BEN)
        + "## 2. Two\n\n"
        + solution("C: RSET\nS: 250 *\n")
    )
    gone = skip_way(lesson, 1, None, 0.0, lived=True).script.said()
    assert list(gone) == ["EHLO desk7.office.test", MAIL[3:-1], BEN[3:-1], "RSET"]
    assert "." in list(skip_way(lesson, 1, None, 0.0).script.said())


def test_a_step_that_is_set_up_needs_nothing_from_before() -> None:
    """Its server is the one that the setup names."""
    lesson = lesson_with(
        solution("% new-session\nS: 220 *\n" + ENVELOPE)
        + '## 2. Two\n\n```toml setup\nserver = "other"\n```\n\n'
        + solution("C: HELO a.test\nS: 250 *\n")
    )
    way = skip_way(lesson, 1, None, 0.0)
    assert (way.server, list(way.script.said())) == ("other", ["HELO a.test"])
    assert catch_up_way(lesson, 1).script.lines == ()


COURSE = load_catalog()


@pytest.mark.parametrize("ident", [heading.id for heading in COURSE.in_order()])
def test_each_step_of_the_course_can_be_skipped_from_anywhere(ident: str) -> None:
    """Somewhere on the way, and before its last line: the goals are reached by it."""
    lesson = COURSE.lesson(ident)
    for number, step in enumerate(lesson.steps):
        for whole in step.solutions[:1]:
            mine = [n for n, line in enumerate(whole.lines) if line.kind != SERVER] or [0]
            on_the_way = Random(step.id).choice(mine)
            for cut in dict.fromkeys((on_the_way, mine[-1])):
                _skip_at(lesson, number, cut)


def _skip_at(lesson: Lesson, number: int, cut: int) -> None:
    player = Player(lesson)
    run, stage = player.run, player.stage
    for before in lesson.steps[:number]:
        player.begin_step()
        if before.solutions:
            player.play(before.solutions[0])
        while run.step is before:
            run.skip(stage.now)  # the player answers right; other steps want other answers
    step = lesson.steps[number]
    player.begin_step()
    whole = step.solutions[0]
    player.play(whole._replace(lines=whole.lines[:cut]))
    if run.step is not step or run.finished:
        return
    stage.put_tools_away()
    lived = stage.world.happenings.number > 0
    way = skip_way(lesson, number, stage.responder, stage.now, lived=lived)
    if way.server is not None:
        stage.hang_up()
        stage.server = way.server
    player.play(way.script)
    missing = [
        goal.id for goal in step.goals if not goal.optional if not run.judge[goal.id].reached
    ]
    assert not missing, f"step {number + 1}, behind {whole.lines[:cut][-1:]}"
