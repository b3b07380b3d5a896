"""DMARC: is the domain that people see in From the one that SPF or DKIM vouches for? (RFC 9989)

SPF proves the envelope's sender, DKIM whoever signed; neither looks at From. DMARC asks whether one
of them passed *and* belongs to the domain in From ("alignment"), and what the owner of that domain
wants done when none does. RFC 9989 took the place of RFC 7489 in 2026.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.lookup.dkim_verdict import DkimResult, DkimVerdict
from smtpshell.lookup.dmarc_record import DmarcRecord, TreeWalk, walk_tree
from smtpshell.lookup.finding import Finding, Level, about, shown
from smtpshell.lookup.name import canonical
from smtpshell.lookup.resolver import Answer, Resolver, Status, Trace
from smtpshell.lookup.spf_verdict import SpfResult, SpfVerdict

_DISCOVERY = "RFC 9989 4.10.1"
_ALIGNMENT = "RFC 9989 4.4"
_WEAKER = {"reject": "quarantine", "quarantine": "none", "none": "none"}


class DmarcResult(Enum):
    """Results for Authentication-Results that RFC 9989 9 registers."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Alignment(NamedTuple):
    """One identity that might vouch for From: *method* is "spf" or "dkim".

    *passed* is whether SPF or DKIM passed, *aligned* whether its domain belongs to From's. Both are
    needed. *unknown*: it passed, and whether it is aligned could not be found out for now.
    """

    method: str
    domain: str
    passed: bool
    aligned: bool
    words: str
    unknown: bool = False

    def finding(self) -> Finding:
        good = self.passed and self.aligned
        return Finding(Level.GOOD if good else Level.ODD, self.words, _ALIGNMENT)


class Policy(NamedTuple):
    """What the owner of a domain asks for, and from where that is known.

    *wish* is "none", "quarantine" or "reject"; *tag* names the one it was read from ("p", "sp",
    "np"). *applies* is False when there is no record that could be used.
    """

    applies: bool
    wish: str = "none"
    tag: str = "p"
    record: DmarcRecord | None = None
    failed: bool = False
    words: str = ""
    ref: str = _DISCOVERY


class DmarcVerdict(NamedTuple):
    """The result for a letter whose From names *domain*.

    *walk* is how the record was looked for, *alignments* is each identity that was considered.
    *policy*.wish says what the owner asks for on "fail"; a receiver may do otherwise
    (RFC 9989 5.4).
    """

    result: DmarcResult
    domain: str
    words: str
    ref: str
    policy: Policy
    alignments: tuple[Alignment, ...] = ()
    walk: TreeWalk | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        level = {
            DmarcResult.PASS: Level.GOOD,
            DmarcResult.FAIL: Level.BAD,
            DmarcResult.TEMPERROR: Level.UNKNOWN,
        }.get(self.result, Level.ODD)
        found = [Finding(level, about(f"DMARC {self.result.value}", self.words), self.ref)]
        if self.policy.applies:
            found.append(Finding(Level.NOTE, self.policy.words, self.policy.ref))
        return (*found, *(one.finding() for one in self.alignments))

    def lines(self) -> Iterator[str]:
        """The walk and what came of it, fit to be shown."""
        if self.walk is not None:
            for step in self.walk.steps:
                yield f"_dmarc.{shown(step.domain)}: {shown(tr(step.words))}"
            yield tr("organizational domain: {domain}", domain=shown(self.walk.organization))
        for found in self.findings:
            yield found.line()


def check_dmarc(
    resolver: Resolver,
    domain: str,
    spf: SpfVerdict | None = None,
    dkim: Sequence[DkimVerdict] = (),
) -> DmarcVerdict:
    """Judge a letter whose From names *domain* by what SPF and DKIM said (RFC 9989 5.3)."""
    author = canonical(domain)
    if not author:
        words = marked("From names no domain")
        if domain:
            words = marked("{domain} in From is no domain", domain=domain)
        return DmarcVerdict(
            DmarcResult.PERMERROR, domain, words, "RFC 9989 5.3.1", Policy(False, words=words)
        )
    trace = Trace(resolver)
    walk = walk_tree(trace, author)
    policy = find_policy(trace, walk)
    verdict = _judge(trace, walk, policy, spf, dkim)
    return verdict._replace(answers=tuple(trace.answers))


def _judge(
    resolver: Resolver,
    walk: TreeWalk,
    policy: Policy,
    spf: SpfVerdict | None,
    dkim: Sequence[DkimVerdict],
) -> DmarcVerdict:
    if policy.record is None or not policy.applies:
        result = DmarcResult.TEMPERROR if policy.failed else DmarcResult.NONE
        return DmarcVerdict(result, walk.start, policy.words, policy.ref, policy, walk=walk)
    alignments = tuple(_alignments(resolver, walk, policy.record, spf, dkim))
    for one in alignments:
        if one.passed and one.aligned:
            words = marked(
                "{method} vouches for {domain}, which From belongs to",
                method=one.method.upper(),
                domain=one.domain,
            )
            result, ref = DmarcResult.PASS, "RFC 9989 5.3.5"
            return DmarcVerdict(result, walk.start, words, ref, policy, alignments, walk)
    again = spf is not None and spf.result is SpfResult.TEMPERROR
    again |= any(one.result is DkimResult.TEMPERROR for one in dkim)
    if again:
        result, words = DmarcResult.TEMPERROR, marked("SPF or DKIM could not be checked for now")
    elif any(one.unknown for one in alignments):
        result = DmarcResult.TEMPERROR
        words = marked(
            "DNS did not tell which organization passed, {author}'s or another", author=walk.start
        )
    else:
        result = DmarcResult.FAIL
        words = marked(
            "nothing that passed belongs to {author}; its owner asks for {wish}",
            author=walk.start,
            wish=policy.wish,
        )
    return DmarcVerdict(result, walk.start, words, "RFC 9989 5.3.5", policy, alignments, walk)


# Policy (RFC 9989 4.10.1)


def find_policy(resolver: Resolver, walk: TreeWalk) -> Policy:
    """What is asked for mail that says it is from *walk*.start."""
    author = walk.start
    own = walk.record_of(author)
    if own is not None:
        return _policy(own, own.policy, "p", marked("{domain} itself", domain=author))
    if walk.failed:
        words = marked(
            "no answer above {author}, so whether a policy holds is not known", author=author
        )
        return Policy(False, words=words, failed=True)
    record = walk.record_of(walk.organization)
    whose = marked("its organizational domain {domain}", domain=walk.organization)
    if record is None:
        record = walk.records[-1] if walk.records else None
        if record is not None:
            whose = marked("its public suffix {domain}", domain=record.domain)
    if record is None:
        return Policy(
            False, words=marked("no DMARC record for {author}, nor above it", author=author)
        )
    wish, tag = record.policy, "p"
    if record.nonexistent and not _exists(resolver, author):
        wish, tag = record.nonexistent, "np"
    elif record.subdomains:
        wish, tag = record.subdomains, "sp"
    return _policy(record, wish, tag, whose)


def _policy(record: DmarcRecord, wish: str, tag: str, who: str) -> Policy:
    if not record.usable:
        words = marked(
            "{who} says nothing that can be used: {problem}", who=who, problem=record.problems[0]
        )
        return Policy(False, record=record, words=words)
    said = {"who": who, "tag": tag, "wish": wish}
    words = marked("{who} says {tag}={wish}", **said)
    if record.testing:
        wish = _WEAKER[wish]
        words = marked(
            "{who} says {tag}={wish}, but is testing (t=y): {weaker}", **said, weaker=wish
        )
    return Policy(True, wish, tag, record, words=words)


def _exists(resolver: Resolver, domain: str) -> bool:
    """Is there such a name, with whatever records (RFC 9989 3.2.13)? In doubt there is."""
    return resolver.query(domain, "A").status is not Status.NXDOMAIN


# Alignment (RFC 9989 4.4, 4.10.2)


def _alignments(
    resolver: Resolver,
    walk: TreeWalk,
    record: DmarcRecord,
    spf: SpfVerdict | None,
    dkim: Sequence[DkimVerdict],
) -> Iterator[Alignment]:
    if spf is not None:
        passed = spf.result is SpfResult.PASS
        yield _align(resolver, walk, "spf", spf.domain, passed, record.strict_spf)
    for one in dkim:
        if one.domain:
            passed = one.result is DkimResult.PASS
            yield _align(resolver, walk, "dkim", one.domain, passed, record.strict_dkim)


def _align(
    resolver: Resolver, walk: TreeWalk, method: str, domain: str, passed: bool, strict: bool
) -> Alignment:
    author = walk.start
    theirs = canonical(domain)
    unknown = False
    if theirs == author:
        aligned, why = True, marked("{domain} is the domain in From", domain=domain)
    elif strict:
        aligned = False
        why = marked(
            "{domain} is not {author}, and strict alignment asks for just that",
            domain=domain,
            author=author,
        )
    elif not theirs or not passed:  # nobody need walk for it if it did not pass
        aligned, why = False, marked("{domain} is not {author}", domain=domain, author=author)
    else:
        other = walk_tree(resolver, theirs)
        aligned = other.organization == walk.organization
        unknown = not aligned and (other.failed or walk.failed)
        two = {"domain": domain, "author": author}
        if aligned:
            why = marked("{domain} and {author} are both of {own}", **two, own=walk.organization)
        elif unknown:
            why = marked("no answer about the organization of {domain} or {author}", **two)
        else:
            why = marked(
                "{domain} and {author} are not of one organization: {other} and {own}",
                **two,
                other=other.organization,
                own=walk.organization,
            )
    what = {"method": method.upper(), "why": why}
    words = marked("{method} passed; {why}", **what)
    if not passed:
        words = marked("{method} did not pass; {why}", **what)
    return Alignment(method, domain, passed, aligned, words, unknown)
