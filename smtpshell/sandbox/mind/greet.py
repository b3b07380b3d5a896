"""Coming and going: HELO, EHLO, LHLO, STARTTLS, QUIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.fault import syntax_verdict
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.state import IN_TRANSACTION

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Move, Standing
    from smtpshell.sandbox.nature.setting import Strict
    from smtpshell.smtp.command import Command

_NAME_ISSUES = {
    "any": frozenset[str](),
    "letters": frozenset({"bad-literal"}),
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
    bad_name = _is_bad_name(strict, host, command)
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


def _is_bad_name(strict: Strict, host: str, command: Command) -> bool:
    """Is the name one that this server holds against a client?"""
    if strict.helo_letters and any(p.issue == "not-a-domain" for p in command.problems):
        plain = "".join("x" if letter in strict.helo_letters else letter for letter in host)
        command = parse_command(f"{command.verb} {plain}")
    if strict.helo_name == "letters" and not host.startswith("["):
        plain = host.replace(".", "x").replace("-", "x")
        return not all(c in strict.helo_letters or (c.isascii() and c.isalnum()) for c in plain)
    wrong = _NAME_ISSUES[strict.helo_name].difference(strict.forgives)
    return any(p.issue in wrong for p in command.problems)


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
    strict = part.personality.strict
    if standing.tls:
        return Verdict("starttls-active")
    if standing.greeted and not standing.esmtp and "STARTTLS" in strict.verbs_need_ehlo:
        return Verdict("starttls-not-offered")
    if not part.can_tls:
        return Verdict("starttls-unavailable")
    if standing.state in IN_TRANSACTION and not strict.starttls_in_mail:
        return Verdict("starttls-in-mail")
    return Verdict("starttls-go")


def judge_quit(part: Part, standing: Standing, command: Command) -> Verdict:
    """The end, as it should be (RFC 5321 4.1.1.10)."""
    return syntax_verdict(part, command, "quit-syntax") or Verdict("quit-ok")
