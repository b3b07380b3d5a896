"""Played sessions of what comes after 250: backscatter, dead mailboxes, a slow world, doubles."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.mind.part import Part
from tests.sandbox.play import HELLO, START, Talk, codes, make_part
from tests.sandbox.post import DAY, reports, skip, told

LETTER = "From: <vera@far.test>\r\nMessage-ID: <1@far.test>\r\nSubject: hi\r\n\r\nHello.\r\n.\r\n"


def letter(part: Part, address: str, sender: str = "vera@far.test", at: float = START) -> str:
    """What is said to a stranger's letter; nothing if the connection is cut."""
    talk = Talk(part)
    talk.now = at
    talk.say(HELLO, f"MAIL FROM:<{sender}>")
    assert codes(talk.say(f"RCPT TO:<{address}>"))[0][:2] == "25"
    talk.say("DATA")
    reply = talk.send(LETTER.encode())
    assert talk.closed == (not reply)
    return reply


@pytest.mark.parametrize(
    ("name", "status"), [("nobody", "5.1.1"), ("full", "5.2.2"), ("gone", "5.1.6")]
)
def test_a_late_bouncer_hits_the_victim(name: str, status: str) -> None:
    """The report goes to whoever was named as the sender, and has the reason."""
    part = make_part("late-bouncer")
    letter(part, f"{name}@office.test")
    assert told(list(part.world.happenings))[0] == ("bounced", "vera@far.test")
    (report,) = reports(part, "vera@far.test")
    assert report["Return-Path"] == "<>"
    assert f"Final-Recipient: rfc822; {name}@office.test" in report.as_string()
    assert f"Status: {status}\r\n" in report.as_string()


def test_a_late_bouncer_never_reports_to_nobody() -> None:
    """A letter from `<>` is thrown away."""
    part = make_part("late-bouncer")
    letter(part, "nobody@office.test", sender="")
    assert told(list(part.world.happenings)) == [("discarded", "nobody@office.test")]


def test_who_refuses_in_the_session_writes_to_no_victim() -> None:
    """The same letter at a server that looks first."""
    part = make_part("postfix-like")
    talk = Talk(part)
    talk.say(HELLO, "MAIL FROM:<vera@far.test>")
    assert codes(talk.say("RCPT TO:<nobody@office.test>")) == ["550 5.1.1"]
    talk.say("QUIT")
    assert not part.world.happenings
    assert not part.world.mailboxes["vera@far.test"]


def test_a_lost_250_makes_two_letters() -> None:
    """Stored, cut off, sent again: one Message-ID, two copies (RFC 1047)."""
    part = make_part("broken-lost-250")
    assert letter(part, "ana@office.test") == ""
    assert letter(part, "ana@office.test", at=START + 60).startswith("250")
    one, other = part.world.mailboxes["ana@office.test"]
    assert one.id != other.id
    assert one.data == other.data
    assert b"Message-ID: <1@far.test>" in one.data


DEAD = [("carl", "5.1.1"), ("emma", "5.7.1"), ("gina", "5.1.2"), ("loop", "5.4.6")]


@pytest.mark.parametrize(("name", "status"), DEAD)
def test_the_dead_mailboxes(name: str, status: str) -> None:
    """Each sends a report with another reason."""
    part = make_part("postfix-like", scenario="dead-mailbox")
    letter(part, f"{name}@office.test")
    (report,) = reports(part, "vera@far.test")
    assert f"Status: {status}" in report.as_string()


def test_a_dead_member_is_the_list_owner_s_business() -> None:
    """The sender hears nothing."""
    part = make_part("postfix-like", scenario="dead-mailbox")
    letter(part, "team@office.test")
    assert not part.world.mailboxes["vera@far.test"]
    assert len(reports(part, "dora@office.test")) == 1
    assert len(part.world.mailboxes["ana@office.test"]) == 1


SLOW = [
    ("fine", "fiona@fine.test", 0.0), ("busy", "bob@busy.test", 3.5),
    ("down", "dan@down.test", 51.5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "box", "hours"), SLOW)
def test_the_slow_world(name: str, box: str, hours: float) -> None:
    """Everything arrives in its time."""
    part = make_part("postfix-like", scenario="slow-world")
    letter(part, f"{name}@office.test")
    skip(part, 3 * DAY, START)
    (arrived,) = [one for one in part.world.happenings if one.mailbox == box]
    assert int(arrived.at - START) == int(hours * 3600) + 1


def test_the_lost_neighbour() -> None:
    """A word of warning after hours, a report of failure after days."""
    part = make_part("postfix-like", scenario="slow-world")
    letter(part, "lost@office.test")
    skip(part, 6 * DAY, START)
    texts = [report.as_string() for report in reports(part, "vera@far.test")]
    assert ["Action: delayed" in text for text in texts] == [True, False]
    assert ["Action: failed" in text for text in texts] == [False, True]


def test_two_relays_on_the_way() -> None:
    """Four servers, four lines."""
    part = make_part("postfix-like", scenario="slow-world")
    letter(part, "remote@office.test")
    (stored,) = part.world.mailboxes["rosa@remote.test"]
    assert stored.raw.count(b"Received: from") == 4


def test_a_letter_from_nobody_has_one_recipient() -> None:
    """Two are suspicious, for a report has one."""
    talk = Talk(make_part("postfix-like", scenario="dead-mailbox"))
    talk.say(HELLO, "MAIL FROM:<>")
    assert codes(talk.say("RCPT TO:<ana@office.test>")) == ["250 2.1.5"]
    assert codes(talk.say("RCPT TO:<ben@office.test>")) == ["550 5.7.1"]
    talk.say("RSET", "MAIL FROM:<vera@far.test>", "RCPT TO:<ana@office.test>")
    assert codes(talk.say("RCPT TO:<ben@office.test>")) == ["250 2.1.5"]
