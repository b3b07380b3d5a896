"""Names as DNS has them: compared without case, at most 255 octets, read from right to left.

A name is text without the final dot; the root is "". What a domain name cannot hold as it is stands
as ``\\DDD`` or ``\\X``, as in master files (RFC 1035 5.1).
"""

from __future__ import annotations

import ipaddress
import re

from smtpshell.smtp.domain import domain_problems, is_literal

# What nearly every name looks like; anything else is looked at by dnspython.
_COMMON = re.compile(r"[A-Za-z0-9_*-]{1,63}(?:\.[A-Za-z0-9_*-]{1,63})*\.?", re.ASCII)
_MOST = 253  # characters of a common name: 255 octets with the length octets (RFC 1035 2.3.4)


def canonical(name: str) -> str | None:
    """*name* in lower case and A-labels, without the final dot; None if DNS can hold no such name.

    >>> canonical("Mail.Example.ORG."), canonical("b\u00fccher.example"), canonical("a..b")
    ('mail.example.org', 'xn--bcher-kva.example', None)
    """
    if len(name) <= _MOST and _COMMON.fullmatch(name):
        return name.removesuffix(".").lower()
    import dns.exception
    import dns.name

    try:
        read = dns.name.from_text(name)
        return read.canonicalize().to_text(omit_final_dot=True) if len(read) > 1 else ""
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return None


def is_or_below(name: str, parent: str) -> bool:
    """Is *name* the domain *parent* or a name in it? Both canonical.

    >>> is_or_below("a.example", "example"), is_or_below("anexample", "example")
    (True, False)
    """
    return not parent or name == parent or name.endswith("." + parent)


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The network address that *text* is; None if it is none. A mapped IPv4 address is IPv4's.

    >>> str(address("::ffff:192.0.2.1")), address("office.test")
    ('192.0.2.1', None)
    """
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def reverse_name(ip: str) -> str | None:
    """Where the PTR record of an address stands (RFC 1035 3.5, RFC 3596 2.5); None if it is none.

    >>> reverse_name("192.0.2.10")
    '10.2.0.192.in-addr.arpa'
    """
    found = address(ip)
    return None if found is None else found.reverse_pointer


def literal_address(text: str) -> str | None:
    """The address in an address literal (RFC 5321 4.1.3), or None.

    >>> literal_address("[IPv6:2001:db8::7]"), literal_address("[192.0.2.7"), literal_address("x")
    ('2001:db8::7', None, None)
    """
    if not is_literal(text) or domain_problems(text, 0):
        return None
    inside = text[1:-1]
    found = address(inside[5:] if inside[:5].lower() == "ipv6:" else inside)
    return None if found is None else str(found)
