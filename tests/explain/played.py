r"""Dialogues as text, played to a watch, with the notes that speak written below each line.

    # words about a dialogue                 % peer NAME VALUE     something known of the two hosts
    C: a line of the client                  % lmtp                the session is LMTP
    S: a line of the server                  % connect [FAILURE]   % tls [FAILURE]
    % close client|server|network            % timer greeting|reply|tls
    % left TEXT    in clear behind the 220   % event NAME          what only a practice server sees
       | id of the primary note, ids of the others; "message: " and "auth: " begin a second moment

An empty line ends a dialogue. `\xNN` in a line stands for that byte, `\s` for a space at its end.
"S: *" is a greeting that only has to be there, "S: 250 list" the whole EHLO reply of a Postfix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.explain.notebook import Notebook, Selection, Streaks
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.command import Command, parse_client_line
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text

POSTFIX_LIST = (
    b"250-mail.office.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n"
    b"250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n"
    b"250 CHUNKING\r\n"
)
_SHORT_FOR = {b"*": b"220 mail.office.test ESMTP\r\n", b"250 list": POSTFIX_LIST}
_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})")
_MARK = "   | "
_FIRST_OF_ITS_LINE = ("greeting", "reply", "command", "connect", "tls", "close", "timer")


class Told(NamedTuple):
    """A moment of a dialogue, the line that brought it, and the notes on it."""

    line: str
    moment: Moment
    selection: Selection

    @property
    def ids(self) -> list[str]:
        """The notes that are shown, the primary one first."""
        return [note.id for note in self.selection.shown]


class Player:
    """Plays one dialogue, line by line."""

    def __init__(self) -> None:
        self.watch = Watch()
        self._reply = b""
        self._in_header = False

    def play(self, line: str) -> tuple[Moment, ...]:
        """The moments that *line* brings."""
        kind, _, rest = line.lstrip().partition(" ")
        if kind == "S:":
            return self._server(_bytes(rest))
        if kind == "C:":
            return self.watch.command(self._command(_bytes(rest)))
        return self._happen(*rest.split(" ", 1)) if kind == "%" else ()

    def _server(self, data: bytes) -> tuple[Moment, ...]:
        self._reply += _SHORT_FOR.get(data, data + b"\r\n")
        if data[3:4] == b"-":
            return ()
        reply, self._reply = parse_reply(self._reply), b""
        return self.watch.reply(reply)

    def _command(self, data: bytes) -> Command:
        session = self.watch.session
        exchange = session.exchange
        if session.mode is not Mode.TEXT:
            self._in_header = True
        elif not data:
            self._in_header = False
        return parse_client_line(
            to_text(data),
            session.mode,
            first=self._in_header,
            utf8="SMTPUTF8" in session.offered,
            mechanism=exchange.mechanism if exchange is not None else None,
        )

    def _happen(self, what: str, rest: str = "") -> tuple[Moment, ...]:
        if what == "lmtp":
            self.watch = Watch(Session(lmtp=True))
        elif what == "peer":
            name, _, value = rest.partition(" ")
            known = {"true": True, "false": False}
            self.watch.peer[name] = int(value) if value.isdigit() else known.get(value, value)
        elif what in ("connect", "tls", "close", "timer"):
            return tuple(getattr(self.watch, what)(rest))
        elif what == "left":
            return self.watch.left_behind(rest.encode())
        else:
            return self.watch.event(rest)
        return ()


class Stage:
    """A player and the notes that speak while it plays."""

    def __init__(self, notebook: Notebook) -> None:
        self._player = Player()
        self._notebook = notebook
        self._streaks = Streaks()

    def tell(self, line: str) -> Iterator[Told]:
        """The moments that *line* brings, with their notes."""
        for moment in self._player.play(line):
            repeat = self._streaks.before(moment.on)
            selection = self._notebook.select(moment, repeat=repeat)
            self._streaks.count(moment.on, selection.met)
            yield Told(line, moment, selection)


def tell(dialogue: str, notebook: Notebook) -> list[Told]:
    """Each moment of *dialogue* with its notes; marks in it are passed over."""
    stage = Stage(notebook)
    lines = (line for line in dialogue.split("\n") if not line.startswith(_MARK))
    return [told for line in lines for told in stage.tell(line)]


def mark(text: str, notebook: Notebook) -> str:
    """*text*, which holds dialogues, with the marks that belong there."""
    dialogues = text.strip("\n").split("\n\n")
    return "\n\n".join(_mark_dialogue(one, notebook) for one in dialogues) + "\n"


def _mark_dialogue(dialogue: str, notebook: Notebook) -> str:
    stage = Stage(notebook)
    marked: list[str] = []
    for line in dialogue.split("\n"):
        if not line.startswith(_MARK):
            marked.append(line)
            marked += [_marked(told) for told in stage.tell(line) if told.ids]
    return "\n".join(marked)


def _marked(told: Told) -> str:
    which = "" if told.moment.on in _FIRST_OF_ITS_LINE else f"{told.moment.on}: "
    return f"{_MARK}{which}{', '.join(told.ids)}"


def _bytes(text: str) -> bytes:
    data = text.encode().replace(rb"\s", b" ")
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)
