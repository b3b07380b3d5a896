"""A question as people put it ("mx bakery.example"), its answers, and what they come to."""

# No `from __future__ import annotations` here, see `finding`.
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.lookup.finding import Finding, shown
from smtpshell.lookup.name import address, canonical, reverse_name
from smtpshell.lookup.resolver import Answer, Resolver, Trace

# What can be asked for by a word of ours; types of records can be, too.
KINDS: dict[str, str] = {
    "mx": marked("where mail for a domain goes"),
    "ptr": marked("the name of an address, and whether it leads back"),
    "spf": marked("who may send for a domain; with an address: may this one?"),
    "dkim": marked("the key that signatures of a domain are checked with"),
    "dmarc": marked("what a domain wants done with mail that nobody vouches for"),
    "dane": marked("the certificates that a domain's mail hosts promise to show"),
    "sts": marked("whether a domain demands TLS (MTA-STS)"),
    "tlsrpt": marked("where reports on failed TLS go (TLS-RPT)"),
    "dnsbl": marked("whether an address is on a lesson's blocklist"),
}
TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TLSA", "TXT", "CAA")

_OTHER_NAMES = {"mta-sts": "sts", "tls-rpt": "tlsrpt", "tlsa": "dane", "rdns": "ptr"}
_SYNTAX = marked("mx, ptr, spf, dkim, dmarc, dane, sts, tlsrpt or dnsbl, and a NAME; or NAME TYPE")


class Told(NamedTuple):
    """What was asked for (*title*), the questions with their answers, and the verdict in lines.

    The *words* are fit to be shown.
    """

    title: str
    answers: tuple[Answer, ...]
    words: tuple[str, ...]


def tell(resolver: Resolver, said: Sequence[str], *, ip: str = "") -> Told:
    """Answer the question *said*, in words; *ip* is the address that SPF is asked about.

    A name alone is asked all that concerns its mail. Raises UsageError for what is no question.
    """
    if not said:
        raise UsageError(tr("what is asked for?"), hint=tr(_SYNTAX))
    first, *rest = said
    kind = _OTHER_NAMES.get(first.lower(), first.lower())
    if kind in KINDS and rest:
        return _CHECKS[kind](resolver, rest, ip)
    if len(said) == 1:
        if kind in KINDS:
            raise UsageError(
                tr("{kind} of whom?", kind=kind),
                hint=f"{kind} NAME: {tr(KINDS[kind])}",
            )
        if address(first) is not None:
            return _ptr(resolver, said, ip)
        return _everything(resolver, first)
    if len(said) == 2:
        for name, type in ((first, rest[0]), (rest[0], first)):
            if type.upper() in TYPES:
                return _records(resolver, name, type.upper())
    raise UsageError(
        tr("{words} is no question", words=repr(shown(" ".join(said)))), hint=tr(_SYNTAX)
    )


def _name(text: str) -> str:
    """*text* as a name that can be asked about; UsageError if it is none."""
    if not canonical(text):
        raise UsageError(
            tr("{name} is no name that DNS could hold", name=repr(shown(text))),
            hint="office.test",
        )
    return text


def _address(text: str) -> str:
    found = address(text.strip("[]"))
    if found is None:
        raise UsageError(tr("{words} is no address", words=repr(shown(text))), hint="192.0.2.10")
    return str(found)


def _one(said: Sequence[str], what: str) -> str:
    if len(said) != 1:
        raise UsageError(tr("one {what}, please", what=tr(what)), hint=tr(_SYNTAX))
    return said[0]


def _told(title: str, answers: Iterable[Answer], findings: Iterable[Finding]) -> Told:
    return Told(title, tuple(answers), tuple(found.line() for found in findings))


def _records(resolver: Resolver, name: str, type: str) -> Told:
    if type == "PTR" and address(name) is not None:
        name = reverse_name(name) or name
    answer = resolver.query(_name(name), type)
    title = tr("{type} of {name}", type=type, name=shown(name))
    return Told(title, (answer,), (tr(answer.words()),))


def _everything(resolver: Resolver, name: str) -> Told:
    from smtpshell.lookup.report import domain_report, report_lines

    report = domain_report(resolver, _name(name))
    return Told(tr("the mail of {name}", name=shown(name)), (), tuple(report_lines(report)))


def _mx(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.mx import mail_route

    name = _name(_one(said, marked("domain")))
    route = mail_route(resolver, name)
    return _told(tr("where mail for {name} goes", name=shown(name)), route.answers, route.findings)


def _ptr(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.identity import address_edges

    asked = _address(_one(said, marked("address")))
    trace = Trace(resolver)
    edges = address_edges(trace, asked)
    return _told(
        tr("the name of {asked}", asked=asked), trace.answers, (edge.finding() for edge in edges)
    )


def _spf(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.spf import check_spf, count_lookups

    name, *given = said
    who = _address(_one(given, marked("address"))) if given else ip
    if not who:
        found = count_lookups(resolver, _name(name))
        return Told(
            tr("who may send for {name}", name=shown(name)), found.answers, tuple(found.lines())
        )
    verdict = check_spf(resolver, who, f"postmaster@{_name(name)}", name)
    return Told(
        tr("may {who} send for {name}?", who=who, name=shown(name)),
        verdict.answers,
        tuple(verdict.lines()),
    )


def _dkim(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.dkim_key import find_key

    if len(said) == 1 and "._domainkey." in said[0].lower():
        at = said[0].lower().index("._domainkey.")
        selector, name = said[0][:at], said[0][at + len("._domainkey.") :]
    elif len(said) == 2:
        name, selector = said
    else:
        hint = tr("dkim DOMAIN SELECTOR; the selector is s= of a signature, keys cannot be listed")
        raise UsageError(tr("which key?"), hint=hint)
    key = find_key(resolver, _name(selector), _name(name))
    return _told(
        tr("the DKIM key {selector} of {name}", selector=shown(selector), name=shown(name)),
        key.answers,
        key.findings,
    )


def _dmarc(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.dmarc import find_policy
    from smtpshell.lookup.dmarc_record import walk_tree
    from smtpshell.lookup.report import dmarc_findings

    name = canonical(_name(_one(said, marked("domain")))) or ""
    trace = Trace(resolver)
    walk = walk_tree(trace, name)
    findings = dmarc_findings(walk, find_policy(trace, walk))
    return _told(tr("what {name} wants (DMARC)", name=shown(name)), trace.answers, findings)


def _dane(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.mx import mail_route
    from smtpshell.lookup.policy import dane_of

    name = _name(_one(said, marked("domain or host")))
    trace = Trace(resolver)
    _, findings = dane_of(trace, mail_route(trace, name))
    return _told(
        tr("certificates promised by {name} (DANE)", name=shown(name)), trace.answers, findings
    )


def _sts(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.policy import mta_sts

    name = _name(_one(said, marked("domain")))
    found = mta_sts(resolver, name)
    return _told(tr("TLS to {name} (MTA-STS)", name=shown(name)), found.answers, found.findings)


def _tlsrpt(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.policy import tls_rpt

    name = _name(_one(said, marked("domain")))
    found = tls_rpt(resolver, name)
    return _told(tr("reports on TLS to {name}", name=shown(name)), found.answers, found.findings)


def _dnsbl(resolver: Resolver, said: Sequence[str], ip: str) -> Told:
    from smtpshell.lookup.policy import dnsbl

    if len(said) != 2:
        raise UsageError(tr("which address, on which list?"), hint="dnsbl ADDRESS ZONE")
    found = dnsbl(resolver, _address(said[0]), _name(said[1]))
    return _told(
        tr("{ip} on {zone}", ip=found.ip, zone=shown(said[1])), found.answers, found.findings
    )


_CHECKS: dict[str, Callable[[Resolver, Sequence[str], str], Told]] = {
    "mx": _mx,
    "ptr": _ptr,
    "spf": _spf,
    "dkim": _dkim,
    "dmarc": _dmarc,
    "dane": _dane,
    "sts": _sts,
    "tlsrpt": _tlsrpt,
    "dnsbl": _dnsbl,
}
