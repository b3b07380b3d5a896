"""Between the bytes of a line and its text, without loss."""

from __future__ import annotations


def to_text(line: bytes | str) -> str:
    """The text of a line: UTF-8, with each byte that is none kept as a surrogate."""
    return line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """The bytes of a line's text; a typed character that UTF-8 cannot hold becomes "?".

    >>> to_bytes(to_text(bytes([65, 255])))
    b'A\\xff'
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that no byte stands behind
        return text.encode("utf-8", "replace")


def octets(text: str) -> int:
    """How many octets *text* has on the wire."""
    return len(text) if text.isascii() else len(to_bytes(text))


def place_of_octet(text: str, octet: int) -> int:
    """Which character of *text* holds its octet number *octet* on the wire; its end if none does.

    >>> place_of_octet("caf\u00e9!", 4), place_of_octet("caf\u00e9!", 5)
    (3, 4)
    """
    if text.isascii():
        return min(octet, len(text))
    data = to_bytes(text)
    while 0 < octet < len(data) and 0x80 <= data[octet] < 0xC0:  # inside a character
        octet -= 1
    return min(len(to_text(data[:octet])), len(text))
