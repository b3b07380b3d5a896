"""SPF: may this address send mail for that domain? (RFC 7208)

The domain of the envelope's sender, or the EHLO name when there is none, publishes a record of
terms in a TXT record. A receiver goes through them from left to right; the first mechanism that
matches the client's address decides. What SPF looks at is the envelope: the From line that people
see is none of its business (that is DMARC's).

The language is pyspf's: syntax and networks, macros are `spf_macro`'s. What pyspf does not tell is
why, so the way through the terms is `spf_walk`'s, which writes down what each came to.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from smtpshell.lookup.finding import Finding, Level, shown
from smtpshell.lookup.name import address, canonical
from smtpshell.lookup.resolver import Answer, Resolver, Trace

MOST_LOOKUPS = 10  # terms that ask DNS (RFC 7208 4.6.4)
MOST_VOIDS = 2  # terms that ask for what is not there (RFC 7208 4.6.4)
MOST_TERMS = 60  # of one record that are shown


class SpfResult(Enum):
    """The seven results of RFC 7208 2.6."""

    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Outcome(Enum):
    """What a term came to."""

    MATCH = "matches"
    NO_MATCH = "does not match"
    NOT_REACHED = "not reached"
    READ = "read"  # where nobody is judged: see `count_lookups`
    MODIFIER = "modifier"  # no mechanism, so it matches nothing
    ERROR = "error"


class SpfTerm(NamedTuple):
    """A term of a record, record[start:end], and what it came to.

    *lookups* counts the terms that asked DNS up to and including this one, over all records; it is
    0 for a term that asks nothing or was not reached.
    """

    text: str
    start: int
    end: int
    outcome: Outcome
    words: str = ""
    lookups: int = 0

    def line(self) -> str:
        count = f" (lookup {self.lookups} of {MOST_LOOKUPS})" if self.lookups else ""
        words = f": {self.words}" if self.words else ""
        return shown(f"{self.text} {self.outcome.value}{words}{count}")


class SpfRecord(NamedTuple):
    """One record that was read: the domain's own, one that is included, or one redirected to.

    *depth* is 0 for the first; *result* is what this record alone came to.
    """

    domain: str
    text: str
    how: str  # "first", "include" or "redirect"
    depth: int
    result: SpfResult
    terms: tuple[SpfTerm, ...]


class SpfVerdict(NamedTuple):
    """The result, and all that led to it.

    *identity* is "mailfrom" or "helo" (RFC 7208 2.3, 2.4), *domain* whose record was asked.
    *matched* is the way to the mechanism that decided, through includes; () when none did.
    *explanation* is the domain's own text for a failure (RFC 7208 6.2), a stranger's words.
    """

    result: SpfResult
    identity: str
    domain: str
    ip: str
    words: str
    ref: str
    matched: tuple[str, ...] = ()
    lookups: int = 0
    voids: int = 0
    records: tuple[SpfRecord, ...] = ()
    explanation: str = ""
    answers: tuple[Answer, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The result as a finding, and the limits when they are near."""
        level = _LEVELS.get(self.result, Level.ODD)
        found = [Finding(level, f"SPF {self.result.value}: {self.words}", self.ref)]
        if self.result is not SpfResult.NONE:
            words = f"{self.lookups} of {MOST_LOOKUPS} lookups, {self.voids} found nothing"
            near = self.lookups >= MOST_LOOKUPS - 1 or self.voids >= MOST_VOIDS
            found.append(Finding(Level.ODD if near else Level.NOTE, words, "RFC 7208 4.6.4"))
        return tuple(found)

    def lines(self) -> Iterator[str]:
        """The records with each term, and the result, fit to be shown."""
        for record in self.records:
            indent = "  " * record.depth
            yield f"{indent}{shown(record.domain)}: {shown(record.text)}"
            for term in record.terms[:MOST_TERMS]:
                yield f"{indent}  {term.line()}"
            if len(record.terms) > MOST_TERMS:
                yield f"{indent}  and {len(record.terms) - MOST_TERMS} more terms"
            yield f"{indent}  = {record.result.value}"
        for found in self.findings:
            yield found.line()
        if self.explanation:
            yield f"the domain's explanation: {shown(self.explanation)}"


_LEVELS = {
    SpfResult.PASS: Level.GOOD,
    SpfResult.FAIL: Level.BAD,
    SpfResult.PERMERROR: Level.BAD,
    SpfResult.TEMPERROR: Level.UNKNOWN,
}


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
        words = f"{domain or 'nothing'} is no domain that could have a record"
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
