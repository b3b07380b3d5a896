"""The header that SCRAM and OAUTHBEARER have in common (RFC 5801 4).

    gs2-header  = gs2-cb-flag "," [ "a=" saslname ] ","
    gs2-cb-flag = ("p=" cb-name) / "n" / "y"

"n": the client cannot bind to the TLS channel. "y": it could, and thinks that the server cannot.
"p=": it does, in the way named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtpshell.smtp.later import later
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.field import Cutter

_HEADER = later(rb"(?P<flag>n|y|p=[A-Za-z0-9.-]+),(?:a=(?P<authzid>[^,\0]+))?,")
# saslname = 1*(value-safe-char / "=2C" / "=3D")
_SASLNAME = later(r"(?:[^,=\0]|=2C|=3D)+")


class Gs2Header(NamedTuple):
    """*flag* is "n", "y" or "p=" with the binding's name; *length* is that of the header."""

    flag: str
    acting_as: str
    length: int


def read_gs2(data: bytes) -> Gs2Header | None:
    """The header *data* begins with; None if it begins with none.

    >>> read_gs2(b"n,a=dora=2Cana,rest")
    Gs2Header(flag='n', acting_as='dora,ana', length=15)
    """
    match = _HEADER.match(data)
    if match is None:
        return None
    acting_as = unescape(match["authzid"] or b"")
    if acting_as is None:
        return None
    return Gs2Header(match["flag"].decode("ascii"), acting_as, match.end())


def write_gs2(flag: str, acting_as: str) -> bytes:
    """The header with *flag* and the identity to act as, "" for none."""
    name = f"a={escape(acting_as)}" if acting_as else ""
    return to_bytes(f"{flag},{name},")


def escape(name: str) -> str:
    """A name as it may stand between commas (RFC 5802 5.1)."""
    return name.replace("=", "=3D").replace(",", "=2C")


def unescape(name: bytes) -> str | None:
    """The name that was escaped; None if it cannot have been, or is not UTF-8."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return None
    if text and not _SASLNAME.fullmatch(text):
        return None
    return text.replace("=2C", ",").replace("=3D", "=")


def take_gs2(cutter: Cutter) -> None:
    """Cut off the header with which the message begins."""
    for name in ("channel-binding-flag", "authzid"):
        cutter.take(name, cutter.find(b","))
        cutter.separator()
