"""LMTP: the same server, one verdict for each recipient (RFC 2033)."""

from __future__ import annotations

import pytest

from tests.sandbox.play import MAIL, RCPT, Talk, codes, make_part

HELLO = "LHLO desk7.office.test"
BEN = "RCPT TO:<ben@office.test>"


@pytest.fixture
def talk() -> Talk:
    talk = Talk(make_part(door="lmtp"))
    assert "LMTP" in talk.greeting
    assert "PIPELINING" in talk.say(HELLO)
    return talk


@pytest.mark.parametrize("line", ["EHLO client.example.org", "HELO client.example.org"])
def test_only_lhlo_is_a_hello(talk: Talk, line: str) -> None:
    """EHLO and HELO are for SMTP (RFC 2033 4.1)."""
    assert codes(talk.say(line)) == ["500 5.5.1"]


def test_one_reply_for_each_accepted_recipient(talk: Talk) -> None:
    """In the order in which they were accepted; refused ones get none."""
    talk.say(MAIL, RCPT, "RCPT TO:<nobody@office.test>", BEN, "DATA", "hi")
    replies = talk.say(".")
    assert codes(replies) == ["250 2.1.5", "250 2.1.5"]
    first, second = replies.splitlines()
    assert "<ana@office.test>" in first
    assert "<ben@office.test>" in second


def test_also_at_the_end_of_chunks(talk: Talk) -> None:
    """The LAST chunk is answered for each recipient, the others once."""
    talk.say(MAIL, RCPT, BEN)
    assert codes(talk.send(b"BDAT 1\r\nh")) == ["250 2.0.0"]
    assert codes(talk.send(b"BDAT 1 LAST\r\ni")) == ["250 2.1.5", "250 2.1.5"]


def test_a_refused_letter_is_refused_for_each(talk: Talk) -> None:
    """What is wrong with the letter is told for each recipient."""
    talk.say(MAIL, RCPT, BEN, "DATA")
    assert codes(talk.send(b"a\nb\r\n.\r\n")) == ["550 5.6.0", "550 5.6.0"]


def test_without_recipients_there_is_no_letter(talk: Talk) -> None:
    """DATA is 503 (RFC 2033 4.2)."""
    assert codes(talk.say(MAIL, "DATA")) == ["503 5.5.1"]


def test_the_trace_says_lmtp(talk: Talk) -> None:
    """The transmission type is LMTP (RFC 3848)."""
    talk.say(MAIL, RCPT, "DATA", "hi", ".")
    assert b" with LMTP id " in talk.part.world.mailboxes["ana@office.test"][0].raw
