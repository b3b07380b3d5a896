"""Macros of SPF: ``%{ir}.%{v}._spf.%{d2}`` (RFC 7208 7).

pyspf has an expander of its own, which lets pass what is no macro (``%{d0}``, ``%{d!}``, an open
brace), does not know ``R`` for ``r``, and cuts long texts as if they were names of domains.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from smtpshell.catalogue import marked

LONGEST_NAME = 253  # characters of a domain (RFC 7208 7.3)

# RFC 7208 7.1:
#   macro-string   = *( macro-expand / macro-literal )
#   macro-expand   = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
#   macro-literal  = %x21-24 / %x26-7E
#   macro-letter   = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"
#   transformers   = *DIGIT [ "r" ]
#   delimiter      = "." / "-" / "+" / "," / "/" / "_" / "="
#   explain-string = *( macro-string / SP )
_MACRO = r"%\{(?P<letter>[slodiphcrtv])(?P<digits>[0-9]*)(?P<r>r?)(?P<delimiters>[.+,/_=-]*)\}"
_PART = re.compile(
    rf"{_MACRO}|%(?P<sign>[%_-])|(?P<literal>[!-$&-~]+)|(?P<space> +)", re.ASCII | re.IGNORECASE
)
_SIGNS = {"%": "%", "_": " ", "-": "%20"}
_ONLY_IN_EXPLANATIONS = "crt"


def expand(text: str, value: Callable[[str], str], *, explains: bool = False) -> str:
    """Fill in the macros of *text*; *value* tells what a small letter stands for.

    A text that *explains* a refusal may have spaces, and letters that nothing else may. Raises
    ValueError for what is no macro-string, with a part of it that shows why.

    >>> expand("%{ir}.%{v}.%{d2}", {"i": "192.0.2.7", "v": "in-addr", "d": "a.b.example"}.get)
    '7.2.0.192.in-addr.b.example'
    """
    parts = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or (found["space"] and not explains):
            raise ValueError(marked("no macro and no plain text: {part}", part=text[at : at + 20]))
        parts.append(_expanded(found, value, explains))
        at = found.end()
    return "".join(parts)


def _expanded(part: re.Match[str], value: Callable[[str], str], explains: bool) -> str:
    if part["sign"]:
        return _SIGNS[part["sign"]]
    letter = part["letter"]
    if letter is None:
        return part[0]
    if letter.lower() in _ONLY_IN_EXPLANATIONS and not explains:
        raise ValueError(marked("only an explanation may have {part}", part=part[0]))
    if part["digits"] and not int(part["digits"]):
        raise ValueError(marked("no label at all is asked for: {part}", part=part[0]))
    filled = _transformed(value(letter.lower()), part)
    # The octets as they came: a local-part may be no UTF-8.
    return quote(filled.encode("utf-8", "surrogateescape"), safe="") if letter.isupper() else filled


def _transformed(value: str, part: re.Match[str]) -> str:
    """*value* cut at the delimiters, turned round, and the labels on the right of it."""
    if not part["digits"] and not part["r"] and not part["delimiters"]:
        return value
    labels = re.split(f"[{re.escape(part['delimiters'] or '.')}]", value)
    if part["r"]:
        labels.reverse()
    return ".".join(labels[-int(part["digits"] or len(labels)) :])


def shortened(name: str) -> str:
    """*name* with labels taken off on the left until DNS can hold it (RFC 7208 7.3)."""
    while len(name) > LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name
