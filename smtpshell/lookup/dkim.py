"""DKIM: a domain's signature on a letter, checked and made (RFC 6376).

The signature is a header field. It covers the body by its hash (bh=), some header fields (h=) and
itself, and names where the key lies in DNS (s= and d=). It says which domain takes responsibility
for the letter; whether that domain is the one in From is DMARC's question, not DKIM's.

dkimpy does the cryptography; what may be trusted in a signature and why it failed is told here.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from smtpshell.lookup.finding import Finding, Level
from smtpshell.lookup.resolver import Answer, Resolver

MOST_SIGNATURES = 10  # of one letter that are checked
LARGEST = 64 * 1024 * 1024  # octets of a letter that is looked at, unless somebody sets less
DEFAULT_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to")


class DkimResult(Enum):
    """Results of RFC 8601 2.7.1."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    POLICY = "policy"
    NEUTRAL = "neutral"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


# Why a signature did not pass: the result that follows, and the section that says so.
REASONS = {
    "too-many": (DkimResult.POLICY, "RFC 6376 6.1"),
    "too-large": (DkimResult.POLICY, "RFC 6376 6.1"),
    "bad-letter": (DkimResult.NEUTRAL, "RFC 6376 3.8"),
    "bad-signature": (DkimResult.NEUTRAL, "RFC 6376 6.1.1"),
    "wrong-domain": (DkimResult.PERMERROR, "RFC 6376 6.1.1"),
    "from-not-signed": (DkimResult.PERMERROR, "RFC 6376 6.1.1"),
    "expired": (DkimResult.POLICY, "RFC 6376 3.5"),
    "from-the-future": (DkimResult.POLICY, "RFC 6376 3.5"),
    "unknown-algorithm": (DkimResult.NEUTRAL, "RFC 6376 3.3"),
    "weak-algorithm": (DkimResult.POLICY, "RFC 8301 3.1"),
    "no-key": (DkimResult.PERMERROR, "RFC 6376 6.1.2"),
    "key-revoked": (DkimResult.PERMERROR, "RFC 6376 6.1.2"),
    "bad-key": (DkimResult.PERMERROR, "RFC 6376 6.1.2"),
    "weak-key": (DkimResult.POLICY, "RFC 8301 3.2"),
    "long-key": (DkimResult.POLICY, "RFC 8301 3.2"),
    "key-unavailable": (DkimResult.TEMPERROR, "RFC 6376 6.1.2"),
    "body-changed": (DkimResult.FAIL, "RFC 6376 6.1.3"),
    "header-changed": (DkimResult.FAIL, "RFC 6376 6.1.3"),
    "other-key": (DkimResult.FAIL, "RFC 6376 6.1.3"),
}


class DkimVerdict(NamedTuple):
    """What one signature is worth. *reason* is "" for a pass, else a key of `REASONS`.

    *domain*, *selector*, *identity* are the tags d=, s= and i= ("@" and d= when it is absent),
    *fields* the names in h=, *start* the first characters of b=, which tell signatures apart
    (RFC 6008). *testing*: see `dkim_key.Key`.
    """

    result: DkimResult
    reason: str
    words: str
    ref: str
    domain: str = ""
    selector: str = ""
    identity: str = ""
    algorithm: str = ""
    fields: tuple[str, ...] = ()
    start: str = ""
    bits: int = 0
    testing: bool = False
    answers: tuple[Answer, ...] = ()

    def finding(self) -> Finding:
        level = Level.BAD if self.result is DkimResult.FAIL else Level.ODD
        level = {DkimResult.PASS: Level.GOOD, DkimResult.TEMPERROR: Level.UNKNOWN}.get(
            self.result, level
        )
        who = f" by {self.domain}, key {self.selector}" if self.domain else ""
        return Finding(level, f"DKIM {self.result.value}{who}: {self.words}", self.ref)


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
