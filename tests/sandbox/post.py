"""Worlds with other houses, and letters that are sent through them."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.world.happening import Happening
from tests.sandbox.play import HELLO, Talk, make_part

SCENARIO = """
format = 1
kind = "scenario"
id = "town"
about = "A house among others."
host = "mail.office.test"
domains = ["office.test"]

[people.ana]
name = "Ana Albers"
password = "apricot-7"

[people.ben]
name = "Ben Baker"

[people.full]
full = true

[people.forward]
forward_to = "fred@branch.test"

[people.round]
forward_to = "max@branch.test"

[people.ping]
forward_to = "pong@office.test"

[people.pong]
forward_to = "ping@office.test"

[lists.sales]
name = "The sales team"
members = ["ana", "fred@branch.test", "nobody@branch.test"]
owner = "ben"

[aliases]
postmaster = ["ben"]
both = ["ana", "fred@branch.test"]

[houses."branch.test"]
host = "mx.branch.test"
people = ["fred"]
[houses."branch.test".forwards]
max = "round@office.test"
team = "sales@office.test"

[houses."old.test"]
host = "mx.old.test"
people = ["*"]
offers = []

[houses."small.test"]
host = "mx.small.test"
people = ["*"]
offers = ["8BITMIME", "SMTPUTF8", "DSN", "SIZE 200"]

[houses."busy.test"]
host = "mx.busy.test"
people = ["bob"]
answers = "450 4.7.1 Come back later"
until = "2h"

[houses."never.test"]
host = "mx.never.test"
people = ["eve"]
answers = "450 Not today"

[houses."down.test"]
host = "mx.down.test"
people = ["dan"]
answers = "down"
until = "3d"

[houses."dead.test"]
host = "mx.dead.test"
answers = "down"

[houses."closed.test"]
host = "mx.closed.test"
answers = "554 5.7.1 We do not want your mail"

[houses."behind.test"]
host = "mx.behind.test"
people = ["tom"]
via = ["one.relay.test", "two.relay.test"]

[houses."far.test"]
host = "mx.far.test"
people = ["ada"]
"""

BODY = "From: <ana@office.test>\r\nSubject: hi\r\n\r\nHello.\r\n"
DAY = 86400


def town(folder: Path, personality: str = "by-the-book") -> Part:
    """The office among other houses."""
    (folder / "town.toml").write_text(SCENARIO)
    return make_part(personality, scenario="town", folder=folder)


def send(
    part: Part,
    *recipients: str,
    sender: str = "ana@office.test",
    user: str = "ana",
    mail: str = "",
    body: str | bytes = BODY,
) -> str:
    """Log in, send one letter, and give the name it was taken under.

    *recipients* are addresses, with RCPT's parameters behind a `>` if there are any; *mail* are
    those of MAIL.
    """
    talk = Talk(part, tls=True)
    talk.say(HELLO)
    if user:
        assert talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=").startswith("235")
    assert talk.say(f"MAIL FROM:<{sender}> {mail}".rstrip()).startswith("250")
    for one in recipients:
        address, _, parameters = one.partition("> ")
        reply = talk.say(f"RCPT TO:<{address}> {parameters}".rstrip())
        assert reply.startswith("25"), reply
    data = body if isinstance(body, bytes) else body.encode()
    if "BINARYMIME" in mail:
        reply = talk.send(b"BDAT %d LAST\r\n" % len(data) + data)
    else:
        assert talk.say("DATA").startswith("354")
        reply = talk.send(data + b".\r\n")
    assert reply.startswith("250"), reply
    return reply.split()[-1]


def skip(part: Part, seconds: float, now: float) -> list[Happening]:
    """Put the clock forward; what happens by that."""
    world = part.world
    seen = world.happenings.number
    world.skipped += seconds
    world.run_queue(now)
    return world.happenings.since(seen)


def told(happenings: Sequence[Happening]) -> list[tuple[str, str]]:
    """Kind and address of each."""
    return [(one.kind, one.mailbox or one.address) for one in happenings]


def reports(part: Part, box: str) -> list[EmailMessage]:
    """The reports in a mailbox, as Python's own parser reads them."""
    parser = BytesParser(policy=SMTP)
    found = [parser.parsebytes(letter.raw) for letter in part.world.mailboxes[box]]
    return [one for one in found if one.get_content_type() == "multipart/report"]
