"""What still counts of a transcript in which a learner went back.

Paper holds facts: what was said stays written, and a remark says that it was taken back. Each line
of the client has a number, from 1 in the order in which they were written, and never gets another;
0 is the greeting. The remark names the last line that counts again. It may be one that had itself
been taken back before: then somebody went over to another branch.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable
from typing import NamedTuple, Optional

from smtpshell.catalogue import marked
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.later import later

_REMARK = later(rb"rewound to line ([0-9]{1,9})\b")


def rewound_words(number: int) -> str:
    """The remark that line *number* is the last one that counts now.

    >>> rewound_to(Event(EventKind.REMARK, rewound_words(4).encode()))
    4
    """
    return marked("rewound to line {number}: what was said since then is taken back", number=number)


def rewound_to(event: Event) -> int | None:
    """The number of the line that *event* goes back to; None if it is no such remark."""
    if event.kind is not EventKind.REMARK:
        return None
    found = _REMARK.match(event.data)
    return int(found[1]) if found else None


class _Node(NamedTuple):
    """An event, and what stood before it."""

    before: Optional["_Node"]
    event: Event


def as_it_stands(events: Iterable[Event]) -> tuple[Event, ...]:
    """Those of *events* that have not been taken back; the remarks on it are left out too.

    >>> said = [Event(EventKind.CLIENT, b"NOOP"), Event(EventKind.CLIENT, b"RSET")]
    >>> back = Event(EventKind.REMARK, rewound_words(1).encode())
    >>> [event.data for event in as_it_stands([*said, back])]
    [b'NOOP']
    """
    tip: _Node | None = None
    after: dict[int, _Node | None] = {}  # what stood when a line had been answered, in this session
    lines = 0
    for event in events:
        if event.kind is EventKind.CONNECT:
            after, lines = {}, 0
        number = rewound_to(event)
        if number is not None or event.kind in (EventKind.CLIENT, EventKind.CLOSE):
            after.setdefault(lines, tip)
        if number is not None:
            tip = after.get(number, tip)
            continue
        lines += event.kind is EventKind.CLIENT
        tip = _Node(tip, event)
    standing: list[Event] = []
    while tip is not None:
        standing.append(tip.event)
        tip = tip.before
    return tuple(reversed(standing))
