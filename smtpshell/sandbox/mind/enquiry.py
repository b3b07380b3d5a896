"""Questions to the server: VRFY, EXPN, HELP, ETRN, and NOOP, which asks for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.fault import syntax_verdict
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.sandbox.nature.phrase import clean
from smtpshell.sandbox.world.world import Fate, Route
from smtpshell.smtp.state import IN_TRANSACTION
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Move, Standing
    from smtpshell.smtp.command import Command

MOST_HURRIED = 100  # letters that are tried for one ETRN

_FOUND = {
    Fate.HERE: "vrfy-ok",
    Fate.FULL: "vrfy-ok",
    Fate.FORWARD: "vrfy-forward",
    Fate.MOVED: "vrfy-moved",
    Fate.UNKNOWN: "vrfy-unknown",
    Fate.ELSEWHERE: "vrfy-cannot",
}


def judge_noop(part: Part, standing: Standing, command: Command) -> Verdict:
    """Nothing (RFC 5321 4.1.1.9); an argument is in order, and ignored."""
    return syntax_verdict(part, command, "unknown") or Verdict("noop-ok", junk=True)


def judge_vrfy(part: Part, standing: Standing, command: Command) -> Verdict:
    """Is there such a user (RFC 5321 4.1.1.6)? Which of the answers is given is data."""
    if wrong := syntax_verdict(part, command, "vrfy-syntax"):
        return wrong
    words = _asked(command)
    route = part.world.look_up(words)
    box = _one_box(part, words, route)
    values = {"name": route.name or words.strip("<>"), "rcpt": box, "new": route.new}
    return Verdict(_FOUND[route.fate], values, junk=True)


def _one_box(part: Part, words: str, route: Route) -> str:
    """The address to answer with: the mailbox, or that of the list itself."""
    if len(route.boxes) == 1:
        return route.boxes[0]
    return part.world.address(words.strip("<>").partition("@")[0].lower()) if route.boxes else ""


def judge_expn(part: Part, standing: Standing, command: Command) -> Verdict:
    """Who is on that list (RFC 5321 4.1.1.7)? One line for each of its members."""
    if wrong := syntax_verdict(part, command, "expn-syntax"):
        return wrong
    members = part.world.members(_asked(command))
    if not members:
        return Verdict("expn-unknown", junk=True)
    answer = part.answers["expn-ok"]
    first, *others = [{"name": name, "rcpt": address} for name, address in members]
    more = tuple(phrase.fill(values) for values in others for phrase in answer.phrases)
    return Verdict("expn-ok", first, junk=True, more=more)


def judge_help(part: Part, standing: Standing, command: Command) -> Verdict:
    """The verbs there are, or the syntax of one of them (RFC 5321 4.1.1.8)."""
    if wrong := syntax_verdict(part, command, "help-unknown"):
        return wrong
    topic = command.argument.strip().upper()
    if not topic:
        return Verdict("help-ok", junk=True)
    if topic not in part.verbs():
        return Verdict("help-unknown", junk=True)
    return Verdict("help-topic", {"syntax": COMMANDS[topic].syntax}, junk=True)


def judge_etrn(part: Part, standing: Standing, command: Command) -> Verdict:
    """Send what is queued for a domain (RFC 1985); nothing ever is for one of ours."""
    if standing.state in IN_TRANSACTION:
        return Verdict("etrn-in-mail")
    if wrong := syntax_verdict(part, command, "etrn-syntax"):
        return wrong
    node = _asked(command).lower()
    values = {"name": clean(node)}
    if node.startswith("#"):  # a queue by its name, and ours have none
        return Verdict("etrn-cannot", values, junk=True)
    scenario, wanted = part.world.scenario, _wanted(node)
    if not any(map(wanted, scenario.houses)):
        situation = "etrn-ok" if any(map(wanted, scenario.domains)) else "etrn-unknown"
        return Verdict(situation, values, junk=True)
    count = len(part.world.outgoing.waiting_for(wanted))
    values["waiting"] = str(count)
    if not count:
        return Verdict("etrn-none", values, junk=True, lasting=False)
    started = "etrn-several" if node.startswith("@") else "etrn-started"
    return Verdict(started, values, accepted=_start_queue, address=node, junk=True, lasting=False)


def _wanted(node: str) -> Callable[[str], bool]:
    """Is it a domain that *node* names? An @ before it means those below it too (RFC 1985 5.3)."""
    above = node.removeprefix("@")
    if above == node:
        return lambda domain: domain == node
    return lambda domain: domain == above or domain.endswith(f".{above}")


def _start_queue(desk: Desk, move: Move) -> None:
    """Try at once what was asked for; so many at a time, for everybody else waits meanwhile."""
    world = desk.part.world
    found = world.outgoing.waiting_for(_wanted(move.address))
    world.outgoing.hurry(world.now(desk.now), found[:MOST_HURRIED])
    world.run_queue(desk.now)


def _asked(command: Command) -> str:
    """What is asked about: the argument, without SMTPUTF8 behind it (RFC 6531 3.7.4)."""
    words = command.argument.strip()
    if command.parameters:
        words = words[: words.upper().rfind("SMTPUTF8")].strip()
    return words
