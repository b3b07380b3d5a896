"""DKIM: a domain's signature on a letter, checked and made (RFC 6376).

The signature is a header field. It covers the body by its hash (bh=), some header fields (h=) and
itself, and names where the key lies in DNS (s= and d=). It says which domain takes responsibility
for the letter; whether that domain is the one in From is DMARC's question, not DKIM's.

dkimpy does the cryptography; what may be trusted in a signature and why it failed is told here.
"""

from __future__ import annotations

from collections.abc import Sequence

from smtpshell.lookup.dkim_verdict import LARGEST, DkimVerdict
from smtpshell.lookup.resolver import Resolver

DEFAULT_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to")


def check_dkim(
    resolver: Resolver, letter: bytes, now: float, *, largest: int = LARGEST
) -> tuple[DkimVerdict, ...]:
    """Check every signature on *letter*, whose lines end with CRLF; () when there is none.

    *now* is the time in seconds since 1970, for signatures that expire. A letter of more than
    *largest* octets is left alone: that is how long the check may take. Never raises.
    """
    from smtpshell.lookup.dkim_check import check

    return check(resolver, letter, now, largest)


def sign(
    letter: bytes,
    domain: str,
    selector: str,
    key_pem: bytes,
    now: float,
    *,
    fields: Sequence[str] = DEFAULT_FIELDS,
    form: tuple[str, str] = ("relaxed", "relaxed"),
    identity: str = "",
    expires: float | None = None,
) -> bytes:
    """Sign *letter*; returns the DKIM-Signature field with its CRLF, to be put in front of it.

    *fields* are signed as often as the letter has them, From once more, so that none can be added.
    *form* is how header and body may change on the way (RFC 6376 3.4). The same arguments give the
    same octets. Raises ValueError for a key or a letter that cannot be used.
    """
    from smtpshell.lookup.dkim_sign import sign_letter

    return sign_letter(letter, domain, selector, key_pem, now, fields, form, identity, expires)
