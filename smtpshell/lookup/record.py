"""From dnspython's records to ours, the same for both resolvers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from smtpshell.lookup.resolver import LONGEST_TXT, MOST_RECORDS, Record

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata

LONGEST_TEXT = 4 * LONGEST_TXT  # characters; an octet can take four: \DDD


def read_record(rdata: Rdata, ttl: int, source: str = "") -> Record:
    """Our value for *rdata*; what is longer than we keep is cut and says so."""
    import dns.rdatatype

    data: Any = rdata
    type = dns.rdatatype.to_text(rdata.rdtype)
    strings, cut = _bounded(data.strings) if type == "TXT" else ((), False)
    return Record(
        type=type,
        text=rdata.to_text()[:LONGEST_TEXT],
        ttl=ttl,
        value=_value(type, data),
        preference=data.preference if type == "MX" else 0,
        strings=strings,
        cut=cut,
        source=source,
    )


def _value(type: str, data: Any) -> str:
    if type in ("A", "AAAA"):
        return str(data.address)
    if type == "MX":
        return name_text(data.exchange)
    return name_text(data.target) if type in ("CNAME", "PTR", "NS") else ""


def name_text(name: Name) -> str:
    """*name* without the final dot; "" for the root."""
    return name.to_text(omit_final_dot=True) if len(name) > 1 else ""


def _bounded(strings: Iterable[bytes]) -> tuple[tuple[bytes, ...], bool]:
    kept: list[bytes] = []
    room = LONGEST_TXT
    for one in strings:
        kept.append(one[:room])
        if len(one) > room:
            return tuple(kept), True
        room -= len(one)
    return tuple(kept), False


def in_order(records: Iterable[Record]) -> tuple[tuple[Record, ...], int]:
    """The records as they are to be used, MX by preference, and how many were left off."""
    ordered = sorted(records, key=lambda record: record.preference)
    return tuple(ordered[:MOST_RECORDS]), max(0, len(ordered) - MOST_RECORDS)
