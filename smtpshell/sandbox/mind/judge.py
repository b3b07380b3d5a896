"""The first look at a line: is it a command at all, and one for this door?

What is wrong with the line itself the parser has found; which of it matters is the personality's
choice, by the names of the issues. All the rest is a judge of its own for each verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.enquiry import (
    judge_etrn,
    judge_expn,
    judge_help,
    judge_noop,
    judge_vrfy,
)
from smtpshell.sandbox.mind.fault import OCTETS, STRANGE, faults, situation_of
from smtpshell.sandbox.mind.greet import judge_hello, judge_quit, judge_starttls
from smtpshell.sandbox.mind.letter import judge_bdat, judge_data
from smtpshell.sandbox.mind.login import judge_auth
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.sandbox.mind.transaction import judge_mail, judge_rcpt, judge_rset

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Judge, Standing
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.span import Problem

JUDGES: dict[str, Judge] = {
    "HELO": judge_hello,
    "EHLO": judge_hello,
    "LHLO": judge_hello,
    "STARTTLS": judge_starttls,
    "AUTH": judge_auth,
    "MAIL": judge_mail,
    "RCPT": judge_rcpt,
    "DATA": judge_data,
    "BDAT": judge_bdat,
    "RSET": judge_rset,
    "NOOP": judge_noop,
    "QUIT": judge_quit,
    "VRFY": judge_vrfy,
    "EXPN": judge_expn,
    "HELP": judge_help,
    "ETRN": judge_etrn,
}

# What may be said before TLS at a door that demands it (RFC 3207 4); HELO and LHLO as EHLO.
_BEFORE_TLS = frozenset({"EHLO", "HELO", "LHLO", "NOOP", "STARTTLS", "QUIT"})


def judge(part: Part, standing: Standing, command: Command) -> Verdict:
    """The verdict on one line, said in this *standing* at the door of this *part*."""
    return _no_command(part, command) or (
        Verdict("needs-tls")
        if part.door.tls_required and not standing.tls and command.verb not in _BEFORE_TLS
        else _command(part, standing, command)
    )


def _no_command(part: Part, command: Command) -> Verdict | None:
    issues = {problem.issue for problem in command.problems}
    if command.verb == "":
        return Verdict("empty")
    if "http-verb" in issues or ("header-as-command" in issues and command.verb == "HOST"):
        return Verdict("http")
    if "header-as-command" in issues:
        return Verdict("header")
    found = faults(part, command)
    if not part.knows(command.verb):
        words = found[0].message if found else ""
        octets = not OCTETS.isdisjoint(problem.issue for problem in found)
        situation = "bad-octets" if octets else "unknown"
        return Verdict(situation, {"verb": command.verb}, words)
    return _strange(part, command, found[0]) if found else None


def _strange(part: Part, command: Command, fault: Problem) -> Verdict | None:
    """The verdict on a fault that leaves nothing of the command for this server."""
    if fault.issue == "leading-space":
        return Verdict("unknown", detail=fault.message)
    situation = situation_of(part, command, fault)
    return Verdict(situation, detail=fault.message) if situation in STRANGE else None


def _command(part: Part, standing: Standing, command: Command) -> Verdict:
    verb = command.verb
    if verb == "LHLO" if not part.lmtp else verb in ("EHLO", "HELO"):
        return Verdict("wrong-hello")
    if not part.does(verb):
        return Verdict("not-implemented", {"verb": verb})
    strict = part.personality.strict
    if strict.helo_required and not standing.greeted and verb in strict.needs_helo:
        return Verdict("no-hello")
    return JUDGES[verb](part, standing, command)
