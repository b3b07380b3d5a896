"""Base64 as AUTH uses it (RFC 4954 4, RFC 4648 4), and what learners do to it."""

from __future__ import annotations

import binascii
import re

from smtpshell.catalogue import marked
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem

_BASE64 = later(r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)
_STRANGER = later(r"[^A-Za-z0-9+/=]")
_FILLED_TOO_EARLY = later(r"=(?=[^=])")

# What these mechanisms say is text, so bytes that are no text say that something went wrong.
_OF_TEXT = frozenset(
    {"PLAIN", "LOGIN", "CRAM-MD5", "ANONYMOUS", "EXTERNAL", "XOAUTH2", "OAUTHBEARER"}
)


def decode_base64(text: str) -> bytes | None:
    """The bytes *text* stands for, None if it is not base64, however little is wrong.

    >>> decode_base64("ZG9yYQ=="), decode_base64("ZG9yYQ")
    (b'dora', None)
    """
    return binascii.a2b_base64(text) if _BASE64.fullmatch(text) else None


def base64_problems(text: str, start: int, mechanism: str | None = None) -> list[Problem]:
    """What is odd about *text*, base64 that stands at *start* and belongs to *mechanism*.

    >>> [found.issue for found in base64_problems("YWxpY2UK", 0)]
    ['base64-trailing-newline']
    """
    end = start + len(text)
    data = decode_base64(text)
    if data is None:
        return [_bad(text, start)]
    problems = []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if mechanism in _OF_TEXT:
            problems.append(problem("base64-not-text", start, end))
    else:
        if data.endswith((b"\n", b"\r")):
            problems.append(problem("base64-trailing-newline", start, end))
    if mechanism == "PLAIN" and (words := _plain_shape(data)):
        problems.append(problem("auth-plain-shape", start, end, words))
    return problems


def _bad(text: str, start: int) -> Problem:
    end = start + len(text)
    if match := _STRANGER.search(text):
        return problem("base64-bad", start + match.start(), start + match.end())
    if match := _FILLED_TOO_EARLY.search(text):
        message = marked("= may only stand at the very end.")
        return problem("base64-bad", start + match.start(), start + match.end(), message)
    message = marked("Base64 comes in groups of four; the last one is filled up with =.")
    return problem("base64-bad", start, end, message)


def _plain_shape(data: bytes) -> str:
    """What is wrong with *data* as a PLAIN message (RFC 4616 2); "" if nothing is.

    message = [authzid] UTF8NUL authcid UTF8NUL passwd
    """
    fields = data.split(b"\0")
    if len(fields) == 1:
        return marked("PLAIN separates its fields with NUL bytes; there is none.")
    if len(fields) == 2:
        return marked("PLAIN has two NUL bytes, the first before the user; there is one.")
    if len(fields) > 3:
        return marked("PLAIN has two NUL bytes; there are {count}.", count=len(fields) - 1)
    if not fields[1]:
        return marked("The user between the two NUL bytes is empty.")
    return "" if fields[2] else marked("The password behind the second NUL byte is empty.")
