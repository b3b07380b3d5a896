"""The listener: the one file of this room that opens sockets, and only to listen.

What goes on at a socket that a client has come in by is told in `connection`. Nothing in here
connects to anybody. What the practice server takes in stays in its memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING

from smtpshell.errors import UsageError
from smtpshell.sandbox.between import responder_at
from smtpshell.sandbox.certificate import ServerCertificate
from smtpshell.sandbox.connection import Connection
from smtpshell.sandbox.door import (
    Doors,
    close_door,
    is_loopback,
    listen,
    listen_unix,
    make_room_for,
)
from smtpshell.sandbox.keeper import Keeper
from smtpshell.sandbox.keeping import KeepingWorld
from smtpshell.sandbox.maildir import Maildirs
from smtpshell.sandbox.part import Part
from smtpshell.sandbox.peer import PeerFacts
from smtpshell.sandbox.personality import build_personality, home_of, line_of
from smtpshell.sandbox.point import Point, Resumption, go_back, point_of
from smtpshell.sandbox.responder import Responder, Wish
from smtpshell.sandbox.scenario import load_scenario
from smtpshell.sandbox.scripted import ScriptedResponder
from smtpshell.sandbox.terms import NO_TERMS, Terms, on_terms, with_users
from smtpshell.sandbox.view import ServerView, view_of
from smtpshell.sandbox.witness import Heard, LoudRecord
from smtpshell.sandbox.world import World

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Coroutine, Iterable, Sequence
    from typing import Any

    from smtpshell.fact.moment import Known
    from smtpshell.sandbox.happening import Happening
    from smtpshell.sandbox.personality import Personality
    from smtpshell.sandbox.rule import Rule
    from smtpshell.sandbox.scenario import Host
    from smtpshell.sandbox.script import Script
    from smtpshell.sandbox.witness import Hear
    from smtpshell.smtp.event import Event

CERTIFIED = ("localhost", "127.0.0.1", "::1")  # beside the server's own name
HOUSE = "small-office"  # the scenario if none is named
MOST_SESSIONS = 1000
MOST_OF_ONE_CLIENT = 40
SWEEP = 5.0  # seconds between looks at who has been silent for too long, at most
KEPT_SESSIONS = 32  # that have ended and can still be looked at
PARTING = 0.25  # seconds that sessions get to end in when the server stops


class PracticeServer:
    """A running practice server; see `start`. Ports that were not asked for are None."""

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
        self.world = world
        self.epoch = time() - monotonic()
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
        self._open: set[Connection] = set()
        self._clients: Counter[str] = Counter()
        self.awaited: dict[int, Resumption] = {}  # by the port a client will come from
        self._past: dict[int, Responder] = {}  # by the client's port, the last that have ended
        self._next: tuple[Rule, ...] = ()  # faults ordered for the next session
        self._ordered = 0  # faults so far
        self._sweeper: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._certificate = certificate
        self._keeper = keeper
        self._script = script
        self._scripted = 0  # sessions that had a script
        self._hear = hear
        self._making = Lock()

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

    def take_for(self, host: Host | None, peer_port: int = 0) -> None:
        """Take every client from now on for *host*, None for who the scenario says it is.

        The open session with the client at *peer_port* goes on as if it had always come from there.
        """
        self.world.host_of_peer = host or self.world.scenario.client
        for connection in self._open:
            if connection.port == peer_port:
                connection.responder.take_for(self.world.taken_for(connection.address))

    def known(self, peer_port: int) -> Known | None:
        """What can be known of the client at this port: the facts `peer.*` and `sender.*`."""
        responder = self._session(peer_port)
        return PeerFacts(responder) if responder is not None else None

    def fault(self, peer_port: int, words: str) -> bool:
        """Order a fault, in words as `injected` has them, for the session with that client.

        False: it is for the next session, because there is none or the fault is one of its
        beginning. UsageError says what is wrong with the words.
        """
        from smtpshell.sandbox.injected import comes_first, pending, read_fault

        rules = read_fault(words, self._ordered + 1)
        self._ordered += 1
        responder = self._open_session(peer_port)
        if responder is None or any(map(comes_first, rules)):
            self._next += rules
            return False
        responder.refit((*pending(responder), *rules))
        return True

    def faults(self, peer_port: int) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The rules of faults that are still to come: in this session, and in the next one."""
        from smtpshell.sandbox.injected import pending

        responder = self._open_session(peer_port)
        return pending(responder) if responder is not None else (), self._next

    def clear_faults(self, peer_port: int) -> None:
        """No fault that was ordered is to come any more."""
        self._next = ()
        responder = self._open_session(peer_port)
        if responder is not None:
            responder.refit(())

    def _open_session(self, peer_port: int) -> Responder | None:
        found = next((one.responder for one in self._open if one.port == peer_port), None)
        return found if found is not None and found.wish is not Wish.CLOSE else None

    def view(self, peer_port: int) -> ServerView | None:
        """What the server thinks of the session with the client at this port, open or ended."""
        responder = self._session(peer_port)
        return view_of(responder) if responder is not None else None

    def mind(self, peer_port: int) -> Responder | None:
        """The server's side of the open session with that client, to be copied, not to be told."""
        return self._open_session(peer_port)

    def scores(self, peer_port: int) -> dict[str, float]:
        """The points that rules have given in that session, by tally."""
        responder = self._session(peer_port)
        return dict(responder.scores or {}) if responder is not None else {}

    def rule(self, peer_port: int, before: int = 0) -> str:
        """The situation or rule that the last reply but *before* came from, "" if there is none."""
        responder = self._session(peer_port)
        answered = [move for move in responder.history if move.wire] if responder else []
        return answered[-1 - before].answer.name if len(answered) > before else ""

    def events(self, peer_port: int) -> Iterable[Event]:
        """What was said in that session, as far as it is kept."""
        responder = self._session(peer_port)
        return responder.record.events() if responder is not None else ()

    def keep(self, peer_port: int) -> Point | None:
        """Where that session and the world stand now, to come back to; None if it is over."""
        connection = self._connection(peer_port)
        if connection is None or connection.responder.wish is not Wish.READ:
            return None
        return point_of(connection.responder, self.now())

    def rewind(self, peer_port: int, to: Point) -> bool:
        """Put the world and that session back while its connection stays.

        False, and nothing has happened, if the connection is not open, or is under TLS where it was
        not then or the other way round: `resume` does it on another one.
        """
        connection = self._connection(peer_port)
        if connection is None:
            return False
        wish, tls = connection.responder.wish, connection.responder.standing.tls
        if wish is not Wish.READ or tls is not to.responder.standing.tls:
            return False
        connection.go_on_as(go_back(to, self.now()))
        return True

    def resume(
        self, peer_port: int, new_port: int, to: Point, more: bytes = b""
    ) -> Awaitable[None]:
        """The next client from *new_port* goes on from there, after *more* that it had said.

        The connection from *peer_port* is cut. The world goes back when that client has come, and
        has shaken hands if there was TLS; that can be waited for.
        """
        connection = self._connection(peer_port)
        if connection is not None:
            connection.give_up()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.awaited[new_port] = Resumption(to, more, lambda: done.set_result(None))
        return done

    def _connection(self, peer_port: int) -> Connection | None:
        return next((one for one in self._open if one.port == peer_port), None)

    def _session(self, peer_port: int) -> Responder | None:
        connection = self._connection(peer_port)
        return connection.responder if connection is not None else self._past.get(peer_port)

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
            words = f"{self.personality.id} is weak on purpose, so it serves this machine alone"
            raise UsageError(f"{words}, not {host}", hint=self.personality.weak)
        listener = await listen(partial(self._admitted, door), host, port)
        self._listeners.append(listener)
        found: int = listener.sockets[0].getsockname()[1]
        return found

    def _admitted(self, door: str) -> Connection:
        return Connection(self, self.part(door))


async def start(
    personality: str = "postfix-like",
    *,
    scenario: str | None = None,
    seed: int = 7,
    host: str = "127.0.0.1",
    port: int | None = 0,
    submission_port: int | None = 0,
    tls_port: int | None = 0,
    lmtp_port: int | None = None,
    unix: str = "",
    lmtp_unix: str = "",
    folders: Sequence[Path] = (),
    most_sessions: int = MOST_SESSIONS,
    most_of_one: int = MOST_OF_ONE_CLIENT,
    terms: Terms = NO_TERMS,
    certificate: ServerCertificate | None = None,
    maildir: Path | None = None,
    script: Script | None = None,
    hear: Hear | None = None,
) -> PracticeServer:
    """Start a practice server, listening on loopback; a port of 0 is any free one, None is none.

    Without a *scenario* it is the one where the personality is at home, or else the small office.
    *folders* are shaped like `lessons/sandbox` and are searched before our own for the personality
    and the scenario. The same *seed*, input and times give the same session, to the byte.

    *unix* and *lmtp_unix* are paths of sockets in the file system. With a *maildir* no letter is
    acknowledged before it is safe on disk. A *script* answers instead of the personality. *hear* is
    called, in the loop, with whatever happens.
    """
    make_room_for(most_sessions)
    line = line_of(personality, [folder / "personalities" for folder in folders])
    wanted = scenario or home_of(line) or HOUSE
    setting = load_scenario(wanted, [folder / "scenarios" for folder in folders], seed)
    setting = with_users(setting, terms.users)
    if not is_loopback(host):  # passwords would cross the network in clear
        terms = terms._replace(clear_logins=False)
    nature = build_personality(line, setting.house)
    keeper = None
    world = World(setting, seed)
    if maildir is not None:
        world = keeping = KeepingWorld(setting, seed)
        keeper = Keeper(keeping, Maildirs(maildir, keeping.own_mailboxes()))
    server = PracticeServer(
        on_terms(nature, terms),
        world,
        most_sessions=most_sessions,
        most_of_one=most_of_one,
        certificate=certificate,
        keeper=keeper,
        script=script,
        hear=hear,
    )
    return await _opened(
        server, Doors(host, port, submission_port, tls_port, lmtp_port, unix, lmtp_unix)
    )


async def open_server(personality: Personality, world: World, doors: Doors) -> PracticeServer:
    """Start a practice server of this nature in a *world* that may have others in it."""
    make_room_for(MOST_SESSIONS)
    server = PracticeServer(
        personality, world, most_sessions=MOST_SESSIONS, most_of_one=MOST_OF_ONE_CLIENT
    )
    return await _opened(server, doors)


async def _opened(server: PracticeServer, doors: Doors) -> PracticeServer:
    try:
        await server.open(doors)
    except BaseException:
        await server.close()
        raise
    return server
