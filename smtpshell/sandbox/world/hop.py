"""Handing a letter on: the sending half of SMTP, without a network.

`Sender` is a mail server in its other role, that of a client. It talks to the responder of another
server of the same world, and bytes go from hand to hand; so what two servers make of one letter
can be seen, and both are the real ones. It is as careful, and as careless, as forwarding servers
are: dots are stuffed at CRLF alone, and of what comes back it reads one reply for each thing said.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.sandbox.mind.responder import Wish
from smtpshell.smtp.data import dot_stuff
from smtpshell.smtp.line import LineBuffer
from smtpshell.smtp.reply import Reply, ReplyReader
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.responder import Responder

MOST_WAITS = 10_000  # times that we wait for something in one session, a drip at a time
PATIENCE = 600.0  # seconds for a reply; then the other server counts as gone

LOST = Reply((), None, None, ())


class Letter(NamedTuple):
    """What is handed on. *data* is the letter with its trace fields, transparency undone."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    utf8: bool = False


class Handed(NamedTuple):
    """How it went.

    *verdicts* are the reply on which each recipient's fate hangs, in their order; `LOST` if none
    came. *sent*: that was a reply to the letter, and not to what came before it.
    *unasked* are replies that nobody had asked for: the other server has counted otherwise.
    *said* is the dialogue, line by line: "C" or "S", and what was said.
    """

    verdicts: tuple[Reply, ...]
    unasked: tuple[Reply, ...]
    said: tuple[tuple[str, bytes], ...]
    now: float
    sent: bool


class Sender:
    """A session with the server behind *responder*, as the host *name*, at the time *now*."""

    def __init__(self, responder: Responder, name: str, now: float) -> None:
        self._responder = responder
        self._name = name
        self._now = now
        self._waits = 0
        self._sent = False  # the letter
        self._lines = LineBuffer()
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._said: list[tuple[str, bytes]] = []

    def hand_on(self, letter: Letter) -> Handed:
        """Greet, hand the *letter* over, and leave."""
        verdicts = self._transaction(letter)
        # What lies here now came before we said QUIT: nobody has asked for it.
        unasked = tuple(self._replies)
        self._replies.clear()
        if self._responder.wish is not Wish.CLOSE:
            self._ask(b"QUIT")
        return Handed(verdicts, unasked, tuple(self._said), self._now, self._sent)

    def _transaction(self, letter: Letter) -> tuple[Reply, ...]:
        everybody = len(letter.recipients)
        self._hear(self._responder.opened(self._now))
        greeting = self._next_reply()
        if greeting.digit != 2:
            return (greeting,) * everybody
        hello = self._ask(b"EHLO %b" % self._name.encode())
        if hello.digit == 5:
            hello = self._ask(b"HELO %b" % self._name.encode())
        if hello.digit != 2:
            return (hello,) * everybody
        mail = self._ask(self._mail(letter, hello.as_ehlo().keywords()))
        if mail.digit != 2:
            return (mail,) * everybody
        rcpts = [self._ask(b"RCPT TO:<%b>" % rcpt.encode()) for rcpt in letter.recipients]
        if all(reply.digit != 2 for reply in rcpts):
            return tuple(rcpts)
        verdict = self._ask(b"DATA")
        if verdict.digit == 3:
            verdict = self._send(letter.data)
        return tuple(verdict if reply.digit == 2 else reply for reply in rcpts)

    def _mail(self, letter: Letter, offered: dict[str, tuple[str, ...]]) -> bytes:
        line = b"MAIL FROM:<%b>" % letter.sender.encode()
        if not letter.data.isascii() and "8BITMIME" in offered:
            line += b" BODY=8BITMIME"
        return line + b" SMTPUTF8" if letter.utf8 and "SMTPUTF8" in offered else line

    def _send(self, data: bytes) -> Reply:
        """The letter, and the reply to its end: the first one that comes."""
        wire = dot_stuff(data)
        if not wire.endswith(b"\r\n"):
            wire += b"\r\n"
        wire += b".\r\n"
        self._sent = True
        self._said += [("C", line) for line in wire.removesuffix(b"\r\n").split(b"\r\n")]
        self._hear(self._responder.received(wire, self._now))
        return self._next_reply()

    def _ask(self, line: bytes) -> Reply:
        self._said.append(("C", line))
        self._hear(self._responder.received(line + b"\r\n", self._now))
        return self._next_reply()

    def _hear(self, wire: bytes) -> None:
        """Take in what the other side says, and what it says after it has taken its time."""
        self._take(wire)
        responder, end = self._responder, self._now + PATIENCE
        while self._waits < MOST_WAITS:
            if responder.wish is Wish.DRAIN:
                self._take(responder.drained(self._now))
                continue
            greets = responder.standing.state is State.BEFORE_GREETING
            if not (responder.wish is Wish.WAIT or greets) or responder.deadline > end:
                return
            self._waits += 1
            self._now = max(self._now, responder.deadline)
            self._take(responder.timer(self._now))

    def _take(self, wire: bytes) -> None:
        self._lines.feed(wire)
        while (line := self._lines.next_line()) is not None:
            self._said.append(("S", line.data))
            reply = self._reader.feed_line(line)
            if reply is not None:
                self._replies.append(reply)

    def _next_reply(self) -> Reply:
        return self._replies.popleft() if self._replies else LOST
