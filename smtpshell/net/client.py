"""One live connection: what is sent goes out at once, what comes in is an event at once.

The client sends nothing by itself. Two things it does unasked: when STARTTLS has been answered by
220 it shakes hands, as nothing else can follow on that connection; and it hangs up on a server that
breaks a limit, keeps it waiting for longer than RFC 5321 asks a client to wait, or slips clear text
in where TLS has to begin.

A certificate that cannot be verified stops everything (`held`) until the owner says
`accept_certificate()` or hangs up; not a byte of SMTP travels in between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.connect import open_from, open_stream
from smtpshell.net.connection import CLOSED, DROPPED, SILENCE_SECONDS, Connection
from smtpshell.net.dialogue import Dialogue, End
from smtpshell.net.stream import Stream
from smtpshell.net.target import Target
from smtpshell.net.tls import verify, verifying_context
from smtpshell.net.tls_layer import PlaintextError
from smtpshell.net.trouble import late_reply
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import Event


class Client(Connection):
    """A Connection under asyncio; `send` is synchronous, for a key that has to be quick."""

    def __init__(
        self,
        target: Target,
        on_event: Callable[[Event], None],
        *,
        trust: Trust | None = None,
        timeout: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(target, on_event, clock, trust, timeout)
        self.port = 0  # at our end; by it a server knows one session from another
        self._stream: Stream | None = None
        self._pump: asyncio.Task[None] | None = None
        self._shaking_hands = False
        self._decision: asyncio.Future[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []  # in settle() and the like
        self._deadline: asyncio.TimerHandle | None = None
        self._replies_then = -1  # when the deadline was set
        self._silence: asyncio.TimerHandle | None = None

    @property
    def settled(self) -> bool:
        """Is it the owner's turn: no reply due, no handshake under way, or nothing left to do?"""
        if self.closed is not None or self.held is not None:
            return True
        return not self._shaking_hands and not self._dialogue.reply_due

    @property
    def cut_off(self) -> bool:
        """Has the connection ended, perhaps with some of what came before still to be told?"""
        return self._stream is None or self._stream.end is not None

    async def connect(self) -> None:
        """Connect, with TLS first where the target asks for it; ConnectError if that fails."""
        if self._trust.cafile or self.target.tls:
            verifying_context(self._trust)  # a bad CA file is better known before than after
        stream, address = await open_stream(self.target, self._remark)
        self.port = stream.port
        await self.begin(stream, address)

    async def begin(self, stream: Stream, address: str = "") -> None:
        """Use *stream*, which is connected; `connect` does this, and so may whoever has one."""
        self._stream = stream
        self._tell_connected(address)
        self._shaking_hands = self.target.tls
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(SILENCE_SECONDS, self._remark_silence)
        self._pump = asyncio.create_task(self._run(stream))
        self._pump.add_done_callback(_tell_failure)
        if self.target.tls:
            while self._shaking_hands and self.held is None and self.closed is None:
                await self._progress()
            if self.closed is not None and self.report is None:
                raise ConnectError(self.closed.words, hint=self._hint)

    def send(self, data: bytes) -> None:
        """Put *data* on the wire, as it is. ConnectError where there is no wire to put it on."""
        stream = self._stream
        self._check_sendable(stream is not None and stream.end is None)
        assert stream is not None
        if self._shaking_hands:
            raise ConnectError(tr("TLS is being set up; nothing can be sent in between"))
        stream.write(data)
        self._dialogue.sent(data)
        self._watch_clock()

    def accept_certificate(self) -> None:
        """Go on although the certificate was not verified, for this session only."""
        if self.held is not None:
            self._accept_held()
            self._shaking_hands = False
            self._decide()

    # -- going back, together with a server that does

    def rewind(self, to: Dialogue) -> None:
        """Go on with *to*, an earlier state of the dialogue, on the same connection."""
        self._dialogue = to.copy()
        self._replies_then = -1
        self._watch_clock()

    async def resume(self, to: Dialogue, before: Callable[[int], Awaitable[None]]) -> None:
        """Go on with *to*, a dialogue of another client, on a connection of our own.

        *before* is told from which port it will come; what it gives is waited for. Nobody is told
        that the connection is another one, nor of the TLS handshake where there is one.
        """
        ready: list[Awaitable[None]] = []
        stream = await open_from(self.target, lambda port: ready.append(before(port)))
        self.port = stream.port
        self._stream = stream
        if to.tls:
            self.report = verify(await stream.start_tls(self.server_name), self._trust)
        for one in ready:
            await one
        self._dialogue = to.copy()
        self._watch_clock()
        self._pump = asyncio.create_task(self._run(stream))
        self._pump.add_done_callback(_tell_failure)

    def vanish(self) -> None:
        """Be gone, and tell nobody: another client goes on with the dialogue."""
        self._dialogue.fall_silent()
        self._hang_up(DROPPED, drop=True)

    def close(self) -> None:
        """End the connection properly, without a QUIT of its own."""
        self._hang_up(CLOSED)

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        self._hang_up(DROPPED, drop=True)

    async def settle(self) -> None:
        """Wait until it is the owner's turn (see `settled`)."""
        while not self.settled:
            await self._progress()

    async def wait_closed(self) -> End:
        """Wait for the end of the connection and say how it came."""
        if self._pump is not None:
            await asyncio.wait([self._pump])
            self._pump.result()
        return self.closed or End("client", marked("never connected"))

    # -- inside

    async def _run(self, stream: Stream) -> None:
        """Read until there is nothing more to read. The only task of a connection."""
        try:
            if self.target.tls and not self._dialogue.tls:
                await self._begin_tls(stream)
            self._watch_clock()
            while data := await stream.read():
                dialogue = self._dialogue
                dialogue.received(data)
                if dialogue.fault:
                    self._hang_up(End("client", dialogue.fault), drop=True)
                    break
                if dialogue.tls_due:
                    await self._begin_tls(stream)
                self._watch_clock()
                self._wake()
        finally:
            stream.close()
            for timer in (self._deadline, self._silence):
                if timer is not None:
                    timer.cancel()
            try:
                self._tell_end(stream.end)
            finally:
                self._wake()  # whoever waits has to learn of it, also when a listener is broken

    async def _begin_tls(self, stream: Stream) -> None:
        """Shake hands and judge the certificate; hang up where that cannot be done safely."""
        self._shaking_hands = True
        self._watch_clock()
        if not self._forbids_tls(self._dialogue.left_behind() + stream.unread()):
            try:
                report = verify(await stream.start_tls(self.server_name), self._trust)
            except PlaintextError as error:
                self._clear_text(error.data)
            except ConnectError as error:
                self._hint = error.hint
                self._hang_up(End("client", str(error)), drop=True)
            else:
                self._judged(report)
                await self._decision_on(stream)
        self._shaking_hands = False

    async def _decision_on(self, stream: Stream) -> None:
        """Wait while a bad certificate is held, unless a listener has decided at once."""
        if self.held is not None and self._why is None:
            self._decision = asyncio.get_running_loop().create_future()
            self._wake()
            await self._decision
        if self.held is not None:
            stream.unread()  # refused: what the unknown server said under TLS is nobody's business

    def _decide(self) -> None:
        if self._decision is not None and not self._decision.done():
            self._decision.set_result(None)

    def _hang_up(self, end: End, *, drop: bool = False) -> None:
        if self._why is None:
            self._why = end
        if self._stream is not None:
            if drop:
                self._stream.drop()
            else:
                self._stream.close()
        self._decide()

    def _watch_clock(self) -> None:
        """Run a deadline for the whole reply that is due, from when it became due."""
        dialogue = self._dialogue
        due = dialogue.reply_due and not self._shaking_hands
        if due and self._deadline is not None and self._replies_then == dialogue.replies:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if due:
            self._replies_then = dialogue.replies
            seconds = self._timeout or dialogue.patience
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(seconds, self._time_is_up, seconds)

    def _time_is_up(self, seconds: float) -> None:
        self._hang_up(End("client", late_reply(seconds)), drop=True)

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def _progress(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future


def _tell_failure(pump: asyncio.Task[None]) -> None:
    """A listener is broken: the loop is told now, not when the task happens to be collected."""
    error = None if pump.cancelled() else pump.exception()
    if error is not None:
        told = {"message": "a listener failed", "exception": error, "task": pump}
        asyncio.get_running_loop().call_exception_handler(told)
