"""Where the mail for a domain goes: MX records in order, and what stands in their way.

The rules are RFC 5321 5.1. In short: ask for MX; if there are none, the domain's own address counts
as if it were one ("implicit MX"); if there are some, they alone count, lowest preference first,
even when none of them can be used. A single MX that is the root says "no mail here" (RFC 7505).
"""

from collections.abc import Sequence
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.finding import Finding, Level
from smtpshell.lookup.name import address, literal_address
from smtpshell.lookup.resolver import Answer, Resolver, Trace, addresses

MOST_HOSTS = 20  # whose addresses are asked for
_REF = "RFC 5321 5.1"


class MailHost(NamedTuple):
    """A host that takes mail for a domain. Without *addresses* it is passed over.

    *failed* says that DNS gave no answer about its addresses, which is no reason to give it up.
    """

    preference: int
    name: str
    addresses: tuple[str, ...] = ()
    failed: bool = False


class MailRoute(NamedTuple):
    """Where mail for *domain* goes, best host first.

    *implicit*: there is no MX, the domain's own address is used. *null*: the domain takes no mail
    (RFC 7505). *again*: DNS failed, so mail waits and the question is asked again later.
    """

    domain: str
    hosts: tuple[MailHost, ...]
    findings: tuple[Finding, ...]
    implicit: bool = False
    null: bool = False
    again: bool = False
    answers: tuple[Answer, ...] = ()

    @property
    def reachable(self) -> tuple[MailHost, ...]:
        """The hosts one can connect to, in order."""
        return tuple(host for host in self.hosts if host.addresses)

    @property
    def secure(self) -> bool:
        """Did DNSSEC prove which hosts these are?"""
        return bool(self.answers) and self.answers[0].authentic


def mail_route(resolver: Resolver, domain: str) -> MailRoute:
    """Find the hosts that take mail for *domain*, a domain or an address literal."""
    literal = literal_address(domain)
    if literal is not None:
        words = marked("an address literal is itself where mail goes; DNS is not asked")
        host = MailHost(0, domain, (literal,))
        return MailRoute(domain, (host,), (Finding(Level.NOTE, words, "RFC 5321 4.1.3"),))
    trace = Trace(resolver)
    route = _route(trace, domain)
    return route._replace(answers=tuple(trace.answers))


def _route(resolver: Resolver, domain: str) -> MailRoute:
    answer = resolver.query(domain, "MX")
    findings = []
    if answer.chain:
        words = marked(
            "{domain} is an alias (CNAME); mail for it goes where {target} says",
            domain=domain,
            target=answer.canonical_name,
        )
        findings.append(Finding(Level.NOTE, words, _REF))
    if answer.failed:
        words = marked(
            "no answer about the MX of {domain}: mail waits and is tried again later", domain=domain
        )
        findings.append(Finding(Level.UNKNOWN, words, _REF))
        return MailRoute(domain, (), tuple(findings), again=True)
    if not answer.records:
        return _implicit(resolver, answer, findings)
    if any(not record.value for record in answer.records):
        if len(answer.records) == 1:
            return _null(domain, answer.records[0].preference, findings)
        words = marked("a null MX (the root as host) stands beside others; it must stand alone")
        findings.append(Finding(Level.BAD, words, "RFC 7505 3"))
    hosts = []
    for record in answer.records[:MOST_HOSTS]:
        if record.value:
            host, found = _host(resolver, record.preference, record.value)
            hosts.append(host)
            findings += found
    if len(answer.records) > MOST_HOSTS:
        words = marked(
            "{count} MX records; only the first {most} were looked at",
            count=len(answer.records),
            most=MOST_HOSTS,
        )
        findings.append(Finding(Level.ODD, words, _REF))
    return MailRoute(
        domain,
        tuple(hosts),
        (*findings, *_whole(hosts)),
        again=any(host.failed for host in hosts) and not any(host.addresses for host in hosts),
    )


def _null(domain: str, preference: int, findings: Sequence[Finding]) -> MailRoute:
    words = marked(
        "{domain} takes no mail: its only MX is the root (null MX); a client tries no address",
        domain=domain,
    )
    found = [*findings, Finding(Level.NOTE, words, "RFC 7505 3")]
    if preference:
        words = marked("the preference of a null MX is 0, not {preference}", preference=preference)
        found.append(Finding(Level.ODD, words, "RFC 7505 3"))
    return MailRoute(domain, (), tuple(found), null=True)


def _implicit(resolver: Resolver, answer: Answer, findings: Sequence[Finding]) -> MailRoute:
    """No MX records: the domain itself counts as the only one."""
    domain = answer.name
    found, answers = addresses(resolver, domain)
    failed = any(one.failed for one in answers)
    host = MailHost(0, domain, found, failed)
    if found:
        words = marked(
            "no MX: mail goes to the address of {domain} itself (implicit MX)", domain=domain
        )
        verdict = Finding(Level.NOTE, words, _REF)
    elif failed:
        words = marked(
            "no MX, and no answer about the address of {domain}: tried again later", domain=domain
        )
        verdict = Finding(Level.UNKNOWN, words, _REF)
    else:
        words = marked(
            "no mail can reach {domain}: {words}, and it has no address either",
            domain=domain,
            words=answer.words(),
        )
        verdict = Finding(Level.BAD, words, _REF)
    hosts = (host,) if found or failed else ()
    again = failed and not found
    return MailRoute(domain, hosts, (*findings, verdict), implicit=bool(hosts), again=again)


def _host(resolver: Resolver, preference: int, name: str) -> tuple[MailHost, list[Finding]]:
    if address(name) is not None:
        words = marked(
            "MX {preference} names the address {name}; only a host name may stand there",
            preference=preference,
            name=name,
        )
        return MailHost(preference, name), [Finding(Level.BAD, words, "RFC 1035 3.3.9")]
    found, answers = addresses(resolver, name)
    failed = any(one.failed for one in answers)
    findings = []
    if any(one.chain for one in answers):
        words = marked(
            "MX {preference} {name} is an alias (CNAME); it must be a name with addresses",
            preference=preference,
            name=name,
        )
        findings.append(Finding(Level.ODD, words, _REF))
    if failed and not found:
        words = marked(
            "MX {preference} {name}: no answer about its address", preference=preference, name=name
        )
        findings.append(Finding(Level.UNKNOWN, words))
    elif not found:
        words = marked(
            "MX {preference} {name} has no address, so it is passed over",
            preference=preference,
            name=name,
        )
        findings.append(Finding(Level.BAD, words, _REF))
    elif loopback := [one for one in found if _is_own(one)]:
        words = marked(
            "MX {preference} {name} leads every client to itself ({addresses})",
            preference=preference,
            name=name,
            addresses=", ".join(loopback),
        )
        findings.append(Finding(Level.BAD, words))
    return MailHost(preference, name, found, failed), findings


def _is_own(ip: str) -> bool:
    found = address(ip)
    return found is not None and (found.is_loopback or found.is_unspecified)


def _whole(hosts: Sequence[MailHost]) -> list[Finding]:
    """What is to be said of all hosts together."""
    if not any(host.addresses or host.failed for host in hosts):
        words = marked(
            "no MX leads to an address, and with MX records there the domain's own is not used"
        )
        return [Finding(Level.BAD, words, _REF)]
    findings = []
    order = ", ".join(f"{host.name} ({host.preference})" for host in hosts if host.addresses)
    if order:
        words = marked("tried in this order: {hosts}", hosts=order)
        findings.append(Finding(Level.GOOD, words, _REF))
    preferences = [host.preference for host in hosts]
    if len(set(preferences)) < len(preferences):
        words = marked(
            "hosts of equal preference share the load: each client takes them in random order"
        )
        findings.append(Finding(Level.NOTE, words, _REF))
    return findings
