"""A question to DNS and its answer, as values; whoever can answer is a `Resolver`.

There are two: `live.LiveResolver` asks the network, `zone.ZoneResolver` a lesson's zone files. All
checks of this room work with either and tell no difference. A `Trace` stands between a check and
its resolver and keeps every question with its answer, so that each can be shown.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, Protocol

from smtpshell.catalogue import marked, tr
from smtpshell.lookup.finding import shown
from smtpshell.lookup.name import canonical

MOST_RECORDS = 100  # of one answer that are kept; SHOWN of them are shown
SHOWN = 20
LONGEST_TXT = 4096  # octets of a TXT record that are kept
MOST_QUESTIONS = 300  # in one Trace
MOST_SILENCES = 3  # live questions without an answer, each of them seconds, before we give up


class Status(Enum):
    """What became of a question. The first two mean the same to most: no such records."""

    NXDOMAIN = "NXDOMAIN"  # there is no such name (RFC 8020)
    NODATA = "NODATA"  # the name is there, records of this type are not (RFC 2308 2.2)
    NOERROR = "NOERROR"
    SERVFAIL = "SERVFAIL"  # the servers of the zone are broken, or their answers are
    TIMEOUT = "TIMEOUT"
    BADNAME = "BADNAME"  # DNS can hold no such name, so nobody was asked


FAILED = frozenset({Status.SERVFAIL, Status.TIMEOUT})  # ask again later: no conclusion

_WORDS = {
    Status.NXDOMAIN: marked("no such name"),
    Status.SERVFAIL: marked("the name servers failed"),
    Status.TIMEOUT: marked("no answer in time"),
    Status.BADNAME: marked("no name that DNS could hold"),
}


class Record(NamedTuple):
    """One resource record.

    *text* is its data as a master file has it, escaped, so it can be shown as it is. *value* is the
    address or the name (without the final dot) that it leads to, *preference* an MX record's,
    *strings* the parts of a TXT record as octets; *cut* says that they were longer than we keep.
    *source* is where a zone file has it (``FILE:LINE``), "" for what the network said.
    """

    type: str
    text: str
    ttl: int
    value: str = ""
    preference: int = 0
    strings: tuple[bytes, ...] = ()
    cut: bool = False
    source: str = ""

    @property
    def octets(self) -> bytes:
        """What a TXT record holds: its strings, joined with nothing in between (RFC 7208 3.3)."""
        return b"".join(self.strings)

    @property
    def txt(self) -> str:
        """`octets` as text, with octets that are no UTF-8 as surrogates."""
        return self.octets.decode("utf-8", "surrogateescape")


class Answer(NamedTuple):
    """A question (*name*, *type*) and what was answered.

    *chain* are the names that CNAME records led on to, the last one has the *records*. *source* is
    "live" or "zone"; *left_off* counts records beyond those kept, *authentic* says that they were
    proven by DNSSEC to whoever answered (the AD flag, RFC 4035 3.2.3).
    """

    name: str
    type: str
    status: Status
    records: tuple[Record, ...] = ()
    chain: tuple[str, ...] = ()
    source: str = "live"
    left_off: int = 0
    authentic: bool = False

    @property
    def failed(self) -> bool:
        """There was no answer, so there is no conclusion either."""
        return self.status in FAILED

    @property
    def canonical_name(self) -> str:
        """The name that has the records, behind all CNAMEs."""
        return self.chain[-1] if self.chain else self.name

    @property
    def ttl(self) -> int:
        """How long the answer may be kept, in seconds; 0 when there is none."""
        return min((record.ttl for record in self.records), default=0)

    def values(self) -> tuple[str, ...]:
        """The addresses or names the records lead to."""
        return tuple(record.value for record in self.records)

    def words(self) -> str:
        """What became of the question, in words; for records see `lines`."""
        if self.status is Status.NOERROR:
            return f"{len(self.records) + self.left_off} {self.type}"
        if self.status is Status.NODATA:
            return marked("the name exists, but has no {type} record", type=self.type)
        return _WORDS[self.status]

    def lines(self) -> Iterator[str]:
        """The question and the answer, fit to be shown: a line for it and one for each record."""
        yield f"{shown(self.name) or '.'} {self.type}? {self._outcome()}"
        for target in self.chain:
            yield f"  CNAME {shown(target)}"
        for record in self.records[:SHOWN]:
            yield f"  {record.type} {shown(record.text)}  [{_origin(record)}]"
        more = len(self.records[SHOWN:]) + self.left_off
        if more:
            yield f"  {tr('and {count} more', count=more)}"

    def _outcome(self) -> str:
        if self.status is Status.NOERROR:
            return tr("NOERROR, proven by DNSSEC") if self.authentic else "NOERROR"
        return f"{self.status.value}: {tr(self.words())}"


def _origin(record: Record) -> str:
    ttl = f"{record.ttl} s"
    return f"{ttl}, {shown(record.source)}" if record.source else ttl


class Resolver(Protocol):
    """Who answers questions to DNS. Never raises on a name or type, however odd."""

    @property
    def live(self) -> bool:
        """Does a question leave this machine?"""

    def query(self, name: str, type: str) -> Answer:
        """Ask for the records of *type* ("MX", "TXT", ...) at *name*, CNAMEs followed.

        *name* is written as in a master file: a dot or backslash inside a label is escaped.
        """


class Trace:
    """A resolver that remembers: each question is asked once, and `answers` holds them in order.

    Traces can be stacked; then each has what was asked through it. Beyond *most* questions, and
    when the network is silent, nobody is asked any more and the answer is TIMEOUT.
    """

    __slots__ = ("_known", "_most", "_resolver", "_silences", "answers")

    def __init__(self, resolver: Resolver, most: int = MOST_QUESTIONS) -> None:
        self._resolver = resolver
        self._most = most
        self._known: dict[tuple[str, str], Answer] = {}
        self._silences = 0
        self.answers: list[Answer] = []

    @property
    def live(self) -> bool:
        return self._resolver.live

    def query(self, name: str, type: str) -> Answer:
        """The resolver's answer, or the one it gave before."""
        wanted = canonical(name)
        key = (name if wanted is None else wanted, type.upper())
        known = self._known.get(key)
        if known is None:
            if len(self.answers) >= self._most or self._silences >= MOST_SILENCES:
                return Answer(name, type, Status.TIMEOUT)
            known = self._known[key] = self._resolver.query(name, type)
            self.answers.append(known)
            self._silences += self.live and known.status is Status.TIMEOUT
        return known

    def lines(self) -> Iterator[str]:
        """All questions and answers, in order."""
        for answer in self.answers:
            yield from answer.lines()


def addresses(resolver: Resolver, name: str) -> tuple[tuple[str, ...], tuple[Answer, ...]]:
    """The IPv4 and IPv6 addresses of *name*, and the two answers that told them."""
    answers = (resolver.query(name, "A"), resolver.query(name, "AAAA"))
    return tuple(value for answer in answers for value in answer.values()), answers
