"""What local commands of the shell do to a practice world, for scripts that use them.

A script says `% :zone set 192.0.2.10 PTR mail.student.test` where the learner would type it. Those
that change the world are done here; all others are only told to the lesson, as the shell tells
them, so that a goal may ask whether somebody looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.script import seconds
from smtpshell.smtp.line import ENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtpshell.lesson.stage import Stage

EATEN = "eaten"  # how a lesson hears of a line that `:set eat-caps on` has kept from the server


def do_local(stage: Stage, name: str, argument: str) -> None:
    """Do on *stage* what the local command does in the shell; UsageError as there."""
    work = _WORKS.get(name)
    if work is not None:
        work(stage, argument)


def _wait(stage: Stage, argument: str) -> None:
    try:
        stage.wait(seconds(argument))
    except ValueError as error:
        raise UsageError(str(error)) from None


def _connect(stage: Stage, argument: str) -> None:
    stage.connect(argument or None)


def _drop(stage: Stage, _: str) -> None:
    stage.hang_up()


def _as(stage: Stage, argument: str) -> None:
    from smtpshell.sandbox.nature.scenario import read_host

    said = argument.split()
    if said == ["me"]:
        stage.take_for(stage.world.scenario.client)
    elif len(said) == 2:
        stage.take_for(read_host(said[1], said[0]))
    else:
        raise UsageError(tr(":as has a name and an address here, or me"))


def _zone(stage: Stage, argument: str) -> None:
    from smtpshell.lookup.name import reverse_name

    zone = stage.world.zone
    if zone is None:
        raise UsageError(tr("this scenario has no DNS of its own"))
    word, _, rest = argument.partition(" ")
    first, _, data = rest.strip().partition(" ")
    name = (reverse_name(first) or first).removesuffix(".")
    if word == "reset":
        stage.world.reset_zone()
    elif word == "remove":
        if not zone.remove(name, data.strip()):
            raise UsageError(tr("{name} has no such record", name=name))
    elif word in ("add", "set") and data.strip():
        change = zone.add if word == "add" else zone.replace
        change(f"{name}. {data.strip()}")
    elif word in ("add", "set"):
        raise UsageError(tr(":zone {word} has a name, a type and data", word=word))


def _fault(stage: Stage, argument: str) -> None:
    from smtpshell.sandbox.mind.injected import pending, read_fault

    responder = stage.responder
    if responder is None:
        raise UsageError(tr(":fault needs a session in a script"))
    stage.faults += 1
    responder.refit((*pending(responder), *read_fault(argument, stage.faults)))


def _set(stage: Stage, argument: str) -> None:
    name, _, value = argument.partition(" ")
    if name == "eol":
        if value not in ENDS:
            raise UsageError(tr(":set eol has {names}", names=", ".join(ENDS)))
        stage.eol = ENDS[value]
    elif name == "eat-caps":
        if value not in ("on", "off"):
            raise UsageError(tr(":set eat-caps has on, off"))
        stage.eats = value == "on"


_WORKS: dict[str, Callable[[Stage, str], None]] = {
    "wait": _wait,
    "connect": _connect,
    "drop": _drop,
    "as": _as,
    "zone": _zone,
    "fault": _fault,
    "set": _set,
}
