"""The practice server's mind in one session: events in, replies and wishes out.

How it is driven
================

Whoever owns the connection tells what happens: `opened`, `received`, `timer`, `drained`,
`tls_started`, `stopped`. Each of these gives the bytes to write now, and leaves behind a `wish`:
what the owner should do once they are written. `deadline` is when `timer` wants to be called if
nothing else happens before. Time comes along with each event, in seconds since 1970; nothing here
reads a clock, draws lots or opens anything, so the same events give the same session.

While the wish is not READ, nothing that comes in is answered. It is kept until the wait is over;
the owner had better stop reading. Behind STARTTLS it never comes to that: bytes that were sent
behind it in clear end the session (RFC 3207 6, CVE-2011-0411).

How judging works, and why so much is remembered, is told in `standing`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from smtpshell.sandbox import login
from smtpshell.sandbox.desk import Desk
from smtpshell.sandbox.intake import begin_chunk, conclude, hopeless
from smtpshell.sandbox.judge import judge
from smtpshell.sandbox.moving import make_move, unasked_move
from smtpshell.sandbox.record import CLIENT, CLOSE, REMARK, SERVER, TLS
from smtpshell.sandbox.ruling import remarks_on_refusal
from smtpshell.sandbox.standing import Move, Verdict
from smtpshell.smtp.command import AUTHLINE, Command, parse_command
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.part import Part

MOST_REPLIES = 128  # written at a time: a flood of commands must not fill memory with replies
ENDLESS = 32 * 1024  # octets of a line after which nobody waits for its end
MOST_HISTORY = 200  # moves kept for the view

_NOBODY = Command("", "")  # when the server speaks of its own accord
_WITH_PARAMETERS = (b"MAIL ", b"RCPT ")


class Wish(Enum):
    """What the owner of the connection should do next."""

    READ = "read"  # and hand over what comes
    WAIT = "wait"  # until the deadline, then call timer()
    DRAIN = "drain"  # write all that is to be written, then call drained()
    TLS = "tls"  # shake hands, then call tls_started()
    CLOSE = "close"


class Responder(Desk):
    """One session with one client at the address *peer*, by whatever carries the bytes."""

    __slots__ = (
        "_begun",
        "_begun_at",
        "_late",
        "_letter_began",
        "_skipped",
        "_then",
        "deadline",
        "wish",
    )

    def __init__(self, part: Part, peer: str = "127.0.0.1") -> None:
        super().__init__(part, peer)
        self.wish = Wish.READ
        self.deadline = float("inf")
        self._begun = b""  # of a line, or what waits to be answered
        self._begun_at = 0.0
        self._skipped = 0  # octets of a line that is too long to be kept
        self._letter_began = 0.0
        self._late = b""  # a reply that takes its time, and the wish that comes with it
        self._then = Wish.READ

    def opened(self, now: float, *, tls: str = "") -> bytes:
        """The connection stands; *tls* is version and cipher where it began with a handshake."""
        self.begin(now)
        if tls:
            self._encrypted(now, tls)
            self.stand(self.standing._replace(state=State.BEFORE_GREETING))
        delay = self.part.personality.timing.greeting_delay
        if delay:
            self.deadline = now + delay
            return b""
        return self._greet(now)

    def turned_away(self, situation: str, now: float) -> bytes:
        """Instead of `opened`: there is no room for this client."""
        self.begin(now)
        return self._say(situation, now)

    def received(self, data: bytes, now: float) -> bytes:
        """The client sent *data*, cut as it may be."""
        begun = self._begun
        if begun:
            data = begun + data
            self._begun = b""
        if self.wish is not Wish.READ:
            self._begun = data
            return b""
        if self._skipped:
            return self._skip(data, now)
        if self.seat.standing.state is State.BEFORE_GREETING:
            return self._say("early-talk", now)
        out: list[bytes] = []
        record = self.record
        at, end = 0, len(data)
        while at < end or (self.reader is not None and self.reader.done):
            reader = self.reader
            if reader is None:
                stop = data.find(b"\r\n", at)
                if stop < 0:
                    break
                line = data[at:stop]
                at = stop + 2
                move = self.seat.moves.get(line)
                if move is None:
                    move, line = self._consider(line)
                record.add(now, CLIENT, line)
                if move.alone and at < end:
                    move = self._out_of_step(move)
            else:
                at += reader.feed(data[at:] if at else data)
                if not reader.done:
                    if hopeless(self):
                        out.append(self._say("data-flood", now))
                    break
                move = conclude(self, now)
            self.seat = move.seat
            if move.effect is not None:
                move.effect(self, move)
            self.history.append(move)
            wire = self._weigh(move, now) if move.heavy else move.wire
            if wire:
                out.append(wire)
                record.add(now, SERVER, wire)
            if self.wish is not Wish.READ:
                break
            if len(out) >= MOST_REPLIES:
                self.wish = Wish.DRAIN
                break
        if at < end:
            self._keep(data[at:], now, out, more=at == 0 and bool(begun))
        if self.reader is None and not self._begun and self.wish is Wish.READ:
            self.deadline = now + self.part.idle
        elif self.wish is not Wish.WAIT:
            self._set_deadline(now)
        return out[0] if len(out) == 1 else b"".join(out)

    def timer(self, now: float) -> bytes:
        """Time has passed; nothing happens unless the deadline has too."""
        if now < self.deadline or self.wish in (Wish.CLOSE, Wish.DRAIN):
            return b""
        if self.wish is Wish.WAIT:
            return self._wait_is_over(now)
        if self.wish is Wish.READ and self.standing.state is State.BEFORE_GREETING:
            return self._greet(now)
        slow = self._begun or self._skipped or now >= self._letter_deadline()
        return self._say("too-slow" if slow else "timeout", now)

    def drained(self, now: float) -> bytes:
        """All has been written: go on with what waits."""
        self.wish = Wish.READ
        return self.received(b"", now)

    def tls_started(self, now: float, words: str) -> None:
        """The handshake succeeded; *words* are version and cipher."""
        self._encrypted(now, words)
        self.wish = Wish.READ
        self._set_deadline(now)

    def stopped(self, now: float) -> bytes:
        """The server is being stopped."""
        return b"" if self.wish is Wish.CLOSE else self._say("shutting-down", now)

    def failed(self, now: float) -> bytes:
        """Something broke in here: a fault of ours, not of the client's."""
        return self._say("broken", now)

    def closed(self, now: float, by: str = "client") -> None:
        """The connection is gone."""
        self.record.add(now, CLOSE, by.encode())
        self.wish = Wish.CLOSE
        self.deadline = float("inf")

    @property
    def said_goodbye(self) -> bool:
        """Did the session end with QUIT and its answer?"""
        return bool(self.history) and self.history[-1].answer.name == "quit-ok"

    def _greet(self, now: float) -> bytes:
        self.stand(self.standing._replace(state=State.CONNECTED))
        wire = self._say("greeting-lmtp" if self.part.lmtp else "greeting", now)
        self._set_deadline(now)
        return wire

    def _encrypted(self, now: float, words: str) -> None:
        self.forget(words)
        self._begun = b""
        self.record.add(now, TLS, words.encode())

    def _consider(self, line: bytes) -> tuple[Move, bytes]:
        """The move that answers *line*, and the line as it may be written down."""
        if self.exchange is not None:
            move = login.go_on(self, line)
            return move, move.command.wire()
        seat = self.seat
        command = parse_command(line, utf8=seat.standing.utf8)
        verdict = self._too_long(line, command) or judge(self.part, seat.standing, command)
        if command.verb == "AUTH":
            if verdict.situation == "auth-challenge":
                move = login.begin(self, command)
            else:
                move, _ = make_move(self, login.without_secret(command), verdict)
            return move, move.command.wire()
        if command.chunk_size is not None and verdict.situation.startswith(("bdat-", "data-")):
            begin_chunk(self, command, verdict)
            return Move(command, self.part.answers[verdict.situation], b"", seat), line
        move, lasting = make_move(self, command, verdict)
        if lasting:
            self.part.keep(seat, line, move)
        return move, line

    def _too_long(self, line: bytes, command: Command) -> Verdict | None:
        longest = self._longest(line)
        if len(line) + 2 <= longest:
            return None
        return Verdict("line-too-long", detail=f"Yours had {len(line) + 2}, {longest} are allowed.")

    def _longest(self, line: bytes) -> int:
        limits = self.part.personality.limits
        verb = line[:5].upper()
        if self.exchange is not None or verb == b"AUTH ":
            return limits.auth_line
        return limits.mail_line if verb in _WITH_PARAMETERS else limits.line

    def _out_of_step(self, move: Move) -> Move:
        """More had come with a command whose reply the client must wait for."""
        injected = move.command.verb == "STARTTLS"
        situation = "starttls-injection" if injected else "out-of-step"
        return unasked_move(self, move.command, situation)

    def _weigh(self, move: Move, now: float) -> bytes:
        """What a move brings beside its reply: the reply, with what may have to follow it."""
        self._remark(move.remarks, now)
        answer, wire = move.answer, move.wire
        if answer.close:
            self.wish = Wish.CLOSE
        elif move.seat.standing.state is State.TLS:
            self.wish = Wish.TLS
        self.junk += move.junk
        delay = answer.delay
        if not answer.accepts and not answer.close:
            delay += self._count_refusal(move, now)
        if overdrawn := self._overdrawn():
            wire += self._say(overdrawn, now, log=False)
        if delay:
            self._late, self._then = wire, self.wish
            self.wish = Wish.WAIT
            self.deadline = now + delay
            return b""
        return wire

    def _count_refusal(self, move: Move, now: float) -> float:
        """A command was refused; by how much its answer is slowed down."""
        self.errors += 1
        self._remark(remarks_on_refusal(self, move.command, move.answer.code), now)
        slow_after = self.part.personality.limits.slow_after
        if slow_after and self.errors > slow_after:
            return self.part.personality.timing.error_delay
        return 0.0

    def _overdrawn(self) -> str:
        """Which budget is used up, as a situation; "" if none is."""
        limits = self.part.personality.limits
        if self.wish is not Wish.READ:
            return ""
        if self.failed_logins >= limits.logins:
            return "auth-too-many"
        if self.errors >= limits.errors:
            return "too-many-errors"
        return "too-much-junk" if self.junk > limits.junk else ""

    def _remark(self, remarks: tuple[str, ...], now: float) -> None:
        for words in remarks:
            self.remarks.append(words)
            self.record.add(now, REMARK, words.encode())

    def _say(self, situation: str, now: float, *, log: bool = True) -> bytes:
        """Speak without having been asked."""
        move = unasked_move(self, _NOBODY, situation)
        self.history.append(move)
        self._remark(move.remarks, now)
        if move.answer.close:
            self.wish = Wish.CLOSE
        if log:
            self.record.add(now, SERVER, move.wire)
        return move.wire

    def _wait_is_over(self, now: float) -> bytes:
        wire, self._late = self._late, b""
        self.wish = self._then
        self.record.add(now, SERVER, wire)
        return wire + self.received(b"", now)

    def _keep(self, rest: bytes, now: float, out: list[bytes], *, more: bool) -> None:
        """Keep what cannot be answered yet: the beginning of a line, or all behind a wait."""
        if self.wish is Wish.CLOSE:
            return
        if not more:
            self._begun_at = now
        if self.wish is Wish.READ and len(rest) > self._longest(rest):
            self._skipped = len(rest)
            if self._skipped > ENDLESS:
                out.append(self._say("endless-line", now))
            rest = rest[-1:] if rest.endswith(b"\r") else b""
        self._begun = rest

    def _skip(self, data: bytes, now: float) -> bytes:
        """More of a line that is too long to be kept."""
        stop = data.find(b"\r\n")
        if stop < 0:
            self._skipped += len(data)
            self._begun = data[-1:] if data.endswith(b"\r") else b""
            if self._skipped > ENDLESS:
                return self._say("endless-line", now)
            self._set_deadline(now)
            return b""
        verb = "" if self.exchange is None else AUTHLINE
        shown = Command(f"({self._skipped + stop} octets)", verb)
        self._skipped = 0
        self.exchange = None
        move, _ = make_move(self, shown, Verdict("line-too-long"))
        self.seat = move.seat
        self.history.append(move)
        wire = self._weigh(move, now)
        if wire:
            self.record.add(now, SERVER, wire)
        return wire + self.received(data[stop + 2 :], now)

    def _set_deadline(self, now: float) -> None:
        timing = self.part.personality.timing
        deadline = now + timing.idle
        if self._begun or self._skipped:
            deadline = min(deadline, self._begun_at + timing.line)
        if self.reader is None:
            self._letter_began = 0.0
        else:
            self._letter_began = self._letter_began or now
            deadline = min(deadline, self._letter_deadline())
        self.deadline = deadline

    def _letter_deadline(self) -> float:
        """When the letter that is coming has taken too long, however steadily it comes."""
        if self.reader is None:
            return float("inf")
        timing = self.part.personality.timing
        return self._letter_began + timing.letter + self.reader.octets / timing.data_rate
