"""The words that may follow "with" in a Received field: the IANA registry (RFC 3848)."""

# No `from __future__ import annotations` here, see row.py.
from typing import NamedTuple


class WithProtocolSpec(NamedTuple):
    """One word that may follow "with" in a Received field (RFC 3848, RFC 5321 4.4)."""

    name: str
    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name


WITH_PROTOCOLS: dict[str, WithProtocolSpec] = {
    spec.name: spec
    for spec in (
        WithProtocolSpec("SMTP", ("RFC 5321 4.4",)),
        WithProtocolSpec("ESMTP", ("RFC 5321 4.4",)),
        WithProtocolSpec("ESMTPA", ("RFC 3848 1",)),
        WithProtocolSpec("ESMTPS", ("RFC 3848 1",)),
        WithProtocolSpec("ESMTPSA", ("RFC 3848 1",)),
        WithProtocolSpec("LMTP", ("RFC 3848 1", "RFC 2033")),
        WithProtocolSpec("LMTPA", ("RFC 3848 1",)),
        WithProtocolSpec("LMTPS", ("RFC 3848 1",)),
        WithProtocolSpec("LMTPSA", ("RFC 3848 1",)),
        WithProtocolSpec("MMS", ("RFC 4356 4",)),
        WithProtocolSpec("UTF8SMTP", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8SMTPA", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8SMTPS", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8SMTPSA", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8LMTP", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8LMTPA", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8LMTPS", ("RFC 6531 4.3",)),
        WithProtocolSpec("UTF8LMTPSA", ("RFC 6531 4.3",)),
        WithProtocolSpec("HTTP", ("IANA Mail Transmission Types",)),
    )
}
