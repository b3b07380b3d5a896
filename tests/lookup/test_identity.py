"""The EHLO name, the address, and the name of the address: a triangle with three edges."""

from __future__ import annotations

import itertools

import pytest

from smtpshell.lookup.finding import Level
from smtpshell.lookup.identity import MOST_NAMES, Iprev, judge_hello, triangle
from smtpshell.lookup.zone import ZoneResolver

IP = "192.0.2.10"
PTR = "10.2.0.192.in-addr.arpa."

ZONE = f"""
mail.test.   A     {IP}
mail.test.   AAAA  2001:db8::10
other.test.  A     192.0.2.99
alias.test.  CNAME mail.test.
empty.test.  TXT   x
;$FAULT broken.test. * SERVFAIL
"""

HELLOS = [
    pytest.param("mail.test", "name", True, True, "leads to 192.0.2.10", id="right"),
    pytest.param("MAIL.test", "name", True, True, "leads to", id="any-case"),
    pytest.param("other.test", "name", True, False, "no reason to refuse", id="other-address"),
    pytest.param("alias.test", "name", True, True, "is an alias", id="alias"),
    pytest.param("empty.test", "name", False, False, "has no address", id="no-address"),
    pytest.param("nix.test", "name", False, False, "has no address", id="no-such-name"),
    pytest.param("broken.test", "name", None, None, "nothing follows", id="no-answer"),
    pytest.param("localhost", "name", False, False, "not fully qualified", id="not-qualified"),
    pytest.param("[192.0.2.10]", "literal", None, True, "own address", id="literal"),
    pytest.param("[192.0.2.11]", "literal", None, False, "no reason", id="other-literal"),
    pytest.param("[192.0.2.10", "wrong", None, None, "[192.0.2.10: ", id="bad-literal"),
    pytest.param("[tag:x]", "wrong", None, None, "no address of a kind", id="odd-literal"),
    pytest.param("192.0.2.10", "wrong", None, None, "square brackets", id="bare-address"),
    pytest.param("my_pc.test", "wrong", None, None, "underscore", id="underscore"),
    pytest.param("", "wrong", None, None, ": ", id="nothing"),
]


@pytest.mark.parametrize(("name", "form", "resolves", "matches", "words"), HELLOS)
def test_the_hello_name(
    name: str, form: str, resolves: bool | None, matches: bool | None, words: str
) -> None:
    """Fully qualified, a literal, resolves, the client's: each told by itself, with its section."""
    hello = judge_hello(ZoneResolver.from_text(ZONE), name, IP)
    assert (hello.form, hello.resolves, hello.matches) == (form, resolves, matches)
    assert any(words in found.words for found in hello.findings), hello.findings
    assert all(found.ref.startswith("RFC 5321") or not found.ref for found in hello.findings)


def test_a_mismatch_is_never_called_a_reason_to_refuse() -> None:
    """RFC 5321 4.1.4 forbids that; so it is odd, not bad."""
    hello = judge_hello(ZoneResolver.from_text(ZONE), "other.test", IP)
    assert [found.level for found in hello.findings] == [Level.ODD]
    assert hello.findings[0].ref == "RFC 5321 4.1.4"


# FCrDNS: every way the second and third edge can be, and the EHLO name beside them

NAMES = {
    "none": [],
    "confirmed": ["mail.test"],
    "elsewhere": ["other.test"],
    "no-address": ["empty.test"],
    "no-answer": ["broken.test"],
    "wrong-then-right": ["other.test", "mail.test"],
    "no-answer-then-right": ["broken.test", "mail.test"],
    "wrong-and-no-answer": ["other.test", "broken.test"],
}
EXPECTED = {  # second edge, third edge, result
    "none": (False, None, Iprev.PERMERROR),
    "confirmed": (True, True, Iprev.PASS),
    "elsewhere": (True, False, Iprev.FAIL),
    "no-address": (True, False, Iprev.FAIL),
    "no-answer": (True, None, Iprev.TEMPERROR),
    "wrong-then-right": (True, True, Iprev.PASS),
    "no-answer-then-right": (True, True, Iprev.PASS),
    "wrong-and-no-answer": (True, None, Iprev.TEMPERROR),
}
FIRST = {"mail.test": True, "other.test": False, "broken.test": None, "[192.0.2.10]": True}
MATRIX = list(itertools.product(NAMES, FIRST))


@pytest.mark.parametrize(("names", "hello"), MATRIX, ids=lambda value: str(value))
def test_the_triangle(names: str, hello: str) -> None:
    """Three edges, each with its own verdict; the result is of the last two alone."""
    records = "".join(f"{PTR} PTR {name}.\n" for name in NAMES[names])
    found = triangle(ZoneResolver.from_text(ZONE + records), IP, hello)
    second, third, result = EXPECTED[names]
    assert [edge.ok for edge in found.edges] == [FIRST[hello], second, third]
    assert found.iprev is result
    assert found.fcrdns is (result is Iprev.PASS)
    assert found.ptr == tuple(NAMES[names])
    assert all(found.line() for found in found.findings)
    assert all(edge.words for edge in found.edges)


def test_dns_trouble_about_the_address_s_name_is_no_verdict() -> None:
    """A temporary error: try again later."""
    zone = ZoneResolver.from_text(f"{ZONE};$FAULT {PTR} PTR TIMEOUT\n")
    found = triangle(zone, IP, "mail.test")
    assert found.iprev is Iprev.TEMPERROR
    assert found.edges[1].ok is None


def test_what_is_no_address_has_no_name() -> None:
    """And nothing is asked for it."""
    found = triangle(ZoneResolver.from_text(ZONE), "here", "mail.test")
    assert found.edges[1].ok is None
    assert found.iprev is Iprev.PERMERROR
    assert all(answer.type != "PTR" for answer in found.answers)


def test_an_ipv6_client_has_a_triangle_too() -> None:
    """With nibbles, and a mapped address is IPv4's."""
    zone = ZoneResolver.from_text(ZONE)
    six = "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
    zone.add(f"{six} PTR mail.test.")
    zone.add(f"{PTR} PTR mail.test.")
    assert triangle(zone, "2001:db8::10", "mail.test").fcrdns
    assert triangle(zone, f"::ffff:{IP}", "mail.test").fcrdns


def test_an_address_with_a_crowd_of_names_is_bounded() -> None:
    """Ten are followed; the sentence names three."""
    records = "".join(f"{PTR} PTR n{one}.test.\n" for one in range(50))
    found = triangle(ZoneResolver.from_text(ZONE + records), IP, "mail.test")
    asked = [answer for answer in found.answers if answer.type == "A"]
    assert len(asked) == MOST_NAMES + 1
    assert "and 47 more" in found.edges[1].words
