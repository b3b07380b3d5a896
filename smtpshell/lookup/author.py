"""The author domain: whose name people see in From (RFC 9989 5.3.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.name import canonical

MOST_HEADER = 256 * 1024  # octets of a header section that is read
LONGEST_FROM = 8 * 1024  # octets of the field that are looked at
_MOST_PARENTHESES = 50  # comments may nest, and their reader calls itself for each
_HEADER = re.compile(rb"(?:^|\r?\n)\r?\n")


class Author(NamedTuple):
    """The domain in From, canonical; "" when there is not exactly one, and *words* say why."""

    domain: str
    words: str = ""


def author_of(letter: bytes) -> Author:
    """Find the author domain of *letter*: one From field, whose mailboxes share one domain."""
    if _header_of(letter) is None:
        return Author("", marked("the header section is too large"))
    fields = from_fields(letter)
    if len(fields) != 1:
        return Author("", marked("{count} From fields; a letter has one", count=len(fields)))
    return author_in(fields[0])


def from_fields(letter: bytes) -> list[str]:
    """What the From fields of *letter* hold, unfolded."""
    header = _header_of(letter) or b""
    fields: list[bytes] = []
    inside = False
    for line in header.split(b"\n"):
        if inside and line[:1] in (b" ", b"\t"):
            if len(fields[-1]) <= LONGEST_FROM:
                fields[-1] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        inside = bool(colon) and name.rstrip(b" \t").lower() == b"from"
        if inside:
            fields.append(value.strip())
    return [field.decode("utf-8", "surrogateescape") for field in fields]


def _header_of(letter: bytes) -> bytes | None:
    """The header section of *letter*; None if it is larger than anybody reads."""
    end = _HEADER.search(letter, 0, MOST_HEADER)
    if end is None and len(letter) > MOST_HEADER:
        return None
    return letter[: end.start()] if end else letter


def author_in(field: str) -> Author:
    """Find the author domain in what a From field holds."""
    if len(field) > LONGEST_FROM or field.count("(") > _MOST_PARENTHESES:
        return Author("", marked("From is too long to be honest"))
    from email.utils import getaddresses  # brings socket and more

    domains = set()
    for _, mailbox in getaddresses([field]):
        _, at, domain = mailbox.rpartition("@")
        name = canonical(domain) if at else None
        if not name or domain.startswith("["):
            return Author("", marked("From holds no address that could be read"))
        domains.add(name)
    if len(domains) != 1:
        return Author(
            "", marked("From names {count} domains; one is asked for", count=len(domains))
        )
    return Author(domains.pop())
