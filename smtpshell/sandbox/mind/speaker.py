"""Speaking at a desk: what a move brings beside its reply, and what the server says unasked."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.sandbox.mind.desk import Desk
from smtpshell.sandbox.mind.moving import reply, unasked_move
from smtpshell.sandbox.mind.record import REMARK, SERVER
from smtpshell.sandbox.mind.ruling import consult, unheard
from smtpshell.sandbox.mind.standing import Move
from smtpshell.sandbox.nature.situation import REFUSAL, TIMER
from smtpshell.smtp.command import Command
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.sandbox.nature.rule import Rule

MOST_REMARKS = 10  # kept for the view

_NOBODY = Command("", "")  # what the server answers when it speaks of its own accord


class Wish(Enum):
    """What the owner of the connection should do next."""

    READ = "read"  # and hand over what comes
    WAIT = "wait"  # until the deadline, then call timer()
    DRAIN = "drain"  # write all that is to be written, then call drained()
    KEEP = "keep"  # put away what the world has not kept yet, then call kept()
    TLS = "tls"  # shake hands, then call tls_started()
    CLOSE = "close"


class Speaker(Desk):
    """A desk with a voice, and a wish. *reset*: the wish to close is one to cut the connection."""

    __slots__ = ("_bells", "_late", "_rhythm", "_sent", "_then", "deadline", "reset", "wish")

    def __init__(self, part: Part, peer: str) -> None:
        super().__init__(part, peer)
        self.wish = Wish.READ
        self.reset = False
        self.deadline = float("inf")
        self._late = b""  # a reply that takes its time, and the wish that comes with it
        self._then = Wish.READ
        self._rhythm = 0.0  # seconds for each octet of it
        self._sent = 0  # octets of it that are out
        self._bells = 0  # rules that have spoken up since the client fell silent

    @property
    def said_goodbye(self) -> bool:
        """Did the session end with QUIT and its answer?"""
        if not self.history or self.reset:
            return False
        last = self.history[-1]
        return last.command.verb == "QUIT" and last.answer.close

    def say(self, situation: str, now: float) -> bytes:
        """What is said in a *situation* that no command has asked for."""
        return self._say(unasked_move(self, _NOBODY, situation), now)

    def _say(self, move: Move, now: float) -> bytes:
        self.history.append(move)
        self.note(move.fired, now)
        self._end_with(move.answer)
        return move.wire

    def say_alone(self, situation: str, now: float) -> bytes:
        """The same, when nothing else is being said."""
        wire = self.say(situation, now)
        wire = self._paced(wire, self.history[-1].answer, now)
        if wire:
            self.record.add(now, SERVER, wire)
        return wire

    def note(self, fired: tuple[Rule, ...], now: float) -> None:
        """Note what rules that have *fired* say of the session, in words and in points."""
        for rule in fired:
            for tally, points in rule.score.items():
                if self.scores is None:
                    self.scores = {}
                self.scores[tally] = self.scores.get(tally, 0) + points
            if rule.remark:
                self.remarks = (*self.remarks, rule.remark)[-MOST_REMARKS:]
                self.record.add(now, REMARK, rule.remark.encode())

    def out_of_step(self, move: Move) -> Move:
        """More had come with a command whose reply the client must wait for."""
        injected = move.command.verb == "STARTTLS"
        situation = "starttls-injection" if injected else "out-of-step"
        return unasked_move(self, move.command, situation)

    def weigh(self, move: Move, now: float) -> bytes:
        """Do what a *move* brings beside its reply; the reply, and what may have to follow it."""
        self.note(move.fired, now)
        answer, wire = move.answer, move.wire
        self._end_with(answer)
        if not answer.ends and move.seat.standing.state is State.TLS:
            self.wish = Wish.TLS
        self.junk += move.junk
        if not answer.accepts and not answer.ends:
            slower = self._count_refusal(move, now)
            answer = answer._replace(delay=answer.delay + slower) if slower else answer
        if overdrawn := self._overdrawn():
            wire = self._last_words(wire, overdrawn, now)
        return self._paced(wire, answer, now)

    def ring_bell(self, rule: Rule, now: float) -> bytes:
        """The client has been silent for long: a rule for that may speak up, or hang up."""
        self._bells += 1
        ruling = consult(self, (rule,), None, rule.answer, TIMER)
        if not ruling.fired:
            return b""
        wire = reply(self, ruling.answer, ruling.values)
        self._say(Move(_NOBODY, ruling.answer, wire, self.seat, fired=ruling.fired), now)
        wire = self._paced(wire, ruling.answer, now)
        if wire:
            self.record.add(now, SERVER, wire)
        return wire

    def _end_with(self, answer: Answer) -> None:
        """Does the session end with this *answer*, and how?"""
        if answer.ends:
            self.wish = Wish.CLOSE
            self.reset = self.reset or answer.drop

    def _paced(self, wire: bytes, answer: Answer, now: float) -> bytes:
        """What of *wire* goes out now: nothing, if the *answer* is one that takes its time."""
        keep = bool(self.part.world.unkept)
        if not (answer.slow or keep):
            return wire
        self._late, self._then = wire, self.wish
        self._rhythm, self._sent = answer.drip, 0
        self.wish = Wish.KEEP if keep else Wish.WAIT
        self.deadline = now + (answer.delay or answer.drip)
        return b""

    def late_reply(self, now: float) -> bytes:
        """The wait is over: the reply that took its time, or what is due of it."""
        at, end = self._sent, len(self._late)
        if self._rhythm:
            due = 1 + int((now - self.deadline) / self._rhythm)
            if at + due < end:
                self._sent = at + due
                self.deadline += due * self._rhythm
                return self._late[at : self._sent]
        wire, self._late, self._sent = self._late, b"", 0
        self.wish = self._then
        if wire:
            self.record.add(now, SERVER, wire)
        return wire[at:]

    def not_kept(self) -> None:
        """The letter could not be put away: what was to be said is not true any more.

        LMTP answers once for each recipient (RFC 2033 4.2), so it takes back as often.
        """
        replies = sum(line[3:4] == b" " for line in self._late.split(b"\r\n"))
        move = unasked_move(self, _NOBODY, "data-no-room")
        detail = marked("This letter could not be written to disk.")
        self.history.append(move._replace(detail=detail))
        self.letters -= 1
        self._late = move.wire * (replies if self.part.lmtp else 1)

    def _count_refusal(self, move: Move, now: float) -> float:
        """A command was refused; by how many seconds its answer is slowed down."""
        counted = self.part.personality.limits.counted
        if move.answer.name in counted or str(move.answer.code).startswith(counted):
            self.errors += 1
        self.note(unheard(self, REFUSAL, move.command, move.answer.code), now)
        slow_after = self.part.personality.limits.slow_after
        if slow_after and self.errors > slow_after:
            return self.part.personality.timing.error_delay
        return 0.0

    def _last_words(self, wire: bytes, situation: str, now: float) -> bytes:
        """The last words: the reply *wire*, and that a budget is used up, in this server's way."""
        words = self.say(situation, now)
        parting = self.part.personality.limits.parting
        if situation != "too-many-errors" or parting == "after":
            return wire + words
        if parting == "with":  # as further lines of the reply
            lines = [line[:3] + b"-" + line[4:] for line in wire.splitlines(keepends=True)]
            return b"".join([*lines, *(wire[:3] + w[3:] for w in words.splitlines(keepends=True))])
        return wire if parting == "silent" else words

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
