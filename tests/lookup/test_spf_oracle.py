"""Our way through the terms against pyspf's own: the same results for any record.

pyspf as it is gets its answers from the same zone, by way of the one function it asks with.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.lookup.pyspf import spf
from smtpshell.lookup.spf import check_spf
from smtpshell.lookup.zone import ZoneResolver

HOSTS = """
host.example.  A  192.0.2.1
host.example.  AAAA  2001:db8::1
net.example.   A  192.0.2.77
net.example.   MX 10 host.example.
net.example.   MX 20 nix.example.
pass.example.  TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/64 -all"
soft.example.  TXT "v=spf1 ~all"
deep.example.  TXT "v=spf1 include:pass.example include:soft.example ?all"
wrong.example. TXT "v=spf1 moo -all"
none.example.  TXT "something else"
1.2.0.192.in-addr.arpa. PTR host.example.
"""

DOMAINS = ("host", "net", "pass", "soft", "deep", "wrong", "none", "nix")
domains = st.sampled_from([f"{one}.example" for one in DOMAINS])
qualifiers = st.sampled_from(["", "+", "-", "~", "?"])
lengths = st.sampled_from(["", "/24", "/0", "/32", "//64", "/28//128", "/33", "/024", "/x"])
mechanisms = st.one_of(
    st.just("all"),
    st.builds("include:{}".format, domains),
    st.builds("a{}".format, lengths),
    st.builds("a:{}{}".format, domains, lengths),
    st.builds("mx:{}{}".format, domains, lengths),
    st.builds("exists:{}".format, st.one_of(domains, st.just("%{ir}.in-addr.arpa"))),
    st.builds("ptr:{}".format, domains),
    st.builds("ip4:192.0.2.{}{}".format, st.integers(0, 300), lengths),
    st.builds("ip6:2001:db8::{}{}".format, st.integers(0, 9), st.sampled_from(["", "/64", "/129"])),
    st.sampled_from(["moo", "all:x", "a:", "ip4", "include", "%{d}", "a:%{d2}", "ip4:"]),
)
terms = st.lists(st.builds("{}{}".format, qualifiers, mechanisms), max_size=6)
clients = st.sampled_from(["192.0.2.1", "192.0.2.77", "198.51.100.1", "2001:db8::1"])


def theirs(zone: ZoneResolver, ip: str, sender: str) -> str:
    """The result of pyspf, untouched but for where it asks."""

    def look_up(name: str, type: str, *_: object) -> list[tuple[tuple[str, str], Any]]:
        answer = zone.query(name, type)
        values: list[Any] = list(answer.values())
        if type == "TXT":
            values = [record.strings for record in answer.records]
        if type == "MX":
            values = [(record.preference, record.value) for record in answer.records]
        return [((name, type), value) for value in values]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spf, "DNSLookup", look_up)
        result: str = spf.query(ip, sender, "h.example", strict=True).check()[0]
        return result


@given(terms=terms, ip=clients)
@settings(max_examples=150)
def test_any_record_comes_to_what_pyspf_says(terms: list[str], ip: str) -> None:
    """Modifiers apart: pyspf counts a redirect before it is taken, and minds any that repeats."""
    record = " ".join(["v=spf1", *terms])
    zone = ZoneResolver.from_text(
        f'{HOSTS}this.example. TXT "{record}"\nthis.example. A 192.0.2.3\n'
    )
    ours = check_spf(zone, ip, "a@this.example", "h.example")
    assert ours.result.value == theirs(zone, ip, "a@this.example"), record
