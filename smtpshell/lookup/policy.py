"""What a domain says about encryption and about its name on lists: DANE, MTA-STS, TLS-RPT, DNSBL.

All are records that are read and explained. Nothing is fetched but DNS: the policy file of MTA-STS,
which lies on a web server, is named and left there.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from smtpshell.catalogue import Filled, marked
from smtpshell.lookup.finding import Finding, Level, about
from smtpshell.lookup.mx import MailRoute
from smtpshell.lookup.name import address, canonical
from smtpshell.lookup.resolver import Answer, Resolver, Trace
from smtpshell.lookup.tag import read_tags

MOST_HOSTS = 5  # whose TLSA records are asked for
MOST_RECORDS = 20  # of one name that are explained

# RFC 6698 2.1, with the names of RFC 7218.
_USAGES = {
    "0": marked("PKIX-TA: a public CA, and this one"),
    "1": marked("PKIX-EE: this certificate, which a public CA must have issued"),
    "2": marked("DANE-TA: this CA of the domain's own"),
    "3": marked("DANE-EE: this certificate, whoever issued it"),
}
_SELECTORS = {"0": marked("the whole certificate"), "1": marked("its public key")}
_MATCHINGS = {"0": (marked("as it is"), 0), "1": ("SHA-256", 64), "2": ("SHA-512", 128)}
_TLSA = re.compile(r"(\d+) (\d+) (\d+) ([0-9a-fA-F ]+)", re.ASCII)

_STS_ID = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)
_REPORT_URI = re.compile(r"(?:mailto:[!-~]+@[!-~]+|https://[!-~]+)", re.ASCII)


class Tlsa(NamedTuple):
    """One TLSA record: what a client holds the certificate of the host against (RFC 6698 2.1).

    *usable* says whether SMTP clients take it (RFC 7672 3.1).
    """

    text: str
    words: str
    usable: bool


class Dane(NamedTuple):
    """TLSA records of a mail host. *secure*: proven by DNSSEC, without which they count nothing."""

    name: str
    records: tuple[Tlsa, ...]
    secure: bool
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...] = ()


def read_tlsa(text: str) -> Tlsa:
    """Explain the data of a TLSA record, as a master file has it."""
    found = _TLSA.fullmatch(text)
    if found is None:
        return Tlsa(text, marked("cannot be read"), False)
    usage, selector, matching, data = found.groups()
    matched = _MATCHINGS.get(matching)
    if usage not in _USAGES or selector not in _SELECTORS or matched is None:
        return Tlsa(text, marked("holds a number that nobody has defined"), False)
    how, length = matched
    if length and len(data.replace(" ", "")) != length:
        return Tlsa(text, marked("is no {how}: it has the wrong length", how=how), False)
    said = {"usage": _USAGES[usage], "selector": _SELECTORS[selector], "how": how}
    words: str = Filled("{usage}; {selector}, {how}", said)
    if usage in "01":
        words = marked("{words}: not for SMTP, which trusts no list of CAs here", words=words)
        return Tlsa(text, words, False)
    return Tlsa(text, words, True)


def dane(resolver: Resolver, host: str, port: int = 25) -> Dane:
    """Read the TLSA records of a mail host (RFC 7672 2.2.3)."""
    trace = Trace(resolver)
    name = f"_{port}._tcp.{host}"
    answer = trace.query(name, "TLSA")
    records = tuple(read_tlsa(record.text) for record in answer.records[:MOST_RECORDS])
    findings = tuple(_dane_findings(name, answer, records))
    return Dane(name, records, answer.authentic, findings, tuple(trace.answers))


def _dane_findings(name: str, answer: Answer, records: tuple[Tlsa, ...]) -> Iterable[Finding]:
    if answer.failed:
        words = marked(
            "no answer about {name}: a client that keeps to DANE waits, rather than go on",
            name=name,
        )
        yield Finding(Level.UNKNOWN, words, "RFC 7672 2.1.2")
        return
    if not records:
        yield Finding(
            Level.NOTE, marked("no TLSA at {name}: DANE is not used", name=name), "RFC 7672 2.2"
        )
        return
    for record in records:
        level = Level.GOOD if record.usable else Level.BAD
        yield Finding(level, about(f"TLSA {record.text}", record.words), "RFC 7672 3.1")
    if not answer.authentic:
        words = marked(
            "{name} is not proven by DNSSEC, so its TLSA records count nothing", name=name
        )
        yield Finding(Level.BAD, words, "RFC 7672 2.1.1")
    elif not any(record.usable for record in records):
        words = marked("none can be used: TLS is demanded, with any certificate")
        yield Finding(Level.BAD, words, "RFC 7672 2.2")


def dane_of(resolver: Resolver, route: MailRoute) -> tuple[tuple[Dane, ...], tuple[Finding, ...]]:
    """The TLSA records of the hosts of *route*, or of its domain, and all that is to be said.

    They say who the host is that answers, not that mail for the domain goes to this host.
    """
    hosts = [host.name for host in route.hosts] or [route.domain]
    found = tuple(dane(resolver, host) for host in hosts[:MOST_HOSTS])
    findings = [finding for one in found for finding in one.findings]
    if any(one.records and one.secure for one in found) and not route.secure:
        words = marked(
            "the MX of {domain} is not proven by DNSSEC: a forger can name another host",
            domain=route.domain,
        )
        findings.append(Finding(Level.ODD, words, "RFC 7672 2.2.1"))
    return found, tuple(findings)


class TextPolicy(NamedTuple):
    """A policy in a TXT record of its own name: MTA-STS or TLS-RPT. *text* is "" without one."""

    name: str
    text: str
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...] = ()


def mta_sts(resolver: Resolver, domain: str) -> TextPolicy:
    """Read the record that says there is an MTA-STS policy (RFC 8461 3.1); the policy is not."""
    ref = "RFC 8461 3.1"
    found = _text_policy(resolver, f"_mta-sts.{domain}", "STSv1", "MTA-STS", ref)
    if not found.text:
        return found
    tags, problems = read_tags(found.text)
    findings = [Finding(Level.BAD, words, ref) for words in problems]
    number = tags.get("id", "")
    if _STS_ID.fullmatch(number):
        words = marked(
            "policy {id}: clients that know it keep it, others fetch the new one from {url}"
            " (not fetched here)",
            id=number,
            url=f"https://mta-sts.{domain}/.well-known/mta-sts.txt",
        )
        findings.append(Finding(Level.GOOD, words, "RFC 8461 3.2"))
    else:
        words = marked("id= must be 1 to 32 letters and digits, or the record counts nothing")
        findings.append(Finding(Level.BAD, words, ref))
    return found._replace(findings=(*found.findings, *findings))


def tls_rpt(resolver: Resolver, domain: str) -> TextPolicy:
    """Read where reports on failed TLS are to go (RFC 8460 3)."""
    ref = "RFC 8460 3"
    found = _text_policy(resolver, f"_smtp._tls.{domain}", "TLSRPTv1", "TLS-RPT", ref)
    if not found.text:
        return found
    tags, problems = read_tags(found.text)
    findings = [Finding(Level.BAD, words, ref) for words in problems]
    places = [place.strip() for place in tags.get("rua", "").split(",") if place.strip()]
    for place in places[:MOST_RECORDS]:
        if _REPORT_URI.fullmatch(place):
            findings.append(Finding(Level.GOOD, marked("reports go to {place}", place=place), ref))
        else:
            words = marked("{place} is neither mailto: nor https:", place=place)
            findings.append(Finding(Level.BAD, words, ref))
    if not places:
        findings.append(Finding(Level.BAD, marked("rua= is missing: reports go nowhere"), ref))
    return found._replace(findings=(*found.findings, *findings))


def _text_policy(resolver: Resolver, name: str, version: str, title: str, ref: str) -> TextPolicy:
    """The one TXT record at *name* that begins with its version."""
    trace = Trace(resolver)
    answer = trace.query(name, "TXT")
    answers = tuple(trace.answers)
    if answer.failed:
        finding = Finding(Level.UNKNOWN, marked("no answer about {name}", name=name), ref)
        return TextPolicy(name, "", (finding,), answers)
    begin = re.compile(rf"v[ \t]*=[ \t]*{version}[ \t]*(?:;|$)")
    found = [record.txt for record in answer.records if begin.match(record.txt)]
    if not found:
        finding = Finding(
            Level.NOTE, marked("no {title} record at {name}", title=title, name=name), ref
        )
        return TextPolicy(name, "", (finding,), answers)
    if len(found) > 1:
        words = marked(
            "{count} {title} records at {name}; with more than one none counts",
            count=len(found),
            title=title,
            name=name,
        )
        return TextPolicy(name, "", (Finding(Level.BAD, words, ref),), answers)
    return TextPolicy(name, found[0], (), answers)


class Listing(NamedTuple):
    """Is an address on a blocklist? *codes* are what it answered, *reason* its own words."""

    ip: str
    zone: str
    listed: bool | None
    codes: tuple[str, ...]
    reason: str
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...] = ()


def dnsbl(resolver: Resolver, ip: str, zone: str) -> Listing:
    """Look *ip* up in the blocklist *zone* of a lesson (RFC 5782 2.1).

    Live lists are not asked: their operators want to know who asks, and limit how often.
    """
    found = address(ip)
    if found is None or not canonical(zone):
        words = marked("{ip} or {zone} is not what a blocklist could be asked", ip=ip, zone=zone)
        return Listing(ip, zone, None, (), "", (Finding(Level.UNKNOWN, words, "RFC 5782 2.1"),))
    if resolver.live:
        words = marked("{zone} is not asked: only the lists of a lesson are", zone=zone)
        return Listing(ip, zone, None, (), "", (Finding(Level.NOTE, words),))
    trace = Trace(resolver)
    reverse = found.reverse_pointer.rsplit(".", 2)[0]
    name = f"{reverse}.{zone}"
    answer = trace.query(name, "A")
    listed = None if answer.failed else bool(answer.records)
    reason = ""
    if listed:
        reason = next((one.txt for one in trace.query(name, "TXT").records), "")
    finding = _listed(str(found), zone, answer, reason)
    codes = answer.values()
    return Listing(str(found), zone, listed, codes, reason, (finding,), tuple(trace.answers))


def _listed(ip: str, zone: str, answer: Answer, reason: str) -> Finding:
    if answer.failed:
        words = marked("no answer from {zone}: nothing follows from that", zone=zone)
        return Finding(Level.UNKNOWN, words, "RFC 5782 2.1")
    if not answer.records:
        return Finding(
            Level.GOOD, marked("{ip} is not on {zone}", ip=ip, zone=zone), "RFC 5782 2.1"
        )
    codes = ", ".join(answer.values()[:3])
    if not all(code.startswith("127.") for code in answer.values()):
        words = marked(
            "{zone} answers {codes}, which no blocklist does: it may be gone, or sold",
            zone=zone,
            codes=codes,
        )
        return Finding(Level.ODD, words, "RFC 5782 2.1")
    words = marked("{ip} is on {zone} ({codes})", ip=ip, zone=zone, codes=codes)
    if reason:
        words = about(words, reason)
    return Finding(Level.BAD, words, "RFC 5782 2.1")
