"""A transcript shown again: cut into steps, with the pauses it had, and understood as of today.

Everything here is computed from the events; nothing is opened, sent or waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smtpshell.fact.feed import Feed
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session
from smtpshell.transcript.rewound import as_it_stands, rewound_to

LONGEST_PAUSE = 2.0  # seconds, whatever the transcript says


class Step(NamedTuple):
    """What belongs together: what the client said and all that followed from it.

    *pause* is how long to wait before showing it, in seconds; *exchange* whether the client said
    anything in it.
    """

    events: tuple[Event, ...]
    pause: float

    @property
    def exchange(self) -> bool:
        """Did the client say anything in this step?"""
        return any(event.kind is EventKind.CLIENT for event in self.events)


def steps(events: Iterable[Event]) -> Iterator[Step]:
    """Cut *events* where the client speaks again, or where a new connection begins.

    A remark belongs to what comes after it.

    >>> said = (Event(EventKind.SERVER, b"220 mx"), Event(EventKind.CLIENT, b"QUIT"))
    >>> [len(step.events) for step in steps(said)]
    [1, 1]
    """
    now: list[Event] = []
    shown_at = 0.0
    for event in events:
        if now and _begins_step(now, event):
            yield Step(tuple(now), pause(shown_at, now[0].time))
            shown_at = now[-1].time
            now = []
        now.append(event)
    if now:
        yield Step(tuple(now), pause(shown_at, now[0].time))


def _begins_step(before: list[Event], event: Event) -> bool:
    spoken = any(one.kind is not EventKind.REMARK for one in before)
    if event.kind is EventKind.CONNECT:
        return spoken
    if event.kind in (EventKind.CLIENT, EventKind.REMARK):
        return spoken and before[-1].kind is not EventKind.CLIENT
    return False


def pause(earlier: float, later: float) -> float:
    """How long to wait between two moments of a transcript: bounded, never backwards."""
    return min(LONGEST_PAUSE, max(0.0, later - earlier))


class Replay:
    """Understands the events of a transcript one by one, through the same watch as a live session.

    Each connection in it is a session of its own.
    """

    def __init__(self, *, lmtp: bool = False) -> None:
        self._lmtp = lmtp
        self._feed = self._new_feed()
        self._begun = False
        self._events: list[Event] = []  # of the connection at hand

    @property
    def watch(self) -> Watch:
        """The watch of the connection at hand."""
        return self._feed.watch

    def moments(self, event: Event) -> tuple[Moment, ...]:
        """What *event* means; nothing for a part of a line or of a reply."""
        if event.kind is EventKind.CONNECT and self._begun:
            self._feed = self._new_feed()
            self._events.clear()
        self._begun = True
        self._events.append(event)
        if rewound_to(event) is not None:
            self._go_back()
        return self._feed.feed(event)

    def _go_back(self) -> None:
        """Somebody went back: understand it as if only what still stands had been said."""
        self._feed = self._new_feed()
        for event in as_it_stands(self._events):
            self._feed.feed(event)

    def _new_feed(self) -> Feed:
        return Feed(Watch(Session(lmtp=self._lmtp)))
