"""The same lines said to a real server and to a practice server, and what came of them.

A party is somebody who answers: a server on a socket, or a responder without a network. Both are
played with the same steps. Where the client stands in the end is found out by what is taken next:
NOOP shows whether anybody is there at all, then DATA, RCPT and MAIL are tried in this order, and
the first one that is let through tells which state it was.
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import NamedTuple, Protocol

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder, Wish
from tests.peers.server import HOST
from tests.waiting import LIMIT

PATIENCE = LIMIT  # for a reply; Postfix slows down on purpose, by seconds
NOW = 1767605400.0

LADDER = (
    ("DATA", "3", "recipients"),
    ("RCPT TO:<ana@office.test>", "2", "sender"),
    ("MAIL FROM:<probe@far.test>", "2", "ready"),
)
_LINE = re.compile(rb"(\d{3})([- ]?)(?:([245])\.(\d{1,3}\.\d{1,3}))?")


class Step(NamedTuple):
    """What is sent in one piece. *line*: it is one line, and its CRLF is not written in the file.

    *replies* are to be waited for even where the practice server says nothing.
    """

    data: bytes
    line: bool
    replies: int = 0


class Outcome(NamedTuple):
    """Replies, each as "250 2.1.0" or "250", and the state that was found behind them."""

    replies: tuple[str, ...]
    state: str

    def coarse(self) -> Outcome:
        """The same with nothing of the enhanced codes but their class."""
        return self._replace(replies=tuple(_coarse(reply) for reply in self.replies))

    def __str__(self) -> str:
        return f"{', '.join(self.replies) or 'nothing'}; then {self.state}"


class Party(Protocol):
    """A server that can be talked to."""

    def send(self, data: bytes, replies: int) -> list[str]:
        """Send *data*; the replies, of which so many are to be waited for."""

    def start_tls(self) -> None:
        """Shake hands, now that both sides have agreed to."""

    def close(self) -> None:
        """Go."""


def _coarse(reply: str) -> str:
    code, _, enhanced = reply.partition(" ")
    return f"{code} {enhanced[0]}" if enhanced else code


def cut_replies(data: bytes) -> tuple[list[str], bytes]:
    """The whole replies at the beginning of *data*, and what is left."""
    replies = []
    while (end := data.find(b"\n") + 1) > 0:
        line, data = data[:end], data[end:]
        match = _LINE.match(line)
        assert match is not None, line
        if match[2] != b"-":
            code = match[1].decode()
            replies.append(f"{code} {(match[3] + b'.' + match[4]).decode()}" if match[3] else code)
    return replies, data


class Practice:
    """A responder at the door of a *part*; waits cost no time."""

    def __init__(self, part: Part) -> None:
        self._responder = Responder(part)
        self._now = NOW
        self._responder.opened(self._now)
        self._settle(b"")

    def send(self, data: bytes, replies: int) -> list[str]:
        if self._responder.wish is Wish.CLOSE:
            return []
        said = self._settle(self._responder.received(data, self._now))
        found, rest = cut_replies(said)
        assert not rest
        return found

    def _settle(self, said: bytes) -> bytes:
        while self._responder.wish in (Wish.WAIT, Wish.DRAIN):
            if self._responder.wish is Wish.WAIT:
                self._now = self._responder.deadline
                said += self._responder.timer(self._now)
            else:
                said += self._responder.drained(self._now)
        return said

    def start_tls(self) -> None:
        self._responder.tls_started(self._now, "TLSv1.3")

    def close(self) -> None:
        self._responder.closed(self._now)


class Real:
    """A connection to a server at a *port* of this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self._rest = b""
        self._open = True
        self._read(1)

    def send(self, data: bytes, replies: int) -> list[str]:
        if self._open:
            try:
                self._socket.sendall(data)
            except OSError:
                self._open = False
        return self._read(replies)

    def _read(self, wanted: int) -> list[str]:
        found: list[str] = []
        while len(found) < wanted and self._open:
            self._receive()
            more, self._rest = cut_replies(self._rest)
            found += more
        return found

    def _receive(self) -> None:
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            self._open = False
            return
        except OSError:
            data = b""
        self._open = bool(data)
        self._rest += data

    def start_tls(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            self._socket = context.wrap_socket(self._socket)
        except OSError:
            self._open = False

    def close(self) -> None:
        self._socket.close()


def play(party: Party, before: list[Step], said: list[Step], counts: list[int]) -> Outcome:
    """Say it all to *party*; of what comes *before* nothing is kept.

    *counts* tells how many replies each step gets. An empty one is filled in: the practice server
    answers at once, so it goes first, and the real one is then waited for as often.
    """
    waits = counts.copy()
    replies: list[str] = []
    for number, step in enumerate(before + said):
        data = step.data + b"\r\n" if step.line else step.data
        got = party.send(data, waits.pop(0) if waits else 0)
        if len(counts) <= number:
            counts.append(max(len(got), step.replies))
        if got and got[-1].startswith("220") and data.upper().startswith(b"STARTTLS"):
            party.start_tls()
        if number >= len(before):
            replies += got
    state = _state(party, replies)
    party.close()
    return Outcome(tuple(replies), state)


def _state(party: Party, replies: list[str]) -> str:
    last = replies[-1] if replies else ""
    if last.startswith("334"):
        return "login"
    if last.startswith("354"):
        return "letter"
    if not party.send(b"NOOP\r\n", 1):
        return "closed"
    for line, digit, state in LADDER:
        answer = party.send(f"{line}\r\n".encode(), 1)
        if answer and answer[0].startswith(digit):
            return state
    return "nothing" if answer else "patience used up"
