"""The report on a domain, and the town that lessons are set in."""

from __future__ import annotations

import pytest

from smtpshell.lookup.dkim import check_dkim, sign
from smtpshell.lookup.dkim_verdict import DkimResult
from smtpshell.lookup.finding import Level
from smtpshell.lookup.identity import triangle
from smtpshell.lookup.mx import mail_route
from smtpshell.lookup.policy import dnsbl
from smtpshell.lookup.report import domain_report, report_lines
from smtpshell.lookup.spf import check_spf
from smtpshell.lookup.zone import ZoneResolver

# domain, gravest level, a sentence that must be there
HOUSES = [
    ("office.test", "NOTE", "tried in this order: mail.office.test (10)"),
    ("office.test", "NOTE", "DANE-EE"),
    ("office.test", "NOTE", "reports go to mailto:postmaster@office.test"),
    ("office.test", "NOTE", "policy 20260101"),
    ("student.test", "ODD", "host-10.provider.test has no address"),
    ("bakery.example", "NOTE", "a key of 2048 bits"),
    ("news.bakery.example", "BAD", "says sp=reject"),
    ("bank.example", "NOTE", "bank.example itself says p=reject"),
    ("twins.example", "BAD", "first.twins.example (10), second.twins.example (20)"),
    ("silent.example", "BAD", "takes no mail"),
    ("nameless.example", "BAD", "has no name (no PTR record)"),
    ("pretender.example", "BAD", "mail.bank.example leads to 192.0.2.30, not to 192.0.2.61"),
    ("plain.example", "BAD", "implicit MX"),
    ("numbers.mistakes.example", "BAD", "only a host name may stand there"),
    ("nickname.mistakes.example", "BAD", "is an alias (CNAME)"),
    ("nowhere.mistakes.example", "BAD", "no MX leads to an address"),
    ("hollow.mistakes.example", "BAD", "no mail can reach hollow.mistakes.example"),
    ("twice.mistakes.example", "BAD", "2 SPF records"),
    ("typo.mistakes.example", "BAD", "sp=rejct is no policy"),
    ("typo.mistakes.example", "BAD", "Invalid IP4 address"),
    ("open.mistakes.example", "BAD", "everybody may send"),
    ("voids.mistakes.example", "BAD", "terms that find nothing"),
    ("loop.mistakes.example", "BAD", "recursion"),
    ("heavy.example", "BAD", "11 terms that ask DNS; 10 are allowed"),
    ("shaky.example", "UNKNOWN", "no answer about the MX"),
    ("sleepy.example", "UNKNOWN", "no answer about the MX"),
    ("nix.example", "BAD", "no such name"),
    ("[192.0.2.1]", "NOTE", "DNS is not asked"),
    ("a..b", "BAD", "no name that DNS could hold"),
]


@pytest.mark.parametrize(("domain", "level", "words"), HOUSES)
def test_each_house_of_the_town_shows_its_thing(
    town: ZoneResolver, no_socket: None, domain: str, level: str, words: str
) -> None:
    """And nobody is asked but the zone."""
    report = domain_report(town, domain, selectors=["class"])
    assert report.level is Level[level]
    lines = list(report_lines(report, questions=True))
    assert any(words in line for line in lines), lines
    assert all(line.isprintable() for line in lines)
    assert all(found.ref or found.words for one in report.sections for found in one.findings)


def test_questions_and_answers_are_shown_when_asked_for(town: ZoneResolver) -> None:
    """Each question once."""
    report = domain_report(town, "bakery.example")
    plain = list(report_lines(report))
    assert "questions to DNS" not in plain
    lines = list(report_lines(report, questions=True))
    assert lines[: len(plain)] == plain
    questions = [line for line in lines if "? " in line and line.startswith("  bakery.example")]
    assert len(questions) == len(set(questions)) == 2
    assert any("keys lie under selectors" in line for line in plain)
    assert report.sections[0].title == "where mail goes (MX)"
    assert report.sections[0].level is Level.GOOD


ZONE = """
x.test.        MX 10 x.test.
               A  192.0.2.1
               TXT "v=spf1 a"
_dmarc.x.test. TXT "v=DMARC1; p=block"
y.test.        A  192.0.2.1
               TXT "v=spf1 a redirect=x.test"
;$FAULT _dmarc.y.test. TXT SERVFAIL
z.test.        A  192.0.2.1
;$FAULT z.test. TXT TIMEOUT
w.test.        MX 10 w.broken.test.
;$FAULT broken.test. * SERVFAIL
v.test.        TXT "v=spf1"
"""

WORDS = [
    ("x.test", "it does not say what of everybody else"),
    ("x.test", "nothing that can be used: p=block is no policy"),
    ("y.test", "whether a policy holds is not known"),
    ("z.test", "temperror: no answer about TXT of z.test"),
    ("w.test", "no answer about its address"),
    ("v.test", "it does not say what of everybody else"),
]


@pytest.mark.parametrize(("domain", "words"), WORDS)
def test_what_else_a_report_can_say(domain: str, words: str) -> None:
    """Half a record, a policy that is none, DNS that fails in the middle."""
    lines = list(report_lines(domain_report(ZoneResolver.from_text(ZONE), domain)))
    assert any(words in line for line in lines), lines


def test_a_redirect_speaks_of_everybody_else() -> None:
    """So nothing is missing."""
    lines = list(report_lines(domain_report(ZoneResolver.from_text(ZONE), "y.test")))
    assert not any("everybody else: no all" in line for line in lines)


# What the lessons of this town need


def test_the_student_s_triangle_can_be_mended(town: ZoneResolver) -> None:
    """One edge is broken: the name of the address does not lead back. A line of :zone mends it."""
    before = triangle(town, "192.0.2.10", "mail.student.test")
    assert [edge.ok for edge in before.edges] == [True, True, False]
    assert not before.fcrdns
    town.replace("10.2.0.192.in-addr.arpa. PTR mail.student.test.")
    after = triangle(town, "192.0.2.10", "mail.student.test")
    assert [edge.ok for edge in after.edges] == [True, True, True]
    assert after.fcrdns


def test_the_first_twin_is_down_and_the_second_is_next(town: ZoneResolver) -> None:
    """As 192.0.2.41 and 192.0.2.42."""
    hosts = mail_route(town, "twins.example").reachable
    assert [host.addresses for host in hosts] == [("192.0.2.41",), ("192.0.2.42",)]
    assert mail_route(town, "silent.example").null


SENDERS = [
    ("bakery.example", "192.0.2.20", "pass"),
    ("bakery.example", "198.51.100.9", "pass"),
    ("bakery.example", "192.0.2.66", "softfail"),
    ("bank.example", "192.0.2.66", "fail"),
    ("student.test", "192.0.2.10", "pass"),
    ("office.test", "2001:db8:1::25", "pass"),
    ("twins.example", "192.0.2.42", "pass"),
    ("heavy.example", "192.0.2.80", "permerror"),
    ("spammer.example", "192.0.2.66", "pass"),
    ("silent.example", "192.0.2.50", "fail"),
    ("plain.example", "192.0.2.70", "none"),
    ("shaky.example", "192.0.2.70", "temperror"),
]


@pytest.mark.parametrize(("domain", "ip", "result"), SENDERS)
def test_who_may_send(town: ZoneResolver, domain: str, ip: str, result: str) -> None:
    """SPF of the houses."""
    assert check_spf(town, ip, f"x@{domain}", "h.example").result.value == result


def test_the_bank_explains(town: ZoneResolver) -> None:
    """In words of its own."""
    verdict = check_spf(town, "192.0.2.66", "x@bank.example", "h.example")
    assert verdict.explanation == "192.0.2.66 may not send for bank.example"


SIGNERS = ("office.test", "student.test", "bakery.example", "bank.example", "lists.example")


@pytest.mark.parametrize("domain", SIGNERS)
def test_the_key_of_the_town_fits(town: ZoneResolver, key_pem: bytes, domain: str) -> None:
    """The private part beside the zone signs for each domain that publishes the public one."""
    letter = b"From: x@y.test\r\n\r\nHello\r\n"
    header = sign(letter, domain, "class", key_pem, 0)
    (found,) = check_dkim(town, header + letter, 0)
    assert found.result is DkimResult.PASS


def test_the_forger_is_on_the_list(town: ZoneResolver) -> None:
    """And the list has the entry that lists are tested by, and not the other (RFC 5782 5)."""
    assert dnsbl(town, "192.0.2.66", "dnsbl.test").listed
    assert dnsbl(town, "127.0.0.2", "dnsbl.test").listed
    assert dnsbl(town, "127.0.0.1", "dnsbl.test").listed is False
    assert dnsbl(town, "192.0.2.1", "dnsbl.test").listed is False


def test_the_town_is_made_of_reserved_names_and_addresses(town: ZoneResolver) -> None:
    """RFC 2606, RFC 5737, RFC 3849; and 127/8 on the blocklist."""
    for line in town.listing():
        name, _, type, text = line.split(" ", 3)
        assert name.endswith((".test.", ".example.", ".2.0.192.in-addr.arpa.", ".ip6.arpa."))
        if type == "A":
            assert text.startswith(("192.0.2.", "127.0.0."))
        if type == "AAAA":
            assert text.startswith("2001:db8:")
