"""Answers as values, and the trace that remembers them."""

from __future__ import annotations

from smtpshell.lookup.finding import Finding, Level, shown, worst
from smtpshell.lookup.resolver import SHOWN, Answer, Record, Status, Trace, addresses
from smtpshell.lookup.zone import ZoneResolver

ZONE = """
$TTL 60
x.test.      A     192.0.2.1
             A     192.0.2.2
             AAAA  2001:db8::1
             TXT   "one " "two"
alias.test.  CNAME x.test.
odd.test.    TXT   "\\027]0;owned\\007"
"""


def test_each_question_is_asked_once_and_remembered_in_order() -> None:
    """However it is written; and traces can be stacked."""
    outer = Trace(ZoneResolver.from_text(ZONE))
    inner = Trace(outer)
    assert inner.query("x.test", "A") is inner.query("X.test.", "A")
    inner.query("..", "A")
    inner.query("..", "A")
    outer.query("x.test", "TXT")
    assert [(one.name, one.type) for one in outer.answers] == [
        ("x.test", "A"),
        ("..", "A"),
        ("x.test", "TXT"),
    ]
    assert len(inner.answers) == 2
    assert not inner.live


def test_questions_are_bounded() -> None:
    """Beyond the bound there is no answer, and nothing is kept."""
    trace = Trace(ZoneResolver.from_text(ZONE), most=1)
    assert trace.query("x.test", "A").status is Status.NOERROR
    assert trace.query("x.test", "TXT").status is Status.TIMEOUT
    assert trace.query("x.test", "A").status is Status.NOERROR
    assert len(trace.answers) == 1


def test_a_question_and_its_answer_can_be_shown() -> None:
    """With the outcome, the chain, time to live and the line of the zone file."""
    trace = Trace(ZoneResolver.from_text(ZONE, "lesson.zone"))
    trace.query("alias.test", "A")
    trace.query("x.test", "MX")
    trace.query("nix.test", "MX")
    trace.query("", "A")
    assert list(trace.lines()) == [
        "alias.test A? NOERROR",
        "  CNAME x.test",
        "  A 192.0.2.1  [60 s, lesson.zone:3]",
        "  A 192.0.2.2  [60 s, lesson.zone:4]",
        "x.test MX? NODATA: the name exists, but has no MX record",
        "nix.test MX? NXDOMAIN: no such name",
        ". A? NODATA: the name exists, but has no A record",
    ]


def test_what_strangers_wrote_is_shown_escaped() -> None:
    """Neither a record nor a name can reach the terminal as it is."""
    answer = ZoneResolver.from_text(ZONE).query("odd.test", "TXT")
    assert answer.records[0].txt == "\x1b]0;owned\x07"
    bad = Answer("\x1b[2J", "A", Status.BADNAME)
    assert all(line.isprintable() for line in (*answer.lines(), *bad.lines()))


def test_many_records_are_counted_not_shown() -> None:
    """Twenty at most; those that were never kept count, too."""
    records = tuple(Record("A", f"192.0.2.{one}", 60) for one in range(SHOWN + 5))
    answer = Answer("x.test", "A", Status.NOERROR, records, left_off=7)
    lines = list(answer.lines())
    assert len(lines) == SHOWN + 2
    assert lines[-1] == "  and 12 more"
    assert answer.words() == f"{SHOWN + 12} A"
    assert lines[1] == "  A 192.0.2.0  [60 s]"


def test_an_answer_says_what_it_means() -> None:
    """Nothing there, or no answer, or the least time to live of its records."""
    zone = ZoneResolver.from_text(ZONE)
    assert zone.query("x.test", "A").ttl == 60
    assert zone.query("x.test", "A").canonical_name == "x.test"
    assert zone.query("alias.test", "A").canonical_name == "x.test"
    missing = zone.query("nix.test", "A")
    assert missing.status is Status.NXDOMAIN
    assert missing.ttl == 0
    assert Answer("x", "A", Status.SERVFAIL).failed
    found, answers = addresses(zone, "x.test")
    assert found == ("192.0.2.1", "192.0.2.2", "2001:db8::1")
    assert [one.type for one in answers] == ["A", "AAAA"]


def test_findings_have_a_level_and_bounded_printable_words() -> None:
    """The gravest counts; without any it is good."""
    assert worst([]) is Level.GOOD
    assert worst([Finding(Level.NOTE, ""), Finding(Level.BAD, ""), Finding(Level.ODD, "")]) is (
        Level.BAD
    )
    assert Finding(Level.BAD, "a\x1bb", "RFC 5321 5.1").line() == "BAD: a\\x1bb (RFC 5321 5.1)"
    assert Finding(Level.GOOD, "a").line() == "ok: a"
    assert shown("x" * 1000).endswith("...")
    assert len(shown("x" * 1000)) == 400
