"""AUTH's argument, and the lines that answer a 334 (RFC 4954 4).

    auth-command = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response]
    initial-response = base64 / "="

Everything behind the mechanism is coloured and redacted as base64, also where it is none: it may be
a password that somebody forgot to encode.
"""

from __future__ import annotations

import re

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.base64_text import base64_problems
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.later import later
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.table.mechanism import MECHANISMS

_MECHANISM = later(r"[A-Z0-9_-]{1,20}", re.ASCII)

# Nobody's user name or password reads like this in base64.
_COMMAND = later(
    r"(?:QUIT|RSET|NOOP|DATA|STARTTLS)[ \t]*|(?:EHLO|HELO|LHLO|AUTH|MAIL|RCPT|VRFY|EXPN)[ \t].*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


def read_auth(draft: Draft, start: int) -> None:
    """Read mechanism and initial response."""
    at = draft.gap(start)
    end = draft.word(TokenKind.MECHANISM, at)
    if end == at:
        draft.problem(
            "no-argument", at, at, marked("{verb} is followed by a mechanism.", verb=draft.verb)
        )
        return
    mechanism = ascii_upper(draft.text[at:end])
    draft.mechanism = mechanism
    if not _MECHANISM.fullmatch(mechanism):
        draft.problem("bad-mechanism", at, end)
    elif mechanism not in MECHANISMS:
        draft.problem("unknown-mechanism", at, end)
    at = draft.gap(end)
    end = draft.word(TokenKind.BASE64, at)
    if end == at:
        return
    response = draft.text[at:end]
    draft.initial_response = response
    if response != "=":
        draft.problems += base64_problems(response, at, mechanism)
    elif mechanism == "PLAIN":
        message = marked("= stands for an empty response, and PLAIN has its three fields in it.")
        draft.problem("auth-plain-shape", at, end, message)
    draft.extra(draft.gap(end), TokenKind.BASE64, marked("One response is all that belongs here."))


def read_auth_line(draft: Draft, mechanism: str | None) -> None:
    """Read a line that answers a 334: base64, nothing at all, or * to cancel."""
    text = draft.text
    if text == "*":
        draft.token(TokenKind.CANCEL, 0, 1)
        return
    at = len(text) - len(text.lstrip(" \t"))
    draft.token(TokenKind.SPACE, 0, at)
    if at:
        draft.problem("leading-space", 0, at, marked("The response begins in the first column."))
    end = len(text.rstrip(" \t"))
    if _COMMAND.fullmatch(text, at):
        draft.token(TokenKind.UNKNOWN, at, len(text))
        draft.problem("command-in-auth", at, end)
        return
    draft.rest(TokenKind.BASE64, at)
    if text[at:end] == "=":
        message = marked("= stands for nothing only behind the mechanism; here an empty line does.")
        draft.problem("base64-bad", at, end, message)
    elif at < end:
        draft.problems += base64_problems(text[at:end], at, mechanism)
