"""From the stream of events, live or out of a transcript, to moments."""

from __future__ import annotations

from smtpshell.fact.watch import Moments, Watch
from smtpshell.smtp.advice import advise
from smtpshell.smtp.change import Change
from smtpshell.smtp.command import Command
from smtpshell.smtp.cutter import ClientCutter
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.line import LIMIT, Line
from smtpshell.smtp.reply import ReplyReader


class Feed:
    """Feeds a watch with events, one at a time; replies are put together from their lines."""

    __slots__ = ("_cutter", "_heard", "_moments", "_reader", "watch")

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = Watch() if watch is None else watch
        self._reader = ReplyReader()
        self._cutter = ClientCutter(self.watch.session, self._said)
        self._moments: Moments = ()  # of the client's event in hand
        self._heard = b""  # of a server's line whose end has not come yet

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
        self._moments = ()
        for _ in self._cutter.feed(event.data + event.eol):
            pass
        return self._moments

    def _said(self, command: Command) -> Change:
        found = self.watch.command(command, advise(self.watch.session, command))
        self._moments += found
        change = found[0].change
        assert change is not None
        return change

    def _server(self, event: Event) -> Moments:
        line = (self._heard + event.data)[:LIMIT]
        if not event.eol:  # a line so long that it comes in pieces, or one that was cut off
            self._heard = line
            return ()
        self._heard = b""
        reply = self._reader.feed_line(Line(line))
        if reply is None:
            return ()
        self._moments = ()
        self._cutter.answered()
        return self._moments + self.watch.reply(reply)

    def _unfinished(self) -> Moments:
        reply = self._reader.flush()
        return self.watch.reply(reply) if reply else ()
