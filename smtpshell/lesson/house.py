"""The practice servers of a lesson: made of its settings, with its rules, and letters put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smtpshell.datafile import Where, meant
from smtpshell.errors import UsageError
from smtpshell.fact.moment import Moment
from smtpshell.lesson.lesson import Server
from smtpshell.sandbox.check.peer import PeerFacts
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder
from smtpshell.sandbox.nature.personality import Personality, load_personality
from smtpshell.sandbox.nature.rule import read_rule
from smtpshell.sandbox.nature.scenario import Scenario, load_scenario
from smtpshell.sandbox.world.message import Origin, StoredMessage
from smtpshell.sandbox.world.world import World
from smtpshell.smtp.command import Command, parse_command

PEER = "127.0.0.1"
PORTS = {"mx": 25, "submission": 587, "smtps": 465, "lmtp": 24}


class Known:
    """What is known of the client of one session, for facts: `peer.*`, `sender.*`, `score.*`."""

    def __init__(self, responder: Responder, server: str) -> None:
        self._responder = responder
        part = responder.part
        self._own = {"port": PORTS[part.name], "door": part.name, "server": server}

    def on(self, moment: Moment) -> _Facts:
        """The facts at one *moment*."""
        return self.before(moment.command)

    def before(self, command: Command | None) -> _Facts:
        """The facts when *command* is about to leave."""
        return _Facts(self._own, PeerFacts(self._responder, command))

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


class Shelf:
    """What was read of personalities and scenarios, once for all who play a lesson together.

    *folders* are `sandbox` folders of packs, searched before our own.
    """

    __slots__ = ("_folders", "_natures", "_scenarios")

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = folders
        self._scenarios: dict[tuple[str, int], Scenario] = {}
        self._natures: dict[tuple[str, str, int], Personality] = {}

    def scenario(self, name: str, seed: int) -> Scenario:
        """The scenario of that name; the *seed* picks its case."""
        found = self._scenarios.get((name, seed))
        if found is None:
            places = [folder / "scenarios" for folder in self._folders]
            found = self._scenarios[name, seed] = load_scenario(name, places, seed)
        return found

    def nature(self, name: str, scenario: str, seed: int) -> Personality:
        """The personality of that name, at home in a scenario."""
        found = self._natures.get((name, scenario, seed))
        if found is None:
            places = [folder / "personalities" for folder in self._folders]
            found = load_personality(name, places, self.scenario(scenario, seed).house)
            self._natures[name, scenario, seed] = found
        return found


def make_part(server: Server, shelf: Shelf, instead: str = "", world: World | None = None) -> Part:
    """The part that *server* plays, in that *world* or one of its own.

    *instead* is a personality to be played in the stead of a usual one.
    """
    name = server.personality if server.name or not instead else instead
    nature = shelf.nature(name, server.scenario, server.seed)
    if world is None:
        world = World(shelf.scenario(server.scenario, server.seed), server.seed)
    return Part(nature, world, server.door)


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
    """A letter lies in a mailbox, as if it had come in by SMTP; UsageError without a mailbox."""
    world = part.world
    if mailbox not in world.mailboxes:
        raise UsageError(f"nobody has the mailbox {mailbox}{meant(mailbox, world.mailboxes)}")
    mail, rcpt = parse_command(f"MAIL FROM:<{sender}>"), parse_command(f"RCPT TO:<{mailbox}>")
    host = sender.rpartition("@")[2] or part.host
    origin = Origin(part.host, host, world.taken_for(PEER), "ESMTP")
    data = "".join(f"{line}\r\n" for line in text.removesuffix("\n").split("\n"))
    letter = StoredMessage(world.new_id(), at, mail, (rcpt,), data.encode(), origin, sender)
    world.put(mailbox, letter)
