"""Reading transcripts and knowing the words."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from smtpshell import resource
from smtpshell.explain.library import open_index
from smtpshell.smtp.command import Command, parse_client_line
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply import Reply, ReplyReader
from smtpshell.smtp.session import Session
from smtpshell.transcript.reader import parse_transcript
from tests.bench import lessons
from tests.bench.dialogues import by_hand, dialogues
from tests.bench.lib import OURS, Figures, Found, in_turn, milliseconds
from tests.bench.notes import when_blocks

SESSIONS = 200
BY_HAND, TOMLLIB = "parser made by hand", "tomllib"
EVENTS = "lines/ms of a transcript read to events"
RECORDS = "lines/ms of a transcript read to commands and replies"
KNOWN = "all words known at start-up"


def transcript(rounds: int) -> Figures:
    """X1."""
    figures = Figures()
    text = dialogues(SESSIONS)
    whole = f"smtpshell transcript 1\n\n{text}".encode()
    times = in_turn(
        {
            EVENTS: milliseconds(lambda: parse_transcript(whole)),
            RECORDS: milliseconds(lambda: list(_records(whole))),
            BY_HAND: milliseconds(lambda: by_hand(text)),
        },
        rounds,
    )
    lines = text.count("\n")
    speeds: Found = {name: [lines / value for value in values] for name, values in times.items()}
    for case in (EVENTS, RECORDS):
        figures.cases[case] = {OURS: speeds[case], BY_HAND: speeds[BY_HAND]}
    return figures


def _records(whole: bytes) -> Iterator[Command | Reply]:
    """Everything said, parsed to the last token and with all its problems."""
    session, reader = Session(), ReplyReader()
    for event in parse_transcript(whole).events:
        if event.kind is EventKind.CLIENT:
            command = parse_client_line(event.data, session.mode)
            session.client_said(command)
            yield command
        elif event.kind is EventKind.SERVER and (reply := reader.feed_line(Line(event.data))):
            session.server_said(reply)
            yield reply


def words(rounds: int) -> Figures:
    """L1."""
    figures = Figures()
    folder = resource.lessons_dir()
    texts = [*when_blocks(), *filter(None, map(_front, folder.rglob("*.md")))]
    with tempfile.TemporaryDirectory() as cache:
        # In a checkout, the dearer case: the stamps of all files are compared as well.
        figures.cases[KNOWN] = in_turn(
            {
                OURS: milliseconds(lambda: open_index(folder, cache=Path(cache))),
                TOMLLIB: milliseconds(lambda: [tomllib.loads(text) for text in texts]),
            },
            rounds * 3,
        )
    figures.cases[lessons.KNOWN] = lessons.known(rounds)
    return figures


def _front(path: Path) -> str:
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    return parts[1] if len(parts) == 3 else ""
