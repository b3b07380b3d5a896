"""The sample transcripts are what they say they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.resource import transcripts_dir
from smtpshell.smtp.event import EventKind
from smtpshell.transcript.format import format_event
from smtpshell.transcript.header import format_header
from smtpshell.transcript.reader import read_transcript
from smtpshell.transcript.redact import Redactor
from smtpshell.transcript.replay import steps
from tests.transcript.moments import all_moments

SAMPLES = sorted(transcripts_dir().glob("*.smtp"))
EACH = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)

# The fault that a sample shows, as our own parser and session name it.
ISSUES = {
    "auth-cancelled": {"command-in-auth"},
    "auth-newline": {"base64-trailing-newline"},
    "backspace": {"control-char"},
    "comma-list": {"comma-list"},
    "early-talker": {"early-talk", "closed-by-server"},
    "firewall-asterisks": {"command-not-offered"},
    "header-at-prompt": {"header-as-command"},
    "nc-hangs": {"bare-lf", "pipelined-where-forbidden"},
    "no-blank-line": {"no-blank-line"},
    "pasted-block": {
        *("pipelined-where-forbidden", "closed-by-server"),
        # What was said behind the reply that was not waited for.
        *("out-of-order", "header-as-command", "empty-line", "unknown-verb", "dot-as-command"),
    },
    "smuggling-pair": {"bare-lf", "command-in-data", "unasked-reply"},
    "smuggling-stopped": {"bare-lf", "command-in-data"},
    "starttls-without-ehlo": {"out-of-order"},
}

RESERVED = re.compile(r"(?:.*\.)?(?:test|example|example\.(?:org|com|net))", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z0-9.]+@([A-Za-z0-9.-]+)")
IPV4 = re.compile(r"(?<!RFC 5321 )\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b")


def test_there_are_the_four_scenarios_of_the_rfc_and_many_more() -> None:
    """RFC 5321 Appendix D is all there, among at least a dozen samples."""
    stems = {path.stem for path in SAMPLES}
    assert len([stem for stem in stems if stem.startswith("rfc5321-d")]) == 4
    assert len(stems) >= 12


@EACH
def test_each_says_what_it_teaches(path: Path) -> None:
    """A title, a server, and remarks that are more than a line."""
    header = read_transcript(path).header
    assert header.title
    assert header.server
    assert len(" ".join(header.remarks)) > 70


@EACH
def test_each_is_written_as_smtpshell_would_write_it(path: Path) -> None:
    """Formatting what was read gives the file back, and holds no secret that is left to hide."""
    transcript = read_transcript(path)
    redactor = Redactor(lmtp=transcript.header.lmtp)
    again = format_header(transcript.header)
    again += "".join(format_event(redactor.redact(event)) for event in transcript.events)
    assert path.read_text(encoding="utf-8") == again


@EACH
def test_each_shows_its_fault_and_no_other(path: Path) -> None:
    """What our parser and session find odd in a sample is what it is about."""
    transcript = read_transcript(path)
    moments = all_moments(transcript.events, lmtp=transcript.header.lmtp)
    found = {issue for moment in moments for issue in moment.issues}
    assert found == ISSUES.get(path.stem, set())


@EACH
def test_each_uses_reserved_names_only(path: Path) -> None:
    """No mail address or host in a sample belongs to anybody."""
    text = path.read_text(encoding="utf-8")
    assert [name for name in ADDRESS.findall(text) if not RESERVED.fullmatch(name)] == []
    prefixes = ("192.0.2.", "198.51.100.", "203.0.113.")
    assert [ip for ip in IPV4.findall(text) if not ip.startswith(prefixes)] == []


@EACH
def test_each_goes_forward_in_time_and_fits_the_screen(path: Path) -> None:
    """Times never go back; remarks are no wider than a page."""
    transcript = read_transcript(path)
    times = [event.time for event in transcript.events]
    assert times == sorted(times)
    assert max(map(len, transcript.header.remarks)) <= 88


@EACH
def test_each_replays_step_by_step(path: Path) -> None:
    """The steps hold all events in order, and each exchange begins with the client."""
    events = read_transcript(path).events
    cut = list(steps(events))
    assert tuple(event for step in cut for event in step) == events
    for step in cut:
        spoken = [event.kind for event in step if event.kind is not EventKind.REMARK]
        if EventKind.CLIENT in spoken and spoken[0] is not EventKind.CONNECT:
            assert spoken[0] is EventKind.CLIENT


def test_the_readme_lists_every_sample() -> None:
    """No sample without a line in the table, no line without a sample."""
    readme = (transcripts_dir() / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+?)\.smtp` \|", readme, re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in SAMPLES)
