"""Coming and going: HELO, EHLO, LHLO, STARTTLS, QUIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.fault import syntax_verdict
from smtpshell.sandbox.standing import Verdict
from smtpshell.smtp.state import IN_TRANSACTION

if TYPE_CHECKING:
    from smtpshell.sandbox.desk import Desk
    from smtpshell.sandbox.part import Part
    from smtpshell.sandbox.standing import Move, Standing
    from smtpshell.smtp.command import Command

_NAME_ISSUES = {
    "any": frozenset[str](),
    "domain": frozenset({"not-a-domain", "bad-literal", "literal-without-brackets"}),
    "full": frozenset({"not-a-domain", "bad-literal", "literal-without-brackets", "ehlo-not-fqdn"}),
}
_ANY_NAME_ISSUE = _NAME_ISSUES["full"] | {"bad-domain", "domain-too-long"}


def judge_hello(part: Part, standing: Standing, command: Command) -> Verdict:
    """Who is speaking (RFC 5321 4.1.1.1); EHLO and LHLO are answered with the list."""
    strict = part.personality.strict
    host = command.host or ""
    if not host or _is_misshapen(part, command):
        return syntax_verdict(part, command, "helo-syntax") or Verdict(
            "helo-syntax", {"verb": command.verb}
        )
    if standing.greeted and not strict.second_ehlo:
        return Verdict("helo-again")
    bad_name = any(p.issue in _NAME_ISSUES[strict.helo_name] for p in command.problems)
    if bad_name and strict.helo_judged_at == "HELO":
        return Verdict("helo-name", {"client": host}, _words(command))
    esmtp = command.verb != "HELO"
    changes = {"greeted": True, "esmtp": esmtp, "bad_name": bad_name}
    more = part.keywords(standing) if esmtp else ()
    situation = "ehlo-ok" if esmtp else "helo-ok"
    return Verdict(situation, {"client": host}, accepted=_greet, changes=changes, more=more)


def _is_misshapen(part: Part, command: Command) -> bool:
    """Is there a fault beside what the name itself may be judged for?"""
    plain = tuple(p for p in command.problems if p.issue not in _ANY_NAME_ISSUE)
    return syntax_verdict(part, command._replace(problems=plain), "helo-syntax") is not None


def _words(command: Command) -> str:
    return next((p.message for p in command.problems if p.issue in _ANY_NAME_ISSUE), "")


def _greet(desk: Desk, move: Move) -> None:
    """A hello drops the open transaction too (RFC 5321 4.1.4)."""
    desk.drop_envelope()
    desk.hello = move.command
    desk.origin = None


def judge_starttls(part: Part, standing: Standing, command: Command) -> Verdict:
    """On to TLS (RFC 3207); what may not follow in clear is the responder's matter."""
    if wrong := syntax_verdict(part, command, "starttls-syntax"):
        return wrong
    if standing.tls:
        return Verdict("starttls-active")
    if not standing.greeted and part.personality.strict.helo_required:
        return Verdict("no-hello")
    if not part.can_tls:
        return Verdict("starttls-unavailable")
    if standing.state in IN_TRANSACTION:
        return Verdict("starttls-in-mail")
    return Verdict("starttls-go")


def judge_quit(part: Part, standing: Standing, command: Command) -> Verdict:
    """The end, as it should be (RFC 5321 4.1.1.10)."""
    return syntax_verdict(part, command, "quit-syntax") or Verdict("quit-ok")
