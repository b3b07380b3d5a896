"""A transcript shown again, cut into what belongs together.

Everything here is computed from the events; nothing is opened, sent or waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smtpshell.smtp.event import Event, EventKind


def steps(events: Iterable[Event]) -> Iterator[tuple[Event, ...]]:
    """Cut *events* where the client speaks again, or where a new connection begins.

    A remark belongs to what comes after it.

    >>> said = (Event(EventKind.SERVER, b"220 mx"), Event(EventKind.CLIENT, b"QUIT"))
    >>> [len(step) for step in steps(said)]
    [1, 1]
    """
    now: list[Event] = []
    for event in events:
        if now and _begins_step(now, event):
            yield tuple(now)
            now = []
        now.append(event)
    if now:
        yield tuple(now)


def _begins_step(before: list[Event], event: Event) -> bool:
    spoken = any(one.kind is not EventKind.REMARK for one in before)
    if event.kind is EventKind.CONNECT:
        return spoken
    if event.kind in (EventKind.CLIENT, EventKind.REMARK):
        return spoken and before[-1].kind is not EventKind.CLIENT
    return False
