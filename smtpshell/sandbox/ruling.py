"""Which answer it is: the personality's own, or that of a rule that fires in this situation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtpshell.fact.moment import Moment
from smtpshell.fact.snapshot import Snapshot
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.answer import Answer
    from smtpshell.sandbox.desk import Desk
    from smtpshell.sandbox.rule import Rule
    from smtpshell.smtp.command import Command

# Facts that are the same whenever the same line is said in the same standing.
_LASTING = frozenset(
    {"verb", "line", "issue", "ext", "ext_missing", "peer.personality"}
    | {"state.tls", "state.auth", "state.esmtp", "state.phase"}
)


class Ruling(NamedTuple):
    """An answer, with the remarks of rules that had nothing to say on the wire.

    *lasting*: it would be the same the next time.
    """

    answer: Answer
    remarks: tuple[str, ...] = ()
    lasting: bool = True


def rule_on(desk: Desk, situation: str, command: Command | None) -> Ruling:
    """The answer in this *situation*, which *command* has brought about."""
    usual = desk.part.answers[situation]
    waiting = desk.part.rules.get(situation)
    if waiting is None:
        return Ruling(usual)
    moment = moment_of(desk, command, usual.code)
    remarks: tuple[str, ...] = ()
    lasting = all(is_lasting(rule) for rule in waiting)
    for rule in waiting:
        if fires(desk, rule, moment):
            if rule.remark:
                remarks += (rule.remark,)
            if rule.answer is not None:
                return Ruling(rule.answer, remarks, lasting)
    return Ruling(usual, remarks, lasting)


def remarks_on_refusal(desk: Desk, command: Command, code: int) -> tuple[str, ...]:
    """What rules that wait for a refusal have to say about one."""
    waiting = desk.part.rules.get("refusal")
    if waiting is None:
        return ()
    moment = moment_of(desk, command, code)
    return tuple(rule.remark for rule in waiting if fires(desk, rule, moment))


def is_lasting(rule: Rule) -> bool:
    """Does the rule go by the line and the standing alone, so that its outcome can be kept?"""
    if rule.after or rule.once or rule.probability < 1:
        return False
    keys = rule.condition.keys if rule.condition is not None else ()
    return all(key in _LASTING or key.startswith("arg.") for key in keys)


def fires(desk: Desk, rule: Rule, moment: Moment) -> bool:
    """Does *rule* fire at this *moment*? Its chances are counted for each session."""
    if rule.condition is not None and not rule.condition.met(moment):
        return False
    if is_lasting(rule):
        return True
    if desk.chances is None:
        desk.chances = {}
    number = desk.chances[rule.name] = desk.chances.get(rule.name, 0) + 1
    if number <= rule.after or (rule.once and number > rule.after + 1):
        return False
    return rule.probability >= 1 or _dice(desk, rule, number) < rule.probability


def _dice(desk: Desk, rule: Rule, number: int) -> float:
    """From 0 up to 1, the same one for the same seed, session, rule and chance."""
    from hashlib import sha256

    seed = desk.part.world.seed
    drawn = sha256(f"{seed}/{desk.number}/{rule.name}/{number}".encode()).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


def moment_of(desk: Desk, command: Command | None, code: int) -> Moment:
    """The facts about this moment, as rules may ask for them."""
    standing = desk.standing
    snapshot = Snapshot(
        phase=desk.phase,
        tls=standing.tls,
        auth=bool(standing.user),
        esmtp=standing.esmtp,
        rcpts_ok=len(desk.recipients),
        rcpts_refused=desk.refusals,
        messages=desk.letters,
        errors_in_row=desk.errors_in_row,
        ehlo_since_tls=standing.tls and standing.esmtp,
        greeted_by_server=standing.state is not State.BEFORE_GREETING,
        lmtp=desk.part.lmtp,
    )
    issues = (problem.issue for problem in command.problems) if command is not None else ()
    moment = Moment(
        "command" if command is not None else "connect",
        command=command,
        issues=issues,
        before=snapshot,
        offered=desk.part.offers(standing) if standing.esmtp else {},
        peer={"ip": desk.peer, "personality": desk.part.personality.id},
    )
    moment.code = code
    return moment
