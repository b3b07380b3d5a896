"""The head of a transcript: what it is of, and in remarks what it is for."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Mapping
from typing import NamedTuple

from smtpshell.smtp.later import later
from smtpshell.transcript.format import MAGIC, VERSION, EscapeError, escape, unescape

_KEY = later(r"([a-z]+): ?(.*)")


class Header(NamedTuple):
    """What stands above the dialogue. *started* is a date and time as ISO 8601 writes them."""

    title: str = ""
    server: str = ""
    started: str = ""
    protocol: str = ""  # "smtp" (also when empty) or "lmtp"
    personality: str = ""  # of a practice server
    seed: str = ""
    program: str = ""  # that wrote it
    remarks: tuple[str, ...] = ()

    @property
    def lmtp(self) -> bool:
        """Is the dialogue LMTP (RFC 2033)?"""
        return self.protocol == "lmtp"


KEYS = Header._fields[:-1]


def format_header(header: Header) -> str:
    """The head with the blank line that ends it."""
    lines = [f"{MAGIC} {VERSION}"]
    for key in KEYS:
        value: str = getattr(header, key)
        lines += [f"{key}: {_escape(value)}"] if value else []
    lines += [f"# {_escape(remark)}".rstrip() for remark in header.remarks]
    return "\n".join(lines) + "\n\n"


def _escape(value: str) -> str:
    return escape(value.encode("utf-8", "surrogateescape"))


def parse_header(lines: list[bytes]) -> Header:
    """Read the lines between the first and the blank one; HeaderError with the line's index."""
    found: dict[str, str] = {}
    remarks: list[str] = []
    for index, line in enumerate(lines):
        text = line.decode("utf-8").rstrip()
        try:
            if text.startswith("#"):
                remarks.append(_unescape(text[1:].removeprefix(" ")))
            else:
                key, value = _entry(text, found)
                found[key] = _unescape(value)
        except EscapeError as error:
            raise HeaderError(index, str(error)) from None
        except ValueError as error:
            raise HeaderError(index, str(error)) from None
    return Header(**found, remarks=tuple(remarks))


def _entry(text: str, found: Mapping[str, str]) -> tuple[str, str]:
    match = _KEY.fullmatch(text)
    if match is None:
        raise ValueError("not a header line (KEY: VALUE, or # and a remark)")
    key, value = match[1], match[2]
    if key not in KEYS:
        raise ValueError(f"unknown header {key!r}; there are {', '.join(KEYS)}")
    if key in found:
        raise ValueError(f"header {key!r} stands twice")
    if key == "protocol" and value not in ("smtp", "lmtp"):
        raise ValueError("protocol is smtp or lmtp")
    return key, value


def _unescape(value: str) -> str:
    return unescape(value.encode("utf-8")).decode("utf-8", "surrogateescape")


class HeaderError(ValueError):
    """A wrong header line; *index* counts from the one below the first line."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
