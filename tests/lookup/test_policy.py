"""DANE, MTA-STS, TLS-RPT and blocklists: records read and explained."""

from __future__ import annotations

import pytest

from smtpshell.lookup.finding import Level
from smtpshell.lookup.live import LiveResolver
from smtpshell.lookup.mx import mail_route
from smtpshell.lookup.policy import (
    TextPolicy,
    dane,
    dane_of,
    dnsbl,
    mta_sts,
    read_tlsa,
    tls_rpt,
)
from smtpshell.lookup.zone import ZoneResolver

SHA256 = "ab" * 32
SHA512 = "cd" * 64

TLSA = [
    pytest.param(f"3 1 1 {SHA256}", True, "DANE-EE", id="dane-ee"),
    pytest.param(f"2 0 2 {SHA512}", True, "DANE-TA", id="dane-ta"),
    pytest.param(f"3 1 1 {SHA256[:32]} {SHA256[32:]}", True, "SHA-256", id="in-two-parts"),
    pytest.param("3 0 0 30820122", True, "as it is", id="whole"),
    pytest.param(f"1 1 1 {SHA256}", False, "not for SMTP", id="pkix-ee"),
    pytest.param(f"0 0 1 {SHA256}", False, "not for SMTP", id="pkix-ta"),
    pytest.param(f"3 1 1 {SHA512}", False, "wrong length", id="wrong-length"),
    pytest.param(f"4 1 1 {SHA256}", False, "nobody has defined", id="usage"),
    pytest.param(f"3 2 1 {SHA256}", False, "nobody has defined", id="selector"),
    pytest.param(f"3 1 3 {SHA256}", False, "nobody has defined", id="matching"),
    pytest.param("3 1 1", False, "cannot be read", id="too-short"),
    pytest.param("\x1b[2J", False, "cannot be read", id="escape"),
]


@pytest.mark.parametrize(("text", "usable", "words"), TLSA)
def test_tlsa_records(text: str, usable: bool, words: str) -> None:
    """RFC 6698 2.1 and what RFC 7672 3.1 leaves of it for SMTP."""
    record = read_tlsa(text)
    assert record.usable is usable
    assert words in record.words


def host(*records: str, secure: bool = True) -> ZoneResolver:
    lines = [f"_25._tcp.mail.test. TLSA {record}" for record in records]
    return ZoneResolver.from_text("\n".join([*lines, ";$SECURE test." if secure else ""]))


DANE = [
    pytest.param(host(f"3 1 1 {SHA256}"), ["GOOD"], id="right"),
    pytest.param(host(f"3 1 1 {SHA256}", secure=False), ["GOOD", "BAD"], id="not-signed"),
    pytest.param(host(f"1 1 1 {SHA256}"), ["BAD", "BAD"], id="none-usable"),
    pytest.param(host(f"1 1 1 {SHA256}", f"3 1 1 {SHA256}"), ["BAD", "GOOD"], id="one-usable"),
    pytest.param(host(), ["NOTE"], id="none"),
    pytest.param(
        ZoneResolver.from_text(";$FAULT mail.test. * SERVFAIL\n"), ["UNKNOWN"], id="no-answer"
    ),
]


@pytest.mark.parametrize(("zone", "levels"), DANE)
def test_dane(zone: ZoneResolver, levels: list[str]) -> None:
    """Only what is proven by DNSSEC counts (RFC 7672 2.1)."""
    found = dane(zone, "mail.test")
    assert [one.level.name for one in found.findings] == levels
    assert all(one.ref.startswith("RFC 7672") for one in found.findings)
    assert found.name == "_25._tcp.mail.test"
    assert len(found.answers) == 1


@pytest.mark.parametrize(
    ("mx", "secure", "said"),
    [
        ("signed.test. MX 1 mail.test.", "test.", False),
        ("odd.example. MX 1 mail.test.", "test.", True),
        ("odd.example. MX 1 mail.test.", "nothing.example.", False),
        ("mail.test. A 192.0.2.1", "test.", False),
    ],
    ids=["all-signed", "mx-not-signed", "nothing-signed", "no-mx"],
)
def test_a_forged_mx_leads_past_tlsa_records(mx: str, secure: str, said: bool) -> None:
    """They prove who answers, not that mail is to go there (RFC 7672 2.2.1)."""
    zone = ZoneResolver.from_text(
        f"{mx}\nmail.test. A 192.0.2.1\n_25._tcp.mail.test. TLSA 3 1 1 {SHA256}\n;$SECURE {secure}"
    )
    found, findings = dane_of(zone, mail_route(zone, mx.split(". ")[0]))
    assert [one.name for one in found] == ["_25._tcp.mail.test"]
    assert ("RFC 7672 2.2.1" in {one.ref for one in findings}) is said


def published(name: str, *texts: str) -> ZoneResolver:
    return ZoneResolver.from_text("\n".join(f'{name}. TXT "{text}"' for text in texts))


STS = [
    pytest.param(["v=STSv1; id=2026a"], ["GOOD"], "https://mta-sts.x.test/", id="right"),
    pytest.param(["v=STSv1; id=a; more=1"], ["GOOD"], "policy a", id="unknown-tag"),
    pytest.param(["v=STSv1"], ["BAD"], "id= must be", id="no-id"),
    pytest.param(["v=STSv1; id=2026-01"], ["BAD"], "id= must be", id="bad-id"),
    pytest.param(["v=STSv1; id=1; what"], ["BAD", "GOOD"], "no value", id="nonsense"),
    pytest.param(["v=STSv1; id=1", "v=STSv1; id=2"], ["BAD"], "more than one", id="two"),
    pytest.param(["v=STSv2; id=1"], ["NOTE"], "no MTA-STS record", id="other-version"),
    pytest.param(["v=STSv1; id=1", "other"], ["GOOD"], "policy 1", id="beside-another"),
]


@pytest.mark.parametrize(("texts", "levels", "words"), STS)
def test_mta_sts(texts: list[str], levels: list[str], words: str) -> None:
    """RFC 8461 3.1; the policy file is named and not fetched."""
    found = mta_sts(published("_mta-sts.x.test", *texts), "x.test")
    check(found, levels, words)


RPT = [
    pytest.param(["v=TLSRPTv1; rua=mailto:a@x.test"], ["GOOD"], "mailto:a@x.test", id="mail"),
    pytest.param(
        ["v=TLSRPTv1;rua=mailto:a@x.test,https://x.test/r"], ["GOOD", "GOOD"], "https:", id="both"
    ),
    pytest.param(["v=TLSRPTv1; rua=ftp://x.test"], ["BAD"], "neither", id="ftp"),
    pytest.param(["v=TLSRPTv1"], ["BAD"], "rua= is missing", id="no-rua"),
    pytest.param(["v=TLSRPTv1; x"], ["BAD", "BAD"], "no value", id="nonsense"),
    pytest.param(["other"], ["NOTE"], "no TLS-RPT record", id="other"),
]


@pytest.mark.parametrize(("texts", "levels", "words"), RPT)
def test_tls_rpt(texts: list[str], levels: list[str], words: str) -> None:
    """RFC 8460 3: where reports go."""
    check(tls_rpt(published("_smtp._tls.x.test", *texts), "x.test"), levels, words)


def check(found: TextPolicy, levels: list[str], words: str) -> None:
    assert [one.level.name for one in found.findings] == levels
    assert any(words in one.words for one in found.findings)
    assert all(one.line().isprintable() for one in found.findings)


def test_no_answer_is_no_verdict() -> None:
    """For either."""
    broken = ZoneResolver.from_text(";$FAULT x.test. * TIMEOUT\n")
    for found in (mta_sts(broken, "x.test"), tls_rpt(broken, "x.test")):
        assert [one.level for one in found.findings] == [Level.UNKNOWN]


# Blocklists (RFC 5782)

LIST = """
2.0.0.127.dnsbl.test.  A 127.0.0.2
66.2.0.192.dnsbl.test. A 127.0.0.2
                       A 127.0.0.4
                       TXT "seen \\027 sending"
67.2.0.192.dnsbl.test. A 192.0.2.200
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.dnsbl.test. A 127.0.0.3
;$FAULT dead.test. A TIMEOUT
"""

LISTED = [
    pytest.param("192.0.2.66", "dnsbl.test", True, "BAD", "seen", id="listed"),
    pytest.param("127.0.0.2", "dnsbl.test", True, "BAD", "is on", id="test-entry"),
    pytest.param("2001:db8::1", "dnsbl.test", True, "BAD", "127.0.0.3", id="ipv6"),
    pytest.param("192.0.2.1", "dnsbl.test", False, "GOOD", "is not on", id="not-listed"),
    pytest.param("192.0.2.67", "dnsbl.test", True, "ODD", "no blocklist does", id="not-127"),
    pytest.param("192.0.2.1", "dead.test", None, "UNKNOWN", "no answer", id="no-answer"),
    pytest.param("here", "dnsbl.test", None, "UNKNOWN", "could be asked", id="no-address"),
    pytest.param("192.0.2.1", "a..b", None, "UNKNOWN", "could be asked", id="no-list"),
]


@pytest.mark.parametrize(("ip", "list_zone", "listed", "level", "words"), LISTED)
def test_blocklists(ip: str, list_zone: str, listed: bool | None, level: str, words: str) -> None:
    """An address in 127/8 under the reversed client's means listed; TXT says why."""
    found = dnsbl(ZoneResolver.from_text(LIST), ip, list_zone)
    assert found.listed is listed
    (finding,) = found.findings
    assert finding.level.name == level
    assert words in finding.words
    assert finding.line().isprintable()


def test_live_blocklists_are_not_asked() -> None:
    """Only a lesson's own."""
    found = dnsbl(LiveResolver(["127.0.0.1"], port=1), "192.0.2.1", "dnsbl.test")
    assert found.listed is None
    assert found.answers == ()
