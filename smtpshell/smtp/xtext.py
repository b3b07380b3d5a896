"""xtext: how a parameter holds characters that may not stand in one (RFC 3461 4).

xtext   = *( xchar / hexchar )
xchar   = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits
"""

from __future__ import annotations

import re

from smtpshell.smtp.later import later
from smtpshell.smtp.text import to_bytes, to_text

_XTEXT = later(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*", re.ASCII)
_HEXCHAR = later(r"\+([0-9A-Fa-f]{2})", re.ASCII)


def encode(text: str) -> str:
    """*text* as xtext; bytes outside ASCII are those of UTF-8.

    >>> encode("a+b=c@example.org")
    'a+2Bb+3Dc@example.org'
    """
    return "".join(
        chr(octet) if 33 <= octet <= 126 and octet not in b"+=" else f"+{octet:02X}"
        for octet in to_bytes(text)
    )


def decode(xtext: str) -> str:
    """What *xtext* stands for; a place that is no xtext is left as it is, lower case taken as well.

    >>> decode("a+2Bb+ZZ")
    'a+b+ZZ'
    """
    pieces = _HEXCHAR.split(xtext)
    octets = b"".join(
        bytes.fromhex(piece) if index % 2 else to_bytes(piece) for index, piece in enumerate(pieces)
    )
    return to_text(octets)


def first_offence(xtext: str) -> int | None:
    """Where *xtext* first breaks the rule; None if it is right.

    >>> first_offence("ok+2Bok"), first_offence("ok+2b")
    (None, 2)
    """
    match = _XTEXT.match(xtext)
    end = match.end() if match else 0
    return None if end == len(xtext) else end
