"""Questions as people put them, and what their answers come to."""

from __future__ import annotations

import pytest

from smtpshell.errors import UsageError
from smtpshell.lookup.question import KINDS, tell
from smtpshell.lookup.zone import ZoneResolver


@pytest.mark.parametrize(
    ("said", "question", "words"),
    [
        pytest.param("mx twins.example", "twins.example MX?", "first.twins.example (10)", id="mx"),
        pytest.param("mx silent.example", "silent.example MX?", "takes no mail", id="null-mx"),
        pytest.param(
            "ptr 192.0.2.10", "10.2.0.192.in-addr.arpa PTR?", "BAD: name back to address", id="ptr"
        ),
        pytest.param("192.0.2.20", "mail.bakery.example A?", "leads back to 192.0.2.20", id="ip"),
        pytest.param("ptr [192.0.2.60]", "PTR?", "has no name", id="no-ptr"),
        pytest.param("spf bank.example", "bank.example TXT?", "of 10 lookups", id="spf"),
        pytest.param("spf bank.example 192.0.2.30", "A?", "SPF pass", id="spf-of-address"),
        pytest.param("dkim bakery.example class", "TXT?", "ok: ", id="dkim"),
        pytest.param("dkim class._domainkey.bakery.example", "TXT?", "ok: ", id="dkim-by-name"),
        pytest.param("dmarc bakery.example", "_dmarc.bakery", "p=quarantine", id="dmarc"),
        pytest.param("dane office.test", "_25._tcp.mail.office.test TLSA?", "DANE-EE", id="dane"),
        pytest.param("tlsa plain.example", "_25._tcp.plain.example TLSA?", "no TLSA", id="tlsa"),
        pytest.param("dane hollow.mistakes.example", "TLSA?", "no TLSA", id="dane-no-host"),
        pytest.param("mta-sts office.test", "_mta-sts.office", "policy 20260101", id="sts"),
        pytest.param("tlsrpt office.test", "_smtp._tls", "reports go to", id="rpt"),
        pytest.param("dnsbl 192.0.2.66 dnsbl.test", "66.2.0.192.dnsbl.test A?", "BAD:", id="dnsbl"),
        pytest.param("bakery.example txt", "bakery.example TXT?", "2 TXT", id="name-type"),
        pytest.param("TXT bakery.example", "bakery.example TXT?", "2 TXT", id="type-name"),
        pytest.param("192.0.2.20 PTR", "20.2.0.192.in-addr.arpa PTR?", "1 PTR", id="address-ptr"),
        pytest.param("nobody.example A", "nobody.example A?", "no such name", id="nothing"),
    ],
)
def test_a_question_is_answered(
    town: ZoneResolver, no_socket: None, said: str, question: str, words: str
) -> None:
    """With each question to DNS and its answer, and the verdict in words."""
    told = tell(town, said.split())
    lines = [line for answer in told.answers for line in answer.lines()]
    assert any(question in line for line in lines), lines
    assert any(words in line for line in told.words), told.words
    assert all(line.isprintable() for line in (told.title, *lines, *told.words))


def test_a_name_alone_asks_for_all(town: ZoneResolver) -> None:
    """The report of `smtpshell dns`, without its questions."""
    told = tell(town, ["bank.example"])
    assert not told.answers
    assert "who may send (SPF)" in told.words


def test_spf_is_asked_for_the_address_at_hand(town: ZoneResolver) -> None:
    """Unless another one is named."""
    assert "192.0.2.10" in tell(town, ["spf", "student.test"], ip="192.0.2.10").title
    assert "192.0.2.1 " in tell(town, ["spf", "student.test", "192.0.2.1"], ip="192.0.2.10").title


@pytest.mark.parametrize(
    "said",
    [
        "",
        "a b c",
        "mx",
        "mx a b",
        "mx a..b",
        "ptr mail.office.test",
        "spf a.test here",
        "spf a.test 192.0.2.1 x",
        "dkim bakery.example",
        "dkim a b c",
        "dnsbl 192.0.2.1",
        "dnsbl x dnsbl.test",
        "a.test XYZ",
        "\x1b[31m x",
    ],
)
def test_what_is_no_question_is_said_to_be_none(town: ZoneResolver, said: str) -> None:
    """With a way out, and nothing unprintable."""
    with pytest.raises(UsageError) as caught:
        tell(town, said.split())
    assert caught.value.hint
    assert str(caught.value).isprintable()


def test_every_kind_has_words() -> None:
    """They stand in the completion menu."""
    assert all(10 < len(words) < 70 for words in KINDS.values())
