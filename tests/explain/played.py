r"""Dialogues as text, played to a watch, with the notes that speak written below each line.

    # words about a dialogue                 % peer NAME VALUE     something known of the two hosts
    C: a line of the client                  % lmtp                the session is LMTP
    S: a line of the server                  % connect [FAILURE]   % tls [FAILURE]
    % close client|server|network            % timer greeting|reply|tls
    % left TEXT    in clear behind the 220   % event NAME          what only a practice server sees
    % cut          the reply ends here       % paste NUMBER        so many lines came in one paste
    % alone REPLY  a reply that answers nothing we know of
    % event NAME WORDS: what a server said; of "delivered" they are header fields, split by " | "
       | id of the primary note, ids of the others; "message: " and "auth: " begin a second moment

An empty line ends a dialogue. `\xNN` in a line stands for that byte, `\s` for a space at its end.
"S: *" is a greeting that only has to be there, "S: 250 list" the whole EHLO reply of a Postfix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.explain.diagnose import judge
from smtpshell.explain.notebook import Notebook, Selection, Streaks
from smtpshell.explain.past import Past
from smtpshell.fact.letter import Letter
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Moments, Watch
from smtpshell.sandbox.world.happening import SAID
from smtpshell.smtp.advice import advise
from smtpshell.smtp.command import parse_client_line
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
_KNOWN = {"true": True, "false": False}
_NEED_NO_NAME = ("greeting", "reply", "command", "connect", "tls", "close", "timer")


class Told(NamedTuple):
    """A moment of a dialogue, and the notes on it."""

    moment: Moment
    selection: Selection

    @property
    def ids(self) -> list[str]:
        """The notes that are shown, the primary one first."""
        return [note.id for note in self.selection.shown]


class Player:
    """Plays one dialogue, line by line."""

    def __init__(self) -> None:
        self._watch = Watch()
        self._reply = b""
        self._pasted = 1
        self._in_header = True

    def play(self, line: str) -> Moments:
        """The moments that *line* brings."""
        kind, _, rest = line.partition(" ")
        if kind == "S:":
            return self._server(_bytes(rest))
        if kind == "C:":
            return self._client(_bytes(rest))
        return self._happen(*rest.split(" ", 1)) if kind == "%" else ()

    def _server(self, data: bytes) -> Moments:
        self._reply += _SHORT_FOR.get(data, data + b"\r\n")
        return () if data[3:4] == b"-" else self._end_of_reply()

    def _end_of_reply(self) -> Moments:
        reply, self._reply = parse_reply(self._reply), b""
        return self._watch.reply(reply)

    def _client(self, data: bytes) -> Moments:
        session = self._watch.session
        exchange = session.exchange
        self._in_header = session.mode is not Mode.TEXT or (self._in_header and data != b"")
        command = parse_client_line(
            to_text(data + b"\r\n" if session.mode is Mode.CHUNK else data),
            session.mode,
            first=self._in_header,
            utf8="SMTPUTF8" in session.offered,
            mechanism=exchange.mechanism if exchange is not None else None,
        )
        return self._watch.command(command, advise(session, command, pasted=self._pasted))

    def _happen(self, what: str, rest: str = "") -> Moments:
        if what in ("connect", "tls", "close", "timer"):
            moments: Moments = getattr(self._watch, what)(rest)
            return moments
        if what == "left":
            return self._watch.left_behind(rest.encode())
        if what == "event":
            return self._event(*rest.split(" ", 1))
        if what == "cut":
            return self._end_of_reply()
        if what == "alone":
            return (Moment("reply", reply=parse_reply(rest.encode() + b"\r\n")),)
        if what == "lmtp":
            self._watch = Watch(Session(lmtp=True))
        elif what == "paste":
            self._pasted = int(rest)
        else:
            name, _, value = rest.partition(" ")
            self._watch.peer[name] = int(value) if value.isdigit() else _KNOWN.get(value, value)
        return ()

    def _event(self, name: str, words: str = "") -> Moments:
        if name == "delivered":
            return self._watch.event(name, Letter(words.split(" | ")))
        said = words.partition(SAID)[2]
        reply = parse_reply(said.encode()) if said else None
        return self._watch.event(name, None, reply, words=words)


class Stage:
    """A player, and the notes that speak while it plays."""

    def __init__(self, notebook: Notebook) -> None:
        self._player = Player()
        self._notebook = notebook
        self._streaks = Streaks()
        self._past = Past()

    def tell(self, line: str) -> Iterator[Told]:
        """The moments that *line* brings, with their notes."""
        for moment in self._player.play(line):
            judge(moment, self._past)
            repeat = self._streaks.before(moment.on)
            selection = self._notebook.select(moment, repeat=repeat)
            self._streaks.count(moment.on, selection.met)
            yield Told(moment, selection)


def tell(dialogue: str, notebook: Notebook) -> list[Told]:
    """Each moment of *dialogue* with its notes; marks in it are passed over."""
    stage = Stage(notebook)
    return [told for line in _unmarked(dialogue) for told in stage.tell(line)]


def mark(dialogues: str, notebook: Notebook) -> str:
    """*dialogues*, with an empty line between them, and with the marks that belong there."""
    return "\n\n".join(_mark(one, notebook) for one in split(dialogues)) + "\n"


def split(dialogues: str) -> list[str]:
    """The single dialogues in a text."""
    return dialogues.strip("\n").split("\n\n")


def _mark(dialogue: str, notebook: Notebook) -> str:
    stage = Stage(notebook)
    marked: list[str] = []
    for line in _unmarked(dialogue):
        marked.append(line)
        marked += [_marked(told) for told in stage.tell(line) if told.ids]
    return "\n".join(marked)


def _unmarked(dialogue: str) -> list[str]:
    return [line for line in dialogue.split("\n") if not line.startswith(_MARK)]


def _marked(told: Told) -> str:
    name = "" if told.moment.on in _NEED_NO_NAME else f"{told.moment.on}: "
    return f"{_MARK}{name}{', '.join(told.ids)}"


def _bytes(text: str) -> bytes:
    data = text.encode().replace(rb"\s", b" ")
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)
