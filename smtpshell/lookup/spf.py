"""SPF: may this address send mail for that domain? (RFC 7208)

The domain of the envelope's sender, or the EHLO name when there is none, publishes a record of
terms in a TXT record. A receiver goes through them from left to right; the first mechanism that
matches the client's address decides. What SPF looks at is the envelope: the From line that people
see is none of its business (that is DMARC's).

The language is pyspf's: syntax and networks, macros are `spf_macro`'s. What pyspf does not tell is
why, so the way through the terms is `spf_walk`'s, which writes down what each came to.
"""

from __future__ import annotations

from smtpshell.catalogue import marked
from smtpshell.lookup.name import address, canonical
from smtpshell.lookup.resolver import Resolver, Trace
from smtpshell.lookup.spf_verdict import SpfResult, SpfVerdict


def check_spf(
    resolver: Resolver,
    ip: str,
    sender: str,
    hello: str,
    *,
    receiver: str = "unknown",
    now: float | None = None,
) -> SpfVerdict:
    """May the client at *ip* send as *sender*, a mailbox or "" for the null reverse-path?

    *hello* is its EHLO name, which is asked about when there is no sender (RFC 7208 2.4).
    *receiver* is the name of whoever checks and *now* the time in seconds since 1970, which an
    explanation may mention. Raises ValueError when *ip* is no address.
    """
    client = address(ip)
    if client is None:
        raise ValueError(f"not an address: {ip}")
    from smtpshell.lookup.spf_walk import Walk

    identity = "mailfrom" if sender else "helo"
    local_part, _, domain = sender.rpartition("@") if sender else ("", "", hello)
    if _is_no_domain(domain):
        words = marked("no domain that could have a record")
        if domain:
            words = marked("{domain} is no domain that could have a record", domain=domain)
        return SpfVerdict(SpfResult.NONE, identity, domain, str(client), words, "RFC 7208 4.3")
    trace = Trace(resolver)
    domain = _in_dns(domain)
    mailbox = f"{local_part or 'postmaster'}@{domain}"
    check = Walk(trace, str(client), mailbox, _in_dns(hello or domain), receiver)
    if now is not None:
        check.t = str(int(now))
    verdict = check.verdict()
    return verdict._replace(identity=identity, answers=tuple(trace.answers))


def _in_dns(domain: str) -> str:
    """*domain* as DNS has it: other letters than ASCII become A-labels (RFC 8616 4)."""
    return domain if domain.isascii() else canonical(domain) or domain


def _is_no_domain(domain: str) -> bool:
    """A literal, a single label, or what DNS cannot hold (RFC 7208 4.3)."""
    name = canonical(domain)
    return not name or "." not in name or domain.startswith("[") or address(domain) is not None


def count_lookups(resolver: Resolver, domain: str) -> SpfVerdict:
    """Read all records that *domain*'s leads to, whoever the client is, and count the lookups.

    No term matches and no limit ends it before four times the allowed; so this is what the record
    costs at worst. The result is "permerror" when it costs too much or is wrong, "none" without a
    record, else "neutral".
    """
    from smtpshell.lookup.spf_audit import Audit

    trace = Trace(resolver)
    verdict = Audit(trace, domain).verdict()
    return verdict._replace(answers=tuple(trace.answers))
