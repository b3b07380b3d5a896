"""The characters of a reply line, and its length.

Unlike a client's line, a reply is not typed by the one who reads it, so nothing is explained about
word processors and keys: a byte is text, or it is none.
"""

from __future__ import annotations

from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem
from smtpshell.smtp.text import octets, place_of_octet

LONGEST_REPLY_LINE = 512  # octets with CRLF (RFC 5321 4.5.3.1.5)
MOST_REPORTED = 20  # places in one line

_ODD = later(
    r"(?P<lf>\n)|(?P<cr>\r)|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+)|[^\x00-\x9f]+"
)
_ISSUES = {"lf": "reply-bare-lf", "cr": "reply-bare-cr", "control": "reply-control-char"}


def text_problems(text: str) -> list[Problem]:
    r"""What is odd about the characters of *text*, a whole reply line.

    >>> [found.issue for found in text_problems("250 a\nb")]
    ['reply-bare-lf']
    """
    problems: list[Problem] = []
    if not (text.isascii() and text.isprintable()):
        for match in _ODD.finditer(text):
            issue = _ISSUES.get(match.lastgroup or "", "reply-non-ascii")
            problems.append(problem(issue, *match.span()))
            if len(problems) == MOST_REPORTED:
                break
    if len(text) > LONGEST_REPLY_LINE // 4 and octets(text) + 2 > LONGEST_REPLY_LINE:
        start = place_of_octet(text, LONGEST_REPLY_LINE - 2)
        problems.append(problem("reply-line-too-long", start, len(text)))
    return problems
