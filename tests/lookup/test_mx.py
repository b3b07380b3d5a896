"""Where mail for a domain goes."""

from __future__ import annotations

import pytest

from smtpshell.lookup.mx import MOST_HOSTS, mail_route
from smtpshell.lookup.zone import ZoneResolver

ZONE = (
    """
$ORIGIN test.
one        A     192.0.2.1
           AAAA  2001:db8::1
two        A     192.0.2.2
self       A     127.0.0.1
alias      CNAME one
good       MX    20 two
           MX    10 one
           A     192.0.2.99
equal      MX    10 one
           MX    10 two
null       MX    0 .
null10     MX    10 .
nullplus   MX    0 .
           MX    10 one
ip         MX    10 192.0.2.1.
toalias    MX    10 alias
nowhere    MX    10 missing
           A     192.0.2.99
half       MX    10 missing
           MX    20 one
inward     MX    10 self
plain      A     192.0.2.7
hollow     TXT   x
cname      CNAME good
dead       MX    10 mail.broken
;$FAULT broken.test. * SERVFAIL
;$FAULT asleep.test. MX TIMEOUT
;$FAULT lame.test. A SERVFAIL
lame       TXT x
"""
    + "many       MX 10 one\n"
    + "".join(f"many MX {one} h{one}\n" for one in range(11, 11 + MOST_HOSTS))
)

ROUTES = [
    pytest.param("good.test", ["one.test", "two.test"], "tried in this order", "", id="order"),
    pytest.param("equal.test", ["one.test", "two.test"], "random order", "", id="equal"),
    pytest.param("null.test", [], "takes no mail", "null", id="null"),
    pytest.param("null10.test", [], "the preference of a null MX is 0", "null", id="null-10"),
    pytest.param("nullplus.test", ["one.test"], "must stand alone", "", id="null-beside-others"),
    pytest.param("ip.test", [], "only a host name may stand there", "", id="address"),
    pytest.param("toalias.test", ["alias.test"], "is an alias", "", id="mx-to-cname"),
    pytest.param("nowhere.test", [], "no MX leads to an address", "", id="no-address"),
    pytest.param("half.test", ["one.test"], "is passed over", "", id="one-without-address"),
    pytest.param("inward.test", ["self.test"], "to itself (127.0.0.1)", "", id="loopback"),
    pytest.param("plain.test", ["plain.test"], "implicit MX", "implicit", id="implicit"),
    pytest.param("hollow.test", [], "no mail can reach hollow.test", "", id="hollow"),
    pytest.param("nix.test", [], "no such name", "", id="no-such-domain"),
    pytest.param("cname.test", ["one.test", "two.test"], "is an alias (CNAME)", "", id="cname"),
    pytest.param("broken.test", [], "tried again later", "again", id="servfail"),
    pytest.param("asleep.test", [], "tried again later", "again", id="timeout"),
    pytest.param("lame.test", [], "no answer about the address", "again implicit", id="lame"),
    pytest.param("dead.test", [], "no answer about its address", "again", id="host-servfail"),
    pytest.param("many.test", ["one.test"], "only the first 20", "", id="too-many"),
    pytest.param("[192.0.2.5]", ["[192.0.2.5]"], "DNS is not asked", "", id="literal"),
]


@pytest.mark.parametrize(("domain", "hosts", "words", "flags"), ROUTES)
def test_routes(domain: str, hosts: list[str], words: str, flags: str) -> None:
    """RFC 5321 5.1 and RFC 7505: which hosts, in which order, and what is to be said of it."""
    route = mail_route(ZoneResolver.from_text(ZONE), domain)
    assert [host.name for host in route.reachable] == hosts
    assert any(words in found.words for found in route.findings), route.findings
    assert all(found.ref.startswith("RFC ") or not found.ref for found in route.findings)
    told = {name for name in ("null", "implicit", "again") if getattr(route, name)}
    assert told == set(flags.split())


def test_all_addresses_of_a_host_are_known() -> None:
    """Both kinds; and the questions that led to them."""
    route = mail_route(ZoneResolver.from_text(ZONE), "good.test")
    assert route.hosts[0].addresses == ("192.0.2.1", "2001:db8::1")
    assert route.hosts[0].preference == 10
    assert [(one.name, one.type) for one in route.answers] == [
        ("good.test", "MX"),
        ("one.test", "A"),
        ("one.test", "AAAA"),
        ("two.test", "A"),
        ("two.test", "AAAA"),
    ]


def test_with_mx_records_the_domain_s_own_address_is_never_used() -> None:
    """Not even when none of them leads anywhere (RFC 5321 5.1)."""
    route = mail_route(ZoneResolver.from_text(ZONE), "nowhere.test")
    assert "192.0.2.99" not in str(route)
