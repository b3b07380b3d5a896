"""What can be asked about the sessions of a running server, and done to them, from outside.

The shell's side of it: the glass box, faults by hand, going back. A session is known by the port
that its client comes from. No bytes are read or written here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from smtpshell.sandbox.check.peer import PeerFacts
from smtpshell.sandbox.mind.point import Point, Resumption, go_back, point_of
from smtpshell.sandbox.mind.speaker import Wish
from smtpshell.sandbox.mind.view import ServerView, view_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from smtpshell.fact.moment import Known
    from smtpshell.sandbox.mind.responder import Responder
    from smtpshell.sandbox.nature.rule import Rule
    from smtpshell.sandbox.nature.scenario import Host
    from smtpshell.sandbox.wire.connection import Connection
    from smtpshell.sandbox.world.world import World
    from smtpshell.smtp.event import Event


class Register:
    """The sessions of a server in this *world*: open ones, and the last that have ended."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.awaited: dict[int, Resumption] = {}  # by the port a client will come from
        self._open: set[Connection] = set()
        self._past: dict[int, Responder] = {}  # by the client's port, the last that have ended
        self._next: tuple[Rule, ...] = ()  # faults ordered for the next session
        self._ordered = 0  # faults so far

    def now(self) -> float:
        """Seconds since 1970, by the server's clock."""
        raise NotImplementedError

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
        from smtpshell.sandbox.mind.injected import comes_first, pending, read_fault

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
        from smtpshell.sandbox.mind.injected import pending

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

        def resumed() -> None:
            if not done.done():  # nobody waits for it any more
                done.set_result(None)

        self.awaited[new_port] = Resumption(to, more, resumed)
        # Whoever comes from that port later is somebody else.
        done.add_done_callback(lambda _: self.awaited.pop(new_port, None))
        return done

    def _connection(self, peer_port: int) -> Connection | None:
        return next((one for one in self._open if one.port == peer_port), None)

    def _session(self, peer_port: int) -> Responder | None:
        connection = self._connection(peer_port)
        return connection.responder if connection is not None else self._past.get(peer_port)
