"""The practice server's mind in one session: events in, replies and wishes out.

How it is driven
================

Whoever owns the connection tells what happens: `opened`, `received`, `timer`, `drained`, `kept`,
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

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.sandbox.mind import login
from smtpshell.sandbox.mind.intake import begin_chunk, conclude, hopeless, take_letter
from smtpshell.sandbox.mind.judge import judge
from smtpshell.sandbox.mind.moving import make_move, move_unjudged, with_earlier
from smtpshell.sandbox.mind.patience import Patience
from smtpshell.sandbox.mind.record import CLIENT, CLOSE, SERVER, TLS
from smtpshell.sandbox.mind.ruling import unheard
from smtpshell.sandbox.mind.speaker import Wish
from smtpshell.sandbox.mind.standing import Move, Verdict
from smtpshell.sandbox.nature.situation import LEAVE, TIMER
from smtpshell.smtp.command import AUTHLINE, Command, parse_command
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.nature.rule import Rule

__all__ = ["Responder", "Wish"]

MOST_REPLIES = 128  # written at a time: a flood of commands must not fill memory with replies
LONGEST_KEPT = 512  # octets of a line whose move is remembered
ENDLESS = 32 * 1024  # octets of a line after which nobody waits for its end

_WITH_PARAMETERS = (b"MAIL ", b"RCPT ")


class Responder(Patience):
    """One session with one client at the address *peer*, whatever carries the bytes."""

    __slots__ = ()

    # ------------------------------------------------------------ events

    def opened(self, now: float, *, tls: str = "") -> bytes:
        """The connection stands; *tls* is version and cipher where it began with a handshake."""
        self.begin(now)
        if tls:
            self._encrypted(now, tls)
            self.stand(self.standing._replace(state=State.BEFORE_GREETING))
        delay = self.part.personality.timing.greeting_delay
        if delay:
            self.deadline = self._times_up = now + delay
            return b""
        return self._greet(now)

    def turned_away(self, situation: str, now: float) -> bytes:
        """Instead of `opened`: there is no room for this client."""
        self.begin(now)
        return self.say_alone(situation, now)

    def received(self, data: bytes, now: float) -> bytes:
        """The client sent *data*, cut as it may be."""
        if not self._plain:
            return self._received(data, now)
        reader = self.reader
        if reader is None:
            # Mostly it is one line, and one that was judged before.
            found = self.seat.light.get(data)
            if found is None:
                return self._received_line(data, now)
            move, wire, self.seat, effect, entry = found
            if effect is not None:
                effect(self, move)
            self.history.append(move)
            self.record.add_ready(now, entry)
        else:
            wire = take_letter(self, data, now)
            if not wire:
                return self._received(data, now)
        self.deadline = now + self.part.idle
        return wire

    def timer(self, now: float) -> bytes:
        """Time has passed; nothing happens unless the deadline has too."""
        self.now = now
        if now < self.deadline or self.wish in (Wish.CLOSE, Wish.DRAIN, Wish.KEEP):
            return b""
        if self.wish is Wish.WAIT:
            return self.late_reply(now) + self._received(b"", now)
        if self.wish is Wish.READ and self.standing.state is State.BEFORE_GREETING:
            return self._greet(now) + self._received(b"", now)
        if TIMER in self.part.rules and now < self._times_up:
            return self._break_silence(now)
        slow = self._begun or self._skipped or now >= self._letter_deadline()
        return self.say_alone("too-slow" if slow else "timeout", now)

    def drained(self, now: float) -> bytes:
        """All has been written: go on with what waits."""
        self.wish = Wish.READ
        return self._received(b"", now)

    def kept(self, now: float, *, safe: bool) -> bytes:
        """What the world had not kept yet is put away, *safe* or not: only now may we say so."""
        if self.wish is not Wish.KEEP:  # the session was over sooner
            return b""
        if not safe:
            self.not_kept()
        self.wish = Wish.WAIT
        return self.timer(now)

    def tls_started(self, now: float, words: str) -> bytes:
        """The handshake succeeded; *words* are version and cipher.

        Only a server that runs under TLS what it was sent in clear has something to say now.
        """
        behind = self._begun
        self._encrypted(now, words)
        if self.part.personality.strict.behind_starttls == "run":
            self._begun = behind
        self.wish = Wish.READ
        return self._received(b"", now)

    def stopped(self, now: float) -> bytes:
        """The server is being stopped."""
        return b"" if self.wish is Wish.CLOSE else self.say_alone("shutting-down", now)

    def failed(self, now: float) -> bytes:
        """Something broke in here: a fault of ours, not of the client's."""
        return self.say_alone("broken", now)

    def closed(self, now: float, by: str = "client") -> None:
        """The connection is gone."""
        if self._sent:
            self.record.add(now, SERVER, self._late[: self._sent])
        if by == "client" and self.wish is not Wish.CLOSE:
            self.note(unheard(self, LEAVE, None, 0), now)
        if self.part.personality.reputation.tally:
            self.leave_reputation(now)
        self.record.add(now, CLOSE, by.encode())
        self.wish = Wish.CLOSE
        self.deadline = float("inf")

    def refit(self, extra: tuple[Rule, ...]) -> None:
        """From now on these rules made on the spot are in force, and no others of that kind."""
        self.part = self.part.with_rules(extra)
        self.stand(self.standing)
        self._plain = False

    def resumed(self, now: float) -> None:
        """The session goes on from here after a while that is not to count."""
        self._begun_at = now
        self._letter_began = 0.0
        self._settle(now)

    # ------------------------------------------------------------ what came, piece by piece

    def _received(self, data: bytes, now: float) -> bytes:
        self.now = now
        fresh, begun, self._begun = data, self._begun, b""
        data = begun + data
        if self.wish is not Wish.READ:
            self._begun = data
            return b""
        if self._skipped:
            return self._skip(data, now)
        if self.seat.standing.state is State.BEFORE_GREETING:
            return self._hear_early(fresh, data, now)
        out: list[bytes] = []
        at, end = 0, len(data)
        while at < end or self.reader is not None:
            if self.reader is not None:
                at += self.reader.feed(data[at:] if at else data)
                if not self.reader.done:
                    if hopeless(self):
                        out.append(self.say_alone("data-flood", now))
                    break
                out.append(self._play(conclude(self, now), None, now))
            else:
                stop = data.find(b"\r\n", at) + 2
                if stop < 2:
                    break
                line = data[at:stop]
                at = stop
                move = self.seat.moves.get(line)
                if move is None:
                    move, line = self._consider(line)
                if move.alone and at < end:
                    move = self.out_of_step(move)
                out.append(self._play(move, line, now))
            if self.wish is not Wish.READ:
                break
            if len(out) >= MOST_REPLIES:
                self.wish = Wish.DRAIN
                break
        if at < end:
            self._keep(data[at:], now, out, more=at == 0 and bool(begun))
        self._settle(now)
        return out[0] if len(out) == 1 else b"".join(out)

    def _received_line(self, data: bytes, now: float) -> bytes:
        """One line has come, perhaps, and perhaps there is more to do than to reply."""
        known = self.seat.moves.get(data)
        if known is None:
            return self._received(data, now)
        self.now = now
        wire = self._play(known, data, now)
        self._settle(now)
        return wire

    def _play(self, move: Move, line: bytes | None, now: float) -> bytes:
        """Let *move* happen: the reply to *line*, or to the end of a letter."""
        self.seat = move.seat
        if move.effect is not None:
            move.effect(self, move)
        self.history.append(move)
        wire = self.weigh(move, now) if move.heavy else move.wire
        if line is not None:
            self.record.add(now, CLIENT, line, wire)
        elif wire:
            self.record.add(now, SERVER, wire)
        return wire

    def _consider(self, line: bytes) -> tuple[Move, bytes]:
        """The move that answers *line*, and the line as it may be written down."""
        if self.exchange is not None:
            move = login.go_on(self, line[:-2])
            return move, move.command.wire() + b"\r\n"
        longest = self._longest(line)
        if len(line) > longest:
            shown = Command(f"({len(line)} octets)", "")
            detail = marked(
                "Yours had {octets}, {longest} are allowed.", octets=len(line), longest=longest
            )
            move, _ = make_move(self, shown, Verdict("line-too-long", detail=detail))
            return move, shown.wire() + b"\r\n"
        seat = self.seat
        command = parse_command(line[:-2], utf8=seat.standing.utf8)
        secret = command.verb == "AUTH"
        shown = login.without_secret(command) if secret else command
        unjudged, earlier = move_unjudged(self, shown)
        verdict = judge(self.part, seat.standing, command)
        if command.chunk_size is not None and self.part.does("BDAT"):
            begin_chunk(self, command, verdict, unjudged)
            return Move(command, self.part.answers[verdict.situation], b"", seat), line
        if unjudged is not None:
            return unjudged, shown.wire() + b"\r\n"
        if secret:
            if verdict.situation == "auth-challenge":
                move = login.begin(self, command)
            else:
                move, _ = make_move(self, shown, verdict)
            return with_earlier(move, earlier), move.command.wire() + b"\r\n"
        move, lasting = make_move(self, command, verdict)
        if lasting and len(line) <= LONGEST_KEPT:
            self.part.keep(seat, line, move)
        return with_earlier(move, earlier), line

    def _longest(self, line: bytes) -> int:
        limits = self.part.personality.limits
        verb = line[:5].upper()
        if self.exchange is not None or verb == b"AUTH ":
            return limits.auth_line
        return limits.mail_line if verb in _WITH_PARAMETERS else limits.line

    def _keep(self, rest: bytes, now: float, out: list[bytes], *, more: bool) -> None:
        """Keep what cannot be answered yet: the beginning of a line, or all behind a wait."""
        if self.wish is Wish.CLOSE:
            return
        if not more:
            self._begun_at = now
        if self.wish is Wish.READ and len(rest) > self._longest(rest):
            self._skipped = len(rest)
            if self._skipped > ENDLESS:
                out.append(self.say_alone("endless-line", now))
            rest = rest[-1:] if rest.endswith(b"\r") else b""
        self._begun = rest

    def _skip(self, data: bytes, now: float) -> bytes:
        """More of a line that is too long to be kept."""
        stop = data.find(b"\r\n")
        if stop < 0:
            self._skipped += len(data)
            self._begun = data[-1:] if data.endswith(b"\r") else b""
            if self._skipped > ENDLESS:
                return self.say_alone("endless-line", now)
            self._settle(now)
            return b""
        verb = "" if self.exchange is None else AUTHLINE
        shown = Command(f"({self._skipped + stop} octets)", verb)
        self._skipped = 0
        self.exchange = None
        move, _ = make_move(self, shown, Verdict("line-too-long"))
        wire = self._play(move, shown.wire() + b"\r\n", now)
        return wire + self._received(data[stop + 2 :], now)

    # ------------------------------------------------------------ time

    def _greet(self, now: float) -> bytes:
        seat = self.seat
        if seat.greeted is None:
            seat.greeted = self.part.seat(seat.standing._replace(state=State.CONNECTED))
        self.seat = seat.greeted
        wire = self.say_alone("greeting-lmtp" if self.part.lmtp else "greeting", now)
        self._settle(now)
        return wire

    def _hear_early(self, fresh: bytes, data: bytes, now: float) -> bytes:
        """The client spoke before the greeting. A server that bears it greets in its own time."""
        wire = self.say_alone("early-talk", now) if fresh else b""
        if len(data) > ENDLESS and self.wish is not Wish.CLOSE:
            return wire + self.say_alone("endless-line", now)
        if self.wish is not Wish.CLOSE:
            self._begun = data
        if self.wish is Wish.READ:
            self.deadline = self._times_up
        return wire

    def _encrypted(self, now: float, words: str) -> None:
        self.forget(words)
        self._begun = b""
        self.record.add(now, TLS, words.encode())
