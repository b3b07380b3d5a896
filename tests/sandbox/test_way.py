"""The way of a letter out of the house: hosts in the order that DNS gives them (RFC 5321 5.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.lookup.resolver import Status
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.sandbox.mind.part import Part
from tests.sandbox.play import START
from tests.sandbox.post import DAY, reports, send, skip, told, town

ZONE = """
$TTL 3600
office.test.          MX 10 mail.office.test.
mail.office.test.     A  192.0.2.1
branch.test.          MX 20 mx.branch.test.
branch.test.          MX 10 first.branch.test.
first.branch.test.    A  192.0.2.2
mx.branch.test.       A  192.0.2.3
busy.test.            MX 10 mx.busy.test.
busy.test.            MX 20 spare.busy.test.
mx.busy.test.         A  192.0.2.4
spare.busy.test.      A  192.0.2.5
closed.test.          MX 10 mx.closed.test.
closed.test.          MX 20 spare.busy.test.
mx.closed.test.       A  192.0.2.6
small.test.           A  192.0.2.7
mx.small.test.        A  192.0.2.7
old.test.             MX 10 alias.test.
alias.test.           CNAME mx.old.test.
mx.old.test.          A  192.0.2.8
dead.test.            MX 0 .
dead.test.            A  192.0.2.9
far.test.             MX 10 missing.far.test.
far.test.             A  192.0.2.10
mx.far.test.          A  192.0.2.10
never.test.           TXT "nothing about mail"
loop.test.            MX 10 mail.office.test.
backup.test.          MX 10 mx.backup.test.
backup.test.          MX 20 mail.office.test.
backup.test.          MX 30 mx.branch.test.
mx.backup.test.       A  192.0.2.11
borrowed.test.        MX 10 mx.branch.test.
behind.test.          MX 10 mx.behind.test.
mx.behind.test.       A  192.0.2.12
"""


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """The office and its neighbours, with a DNS."""
    part = town(tmp_path)
    part.world.zone = ZoneResolver.from_text(ZONE)
    part.world.zone.set_fault("shaky.test", "*", Status.SERVFAIL)
    return part


ARRIVES = [
    # who, what is told on the way
    pytest.param("fred@branch.test", "no answer from first.branch.test", id="second-host"),
    pytest.param("x@small.test", "", id="no-mx-the-address-of-the-domain"),
    pytest.param("x@old.test", "is an alias (CNAME)", id="cname"),
    pytest.param("tom@behind.test", "", id="by-relays"),
]


@pytest.mark.parametrize(("address", "words"), ARRIVES)
def test_it_arrives(part: Part, address: str, words: str) -> None:
    """Which host could not be reached is told, and kept with the try."""
    send(part, address)
    happenings = list(part.world.happenings)
    assert ("delivered", address) in told(happenings)
    assert words in " ".join(one.words for one in happenings if one.kind == "hopped")
    (entry,) = part.world.outgoing.gone
    assert words in " ".join(entry.log[-1].passed)
    assert bool(words) == bool(entry.log[-1].passed)


COMES_BACK = [
    # who, status, words in the report, day
    pytest.param("x@dead.test", "5.1.10", "556 5.1.10 dead.test takes no mail", 0, id="null-mx"),
    pytest.param("x@nowhere.test", "5.1.2", "there is no domain nowhere.test", 0, id="no-name"),
    pytest.param("x@far.test", "5.4.4", "missing.far.test has no address", 0, id="mx-to-nothing"),
    pytest.param("eve@never.test", "5.4.4", "no mail can reach never.test", 0, id="no-address"),
    pytest.param("x@loop.test", "5.4.6", "comes back to mail.office.test", 0, id="our-own-host"),
    pytest.param("x@borrowed.test", "5.7.1", "relay access denied", 0, id="a-host-of-others"),
    pytest.param(
        "x@closed.test", "5.7.1", "We do not want your mail", 0, id="refused-by-the-first"
    ),
    pytest.param("x@backup.test", "4.4.7", "no answer from mx.backup.test", 5, id="none-behind-us"),
    pytest.param("x@shaky.test", "4.4.7", "no answer from DNS", 5, id="dns-fails"),
    pytest.param("x@[192.0.2.99]", "4.4.7", "no answer from [192.0.2.99]", 5, id="literal"),
]


@pytest.mark.parametrize(("address", "status", "words", "day"), COMES_BACK)
def test_it_comes_back(part: Part, address: str, status: str, words: str, day: int) -> None:
    """At once, where no host will ever take it; what may pass is tried for days."""
    send(part, address)
    happenings = [*part.world.happenings, *skip(part, 6 * DAY, START)]
    (bounced,) = [one for one in happenings if one.kind == "bounced"]
    assert (bounced.at - START) // DAY == day
    report = reports(part, "ana@office.test")[-1].as_string()
    assert f"Status: {status}" in report
    assert words in " ".join(report.split())


def test_a_host_that_puts_off_is_not_the_last(part: Part) -> None:
    """The next one is tried at once, and what both said is told; it waits if none takes it."""
    send(part, "bob@busy.test")
    (put_off,) = [one for one in part.world.happenings if one.kind == "retried"]
    assert put_off.words == (
        "no answer from spare.busy.test; mx.busy.test said: 450 4.7.1 Come back later;"
        " next try in 30 min"
    )


def test_a_zone_that_is_mended_lets_the_letter_go(part: Part) -> None:
    """Each try asks DNS anew, as `:zone` changes it."""
    zone = part.world.zone
    assert zone is not None
    zone.replace("busy.test. MX 10 spare.busy.test.")
    send(part, "bob@busy.test")
    skip(part, 3 * 3600, START)
    assert not part.world.mailboxes["bob@busy.test"]
    zone.replace("busy.test. MX 10 mx.busy.test.")
    skip(part, 6 * 3600, START)
    assert len(part.world.mailboxes["bob@busy.test"]) == 1


def test_a_name_too_long_for_dns_is_nobodys(part: Part) -> None:
    """Whatever is asked for, a report comes back."""
    send(part, f"x@{'.'.join(['a' * 60] * 4)}.test")
    assert "bounced" in [one.kind for one in part.world.happenings]
