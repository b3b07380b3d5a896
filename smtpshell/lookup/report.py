"""Everything DNS says about the mail of one domain, in one report.

What is asked, in order: where mail goes (MX), and whether those hosts have names and TLSA records;
who may send (SPF, counted at its worst), DKIM keys of selectors that were named (they cannot be
listed), what is wanted of receivers (DMARC), and the policies on TLS.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.lookup.dkim_key import Key, find_key
from smtpshell.lookup.dmarc import Policy, find_policy
from smtpshell.lookup.dmarc_record import TreeWalk, walk_tree
from smtpshell.lookup.finding import Finding, Level, about, finding_lines, shown, worst
from smtpshell.lookup.identity import Triangle, triangle
from smtpshell.lookup.mx import MailRoute, mail_route
from smtpshell.lookup.name import canonical, literal_address
from smtpshell.lookup.policy import MOST_HOSTS, Dane, TextPolicy, dane_of, mta_sts, tls_rpt
from smtpshell.lookup.resolver import Answer, Resolver, Trace
from smtpshell.lookup.spf import count_lookups
from smtpshell.lookup.spf_verdict import SpfResult, SpfVerdict

MOST_SELECTORS = 10
_ENDS = ("-all", "~all", "?all")


class Section(NamedTuple):
    """One subject of a report: what was asked about, and what was found."""

    title: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return worst(self.findings)


class DomainReport(NamedTuple):
    """The report, as values and as *sections* of words; *answers* are all questions, in order.

    There is only `route` for an address literal, and when the first question got no answer.
    """

    domain: str
    route: MailRoute
    sections: tuple[Section, ...]
    hosts: tuple[Triangle, ...] = ()
    dane: tuple[Dane, ...] = ()
    spf: SpfVerdict | None = None
    keys: tuple[Key, ...] = ()
    walk: TreeWalk | None = None
    policy: Policy | None = None
    mta_sts: TextPolicy | None = None
    tls_rpt: TextPolicy | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def level(self) -> Level:
        """The gravest level of all findings."""
        return worst(found for section in self.sections for found in section.findings)


def domain_report(
    resolver: Resolver, domain: str, *, selectors: Sequence[str] = ()
) -> DomainReport:
    """Ask all that concerns the mail of *domain*, with DKIM keys of *selectors*. Never raises."""
    trace = Trace(resolver)
    route = mail_route(trace, domain)
    mail = Section(marked("where mail goes (MX)"), route.findings)
    name = canonical(domain)
    if not name or literal_address(domain) or (route.again and not route.hosts):
        return DomainReport(domain, route, (mail,), answers=tuple(trace.answers))
    reachable = route.reachable[:MOST_HOSTS]
    hosts = tuple(triangle(trace, host.addresses[0], host.name) for host in reachable)
    tlsa, promises = dane_of(trace, route._replace(hosts=reachable)) if reachable else ((), ())
    spf = count_lookups(trace, name)
    keys = tuple(find_key(trace, selector, name) for selector in selectors[:MOST_SELECTORS])
    walk = walk_tree(trace, name)
    policy = find_policy(trace, walk)
    sts, rpt = mta_sts(trace, name), tls_rpt(trace, name)
    sections = (
        mail,
        Section(marked("names of the mail hosts (PTR)"), tuple(_host_findings(hosts))),
        Section(marked("who may send (SPF)"), tuple(_spf_findings(spf, route))),
        Section(marked("signatures (DKIM)"), tuple(_key_findings(keys))),
        Section(marked("what receivers should do (DMARC)"), tuple(dmarc_findings(walk, policy))),
        Section(marked("TLS: DANE"), promises),
        Section(marked("TLS: MTA-STS"), sts.findings),
        Section(marked("TLS: reports (TLS-RPT)"), rpt.findings),
    )
    return DomainReport(
        name,
        route,
        tuple(section for section in sections if section.findings),
        hosts,
        tlsa,
        spf,
        keys,
        walk,
        policy,
        sts,
        rpt,
        tuple(trace.answers),
    )


def report_lines(report: DomainReport, *, questions: bool = False) -> Iterator[str]:
    """The report in plain lines, fit to be shown; with *questions* each question and answer."""
    yield f"{shown(report.domain)}: {tr(report.level.value)}"
    for section in report.sections:
        yield tr(section.title)
        yield from finding_lines(section.findings)
    if questions:
        yield tr("questions to DNS")
        for answer in report.answers:
            for line in answer.lines():
                yield f"  {line}"


def _host_findings(hosts: Sequence[Triangle]) -> Iterator[Finding]:
    for host in hosts:
        for edge in host.edges[1:]:
            found = edge.finding()
            # Only those who send need a name; a host that takes mail may do without.
            level = Level.ODD if found.level is Level.BAD else found.level
            yield found._replace(level=level, words=about(host.hello.name, edge.words))


def _spf_findings(spf: SpfVerdict, route: MailRoute) -> Iterator[Finding]:
    if spf.result is SpfResult.NONE:
        level = Level.ODD if not route.null else Level.NOTE
        words = marked("{words}: receivers cannot tell who may send for it", words=spf.words)
        yield Finding(level, words, spf.ref)
        return
    for record in spf.records[:1]:
        yield Finding(Level.NOTE, record.text, "RFC 7208 3")
        terms = {term.text.lower() for term in record.terms}
        if terms & {"+all", "all"}:
            words = marked("everybody may send for this domain: +all")
            yield Finding(Level.BAD, words, "RFC 7208 5.1")
        elif not any(term in _ENDS or term.startswith("redirect=") for term in terms):
            words = marked("it does not say what of everybody else: no all at its end")
            yield Finding(Level.ODD, words, "RFC 7208 4.7")
    if spf.result is SpfResult.NEUTRAL:
        words = marked("at worst {count} of 10 lookups", count=spf.lookups)
        yield Finding(Level.GOOD, words, "RFC 7208 4.6.4")
    else:
        level = Level.UNKNOWN if spf.result is SpfResult.TEMPERROR else Level.BAD
        yield Finding(level, about(spf.result.value, spf.words), spf.ref)


def _key_findings(keys: Sequence[Key]) -> Iterator[Finding]:
    for key in keys:
        yield from key.findings
    if not keys:
        words = marked(
            "keys lie under selectors, which only signed letters tell; name one to see its key"
        )
        yield Finding(Level.NOTE, words, "RFC 6376 3.1")


def dmarc_findings(walk: TreeWalk, policy: Policy) -> Iterator[Finding]:
    """What a domain wants of receivers, and what is wrong with how it says so."""
    if policy.record is None:
        yield Finding(Level.UNKNOWN if policy.failed else Level.ODD, policy.words, policy.ref)
        return
    yield Finding(Level.NOTE, policy.record.text, "RFC 9989 4.7")
    if not policy.applies:
        yield Finding(Level.BAD, policy.words, policy.ref)
    else:
        level = Level.GOOD if policy.wish != "none" else Level.NOTE
        yield Finding(level, policy.words, policy.ref)
    words = marked("organizational domain: {domain}", domain=walk.organization)
    yield Finding(Level.NOTE, words, "RFC 9989 4.10.2")
    for problem in policy.record.problems:
        yield Finding(Level.ODD, problem, "RFC 9989 4.7")
