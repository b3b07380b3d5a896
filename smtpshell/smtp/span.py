"""Spans: how everything that reads a line says what stands where, and what is odd about it.

A line's text is its bytes decoded as UTF-8, with each byte that is no UTF-8 kept as a surrogate
("surrogateescape"), so nothing is lost. All positions count characters of that text, so typed
text and text from the wire are spoken of in the same way.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import tr
from smtpshell.smtp.printable import printable, printable_span


class TokenKind(Enum):
    """What a piece of a line is."""

    # A client's line
    VERB = "verb"
    KEYWORD = "keyword"  # FROM and TO
    COLON = "colon"
    SPACE = "space"  # what separates, tabs included
    BRACKET = "bracket"  # < and > of a path
    ROUTE = "route"  # source route of a path, its colon included
    LOCAL_PART = "local-part"
    AT = "at"
    DOMAIN = "domain"
    LITERAL = "literal"  # address literal, square brackets included
    PARAMETER = "parameter"  # keyword of a MAIL or RCPT parameter
    EQUALS = "equals"
    VALUE = "value"
    HOST = "host"  # who greets
    ARGUMENT = "argument"  # of any other command
    MECHANISM = "mechanism"
    BASE64 = "base64"
    NUMBER = "number"  # chunk size
    DOT = "dot"  # end of mail data, or the dot that transparency adds
    CANCEL = "cancel"  # * in an AUTH exchange
    HEADER_NAME = "header-name"
    # A server's line
    CODE = "code"
    SEPARATOR = "separator"
    ENHANCED = "enhanced"
    EHLO_KEYWORD = "ehlo-keyword"
    EHLO_PARAMETER = "ehlo-parameter"
    # Either's
    TEXT = "text"
    UNKNOWN = "unknown"  # what no rule of the grammar covers


class Token(NamedTuple):
    """A piece of a line: text[start:end]. The tokens of a line cover it without gap or overlap."""

    kind: TokenKind
    start: int
    end: int


class Problem(NamedTuple):
    """What is odd about text[start:end], in words for the one who typed it.

    *issue* is a name of `smtp.issue_table.ISSUES`. An empty span stands where something is missing.
    """

    issue: str
    start: int
    end: int
    message: str
    ref: str = ""


def underline(text: str, problem: Problem) -> str:
    r"""*text* as it may be shown, and under it marks where *problem* is and its message.

    >>> print(underline("MAIL FROM: <>", Problem("space-after-colon", 10, 11, "no space here")))
    MAIL FROM: <>
              ^ no space here
    """
    shown = printable(text)
    start, end = printable_span(text, problem.start, problem.end)
    marks = " " * _columns(shown[:start]) + "^" * max(1, _columns(shown[start:end]))
    source = f" ({problem.ref})" if problem.ref else ""
    return f"{shown}\n{marks} {tr(problem.message)}{source}"


def _columns(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        2 if east_asian_width(char) in "WF" else 0 if category(char) in ("Mn", "Me") else 1
        for char in text
    )
