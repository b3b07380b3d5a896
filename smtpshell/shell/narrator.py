"""The narrator: everything that happens on a connection goes in, lanes and notes come out.

Live shell, batch run and replay feed it the same stream of events, one at a time. It keeps what it
was told as exchanges (what was said, what came back, which notes spoke of it), so that `:why`,
`:explain` and `:bytes` can come back to them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from copy import copy

from smtpshell.catalogue import marked, tr
from smtpshell.explain.diagnose import judge
from smtpshell.explain.ledger import Form
from smtpshell.explain.past import Past
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.shell.commentary import Commentary, Spoken, spoken_lines
from smtpshell.shell.exchange import Exchange
from smtpshell.shell.fragment import Line
from smtpshell.shell.lane import (
    client_line,
    hidden_client_line,
    remark_lines,
    remark_words,
    server_line,
    visible_end,
)
from smtpshell.shell.letter import LetterSoFar
from smtpshell.shell.option import Options
from smtpshell.shell.remark import MOST_REMARKS, in_order_of_place, parse_in
from smtpshell.shell.voice import Voice
from smtpshell.smtp.advice import advise
from smtpshell.smtp.command import CHUNK, Command
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.line import LIMIT
from smtpshell.smtp.line import Line as WireLine
from smtpshell.smtp.printable import printable
from smtpshell.smtp.reply import Reply, ReplyReader, parse_reply_line
from smtpshell.smtp.session import Session
from smtpshell.smtp.span import Problem, Token
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text
from smtpshell.transcript.rewound import rewound_to, rewound_words

MOST_EXCHANGES = 1000
_HELLOS = frozenset({"EHLO", "LHLO"})
_ENDED_BY = {"client": marked("by the client"), "server": marked("by the server")}


class Narrator:
    """Tells one connection. *record* gets every event."""

    def __init__(
        self,
        voice: Voice,
        options: Options,
        commentary: Commentary,
        *,
        record: Callable[[Event], None] = lambda event: None,
        heard: Callable[[Iterable[Moment]], None] = lambda moments: None,
        spoke: Callable[[Iterable[Spoken]], None] = lambda spoken: None,
        shown: Callable[[Event], Event] = lambda event: event,
        lmtp: bool = False,
    ) -> None:
        self.voice = voice
        self.options = options
        self.commentary = commentary
        self.watch = Watch(Session(lmtp=lmtp))
        self.letter = LetterSoFar()
        self.exchanges: deque[Exchange] = deque([Exchange()], MOST_EXCHANGES)
        self.challenge = ""  # text of the last 334
        self.marked = False  # the last note was only a mark: `:why` opens it
        self._begun = b""  # of a client's line whose end has not come yet
        self._record = record
        self._heard = heard  # told every moment before its notes are chosen
        self._spoke = spoke  # told the notes that were
        self._shown = shown  # an event as it may be shown, where secrets are not to be seen
        self._seen = b""  # what the lane shows of the event at hand
        self._past = Past()
        self._reader = ReplyReader()

    @property
    def session(self) -> Session:
        return self.watch.session

    @property
    def waiting_for(self) -> str:
        """The command whose reply is due, in a word, or what else; "" if nothing is."""
        if not self.session.greeted_by_server:
            return tr("the connection")
        if self.session.mode is Mode.TLS:
            return tr("the TLS handshake")
        pending = self.session.pending
        return pending[0].verb if pending else ""

    def copy(self) -> Narrator:
        """A narrator who goes on from here by itself; to be asked for between two replies."""
        twin = copy(self)
        twin.watch = self.watch.copy()
        twin.letter = self.letter.copy()
        twin.exchanges = self.exchanges.copy()
        twin.exchanges[-1] = self.exchanges[-1].copy()  # the only one that more is added to
        twin._past = self._past.copy()
        twin._reader = ReplyReader()
        return twin

    def hear(self, event: Event) -> None:
        """Take the next event."""
        self._seen = self._shown(event).data
        try:
            _HEAR[event.kind](self, event)  # before it is recorded: somebody waits for it
        finally:
            self._record(event)

    def last(self) -> Exchange:
        """The exchange that was answered last, or the one under way if nothing was."""
        for exchange in reversed(self.exchanges):
            if exchange.reply is not None:
                return exchange
        return self.exchanges[-1]

    def hides(self, exchange: Exchange) -> bool:
        """Was an answer within a login said in it, and does the learner want those hidden?"""
        command = exchange.command
        return command is not None and command.verb == "AUTHLINE" and self.options.on("mask")

    # -- what happens

    def _connected(self, event: Event) -> None:
        self._speak(self.watch.connect(), self.exchanges[-1])

    def _client(self, event: Event) -> None:
        session = self.session
        if session.mode is Mode.CHUNK:
            octets = to_text(event.data + event.eol)
            self._said(Command(octets, CHUNK, argument=octets), event)
            return
        line = self._begun + event.data
        if not event.eol:  # the line goes on: its end was no CRLF
            self._begun = line[:LIMIT]
            self._show_client(to_text(self._seen), (), [], event, [])
            return
        begun, self._begun = len(to_text(self._begun)), b""
        self._said(parse_in(session, line, header=self.letter.in_header), event, begun)

    def _said(self, command: Command, event: Event, begun: int = 0) -> None:
        """The client said *command*; so many characters of it stand on the screen already."""
        advice = advise(self.session, command)
        moments = self.watch.command(command, advice)
        change = moments[0].change
        found = [*command.problems, *advice, *(change.problems if change else ())]
        if command.verb == "DATA":
            self.letter = LetterSoFar()
        if command.verb in ("TEXT", "CHUNK"):
            self.letter.add(command.text)
            exchange = self.exchanges[-1]
        else:
            exchange = Exchange(command)
            self.exchanges.append(exchange)
        exchange.events.append(event)
        exchange.problems += found
        tokens = command.tokens if self._seen == event.data and not begun else ()
        spoken = self._choose(moments, exchange)
        secret = command.verb == "AUTHLINE"
        if begun:
            found = list(dict.fromkeys(_moved(one, begun) for one in found))
        self._show_client(to_text(self._seen), tokens, found, event, spoken, secret=secret)

    def _show_client(
        self,
        text: str,
        tokens: Iterable[Token],
        found: list[Problem],
        event: Event,
        spoken: list[Spoken],
        *,
        secret: bool = False,
    ) -> None:
        marks = self.voice.marks
        if secret and self.options.on("mask"):
            self.voice.write([hidden_client_line(marks)])
            return
        end = visible_end(event.eol) if self.options.on("bytes") else ""
        lines: list[Line] = [(("", ""),)] if self.voice.big else []
        lines.append(client_line(text, tokens, marks, end=end))
        if self.options.on("remarks") and self.options["verbosity"] != "exam":
            for problem in in_order_of_place(found)[:MOST_REMARKS]:
                words = remark_words(problem)
                for one in [one for one in spoken if problem.issue in one.issues]:
                    spoken.remove(one)  # said at the place it is about, not once more below
                    if one.form is Form.FULL and self.options.on("notes"):
                        words = f"{one.note.headline}{marks.head}{one.note.short}"
                lines += remark_lines(text, problem, words, self.voice.columns, marks)
        self.voice.write(lines)
        self._show(spoken)

    def _server(self, event: Event) -> None:
        line = parse_reply_line(event.data)
        pending = self.session.pending
        if self._reader.partial and pending and pending[0].verb in _HELLOS:
            line = line.as_ehlo()
        end = visible_end(event.eol) if self.options.on("bytes") else ""
        shown = line if self._seen == event.data else parse_reply_line(self._seen)
        self.voice.write([server_line(shown, self.voice.marks, end=end)])
        exchange = self._exchange_of(pending[0] if pending else None)
        exchange.events.append(event)
        reply = self._reader.feed_line(WireLine(event.data))
        if reply is not None:
            self._reply(reply, exchange)

    def _reply(self, reply: Reply, exchange: Exchange) -> None:
        hello = exchange.command is not None and exchange.command.verb in _HELLOS
        moments = self.watch.reply(reply)
        exchange.reply = reply
        self.challenge = reply.lines[-1].words if reply.code == 334 else ""
        self._speak(moments, exchange)
        if hello and reply.digit == 2:
            self._compare_offers()

    def _compare_offers(self) -> None:
        """After STARTTLS: what the server offers now, and what it offers no longer."""
        session = self.session
        before, now = session.offered_before_tls, session.offered
        if not session.tls or not before or session.ehlo_since_tls is False:
            return
        new = ", ".join(printable(word) for word in now if word not in before)
        gone = ", ".join(printable(word) for word in before if word not in now)
        if new or gone:
            nothing = tr("nothing")
            words = tr("new: {new}. Gone: {gone}.", new=new or nothing, gone=gone or nothing)
            self.voice.note(tr("Under TLS the offers changed"), words)

    def _tls(self, event: Event) -> None:
        self._reader.flush()
        self.voice.note("TLS", printable(to_text(event.data)))
        exchange = self.exchanges[-1]
        exchange.events.append(event)
        self._speak(self.watch.tls(), exchange)

    def _closed(self, event: Event) -> None:
        exchange = self.exchanges[-1]
        exchange.events.append(event)
        rest = self._reader.flush()
        if rest is not None:
            self._reply(rest, exchange)
        words = to_text(event.data)
        if words.removeprefix(f"{tr('server')}: ") in ("closed", tr("closed"), "server: closed"):
            words = _ENDED_BY.get(event.detail.get("by", ""), words)  # and it was in due form
        self.voice.note(tr("Closed"), printable(tr(words)))
        self._speak(self.watch.close(event.detail.get("by", "network")), exchange)

    def _remark(self, event: Event) -> None:
        number = rewound_to(event)
        words = tr(to_text(event.data)) if number is None else tr(rewound_words(number))
        self.voice.say(printable(words))

    def happened(self, moments: Iterable[Moment]) -> None:
        """Something became of letters, in the world and not on the connection."""
        self._speak(moments, self.last())

    # -- the words

    def _exchange_of(self, command: Command | None) -> Exchange:
        for exchange in reversed(self.exchanges):
            if exchange.command is command and exchange.reply is None:
                return exchange
        return self.exchanges[-1]

    def _speak(self, moments: Iterable[Moment], exchange: Exchange) -> None:
        """Choose the notes on *moments* and show them in the form they have come to."""
        self._show(self._choose(moments, exchange))

    def _choose(self, moments: Iterable[Moment], exchange: Exchange) -> list[Spoken]:
        moments = tuple(moments)
        self._heard(moments)
        spoken = []
        for moment in moments:
            judge(moment, self._past)
            spoken += self.commentary.on(moment)
        exchange.notes += spoken
        self._spoke(spoken)
        return spoken

    def _show(self, spoken: list[Spoken]) -> None:
        if not self.options.on("notes"):
            return
        for one in spoken:
            self.voice.write(spoken_lines(one, self.voice.columns, self.voice.marks))
        self.marked = any(one.form is Form.MARK for one in spoken)


def _moved(problem: Problem, begun: int) -> Problem:
    """*problem* where the rest of the line is shown alone; what comes before that is its start."""
    start, end = max(0, problem.start - begun), max(0, problem.end - begun)
    return problem._replace(start=start, end=end)


_HEAR = {
    EventKind.CONNECT: Narrator._connected,
    EventKind.CLIENT: Narrator._client,
    EventKind.SERVER: Narrator._server,
    EventKind.TLS: Narrator._tls,
    EventKind.CLOSE: Narrator._closed,
    EventKind.REMARK: Narrator._remark,
}
