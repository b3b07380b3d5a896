"""What the server thinks of one session, for `:server`: a glass box in place of a black one."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.sandbox.mind.desk import Desk
from smtpshell.sandbox.mind.standing import Move
from smtpshell.sandbox.nature.reason import Reason
from smtpshell.sandbox.nature.sheet import Sheet
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import IN_TRANSACTION, State


class Judged(NamedTuple):
    """One command and what came of it; *said* is fit to be shown."""

    said: str
    code: int
    situation: str
    reason: Reason
    fired: tuple[str, ...] = ()  # rules that had a say in it: name and FILE:LINE


class EnvelopeView(NamedTuple):
    """The envelope as the server holds it."""

    sender: str | None  # None: no MAIL yet; "" is the null reverse-path
    recipients: tuple[str, ...] = ()
    refused: int = 0
    parameters: tuple[str, ...] = ()


class ServerView(NamedTuple):
    """The session from the server's side.

    *last_reason* is about the last command that was refused, None if none was. *error_budget* is
    how many refusals the server stands before it hangs up.
    """

    state: State
    phase: str
    personality: str
    door: str
    session: int
    envelope: EnvelopeView
    verdicts: tuple[Judged, ...]
    errors: int
    error_budget: int
    last_reason: Reason | None
    remarks: tuple[str, ...]
    tls: str  # version and cipher, "" in clear
    user: str
    client_name: str
    peer: str  # the address it is taken to come from
    offered: tuple[str, ...]
    limits: dict[str, int]
    letters: int
    scores: dict[str, float]  # tally -> points
    sheet: Sheet | None  # of the last letter, where letters are scored
    weak: str  # what is wrong with this server on purpose


def view_of(desk: Desk) -> ServerView:
    """The view of the session at this *desk*."""
    standing = desk.standing
    verdicts = tuple(_judged(desk))
    refusals = [judged for judged in verdicts if judged.code >= 400]
    personality = desk.part.personality
    return ServerView(
        state=standing.state,
        phase=desk.phase,
        personality=personality.id,
        door=desk.part.name,
        session=desk.number,
        envelope=_envelope(desk),
        verdicts=verdicts,
        errors=desk.errors,
        error_budget=personality.limits.errors,
        last_reason=refusals[-1].reason if refusals else None,
        remarks=desk.remarks,
        tls=desk.tls_words if standing.tls else "",
        user=standing.user,
        peer=desk.peer,
        sheet=desk.dossier.sheet,
        client_name=printable(desk.hello.host or "") if desk.hello is not None else "",
        offered=desk.part.keywords(standing) if standing.esmtp else (),
        limits=personality.limits._asdict(),
        letters=desk.letters,
        scores=dict(desk.scores or {}),
        weak=personality.weak,
    )


def _judged(desk: Desk) -> Iterator[Judged]:
    for move in desk.history:
        if move.wire or move.fired:
            yield _one(move)


def _one(move: Move) -> Judged:
    reason = move.answer.reason(move.detail, move.wire)
    fired = tuple(f"{rule.name}, {rule.place}" for rule in move.fired)
    answer = move.answer
    return Judged(printable(move.command.text), answer.code, answer.name, reason, fired)


def _envelope(desk: Desk) -> EnvelopeView:
    if desk.mail is None or desk.standing.state not in IN_TRANSACTION:
        return EnvelopeView(None)
    return EnvelopeView(
        sender=printable(desk.mail.address),
        recipients=tuple(printable(move.address) for move in desk.recipients),
        refused=desk.refusals,
        parameters=tuple(
            printable(one.keyword if one.value is None else f"{one.keyword}={one.value}")
            for one in desk.mail.command.parameters
        ),
    )
