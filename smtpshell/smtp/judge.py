"""What is judged of a command line as a whole: its length, its characters, a written-out CRLF."""

from __future__ import annotations

import re

from smtpshell.catalogue import marked
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.later import later
from smtpshell.smtp.text import octets, place_of_octet

# Octets of a line with its CRLF: RFC 5321 4.5.3.1.4; RFC 4954 4 for AUTH.
LONGEST_COMMAND = 512
LONGEST_AUTH = 12288
_CRLF = 2

_WITH_SMTPUTF8 = frozenset({"MAIL", "RCPT", "SEND", "SOML", "SAML", "VRFY", "EXPN"})
_LITERAL_CRLF = later(
    r"\\r\\n|\\[rn]\Z|[<\[]CRLF[>\]]|\bCRLF\Z|<CR>(?:<LF>)?|\^M\Z", re.ASCII | re.IGNORECASE
)

# What an odd character makes of a word: said once, by the character.
_FOLLOWS = frozenset(
    {
        "bad-domain",
        "bad-local-part",
        "bad-parameter",
        "bad-path",
        "bad-value",
        "base64-bad",
        "display-name",
        "not-a-domain",
        "unknown-parameter",
    }
)


def judge_line(draft: Draft, utf8: bool) -> None:
    """Add the problems that do not depend on the verb's grammar; see `parse_command` for *utf8*."""
    text = draft.text
    if len(text) > LONGEST_COMMAND // 4:
        _judge_length(draft)
    if not (text.isascii() and text.isprintable()):
        _judge_characters(draft, utf8)
    if ("\\" in text or "^" in text or "CR" in text.upper()) and (
        match := _LITERAL_CRLF.search(text)
    ):
        draft.problem("literal-crlf", match.start(), match.end())


def _judge_length(draft: Draft) -> None:
    longest = LONGEST_COMMAND
    if draft.verb in ("AUTH", "AUTHLINE", "X-EXPS"):
        longest = LONGEST_AUTH
    found = octets(draft.text) + _CRLF
    if found > longest and draft.parameters:
        longest += _increase(draft)
    if found > longest:
        message = marked(
            "The line has {found} octets with its end; a server must take {longest}.",
            found=found,
            longest=longest,
        )
        start = place_of_octet(draft.text, longest - _CRLF)
        draft.problem("line-too-long", start, len(draft.text), message)


def _increase(draft: Draft) -> int:
    """How many octets the extensions add whose parameters stand in the line (RFC 5321 4.1.1.11)."""
    from smtpshell.smtp.table.extension import EXTENSIONS  # hardly any line is so long
    from smtpshell.smtp.table.parameter import find_parameter

    rows = [find_parameter(draft.verb, parameter.keyword) for parameter in draft.parameters]
    extensions = [EXTENSIONS[name] for name in {row.extension for row in rows if row}]
    if draft.verb == "RCPT":
        return sum(extension.rcpt_length_increase for extension in extensions)
    return sum(extension.mail_length_increase for extension in extensions)


def _judge_characters(draft: Draft, utf8: bool) -> None:
    from smtpshell.smtp.character import odd_characters  # hardly any line has one

    odd = odd_characters(draft.text)
    if draft.verb in _WITH_SMTPUTF8 and (
        utf8 or any(parameter.keyword == "SMTPUTF8" for parameter in draft.parameters)
    ):
        odd = [p for p in odd if p.issue != "non-ascii" or p.start < draft.verb_end]
    if odd:
        draft.problems = [
            p
            for p in draft.problems
            if p.issue not in _FOLLOWS or not any(p.start <= o.start < p.end for o in odd)
        ]
    draft.problems += odd
