"""The practice server as a place: its sessions, its people, and what only it can tell.

The server runs in this process. It is started when the first connection is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.shell.banner import DEFAULT_PERSONALITY, DEFAULT_SEED
from smtpshell.shell.glass_box import reason_words, view_rows
from smtpshell.shell.place import Pairs, People, Place
from smtpshell.shell.record import Record, Records

if TYPE_CHECKING:
    from pathlib import Path

    from smtpshell.fact.watch import Moments, Watch
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.net.client import Client
    from smtpshell.sandbox.mind.point import Point
    from smtpshell.sandbox.mind.view import ServerView
    from smtpshell.sandbox.nature.scenario import Host
    from smtpshell.sandbox.server import PracticeServer
    from smtpshell.sandbox.world.happening import Happening
    from smtpshell.sandbox.world.outgoing import Outgoing

DESK = "desk7.office.test"  # what the learner's machine may call itself in practice


class PracticePlace(Place):
    """A practice server of this *personality*, in this process."""

    where = "practice"
    rewinds = True
    words = marked("The practice server: nothing leaves this machine.")

    def __init__(
        self,
        personality: str = DEFAULT_PERSONALITY,
        seed: int = DEFAULT_SEED,
        records: Records | None = None,
        scenario: str = "",
    ) -> None:
        super().__init__(Target("127.0.0.1", 25), records)
        self.personality = personality
        self.scenario = scenario  # "" is where the personality is at home
        self.seed = seed
        self._server: PracticeServer | None = None
        self._people: Pairs = ()
        self._told: tuple[Happening, ...] = ()  # those that `news` has given
        self.folders: Sequence[Path] = ()  # searched before ours for servers and scenarios

    @property
    def house(self) -> str:
        """The name of the scenario at hand."""
        return self._server.world.scenario.id if self._server is not None else self.scenario

    async def prepare(self) -> None:
        if self._server is not None and self._server.seed != self.seed:
            await self.close()
        if self._server is None:
            from smtpshell.sandbox.start import start

            self._server = await start(
                self.personality,
                scenario=self.scenario or None,
                seed=self.seed,
                folders=self.folders,
            )
            self.target = Target("127.0.0.1", self._server.port)
            self._know_people()

    def _know_people(self) -> None:
        world = self._running_server().world
        self._people = tuple(
            (world.address(local_part), person.name)
            for local_part, person in world.scenario.people.items()
            if person.has_mailbox
        )

    async def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.close()

    def trust(self) -> Trust:
        assert self._server is not None
        server = self._server
        # The CA is made when TLS is first asked for, and that is before it is asked for here.
        return Trust(ca_pem=lambda: server.ca_pem.decode("ascii"), name=server.name)

    def open_record(self) -> Record:
        return self.records.open(self.target, self.personality, str(self.seed))

    def people(self) -> People:
        host = self.host()
        if host is not None and host.name:
            return (((host.name, marked("the host you are")),), self._people, self._people)
        return (((DESK, marked("a name for your machine")),), self._people, self._people)

    def peer(self, client: Client | None = None) -> dict[str, Any]:
        known = {"port": self.target.port, "personality": self.personality}
        return FoundOut(known, lambda name: self._find_out(client, name))

    def _find_out(self, client: Client | None, name: str) -> Any:
        if self._server is None or client is None:
            return None
        known = self._server.known(client.port)
        return known.get(name) if known is not None else None

    def zone(self) -> ZoneResolver | None:
        return self._server.world.zone if self._server is not None else None

    def reset_zone(self) -> None:
        if self._server is not None:
            self._server.world.reset_zone()

    def host(self) -> Host | None:
        if self._server is None:
            return None
        from smtpshell.sandbox.nature.scenario import Host

        return self._server.world.host_of_peer or Host(self.target.host)

    def take_for(self, host: Host | None, client: Client | None) -> None:
        if self._server is not None:
            self._server.take_for(host, client.port if client is not None else 0)

    def mailboxes(self) -> dict[str, list[bytes]]:
        if self._server is None:
            return {}
        self._server.happened(0)
        boxes = self._server.world.mailboxes.items()
        return {address: [letter.raw for letter in letters] for address, letters in boxes}

    def news(self) -> list[Happening]:
        if self._server is None:
            return []
        self._server.happened(0)
        happenings = self._server.world.happenings
        # Numbers would not do: whoever goes back in the session has the same ones once more.
        told = {id(one) for one in self._told}
        found = [one for one in happenings if id(one) not in told]
        self._told = tuple(happenings)
        return found

    def moments(self, happening: Happening, watch: Watch) -> Moments:
        from smtpshell.sandbox.world.happening import moments_of

        assert self._server is not None  # somebody told us of the happening
        return moments_of(happening, self._server.world.happenings, watch)

    def queue(self) -> tuple[Outgoing | None, float]:
        if self._server is None:
            return None, 0.0
        world = self._server.world
        return world.outgoing, world.now(self._server.now())

    def hurry_queue(self) -> int:
        queue, now = self.queue()
        if queue is None or self._server is None:
            return 0
        waiting = {entry.message.id for entry in queue.entries()}
        queue.hurry(now)
        self._server.happened(0)
        return len(waiting)

    def reason(self, client: Client | None) -> str:
        view = self._view(client)
        if view is None or not view.verdicts:
            return ""
        return reason_words(view.verdicts[-1].reason)

    def reasons(self, client: Client | None) -> list[str]:
        view = self._view(client)
        return [judged.reason.said().brief for judged in view.verdicts] if view is not None else []

    def view(self, client: Client | None) -> list[tuple[str, str]]:
        view = self._view(client)
        if view is None:
            return [(tr("session"), tr("none yet"))]
        server, *rows = view_rows(view)
        port = tr(
            "{port} of {host}: other programs here get in as well",
            port=self.target.port,
            host=self.target.host,
        )
        return [server, (tr("port"), port), *rows]

    def keep(self, client: Client) -> Point | None:
        return self._server.keep(client.port) if self._server is not None else None

    def rewind(self, client: Client, to: Point) -> bool:
        return self._server is not None and self._server.rewind(client.port, to)

    def resume(self, old_port: int, new_port: int, to: Point, more: bytes) -> Awaitable[None]:
        assert self._server is not None
        return self._server.resume(old_port, new_port, to, more)

    # What a learner may do to the practice server

    def fault(self, client: Client | None, words: str) -> bool:
        """Order a fault; False if it is one for the next session. UsageError: wrong words."""
        server = self._running_server()
        return server.fault(client.port if client is not None else 0, words)

    def faults(self, client: Client | None) -> tuple[list[str], list[str]]:
        """The orders that are still to come: in this session, and in the next one."""
        from smtpshell.sandbox.mind.injected import order_of

        rules = self._running_server().faults(client.port if client is not None else 0)
        now, later = ({rule.name: order_of(rule) for rule in some} for some in rules)
        return list(now.values()), list(later.values())

    def clear_faults(self, client: Client | None) -> None:
        """None of them is to come any more."""
        self._running_server().clear_faults(client.port if client is not None else 0)

    def now(self) -> float:
        """What the world's clock says, in seconds since 1970."""
        server = self._running_server()
        return server.world.now(server.now())

    def skip(self, seconds: float) -> None:
        """Put that clock forward; `news` has what happened meanwhile."""
        self._running_server().skip(seconds)

    def _running_server(self) -> PracticeServer:
        if self._server is None:
            raise UsageError(tr("the practice server has not begun yet"), hint=":connect practice")
        return self._server

    def _view(self, client: Client | None) -> ServerView | None:
        if self._server is None or client is None:
            return None
        return self._server.view(client.port)


class FoundOut(dict[str, Any]):
    """Facts that are known, and others that *find* finds out when they are asked for."""

    def __init__(self, known: dict[str, Any], find: Callable[[str], Any]) -> None:
        super().__init__(known)
        self._find = find

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        found = self._find(name)
        return default if found is None else found
