"""What prose in lesson files must not say: real addresses, belittling words, dead standards."""

from __future__ import annotations

import re
from collections.abc import Iterator

# RFC 2606 and 6761: names that lead nowhere.
_RESERVED = re.compile(r"(?:.*\.)?(?:test|example|invalid|localhost|example\.(?:com|net|org))")
_ADDRESS = re.compile(r"@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# A name is taken for a domain of the Internet by its last part: notes have dots in their ids too.
_DOMAIN = re.compile(
    r"(?<![\w.@-])((?:[a-z0-9-]+\.)+(?:com|net|org|edu|gov|int|mil|info|biz|io|dev|eu|us|uk|de|fr|hu|"
    r"ch|nl|ru|cn|jp))(?![\w-]|\.\w)",
    re.IGNORECASE,
)
# RFC 5737: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24; and what never leaves the machine.
_IPV4 = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.]\d)", re.ASCII)
_RESERVED_IPV4 = ("192.0.2.", "198.51.100.", "203.0.113.", "127.", "0.0.0.0")
# RFC 3849: 2001:db8::/32.
_IPV6 = re.compile(
    r"IPv6:([0-9a-f:]+)|(?<![\w:])([0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f:]*)", re.IGNORECASE
)
_RESERVED_IPV6 = ("2001:db8:", "::1")

# What makes readers feel stupid when it is not simple for them.
_STYLE = re.compile(
    r"\b(just|simply|obviously|of course|as you know|easily|trivial(?:ly)?|clearly)\b",
    re.IGNORECASE,
)

_RFC = re.compile(r"RFC (\d+)", re.ASCII)
OBSOLETE = {
    "788": "5321", "821": "5321", "822": "5322", "974": "5321", "1425": "5321", "1426": "6152",
    "1427": "1870", "1651": "5321", "1652": "6152", "1653": "1870", "1830": "3030", "1854": "2920",
    "1869": "5321", "1891": "3461", "1892": "6522", "1893": "3463", "1894": "3464", "2197": "2920",
    "2222": "4422", "2476": "6409", "2487": "3207", "2554": "4954", "2821": "5321", "2822": "5322",
    "3462": "6522", "4234": "5234", "4408": "7208", "4409": "6409", "4871": "6376", "5335": "6532",
    "5336": "6531", "5451": "8601", "6125": "9525", "7001": "8601", "7601": "8601",
}  # fmt: skip


def unreserved(text: str) -> Iterator[str]:
    """The domains and network addresses in *text* that may belong to somebody."""
    names = [*_ADDRESS.findall(text), *_DOMAIN.findall(text)]
    yield from (name for name in names if not _RESERVED.fullmatch(name.lower()))
    yield from (one for one in _IPV4.findall(text) if not one.startswith(_RESERVED_IPV4))
    for marked, bare in _IPV6.findall(text):
        address = (marked or bare).lower()
        if not address.startswith(_RESERVED_IPV6):
            yield address


def belittling(text: str) -> Iterator[str]:
    """The words in *text* that say how easy it all is."""
    yield from (found[0] for found in _STYLE.finditer(text))


def obsolete(ref: str) -> str | None:
    """The RFC that has replaced the one *ref* names; None if it is in force."""
    found = _RFC.match(ref)
    return OBSOLETE.get(found[1]) if found else None
