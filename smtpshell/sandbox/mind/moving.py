"""From a verdict to a move: the reply written out, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from smtpshell.sandbox.check.peer import found_values
from smtpshell.sandbox.mind.ruling import Ruling, consult, rule_on, told_by
from smtpshell.sandbox.mind.standing import NO_VALUES, Move, Verdict
from smtpshell.sandbox.nature.situation import COMMAND, REPLY, SITUATIONS
from smtpshell.smtp.command import AUTHLINE, DOT
from smtpshell.smtp.state import IN_TRANSACTION, State
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.smtp.command import Command

_REFUSED = {"refused": True}
_BROKEN = {"broken": True}


def make_move(desk: Desk, command: Command, verdict: Verdict) -> tuple[Move, bool]:
    """The move that answers *command*, and whether it may be kept for the next time."""
    if verdict.look is not None:
        verdict = verdict.look(desk, verdict)
    if verdict.answer is not None:
        ruling = Ruling(verdict.answer)
    else:
        ruling = rule_on(desk, verdict.situation, command)
    move = build_move(desk, command, verdict, ruling)
    known = all(gap in verdict.values for phrase in ruling.answer.phrases for gap in phrase.gaps)
    lasting = ruling.lasting and verdict.lasting and not desk.part.watchful
    return move, known and lasting


def build_move(desk: Desk, command: Command, verdict: Verdict, ruling: Ruling) -> Move:
    """The move with the answer of this *ruling*."""
    answer = ruling.answer
    accepts = answer.accepts
    then = desk.standing
    if not accepts or _leads_on(verdict, command):
        changes = verdict.changes if accepts else _changes_on_refusal(desk, command, answer)
        judged = command.last and verdict.refused is not None
        then = then.after(command, answer.code, changes, letter_judged=judged)
    effect = verdict.accepted if accepts else verdict.refused
    route = verdict.route
    if route is not None and ruling.fate:
        route = desk.part.world.fated(route, ruling.fate)
    values = {**verdict.values, **ruling.values} if ruling.values else verdict.values
    move = Move(
        command=command,
        answer=answer,
        wire=reply(desk, answer, values, verdict.more if accepts else ()),
        seat=desk.part.seat(then),
        effect=effect,
        alone=_stands_alone(desk, command, answer),
        heavy=bool(not accepts or answer.ends or answer.slow or _to_be_noted(ruling))
        or verdict.junk
        or then.state is State.TLS,
        junk=verdict.junk,
        detail=verdict.detail,
        route=route,
        address=verdict.address,
        fired=ruling.fired,
    )
    return heard(desk, move)


def _leads_on(verdict: Verdict, command: Command) -> bool:
    """Does anything come of it if this is accepted?

    Not if a rule has kind words for what could not even be read: there is no address in a MAIL that
    is none. The end of a letter is the end whatever is said to it.
    """
    lets_through = verdict.accepted is not None or SITUATIONS[verdict.situation] != ""
    return lets_through or command.verb == DOT or command.last


def _to_be_noted(ruling: Ruling) -> bool:
    return any(rule.remark or rule.score for rule in ruling.fired)


def move_unjudged(desk: Desk, command: Command) -> tuple[Move | None, Ruling | None]:
    """What rules have to say to a command line before it is judged, in words or otherwise.

    Words are all the client gets then, and nothing comes of the line.
    """
    waiting = desk.part.rules.get(COMMAND)
    if waiting is None:
        return None, None
    ruling = consult(desk, waiting, command, desk.part.answers["noop-ok"])
    if not ruling.speaks:
        return None, ruling if ruling.fired else None
    wire = reply(desk, ruling.answer, ruling.values)
    move = Move(command, ruling.answer, wire, desk.seat, heavy=True, fired=ruling.fired)
    return heard(desk, move), None


def with_earlier(move: Move, earlier: Ruling | None) -> Move:
    """*move* with what rules at "command" have added to it."""
    if earlier is None:
        return move
    answer = told_by(move.answer, earlier.fired)
    answer = answer._replace(
        close=answer.close or earlier.answer.close,
        delay=answer.delay + earlier.answer.delay,
        drip=answer.drip or earlier.answer.drip,
    )
    return move._replace(answer=answer, heavy=True, fired=earlier.fired + move.fired)


def heard(desk: Desk, move: Move) -> Move:
    """*move* as the client gets to hear of it, which rules at "reply" may change.

    What comes of the command is settled then: a client may be told 451 of a letter that was taken.
    """
    waiting = desk.part.rules.get(REPLY)
    if waiting is None:
        return move
    command = move.command if move.command.verb else None
    ruling = consult(desk, waiting, command, move.answer, "reply")
    if not ruling.fired:
        return move
    answer = ruling.answer
    wire = reply(desk, answer, ruling.values) if ruling.speaks else move.wire
    return move._replace(answer=answer, wire=wire, heavy=True, fired=move.fired + ruling.fired)


def reply(
    desk: Desk, answer: Answer, values: Mapping[str, str], more: tuple[str, ...] = ()
) -> bytes:
    """The *answer* as it goes over the wire in this session."""
    if not answer.fixed:
        values = {**_values_of(desk), **found_values(desk, answer), **values}
        if any("session" in phrase.gaps for phrase in answer.phrases):
            values = {**values, "session": desk.part.world.session_name(desk.number)}
    return answer.wire(values, more=more, utf8=desk.standing.utf8)


def _values_of(desk: Desk) -> dict[str, str]:
    return {
        "client": (desk.hello.host or "") if desk.hello is not None else "",
        "peer": desk.peer,
        "user": desk.standing.user,
        "errors": str(desk.errors),
        "sender": desk.mail.address if desk.mail is not None else "",
    }


def _changes_on_refusal(desk: Desk, command: Command, answer: Answer) -> Mapping[str, Any]:
    if command.verb == "RCPT" and desk.standing.state in IN_TRANSACTION:
        return _REFUSED
    # 500 to 504 say that the chunk was not even looked at, so nothing is lost yet.
    if command.verb == "BDAT" and not command.last and not 500 <= answer.code <= 504:
        return _BROKEN
    return NO_VALUES


def _stands_alone(desk: Desk, command: Command, answer: Answer) -> bool:
    """Must the client wait for the reply before it says more (RFC 2920 3.1)?

    Behind a DATA that was refused anything at all is a letter, and no server may read it as
    commands. Behind QUIT, and wherever the server hangs up, nothing is read; the end of a letter
    may have company.
    """
    verb = command.verb
    strict = desk.part.personality.strict
    manners = strict.pipelining
    if manners == "none" and not (verb == "BDAT" and desk.part.does(verb)):
        return verb != DOT
    if answer.ends or verb in ("QUIT", "BDAT", DOT):
        return False
    if verb == "STARTTLS":
        return strict.behind_starttls == "refuse"
    if verb == "DATA" and not answer.accepts:
        return True
    if manners == "lax":
        return False
    spec = COMMANDS.get(verb)
    last = verb == AUTHLINE or (spec is not None and spec.pipelining == "last")
    return last or manners == "none" or not desk.standing.esmtp


def unasked_move(desk: Desk, command: Command, situation: str) -> Move:
    """What the server says in a *situation* that no reply to *command* answers: a 421, mostly."""
    found = desk.seat.unasked.get(situation)
    if found is None:
        ruling = rule_on(desk, situation, None)
        wire = reply(desk, ruling.answer, ruling.values)
        found = Move(command, ruling.answer, wire, desk.seat, heavy=True, fired=ruling.fired)
        found = heard(desk, found)
        if ruling.lasting and ruling.answer.fixed and not desk.part.watchful:
            desk.seat.unasked[situation] = found
    return found if found.command is command else found._replace(command=command)
