"""Remarks on a line: what is odd about it here and now, before and after it is sent.

They are advice. While the line is being typed, what is merely unfinished is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.smtp.advice import advise
from smtpshell.smtp.command import Command, parse_client_line
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.session import Session
from smtpshell.smtp.span import Problem

if TYPE_CHECKING:
    from smtpshell.shell.scene import Scene

MOST_REMARKS = 2

# Certain as soon as they are typed, even at the end of the line. Everything else may only mean that
# the rest has not been typed yet.
_CERTAIN = frozenset({
    "leading-space", "tab", "literal-crlf", "bare-lf", "bare-cr", "control-char", "smart-quotes",
    "nbsp", "look-alike", "invisible-char", "non-ascii", "bad-utf8", "header-as-command",
    "http-verb", "dot-as-command", "space-before-colon", "space-after-colon", "comma-list",
    "display-name", "space-in-path", "source-route", "null-forward-path", "extra-colon",
    "duplicate-parameter", "parameter-wrong-verb", "command-in-data", "dot-with-space",
    "needs-dot-stuffing", "param-without-ehlo", "bad-size", "bad-chunk-size", "auth-in-clear",
    "line-too-long", "bcc-in-letter", "base64-trailing-newline", "path-too-long",
    "local-part-too-long", "domain-too-long", "no-blank-line", "no-angle-brackets",
})  # fmt: skip
# About the verb as a whole, so certain once no more letters can be meant to follow.
_ON_VERBS = frozenset({
    "out-of-order", "early-talk", "pipelined-where-forbidden", "command-not-offered", "tls-twice",
    "auth-twice", "wrong-protocol", "ehlo-in-transaction", "ehlo-after-auth",
    "plaintext-after-starttls",
})  # fmt: skip
# About what stands between verb and address, so certain once the address has begun.
_BEFORE_ADDRESS = frozenset({"missing-keyword", "wrong-keyword", "no-colon", "no-angle-brackets"})
_ADDRESS_BEGUN = later(r"[:<@]")


def read_line(line: str, scene: Scene) -> Command:
    """*line* as the server will read it at this moment."""
    return parse_in(scene.session, line, header=scene.letter is None or scene.letter.in_header)


def parse_in(session: Session, line: str | bytes, *, header: bool) -> Command:
    """*line* of the client as *session* will take it; *header*: no empty line of the letter yet."""
    exchange = session.exchange
    return parse_client_line(
        line,
        session.mode,
        first=header,
        utf8="SMTPUTF8" in session.offered,
        mechanism=exchange.mechanism if exchange is not None else None,
    )


def remarks(line: str, scene: Scene, *, typing: bool = False) -> list[Problem]:
    """What is odd about *line*, the first places first. While *typing*, only what is certain."""
    if not scene.connected or (typing and not line):
        return []
    command = read_line(line, scene)
    session = scene.session
    found = [*command.problems, *advise(session, command)]
    letter = scene.letter
    if command.verb == "DOT" and letter is not None and letter.lines and letter.in_header:
        found.append(problem("no-blank-line", 0, 1))
    if typing:
        done = _verb_done(line, command)
        found = [one for one in found if _certain(one, line, done)]
    return in_order_of_place(found)


def _certain(problem: Problem, line: str, verb_done: bool) -> bool:
    if problem.issue in _ON_VERBS:
        return verb_done
    if problem.issue in _BEFORE_ADDRESS and not _ADDRESS_BEGUN.search(line):
        return False
    return problem.issue in _CERTAIN or problem.end < len(line)


def in_order_of_place(problems: list[Problem]) -> list[Problem]:
    """Each issue once at each place, from left to right."""
    unique = {(problem.start, problem.issue): problem for problem in problems}
    return [unique[key] for key in sorted(unique)]


def _verb_done(line: str, command: Command) -> bool:
    """Is the verb typed to its end? Of `DATA` nothing is missing, of `MAIL` the rest is."""
    return command.spec is not None and (
        len(line) > len(command.verb) or command.spec.syntax == command.verb
    )
