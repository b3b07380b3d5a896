"""What DNS says, to somebody who reads German; what goes onto letters stays English."""

from __future__ import annotations

import pytest

from smtpshell.lookup.dkim import check_dkim, sign
from smtpshell.lookup.dkim_key import read_key
from smtpshell.lookup.dmarc import check_dmarc
from smtpshell.lookup.identity import triangle
from smtpshell.lookup.policy import dnsbl, read_tlsa
from smtpshell.lookup.question import KINDS, TYPES, tell
from smtpshell.lookup.report import domain_report, report_lines
from smtpshell.lookup.results import authentication_results, results_of
from smtpshell.lookup.spf import check_spf
from smtpshell.lookup.verdict import judge_letter
from smtpshell.lookup.zone import ZoneResolver
from tests.lookup.test_report import HOUSES
from tests.words import in_english

LETTER = b"From: Bea <bea@bakery.example>\r\nSubject: Hi\r\n\r\nHello.\r\n"
NOW = 1_790_000_000.0


@pytest.fixture(autouse=True)
def _german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTPSHELL_LANG", "de")


@pytest.mark.parametrize("domain", sorted({domain for domain, _, _ in HOUSES}))
def test_a_report_is_in_german(town: ZoneResolver, domain: str) -> None:
    """Titles, levels, findings that hold others, and what became of each question."""
    text = "\n".join(report_lines(domain_report(town, domain, selectors=["x"]), questions=True))
    assert in_english(text) == []
    assert "where mail goes" not in text
    assert not any(f" {level}: " in text for level in ("note", "odd", "BAD"))


def test_an_answer_to_each_question_is_in_german(town: ZoneResolver) -> None:
    """With its title; a term of SPF says what it came to."""
    told = [
        tell(town, [kind, "office.test"]) for kind in KINDS if kind not in ("ptr", "dkim", "dnsbl")
    ]
    told += [tell(town, ["office.test", type]) for type in TYPES]
    told += [
        tell(town, words.split(), ip="192.0.2.1")
        for words in (
            "ptr 192.0.2.61", "ptr 203.0.113.77", "spf office.test", "spf office.test 192.0.2.9",
            "spf heavy.example", "spf voids.mistakes.example", "dkim bakery.example class",
            "dkim bakery.example none", "dnsbl 192.0.2.66 bl.test", "spf nix.example",
        )
    ]  # fmt: skip
    lines = [line for one in told for line in (one.title, *one.words)]
    lines += [line for one in told for answer in one.answers for line in answer.lines()]
    text = "\n".join(lines)
    assert in_english(text) == []
    assert "mx trifft zu: die Mailrechner von office.test: 192.0.2.1 (Abfrage 1 von 10)" in text
    assert "-all nicht erreicht" in text
    assert "-all trifft zu: alle" in text
    assert "SPF fail: auf 192.0.2.9 traf zu: -all" in text
    assert "NODATA: den Namen gibt es, aber ohne Eintrag CAA" in text


@pytest.mark.parametrize("hello", ["mail.office.test", "nix.example", "x", "[192.0.2.9]", "[x]"])
@pytest.mark.parametrize("ip", ["192.0.2.1", "192.0.2.61", "203.0.113.77"])
def test_the_triangle_is_in_german(town: ZoneResolver, hello: str, ip: str) -> None:
    """Its edges, and what was said of the name."""
    three = triangle(town, ip, hello)
    assert in_english("\n".join(found.line() for found in three.findings)) == []


def test_words_of_keys_and_certificates_are_put_together_in_german() -> None:
    """What is a value of other words is translated with them."""
    key = read_key("x._domainkey.a.test", "v=DKIM1; p")
    line = key.findings[0].line()
    assert "der Eintrag mit dem Schlüssel ist nicht zu lesen: „p“ hat keinen Wert" in line
    assert read_tlsa("3 1 1 " + "0" * 64).words.startswith("DANE-EE: this certificate")


def test_what_is_written_on_letters_stays_english(town: ZoneResolver, key_pem: bytes) -> None:
    """A reader of headers is not the one whose shell this is."""
    signed = sign(LETTER, "bakery.example", "class", key_pem, NOW) + LETTER
    verdicts = judge_letter(town, "192.0.2.1", "mail.office.test", "bea@office.test", signed, NOW)
    header = authentication_results("mx.test", results_of(verdicts))
    assert "(192.0.2.1 matched mx)" in header
    lines = [*verdicts.spf.lines(), *verdicts.dmarc.lines()]
    lines += [one.finding().line() for one in check_dkim(town, signed, NOW)]
    lines += [one.line() for one in dnsbl(town, "192.0.2.1", "bl.test").findings]
    lines += check_dmarc(town, "bank.example", check_spf(town, "192.0.2.9", "", "x"), ()).lines()
    assert in_english("\n".join(lines)) == []
