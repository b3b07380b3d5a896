"""From the stream of events, live or out of a transcript, to moments."""

from __future__ import annotations

from smtpshell.fact.watch import Moments, Watch
from smtpshell.smtp.advice import advise
from smtpshell.smtp.command import CHUNK, Command, parse_client_line
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.line import LIMIT, Line
from smtpshell.smtp.reply import ReplyReader
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text


class Feed:
    """Feeds a watch with events, one at a time; replies are put together from their lines."""

    __slots__ = ("_begun", "_heard", "_reader", "watch")

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = Watch() if watch is None else watch
        self._reader = ReplyReader()
        self._begun = b""  # of a client's line whose end has not come yet
        self._heard = b""  # of a server's

    def feed(self, event: Event) -> Moments:
        """The moments that *event* makes; none for half a line, half a reply or a remark."""
        kind = event.kind
        if kind is EventKind.CLIENT:
            return self._client(event)
        if kind is EventKind.SERVER:
            return self._server(event)
        if kind is EventKind.CONNECT:
            port = event.detail.get("port", "")
            if port.isascii() and port.isdigit():
                self.watch.peer.setdefault("port", int(port))
            return self.watch.connect()
        if kind is EventKind.TLS:
            return self._unfinished() + self.watch.tls()
        if kind is EventKind.CLOSE:
            return self._unfinished() + self.watch.close(event.detail.get("by", "network"))
        return ()

    def _client(self, event: Event) -> Moments:
        session = self.watch.session
        if session.mode is Mode.CHUNK:
            octets = to_text(event.data + event.eol)
            return self.watch.command(Command(octets, CHUNK, argument=octets))
        line = (self._begun + event.data)[:LIMIT]
        if not event.eol:
            self._begun = line
            return ()
        self._begun = b""
        exchange = session.exchange
        command = parse_client_line(
            line,
            session.mode,
            utf8="SMTPUTF8" in session.offered,
            mechanism=exchange.mechanism if exchange is not None else None,
        )
        return self.watch.command(command, advise(session, command))

    def _server(self, event: Event) -> Moments:
        line = (self._heard + event.data)[:LIMIT]
        if not event.eol:  # a line so long that it comes in pieces, or one that was cut off
            self._heard = line
            return ()
        self._heard = b""
        reply = self._reader.feed_line(Line(line))
        return self.watch.reply(reply) if reply else ()

    def _unfinished(self) -> Moments:
        reply = self._reader.flush()
        return self.watch.reply(reply) if reply else ()
