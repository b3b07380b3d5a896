"""A whole transcript, understood."""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.fact.feed import Feed
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session


def all_moments(events: Iterable[Event], *, lmtp: bool = False) -> tuple[Moment, ...]:
    """Every moment of a transcript; each connection in it is a session of its own."""
    found: list[Moment] = []
    feed = Feed(Watch(Session(lmtp=lmtp)))
    for event in events:
        if event.kind is EventKind.CONNECT:
            feed = Feed(Watch(Session(lmtp=lmtp)))
        found += feed.feed(event)
    return tuple(found)
