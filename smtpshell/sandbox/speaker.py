"""Speaking at a desk: what a move brings beside its reply, and what the server says unasked."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from smtpshell.sandbox.desk import Desk
from smtpshell.sandbox.moving import unasked_move
from smtpshell.sandbox.record import REMARK, SERVER
from smtpshell.sandbox.ruling import remarks_on_refusal
from smtpshell.smtp.command import Command
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.part import Part
    from smtpshell.sandbox.standing import Move

MOST_REMARKS = 10  # kept for the view

_NOBODY = Command("", "")  # what the server answers when it speaks of its own accord


class Wish(Enum):
    """What the owner of the connection should do next."""

    READ = "read"  # and hand over what comes
    WAIT = "wait"  # until the deadline, then call timer()
    DRAIN = "drain"  # write all that is to be written, then call drained()
    TLS = "tls"  # shake hands, then call tls_started()
    CLOSE = "close"


class Speaker(Desk):
    """A desk with a voice, and a wish."""

    __slots__ = ("_late", "_then", "deadline", "wish")

    def __init__(self, part: Part, peer: str) -> None:
        super().__init__(part, peer)
        self.wish = Wish.READ
        self.deadline = float("inf")
        self._late = b""  # a reply that takes its time, and the wish that comes with it
        self._then = Wish.READ

    @property
    def said_goodbye(self) -> bool:
        """Did the session end with QUIT and its answer?"""
        return bool(self.history) and self.history[-1].answer.name == "quit-ok"

    def say(self, situation: str, now: float) -> bytes:
        """What is said in a *situation* that no command has asked for."""
        move = unasked_move(self, _NOBODY, situation)
        self.history.append(move)
        self.remark(move.remarks, now)
        if move.answer.close:
            self.wish = Wish.CLOSE
        return move.wire

    def say_alone(self, situation: str, now: float) -> bytes:
        """The same, when nothing else is being said."""
        wire = self.say(situation, now)
        self.record.add(now, SERVER, wire)
        return wire

    def remark(self, remarks: tuple[str, ...], now: float) -> None:
        """Note words about the session that are for the learner's eyes alone."""
        for words in remarks:
            self.remarks = (*self.remarks, words)[-MOST_REMARKS:]
            self.record.add(now, REMARK, words.encode())

    def out_of_step(self, move: Move) -> Move:
        """More had come with a command whose reply the client must wait for."""
        injected = move.command.verb == "STARTTLS"
        situation = "starttls-injection" if injected else "out-of-step"
        return unasked_move(self, move.command, situation)

    def weigh(self, move: Move, now: float) -> bytes:
        """Do what a *move* brings beside its reply; the reply, and what may have to follow it."""
        self.remark(move.remarks, now)
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
            wire += self.say(overdrawn, now)
        if not delay:
            return wire
        self._late, self._then = wire, self.wish
        self.wish = Wish.WAIT
        self.deadline = now + delay
        return b""

    def late_reply(self, now: float) -> bytes:
        """The wait is over: the reply that took its time."""
        wire, self._late = self._late, b""
        self.wish = self._then
        self.record.add(now, SERVER, wire)
        return wire

    def _count_refusal(self, move: Move, now: float) -> float:
        """A command was refused; by how many seconds its answer is slowed down."""
        self.errors += 1
        self.remark(remarks_on_refusal(self, move.command, move.answer.code), now)
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
