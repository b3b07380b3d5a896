"""Faults that are ordered by hand: words to rules, each good for one reply."""

from __future__ import annotations

import pytest

from smtpshell.errors import UsageError
from smtpshell.sandbox.mind.injected import KINDS, comes_first, pending, read_fault
from smtpshell.smtp.state import State
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part


def ordered(words: str, *before: str) -> Talk:
    """A session in which the lines *before* were said, and then a fault was ordered."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, *before)
    talk.responder.refit(read_fault(words, 1))
    return talk


def test_a_refusal_comes_instead_of_the_next_verdict() -> None:
    """Nothing comes of the line, and the next one is judged as ever."""
    talk = ordered("451")
    assert talk.say(MAIL) == "451 4.3.0 As you asked\r\n"
    assert talk.responder.standing.state is State.GREETED
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]


def test_a_refusal_inside_a_letter_is_for_its_end() -> None:
    """It has one chance, whether there or at a command."""
    talk = ordered("452 4.2.2 No room", MAIL, RCPT, "DATA")
    assert talk.say("hi", ".") == "452 4.2.2 No room\r\n"
    assert not any(talk.part.world.mailboxes.values())
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_a_fault_waits_for_its_occasion() -> None:
    """Other commands go by."""
    talk = ordered("451 at rcpt")
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]
    assert [rule.name for rule in pending(talk.responder)] == ["fault-1"]
    assert codes(talk.say(RCPT)) == ["451 4.3.0"]
    assert pending(talk.responder) == ()
    assert codes(talk.say(RCPT)) == ["250 2.1.5"]


@pytest.mark.parametrize(
    ("words", "wire"),
    [
        ('raw "25 hi"', b"25 hi\r\n"),
        (r'raw "250 hi\n"', b"250 hi\n"),
        (r"raw 250\x2dhi\r\n250 \xff\r\n", b"250-hi\r\n250 \xff\r\n"),
        (r"raw a\\b", b"a\\b\r\n"),
        ("silence", b""),
        ("drop", b""),
        ("250 All well", b"250 All well\r\n"),
        ("550 {rcpt}", b"550 (rcpt)\r\n"),
    ],
)
def test_what_is_said(words: str, wire: bytes) -> None:
    """Exactly these bytes; a line end comes with raw ones only where there is none in them."""
    talk = ordered(words)
    assert talk.responder.received(b"NOOP\r\n", talk.now) == wire
    assert talk.responder.reset is (words == "drop")


def test_a_reply_that_is_kind_changes_words_only() -> None:
    """Without an occasion it is put in the place of the next reply, whatever was decided."""
    talk = ordered("250 Lovely")
    assert talk.say("RCPT TO:<x>") == "250 Lovely\r\n"
    assert talk.responder.standing.state is State.GREETED


def test_time_passes() -> None:
    """Before the reply, or before each octet of it."""
    talk = ordered("delay 5")
    assert talk.say("NOOP") == ""
    assert codes(talk.wait(5)) == ["250 2.0.0"]
    talk = ordered("drip 0.5s at NOOP")
    assert talk.say("NOOP") == ""
    assert talk.wait(1) == "25"


def test_the_reason_is_that_you_asked() -> None:
    """With the words of the order; there is no file to name."""
    talk = ordered("421 at MAIL")
    assert codes(talk.say(MAIL)) == ["421 4.3.0"]
    assert talk.closed
    reason = talk.view.last_reason
    assert reason is not None
    shown = "You asked for it: `:fault 421 at MAIL`. [fault-1, typed by hand:1]"
    assert str(reason) == shown
    assert talk.view.verdicts[-1].fired == ("fault-1, typed by hand:1",)


def test_other_sessions_do_not_notice() -> None:
    """The same line is answered there as ever, also out of memory."""
    talk = ordered("451 at NOOP")
    other = Talk(talk.part)
    for _ in range(2):
        assert codes(other.say(HELLO, "NOOP")) == ["250 2.0.0"]
    assert codes(talk.say("NOOP")) == ["451 4.3.0"]
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_a_copied_session_has_its_faults_still_to_come() -> None:
    """Going back to before a fault brings it again."""
    talk = ordered("451 at NOOP")
    twin = talk.responder.copy(talk.part)
    assert codes(talk.say("NOOP")) == ["451 4.3.0"]
    assert twin.received(b"NOOP\r\n", talk.now).startswith(b"451 ")
    assert twin.received(b"NOOP\r\n", talk.now).startswith(b"250 ")


def test_what_comes_before_a_session_can_be_talked_to() -> None:
    """The greeting."""
    assert comes_first(read_fault("554 at connect", 1)[0])
    assert not comes_first(read_fault("554", 1)[0])


@pytest.mark.parametrize(("kind", "_"), KINDS)
def test_every_kind_can_be_ordered(kind: str, _: str) -> None:
    """With a number or a text where one is needed."""
    rest = {"delay": " 5", "drip": " 1", "raw": " x"}.get(kind, "")
    assert read_fault(f"{kind}{rest} at DOT", 3)[0].name == "fault-3"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("", "which fault?", ":fault 451 at RCPT"),
        ("at RCPT", "which fault?", ":fault 451 at RCPT"),
        ("foo", '"foo" is no fault', ":fault 451 at RCPT"),
        ("drp", '"drp" is no fault', "did you mean drop?"),
        ("650", '"650" is no fault', ":fault 451 at RCPT"),
        ("451 at RCP", 'nothing happens at "RCP"', "did you mean RCPT?"),
        ("451 at timer", 'nothing happens at "timer"', ""),
        ("delay", "how many seconds?", ":fault delay 5"),
        ("delay 0", "how many seconds?", ":fault delay 5"),
        ("drip 601", "how many seconds?", ":fault drip 5"),
        (r"raw \q", r"\q is no escape", r"\r \n \t"),
        ("raw \\", "is no escape", r"\r \n \t"),
        ("451 caf\u00e9", "a reply is printable ASCII", ":fault"),
        ("\x1b[31m", '"\\x1b[31m" is no fault', ":fault"),
    ],
)
def test_a_wrong_order_is_told_what_would_be_right(words: str, message: str, hint: str) -> None:
    """And nothing of it gets to the terminal unescaped."""
    with pytest.raises(UsageError) as caught:
        read_fault(words, 1)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert str(caught.value).isprintable()
