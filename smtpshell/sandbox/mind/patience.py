"""How long a server waits for what comes next, and what it says into silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.speaker import Speaker, Wish
from smtpshell.sandbox.nature.situation import TIMER

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part


class Patience(Speaker):
    """A speaker that knows what has begun, and by when it must have come to its end."""

    __slots__ = (
        "_begun", "_begun_at", "_letter_began", "_plain", "_silent_since", "_skipped", "_times_up"
    )  # fmt: skip

    def __init__(self, part: Part, peer: str = "127.0.0.1") -> None:
        super().__init__(part, peer)
        self._begun = b""  # of a line, or what waits to be answered
        self._begun_at = 0.0
        self._skipped = 0  # octets of a line that is too long to be kept
        self._letter_began = 0.0
        self._plain = False  # what comes next begins a line, and will be answered
        self._silent_since = 0.0
        self._times_up = 0.0  # when the client has been silent for too long

    def _settle(self, now: float) -> None:
        """Make ready for what comes next, and say by when it must have come."""
        self.shorten_history()
        self._plain = self.wish is Wish.READ and not (
            self._begun or self._skipped or self.part.watchful
        )
        if self.wish in (Wish.WAIT, Wish.KEEP):
            return
        timing = self.part.personality.timing
        self.deadline = now + timing.idle
        if self._begun or self._skipped:
            self.deadline = min(self.deadline, self._begun_at + timing.line)
        if self.reader is None:
            self._letter_began = 0.0
        else:
            self._letter_began = self._letter_began or now
            self.deadline = min(self.deadline, self._letter_deadline())
        if self.part.watchful:
            self._listen_to_silence(now)

    def _listen_to_silence(self, now: float) -> None:
        """The client's silence begins, and rules may wait for its length."""
        self._times_up = self.deadline
        self._silent_since, self._bells = now, 0
        self._next_bell()

    def _next_bell(self) -> None:
        waiting = self.part.rules.get(TIMER, ())
        self.deadline = self._times_up
        if self._bells < len(waiting):
            rings = self._silent_since + waiting[self._bells].silence
            self.deadline = min(self._times_up, rings)

    def _break_silence(self, now: float) -> bytes:
        """A rule may speak up now."""
        wire = self.ring_bell(self.part.rules[TIMER][self._bells], now)
        if self.wish is Wish.READ:
            self._next_bell()
        return wire

    def _letter_deadline(self) -> float:
        """When the letter that is coming has taken too long, however steadily it comes."""
        if self.reader is None:
            return float("inf")
        timing = self.part.personality.timing
        return self._letter_began + timing.letter + self.reader.octets / timing.data_rate
