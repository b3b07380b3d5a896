"""A sample session as a question shows it: what was said, and not what it is about.

Title and remarks stay in the file, because they tell what the learner is to find out.
"""

from __future__ import annotations

from collections.abc import Iterator

from smtpshell.resource import transcripts_dir
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.format import escape
from smtpshell.transcript.reader import read_transcript

MOST_LINES = 60
LONG_PAUSE = 30.0  # seconds; shorter ones say nothing
_LANES = {EventKind.CLIENT: "C:", EventKind.SERVER: "S:"}


def sample_lines(name: str) -> list[str]:
    """The sample *name* line by line, cut where it is too long to be read for a question."""
    events = read_transcript(transcripts_dir() / f"{name}.smtp").events
    lines = list(_lines(events))
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "(and more)"]


def _lines(events: tuple[Event, ...]) -> Iterator[str]:
    before = events[0].time if events else 0.0
    begun = False
    for event in events:
        if event.time - before >= LONG_PAUSE:
            yield f"({event.time - before:.0f} seconds later)"
        before = event.time
        if event.kind in _LANES:
            yield f"{_LANES[event.kind]} {escape(event.data + _odd_end(event))}".rstrip()
        elif event.kind is EventKind.CONNECT and begun:
            yield "(a new connection)"
        elif event.kind is EventKind.TLS:
            yield "(TLS begins)"
        elif event.kind is EventKind.CLOSE:
            yield f"(closed by the {event.detail.get('by', 'network')})"
        begun = True


def _odd_end(event: Event) -> bytes:
    """The end of a line where it is not CRLF, which stands in no line."""
    return b"" if event.eol == b"\r\n" else event.eol
