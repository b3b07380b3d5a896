"""The log of a practice server for people: each session's dialogue, with notes, as it happens.

Every line begins with the number of its session, so that `grep '^#3 '` has one of them alone; with
two dashes where it is about a letter on its further way. On a terminal the numbers have colours.

Whoever reads it has no next line to say. So what goes well is told in a headline, and in full what
does not, and what is odd; a class that watches wants all of it (`--verbosity teach`).
"""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import IO, TextIO

from smtpshell.catalogue import counted, marked, tr
from smtpshell.cli.log import LONGEST, MOST_SESSIONS, refusals
from smtpshell.explain.ledger import Form
from smtpshell.fact.moment import Moment
from smtpshell.sandbox.mind.record import CHUNK, CLOSE, LETTER, REMARK, SERVER, events_of
from smtpshell.sandbox.wire.witness import Heard
from smtpshell.sandbox.world.happening import Happening
from smtpshell.shell.commentary import Commentary, Spoken
from smtpshell.shell.fragment import Line
from smtpshell.shell.lane import marks_of
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.news import news_lines
from smtpshell.shell.option import Options
from smtpshell.shell.script import Telling
from smtpshell.shell.text_screen import TextScreen
from smtpshell.shell.theme import SESSIONS
from smtpshell.shell.voice import Voice, Writer
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode
from smtpshell.transcript.redact import Redactor

SHOWN = 4096  # octets of a letter

DOORS = {
    "mx": "SMTP",
    "submission": "submission",
    "smtps": marked("submission over TLS"),
    "lmtp": "LMTP",
}
_CLOSED_BY = {
    "client": marked("by the client"),
    "server": marked("by the server"),
    "network": marked("by the network"),
}


_LENGTH_ALONE = re.compile(rb"(AUTH ([^ ]+) )?\(\d+ octets\)")
_SECRETS = {b"PLAIN": b64encode(b"\0x\0x"), b"XOAUTH2": b64encode(b"user=x\1auth=Bearer x\1\1")}


class TaggedScreen:
    """A screen on which each line says whose it is; *muted* while nobody is to see them."""

    def __init__(self, writer: Writer, tag: str, style: str = "note") -> None:
        self._writer = writer
        self._tag = (style, tag)
        self.muted = False
        self.instead: bytes | None = None  # what is shown in the place of what was said

    @property
    def columns(self) -> int:
        return self._writer.columns - len(self._tag[1])

    def write(self, lines: Iterable[Line]) -> None:
        if not self.muted:
            self._writer.write([(self._tag, *line) for line in lines])


class _Sheet:
    """Where text alone goes; as wide as the terminal is at the time."""

    def __init__(self, out: IO[str]) -> None:
        self._screen = TextScreen(out)

    @property
    def columns(self) -> int:
        return shutil.get_terminal_size((80, 24)).columns

    def write(self, lines: Iterable[Line]) -> None:
        self._screen.write(lines)


def writer_on(out: TextIO, theme: str = "") -> Writer:
    """Who writes to *out*: in the colours of the *theme*, or text alone without one."""
    if not theme:
        return _Sheet(out)
    from prompt_toolkit.output import create_output

    from smtpshell.shell.screen import Screen

    return Screen(create_output(out), theme)


class _Remarks(Commentary):
    """Notes for a log: nobody can ask there for those that are not shown."""

    def on(self, moment: Moment) -> list[Spoken]:
        spoken = [one._replace(more=0) for one in super().on(moment)]
        if self.options["verbosity"] == "teach":
            return spoken
        refused = moment.reply is not None and moment.reply.digit not in (2, 3)
        return [_short(one, refused=refused)._replace(long=False) for one in spoken]


def _short(one: Spoken, *, refused: bool) -> Spoken:
    """What went as it should, in its headline: the words below it are for who speaks next."""
    expected = one.note.kind == "info" and not refused
    return one._replace(form=Form.LINE) if expected and one.form is Form.FULL else one


class TextLog:
    """Tells what was heard by *writer*; notes fade for all sessions together."""

    def __init__(self, writer: Writer, telling: Telling) -> None:
        from smtpshell.explain.ledger import Ledger
        from smtpshell.explain.library import Library, load_library
        from smtpshell.language import chosen

        self._writer = writer
        self._marks = marks_of(plain=telling.plain)
        self._options = Options(notes=telling.notes, verbosity=telling.verbosity)
        silent = telling.notes == "off" or telling.verbosity == "exam"
        load = (lambda: Library([])) if silent else (lambda: load_library(language=chosen()))
        self._commentary = _Remarks(self._options, Ledger(), load)
        self._sessions: dict[int, tuple[Narrator, TaggedScreen]] = {}
        # The server remarks on a line while it judges it, which is before the line is written down.
        self._remarks: dict[int, list[str]] = {}

    def tell(self, heard: Heard, octets: int) -> None:
        """Say what happened."""
        if heard.kind == REMARK:
            self._remarks.setdefault(heard.session, []).append(heard.data.decode())
            return
        known = self._sessions.get(heard.session)
        narrator, screen = known or self._begin(heard)
        for event in self._events(heard, octets, screen):
            whole = _with_secret(event, narrator.session.mode)
            screen.instead = event.data if whole is not event else b"" if screen.muted else None
            narrator.hear(whole)
        screen.muted = False
        if self._options.on("notes"):
            for words in self._remarks.pop(heard.session, ()):
                narrator.voice.note(tr("Remark"), printable(tr(words)))
            for _, move in refusals(heard):
                if move is not None:
                    narrator.voice.note(tr("Why"), move.answer.reason(move.detail).said().brief)
        if heard.kind == CLOSE:
            del self._sessions[heard.session]
            self._remarks.pop(heard.session, None)

    def happened(self, found: Sequence[Happening]) -> None:
        """Say what became of letters; that one lies in its mailbox here needs no word."""
        if self._options.on("notes"):
            voice = Voice(TaggedScreen(self._writer, "-- "), self._marks)
            for head, words in news_lines(found):
                voice.note(head, words)

    def left_out(self, count: int) -> None:
        """So much happened too fast to be told."""
        words = counted(count, "({count} event left out here)", "({count} events left out here)")
        self._writer.write([(("note.error", words),)])

    def _begin(self, heard: Heard) -> tuple[Narrator, TaggedScreen]:
        style = SESSIONS[heard.session % len(SESSIONS)]
        screen = TaggedScreen(self._writer, f"#{heard.session} ", style)
        voice = Voice(screen, self._marks)
        lmtp = heard.door == "lmtp"
        narrator = Narrator(
            voice,
            self._options,
            self._commentary,
            shown=partial(_shown, screen, Redactor(lmtp=lmtp)),
            lmtp=lmtp,
        )
        if len(self._sessions) >= MOST_SESSIONS:
            oldest = next(iter(self._sessions))
            del self._sessions[oldest]
            self._remarks.pop(oldest, None)
        self._sessions[heard.session] = narrator, screen
        clock = datetime.fromtimestamp(heard.began).strftime("%H:%M:%S")
        peer = (
            tr("{address} port {port}", address=heard.peer, port=heard.port)
            if heard.port
            else tr("a socket in the file system")
        )
        head = tr("Session {number}", number=heard.session)
        voice.note(head, f"{clock}, {peer}, {tr(DOORS[heard.door])}")
        detail = {"host": "", "port": str(heard.port), "address": heard.peer}
        narrator.hear(Event(EventKind.CONNECT, detail=detail))
        return narrator, screen

    def _events(self, heard: Heard, octets: int, screen: TaggedScreen) -> Iterable[Event]:
        kind, data, reply = heard.kind, heard.data, heard.reply
        time, tls = heard.at - heard.began, heard.tls
        if kind == CLOSE:
            by = data.decode()
            words = tr(_CLOSED_BY.get(by, by)).encode()
            yield Event(EventKind.CLOSE, words, time, tls, detail={"by": by})
            return
        if kind == CHUNK:
            yield from _chunk(data, octets, time, tls, screen)
        else:
            shown = data[:SHOWN] if kind == LETTER else data
            yield from events_of(kind, shown, b"", 0, time, tls)
        if kind in (LETTER, CHUNK) and octets > SHOWN:
            more = tr("{count} octets more came, and are not shown here", count=octets - SHOWN)
            yield Event(EventKind.REMARK, more.encode(), time, tls)
        if reply:
            yield from events_of(SERVER, reply, b"", 0, time, tls)


def _shown(screen: TaggedScreen, redactor: Redactor, event: Event) -> Event:
    """*event* as it may be seen."""
    redacted = redactor.redact(event)
    return redacted if screen.instead is None else redacted._replace(data=screen.instead)


def _with_secret(event: Event, mode: Mode) -> Event:
    """*event* with something in the place of a secret, which the server knows by its length alone.

    Without it the narrator would find fault with what the client said. What is shown is the length.
    """
    match = _LENGTH_ALONE.fullmatch(event.data) if event.kind is EventKind.CLIENT else None
    if match is None or not (match[1] or mode is Mode.AUTH):
        return event
    return event._replace(data=(match[1] or b"") + _SECRETS.get(match[2], b"eA=="))


def _chunk(
    data: bytes, octets: int, time: float, tls: bool, screen: TaggedScreen
) -> Iterable[Event]:
    """A chunk, shown as far as it is short; the narrator has to count all of it."""
    *lines, last = data[:SHOWN].split(b"\r\n")
    for line in lines:
        yield Event(EventKind.CLIENT, line, time, tls)
    if last:
        yield Event(EventKind.CLIENT, last, time, tls, eol=b"")
    screen.muted = True
    rest = data[SHOWN:] + bytes(octets - min(octets, LONGEST))
    if rest:
        yield Event(EventKind.CLIENT, rest, time, tls, eol=b"")
    screen.muted = False
