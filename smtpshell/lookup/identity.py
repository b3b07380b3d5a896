"""Who a client is: the name it says, its address, and the name of that address.

The triangle has three edges. The EHLO name leads to addresses (A, AAAA), the client's address leads
to names (PTR), and those names lead to addresses again. The first edge is written by whoever owns
the name, the second by whoever owns the address, so a stranger can forge one of them, not both: a
name from the second edge that leads back over the third is *forward-confirmed* (FCrDNS; "iprev" in
RFC 8601 3).

What may be done with it: a server may look the EHLO name up, but must not refuse mail because it
does not belong to the address (RFC 5321 4.1.4). Sites still differ, and refuse addresses without a
confirmed name by policy of their own (RFC 5321 7.9).
"""

from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.finding import Finding, Level, about, some_of
from smtpshell.lookup.name import address, literal_address, reverse_name
from smtpshell.lookup.resolver import Answer, Resolver, Trace, addresses
from smtpshell.smtp.domain import domain_problems, is_literal

MOST_NAMES = 10  # PTR names of one address that are followed (as RFC 7208 4.6.4 has it)
_MUST_NOT_REFUSE = marked("a mismatch alone is no reason to refuse mail, by the standard")


class Hello(NamedTuple):
    """What the name in HELO or EHLO is worth.

    *form* is "name", "literal" or "wrong"; *resolves* and *matches* are None when DNS failed, or
    when the question makes no sense.
    """

    name: str
    form: str
    resolves: bool | None
    matches: bool | None
    addresses: tuple[str, ...]
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...] = ()


def judge_hello(resolver: Resolver, name: str, ip: str) -> Hello:
    """Judge the EHLO argument *name* of a client whose address is *ip*."""
    if is_literal(name):
        return _literal(name, ip)
    problems = domain_problems(name, 0, "not-a-domain")
    if problems:
        words = problems[0].message
        finding = Finding(Level.BAD, about(name, words), "RFC 5321 4.1.1.1")
        return Hello(name, "wrong", None, None, (), (finding,))
    findings = []
    if "." not in name:
        words = marked(
            "{name} is not fully qualified: no other machine knows whom it means", name=name
        )
        findings.append(Finding(Level.ODD, words, "RFC 5321 2.3.5"))
    trace = Trace(resolver)
    found, answers = addresses(trace, name)
    if any(answer.chain for answer in answers):
        words = marked(
            "{name} is an alias (CNAME); the host's primary name belongs here", name=name
        )
        findings.append(Finding(Level.NOTE, words, "RFC 5321 2.3.5"))
    if not found and any(answer.failed for answer in answers):
        words = marked(
            "no answer about the address of {name}; nothing follows from that", name=name
        )
        findings.append(Finding(Level.UNKNOWN, words))
        return Hello(name, "name", None, None, (), tuple(findings), tuple(trace.answers))
    resolves, matches = bool(found), _is_among(ip, found)
    findings.append(_resolved(name, ip, found, matches))
    return Hello(name, "name", resolves, matches, found, tuple(findings), tuple(trace.answers))


def _literal(name: str, ip: str) -> Hello:
    inside = literal_address(name)
    if inside is None:
        problems = domain_problems(name, 0)
        words = marked("no address of a kind that is in use")
        words = problems[0].message if problems else words
        finding = Finding(Level.BAD, about(name, words), "RFC 5321 4.1.3")
        return Hello(name, "wrong", None, None, (), (finding,))
    matches = _is_among(ip, (inside,))
    if matches:
        words = marked(
            "{name} is the client's own address: right for a host without a name", name=name
        )
        finding = Finding(Level.NOTE, words, "RFC 5321 4.1.4")
    else:
        words = marked(
            "{name} is not the address the client comes from, {ip}; {rule}",
            name=name,
            ip=ip,
            rule=_MUST_NOT_REFUSE,
        )
        finding = Finding(Level.ODD, words, "RFC 5321 4.1.4")
    return Hello(name, "literal", None, matches, (inside,), (finding,))


def _resolved(name: str, ip: str, found: tuple[str, ...], matches: bool) -> Finding:
    if not found:
        words = marked("{name} has no address: a name in EHLO must be one that resolves", name=name)
        return Finding(Level.ODD, words, "RFC 5321 2.3.5")
    if matches:
        return Finding(
            Level.GOOD, marked("{name} leads to {ip}", name=name, ip=ip), "RFC 5321 4.1.1.1"
        )
    there = ", ".join(found[:3])
    words = marked(
        "{name} leads to {addresses}, and the client comes from {ip}; {rule}",
        name=name,
        addresses=there,
        ip=ip,
        rule=_MUST_NOT_REFUSE,
    )
    return Finding(Level.ODD, words, "RFC 5321 4.1.4")


def _is_among(ip: str, found: tuple[str, ...]) -> bool:
    wanted = address(ip)
    return wanted is not None and any(address(one) == wanted for one in found)


class Iprev(Enum):
    """Results of the check of an address's own name (RFC 8601 2.7.3)."""

    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Edge(NamedTuple):
    """One edge of the triangle: *ok* is None when DNS failed or there is nothing to follow."""

    title: str
    ok: bool | None
    words: str
    ref: str = ""

    def finding(self) -> Finding:
        level = {True: Level.GOOD, False: Level.BAD, None: Level.UNKNOWN}[self.ok]
        return Finding(level, about(self.title, self.words), self.ref)


class Triangle(NamedTuple):
    """The three edges, and what they come to.

    *ptr* are the names of the address, *confirmed* those of them that lead back to it, *iprev* the
    result. That the EHLO name is among the confirmed is a good habit, asked for by no standard.
    """

    ip: str
    hello: Hello
    edges: tuple[Edge, Edge, Edge]
    ptr: tuple[str, ...]
    confirmed: tuple[str, ...]
    iprev: Iprev
    answers: tuple[Answer, ...] = ()

    @property
    def fcrdns(self) -> bool:
        """Does a name of the address lead back to it?"""
        return self.iprev is Iprev.PASS

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The edges as findings, and what was said of the EHLO name."""
        return (*self.hello.findings, *(edge.finding() for edge in self.edges[1:]))


def triangle(resolver: Resolver, ip: str, hello: str) -> Triangle:
    """Judge a client at *ip* that greets as *hello*, as a careful receiver does."""
    trace = Trace(resolver)
    said = judge_hello(trace, hello, ip)
    second, names, again = _names_of(trace, ip)
    third, confirmed = _way_back(trace, ip, names)
    if confirmed:
        iprev = Iprev.PASS
    elif again or (names and third.ok is None):
        iprev = Iprev.TEMPERROR
    else:
        iprev = Iprev.FAIL if names else Iprev.PERMERROR
    edges = (_hello_edge(said, ip), second, third)
    return Triangle(ip, said, edges, names, confirmed, iprev, tuple(trace.answers))


def address_edges(resolver: Resolver, ip: str) -> tuple[Edge, Edge]:
    """The two edges that are about the address: its name, and the way back."""
    second, names, _ = _names_of(resolver, ip)
    return second, _way_back(resolver, ip, names)[0]


def _hello_edge(hello: Hello, ip: str) -> Edge:
    title = marked("name to address")
    if hello.form == "wrong" or hello.matches is not None:
        return Edge(title, bool(hello.matches), hello.findings[-1].words, hello.findings[-1].ref)
    return Edge(
        title, None, marked("no answer about {name}, so none about {ip}", name=hello.name, ip=ip)
    )


def _names_of(resolver: Resolver, ip: str) -> tuple[Edge, tuple[str, ...], bool]:
    title, ref = marked("address to name"), "RFC 1035 3.5"
    reverse = reverse_name(ip)
    if reverse is None:
        return Edge(title, None, marked("{ip} is no address that has a name", ip=ip)), (), False
    answer = resolver.query(reverse, "PTR")
    if answer.failed:
        return Edge(title, None, marked("no answer about the name of {ip}", ip=ip), ref), (), True
    names = answer.values()
    if not names:
        words = marked(
            "{ip} has no name (no PTR record); whoever owns the address can give it one", ip=ip
        )
        return Edge(title, False, words, ref), (), False
    called = some_of(names)
    return (
        Edge(title, True, marked("{ip} is called {names}", ip=ip, names=called), ref),
        names,
        False,
    )


def _way_back(resolver: Resolver, ip: str, names: tuple[str, ...]) -> tuple[Edge, tuple[str, ...]]:
    title, ref = marked("name back to address"), "RFC 8601 3"
    if not names:
        return Edge(title, None, marked("no name to follow")), ()
    confirmed = []
    wrong = ""
    again = False
    for name in names[:MOST_NAMES]:
        found, answers = addresses(resolver, name)
        if _is_among(ip, found):
            confirmed.append(name)
            continue
        again |= any(answer.failed for answer in answers)
        wrong = wrong or _elsewhere(name, found, ip)
    if confirmed:
        return Edge(
            title, True, marked("{name} leads back to {ip}", name=confirmed[0], ip=ip), ref
        ), tuple(confirmed)
    if again:
        return Edge(
            title, None, marked("no answer about {names}", names=", ".join(names[:3])), ref
        ), ()
    return Edge(title, False, wrong, ref), ()


def _elsewhere(name: str, found: tuple[str, ...], ip: str) -> str:
    """What is to be said of a name that does not lead back."""
    if not found:
        return marked("{name} has no address: anyone can call their address so", name=name)
    return marked(
        "{name} leads to {addresses}, not to {ip}: anyone can call their address so",
        name=name,
        addresses=", ".join(found[:3]),
        ip=ip,
    )
