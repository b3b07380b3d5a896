"""What a check of SPF came to, as values: records, their terms, and the result of them all."""

# No `from __future__ import annotations` here, see `finding`.
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.lookup.finding import Finding, Level, about, shown
from smtpshell.lookup.resolver import Answer

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

    MATCH = marked("matches")
    NO_MATCH = marked("does not match")
    NOT_REACHED = marked("not reached")
    READ = marked("read")  # where nobody is judged: see `count_lookups`
    MODIFIER = marked("modifier")  # no mechanism, so it matches nothing
    ERROR = marked("error")


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
        line = f"{self.text} {tr(self.outcome.value)}"
        if self.words:
            line += f": {tr(self.words)}"
        if self.lookups:
            line += tr(" (lookup {number} of {most})", number=self.lookups, most=MOST_LOOKUPS)
        return shown(line)


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
        found = [Finding(level, about(f"SPF {self.result.value}", self.words), self.ref)]
        if self.result is not SpfResult.NONE:
            words = marked(
                "{lookups} of {most} lookups, {voids} found nothing",
                lookups=self.lookups,
                most=MOST_LOOKUPS,
                voids=self.voids,
            )
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
                more = len(record.terms) - MOST_TERMS
                yield f"{indent}  {tr('and {count} more terms', count=more)}"
            yield f"{indent}  = {record.result.value}"
        for found in self.findings:
            yield found.line()
        if self.explanation:
            yield tr("the domain's explanation: {words}", words=shown(self.explanation))


_LEVELS = {
    SpfResult.PASS: Level.GOOD,
    SpfResult.FAIL: Level.BAD,
    SpfResult.PERMERROR: Level.BAD,
    SpfResult.TEMPERROR: Level.UNKNOWN,
}
