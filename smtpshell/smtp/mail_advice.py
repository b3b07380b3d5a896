"""What is odd about MAIL, RCPT, DATA and the letter for this server and this envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.order import OPENS, verb_span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtpshell.smtp.command import Command
    from smtpshell.smtp.parameter import Parameter
    from smtpshell.smtp.session import Session
    from smtpshell.smtp.span import Problem

_NOT_ASCII = later(r"[^\x00-\x7f]+")
_LONGEST_NUMBER = 20  # digits, RFC 1870 3


def advise_on_mail(session: Session, command: Command) -> Iterator[Problem]:
    """Advice on MAIL, RCPT, DATA and lines of the letter; none on other commands."""
    if command.verb in OPENS or command.verb == "RCPT":
        yield from _on_parameters(session, command)
        yield from _on_utf8(session, command)
        yield from _on_limits(session, command)
    elif command.verb == "DATA" and declared_body(session) == "BINARYMIME":
        yield problem("binary-needs-bdat", *verb_span(command))
    elif command.verb == "TEXT":
        yield from _on_text(session, command)


def declared_body(session: Session) -> str:
    """The value of MAIL's BODY in capitals, "" if none was given (RFC 6152 2)."""
    for parameter in session.mail_parameters:
        if parameter.keyword == "BODY":
            return (parameter.value or "").upper()
    return ""


def _on_text(session: Session, command: Command) -> Iterator[Problem]:
    """With SMTPUTF8 the header of a letter need not be ASCII (RFC 6532 3.2)."""
    found = None if command.text.isascii() else _NOT_ASCII.search(command.text)
    if found is None or declared_body(session) in ("8BITMIME", "BINARYMIME"):
        return
    if not any(parameter.keyword == "SMTPUTF8" for parameter in session.mail_parameters):
        yield problem("eight-bit-undeclared", *found.span())


def _on_parameters(session: Session, command: Command) -> Iterator[Problem]:
    known = bool(command.parameters) and not session.hello_pending
    for parameter in command.parameters:
        span = parameter.start, parameter.end
        if known and not session.esmtp:
            yield problem("param-without-ehlo", *span)
            continue
        extension = _extension(command.verb, parameter)
        if known and extension and extension not in session.offered:
            message = marked(
                "The server did not offer {extension} in its EHLO reply.", extension=extension
            )
            yield problem("param-not-offered", *span, message)
        if parameter.keyword == "SIZE":
            yield from _on_size(session, parameter)
        if parameter.keyword == "REQUIRETLS" and not session.tls:
            yield problem("requiretls-in-clear", *span)


def _extension(verb: str, parameter: Parameter) -> str:
    """The EHLO keyword that brings a parameter; "" for one that is in no table."""
    if parameter.keyword == "BODY" and (parameter.value or "").upper() == "BINARYMIME":
        return "BINARYMIME"  # the one value of BODY with a keyword of its own (RFC 3030 3)
    from smtpshell.smtp.table.parameter import find_parameter  # is there by now

    spec = find_parameter(verb, parameter.keyword)
    return spec.extension if spec is not None else ""


def _on_size(session: Session, parameter: Parameter) -> Iterator[Problem]:
    """SIZE over the limit in the EHLO reply, where 0 means that there is none (RFC 1870 3)."""
    limit = _number(next(iter(session.offered.get("SIZE", ())), ""))
    size = _number(parameter.value or "")
    if limit and size is not None and size > limit:
        message = marked("The server takes at most {limit} octets.", limit=limit)
        yield problem("size-over-limit", parameter.start, parameter.end, message)


def _on_limits(session: Session, command: Command) -> Iterator[Problem]:
    """What the server said in LIMITS (RFC 9422)."""
    limits = dict(limit.upper().partition("=")[::2] for limit in session.offered.get("LIMITS", ()))
    if command.verb == "RCPT":
        most = _number(limits.get("RCPTMAX", ""))
        if most and len(session.accepted) >= most:
            message = marked("The server takes {most} recipients in one transaction.", most=most)
            yield problem("too-many-recipients", *verb_span(command), message)
    else:
        most = _number(limits.get("MAILMAX", ""))
        # Each MAIL counts, whatever came of it (RFC 9422 4.1).
        if most and session.numbers_given >= most:
            message = marked("The server takes {most} MAIL commands in one session.", most=most)
            yield problem("too-many-messages", *verb_span(command), message)


def _on_utf8(session: Session, command: Command) -> Iterator[Problem]:
    """An address in UTF-8 needs SMTPUTF8 on MAIL, for all of the transaction (RFC 6531 3.4)."""
    if command.path is None or command.path.text.isascii():
        return
    if command.verb == "RCPT" and session.queue:
        return  # MAIL may be pending, and nobody knows yet what it was
    parameters = session.mail_parameters if command.verb == "RCPT" else command.parameters
    if not any(parameter.keyword == "SMTPUTF8" for parameter in parameters):
        start = command.text.find(command.path.text)
        yield problem("utf8-undeclared", start, start + len(command.path.text))


def _number(word: str) -> int | None:
    """The number *word* spells, in ASCII digits; None if it is none, or absurdly long."""
    if word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER:
        return int(word)
    return None
