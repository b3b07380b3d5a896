"""Addresses that choose their reply, and mailboxes with a quota."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.world.world import Fate
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

LHLO = "LHLO desk7.office.test"
ZOE, TIM = "RCPT TO:<zoe@office.test>", "RCPT TO:<tim@office.test>"


@pytest.fixture
def talk() -> Talk:
    talk = Talk(make_part("postfix-like", scenario="moody-mailboxes"))
    talk.say(HELLO, MAIL)
    return talk


@pytest.mark.parametrize(
    ("local_part", "reply"),
    [
        ("code-450", "450 <{}>: you asked for 450"),
        ("code-550-511", "550 5.1.1 <{}>: you asked for 550"),
        ("code-550-5725", "550 5.7.25 <{}>: you asked for 550"),
        ("CODE-552-5.2.2", "552 5.2.2 <{}>: you asked for 552"),
        ("code-251", "251 <{}>: you asked for 251"),
        ("code-250-215", "250 2.1.5 <{}>: you asked for 250"),
    ],
)
def test_an_address_chooses_the_reply_to_rcpt(talk: Talk, local_part: str, reply: str) -> None:
    """Its code, and if it wants an enhanced one; the second time out of memory."""
    address = f"{local_part}@office.test"
    for _ in range(2):
        assert talk.say(f"RCPT TO:<{address}>") == reply.format(address) + "\r\n"
    reason = talk.view.verdicts[-1].reason
    assert "asks for this code" in reason.words
    assert reason.file.endswith("moody-mailboxes.toml")
    assert Path(reason.file).read_text().splitlines()[reason.line - 1] == "codes = true"


@pytest.mark.parametrize(
    "local_part", ["code-350", "code-650", "code-55", "code-550-1", "code-550-611", "code", "dots"]
)
def test_what_is_no_such_address_is_nobody(talk: Talk, local_part: str) -> None:
    """Codes of no use, or not written as they are to be."""
    assert codes(talk.say(f"RCPT TO:<{local_part}@office.test>")) == ["550 5.1.1"]


def test_421_hangs_up(talk: Talk) -> None:
    """As a server does that says it (RFC 5321 3.8)."""
    assert codes(talk.say("RCPT TO:<code-421@office.test>")) == ["421"]
    assert talk.closed


def test_what_is_accepted_is_thrown_away(talk: Talk) -> None:
    """The letter goes to the others; this one asked for a code, not for mail."""
    talk.say("RCPT TO:<code-250@office.test>", RCPT, "DATA")
    routes = [move.route.fate for move in talk.responder.recipients if move.route]
    assert routes == [Fate.DISCARD, Fate.HERE]
    assert codes(talk.say("hi", ".")) == ["250 2.0.0"]
    boxes = talk.part.world.mailboxes
    assert [box for box, letters in boxes.items() if letters] == ["ana@office.test"]


def test_an_address_chooses_the_reply_to_the_letter(talk: Talk) -> None:
    """The first that asks decides for all: SMTP has one reply to the dot."""
    for rcpt in (RCPT, "RCPT TO:<dot-552-534@office.test>", "RCPT TO:<dot-451@office.test>"):
        assert codes(talk.say(rcpt)) == ["250 2.1.5"]
    talk.say("DATA")
    expected = "552 5.3.4 <dot-552-534@office.test>: you asked for 552\r\n"
    assert talk.say("hi", ".") == expected
    assert not any(talk.part.world.mailboxes.values())
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]


def test_lmtp_answers_each_as_it_asked() -> None:
    """RFC 2033 4.2: the letter is taken for one and refused for the other."""
    talk = Talk(make_part("postfix-like", "lmtp", scenario="moody-mailboxes"))
    talk.say(LHLO, MAIL, RCPT, "RCPT TO:<dot-552@office.test>", "DATA")
    assert codes(talk.say("hi", ".")) == ["250 2.1.5", "552"]
    assert len(talk.part.world.mailboxes["ana@office.test"]) == 1


def test_elsewhere_there_are_none() -> None:
    """Such an address in another domain, or in another scenario, is an address like others."""
    talk = Talk(make_part("postfix-like", scenario="moody-mailboxes"))
    talk.say(HELLO, MAIL)
    assert codes(talk.say("RCPT TO:<code-250@elsewhere.test>")) == ["554 5.7.1"]
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, MAIL)
    assert codes(talk.say("RCPT TO:<code-250@office.test>")) == ["550 5.1.1"]


# ---------------------------------------------------------------- quotas


@pytest.fixture
def house() -> Part:
    return make_part("postfix-like", scenario="quota")


def letter(talk: Talk, octets: int, *rcpts: str, mail: str = MAIL) -> list[str]:
    """Codes of a transaction with a letter of so many octets, from RCPT on."""
    talk.say(mail)
    said = [talk.say(rcpt) for rcpt in rcpts]
    if codes(talk.say("DATA")) != ["354"]:
        talk.say("RSET")
        return codes("".join(said))
    text = "\r\n".join(["x" * 8] * (octets // 10))
    return codes("".join(said) + talk.say(text, "."))


def test_an_announced_letter_is_refused_at_rcpt(house: Part) -> None:
    """SIZE is worth its octets: nobody sends what would not fit (RFC 1870 6.1)."""
    talk = Talk(house)
    talk.say(HELLO)
    assert letter(talk, 600, ZOE, mail=MAIL + " SIZE=601") == ["452 4.2.2"]
    assert letter(talk, 600, ZOE, mail=MAIL + " SIZE=600") == ["250 2.1.5", "250 2.0.0"]
    assert letter(talk, 10, ZOE) == ["452 4.2.2"]
    reason = talk.view.verdicts[-3].reason
    assert "quota" in reason.words


def test_a_letter_that_came_unannounced_is_refused_at_the_dot(house: Part) -> None:
    """Then it is known; what fits is taken the next time."""
    talk = Talk(house)
    talk.say(HELLO)
    assert letter(talk, 610, ZOE) == ["250 2.1.5", "552 5.2.2"]
    assert letter(talk, 300, ZOE) == ["250 2.1.5", "250 2.0.0"]
    assert letter(talk, 310, ZOE) == ["250 2.1.5", "552 5.2.2"]
    assert letter(talk, 300, ZOE) == ["250 2.1.5", "250 2.0.0"]


def test_the_others_get_their_letter(house: Part) -> None:
    """One recipient with a full mailbox does not keep it from the rest; a bounce tells of it."""
    talk = Talk(house)
    talk.say(HELLO)
    assert letter(talk, 100, RCPT, TIM) == ["250 2.1.5", "250 2.1.5", "250 2.0.0"]
    boxes = house.world.mailboxes
    assert (len(boxes["ana@office.test"]), len(boxes["tim@office.test"])) == (1, 0)


def test_lmtp_tells_each_recipient_of_its_quota() -> None:
    """Nobody needs a bounce where each has a reply of its own."""
    talk = Talk(make_part("postfix-like", "lmtp", scenario="quota"))
    talk.say(LHLO, MAIL, RCPT, TIM, "DATA")
    said = talk.say("x" * 100, ".").splitlines()
    assert codes("\n".join(said)) == ["250 2.1.5", "552 5.2.2"]
    assert "<tim@office.test>" in said[1]
