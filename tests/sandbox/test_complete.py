"""Date and Message-ID that a submission server adds, and the other ways of a door."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.world.complete import completed
from tests.sandbox.play import HELLO, START, Talk, codes, make_part

DATE = b"Date: Mon, 05 Jan 2026 09:30:00 +0000\r\n"
ID = b"Message-ID: <1A@mail.office.test>\r\n"


@pytest.mark.parametrize(
    ("header", "added"),
    [
        (b"Subject: hi\r\n", DATE + ID),
        (b"DATE: yesterday\r\n", ID),
        (b"Subject: hi\r\nmessage-id: <x@far.test>\r\n", DATE),
        (b"Date: x\r\nMessage-ID: <x@far.test>\r\n", b""),
        (b"Subject: date: tomorrow\r\n", DATE + ID),
        (b"", DATE + ID),
    ],
)
def test_what_is_missing_is_added(header: bytes, added: bytes) -> None:
    """Only what is not there, and in front; what the writer said stays (RFC 6409 8)."""
    letter = header + b"\r\nDate: in the text\r\n"
    assert completed(letter, "1A", "mail.office.test", START) == added + letter


@pytest.mark.parametrize("name", ["submission-587", "smtps-465"])
def test_a_submission_server_completes_letters(name: str) -> None:
    """What arrives has both fields, though the learner typed none."""
    talk = Talk(make_part(name), tls=True)
    talk.say(HELLO, "AUTH PLAIN AGRvcmEAZGV3YmVycnktNw==", "MAIL FROM:<dora@office.test>")
    talk.say("RCPT TO:<ana@office.test>", "DATA", "Subject: hi", "", "hi")
    assert codes(talk.say(".")) == ["250 2.0.0"]
    letter = talk.part.world.mailboxes["ana@office.test"][0]
    assert letter.data.startswith(DATE + b"Message-ID: <")
    assert letter.data.endswith(b"@mail.office.test>\r\nSubject: hi\r\n\r\nhi\r\n")


def test_a_relay_completes_nothing() -> None:
    """On the way nobody mends a letter."""
    talk = Talk(make_part("mx-and-submission"))
    talk.say(HELLO)
    talk.letter()
    assert talk.part.world.mailboxes["ana@office.test"][0].data == b"Subject: hi\r\n\r\nhi\r\n"


def test_a_door_without_login() -> None:
    """AUTH is neither offered nor taken where people do not log in."""
    talk = Talk(make_part("mx-and-submission"))
    assert "AUTH" not in talk.over_tls()
    assert codes(talk.say("AUTH PLAIN")) == ["503 5.5.1"]
    staff = Talk(make_part("mx-and-submission", "submission"))
    assert "AUTH" in staff.over_tls()


def test_each_reply_ends_with_the_name_of_the_session() -> None:
    """Where the personality signs its replies; the same seed gives the same names."""
    first, second = (Talk(make_part("big-mx")) for _ in range(2))
    name = first.greeting.split()[-1]
    assert second.greeting.split()[-1] == name
    for line in ("FOO", "NOOP", "MAIL FROM: x", "RCPT TO:<ana@office.test>", "HELP", "QUIT"):
        assert first.say(line).endswith(f" {name}\r\n"), line
    other = Talk(first.part)
    assert other.greeting.split()[-1] != name
    assert name not in other.say(HELLO)
