"""Explaining a line: whose it is, what each piece of it means, what is odd about it."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
import re
from typing import NamedTuple

from smtpshell.explain.gloss import Gloss
from smtpshell.explain.gloss_auth import NO_LOGIN, Login
from smtpshell.explain.gloss_command import gloss_command
from smtpshell.explain.gloss_reply import gloss_reply_line, looks_like_offer
from smtpshell.explain.reference import Reference
from smtpshell.smtp.command import Command, parse_command
from smtpshell.smtp.later import later
from smtpshell.smtp.reply import ReplyLine, parse_reply_line
from smtpshell.smtp.span import Problem
from smtpshell.smtp.text import to_text

CLIENT = "client"
SERVER = "server"

# How RFCs and transcripts mark whose line it is.
_MARK = later(r"(?:(C)|(S)): ?", re.ASCII)
# No command begins with two digits, and hardly any reply does not.
_LIKE_REPLY = later(r"[0-9]{2}", re.ASCII)


class Explained(NamedTuple):
    """A line with a gloss on each of its pieces. All spans count characters of *text*."""

    side: str
    text: str
    glosses: tuple[Gloss, ...]
    problems: tuple[Problem, ...]


def cut_mark(text: str, side: str | None = None) -> tuple[str, str]:
    """Whose line it is, and the line without its mark "C:" or "S:".

    >>> cut_mark("S: 250 ok"), cut_mark("quit"), cut_mark("250 ok")
    (('server', '250 ok'), ('client', 'quit'), ('server', '250 ok'))
    """
    mark = _MARK.match(text)
    if mark and side is None:
        return (CLIENT if mark[1] else SERVER), text[mark.end() :]
    if side is None:
        side = SERVER if _LIKE_REPLY.match(text) else CLIENT
    return side, text


def explain_line(
    line: str | bytes | Command | ReplyLine,
    reference: Reference,
    command: Command | None = None,
    *,
    side: str | None = None,
    first: bool | None = None,
    login: Login = NO_LOGIN,
    reveal: bool = False,
) -> Explained:
    """Explain one line of either side.

    Without *side* it is guessed from the mark in front of the line, or from how it looks. *command*
    is what a reply line answers, *first* whether it is the first line of its reply. *login* says
    which AUTH exchange the line belongs to; *reveal* shows the secrets in it.
    """
    if isinstance(line, (str, bytes)):
        side, text = cut_mark(to_text(line), side)
        line = parse_command(text) if side == CLIENT else parse_reply_line(text)
    if isinstance(line, Command):
        glosses = gloss_command(line, reference, login, reveal=reveal)
        return Explained(CLIENT, line.text, glosses, line.problems)
    if first is None:
        first = not looks_like_offer(line)
    verb = command.verb if command else ""
    glosses = gloss_reply_line(line, verb, reference, login, first=first, reveal=reveal)
    return Explained(SERVER, line.text, glosses, line.problems)
