r"""How one event stands on paper: a line of text that any bytes can be got back from.

    [SECONDS] [~][*]NAME: TEXT        C: and S: are the two sides
    [SECONDS] [~]# WORDS              a remark

``~`` says that the line travelled under TLS, ``*`` that nobody had asked for it. Bytes that are no
printable UTF-8 stand as ``\xNN`` (``\r \n \t`` for those three), a backslash as two, a blank at the
end as ``\x20``; so an editor that strips blanks or changes line ends does no harm. A single
backslash at the very end says that no CRLF followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from smtpshell.smtp.event import NO_DETAIL, Event, EventKind
from smtpshell.smtp.later import later
from smtpshell.smtp.text import to_text

VERSION = 1
MAGIC = "smtpshell transcript"

# Limits for readers (and so for writers): a transcript may come from a stranger.
MOST_OCTETS = 16 * 1024 * 1024
MOST_OCTETS_A_LINE = 64 * 1024
MOST_EVENTS = 100_000
_MOST_DATA_A_LINE = 12 * 1024  # octets; times four, if each has to be escaped

NAMES = {
    EventKind.CLIENT: "C",
    EventKind.SERVER: "S",
    EventKind.CONNECT: "connect",
    EventKind.TLS: "tls",
    EventKind.CLOSE: "close",
}
KINDS = {name.encode(): kind for kind, name in NAMES.items()}
WIRE = frozenset({EventKind.CLIENT, EventKind.SERVER})

_SHORT = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", "\t": "\\t"}
_ESCAPE = later(rb"\\(?:x([0-9A-Fa-f]{2})|([rnt\\])|(.?))", re.DOTALL)
_LONG = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
_DETAIL = later(rb" \{([a-z_]+)=([^{}]*)\}")


class EscapeError(ValueError):
    """An escape that does not exist; the message says which."""


def escape(data: bytes) -> str:
    r"""*data* as printable text.

    >>> escape(b"caf\xc3\xa9 \x1b[2J \xff ")
    'café \\x1b[2J \\xff\\x20'
    """
    text = to_text(data)
    if not text.isprintable() or "\\" in text:
        text = "".join(_escape_char(char) for char in text)
    return text[:-1] + "\\x20" if text.endswith(" ") else text


def _escape_char(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def unescape(text: bytes) -> bytes:
    r"""The bytes that `escape` was given; EscapeError for an escape that does not exist.

    >>> unescape(rb"a\x00b\\c")
    b'a\x00b\\c'
    """
    return _ESCAPE.sub(_unescape_one, text) if b"\\" in text else text


def _unescape_one(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return bytes.fromhex(match[1].decode("ascii"))
    if match[2] is not None:
        return _LONG[match[2]]
    wrong = to_text(match[0])
    raise EscapeError(f"{wrong!r} is no escape; a backslash is written as two")


def format_event(event: Event) -> str:
    """*event* as one line with its line feed; as several where its data is very long."""
    data = event.data
    if event.kind in WIRE and event.eol not in (b"\r\n", b""):
        data, event = data + event.eol, event._replace(eol=b"")
    *pieces, last = _pieces(data)
    lines = [_format_line(event, piece, b"") for piece in pieces]
    lines.append(_format_line(event, last, event.eol))
    return "".join(lines)


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, max(1, len(data)), _MOST_DATA_A_LINE):
        yield data[start : start + _MOST_DATA_A_LINE]


def _format_line(event: Event, data: bytes, eol: bytes) -> str:
    kind = event.kind
    marks = ("~" if event.tls else "") + ("*" if "unasked" in event.detail else "")
    text = escape(data)
    if kind is EventKind.REMARK:
        lane = "#"
    else:
        lane = f"{NAMES[kind]}:"
        if kind not in WIRE:
            text = text.replace("{", "\\x7b").replace("}", "\\x7d") + _format_detail(event.detail)
        elif not eol:
            text += "\\"
    space = " " if text else ""
    return f"{max(0.0, event.time):8.3f} {marks:>2}{lane}{space}{text}\n"


def _format_detail(detail: Mapping[str, str]) -> str:
    return "".join(
        f" {{{key}={_braceless(value)}}}" for key, value in detail.items() if key != "unasked"
    )


def _braceless(value: str) -> str:
    text = escape(value.encode("utf-8", "surrogateescape"))
    return text.replace("{", "\\x7b").replace("}", "\\x7d")


def parse_text(kind: EventKind, text: bytes) -> tuple[bytes, bytes, Mapping[str, str]]:
    """What stands behind a line's name: data, eol and detail. Raises EscapeError."""
    if kind in WIRE:
        if text.endswith(b"\\") and (len(text) - len(text.rstrip(b"\\"))) % 2:
            return unescape(text[:-1]), b"", NO_DETAIL
        return unescape(text), b"\r\n", NO_DETAIL
    if kind is EventKind.REMARK:
        return unescape(text), b"\r\n", NO_DETAIL
    detail = {key.decode("ascii"): to_text(unescape(value)) for key, value in _DETAIL.findall(text)}
    return unescape(_DETAIL.sub(b"", text)), b"\r\n", detail or NO_DETAIL
