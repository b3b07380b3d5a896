"""Points of a session: going back puts the server's whole mind back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.point import go_back, point_of
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.mind.view import view_of
from smtpshell.sandbox.nature.personality import build_personality, home_of, line_of
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.world.world import World
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, make_part

LINES = st.lists(
    st.sampled_from(
        [HELLO, MAIL, RCPT, "RCPT TO:<ben@office.test>", "RCPT TO:<nobody@office.test>",
         "RCPT TO:<full@office.test>", "DATA", "Subject: x", "", ".", "RSET", "NOOP", "VRFY ana",
         "BLURB", "MAIL FROM:<>", "RCPT TO:<sales@office.test>", "BDAT 3 LAST", "x"]
    ),
    max_size=14,
)  # fmt: skip
SERVERS = ("by-the-book", "postfix-like", "exim-like", "greylister", "karma", "stripper", "tarpit")


def begun(name: str) -> Responder:
    """A session that has begun, as the listener makes it."""
    line = line_of(name)
    setting = load_scenario(home_of(line) or "small-office")
    part = Part(build_personality(line, setting.house), World(setting))
    responder = responder_at(part)
    responder.opened(START)
    return responder


def say(responder: Responder, lines: list[str], now: float) -> tuple[bytes, float]:
    """What is answered to *lines*, and the time it is then."""
    said = b""
    for line in lines:
        said += responder.received(line.encode() + b"\r\n", now)
        while responder.wish is Wish.WAIT:
            now = max(now, responder.deadline)
            said += responder.timer(now)
        if responder.wish is not Wish.READ:
            break
        now += 1
    return said, now


@settings(max_examples=60)
@given(name=st.sampled_from(SERVERS), before=LINES, then=LINES)
def test_the_same_follows_from_a_point(name: str, before: list[str], then: list[str]) -> None:
    """Whatever was said since: view, world and every further octet are the same again."""
    responder = begun(name)
    _, now = say(responder, before, START)
    if responder.wish is not Wish.READ:
        return
    point = point_of(responder, now)
    view = view_of(responder)
    world = responder.part.world
    boxes = {box: list(letters) for box, letters in world.mailboxes.items()}
    first, later = say(responder, then, now)
    after = view_of(responder)
    for wait in (0.0, 3600.0):
        again = go_back(point, later + wait)
        assert view_of(again) == view
        assert again.part.world is world
        assert {box: list(letters) for box, letters in world.mailboxes.items()} == boxes
        assert world.now(later + wait) == pytest.approx(now)
        assert say(again, then, later + wait)[0] == first
        assert view_of(again) == after
        assert all(len(letters) >= len(boxes[box]) for box, letters in world.mailboxes.items())


def test_lines_of_a_letter_are_heard_again() -> None:
    """A point before the letter and the lines since are enough."""
    talk = Talk(make_part())
    talk.say(HELLO, MAIL, RCPT, "DATA")
    point = point_of(talk.responder, talk.now)
    talk.say("Subject: x", "to be taken back")
    again = go_back(point, talk.now, b"Subject: x\r\n")
    assert again.received(b"\r\nkept\r\n.\r\n", talk.now).startswith(b"250")
    assert talk.part.world.mailboxes["ana@office.test"][-1].data == b"Subject: x\r\n\r\nkept\r\n"


def test_time_that_has_passed_does_not_count() -> None:
    """Nobody is hung up on for having thought about it for an hour."""
    talk = Talk(make_part())
    talk.say(HELLO)
    point = point_of(talk.responder, talk.now)
    again = go_back(point, talk.now + 3600)
    assert again.deadline > talk.now + 3600
