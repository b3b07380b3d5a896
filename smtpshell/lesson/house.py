"""The practice servers of a lesson: made of its settings, with its rules, and letters put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smtpshell.datafile import Where
from smtpshell.errors import UsageError
from smtpshell.fact.moment import Moment
from smtpshell.lesson.lesson import Server
from smtpshell.lesson.script import escape
from smtpshell.sandbox.part import Part
from smtpshell.sandbox.peer import PeerFacts
from smtpshell.sandbox.personality import Personality, load_personality
from smtpshell.sandbox.responder import Responder
from smtpshell.sandbox.rule import read_rule
from smtpshell.sandbox.scenario import load_scenario
from smtpshell.sandbox.world import World

PORTS = {"mx": 25, "submission": 587, "smtps": 465, "lmtp": 24}


class Known:
    """What is known of the client of one session, for facts: `peer.*`, `sender.*`, `score.*`."""

    def __init__(self, responder: Responder, server: str) -> None:
        self._responder = responder
        part = responder.part
        self._own = {"port": PORTS[part.name], "door": part.name, "server": server}

    def on(self, moment: Moment) -> _Facts:
        """The facts at one *moment*."""
        return _Facts(self._own, PeerFacts(self._responder, moment.command))

    @property
    def scores(self) -> Mapping[str, float]:
        """The points that rules have given."""
        return dict(self._responder.scores or {})


class _Facts:
    __slots__ = ("_found", "_own")

    def __init__(self, own: Mapping[str, Any], found: PeerFacts) -> None:
        self._own = own
        self._found = found

    def get(self, name: str, /) -> Any:
        return self._own[name] if name in self._own else self._found.get(name)


def make_part(
    server: Server, folders: Sequence[Path] = (), instead: str = "", world: World | None = None
) -> Part:
    """The part that *server* plays, in that *world* or one of its own.

    *instead* is a personality to be played in the stead of a usual one.
    """
    scenario = load_scenario(server.scenario, [folder / "scenarios" for folder in folders])
    name = server.personality if server.name or not instead else instead
    nature = load_personality(
        name, [folder / "personalities" for folder in folders], scenario.house
    )
    return Part(nature, world or World(scenario, server.seed), server.door)


def with_rules(
    nature: Personality, tables: Sequence[Mapping[str, Any]], where: str = ""
) -> Personality:
    """The same personality with rules of a lesson before its own."""
    path, _, line = where.rpartition(":")
    place = Where(path, int(line) if line.isdigit() else 1)
    rules = tuple(
        read_rule(f"lesson-{number + 1}", table, place) for number, table in enumerate(tables)
    )
    return nature._replace(rules=rules + nature.rules)


def put_letter(part: Part, sender: str, mailbox: str, text: str, at: float) -> None:
    """A letter lies in a mailbox, as if it had come in by SMTP."""
    responder = Responder(part)
    responder.opened(at)
    lines = [f"EHLO {part.host}", f"MAIL FROM:<{sender}>", f"RCPT TO:<{mailbox}>", "DATA"]
    lines += ["." + line if line.startswith(".") else line for line in text.split("\n")]
    for line in (*lines, "."):
        responder.received(escape(line).encode() + b"\r\n", at)
    if not responder.letters:
        raise UsageError(f"the letter to {mailbox} was not taken")
