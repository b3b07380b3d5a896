"""A whole transcript, understood."""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.fact.moment import Moment
from smtpshell.smtp.event import Event
from smtpshell.transcript.replay import Replay


def all_moments(events: Iterable[Event], *, lmtp: bool = False) -> tuple[Moment, ...]:
    """Every moment of a transcript."""
    replay = Replay(lmtp=lmtp)
    return tuple(moment for event in events for moment in replay.moments(event))
