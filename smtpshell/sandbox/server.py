"""The listener: the one file of this room that opens sockets, and only to listen.

What goes on at a socket that a client has come in by is told in `connection`. Nothing in here
connects to anybody. What the practice server takes in stays in its memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.wire.certificate import ServerCertificate
from smtpshell.sandbox.wire.channel import new_room
from smtpshell.sandbox.wire.connection import Connection
from smtpshell.sandbox.wire.door import Doors, close_door, is_loopback, listen, listen_unix
from smtpshell.sandbox.wire.reading import Readers, readers_in
from smtpshell.sandbox.wire.register import Register
from smtpshell.sandbox.wire.witness import Heard, LoudRecord

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine
    from typing import Any

    from smtpshell.sandbox.nature.personality import Personality
    from smtpshell.sandbox.nature.script import Script
    from smtpshell.sandbox.wire.keeper import Keeper
    from smtpshell.sandbox.wire.witness import Hear
    from smtpshell.sandbox.world.happening import Happening
    from smtpshell.sandbox.world.world import World

CERTIFIED = ("localhost", "127.0.0.1", "::1")  # beside the server's own name
SWEEP = 5.0  # seconds between looks at who has been silent for too long, at most
KEPT_SESSIONS = 32  # that have ended and can still be looked at
PARTING = 0.25  # seconds that sessions get to end in when the server stops


class PracticeServer(Register):
    """A running practice server; see `start.start`. Ports that were not asked for are None."""

    def __init__(
        self,
        personality: Personality,
        world: World,
        *,
        most_sessions: int,
        most_of_one: int,
        certificate: ServerCertificate | None = None,
        keeper: Keeper | None = None,
        script: Script | None = None,
        hear: Hear | None = None,
    ) -> None:
        self.personality = personality
        super().__init__(world)
        self.epoch = time() - monotonic()
        self.room = new_room()
        self.port = 0
        self.submission_port: int | None = None
        self.tls_port: int | None = None
        self.lmtp_port: int | None = None
        timing = personality.timing
        waits = [timing.idle, timing.line, *(r.silence for r in personality.rules if r.silence)]
        self._sweep_every = max(0.02, min(SWEEP, min(waits) / 10))
        self._most_sessions = most_sessions
        self._most_of_one = most_of_one
        self._parts: dict[str, Part] = {}
        self._listeners: list[asyncio.Server] = []
        self._clients: Counter[str] = Counter()
        self._sweeper: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._certificate = certificate
        self._keeper = keeper
        self._script = script
        self._scripted = 0  # sessions that had a script
        self._hear = hear
        self._making = Lock()
        self.readers: Readers | None = None

    @property
    def name(self) -> str:
        """The host name it goes by."""
        return self.world.scenario.host

    @property
    def seed(self) -> int:
        return self.world.seed

    @property
    def certificate(self) -> ServerCertificate:
        """The throw-away certificate; making it takes a moment, the first time."""
        with self._making:  # a handshake has it made beside the loop, perhaps at this very moment
            if self._certificate is None:
                self._certificate = ServerCertificate((self.name, *CERTIFIED))
            return self._certificate

    @property
    def ca_pem(self) -> bytes:
        """The certificate of the CA that a client has to trust, in PEM."""
        return self.certificate.ca_pem

    def part(self, door: str) -> Part:
        """The part played at a *door*; made when the first client comes in by it."""
        found = self._parts.get(door)
        if found is None:
            found = self._parts[door] = Part(self.personality, self.world, door)
        return found

    def now(self) -> float:
        """Seconds since 1970, by a clock that is never put back."""
        return monotonic() + self.epoch

    def skip(self, seconds: float) -> list[Happening]:
        """Put the world's clock forward: what happens by that. No session times out by it."""
        seen = self.world.happenings.number
        self.world.skipped += seconds
        return self.happened(seen)

    def happened(self, since: int) -> list[Happening]:
        """What has happened in the world, up to now, after the happening of that number."""
        self.world.run_queue(self.now())
        if self.world.unkept and self._keeper is not None:
            self._keeper.put_away()
        return self.world.happenings.since(since)

    async def close(self) -> None:
        """Stop listening and end every session with 421."""
        for listener in self._listeners:
            close_door(listener)
        if self._keeper is not None:
            await self._keeper.finish()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in list(self._open):
            connection.stop()
        deadline = monotonic() + PARTING
        while self._open and monotonic() < deadline:
            await asyncio.sleep(0.01)
        for connection in list(self._open):
            connection.abort()
        if self._keeper is not None:
            self._keeper.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is told so in the loop's next turn
        if self.readers is not None:
            self.readers.close()

    async def __aenter__(self) -> PracticeServer:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    # ------------------------------------------------------------ for connections

    def admit(self, connection: Connection, peer: str, port: int) -> str:
        """Take the client in, or say in which situation it cannot be."""
        if len(self._open) >= self._most_sessions:
            return "crowded"
        if self._clients[peer] >= self._most_of_one:
            return "crowded-you"
        self._open.add(connection)
        if self._next:
            connection.responder.refit(self._next)
            self._next = ()
        self._clients[peer] += 1
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(self._sweep_every, self._sweep)
        return ""

    def _sweep(self) -> None:
        """Ring at those whose time is up. One timer for all: idle sessions are to cost nothing."""
        self._sweeper = None
        now = self.now()
        for connection in [one for one in self._open if one.responder.deadline <= now]:
            if connection.responder.wish is not Wish.CLOSE:
                connection.ring()
        if self._open:
            self._sweeper = asyncio.get_running_loop().call_later(self._sweep_every, self._sweep)

    def forget(self, connection: Connection, peer: str, port: int) -> None:
        """The connection is gone."""
        if connection not in self._open:
            return
        self._open.discard(connection)
        self._clients[peer] -= 1
        if not self._clients[peer]:
            del self._clients[peer]
        self._past.pop(port, None)
        self._past[port] = connection.responder
        if len(self._past) > KEPT_SESSIONS:
            del self._past[next(iter(self._past))]

    async def tls_context(self) -> ssl.SSLContext:
        """The TLS context; what makes it is imported and run beside the loop, the first time."""
        if self._certificate is None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, lambda: self.certificate)
        return self.certificate.context

    def session(self, connection: Connection, door: Part) -> Responder:
        """The mind of a new session at a *door*."""
        if self._script is None:
            responder = responder_at(door)
        else:
            from smtpshell.sandbox.mind.scripted import ScriptedResponder

            responder = ScriptedResponder(door, self._script.steps_of(self._scripted))
            self._scripted += 1
        if self._hear is not None:
            responder.record = LoudRecord(partial(self._overheard, connection))
        return responder

    def put_away(self, connection: Connection) -> None:
        """Put away what its session brought, and tell it so."""
        assert self._keeper is not None  # without one no session wishes for it
        self._keeper.put_away(connection.kept)

    def _overheard(
        self,
        connection: Connection,
        record: LoudRecord,
        at: float,
        kind: int,
        data: bytes,
        reply: bytes,
    ) -> None:
        assert self._hear is not None
        one = connection.responder
        moves = tuple(one.history[-2:])
        where = (one.number, one.part.name, one.peer, connection.port)
        self._hear(Heard(*where, record.began, at, kind, data, reply, record.tls, moves))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside the rest, until it is done or the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def open(self, doors: Doors) -> None:
        """Open all these doors, or raise ConnectError."""
        self.readers = readers_in(asyncio.get_running_loop())
        host, found = doors.host, self._enter
        if doors.port is not None:
            self.port = await found("mx", host, doors.port)
        if doors.submission_port is not None:
            self.submission_port = await found("submission", host, doors.submission_port)
        if doors.tls_port is not None:
            self.tls_port = await found("smtps", host, doors.tls_port)
        if doors.lmtp_port is not None:
            self.lmtp_port = await found("lmtp", host, doors.lmtp_port)
        for door, path in (("mx", doors.unix), ("lmtp", doors.lmtp_unix)):
            if path:
                make = partial(self._admitted, door)
                self._listeners.append(await listen_unix(make, path))

    async def _enter(self, door: str, host: str, port: int) -> int:
        """Open the *door* at this port, 0 for any free one; which one it became.

        UsageError for a server that is weak on purpose, anywhere but on this machine.
        """
        if self.personality.weak and not is_loopback(host):
            words = tr(
                "{name} is weak on purpose, so it serves this machine alone, not {host}",
                name=self.personality.id,
                host=host,
            )
            raise UsageError(words, hint=tr(self.personality.weak))
        listener = await listen(partial(self._admitted, door), host, port)
        self._listeners.append(listener)
        found: int = listener.sockets[0].getsockname()[1]
        return found

    def _admitted(self, door: str) -> Connection:
        return Connection(self, self.part(door))
