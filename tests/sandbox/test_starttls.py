"""STARTTLS: what is forgotten, and what must never be obeyed (RFC 3207)."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.mind.responder import Wish
from smtpshell.smtp.state import State
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

INJECTED = {
    "noop": b"NOOP\r\n",
    "ehlo": b"EHLO evil.test\r\n",
    "several": b"EHLO evil.test\r\nMAIL FROM:<evil@far.test>\r\n",
    "bare-lf": b"NOOP\n",
    "half-a-command": b"XINJ ",
    "empty-lines": b"\r\n\r\n",
    "one-byte": b"\0",
}


@pytest.mark.parametrize("personality", ["by-the-book", "postfix-like"])
@pytest.mark.parametrize("behind", INJECTED.values(), ids=INJECTED.keys())
def test_bytes_behind_starttls_end_the_session(behind: bytes, personality: str) -> None:
    """They were sent in clear, perhaps by somebody in between; none is ever run (CVE-2011-0411)."""
    talk = Talk(make_part(personality))
    talk.say(HELLO)
    assert codes(talk.send(b"STARTTLS\r\n" + behind)) == ["554 5.5.0"]
    assert talk.responder.wish is Wish.CLOSE
    assert talk.send(b"NOOP\r\n") == ""


@pytest.mark.parametrize("line", [b"STARTTLS\nNOOP\r\n", b"STARTTLS\rNOOP\r\n"])
def test_a_bare_line_end_does_not_end_starttls(line: bytes) -> None:
    """A lone CR or LF is part of the line, so the line is no STARTTLS."""
    talk = Talk()
    talk.say(HELLO)
    assert codes(talk.send(line)) == ["500 5.5.2"]
    assert talk.responder.wish is Wish.READ


def test_everything_is_forgotten() -> None:
    """Hello and envelope are gone; the offers are new: AUTH appears, STARTTLS goes."""
    talk = Talk()
    before = talk.say(HELLO)
    assert "STARTTLS" in before
    assert "AUTH" not in before
    assert codes(talk.say("STARTTLS")) == ["220 2.0.0"]
    assert talk.responder.wish is Wish.TLS
    talk.shake_hands()
    assert codes(talk.say(MAIL)) == ["503 5.5.1"]
    after = talk.say(HELLO)
    assert "STARTTLS" not in after
    assert "AUTH PLAIN" in after


def test_nothing_that_comes_before_the_handshake_is_answered() -> None:
    """Between the 220 and the handshake the responder is deaf, and forgets what it heard."""
    talk = Talk()
    talk.say(HELLO, "STARTTLS")
    assert talk.send(b"NOOP\r\n") == ""
    talk.shake_hands()
    assert codes(talk.say("RSET")) == ["250 2.0.0"]


def test_twice_is_once_too_often() -> None:
    """Under TLS the command is refused."""
    talk = Talk()
    talk.over_tls()
    assert codes(talk.say("STARTTLS")) == ["503 5.5.1"]


def test_without_a_certificate_it_is_not_offered() -> None:
    """Nothing is offered that would fail; who says it all the same gets 454, never 220."""
    talk = Talk(make_part(can_tls=False))
    assert "STARTTLS" not in talk.say(HELLO)
    assert codes(talk.say("STARTTLS")) == ["454 4.7.0"]


def test_as_an_answer_to_334_it_is_an_answer() -> None:
    """In an AUTH exchange a line is data, whatever it looks like."""
    talk = Talk()
    talk.over_tls()
    talk.say("AUTH LOGIN")
    assert codes(talk.say("STARTTLS")) == ["334"]


def test_the_name_given_in_clear_is_not_used_under_tls() -> None:
    """The Received field has what was said after the handshake."""
    talk = Talk()
    talk.over_tls("EHLO clear.test")
    talk.say("EHLO covered.test")
    talk.letter()
    message = talk.part.world.mailboxes["ana@office.test"][0]
    assert message.origin.client == "covered.test"


def test_the_state_after_each_step() -> None:
    """As the table of transitions has it."""
    talk = Talk()
    states = [talk.responder.standing.state]
    for line in (HELLO, MAIL, RCPT, "RSET", "STARTTLS"):
        talk.say(line)
        states.append(talk.responder.standing.state)
    talk.shake_hands()
    states.append(talk.responder.standing.state)
    assert states == [
        State.CONNECTED,
        State.GREETED,
        State.MAIL,
        State.RCPT,
        State.GREETED,
        State.TLS,
        State.CONNECTED,
    ]
