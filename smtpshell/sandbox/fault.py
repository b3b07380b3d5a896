"""What is wrong with a command, as a server sees it: the parser's problems by their weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.standing import Verdict

if TYPE_CHECKING:
    from smtpshell.sandbox.part import Part
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.span import Problem

# Bytes that have no place in a command.
OCTETS = frozenset(
    {
        "bad-utf8",
        "bare-cr",
        "bare-lf",
        "control-char",
        "invisible-char",
        "look-alike",
        "nbsp",
        "non-ascii",
        "smart-quotes",
        "telnet-option",
        "tls-bytes",
    }
)
# Advice to who types, and nothing to a server; or judged elsewhere, by the server's own limits.
_NO_FAULT = frozenset(
    {
        "base64-bad",
        "base64-not-text",
        "base64-trailing-newline",
        "auth-plain-shape",
        "ehlo-not-fqdn",
        "line-too-long",
        "unknown-mechanism",
    }
)
_ADDRESS = frozenset(
    {
        "bad-domain",
        "bad-literal",
        "bad-local-part",
        "bad-path",
        "comma-list",
        "display-name",
        "domain-too-long",
        "junk-after-path",
        "literal-without-brackets",
        "local-part-too-long",
        "missing-space",
        "no-domain",
        "null-forward-path",
        "path-too-long",
        "source-route",
        "space-in-path",
        "unbalanced-brackets",
    }
)
_PARAMETER = frozenset({"parameter-wrong-verb", "unknown-parameter"})
_VALUE = frozenset(
    {
        "bad-parameter",
        "bad-size",
        "bad-value",
        "bad-xtext",
        "duplicate-parameter",
        "missing-value",
        "unexpected-value",
    }
)


def first_fault(part: Part, command: Command) -> Problem | None:
    """The first problem of *command* that this server does not forgive."""
    forgives = part.personality.strict.forgives
    for problem in command.problems:
        issue = problem.issue
        if not (issue in _NO_FAULT or issue in forgives or f"{command.verb} {issue}" in forgives):
            return problem
    return None


def syntax_verdict(part: Part, command: Command, situation: str) -> Verdict | None:
    """The verdict on a command whose line is not of its form; *situation* answers wrong syntax."""
    fault = first_fault(part, command)
    if fault is None:
        return None
    if any(problem.issue in OCTETS for problem in command.problems):
        return Verdict("bad-octets", detail=_first_octet_words(command))
    return Verdict(situation, {"verb": command.verb}, fault.message)


def path_verdict(part: Part, command: Command, verb: str) -> Verdict | None:
    """The verdict on a MAIL or RCPT whose line is not of its form; *verb* in small letters."""
    fault = first_fault(part, command)
    if fault is None:
        return None if command.path is not None else Verdict(f"{verb}-syntax")
    issues = {problem.issue for problem in command.problems}
    if issues & OCTETS:
        # Letters outside ASCII in an address that is otherwise well are a matter of SMTPUTF8.
        if issues & OCTETS == {"non-ascii"} and command.path and not command.path.text.isascii():
            return Verdict(f"{verb}-needs-utf8", detail=fault.message)
        return Verdict("bad-octets", detail=_first_octet_words(command))
    values = {"param": _keyword_at(command, fault)}
    if fault.issue in _ADDRESS:
        return Verdict(f"{verb}-address", values, fault.message)
    if fault.issue in _PARAMETER:
        return Verdict(f"{verb}-parameter", values, fault.message)
    if fault.issue in _VALUE:
        return Verdict(f"{verb}-value", values, fault.message)
    return Verdict(f"{verb}-syntax", detail=fault.message)


def _first_octet_words(command: Command) -> str:
    return next(problem.message for problem in command.problems if problem.issue in OCTETS)


def _keyword_at(command: Command, fault: Problem) -> str:
    """The parameter that the *fault* is about."""
    for parameter in command.parameters:
        if parameter.start <= fault.start <= parameter.end:
            return parameter.keyword
    return ""
