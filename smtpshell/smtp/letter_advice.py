"""What is odd about a line of mail data for this session: a command that will not be one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtpshell.smtp.issue import problem
from smtpshell.smtp.mail_advice import declared_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtpshell.smtp.command import Command
    from smtpshell.smtp.session import Session
    from smtpshell.smtp.span import Problem

# Lines that people type when they think that they are at the command prompt. On purpose narrower
# than the grammar: "Help me" and "Data:" are good letters.
_LIKE_A_COMMAND = re.compile(
    r"(?: (?:QUIT|RSET|NOOP|DATA|STARTTLS)"
    r"  | (?:EHLO|HELO|LHLO) [ ]+ \S+"
    r"  | (?:MAIL [ ]+ FROM|RCPT [ ]+ TO) [ ]* : .*"
    r"  | AUTH [ ]+ [A-Z0-9_-]+ (?:[ ] [A-Z0-9+/=]+)?"
    r"  | BDAT [ ]+ [0-9]+ (?:[ ]+LAST)? ) [ ]*",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def advise_on_text(session: Session, command: Command) -> Iterator[Problem]:
    """Advice on a line of mail data."""
    text = command.text
    if _LIKE_A_COMMAND.fullmatch(text):
        yield problem("command-in-data", 0, len(text))
    if _undeclared(session) and (found := _NOT_ASCII.search(text)):
        yield problem("eight-bit-undeclared", *found.span())


def _undeclared(session: Session) -> bool:
    """Must the letter be ASCII? With SMTPUTF8 its headers need not be (RFC 6532 3.2)."""
    if declared_body(session) in ("8BITMIME", "BINARYMIME"):
        return False
    return not any(parameter.keyword == "SMTPUTF8" for parameter in session.mail_parameters)
