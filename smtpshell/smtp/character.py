"""Characters that a command line should not hold, each told what it is.

They come from word processors and web pages (typographic quotes, no-break spaces), from keys whose
byte the screen does not show (Backspace, arrows), and from tools that speak before their user does
(telnet, TLS).
"""

from __future__ import annotations

import re

from smtpshell.catalogue import marked
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem

MOST_REPORTED = 50  # places in one line; whole binary files get sent by mistake

_TLS_RECORD = later(r"\x16\x03[\x00-\x04]")  # handshake record, RFC 8446 5.1

# RFC 854: IAC, then a command; WILL, WONT, DO and DONT have an option behind them.
_ODD = later(
    "(?P<telnet>(?:\udcff(?:[\udcfb-\udcfe][^\r\n]?|[\udcf0-\udcfa\udcff]))+)"
    r"|(?P<key>\x1b[\[O][0-9;]*[@-~])"
    r"|(?P<run>[^ -~])(?P=run)*"
)

_QUOTES = frozenset(
    "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u00ab\u00bb\u00b4"
)
_LOOK_ALIKES = frozenset(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2024\u2026\u3008\u3009\u27e8\u27e9"
)
_NAMES = {"\t": "tab", "\n": "bare-lf", "\r": "bare-cr"}
_WORDS = {
    "\b": marked("The Backspace key sent a byte of its own; the server does not rub anything out."),
    "\x7f": marked(
        "The Backspace key sent a byte of its own; the server does not rub anything out."
    ),
    "\0": marked("A NUL byte was sent; it does not show, but the server gets it."),
}
_KEY = marked("An arrow or function key sent its escape sequence; the server gets those bytes.")


def odd_characters(text: str, *, letter: bool = False) -> list[Problem]:
    r"""The places in *text* that are not printable ASCII, up to MOST_REPORTED.

    In a *letter* tabs and all letters are in order.

    >>> [found.issue for found in odd_characters("RCPT\u00a0TO:<a@b>\b")]
    ['nbsp', 'control-char']
    """
    if text.isascii() and text.isprintable():
        return []
    if _TLS_RECORD.match(text):
        return [problem("tls-bytes", 0, len(text))]
    problems: list[Problem] = []
    for match in _ODD.finditer(text):
        issue, message = _judge(match)
        if letter and issue not in _ODD_IN_LETTER:
            continue
        start, end = match.span()
        if problems and problems[-1].issue == issue and problems[-1].end == start and not message:
            problems[-1] = problems[-1]._replace(end=end)
        elif len(problems) < MOST_REPORTED:
            problems.append(problem(issue, start, end, message))
    return problems


_ODD_IN_LETTER = frozenset({"bare-lf", "bare-cr", "control-char", "telnet-option"})


def _judge(match: re.Match[str]) -> tuple[str, str]:
    if match["telnet"]:
        return "telnet-option", ""
    if match["key"]:
        return "control-char", _KEY
    char = match["run"]
    return _issue(char), _WORDS.get(char, "")


def _issue(char: str) -> str:
    if char in _NAMES:
        return _NAMES[char]
    if char < " " or "\x7f" <= char <= "\x9f":
        return "control-char"
    if char in _QUOTES:
        return "smart-quotes"
    if char in _LOOK_ALIKES or "\uff01" <= char <= "\uff5e":
        return "look-alike"
    if char.isspace():
        return "nbsp"
    if "\ud800" <= char <= "\udfff":
        return "bad-utf8"
    return "non-ascii" if char.isprintable() else "invisible-char"
