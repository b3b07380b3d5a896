"""What a DKIM signature is worth, as a value: results, reasons, and words for them."""

# No `from __future__ import annotations` here, see `finding`.
from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.finding import Finding, Level, about
from smtpshell.lookup.resolver import Answer

MOST_SIGNATURES = 10  # of one letter that are checked
LARGEST = 64 * 1024 * 1024  # octets of a letter that is looked at, unless somebody sets less


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
        method = f"DKIM {self.result.value}"
        if self.domain:
            method = marked(
                "{method} by {domain}, key {selector}",
                method=method,
                domain=self.domain,
                selector=self.selector,
            )
        return Finding(level, about(method, self.words), self.ref)
