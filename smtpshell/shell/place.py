"""Where the shell talks to: a server that somebody named, or a practice server (`practice`).

A place makes clients. It also knows names and addresses that make sense there, for completion: on
the practice server those of its people, on a real one only what the learner has typed.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import marked, tr
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.shell.banner import is_loopback
from smtpshell.shell.record import Record, Records
from smtpshell.smtp.event import Event

if TYPE_CHECKING:
    from smtpshell.fact.watch import Moments, Watch
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.net.client import Client
    from smtpshell.sandbox.mind.point import Point
    from smtpshell.sandbox.nature.scenario import Host
    from smtpshell.sandbox.world.happening import Happening
    from smtpshell.sandbox.world.outgoing import Outgoing

Pair = tuple[str, str]
Pairs = tuple[Pair, ...]
People = tuple[Pairs, Pairs, Pairs]


class Place:
    """Base of both: a target to connect to, and what is known around it."""

    where = "live"
    rewinds = False  # can a session be taken back here?
    words = ""  # where one is, said when one comes here from another place

    def __init__(self, target: Target, records: Records | None = None) -> None:
        self.target = target
        self.records = records or Records()

    async def prepare(self) -> None:
        """Make ready what the first connection needs."""

    async def close(self) -> None:
        """Clear away what `prepare` made."""

    def trust(self) -> Trust:
        """Whom to believe about certificates."""
        raise NotImplementedError

    def client(self, hear: Callable[[Event], None]) -> Client:
        from smtpshell.net.client import Client

        return Client(self.target, hear, trust=self.trust())

    def open_record(self) -> Record:
        """A transcript for the next connection."""
        return self.records.open(self.target)

    def people(self) -> People:
        """Names for EHLO, senders, recipients; each with a word about it."""
        raise NotImplementedError

    def peer(self, client: Client | None = None) -> dict[str, Any]:
        """Facts about the two hosts, for notes."""
        return {"port": self.target.port}

    # What only a place with several servers has

    def servers(self) -> tuple[str, ...]:
        """The names of its servers; none if there is only one."""
        return ()

    def turn_to(self, name: str) -> bool:
        """Let the next connection lead to the server of this *name*; False if there is none."""
        return False

    # What only a practice server can tell

    def zone(self) -> ZoneResolver | None:
        """The scenario's own DNS."""
        return None

    def reset_zone(self) -> None:
        """Its DNS as it was in the beginning."""

    def host(self) -> Host | None:
        """The host that the client is taken for."""
        return None

    def take_for(self, host: Host | None, client: Client | None) -> None:
        """Let it be taken for *host*; None for the one it was taken for in the beginning."""

    def mailboxes(self) -> dict[str, list[bytes]]:
        """The stored letters, raw, by address."""
        return {}

    def news(self) -> list[Happening]:
        """What has happened to letters since this was asked last."""
        return []

    def moments(self, happening: Happening, watch: Watch) -> Moments:
        """What that is to notes."""
        return ()

    def queue(self) -> tuple[Outgoing | None, float]:
        """The letters that wait, and what the world's clock says."""
        return None, 0.0

    def hurry_queue(self) -> int:
        """Try everything in the queue now; how many letters that were."""
        return 0

    def reason(self, client: Client | None) -> str:
        """Why the server answered as it did last."""
        return ""

    def reasons(self, client: Client | None) -> list[str]:
        """Why the server answered as it did, each time in this session, as far as it is kept."""
        return []

    def view(self, client: Client | None) -> list[tuple[str, str]]:
        """What the server thinks."""
        return []

    def keep(self, client: Client) -> Point | None:
        """The server's side of the session as it stands, to come back to."""
        return None

    def rewind(self, client: Client, to: Point) -> bool:
        """Put the server back while the connection stays; False if that cannot be."""
        return False

    def resume(self, old_port: int, new_port: int, to: Point, more: bytes) -> Awaitable[None]:
        """Who comes from *new_port* goes on from there, having said *more*; done when they do."""
        raise NotImplementedError


class LivePlace(Place):
    """A server that somebody named; mail is real unless it is on this machine."""

    def __init__(self, target: Target, cafile: str = "", records: Records | None = None) -> None:
        super().__init__(target, records)
        self._cafile = cafile
        self.where = "live"
        if is_loopback(target.host):
            self.where = "loopback"
            self.words = tr("Server {target} on this machine.", target=target)

    def trust(self) -> Trust:
        return Trust(cafile=self._cafile)

    def people(self) -> People:
        """This machine's own name; addresses only as far as the learner has typed them."""
        if self.where == "loopback":
            return ((("[127.0.0.1]", marked("this machine's address on itself")),), (), ())
        name = os.uname().nodename if hasattr(os, "uname") else ""
        return (((name, marked("the name of this machine")),) if "." in name else (), (), ())
