"""Which answer it is: the personality's own, or that of a rule that fires on this occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import Sentences
from smtpshell.fact.moment import Moment
from smtpshell.fact.snapshot import Snapshot
from smtpshell.sandbox.check.peer import PeerFacts
from smtpshell.sandbox.mind.standing import NO_VALUES
from smtpshell.sandbox.world.memory import recall
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.sandbox.nature.rule import Rule
    from smtpshell.smtp.command import Command


class Ruling(NamedTuple):
    """An answer, and the rules that had a say in it.

    *lasting*: it would be the same the next time. *speaks*: a rule has given the answer, it is not
    the usual one. *values* fill gaps that only rules can fill.
    """

    answer: Answer
    fired: tuple[Rule, ...] = ()
    lasting: bool = True
    speaks: bool = False
    values: Mapping[str, str] = NO_VALUES

    @property
    def fate(self) -> str:
        """What the rules want to become of the recipient or the letter; "" if they leave it."""
        return next((rule.fate for rule in self.fired if rule.fate), "")


def rule_on(desk: Desk, situation: str, command: Command | None) -> Ruling:
    """The answer in this *situation*, which *command* has brought about."""
    usual = desk.part.answers[situation]
    sound = command is not None and not command.problems
    waiting = (desk.part.rules_for_sound if sound else desk.part.rules).get(situation)
    if waiting is None:
        return Ruling(usual)
    return consult(desk, waiting, command, usual)


def consult(
    desk: Desk, waiting: Iterable[Rule], command: Command | None, usual: Answer, on: str = ""
) -> Ruling:
    """What the rules *waiting* make of the *usual* answer; *on* is the event, if it is another."""
    moment = moment_of(desk, command, usual.code, on)
    fired: tuple[Rule, ...] = ()
    lasting = all(rule.lasting for rule in waiting)
    for rule in waiting:
        if not fires(desk, rule, moment):
            continue
        said, values = rule.answer, NO_VALUES
        if rule.key:
            found = recall(desk, rule, command)
            if not found.fires:
                continue
            said = rule.early if found.early and rule.early is not None else said
            values = {"left": str(found.left)}
        if rule.speaks:
            said = said._replace(code=said.code or usual.code)
            return Ruling(_with_manners(said, fired), (*fired, rule), lasting, True, values)
        fired += (rule,)
    return Ruling(_with_manners(told_by(usual, fired), fired), fired, lasting)


def _with_manners(answer: Answer, fired: tuple[Rule, ...]) -> Answer:
    """*answer* as it is given after rules that had nothing to say, but a way of saying it."""
    for rule in fired:
        if rule.manners:
            answer = answer._replace(
                close=answer.close or rule.answer.close,
                delay=answer.delay + rule.answer.delay,
                drip=answer.drip or rule.answer.drip,
            )
    return answer


def told_by(usual: Answer, fired: Iterable[Rule]) -> Answer:
    """The *usual* answer with the reasons of rules that have changed how it is given.

    A refusal has a reason of its own, and theirs comes behind it.
    """
    for rule in fired:
        said = rule.answer
        if not rule.manners or not said.why:
            continue
        if usual.accepts:
            usual = usual._replace(name=said.name, where=said.where, keys=said.keys)
            usual = usual._replace(why=said.why, ref=said.ref)
        elif said.why not in usual.why:
            usual = usual._replace(why=Sentences(usual.why, said.why))
    return usual


def unheard(desk: Desk, occasion: str, command: Command | None, code: int) -> tuple[Rule, ...]:
    """The rules that fire at a refusal, or when the client has left: nobody hears of them."""
    waiting = desk.part.rules.get(occasion)
    if waiting is None:
        return ()
    moment = moment_of(desk, command, code)
    return tuple(rule for rule in waiting if fires(desk, rule, moment))


def fires(desk: Desk, rule: Rule, moment: Moment) -> bool:
    """Does *rule* fire at this *moment*? Its chances are counted for each session."""
    if rule.condition is not None and not rule.condition.met(moment):
        return False
    if not (rule.after or rule.once or rule.probability < 1):
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


def moment_of(desk: Desk, command: Command | None, code: int, on: str = "") -> Moment:
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
        sender=(desk.mail.address,) if desk.mail is not None else (),
    )
    issues = (problem.issue for problem in command.problems) if command is not None else ()
    moment = Moment(
        on or ("command" if command is not None else "connect"),
        command=command,
        issues=issues,
        before=snapshot,
        offered=desk.part.offers(standing) if standing.esmtp else {},
        peer=PeerFacts(desk, command),
        letter=desk.dossier.letter,
        more={"score": desk.scores or {}},
    )
    moment.code = code
    return moment
