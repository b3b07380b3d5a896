"""Both directions of one connection as events; it has never seen a socket.

Bytes that were sent and bytes that came go in, events come out at once, a line each: the lines of a
reply that is not whole yet are on the screen before its last one arrives. The session is told
everything, so that the owner (`client.py`, `blocking.py`) can ask whether TLS is to begin, whether
a reply is due, and how long to wait for it.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.smtp.cutter import ClientCutter
from smtpshell.smtp.event import NO_DETAIL, UNASKED, Event, EventKind
from smtpshell.smtp.line import LIMIT, Line, LineBuffer
from smtpshell.smtp.reply import MOST_OCTETS, ReplyReader
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.net.tls_layer import TlsLayer


# How long a client should wait at least (RFC 5321 4.5.3.2), in seconds, for a whole reply.
SECONDS = 300.0
SECONDS_BY_VERB = {"DATA": 120.0, "DOT": 600.0, "BDAT": 600.0}

# The limits of `smtp.line` and `smtp.reply`, and ours.
LINE_FAULT = marked("the server sent a line longer than 64 KiB")
REPLY_FAULT = marked("the server sent a reply longer than 256 KiB or 1000 lines")
UNASKED_FAULT = marked("the server sent more than 1000 replies that nobody had asked for")

MOST_UNASKED = 1000  # replies without a command between them
TLS_ALERT = b"\x15\x03"  # begins a TLS alert record


class End(NamedTuple):
    """How a connection ended: *by* whom ("client", "server", "network") and why, in words."""

    by: str
    words: str


def end_by_server(tls: "TlsLayer | None") -> End:
    """The server sends no more: was that its own end, or did somebody cut TLS short?"""
    if tls is not None and tls.established and not tls.at_end:
        return End("network", marked("cut off: TLS was not ended properly (no close_notify)"))
    return End("server", marked("closed"))


class Dialogue:
    """Cuts, numbers and times what both sides say; *on_event* is called with each event."""

    __slots__ = (
        "_clock",
        "_cutter",
        "_lines",
        "_on_event",
        "_reader",
        "_reply_octets",
        "_unasked",
        "_unasked_replies",
        "fault",
        "replies",
        "session",
        "tls",
    )

    def __init__(
        self,
        on_event: Callable[[Event], None],
        clock: Callable[[], float],
        *,
        lmtp: bool = False,
    ) -> None:
        self.session = Session(lmtp=lmtp)
        self.tls = False
        self.replies = 0  # whole ones, so far
        self.fault = ""  # the limit the server broke, in words; the owner hangs up
        self._on_event = on_event
        self._clock = clock  # seconds since the session began
        self._cutter = ClientCutter(self.session)
        self._lines = LineBuffer()
        self._reader = ReplyReader()
        self._reply_octets = 0  # of a reply that is not whole yet
        self._unasked = False
        self._unasked_replies = 0  # since the client has spoken

    def copy(self) -> "Dialogue":
        """The same dialogue, to go on from here by itself; to be asked for between two replies."""
        twin = Dialogue(self._on_event, self._clock)
        twin.session = self.session.copy()
        twin._cutter = self._cutter.copy(twin.session)
        twin.tls, twin.replies = self.tls, self.replies
        return twin

    def fall_silent(self) -> None:
        """Tell nothing any more, whatever happens."""
        self._on_event = _nobody

    def tell(
        self,
        kind: EventKind,
        data: bytes = b"",
        detail: Mapping[str, str] = NO_DETAIL,
        eol: bytes = b"\r\n",
    ) -> None:
        """Put something that happened into the stream of events, now."""
        self._on_event(Event(kind, data, self._clock(), self.tls, eol, detail))

    def sent(self, data: bytes) -> None:
        """The client has put *data* on the wire."""
        self._unasked_replies = 0
        for piece in self._cutter.feed(data):
            self.tell(EventKind.CLIENT, piece.data, eol=piece.eol)

    def received(self, data: bytes) -> None:
        """The server's *data* has come. Stops where TLS has to begin; the rest is `left_behind`."""
        if not self.tls and data.startswith(TLS_ALERT) and not self.session.greeted_by_server:
            words = tr(
                "these bytes are a TLS alert: this port wants TLS from the first byte (--tls)"
            )
            self.tell(EventKind.REMARK, words.encode())
        self._lines.feed(data)
        self._reply_octets += len(data)
        while not self.fault and not self.tls_due:
            line = self._lines.next_line()
            if line is None:
                break
            self._server_line(line)
        if not self.tls_due and not self.fault:
            self._check_limits()

    def received_all(self) -> bool:
        """Nothing more will come; hand over what has no end. Was the server cut off in a reply?"""
        rest = self._lines.take_rest()
        if rest and b"\r\n" not in rest:  # else lines that were not read, as we have hung up
            self.tell(EventKind.SERVER, rest, eol=b"")
        return self._reader.flush() is not None or bool(rest)

    @property
    def tls_due(self) -> bool:
        """Has STARTTLS been answered by 220, so that the next bytes must be TLS's?"""
        return self.session.mode is Mode.TLS

    def left_behind(self) -> bytes:
        """Take what the server said in clear behind its 220 to STARTTLS; it should be nothing."""
        return self._lines.take_rest()

    def tls_began(self) -> None:
        """The handshake is done and was accepted: all that follows is under TLS."""
        self._lines.clear()
        self._reader.flush()
        self._reply_octets = 0
        self.tls = True
        self.session.tls_started()

    @property
    def reply_due(self) -> bool:
        """Does the client wait for the server: for the greeting, for a reply or the rest of one?"""
        session = self.session
        return not session.greeted_by_server or bool(session.pending) or bool(self._reader.partial)

    @property
    def silent(self) -> bool:
        """Has the server said nothing at all so far, not even a part of its greeting?"""
        begun = self._reader.partial or self._lines.pending
        return not (self.session.greeted_by_server or begun)

    @property
    def patience(self) -> float:
        """Seconds the whole reply that is due may take (RFC 5321 4.5.3.2)."""
        pending = self.session.pending
        return SECONDS_BY_VERB.get(pending[0].verb, SECONDS) if pending else SECONDS

    def _server_line(self, line: Line) -> None:
        if not self._reader.partial:
            self._cutter.answered()
            session = self.session
            self._unasked = session.greeted_by_server and not session.pending
        self.tell(EventKind.SERVER, line.data, UNASKED if self._unasked else NO_DETAIL)
        if line.overlong:
            self.fault = LINE_FAULT
        reply = self._reader.feed_line(line)
        if reply is None:
            return
        self.replies += 1
        if self._unasked:
            self._unasked_replies += 1
            if self._unasked_replies > MOST_UNASKED:
                self.fault = UNASKED_FAULT
        self._reply_octets = self._lines.pending
        if not self.fault and any(found.issue == "reply-too-long" for _, found in reply.problems):
            self.fault = REPLY_FAULT
        self.session.server_said(reply)

    def _check_limits(self) -> None:
        if self._lines.pending > LIMIT - 2:
            self.fault = LINE_FAULT
        elif self._reply_octets > MOST_OCTETS:
            self.fault = REPLY_FAULT


def _nobody(event: Event) -> None:
    """Hears what nobody is to hear."""


def cut_lines(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """*data* at its CRLFs: each line with what ended it, CRLF or nothing."""
    while data:
        line, eol, data = data.partition(b"\r\n")
        yield line, eol
