"""Text of a stranger made fit to be looked at.

A server reply, a stored letter or a file can hold escape sequences that retitle, recolour or
type into a terminal, marks that turn the reading direction, and bytes that are no text at all.
Whatever is not printable is shown as what it is: `\\x1b`, `\\u202e`, `\\xff` for a byte that is no
UTF-8 (it stands in the text as a surrogate, see `bytes.decode` with "surrogateescape").

`str.isprintable` is the rule: it knows neither control, format, private nor unassigned characters,
no surrogates, and no space but the common one. What it lets through is combining marks without
end, which pile up over other lines, so of more than four in a row the rest is escaped too.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_MARKS = 4  # combining marks in a row; real writing systems need no more

_FIRST_MARK = "\u0300"  # no combining mark stands below


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: this was one byte
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _pieces(text: str) -> Iterator[str]:
    """Each character of *text* as it may be shown."""
    from unicodedata import category  # most text is plain

    marks = 0
    for char in text:
        marks = marks + 1 if category(char).startswith("M") else 0
        yield char if char.isprintable() and marks <= MOST_MARKS else _escape(char)


def _is_plain(text: str) -> bool:
    return text.isprintable() and (text.isascii() or max(text) < _FIRST_MARK)


def printable(text: str) -> str:
    r"""*text* with everything that is not printable escaped; printable text comes back as it is.

    >>> printable("250 caf\u00e9 \x1b]0;owned\x07")
    '250 café \\x1b]0;owned\\x07'
    >>> printable(b"\xff".decode("utf-8", "surrogateescape"))
    '\\xff'
    """
    return text if _is_plain(text) else "".join(_pieces(text))


def printable_span(text: str, start: int, end: int) -> tuple[int, int]:
    r"""Where *text*[start:end] stands in `printable(text)`.

    >>> printable_span("a\x00b", 2, 3)
    (5, 6)
    """
    if _is_plain(text):
        return start, end
    widths = [len(piece) for piece in _pieces(text)]
    shown_start = sum(widths[:start]) + max(0, start - len(text))
    return shown_start, shown_start + sum(widths[start:end]) + max(0, end - max(start, len(text)))
