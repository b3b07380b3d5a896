"""Reports: whole ones as goldens, and each field where the sender has a say."""

from __future__ import annotations

from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.world.dsn import MOST_RETURNED
from tests.sandbox.play import HELLO, START, Talk, make_part
from tests.sandbox.post import BODY, DAY, reports, send, skip, town

FAILED = """\
From: Mail Delivery System <MAILER-DAEMON@mail.office.test>
To: <ana@office.test>
Subject: Undelivered mail: your letter could not be delivered
Date: Mon, 05 Jan 2026 09:30:00 +0000
Message-ID: <E5E17C4F@mail.office.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="E5E17C4F.0/mail.office.test"

This is a report in MIME format; see RFC 6522.

--E5E17C4F.0/mail.office.test
Content-Type: text/plain; charset=us-ascii

This is the mail server mail.office.test.

Your letter could not be delivered to:

  <nobody@branch.test>
    mx.branch.test said: 550 5.1.1 <nobody@branch.test>: no such mailbox

  <who@nowhere.test>
    there is no domain nowhere.test

Nobody will try again. The letter is below.

--E5E17C4F.0/mail.office.test
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.office.test
Original-Envelope-Id: my letter
Arrival-Date: Mon, 05 Jan 2026 09:30:00 +0000

Original-Recipient: rfc822; max@old.test
Final-Recipient: rfc822; nobody@branch.test
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.branch.test
Diagnostic-Code: smtp; 550 5.1.1 <nobody@branch.test>: no such mailbox
Last-Attempt-Date: Mon, 05 Jan 2026 09:30:00 +0000

Final-Recipient: rfc822; who@nowhere.test
Action: failed
Status: 5.1.2
Diagnostic-Code: X-smtpshell; there is no domain nowhere.test
Last-Attempt-Date: Mon, 05 Jan 2026 09:30:00 +0000

--E5E17C4F.0/mail.office.test
Content-Type: message/rfc822

Return-Path: <ana@office.test>
Received: from desk7.office.test ([127.0.0.1])
\t(using TLSv1.3)
\t(Authenticated sender: ana)
\tby mail.office.test with ESMTPSA id 47AA029E; Mon, 05 Jan 2026 09:30:00 +0000
From: <ana@office.test>
Subject: hi

Hello.

--E5E17C4F.0/mail.office.test--
"""

DELAYED = """\
Reporting-MTA: dns; mail.office.test
Arrival-Date: Mon, 05 Jan 2026 09:30:00 +0000

Final-Recipient: rfc822; dan@down.test
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-smtpshell; no answer from mx.down.test
Last-Attempt-Date: Mon, 05 Jan 2026 17:00:00 +0000
Will-Retry-Until: Sat, 10 Jan 2026 09:30:00 +0000
"""


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A new office among other houses."""
    return town(tmp_path)


def parts(report: EmailMessage) -> tuple[str, str, Message]:
    """Words, fields, and what is sent back."""
    words, fields, letter = report.iter_parts()
    return words.as_string(), fields.as_string().partition("\r\n\r\n")[2], letter


def plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def test_what_no_server_has_said_is_not_called_smtp() -> None:
    """A code of our own making was never in a dialogue (RFC 3464 2.3.6)."""
    talk = Talk(make_part("late-bouncer"))
    talk.say(HELLO, "MAIL FROM:<ben@office.test>", "RCPT TO:<who@office.test>", "DATA", "hi", ".")
    (report,) = talk.part.world.mailboxes["ben@office.test"]
    said = b"Diagnostic-Code: X-smtpshell; 550 5.1.1 <who@office.test>: no such mailbox\r\n"
    assert said in report.data
    assert b"Remote-MTA" not in report.data


def test_a_report_of_failure(part: Part) -> None:
    """Two recipients, one report (RFC 3464); the sender's own names for letter and recipient."""
    send(
        part,
        "nobody@branch.test> NOTIFY=FAILURE ORCPT=rfc822;max+40old.test",
        "who@nowhere.test",
        mail="ENVID=my+20letter RET=FULL",
    )
    (letter,) = part.world.mailboxes["ana@office.test"]
    assert plain(letter.data.decode()) == FAILED
    assert letter.trace == b"Return-Path: <>\r\n"


def test_a_report_of_delay(part: Part) -> None:
    """After four hours, once, with how long it will be tried; the letter's header section alone."""
    send(part, "dan@down.test")
    skip(part, 2 * DAY, START)
    (report,) = reports(part, "ana@office.test")
    words, fields, letter = parts(report)
    assert plain(fields) == DELAYED
    assert "it will be tried until\nSat, 10 Jan 2026 09:30:00 +0000." in plain(words)
    assert letter.get_content_type() == "text/rfc822-headers"


NOTIFIES = [
    # NOTIFY, recipient, the actions that are reported in a week
    ("", "eve@never.test", ["delayed", "failed"]),
    ("> NOTIFY=DELAY", "eve@never.test", ["delayed"]),
    ("> NOTIFY=failure", "eve@never.test", ["failed"]),
    ("> NOTIFY=SUCCESS", "eve@never.test", []),
    ("> NOTIFY=NEVER", "eve@never.test", []),
    ("> NOTIFY=SUCCESS,DELAY,FAILURE", "bob@busy.test", ["delivered"]),
    ("", "bob@busy.test", []),
    ("> NOTIFY=SUCCESS", "who@old.test", ["relayed"]),
    ("> NOTIFY=SUCCESS", "ben@office.test", ["delivered"]),
    ("> NOTIFY=SUCCESS", "both@office.test", ["expanded"]),
    ("> NOTIFY=SUCCESS", "sales@office.test", ["delivered"]),
    ("> NOTIFY=SUCCESS", "forward@office.test", ["delivered"]),
    ("> NOTIFY=FAILURE", "ben@office.test", []),
    ("> NOTIFY=NEVER", "who@closed.test", []),
]


@pytest.mark.parametrize(("notify", "address", "actions"), NOTIFIES)
def test_what_is_reported(part: Part, notify: str, address: str, actions: list[str]) -> None:
    """The sender is told what it asked for, and without a word of delay and failure."""
    send(part, address + notify)
    skip(part, 7 * DAY, START)
    found = [parts(report)[1] for report in reports(part, "ana@office.test")]
    assert [text.partition("Action: ")[2].split()[0] for text in found] == actions


def test_a_recipient_has_the_name_the_sender_gave_it(part: Part) -> None:
    """ORCPT without NOTIFY, and of a kind that is no mail address."""
    send(part, "who@branch.test> ORCPT=x400;/c+3Dxx/s+3Dwho")
    (report,) = reports(part, "ana@office.test")
    assert "Original-Recipient: x400; /c=xx/s=who" in parts(report)[1]


def test_who_knows_dsn_reports_itself(part: Part) -> None:
    """And for a house that does not, the last one that does says it handed the letter on."""
    send(part, "fred@branch.test> NOTIFY=SUCCESS", "who@old.test> NOTIFY=SUCCESS")
    found = [parts(report)[1].splitlines()[0] for report in reports(part, "ana@office.test")]
    assert found == [
        "Reporting-MTA: dns; mx.branch.test",
        "Reporting-MTA: dns; mail.office.test",
    ]


@pytest.mark.parametrize(
    ("mail", "body", "kind"),
    [
        ("RET=HDRS", BODY, "text/rfc822-headers"),
        ("RET=full", BODY, "message/rfc822"),
        ("", BODY + "x" * 70 * 1000 + "\r\n", "text/rfc822-headers"),
        ("", BODY + ("x" * 70 + "\r\n") * (MOST_RETURNED // 72 + 1), "text/rfc822-headers"),
        ("BODY=BINARYMIME", "Subject: hi\r\n\r\na\0b\nc", "text/rfc822-headers"),
    ],
    ids=["headers", "all", "long-line", "big", "binary"],
)
def test_what_is_sent_back(tmp_path: Path, mail: str, body: str, kind: str) -> None:
    """The whole letter only if it is wanted, small, and fit to be sent (RFC 3461 4.3)."""
    (tmp_path / "personalities").mkdir()
    part = town(tmp_path)
    limits = part.personality.limits._replace(text_line=100_000)
    part.personality = part.personality._replace(limits=limits)
    send(part, "nobody@branch.test", mail=mail, body=body)
    (report,) = reports(part, "ana@office.test")
    *_, letter = parts(report)
    assert letter.get_content_type() == kind
    assert "Subject: hi" in report.as_bytes().decode()
    assert b"\0" not in report.as_bytes()


def test_letters_outside_ascii(part: Part) -> None:
    """Then the types are those of RFC 6533, and the address is of the type utf-8."""
    send(
        part,
        "m\u00fcller@branch.test",
        mail="SMTPUTF8",
        body="Subject: gr\u00fc\u00dfe\r\n\r\nx\r\n",
    )
    (letter,) = part.world.mailboxes["ana@office.test"]
    text = letter.data.decode()
    assert "Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit" in text
    assert "Final-Recipient: utf-8; m\u00fcller@branch.test" in text
    assert "Content-Type: message/global\r\n" in text
    assert "Diagnostic-Code: smtp; 550 5.1.1 <m\\xfcller@branch.test>: no such mailbox" in text


@pytest.mark.parametrize(
    ("sender", "wide"), [("j\u00f6rg@far.test", True), ("joerg@far.test", False)]
)
def test_a_report_travels_as_its_head_asks(part: Part, sender: str, wide: bool) -> None:
    """With SMTPUTF8 only where an address in there needs it (RFC 6533)."""
    send(part, "round@office.test", sender=sender, user="", mail="SMTPUTF8")
    skip(part, DAY, START)
    report = part.world.outgoing.gone[-1].message
    assert (report.return_path, report.origin.utf8) == ("", wide)


def test_eight_bit_text_comes_back_as_it_was(part: Part) -> None:
    """And the report says that it has 8-bit parts."""
    send(part, "nobody@branch.test", mail="BODY=8BITMIME", body="Subject: hi\r\n\r\ncaf\u00e9\r\n")
    (letter,) = part.world.mailboxes["ana@office.test"]
    head = letter.data.partition(b"\r\n\r\n")[0]
    assert head.endswith(b"Content-Transfer-Encoding: 8bit")
    assert "caf\u00e9".encode() in letter.data


def test_a_letter_cannot_end_its_part(part: Part) -> None:
    """Whoever guesses the boundary gets another one."""
    body = BODY + "--E5E17C4F.0/mail.office.test--\r\n"
    send(part, "nobody@branch.test", body=body)
    (report,) = reports(part, "ana@office.test")
    assert report.get_boundary() == "E5E17C4F.1/mail.office.test"
    assert len(report.get_payload()) == 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a+0D+0AAction:+20delivered", "a\\x0d\\x0aAction: delivered"), ("a+1B[31m", "a\\x1b[31m")],
)
def test_no_field_can_be_smuggled_in(part: Part, name: str, shown: str) -> None:
    """What the sender gave as its name for the letter stays on its line."""
    send(part, "nobody@branch.test", mail=f"ENVID={name}")
    (report,) = reports(part, "ana@office.test")
    assert f"Original-Envelope-Id: {shown}" in plain(parts(report)[1]).splitlines()


def test_a_letter_without_a_header_section_is_reported_too(part: Part) -> None:
    """Learners write such letters."""
    send(part, "nobody@branch.test", mail="RET=HDRS", body="hello you\r\n")
    (report,) = reports(part, "ana@office.test")
    assert "hello you" not in report.as_string()


KNOWN_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}


@pytest.mark.parametrize(
    "address",
    ["eve@never.test", "who@old.test", "both@office.test", "who@behind.test", "m\u00fcller@a.test"],
)
def test_every_report_is_as_the_standards_want_it(part: Part, address: str) -> None:
    """Three parts without a defect, one block a recipient, and the fields that must be there."""
    mail = "" if address.isascii() else "SMTPUTF8"
    send(part, f"{address}> NOTIFY=SUCCESS,FAILURE,DELAY", mail=mail)
    skip(part, 7 * DAY, START)
    found = reports(part, "ana@office.test")
    assert found
    for report in found:
        assert report["Auto-Submitted"] == "auto-replied"
        assert report["From"].addresses[0].username == "MAILER-DAEMON"
        assert report["Date"].datetime.tzinfo is not None
        assert report.get_param("report-type") == "delivery-status"
        assert [one.defects for one in report.walk()] == [[]] * len(list(report.walk()))
        text = parts(report)[1].replace("\r\n", "\n").strip()
        about, *blocks = [block.splitlines() for block in text.split("\n\n")]
        assert about[0].startswith("Reporting-MTA: dns; ")
        assert about[1].startswith("Arrival-Date: ")
        for block in blocks:
            fields = dict(line.split(": ", 1) for line in block)
            assert len(fields) == len(block)
            assert {"Final-Recipient", "Action", "Status"} <= set(fields)
            assert fields["Action"] in KNOWN_ACTIONS
            digit = {"failed": "45", "delayed": "4"}.get(fields["Action"], "2")
            assert fields["Status"][0] in digit
            assert ("Will-Retry-Until" in fields) == (fields["Action"] == "delayed")
