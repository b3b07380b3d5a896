"""Replaying: steps, and the same understanding as live."""

from __future__ import annotations

import builtins
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.resource import transcripts_dir
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.reader import parse_transcript, read_transcript
from smtpshell.transcript.replay import steps
from tests.transcript.moments import all_moments

K = EventKind

SESSION = b"""\
  0.0 connect: x
  1.0 S: 220 mx
  2.0 C: EHLO a.test
  2.5 S: 250-mx
  2.5 S: 250 PIPELINING
  3.0 # watch this
  4.0 C: MAIL FROM:<a@b.test>
  4.0 C: RCPT TO:<c@d.test>
  4.5 S: 250 a
  4.5 S: 250 b
 99.0 C: QUIT
 99.0 S: 221 bye
 99.0 close: x {by=server}
"""


def test_a_step_is_what_the_client_says_and_what_follows() -> None:
    """Pipelined commands and their replies are one step; a remark opens the one it speaks of."""
    cut = list(steps(parse_transcript(SESSION).events))
    assert [[event.kind.value[0] for event in step] for step in cut] == [
        ["c", "s"],
        ["c", "s", "s"],
        ["r", "c", "c", "s", "s"],
        ["c", "s", "c"],
    ]


def test_it_understands_what_the_live_session_understood() -> None:
    """Each event makes the moments that notes are chosen by, with the advice of the day."""
    moments = all_moments(parse_transcript(SESSION).events)
    assert [f"{moment.on} {moment.verb}".strip() for moment in moments] == [
        "connect",
        "greeting",
        "command EHLO",
        "reply EHLO",
        "command MAIL",
        "command RCPT",
        "reply MAIL",
        "reply RCPT",
        "command QUIT",
        "reply QUIT",
        "close QUIT",
    ]


def test_lmtp_answers_the_end_of_a_letter_for_each_recipient() -> None:
    """The head says that it is LMTP; else the second verdict would seem unasked."""
    transcript = read_transcript(transcripts_dir() / "lmtp.smtp")
    moments = all_moments(transcript.events, lmtp=transcript.header.lmtp)
    assert not any(moment.issues for moment in moments)


@given(
    st.lists(
        st.builds(
            Event,
            st.sampled_from(EventKind),
            st.sampled_from([b"EHLO a.test", b"DATA", b"BDAT 3", b"AUTH LOGIN", b"354 x", b"250 x"])
            | st.binary(max_size=12),
            eol=st.sampled_from([b"", b"\r\n"]),
        )
    )
)
def test_any_events_can_be_replayed(events: list[Event]) -> None:
    """A stranger's transcript need not make sense."""
    all_moments(events)
    assert [event for step in steps(events) for event in step] == events


def test_replaying_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, no socket, no name is looked up: a transcript is data."""
    data = (transcripts_dir() / "starttls-auth-plain.smtp").read_bytes()
    all_moments(parse_transcript(data).events)  # what is imported late has been imported

    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("replaying opened something")

    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    assert all_moments(parse_transcript(data).events)
