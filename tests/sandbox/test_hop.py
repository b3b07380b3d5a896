"""Handing letters on from server to server, in one world and without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.world.hop import LOST, Handed, Letter, Sender
from tests.sandbox.play import START, make_part

LETTER = Letter("ada@far.test", ("ana@office.test",), b"Subject: hi\r\n\r\n.hi\r\n")


def hand_on(part: Part, letter: Letter = LETTER) -> Handed:
    return Sender(responder_at(part), "relay.test", START).hand_on(letter)


def code(handed: Handed) -> int | None:
    return handed.verdicts[0].code


@pytest.mark.parametrize("name", ["by-the-book", "postfix-like", "classic-821", "firewall-fixup"])
def test_a_letter_arrives_as_it_was(name: str) -> None:
    """Leading dots and all, also at servers that do not know EHLO."""
    part = make_part(name)
    handed = hand_on(part)
    assert code(handed) == 250
    assert handed.unasked == ()
    (stored,) = part.world.mailboxes["ana@office.test"]
    assert stored.data == LETTER.data
    assert stored.origin.client == "relay.test"
    assert handed.said[-1][1].startswith(b"221")


def test_each_recipient_has_a_verdict() -> None:
    """That of RCPT where it was refused, that of the letter where it was not."""
    people = ("ana@office.test", "nobody@office.test", "full@office.test")
    handed = hand_on(make_part(), LETTER._replace(recipients=people))
    assert [reply.code for reply in handed.verdicts] == [250, 550, 452]


def test_nobody_is_left() -> None:
    """Then there is no DATA."""
    handed = hand_on(make_part(), LETTER._replace(recipients=("nobody@office.test",)))
    assert code(handed) == 550
    assert ("C", b"DATA") not in handed.said


def test_odd_letters() -> None:
    """8-bit text and addresses are announced; a letter without a last line end gets one."""
    part = make_part()
    text = "Subject: gr\u00fc\u00dfe\r\n\r\nhi".encode()
    sender = "j\u00f6rg@far.test"
    assert code(hand_on(part, Letter(sender, ("ana@office.test",), text, utf8=True))) == 250
    (stored,) = part.world.mailboxes["ana@office.test"]
    assert stored.data == text + b"\r\n"
    assert stored.origin.protocol == "UTF8SMTP"


SERVERS = {
    "refuses at the greeting": ('at = "CONNECT"\nreply = "554 no"', 554),
    "greets late": ('at = "CONNECT"\ndelay = 20', 250),
    "greets never": ('at = "CONNECT"\nraw = ""', None),
    "too late": ('at = "MAIL"\ndelay = 3600', None),
    "drips": ('at = "reply"\ndrip = 0.1', 250),
    "refuses MAIL": ('at = "MAIL"\nreply = "450 4.7.1 later"', 450),
    "refuses DATA": ('at = "DATA"\nreply = "451 4.3.0 later"', 451),
    "refuses the letter": ('at = "DOT"\nreply = "554 5.7.1 spam"', 554),
    "cuts": ('at = "DATA"\ndrop = true', None),
    "hangs up": ('at = "RCPT"\nreply = "421 4.3.2 bye"\nclose = true', 421),
    "says nonsense": ('at = "RCPT"\nraw = "hello\\r\\n"', None),
}


@pytest.mark.parametrize(("rule", "expected"), SERVERS.values(), ids=SERVERS.keys())
def test_the_other_server_may_be_of_any_kind(
    tmp_path: Path, rule: str, expected: int | None
) -> None:
    """It is waited for within reason, and what it says is the verdict."""
    head = 'format = 1\nkind = "personality"\nid = "odd"\nlike = "by-the-book"\nabout = "x"\n'
    (tmp_path / "odd.toml").write_text(f"{head}[rules.odd]\n{rule}\n")
    assert code(hand_on(make_part("odd", folder=tmp_path))) == expected


def test_lost_is_no_verdict() -> None:
    """It has no code and no digit, so nobody takes it for a yes."""
    assert (LOST.code, LOST.digit) == (None, 0)


SMUGGLED = (
    b"Subject: hi\r\n\r\nhi\n.\nMAIL FROM:<boss@office.test>\r\nRCPT TO:<ben@office.test>\r\n"
    b"DATA\r\nSubject: pay\r\n\r\nPay at once.\r\n"
)


@pytest.mark.parametrize(
    ("name", "verdict", "letters", "unasked"),
    [
        ("lf-lenient", 250, 2, [250, 250, 354, 250]),
        ("crlf-mending", 250, 1, []),
        ("crlf-strict", 550, 0, []),
    ],
)
def test_a_smuggled_letter(name: str, verdict: int, letters: int, unasked: list[int]) -> None:
    """The forwarder hears of one letter, whatever the receiver has made of it."""
    part = make_part(name)
    handed = hand_on(part, LETTER._replace(data=SMUGGLED))
    assert code(handed) == verdict
    assert [reply.code for reply in handed.unasked] == unasked
    assert sum(len(box) for box in part.world.mailboxes.values()) == letters
