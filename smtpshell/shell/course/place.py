"""The practice servers of a lesson: one place, in which the lesson moves from server to server.

Servers with the same scenario and seed share one world: what was put into a mailbox by way of one
is found by way of the other, as with one house that has several doors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smtpshell.lesson.house import PORTS, Shelf, make_part, put_letter, with_rules
from smtpshell.net.target import Target
from smtpshell.sandbox.nature.scenario import Host
from smtpshell.sandbox.start import open_server
from smtpshell.sandbox.wire.door import Doors
from smtpshell.shell.practice import FoundOut, PracticePlace

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Lesson, Server, Setup
    from smtpshell.lesson.run import Run
    from smtpshell.lesson.script import Script
    from smtpshell.lesson.skip import Way
    from smtpshell.net.client import Client
    from smtpshell.sandbox.server import PracticeServer
    from smtpshell.sandbox.world.happening import Happenings
    from smtpshell.sandbox.world.world import World
    from smtpshell.shell.record import Records

_OWN_SERVER = ("personality", "scenario", "door", "seed")


class LessonPlace(PracticePlace):
    """Where a lesson is taken. *folders* are `sandbox` folders of packs, searched before ours."""

    words = ""

    def __init__(
        self, lesson: Lesson, folders: Sequence[Path] = (), records: Records | None = None
    ) -> None:
        super().__init__(records=records)
        self.folders = folders
        self._running: dict[tuple[Server, int], PracticeServer] = {}
        self._left: list[PracticeServer] = []  # of a try that is over
        self.begin_again(lesson)

    def begin_again(self, lesson: Lesson) -> None:
        """All as it was before anything was said: no letters, no memory, no change of a step."""
        self._servers = {server.name: server for server in lesson.servers}
        self._rules: dict[str, tuple[Sequence[Mapping[str, Any]], str]] = {}
        self._worlds: dict[tuple[str, int], World] = {}
        self._left += self._running.values()
        self._running.clear()
        self.name = ""  # of the lesson's server at hand, "" for its usual one

    @property
    def wanted(self) -> Server:
        """The server that the next connection leads to."""
        return self._servers[self.name]

    def servers(self) -> tuple[str, ...]:
        return tuple(name for name in self._servers if name)

    def renew(self, lesson: Lesson, before: Lesson) -> bool:
        """*lesson* was read anew; True if another server is wanted now than *before*."""
        if lesson.servers == before.servers:
            return False
        wanted = self.wanted
        self._servers = {server.name: server for server in lesson.servers}
        self.name = self.name if self.name in self._servers else ""
        return self.wanted != wanted

    def turn_to(self, name: str) -> bool:
        if name not in self._servers:
            return False
        self.name = name
        return True

    # ------------------------------------------------------------ what the lesson changes

    def arrange(self, setup: Setup) -> bool:
        """Change the world as a step wants it; True if the next line needs a new connection."""
        table = setup.table
        anew = bool(table.get("new_session"))
        if "server" in table:
            self.name, anew = table["server"], True
        changes = {key: table[key] for key in _OWN_SERVER if key in table}
        if changes:
            self._servers[self.name] = self.wanted._replace(**changes)
            anew = True
        if "inject_reply" in table:
            self._rules[self.name] = (table["inject_reply"], setup.where)
            anew = True
        return anew

    def stir(self, setup: Setup, client: Client | None) -> None:
        """Change what goes without another connection: who the client is, time, letters."""
        server, table = self._running_server(), setup.table
        if "ip" in table or "host" in table:
            before = server.world.host_of_peer or Host(self.target.host)
            host = Host(table.get("ip") or before.address, table.get("host") or before.name)
            self.take_for(host, client)
        if "advance_clock" in table:
            server.skip(table["advance_clock"])
        part = server.part(self.wanted.door)
        for letter in table.get("mail_arrives", ()):
            put_letter(part, letter["from"], letter["to"], letter["text"], self.now())

    # ------------------------------------------------------------ what the shell asks

    async def prepare(self) -> None:
        await self._close_left()
        wanted = self.wanted
        tables, where = self._rules.get(self.name, ((), ""))
        key = (wanted, id(tables) if tables else 0)
        server = self._running.get(key)
        if server is None:
            world = (wanted.scenario, wanted.seed)
            part = make_part(wanted, Shelf(self.folders), world=self._worlds.get(world))
            self._worlds[world] = part.world
            nature = with_rules(part.personality, tables, where) if tables else part.personality
            server = self._running[key] = await open_server(nature, part.world, Doors(lmtp_port=0))
        self._server = server
        self.personality = server.personality.id
        self.scenario, self.seed = wanted.scenario, wanted.seed
        self.target = _target(server, wanted.door)
        self._know_people()

    async def _close_left(self) -> None:
        while self._left:
            await self._left.pop().close()

    def try_servers(self) -> None:
        """Read all servers of the lesson from their files; DataFileError as FILE:LINE."""
        shelf = Shelf(self.folders)
        for server in self._servers.values():
            make_part(server, shelf)

    async def close(self) -> None:
        self._left += self._running.values()
        self._running.clear()
        await self._close_left()
        self._worlds.clear()
        self._server = None

    def peer(self, client: Client | None = None) -> dict[str, Any]:
        door = self.wanted.door
        known = {
            "port": PORTS[door],
            "door": door,
            "server": self.name,
            "personality": self.personality,
        }
        return FoundOut(known, lambda name: self._find_out(client, name))

    def solution(self, run: Run, client: Client | None, *, stuck: bool = False) -> Script:
        """What is to be said so that the step at hand is done, as the session stands.

        In one that is *stuck* nothing can be said.
        """
        from smtpshell.lesson.skip import skip_way

        server, mind = self._server, None
        if server is not None and client is not None and client.closed is None and not stuck:
            mind = server.mind(client.port)
        now = server.now() if server is not None else 0.0
        lived = server is not None and server.world.happenings.number > 0
        return self._go(skip_way(run.lesson, run.step_number, mind, now, lived=lived))

    def way_here(self, run: Run) -> Script:
        """What the steps before the one at hand said, in a new session; empty if it needs none."""
        from smtpshell.lesson.skip import catch_up_way

        return self._go(catch_up_way(run.lesson, run.step_number))

    def _go(self, way: Way) -> Script:
        if way.server is not None:
            self.name = way.server
        return way.script

    # ------------------------------------------------------------ what goals go by

    @property
    def happenings(self) -> Happenings | None:
        """What happened in the world at hand; None before it is there."""
        return self._server.world.happenings if self._server is not None else None

    def facts(self, client: Client | None, waiting: int) -> dict[str, Any]:
        """What only the server knows of a reply, with so many more replies still to come."""
        if self._server is None or client is None:
            return {}
        return {
            "score": self._server.scores(client.port),
            "rule": self._server.rule(client.port, waiting),
        }


def _target(server: PracticeServer, door: str) -> Target:
    ports = {
        "mx": server.port,
        "submission": server.submission_port,
        "smtps": server.tls_port,
        "lmtp": server.lmtp_port,
    }
    return Target("127.0.0.1", ports[door] or 0, tls=door == "smtps", lmtp=door == "lmtp")
