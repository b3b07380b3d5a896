"""Whatever DNS or a letter holds, checks give a verdict and lines that can be shown."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.errors import DataFileError
from smtpshell.lookup.dkim import check_dkim
from smtpshell.lookup.dkim_key import read_key
from smtpshell.lookup.dmarc import check_dmarc
from smtpshell.lookup.dmarc_record import read_record
from smtpshell.lookup.identity import triangle
from smtpshell.lookup.name import canonical
from smtpshell.lookup.report import domain_report, report_lines
from smtpshell.lookup.resolver import Answer, Record, Status
from smtpshell.lookup.results import authentication_results, results_of
from smtpshell.lookup.spf import check_spf, count_lookups
from smtpshell.lookup.verdict import judge_letter
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.lookup.zonefile import parse_zone

SLOW = settings(max_examples=60)

pieces = st.sampled_from(
    [b"v=spf1", b" ", b"-all", b"include:", b"a:", b"mx", b"ptr", b"exists:", b"redirect=", b"exp=",
     b"x.test", b"%{i}", b"%{p}", b"%{l1r-}", b"%{", b"%", b"/", b"//", b"ip4:", b"192.0.2.1",
     b"ip6:", b"::", b"v=DMARC1", b";", b"p=", b"reject", b"psd=y", b"=", b"v=DKIM1", b"k=rsa",
     b"MIIB", b"t=y", b"\xff", b"\x00", b"\x1b[2J", b"\\", b'"', b"v=STSv1; id=1", b"rua=mailto:"]
)  # fmt: skip
texts = st.one_of(st.binary(max_size=80), st.lists(pieces, max_size=12).map(b"".join))
values = st.sampled_from(["", "x.test", "a.x.test", "192.0.2.1", "\\255\\000.test", "b" * 63])


class Anything:
    """A resolver that answers every question with what it was given, of any type."""

    live = False

    def __init__(self, records: list[Record], status: Status) -> None:
        self.records = records
        self.status = status
        self.asked = 0

    def query(self, name: str, type: str) -> Answer:
        self.asked += 1
        records = tuple(record._replace(type=type) for record in self.records)
        if self.status is not Status.NOERROR or not records:
            status = Status.NODATA if self.status is Status.NOERROR else self.status
            return Answer(name, type, status)
        return Answer(name, type, Status.NOERROR, records)


records = st.builds(
    Record,
    st.just("TXT"),
    st.text(max_size=30),
    st.integers(0, 2**31 - 1),
    values,
    st.integers(0, 65535),
    st.lists(texts, max_size=3).map(tuple),
)
anything = st.builds(Anything, st.lists(records, max_size=3), st.sampled_from(list(Status)))


@given(resolver=anything, sender=st.text(max_size=20), hello=st.text(max_size=20))
@SLOW
def test_any_answers_come_to_a_verdict(resolver: Anything, sender: str, hello: str) -> None:
    """SPF, DMARC and the triangle, for any names, and a bounded number of questions."""
    for name in (f"{sender}@x.test", sender, ""):
        verdict = check_spf(resolver, "192.0.2.1", name, hello or "h.test")
        assert all(line.isprintable() for line in verdict.lines())
        dmarc = check_dmarc(resolver, hello, verdict)
        assert all(line.isprintable() for line in dmarc.lines())
    found = triangle(resolver, "2001:db8::1", hello)
    assert all(one.line().isprintable() for one in found.findings)
    count_lookups(resolver, "x.test")
    assert resolver.asked < 1500


@given(resolver=anything, domain=st.one_of(st.just("x.test"), st.text(max_size=20)))
@SLOW
def test_any_answers_come_to_a_report(resolver: Anything, domain: str) -> None:
    """Every line of which can be shown."""
    report = domain_report(resolver, domain, selectors=["a", "b.c"])
    assert all(line.isprintable() for line in report_lines(report, questions=True))


signatures = st.lists(
    st.sampled_from(
        ["v=1", "a=rsa-sha256", "c=relaxed/simple", "d=x.test", "s=a", "h=from:to", "bh=AAAA",
         "b=AAAA", "i=@x.test", "l=3", "t=5", "x=9", "q=dns/txt", "", "=", "z=\xff",
         "b= ", "d=\x00"]
    ),
    max_size=14,
).map(lambda tags: "; ".join(tags).encode("latin-1"))  # fmt: skip
letters = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda signature, author, body: (
            b"DKIM-Signature: " + signature + b"\r\nFrom: " + author + b"\r\n\r\n" + body
        ),
        signatures,
        st.binary(max_size=40),
        st.binary(max_size=40),
    ),
)


@given(resolver=anything, letter=letters)
@SLOW
def test_any_letter_comes_to_a_field(resolver: Anything, letter: bytes) -> None:
    """One field, of ASCII, on lines of its own."""
    verdicts = judge_letter(resolver, "192.0.2.1", "h.test", "a@x.test", letter, 7.0)
    field = authentication_results("mx.test", results_of(verdicts))
    assert field.isascii()
    assert field.replace("\r\n ", "").isprintable()
    for verdict in check_dkim(resolver, letter, 7.0):
        assert verdict.finding().line().isprintable()


@given(text=st.one_of(st.text(), texts.map(lambda data: data.decode("utf-8", "surrogateescape"))))
@SLOW
def test_any_text_of_a_record_can_be_read(text: str) -> None:
    """Keys and policies."""
    read_key("x._domainkey.test", text)
    read_record("x.test", text)


@given(name=st.text(max_size=80))
@SLOW
def test_any_name_is_a_name_or_none(name: str) -> None:
    """And what is one is asked for without trouble."""
    found = canonical(name)
    assert found is None or canonical(found) == found
    ZoneResolver.from_text("*. TXT x\n").query(name, "TXT")


zones = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["x.test. A 192.0.2.1", " TXT (", ")", '"', "$ORIGIN x.", "$TTL 1w", ";$FAULT x. * ",
             "SERVFAIL", ";$SECURE x", "a CNAME a", "\\", "x 5 IN MX 1 .", "x TLSA 3 1 1 ab", "@"]
        ),
    ),
    max_size=12,
)  # fmt: skip


@given(lines=zones, glue=st.sampled_from(["\n", " ", ""]))
@SLOW
def test_any_text_is_a_zone_or_an_error_with_a_line(lines: list[str], glue: str) -> None:
    """DataFileError is all that comes of it."""
    try:
        data = parse_zone(glue.join(lines), "any.zone")
    except DataFileError:
        with pytest.raises(DataFileError, match=r"^any\.zone:[0-9]+: "):
            parse_zone(glue.join(lines), "any.zone")
        return
    zone = ZoneResolver(data)
    again = ZoneResolver.from_text("\n".join(zone.listing()))
    assert list(again.listing()) == list(zone.listing())


ROOM = """
import sys
from smtpshell.lookup import (dkim, dkim_key, dmarc, identity, live, mx, name, policy, report,
                              resolver, results, spf, verdict, zone, zonefile)
unwanted = {"dns", "dkim", "spf", "asyncio", "socket", "ssl", "cryptography", "dataclasses"}
print(*sorted(unwanted & set(sys.modules)))
"""


def test_the_libraries_come_when_they_are_needed() -> None:
    """Importing the room brings none of them, nor anything that could open a socket."""
    run = [sys.executable, "-c", ROOM]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


@pytest.mark.parametrize("first", ["zone", "live"])
def test_values_are_the_same_whoever_answers(first: str) -> None:
    """Both resolvers are Resolvers, by their shape."""
    if first == "zone":
        assert not ZoneResolver().live
    else:
        from smtpshell.lookup.live import LiveResolver

        assert LiveResolver(["127.0.0.1"]).live
