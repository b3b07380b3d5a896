"""Reading a transcript, from whoever it may come: bounded, lossless, errors as FILE:LINE.

Reading opens the named file and nothing else; what stands in it is data, never done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import TranscriptError
from smtpshell.smtp.event import NO_DETAIL, UNASKED, Event, EventKind
from smtpshell.smtp.later import later
from smtpshell.transcript.format import (
    KINDS,
    MAGIC,
    MOST_EVENTS,
    MOST_OCTETS,
    MOST_OCTETS_A_LINE,
    VERSION,
    WIRE,
    EscapeError,
    parse_text,
)
from smtpshell.transcript.header import Header, HeaderError, parse_header

_LINE = later(
    rb"[ \t]*(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)[ \t]+)?([~*]{0,2})(?:#|(?P<name>[A-Za-z]+):) ?(.*)",
    re.DOTALL,
)
_MAGIC = later(re.escape(MAGIC.encode()) + rb" ([0-9]{1,9})[ \t]*")


class Transcript(NamedTuple):
    """A transcript that was read; *lines* holds the line number of each event."""

    header: Header
    events: tuple[Event, ...]
    lines: tuple[int, ...]


def read_transcript(path: Path) -> Transcript:
    """Read the file *path*; TranscriptError if it is none, or breaks a limit."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_OCTETS + 1)
    except OSError as error:
        raise TranscriptError(f"{path}: {error.strerror or error}") from None
    return parse_transcript(data, str(path))


def parse_transcript(data: bytes, name: str = "transcript") -> Transcript:
    """Read *data*; errors say *name* and the line.

    A head is not needed: a file of nothing but ``C:`` and ``S:`` lines is a transcript.

    >>> parse_transcript(b"C: QUIT\\nS: 221 Bye").events[1].data
    b'221 Bye'
    """
    try:
        header, lines, first = _split(data)
        return _Dialogue(header, lines, first).read()
    except _LineError as error:
        raise TranscriptError(f"{name}:{error.line}: {error}", hint=error.hint) from None


def is_transcript(data: bytes) -> bool:
    """Is *data* meant to be one? What it begins with tells; a letter may hold any line."""
    if data.startswith(MAGIC.encode()):
        return True
    first = next((line for line in data.splitlines() if line.strip()), b"")
    match = _LINE.fullmatch(first)
    return match is not None and (match["name"] is None or match["name"] in KINDS)


# Logs of other programs are what people try first; they can be marked by hand.
_HOW_TO_MARK = marked(
    "`C: ` stands before each line of the client, `S: ` before each of the server, `# ` before a"
    " remark; `smtpshell explain -` takes lines without marks, one by one"
)


class _LineError(ValueError):
    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint


def _split(data: bytes) -> tuple[Header, list[bytes], int]:
    """The head, the lines below it, and the number of the first of those."""
    if len(data) > MOST_OCTETS:
        raise _LineError(1, f"more than {MOST_OCTETS // 1024**2} MiB")
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")  # as some editors save
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _LineError(line, "not UTF-8; other bytes are written \\xNN") from None
    lines = data.split(b"\n")
    if not lines[0].startswith(MAGIC.encode()):
        return Header(), lines, 1
    _check_version(lines[0])
    end = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    try:
        return parse_header(lines[1:end]), lines[end:], end + 1
    except HeaderError as error:
        raise _LineError(error.index + 2, str(error)) from None


def _check_version(line: bytes) -> None:
    match = _MAGIC.fullmatch(line)
    if match is None:
        raise _LineError(1, f"the first line is {MAGIC} {VERSION}")
    if int(match[1]) != VERSION:
        raise _LineError(1, f"format {int(match[1])} is not known here; this reads {VERSION}")


# What stands in front of the text, read: kind, time (None: that of the line above), tls, detail.
_Lane = tuple[EventKind, float | None, bool, Mapping[str, str]]
_MOST_LANES = 1000  # that are remembered


class _Dialogue:
    """Reads the lines of a dialogue; a line without a time has that of the line above."""

    def __init__(self, header: Header, lines: list[bytes], first: int) -> None:
        self._header = header
        self._lines = lines
        self._first = first
        self._time = 0.0
        self._lanes: dict[bytes, _Lane] = {}

    def read(self) -> Transcript:
        self._check_limits()
        events: list[Event] = []
        numbers: list[int] = []
        # The loop that a long transcript spends its time in: many lines have the same front, which
        # is read once, and making a tuple an Event by hand costs half of what Event() does.
        known, add, number_it = self._lanes.get, events.append, numbers.append
        new: Callable[[type[Event], tuple[object, ...]], Event] = tuple.__new__
        event_type, crlf = Event, b"\r\n"
        for number, line in enumerate(self._lines, self._first):
            front, _, text = line.partition(b": ")
            lane = known(front)
            if lane is None or b"\\" in text:
                if line and not line.isspace():
                    add(self._parse(line, number))
                    number_it(number)
                continue
            kind, time, tls, detail = lane
            if time is None:
                time = self._time
            else:
                self._time = time
            add(new(event_type, (kind, text, time, tls, crlf, detail)))
            number_it(number)
        return Transcript(self._header, tuple(events), tuple(numbers))

    def _check_limits(self) -> None:
        lines = self._lines
        if max(map(len, lines), default=0) > MOST_OCTETS_A_LINE:
            index = next(i for i, line in enumerate(lines) if len(line) > MOST_OCTETS_A_LINE)
            words = f"a line of more than {MOST_OCTETS_A_LINE // 1024} KiB"
            raise _LineError(self._first + index, words)
        if len(lines) > MOST_EVENTS and sum(not line.isspace() for line in lines if line) > (
            MOST_EVENTS
        ):
            raise _LineError(self._first + MOST_EVENTS, f"more than {MOST_EVENTS} events")

    def _parse(self, line: bytes, number: int) -> Event:
        match = _LINE.fullmatch(line)
        if match is None:
            words = "neither C: nor S: nor another line of a transcript"
            raise _LineError(number, words, tr(_HOW_TO_MARK))
        time, marks, name, text = match.groups()
        kind = EventKind.REMARK if name is None else KINDS.get(name)
        if kind is None:
            raise _LineError(number, f"there is no {name.decode()!r}; C: and S: are the two sides")
        if time is not None:
            self._time = float(time)
        try:
            data, eol, detail = parse_text(kind, text)
        except EscapeError as error:
            raise _LineError(number, str(error)) from None
        if b"*" in marks:
            detail = {**detail, **UNASKED} if detail is not NO_DETAIL else UNASKED
        tls = b"~" in marks
        front, blank, _ = line.partition(b": ")
        # Not "C:" without a blank, nor "C:a: b", where the text holds the colon and the blank.
        plain = blank and len(front) == match.end("name")
        if plain and kind in WIRE and len(self._lanes) < _MOST_LANES:
            self._lanes[front] = (kind, None if time is None else self._time, tls, detail)
        return Event(kind, data, self._time, tls, eol, detail)
