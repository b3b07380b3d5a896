"""Who is speaking: the argument of HELO, EHLO and LHLO (RFC 5321 4.1.1.1)."""

from __future__ import annotations

from smtpshell.catalogue import marked
from smtpshell.smtp.domain import domain_problems, is_literal
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.span import TokenKind

_NOT_A_DOMAIN = {
    "@": marked("Here stands the name of your machine, not a mail address."),
    "<": marked("The host name stands without brackets."),
    "/": marked("Here stands a host name, not a web address."),
    ":": marked("Here stands a host name alone, without a port."),
}


def read_host(draft: Draft, start: int) -> None:
    """Read the host that stands at *start*, and nothing else behind it."""
    at = draft.gap(start)
    end = draft.word(TokenKind.HOST, at)
    if end == at:
        words = marked(
            "After {verb} comes the name of the machine that is speaking.", verb=draft.verb
        )
        draft.problem("no-argument", at, at, words)
        return
    host = draft.text[at:end]
    draft.host = host
    found = domain_problems(host, at, "not-a-domain")
    if found and found[0].issue == "not-a-domain":
        better = next((words for mark, words in _NOT_A_DOMAIN.items() if mark in host), None)
        found = [found[0]._replace(message=better)] if better else found
    draft.problems += found
    if not found and not is_literal(host) and "." not in host:
        draft.problem("ehlo-not-fqdn", at, end)
    draft.extra(draft.gap(end), message=marked("One host name is all that belongs here."))
