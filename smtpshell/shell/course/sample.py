"""A sample session as a question shows it: what was said, and not what it is about.

Title and remarks stay in the file, because they tell what the learner is to find out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from smtpshell.catalogue import marked, tr
from smtpshell.errors import TranscriptError
from smtpshell.resource import transcripts_dir
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.format import escape
from smtpshell.transcript.reader import read_transcript

_CLOSED = {
    "client": marked("(closed by the client)"),
    "server": marked("(closed by the server)"),
    "network": marked("(closed by the network)"),
}
MOST_LINES = 60
LONG_PAUSE = 30.0  # seconds; shorter ones say nothing
LONG_LIST = 5  # lines of a reply
_LANES = {EventKind.CLIENT: "C:", EventKind.SERVER: "S:"}


def sample_lines(name: str) -> list[str]:
    """The sample *name* line by line, cut where it is too long to be read for a question.

    A pack may name one that this smtpshell does not have; then that is all there is to show.
    """
    try:
        events = read_transcript(transcripts_dir() / f"{name}.smtp").events
    except TranscriptError:
        return [tr("(there is no sample called {name})", name=name)]
    lines = list(_shortened(_lines(events)))
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], tr("(and more)")]


def _lines(events: tuple[Event, ...]) -> Iterator[str]:
    before = 0.0
    begun = False
    for event in events:
        if begun and event.time - before >= LONG_PAUSE:
            yield tr("({seconds} seconds later)", seconds=f"{event.time - before:.0f}")
        before = event.time
        if event.kind in _LANES:
            yield f"{_LANES[event.kind]} {escape(event.data + _odd_end(event))}".rstrip()
        elif event.kind is EventKind.CONNECT and begun:
            yield tr("(a new connection)")
        elif event.kind is EventKind.TLS:
            yield tr("(TLS begins)")
        elif event.kind is EventKind.CLOSE:
            yield tr(_CLOSED.get(event.detail.get("by", ""), _CLOSED["network"]))
        begun = begun or event.kind is not EventKind.REMARK


def _odd_end(event: Event) -> bytes:
    """The end of a line where it is not CRLF, which stands in no line."""
    return b"" if event.eol == b"\r\n" else event.eol


def _shortened(lines: Iterator[str]) -> Iterator[str]:
    """A long list of extensions without its middle, or it would fill the screen."""
    for goes_on, group in groupby(lines, lambda line: line.startswith("S: 250-")):
        found = list(group)
        if goes_on and len(found) > LONG_LIST:
            found[1:] = [tr("(... {count} lines of the list)", count=len(found) - 1)]
        yield from found
