"""The desk at which one client is served: all that the server remembers of the session.

The judges decide, `responder` talks; what a decision changes is written down here. Everything that
a further judgement depends on is in the `seat`; the rest is counters, the envelope and the letter.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Self

from smtpshell.sandbox.check.dossier import Dossier
from smtpshell.sandbox.mind.record import Record
from smtpshell.sandbox.mind.standing import Move, Seat, Standing
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.intake import Chunks
    from smtpshell.sandbox.mind.login import Exchange
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.world.message import Origin
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.data import ChunkReader, MailDataReader

REPUTATION = "reputation"  # the tally of good sessions less bad ones
MOST_HISTORY = 200  # moves kept for the view

_PHASES = {
    State.BEFORE_GREETING: "connected",
    State.TLS: "connected",
    State.AUTH: "greeted",
    State.BDAT: "data",
}


class Desk:
    """One session with one client at the address *peer*."""

    __slots__ = (
        "_dossier",
        "chances",
        "chunks",
        "errors",
        "exchange",
        "failed_logins",
        "hello",
        "history",
        "junk",
        "letters",
        "mail",
        "mails",
        "now",
        "number",
        "origin",
        "part",
        "peer",
        "reader",
        "recipients",
        "record",
        "refusals",
        "remarks",
        "scores",
        "seat",
        "tls_words",
    )

    def __init__(self, part: Part, peer: str = "127.0.0.1") -> None:
        self.part = part
        self.peer = peer
        self.number = 0  # of the session at this server
        self.now = 0.0  # when the last event was that could be judged in more than one way
        self.seat: Seat = part.first_seat
        self.record = Record()
        self.history: list[Move] = []
        self.remarks: tuple[str, ...] = ()  # for the learner's eyes alone
        self.hello: Command | None = None
        self.tls_words = ""  # version and cipher
        self.origin: Origin | None = None  # worked out with the first letter
        self.mail: Move | None = None
        self.recipients: list[Move] = []
        self.refusals = 0  # of recipients in this transaction
        self.reader: MailDataReader | ChunkReader | None = None
        self.chunks: Chunks | None = None
        self.exchange: Exchange | None = None
        self.letters = 0  # accepted
        self.mails = 0  # transactions begun
        self.errors = 0  # refused commands since the last letter
        self.junk = 0  # commands since the last letter that brought none nearer
        self.failed_logins = 0
        self._dossier: Dossier | None = None
        self.chances: dict[str, int] | None = None  # rule -> how often it could have fired
        self.scores: dict[str, float] | None = None  # tally -> points that rules have given

    @property
    def standing(self) -> Standing:
        return self.seat.standing

    @property
    def dossier(self) -> Dossier:
        """What was found out; begun when somebody asks, for many sessions are idle."""
        if self._dossier is None:
            self._dossier = Dossier()
        return self._dossier

    def begin(self, now: float) -> None:
        """The session begins, the next one of this server."""
        world = self.part.world
        world.sessions += 1
        self.number = world.sessions
        self.now = now
        self.record.began = now
        if self.part.personality.reputation.tally:
            self.recall_reputation()

    def recall_reputation(self) -> None:
        """What the address is remembered for stands among the points of the session."""
        now = self.part.world.now(self.now)
        wanted = self.part.personality.reputation
        found = self.part.world.memory.reputation(self._remembered, now, wanted.remember)
        if found or self.scores:
            self.scores = {**(self.scores or {}), REPUTATION: found}

    def leave_reputation(self, now: float) -> None:
        """The session is over: was it one to be remembered?"""
        world, wanted = self.part.world, self.part.personality.reputation
        points = (self.scores or {}).get(wanted.tally, 0)
        if points >= wanted.good or points <= -wanted.bad:
            world.memory.judge_session(
                self._remembered, world.now(now), wanted.remember, good=points > 0
            )

    @property
    def _remembered(self) -> tuple[str, str, str]:
        return (REPUTATION, self.part.personality.reputation.tally, self.peer)

    @property
    def phase(self) -> str:
        """The state by the name that notes and goals know it by."""
        state = self.standing.state
        return _PHASES.get(state, state.value)

    @property
    def errors_in_row(self) -> int:
        """Refusals since the last good reply, as far as is remembered."""
        count = 0
        for move in reversed(self.history):
            if move.answer.accepts:
                break
            count += 1
        return count

    def stand(self, standing: Standing) -> None:
        """From now on the client stands like this."""
        self.seat = self.part.seat(standing)

    def take_for(self, address: str) -> None:
        """From now on the client is taken for the one at this *address*."""
        self.peer = address
        self.origin = None
        if self.part.personality.reputation.tally:
            self.recall_reputation()

    def open_envelope(self, move: Move) -> None:
        """MAIL was accepted."""
        self.mail = move
        self.refusals = 0
        self.mails += 1
        limit = self.part.limits.mails
        if limit and self.mails >= limit:
            self.stand(self.standing._replace(spent=True))

    def add_recipient(self, move: Move) -> None:
        """RCPT was accepted."""
        self.recipients.append(move)
        if len(self.recipients) >= self.part.limits.recipients:
            self.stand(self.standing._replace(crowd=True))

    def drop_envelope(self) -> None:
        """The transaction is over, one way or another."""
        self.mail = None
        self.chunks = None
        if self.recipients:
            self.recipients = []

    def letter_taken(self) -> None:
        """A letter was accepted, and the transaction is over.

        Whoever brings a letter has earned new patience, as with Postfix.
        """
        self.letters += 1
        self.errors = self.junk = 0
        self.mail = self.chunks = None
        self.recipients = []
        if len(self.history) > MOST_HISTORY:
            self.shorten_history()

    def shorten_history(self) -> None:
        """Forget the older half of what was said, if it has become much."""
        if len(self.history) > MOST_HISTORY:
            del self.history[: MOST_HISTORY // 2]

    def forget(self, tls_words: str) -> None:
        """TLS has begun: what was said in clear is forgotten (RFC 3207 4.2)."""
        self.drop_envelope()
        self.hello = None
        self.origin = None
        self.exchange = None
        self.tls_words = tls_words
        self.record.tls = True
        self.stand(Standing(State.CONNECTED, tls=True, spent=self.standing.spent))

    def copy(self, part: Part) -> Self:
        """The same session, to go on by itself in a copy of the world."""
        twin = object.__new__(type(self))
        for kind in type(self).__mro__[:-1]:
            for name in vars(kind)["__slots__"]:
                setattr(twin, name, getattr(self, name))
        twin.part = part = part.with_rules(self.part.extra)
        twin.seat = part.seat(self.standing)
        twin.record = self.record.copy()
        twin.history = self.history.copy()
        twin._dossier = self._dossier.copy() if self._dossier is not None else None
        twin.recipients = self.recipients.copy()
        twin.chances = self.chances.copy() if self.chances is not None else None
        twin.scores = self.scores.copy() if self.scores is not None else None
        twin.reader = copy.deepcopy(self.reader)
        twin.chunks = self.chunks.copy() if self.chunks is not None else None
        twin.exchange = self.exchange.copy() if self.exchange is not None else None
        return twin
