"""Names, addresses, and where an address's own name stands."""

from __future__ import annotations

import pytest

from smtpshell.lookup.name import address, canonical, is_or_below, literal_address, reverse_name

CANONICAL = [
    pytest.param("Example.ORG", "example.org", id="case"),
    pytest.param("example.org.", "example.org", id="final-dot"),
    pytest.param(".", "", id="root"),
    pytest.param("", "", id="nothing"),
    pytest.param("_dmarc.example.org", "_dmarc.example.org", id="underscore"),
    pytest.param("bücher.example", "xn--bcher-kva.example", id="u-label"),
    pytest.param(r"a\.b.example", r"a\.b.example", id="escaped-dot"),
    pytest.param(r"a\032b.example", r"a\032b.example", id="escaped-space"),
    pytest.param("a b.example", r"a\032b.example", id="space"),
    pytest.param("a..b", None, id="empty-label"),
    pytest.param(".a", None, id="dot-first"),
    pytest.param("a" * 63 + ".test", "a" * 63 + ".test", id="label-of-63"),
    pytest.param("a" * 64 + ".test", None, id="label-of-64"),
    pytest.param("ab." * 84 + "a", "ab." * 84 + "a", id="253-characters"),
    pytest.param("ab." * 84 + "ab", None, id="254-characters"),
    pytest.param("\ud800.example", None, id="surrogate"),
    pytest.param("\\", None, id="backslash-alone"),
    pytest.param("xn--\udcff.example", None, id="byte-that-is-no-utf-8"),
]


@pytest.mark.parametrize(("name", "expected"), CANONICAL)
def test_names_are_brought_to_one_form_or_refused(name: str, expected: str | None) -> None:
    """Lower case, A-labels, no final dot; and what is canonical stays as it is."""
    assert canonical(name) == expected
    if expected is not None:
        assert canonical(expected) == expected


def test_a_name_is_below_whole_labels_only() -> None:
    """And everything is below the root."""
    assert is_or_below("a.example", "example")
    assert is_or_below("example", "example")
    assert is_or_below("example", "")
    assert not is_or_below("anexample", "example")
    assert not is_or_below("example", "a.example")


ADDRESSES = [
    ("192.0.2.1", "192.0.2.1"),
    ("2001:DB8::1", "2001:db8::1"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("fe80::1%eth0", "fe80::1"),
    ("192.0.2.256", None),
    ("example.org", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_addresses(text: str, expected: str | None) -> None:
    """A mapped IPv4 address is the IPv4 address; a zone index says nothing to others."""
    found = address(text)
    assert (str(found) if found else None) == expected


def test_the_name_of_an_address_stands_in_a_tree_of_its_own() -> None:
    """Octets, or nibbles, from right to left."""
    assert reverse_name("192.0.2.10") == "10.2.0.192.in-addr.arpa"
    six = reverse_name("2001:db8::1")
    assert six is not None
    assert six.startswith("1.0.0.0.")
    assert six.endswith(".8.b.d.0.1.0.0.2.ip6.arpa")
    assert reverse_name("office.test") is None


LITERALS = [
    ("[192.0.2.7]", "192.0.2.7"),
    ("[IPv6:2001:db8::7]", "2001:db8::7"),
    ("[ipv6:::1]", "::1"),
    ("[2001:db8::7]", None),
    ("[192.0.2.7", None),
    ("192.0.2.7", None),
    ("[office.test]", None),
    ("[IPv6:x]", None),
    ("[IPv6:192.0.2.7]", None),
    ("[192.0.2.7%lo]", None),
    ("[IPv6:fe80::1%lo]", None),
    ("[x-tag:192.0.2.7]", None),
]


@pytest.mark.parametrize(("text", "expected"), LITERALS)
def test_the_address_in_a_literal(text: str, expected: str | None) -> None:
    """RFC 5321 4.1.3: brackets, and a tag for IPv6."""
    assert literal_address(text) == expected
