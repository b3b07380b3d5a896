"""Addresses that say themselves what they are to be answered with, and mailboxes with a quota.

Where the scenario has `codes = true`, code-NNN@ is answered with NNN at RCPT, and a letter to
dot-NNN@ with NNN at its end; with code-550-5.1.1@ (or code-550-511@) the enhanced status code is
chosen too. What is accepted for such an address is thrown away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.sandbox.nature.answer import Answer
from smtpshell.sandbox.nature.phrase import Phrase
from smtpshell.smtp.later import later

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.standing import Move
    from smtpshell.sandbox.world.world import Route, World

_ASKED = later(
    r"(code|dot)-([245][0-9]{2})(?:-([245])\.?([0-9])\.?([0-9]{1,3}))?", re.ASCII | re.IGNORECASE
)
_WHY = marked(
    "The address itself asks for this code: the scenario has such addresses for trying things."
)


def asks(local_part: str) -> bool:
    """Is it the local-part of such an address?"""
    return _ASKED.fullmatch(local_part) is not None


def asked_answer(world: World, route: Route | None, when: str) -> Answer | None:
    """What the address that leads to *route* asks for at "code" (RCPT) or "dot"; None if nothing.

    Routes of such addresses go by their local-parts.
    """
    if route is None or not world.scenario.codes:
        return None
    found = _ASKED.fullmatch(route.name)
    if found is None or found[1].lower() != when:
        return None
    code = int(found[2])
    enhanced = f"{found[3]}.{found[4]}.{found[5]} <" if found[3] else "<"
    phrase = Phrase((enhanced, "rcpt", f">: you asked for {code}"))
    where = world.scenario.house.where
    ends = code == 421
    return Answer(f"{when}-{code}", code, (phrase,), where, ("codes",), close=ends, why=_WHY)


def answer_at_dot(desk: Desk) -> tuple[Answer, Move] | None:
    """What a recipient asks for at the end of the letter, and which one; the first that does."""
    for move in desk.recipients:
        answer = asked_answer(desk.part.world, move.route, "dot")
        if answer is not None:
            return answer, move
    return None


def room_at_rcpt(desk: Desk, verdict: Verdict) -> Verdict:
    """The *verdict* on a recipient once it was seen how much room the mailbox has left.

    How much is needed the client may have announced with SIZE (RFC 1870 6.1).
    """
    size = desk.mail.command.parameter("SIZE") if desk.mail is not None else None
    digits = (size.value or "") if size is not None else ""
    announced = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0
    route = verdict.route
    if route is None or _fits(desk.part.world, route, max(1, announced)):
        return verdict
    detail = marked("It would be fuller than its quota.")
    return verdict._replace(situation="rcpt-full", detail=detail)


def too_full(desk: Desk, octets: int) -> list[Move]:
    """The recipients whose mailboxes have no room for a letter of so many octets."""
    world = desk.part.world
    if not world.quotas:
        return []
    return [
        move
        for move in desk.recipients
        if move.route is not None and not _fits(world, move.route, octets)
    ]


def _fits(world: World, route: Route, octets: int) -> bool:
    """Is there room in one of the mailboxes that the *route* leads to, at least?"""
    if not route.boxes:
        return True
    return any(octets <= _room(world, box) for box in route.boxes)


def _room(world: World, box: str) -> float:
    quota = world.quotas.get(box)
    if quota is None:
        return float("inf")
    return quota - sum(len(letter.data) for letter in world.mailboxes[box])
