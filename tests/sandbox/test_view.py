"""What the server tells about itself: the view, and the record of what was said."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.mind.record import CAP, CLIENT, Record
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.state import State
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, make_part

C, S = EventKind.CLIENT, EventKind.SERVER


def test_the_view_of_a_session() -> None:
    """State, envelope, verdicts with reasons, and what is left of the budget."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, MAIL + " SIZE=10", RCPT, "RCPT TO:<nobody@office.test>")
    view = talk.view
    assert (view.state, view.phase, view.personality, view.door) == (
        State.RCPT,
        "rcpt",
        "postfix-like",
        "mx",
    )
    assert view.envelope.sender == "ada@far.test"
    assert view.envelope.recipients == ("ana@office.test",)
    assert view.envelope.refused == 1
    assert view.envelope.parameters == ("SIZE=10",)
    assert (view.errors, view.error_budget) == (1, 20)
    assert view.client_name == "desk7.office.test"
    assert "PIPELINING" in view.offered
    assert view.limits["recipients"] == 1000
    assert [(verdict.said, verdict.code) for verdict in view.verdicts] == [
        ("", 220),
        (HELLO, 250),
        (MAIL + " SIZE=10", 250),
        (RCPT, 250),
        ("RCPT TO:<nobody@office.test>", 550),
    ]
    assert view.last_reason == view.verdicts[-1].reason
    assert view.last_reason.rule == "rcpt-unknown"
    assert str(view.last_reason).startswith("The domain is this server's own")
    assert "(RFC 5321 3.3) [rcpt-unknown, " in str(view.last_reason)


def test_the_view_before_and_after_a_transaction() -> None:
    """Without a MAIL there is no envelope; after the dot it is gone, and the letter counted."""
    talk = Talk()
    assert talk.view.envelope.sender is None
    assert talk.view.last_reason is None
    talk.say(HELLO)
    reply = talk.letter()
    view = talk.view
    assert view.envelope.sender is None
    assert view.letters == 1
    assert view.verdicts[-1].said == "."
    assert view.verdicts[-1].reason.answer == reply.strip()
    talk.say("MAIL FROM:<>")
    assert talk.view.envelope.sender == ""


def test_the_view_is_fit_to_be_shown() -> None:
    """Whatever the client sent, controls come out escaped."""
    talk = Talk(make_part("postfix-like"))
    talk.say("EHLO \x1b[31m", "FOO\x1b]0;x\x07")
    shown = talk.view.client_name + "".join(verdict.said for verdict in talk.view.verdicts)
    assert shown.isprintable()


def test_a_remark_about_what_was_forgiven() -> None:
    """The patient server says what a strict one would have done."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, "MAIL FROM: <ada@far.test>")
    assert "Strict servers answer 501" in talk.view.remarks[-1]


def test_a_letter_of_any_kind_is_in_the_history() -> None:
    """Accepted or refused, by DATA or BDAT."""
    talk = Talk()
    talk.say(HELLO)
    talk.letter("a\nb")
    talk.say(MAIL, RCPT)
    talk.send(b"BDAT 2\r\nhi")
    talk.send(b"BDAT 0 LAST\r\n")
    said = [(verdict.said, verdict.situation) for verdict in talk.view.verdicts[-5:]]
    assert said[-2:] == [("BDAT 2", "bdat-ok"), ("BDAT 0 LAST", "data-ok")]
    assert (".", "data-bare") in [(v.said, v.situation) for v in talk.view.verdicts]


def test_the_history_is_bounded() -> None:
    """However long a session is, the view holds its end."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO)
    for _ in range(200):
        talk.letter()
    assert len(talk.responder.history) <= 210
    assert len(talk.view.verdicts) <= 210


def test_the_record_of_a_session() -> None:
    """Line by line, with the time and whether TLS was on."""
    talk = Talk()
    talk.now += 1.5
    talk.say(HELLO, MAIL, RCPT, "DATA", "Subject: hi", "", ".", "FOO")
    talk.say("STARTTLS")
    talk.shake_hands()
    talk.say("NOOP")
    talk.responder.closed(talk.now)
    events = list(talk.responder.record.events())
    assert events[0].kind is S
    assert events[0].data.startswith(b"220 ")
    lines = [(event.kind, event.data) for event in events if event.kind is not S]
    assert lines == [
        (C, HELLO.encode()),
        (C, MAIL.encode()),
        (C, RCPT.encode()),
        (C, b"DATA"),
        (C, b"Subject: hi"),
        (C, b""),
        (C, b"."),
        (C, b"FOO"),
        (C, b"STARTTLS"),
        (EventKind.TLS, b"TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"),
        (C, b"NOOP"),
        (EventKind.CLOSE, b"client"),
    ]
    assert [event.tls for event in events[-4:]] == [True] * 4
    assert events[1].time == 1.5
    assert not any(event.tls for event in events[:-4])


@pytest.mark.parametrize("reply", [b"250 Ok\r\n", b""])
def test_the_record_is_bounded(reply: bytes) -> None:
    """Of a long session the end is kept, of a long line the beginning."""
    record = Record(START)
    for number in range(5000):
        record.add(START + number, CLIENT, b"%d\r\n" % number, reply)
    record.add(START, CLIENT, b"x" * 100_000 + b"\r\n", reply)
    assert len(record._log) + len(record._older) <= CAP
    events = list(record.events())
    assert [event.data for event in events if event.kind is C][-2] == b"4999"
    assert any(b"are not kept here" in event.data for event in events)


def test_a_copied_record_goes_its_own_way() -> None:
    """What is added to one is not in the other."""
    record = Record(START)
    record.add(START, CLIENT, b"NOOP\r\n")
    twin = record.copy()
    twin.add(START, CLIENT, b"QUIT\r\n")
    assert [event.data for event in record.events()] == [b"NOOP"]
    assert [event.data for event in twin.events()] == [b"NOOP", b"QUIT"]
