"""A point of a session that can be gone back to: the session and its world as they were then.

Going back puts the whole world back, its clock too: letters that were delivered since, by whomever,
are not there any more. The world stays the same object, so that other sessions go on in it.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable
from typing import NamedTuple

from smtpshell.sandbox.mind.responder import Responder
from smtpshell.sandbox.world.world import World


class Point(NamedTuple):
    """The *world* and a session in it as they were when the clock on the wall said *at*."""

    world: World
    responder: Responder
    at: float


class Resumption(NamedTuple):
    """Where a connection is to go on, and what the client had said since without an answer.

    *done* is called when it does.
    """

    to: Point
    more: bytes
    done: Callable[[], None]


def point_of(responder: Responder, now: float) -> Point:
    """Where the session of *responder* and its world stand now."""
    return Point(responder.part.world.copy(), responder.copy(responder.part), now)


def go_back(point: Point, now: float, more: bytes = b"") -> Responder:
    """Put the world back to *point*; who goes on with the session from there.

    *more* is what the client had said since then without an answer: lines of a letter, octets of a
    chunk. It is taken in again.
    """
    part = point.responder.part
    world = part.world
    world.become(point.world)
    world.skipped += point.at - now
    responder = point.responder.copy(part)
    responder.resumed(now)
    if more:
        responder.received(more, now)
    return responder
