"""Sample transcripts made from small files: a practice server, a seed, a clock, the client's lines.

A file in `made/` begins with TOML between two lines of `+++`:

    title = "..."                     as it stands in the transcript's head
    teaches = "..."                   the remarks there, one a line
    started = 2025-03-03T09:00:12Z    the clock of the practice world begins then
    personality, scenario, door, seed, host   the server; `[servers.NAME]` has more of them

Below stands a dialogue as lessons write it (`smtpshell/lesson/script.py`), and lines behind `#`
that become remarks. `S:` lines are not needed; the transcript has what the server says.

Two directives mean a little more than in a lesson: `% wait` in the middle of a session is silence,
and a server may lose its patience; between two sessions it is the time until the second.
"""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from smtpshell.datafile import Where
from smtpshell.lesson.house import PORTS, Shelf
from smtpshell.lesson.lesson import Heading, Lesson, Server, Step
from smtpshell.lesson.player import Player
from smtpshell.lesson.script import read_script
from smtpshell.lesson.stage import Stage
from smtpshell.smtp.event import UNASKED, Event, EventKind
from smtpshell.transcript.format import format_event
from smtpshell.transcript.header import Header, format_header
from smtpshell.transcript.redact import Redactor

FOLDER = Path(__file__).parent / "made"
_KEYS = ("personality", "scenario", "door", "seed")

# Seconds: what a person needs for a line, and what the wires and the machines need.
THINKS, GOES_ON, A_CHARACTER = 1.5, 0.4, 0.06
ANSWERS, HANDSHAKE, HANGS_UP, CALLS_AGAIN = 0.021, 0.043, 0.001, 4.0


class Scribe(Stage):
    """A stage that writes down what happens on it, in the time that people take to type."""

    def __init__(self, lesson: Lesson, hosts: dict[str, str], started: float) -> None:
        super().__init__(lesson, Shelf([FOLDER / "sandbox"]))
        self.now = self.started = started
        self.events: list[Event] = []
        self.hosts = hosts  # by the name of the server

    def connect(self, server: str | None = None, *, early: bytes = b"") -> None:
        """A second call takes a moment."""
        self.hang_up()
        again = any(event.kind is EventKind.CLOSE for event in self.events)
        if again and self.now - self.started - self.events[-1].time < CALLS_AGAIN:
            self.now += CALLS_AGAIN
        super().connect(server, early=early)

    def say(self, data: bytes) -> None:
        """Type it, and send it."""
        answered = bool(self.events) and self.events[-1].kind is not EventKind.CLIENT
        line = data.partition(b"\r\n")[0].rstrip(b"\n")
        seconds = (THINKS if answered else GOES_ON) + A_CHARACTER * len(line)
        self.now += seconds - 1  # the stage itself lets a second pass
        super().say(data)

    def wait(self, seconds: float) -> None:
        """Be silent for so long."""
        until = self.now + seconds
        while self.responder is not None and self.responder.deadline <= until:
            self.now = self.responder.deadline
            self._hear(self.responder.timer(self.now))
        self.now = max(self.now, until)
        self._tell_happenings()

    def remark(self, words: str) -> None:
        """Words between the lines."""
        self._write(Event(EventKind.REMARK, words.encode()))

    def _happens(self, event: Event) -> None:
        session = self.watch.session
        tls = session.tls
        if event.kind is EventKind.SERVER and self.events[-1].kind is not EventKind.SERVER:
            self.now += ANSWERS
        if event.kind is EventKind.SERVER and session.greeted_by_server and not session.pending:
            event = event._replace(detail=UNASKED)
        if event.kind is EventKind.TLS:
            self.now += HANDSHAKE
            event, tls = event._replace(**self._handshake()), True
        elif event.kind is EventKind.CONNECT:
            event = event._replace(**self._connection())
        elif event.kind is EventKind.CLOSE:
            self.now += HANGS_UP
            by = event.detail["by"]
            event = event._replace(data=b"%s: closed" % by.encode())
        super()._happens(event)
        self._write(event, tls=tls)

    def _write(self, event: Event, *, tls: bool | None = None) -> None:
        tls = self.watch.session.tls if tls is None else tls
        self.events.append(event._replace(time=round(self.now - self.started, 3), tls=tls))

    def _connection(self) -> dict[str, Any]:
        number = list(self.hosts).index(self.server)
        address, port = f"192.0.2.{25 + number}", PORTS[self.part.name]
        detail = {"host": self.hosts[self.server], "port": str(port), "address": address}
        return {"data": f"connected to {address} port {port}".encode(), "detail": detail}

    def _handshake(self) -> dict[str, Any]:
        detail = {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "verdict": "verified"}
        words = f"TLSv1.3 TLS_AES_256_GCM_SHA384, certificate of {self.part.host} verified"
        return {"data": words.encode(), "detail": detail}


def make(path: Path) -> str:
    """The transcript that the file at *path* asks for."""
    _, front, dialogue = path.read_text(encoding="utf-8").split("+++\n", 2)
    table = tomllib.loads(front)
    more = table.get("servers", {})
    servers = tuple(_server(name, table | one) for name, one in {"": {}, **more}.items())
    lesson = Lesson(Heading(path.stem, "", "", 0), (), (Step("1", "", ()),), servers=servers)
    hosts = {"": table["host"]} | {
        name: one.get("host", table["host"]) for name, one in more.items()
    }
    started: datetime = table["started"]
    player = Player(lesson)
    player.stage = scribe = Scribe(lesson, hosts, started.timestamp())
    for piece in re.split(r"(?m)^(#.*)\n", dialogue):
        if piece.startswith("#"):
            scribe.remark(piece[1:].strip())
        elif piece.strip():
            player.play(read_script(piece, Where(str(path), 1)))
    assert not player.faults, player.faults
    return _paper(table, servers[0], scribe.events)


def _server(name: str, table: dict[str, Any]) -> Server:
    return Server(name, **{key: table[key] for key in _KEYS if key in table})


def _paper(table: dict[str, Any], server: Server, events: list[Event]) -> str:
    lmtp = server.door == "lmtp"
    header = Header(
        title=table["title"],
        server=f"{table['host']} port {PORTS[server.door]}",
        started=f"{table['started']:%Y-%m-%dT%H:%M:%SZ}",
        protocol="lmtp" if lmtp else "",
        personality=server.personality,
        seed=str(server.seed),
        remarks=tuple(table["teaches"].strip().split("\n")),
    )
    redactor = Redactor(lmtp=lmtp)
    lines = (format_event(redactor.redact(event)) for event in events)
    return format_header(header) + "".join(lines)
