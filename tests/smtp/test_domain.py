"""Domains and address literals."""

from __future__ import annotations

import pytest

from smtpshell.smtp.abnf import IPV4, ascii_upper, is_ipv6
from smtpshell.smtp.domain import domain_problems, is_literal

RIGHT = [
    "example.org",
    "x",
    "EXAMPLE.org",
    "3com.example",
    "a-b.c-d.example",
    "xn--bcher-kva.example",
    "bücher.example",
    "例え.テスト",
    "a" * 63 + ".example",
    ".".join(["a" * 49] * 5) + ".test",
    "[192.0.2.7]",
    "[IPv6:2001:db8::7]",
    "[ipv6:::1]",
    "[tag:anything-goes]",
]


@pytest.mark.parametrize("domain", RIGHT)
def test_what_is_right_has_no_problem(domain: str) -> None:
    """RFC 5321 4.1.2 and 4.1.3, with U-labels of RFC 6531."""
    assert domain_problems(domain, 0) == []


WRONG = [
    pytest.param("-a.example", "bad-domain", id="begins-with-hyphen"),
    pytest.param("a-.example", "bad-domain", id="ends-with-hyphen"),
    pytest.param("a_b.example", "bad-domain", id="underscore"),
    pytest.param("example.org.", "bad-domain", id="dot-at-the-end"),
    pytest.param(".example.org", "bad-domain", id="dot-at-the-start"),
    pytest.param("a..example", "bad-domain", id="two-dots"),
    pytest.param("", "bad-domain", id="nothing"),
    pytest.param("a b", "bad-domain", id="space"),
    pytest.param("a@b", "bad-domain", id="at"),
    pytest.param("a" * 64 + ".example", "domain-too-long", id="label-of-64"),
    pytest.param("ü" * 32 + ".example", "domain-too-long", id="label-of-64-octets"),
    pytest.param(".".join(["a" * 50] * 5) + ".test1", "domain-too-long", id="260-octets"),
    pytest.param("192.0.2.7", "literal-without-brackets", id="ipv4-bare"),
    pytest.param("2001:db8::7", "literal-without-brackets", id="ipv6-bare"),
    pytest.param("[192.0.2.7", "bad-literal", id="literal-not-closed"),
    pytest.param("[192.0.2.256]", "bad-literal", id="ipv4-over-255"),
    pytest.param("[2001:db8::7]", "bad-literal", id="ipv6-without-tag"),
    pytest.param("[IPv6:2001:db8]", "bad-literal", id="ipv6-too-short"),
    pytest.param("[]", "bad-literal", id="empty-literal"),
    pytest.param("[tag:]", "bad-literal", id="tag-alone"),
]


@pytest.mark.parametrize(("domain", "issue"), WRONG)
def test_what_is_wrong_is_named_and_pointed_at(domain: str, issue: str) -> None:
    """One problem, over the whole domain."""
    (found,) = domain_problems(domain, 7)
    assert (found.issue, found.start, found.end) == (issue, 7, 7 + len(domain))


def test_the_caller_names_what_is_no_domain() -> None:
    """In a hello it is not-a-domain; a bad literal stays a bad literal."""
    assert domain_problems("a_b", 0, "not-a-domain")[0].issue == "not-a-domain"
    assert domain_problems("[x", 0, "not-a-domain")[0].issue == "bad-literal"


def test_a_literal_is_known_by_its_bracket() -> None:
    """Also one that is wrong."""
    assert is_literal("[x")
    assert not is_literal("x]")


IPV6 = [
    ("1:2:3:4:5:6:7:8", True),
    ("::", True),
    ("::1", True),
    ("1::", True),
    ("1:2:3:4:5:6::", True),
    ("1:2:3:4:5:6:7::", False),  # "::" is at least two groups
    ("1::2::3", False),
    ("1:2:3:4:5:6:7", False),
    ("1:2:3:4:5:6:7:8:9", False),
    ("12345::", False),
    ("g::", False),
    (":1:2:3:4:5:6:7", False),
    ("", False),
    ("::ffff:192.0.2.7", True),
    ("1:2:3:4:5:6:192.0.2.7", True),
    ("1:2:3:4:5:192.0.2.7", False),
    ("1::192.0.2.7", True),
    ("::192.0.2.7", True),
    ("1:2:3:4::192.0.2.7", True),
    ("1:2:3:4:5::192.0.2.7", False),
    ("::192.0.2.300", False),
    ("192.0.2.7", False),
    ("::\u0663", False),
]


@pytest.mark.parametrize(("text", "right"), IPV6)
def test_ipv6_addresses(text: str, right: bool) -> None:
    """RFC 5321 4.1.3: full, compressed, and with an IPv4 address at the end."""
    assert is_ipv6(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0.0.0.0", True),
        ("255.255.255.255", True),
        ("1.2.3", False),
        ("1.2.3.4.5", False),
        ("256.1.1.1", False),
        ("1.2.3.\u0664", False),
    ],
)
def test_ipv4_addresses(text: str, right: bool) -> None:
    """Four numbers up to 255, ASCII digits only."""
    assert (IPV4.fullmatch(text) is not None) is right


def test_capitals_are_ascii_capitals() -> None:
    """A dotless i and a long s are no letters of a verb, though str.upper makes them some."""
    assert ascii_upper("mail") == "MAIL"
    assert ascii_upper("ma\u0131l") == "MA\u0131L"
    assert ascii_upper("r\u017fet") == "R\u017fET"
