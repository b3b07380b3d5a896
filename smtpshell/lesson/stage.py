"""A practice world on which scripts are played: no network, and a clock that is put forward.

It holds the servers of a lesson, one session at a time, and a watch that turns what happens into
moments, those of the world behind the 250 included. `smtpshell lesson test` plays whole courses on
it in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.fact.feed import Feed
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Moments, Watch
from smtpshell.lesson.house import PEER, PORTS, Known, Shelf, make_part, put_letter, with_rules
from smtpshell.lesson.lesson import Lesson, Server, Setup
from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.nature.scenario import Host
from smtpshell.sandbox.world.happening import moments_of
from smtpshell.sandbox.world.world import World
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session

if TYPE_CHECKING:
    from smtpshell.fact.moment import Known as Facts
    from smtpshell.smtp.command import Command

Rules = Sequence[Mapping[str, Any]]  # of a lesson, as it has them

BEGIN = 1767605400.0  # Mon, 05 Jan 2026 09:30:00 +0000: every play begins then
TLS_WORDS = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
MOST_WAITS = 1000  # of the server's own, for one line


class Stage:
    """The servers of a lesson and the session with one of them.

    The servers are made of what is on the *shelf*. *personality* is played in the stead of the
    usual server's.
    """

    def __init__(self, lesson: Lesson, shelf: Shelf, personality: str = "") -> None:
        self.lesson = lesson
        self.now = BEGIN
        self.step = ""
        self.moments: list[tuple[Moment, float]] = []  # not taken yet, with the server's time
        self._shelf = shelf
        self._instead = personality
        self._servers = {server.name: server for server in lesson.servers}
        self._worlds: dict[tuple[str, int], World] = {}  # by scenario and seed
        self._rules: dict[str, tuple[Rules, str]] = {}  # by server, those that came last
        self._parts: dict[tuple[Server, int], Part] = {}  # by what it is like, and its rules
        self.server = ""  # whose session it is
        self.responder: Responder | None = None
        self.eol = b"\r\n"  # what ends a line of the client's
        self.eats = False  # lines that begin with Q or R, as `openssl s_client` does
        self.faults = 0  # ordered so far
        self._known: Known | None = None
        self._feed = Feed()
        self._read: dict[World, int] = {}  # of happenings

    # ------------------------------------------------------------ what there is

    @property
    def open(self) -> bool:
        """Does a connection stand?"""
        return self.responder is not None

    @property
    def watch(self) -> Watch:
        """The watch of the session at hand."""
        return self._feed.watch

    @property
    def world(self) -> World:
        """The world of the server at hand."""
        return self.part.world

    @property
    def part(self) -> Part:
        """The part that the server at hand plays."""
        return self._part(self._servers[self.server], *self._rules.get(self.server, ((), "")))

    @property
    def at(self) -> float:
        """The time on the server's clock."""
        return self.world.now(self.now)

    def peer_of(self, server: str | None = None) -> dict[str, Any]:
        """What is known of a *server* before one is connected to it; None is the one at hand."""
        name = self.server if server is None else server
        found = self._servers.get(name)
        if found is None:
            return {}
        return {"server": name, "door": found.door, "port": PORTS[found.door]}

    def known_before(self, command: Command) -> Facts:
        """What is known of the two hosts when *command* is about to leave."""
        known = self._known if self.open else None
        return self.peer_of() if known is None else known.before(command)

    def take(self) -> list[tuple[Moment, float]]:
        """What has happened since it was last taken, and when by the server's clock."""
        taken, self.moments = self.moments, []
        return taken

    # ------------------------------------------------------------ the session

    def connect(self, server: str | None = None, *, early: bytes = b"") -> None:
        """Open a connection; *early* goes out before the greeting."""
        self.hang_up()
        if server is not None:
            if server not in self._servers:
                raise UsageError(tr('the lesson has no server "{server}"', server=server))
            self.server = server
        part = self.part
        door = part.name
        self._feed = Feed(Watch(Session(lmtp=door == "lmtp")))
        self.responder = responder = responder_at(part, part.world.taken_for(PEER))
        self._known = Known(responder, self.server)
        self._happens(Event(EventKind.CONNECT, detail={"port": str(PORTS[door])}))
        tls = TLS_WORDS if door == "smtps" else ""
        wire = responder.opened(self.now, tls=tls)
        if tls:
            self._happens(Event(EventKind.TLS))
        if early:
            self._tell(early)
            wire += responder.received(early, self.now)
        self._hear(wire)

    def say(self, data: bytes) -> None:
        """Send *data*, whole lines in one piece; UsageError if the server hangs up at once."""
        if self.responder is None:
            self.connect()
        responder = self.responder
        if responder is None:
            raise UsageError(tr("the server hangs up before a line can be said"))
        if responder.wish is Wish.CLOSE:
            return
        self.now += 1
        known = responder.history[-1] if responder.history else None
        self._tell(data)
        before = len(self.moments)
        self._hear(responder.received(data, self.now))
        self._name_rules(responder, known, before)

    def shake_hands(self) -> None:
        """The TLS handshake takes place; UsageError if the server does not wait for one."""
        responder = self.responder
        if responder is None or responder.wish is not Wish.TLS:
            raise UsageError(tr("the server does not wait for a TLS handshake"))
        wire = responder.tls_started(self.now, TLS_WORDS)
        self._happens(Event(EventKind.TLS))
        self._hear(wire)  # only a server that was told something in clear speaks now

    def wait(self, seconds: float) -> None:
        """The world's clock is put forward; sessions do not time out by that."""
        self.world.skipped += seconds
        self._tell_happenings()

    def hang_up(self) -> None:
        """The client drops the connection, if there is one."""
        if self.responder is not None:
            self.responder.closed(self.now)
            self._ended("client")

    def put_tools_away(self) -> None:
        """From now on lines are sent as the shell sends them, not as some other tool does."""
        self.eol, self.eats = b"\r\n", False

    # ------------------------------------------------------------ the world

    def prepare(self, setup: Setup) -> None:
        """Change the world as a step wants it."""
        table = setup.table
        if "server" in table:
            self.hang_up()
            self.server = table["server"]
        changes = {key: table[key] for key in ("scenario", "door", "seed") if key in table}
        if "personality" in table:
            changes["personality"] = self._instead = table["personality"]
        if changes:
            self.hang_up()
            self._servers[self.server] = self._servers[self.server]._replace(**changes)
        if "inject_reply" in table:
            self.hang_up()
            self._rules[self.server] = (table["inject_reply"], setup.where)
        if table.get("new_session"):
            self.hang_up()
        if "ip" in table or "host" in table:
            self._move_to(table.get("ip", ""), table.get("host", ""))
        if "advance_clock" in table:
            self.wait(table["advance_clock"])
        for letter in table.get("mail_arrives", ()):
            put_letter(self.part, letter["from"], letter["to"], letter["text"], self.at)
        self._tell_happenings()

    def take_for(self, host: Host | None) -> None:
        """From now on the server takes the client for this *host*."""
        world = self.world
        world.host_of_peer = host
        if self.responder is not None:
            self.responder.take_for(world.taken_for(PEER))

    def _move_to(self, address: str, name: str) -> None:
        before = self.world.host_of_peer or Host(PEER)
        self.take_for(Host(address or before.address, name or before.name))

    # ------------------------------------------------------------ inside

    def _part(self, server: Server, rules: Rules, where: str) -> Part:
        key = (server, id(rules) if rules else 0)
        found = self._parts.get(key)
        if found is None:
            world = (server.scenario, server.seed)
            made = make_part(server, self._shelf, self._instead, self._worlds.get(world))
            self._worlds[world] = made.world
            nature = with_rules(made.personality, rules, where)
            found = Part(nature, made.world, made.name, can_tls=made.can_tls) if rules else made
            self._parts[key] = found
        return found

    def _tell(self, data: bytes) -> None:
        """The watch hears the client."""
        *lines, rest = data.split(b"\r\n")
        for line in lines:
            self._happens(Event(EventKind.CLIENT, line))
        if rest:
            self._happens(Event(EventKind.CLIENT, rest, eol=b""))

    def _hear(self, wire: bytes) -> None:
        """The watch hears the server, who may take its time or hang up."""
        responder = self.responder
        assert responder is not None
        for _ in range(MOST_WAITS):
            for line in wire.split(b"\r\n")[:-1]:
                self._happens(Event(EventKind.SERVER, line))
            if responder.wish is Wish.DRAIN:
                wire = responder.drained(self.now)
            elif responder.wish is Wish.WAIT or not self.watch.session.greeted_by_server:
                self.now = max(self.now, responder.deadline)
                wire = responder.timer(self.now)
            else:
                break
        self._tell_happenings()
        if responder.wish is Wish.CLOSE:
            responder.closed(self.now, "server")
            self._ended("server")

    def _ended(self, by: str) -> None:
        self.responder = None
        self._happens(Event(EventKind.CLOSE, detail={"by": by}))

    def _happens(self, event: Event) -> None:
        self._keep(self._feed.feed(event))

    def _keep(self, moments: Moments, at: float | None = None) -> None:
        for moment in moments:
            moment.lesson, moment.step = self.lesson.id, self.step
            if self._known is not None:
                moment.peer = self._known.on(moment)
                moment.more = {**moment.more, "score": self._known.scores}
            self.moments.append((moment, self.at if at is None else at))

    def _tell_happenings(self) -> None:
        world = self.world
        world.run_queue(self.now)
        happenings = world.happenings
        read = self._read.get(world, 0)
        self._read[world] = happenings.number
        for happening in happenings.since(read):
            self._keep(moments_of(happening, happenings, self.watch), happening.at)

    def _name_rules(self, responder: Responder, known: Any, before: int) -> None:
        """Say of each reply which rule or situation it came from."""
        new = []
        for move in reversed(responder.history):
            if move is known:
                break
            if move.wire:
                new.append(move)
        for moment, _ in self.moments[before:]:
            if moment.on == "reply" and new:
                moment.more = {**moment.more, "rule": new.pop().answer.name}
