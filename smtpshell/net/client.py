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
from collections.abc import Callable

from smtpshell.errors import ConnectError
from smtpshell.net.connect import open_stream
from smtpshell.net.dialogue import UNASKED, Dialogue, cut_lines
from smtpshell.net.stream import End, Stream
from smtpshell.net.target import Target
from smtpshell.net.tls import TlsReport, Trust, verify, verifying_context
from smtpshell.net.tls_layer import PlaintextError
from smtpshell.net.trouble import clear_text_on_tls_port, injection, silent_greeting_hint
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session

SILENCE_SECONDS = 5.0  # without a greeting, then a remark says what may be the matter


class Client:
    """One connection to *target*; *on_event* gets all that happens, the moment it happens.

    *timeout* replaces RFC 5321's waiting times for a whole reply (4.5.3.2), in seconds.
    """

    def __init__(
        self,
        target: Target,
        on_event: Callable[[Event], None],
        *,
        trust: Trust | None = None,
        timeout: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.target = target
        self.report: TlsReport | None = None  # of the handshake, once there was one
        self.held: TlsReport | None = None  # a bad certificate that waits for a decision
        self.closed: End | None = None
        self._trust = trust or Trust()
        self._timeout = timeout
        self._begun = began = clock()
        self._dialogue = Dialogue(on_event, lambda: clock() - began, lmtp=target.lmtp)
        self._stream: Stream | None = None
        self._pump: asyncio.Task[None] | None = None
        self._shaking_hands = False
        self._decision: asyncio.Future[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []  # in settle()
        self._deadline: asyncio.TimerHandle | None = None
        self._replies_then = -1  # when the deadline was set
        self._silence: asyncio.TimerHandle | None = None
        self._hang_up_because: End | None = None
        self._hint = ""

    @property
    def session(self) -> Session:
        """Where the session stands; to be read, never told anything."""
        return self._dialogue.session

    @property
    def tls(self) -> bool:
        """Is the connection under TLS?"""
        return self._dialogue.tls

    @property
    def settled(self) -> bool:
        """Is it the owner's turn: no reply due, no handshake under way, or nothing left to do?"""
        if self.closed is not None or self.held is not None:
            return True
        return not self._shaking_hands and not self._dialogue.reply_due

    async def connect(self) -> None:
        """Connect, with TLS first where the target asks for it; ConnectError if that fails."""
        if self._trust.cafile or self.target.tls:
            verifying_context(self._trust)  # a bad CA file is better known before than after
        stream, address = await open_stream(self.target, self._remark)
        await self.begin(stream, address)

    async def begin(self, stream: Stream, address: str = "") -> None:
        """Use *stream*, which is connected; `connect` does this, tests and replays may."""
        self._stream = stream
        target = self.target
        detail = {"host": target.host, "port": str(target.port), "address": address}
        words = f"connected to {address or target.host} port {target.port}"
        self._dialogue.tell(EventKind.CONNECT, words.encode(), detail)
        self._shaking_hands = target.tls
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(SILENCE_SECONDS, self._remark_silence)
        self._pump = asyncio.create_task(self._run(stream))
        if target.tls:
            await self.settle_tls()
            if self.closed is not None and self.report is None:
                raise ConnectError(self.closed.words, hint=self._hint)

    def send(self, data: bytes) -> None:
        """Put *data* on the wire, as it is. ConnectError where there is no wire to put it on."""
        stream = self._stream
        if stream is None or self.closed is not None or stream.end is not None:
            raise ConnectError("there is no connection")
        if self.held is not None:
            raise ConnectError(f"the certificate was not verified: {self.held.problem}")
        if self._shaking_hands:
            raise ConnectError("TLS is being set up; nothing can be sent in between")
        stream.write(data)
        self._dialogue.sent(data)
        self._watch_clock()

    def accept_certificate(self) -> None:
        """Go on although the certificate was not verified, for this session only."""
        if self.held is None or self._decision is None:
            return
        self._remark(f"went on with a certificate that was not verified: {self.held.problem}")
        self.held = None
        self._shaking_hands = False
        if not self._decision.done():
            self._decision.set_result(None)

    def half_close(self) -> None:
        """Tell the server that nothing more will be sent, and go on listening."""
        if self._stream is not None:
            self._stream.half_close()

    def close(self) -> None:
        """End the connection properly, without a QUIT of its own."""
        self._hang_up(End("client", "closed"))

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        self._hang_up(End("client", "dropped without a word"), drop=True)

    async def settle(self) -> None:
        """Wait until it is the owner's turn (see `settled`)."""
        while not self.settled:
            await self._progress()

    async def settle_tls(self) -> None:
        """Wait until no handshake is under way."""
        while self._shaking_hands and self.held is None and self.closed is None:
            await self._progress()

    async def wait_closed(self) -> End:
        """Wait for the end of the connection and say how it came."""
        if self._pump is not None:
            await asyncio.wait([self._pump])
            self._pump.result()
        return self.closed or End("client", "never connected")

    # -- inside

    async def _run(self, stream: Stream) -> None:
        """Read until there is nothing more to read. The only task of a connection."""
        try:
            if self.target.tls:
                await self._begin_tls(stream)
            self._watch_clock()
            while True:
                data = await stream.read()
                if not data:
                    break
                self._dialogue.received(data)
                if self._dialogue.fault:
                    self._hang_up(End("client", self._dialogue.fault), drop=True)
                    break
                if self._dialogue.tls_due:
                    await self._begin_tls(stream)
                self._watch_clock()
                self._wake()
        finally:
            stream.close()
            self._finish(stream)

    async def _begin_tls(self, stream: Stream) -> None:
        """Shake hands and judge the certificate; hang up where that cannot be done safely."""
        self._shaking_hands = True
        self._watch_clock()
        left_behind = self._dialogue.left_behind() + stream.unread()
        if self._dialogue.tls:
            self._hang_up(
                End("client", "the server began TLS inside TLS (RFC 3207 4.2)"), drop=True
            )
        elif left_behind:
            self._clear_text(left_behind)
        else:
            try:
                self.report = await self._handshake(stream)
            except PlaintextError as error:
                self._clear_text(error.data)
            except ConnectError as error:
                self._hang_up(End("client", str(error)), drop=True)
            else:
                await self._judge(stream, self.report)
        self._shaking_hands = False

    async def _handshake(self, stream: Stream) -> TlsReport:
        name = self._trust.name or self.target.server_name
        return verify(await stream.start_tls(name), self._trust)

    async def _judge(self, stream: Stream, report: TlsReport) -> None:
        self._dialogue.tls_began()
        detail = {"version": report.version, "cipher": report.cipher, "verdict": report.verdict}
        self._dialogue.tell(EventKind.TLS, report.words.encode(), detail)
        if report.verified:
            return
        self.held = report
        self._decision = asyncio.get_running_loop().create_future()
        self._wake()
        await self._decision
        if self.held is not None:
            stream.unread()  # refused: what the unknown server said under TLS is nobody's business

    def _clear_text(self, data: bytes) -> None:
        """Clear text where TLS has to begin: show it, say what it means, hang up."""
        for line, eol in cut_lines(data):
            self._dialogue.tell(EventKind.SERVER, line, UNASKED, eol)
        if self.target.tls:
            words, self._hint = clear_text_on_tls_port(data)
        else:
            self.session.left_behind(data)
            words = injection(data)
        self._hang_up(End("client", words), drop=True)

    def _hang_up(self, end: End, *, drop: bool = False) -> None:
        if self._hang_up_because is None:
            self._hang_up_because = end
        if self._stream is not None:
            self._stream.drop() if drop else self._stream.close()
        if self._decision is not None and not self._decision.done():
            self._decision.set_result(None)

    def _finish(self, stream: Stream) -> None:
        """Tell the end once, with its reason, after the last that the server said."""
        for timer in (self._deadline, self._silence):
            if timer is not None:
                timer.cancel()
        end = self._hang_up_because or stream.end or End("network", "lost")
        if self._dialogue.received_all() and end.by != "client":
            end = End(end.by, f"{end.words}, in the middle of a reply")
        self.closed = end
        self.held = None
        self.session.closed(end.by)
        words = f"{end.by}: {end.words}" if end.by != "client" else end.words
        self._dialogue.tell(EventKind.CLOSE, words.encode(), {"by": end.by})
        self._wake()

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
        self._hang_up(End("client", f"no whole reply came within {seconds:g} s"), drop=True)

    def _remark_silence(self) -> None:
        if not self.session.greeted_by_server and self.closed is None:
            self._remark(silent_greeting_hint(self.target))

    def _remark(self, words: str) -> None:
        self._dialogue.tell(EventKind.REMARK, words.encode())

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def _progress(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future
