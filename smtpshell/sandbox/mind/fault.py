"""What is wrong with a command, as a server sees it: the parser's problems by their weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.sandbox.mind.standing import Verdict

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part
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


# Letters that only SMTPUTF8 brings into an address (RFC 6531 3.1), however they got there.
_WIDE = frozenset({"invisible-char", "look-alike", "nbsp", "non-ascii", "smart-quotes"})
# What makes a line no command of this server's at all, wherever it is said.
STRANGE = frozenset({"unknown", "empty", "not-implemented", "header", "http"})


def faults(part: Part, command: Command) -> list[Problem]:
    """The problems of *command* that this server does not forgive."""
    if not command.problems:
        return []
    forgives = part.personality.strict.forgives
    return [
        problem
        for problem in command.problems
        if problem.issue not in _NO_FAULT
        and problem.issue not in forgives
        and f"{command.verb} {problem.issue}" not in forgives
    ]


def situation_of(part: Part, command: Command, fault: Problem) -> str:
    """The situation by which this server answers the *fault*, "" if it is the usual one."""
    issues = part.personality.issues
    return issues.get(f"{command.verb} {fault.issue}") or issues.get(fault.issue, "")


def syntax_verdict(part: Part, command: Command, situation: str) -> Verdict | None:
    """The verdict on a command whose line is not of its form; *situation* answers wrong syntax."""
    found = faults(part, command)
    if not found:
        return None
    fault = found[0]
    situation = situation_of(part, command, fault) or situation
    for problem in found:
        if problem.issue in OCTETS and not situation_of(part, command, problem):
            return Verdict("bad-octets", detail=problem.message)
    return Verdict(situation, {"verb": command.verb}, fault.message)


def path_verdict(part: Part, command: Command, verb: str) -> Verdict | None:
    """The verdict on a MAIL or RCPT whose line is not of its form; *verb* in small letters."""
    found = faults(part, command)
    if not found:
        return _path_it_takes(part, command, verb)
    fault = found[0]
    values = {"param": _keyword_at(command, fault)}
    if situation := situation_of(part, command, fault):
        return Verdict(situation, values, fault.message)
    octets = [problem for problem in found if problem.issue in OCTETS]
    if octets:
        # Letters outside ASCII in an address that is otherwise well are a matter of SMTPUTF8.
        wide = all(problem.issue in _WIDE for problem in octets)
        if wide and command.path and not command.path.text.isascii():
            return Verdict(f"{verb}-needs-utf8", detail=fault.message)
        return Verdict("bad-octets", detail=octets[0].message)
    if fault.issue in _ADDRESS:
        return Verdict(f"{verb}-address", values, fault.message)
    if fault.issue in _PARAMETER:
        return Verdict(f"{verb}-parameter", values, fault.message)
    if fault.issue in _VALUE:
        return Verdict(f"{verb}-value", values, fault.message)
    return Verdict(f"{verb}-syntax", detail=fault.message)


def _path_it_takes(part: Part, command: Command, verb: str) -> Verdict | None:
    """The verdict on a path without faults: some servers want a name for a domain."""
    path = command.path
    if path is None:
        return Verdict(f"{verb}-syntax")
    if part.personality.strict.literals or not (path.domain or "").startswith("["):
        return None
    return Verdict(f"{verb}-address", detail=marked("This server takes no address literals."))


def _keyword_at(command: Command, fault: Problem) -> str:
    """The parameter that the *fault* is about."""
    for parameter in command.parameters:
        if parameter.start <= fault.start <= parameter.end:
            return parameter.keyword
    return ""
