"""What one row of the tables of EHLO keywords holds; see row.py for `refs`, `status` and `key`."""

# No `from __future__ import annotations` here, see row.py.
from typing import NamedTuple


class ExtensionSpec(NamedTuple):
    """One EHLO keyword (RFC 5321 2.2.2)."""

    keyword: str
    refs: tuple[str, ...]
    status: str
    ehlo_parameters: str = ""  # what may follow the keyword in the EHLO reply
    verbs: tuple[str, ...] = ()  # commands it brings
    mail_parameters: tuple[str, ...] = ()  # as typed: "BODY=8BITMIME", "SIZE=", "SMTPUTF8"
    rcpt_parameters: tuple[str, ...] = ()
    other_parameters: tuple[str, ...] = ()
    mail_length_increase: int = 0  # octets added to the longest MAIL line
    rcpt_length_increase: int = 0
    submission: str = ""  # what the registry says of use at submission (RFC 6409 7)
    multicast: str = ""  # what RFC 8494 6.2 says of use over multicast
    example: str = ""

    @property
    def key(self) -> str:
        return self.keyword
