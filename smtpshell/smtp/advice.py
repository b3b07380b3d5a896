"""What only the session can know to be odd about a line, told before the line is sent.

`parse_command` finds what is wrong with a line by itself. Here is what is wrong with it *now*: out
of order, not offered, in clear, too early. It is advice: the line may be sent all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.smtp.choice import NEED_NOT_BE_LISTED
from smtpshell.smtp.issue import problem
from smtpshell.smtp.mail_advice import advise_on_mail
from smtpshell.smtp.memory import HELLO
from smtpshell.smtp.order import judge, verb_span
from smtpshell.smtp.said import LOGS_IN, STARTS_TLS
from smtpshell.smtp.span import Problem, TokenKind
from smtpshell.smtp.state import IN_TRANSACTION, State
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtpshell.smtp.command import Command
    from smtpshell.smtp.session import Session

_WORDS = {"DOT": marked("the dot"), "AUTHLINE": marked("the answer")}
_BEFORE = marked("the line before")
_NOBODY_WAITS = (State.BEFORE_GREETING, State.TLS)  # judged as early talk, and as clear text


def advise(session: Session, command: Command, *, pasted: int = 1) -> tuple[Problem, ...]:
    """What is odd about saying *command* now; the spans count in its text, from left to right.

    Call it before `client_said`. Whatever that reports of this command is among the advice.
    *pasted* is the number of lines that came in one paste with this one.

    >>> from smtpshell.smtp.command import parse_command
    >>> from smtpshell.smtp.session import Session
    >>> [found.issue for found in advise(Session(), parse_command("EHLO client.example.org"))]
    ['early-talk']
    """
    found = list(_advise(session, command))
    if pasted > 1:
        found.append(problem("pasted-block", 0, len(command.text)))
    return tuple(sorted(found, key=_position))


def _position(found: Problem) -> int:
    return found.start


def _advise(session: Session, command: Command) -> Iterator[Problem]:
    if command.verb not in ("TEXT", "CHUNK"):
        yield from _on_command(session, command)
    yield from advise_on_mail(session, command)


def _on_command(session: Session, command: Command) -> Iterator[Problem]:
    if out_of_order := judge(session, command):
        yield out_of_order
    yield from _on_waiting(session, command)
    yield from _on_offer(session, command)
    if command.verb in HELLO:
        yield from _on_hello(session, command)
    if command.verb in LOGS_IN or command.verb == "AUTHLINE":
        yield from _on_login(session, command)


def _on_waiting(session: Session, command: Command) -> Iterator[Problem]:
    """Sent before the reply to the last command has come (RFC 2920 3.1)."""
    if not session.queue or session.ahead in _NOBODY_WAITS:
        return
    last = session.queue[-1][0]
    name = last.verb if last.known else _WORDS.get(last.verb, _BEFORE)
    if "PIPELINING" not in session.offered:
        message = marked(
            "The server did not offer PIPELINING: wait for the reply to {name} first.", name=name
        )
    elif last.verb == "AUTHLINE" or (last.spec is not None and last.spec.pipelining == "last"):
        message = marked("Nothing may be sent behind {name} before its reply has come.", name=name)
    else:
        return
    yield problem("pipelined-where-forbidden", *verb_span(command), message)


def _on_offer(session: Session, command: Command) -> Iterator[Problem]:
    """Is the command there at all, as far as the server has said?"""
    spec = COMMANDS.get(command.verb)
    if spec is None:
        return
    span = verb_span(command)
    if command.verb in STARTS_TLS and session.tls:
        yield problem("tls-twice", *span)
    elif spec.extension and spec.extension not in NEED_NOT_BE_LISTED:
        if not session.hello_accepted or spec.extension in session.offered or session.hello_pending:
            return
        message = ""
        if not session.esmtp:
            message = marked(
                "{verb} exists only after EHLO has offered it, not after HELO.", verb=command.verb
            )
        yield problem("command-not-offered", *span, message)


def _on_hello(session: Session, command: Command) -> Iterator[Problem]:
    span = verb_span(command)
    if session.lmtp != (command.verb == "LHLO"):
        yield problem("wrong-protocol", *span)
    if session.ahead in IN_TRANSACTION:
        yield problem("ehlo-in-transaction", *span)
    if session.auth:
        yield problem("ehlo-after-auth", *span)


def _on_login(session: Session, command: Command) -> Iterator[Problem]:
    """AUTH and the lines that answer its 334 (RFC 4954 3, 4)."""
    if command.verb == "AUTHLINE":
        name = session.exchange.mechanism if session.exchange is not None else ""
        if _exposes(session, name) and command.text not in ("", "*", "="):
            yield problem("auth-in-clear", 0, len(command.text))
        return
    if session.auth:
        yield problem("auth-twice", *verb_span(command))
    name = command.mechanism or ""
    span = _mechanism_span(command)
    offered = session.offered.get(command.verb, ())
    if name and offered and name not in {one.upper() for one in offered}:
        yield problem(
            "mechanism-not-offered",
            *span,
            marked("The server offers {names}, not this one.", names=_list(offered)),
        )
    if _exposes(session, name):
        yield problem("auth-in-clear", *span)


def _exposes(session: Session, mechanism: str) -> bool:
    from smtpshell.smtp.table.mechanism import MECHANISMS  # most sessions have no login

    spec = MECHANISMS.get(mechanism)
    return not session.tls and spec is not None and spec.secret_exposed


def _mechanism_span(command: Command) -> tuple[int, int]:
    for token in command.tokens:
        if token.kind is TokenKind.MECHANISM:
            return token.start, token.end
    return verb_span(command)


def _list(names: tuple[str, ...]) -> str:
    """What a server offers, as far as it can be told in a sentence."""
    told = [name for name in names if name.isascii() and name.isprintable() and len(name) <= 20][:5]
    return " ".join(told) or marked("other mechanisms")
