"""A dialogue as turns: each line that the client may expect an answer to, and what came of it."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable
from typing import NamedTuple

from smtpshell.fact.feed import Feed
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.command import Command
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.reply import Reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.text import to_bytes, to_text

# What whoever plays a dialogue puts into the detail of remarks: a line that was not sent, one that
# was sent though nobody had written it, and why a practice server answered as it did.
UNSENT, OURS, REASON = "unsent", "ours", "reason"

UNTOLD = "untold"  # who closed the connection, if the paper ends before, or the client was quicker
_FAREWELLS = (221, 421)

_BACKGROUND = frozenset({"TEXT", "CHUNK"})


class Turn(NamedTuple):
    """One line, and all that followed from it until the next.

    *line* is b"" for what the server says first. *letter* holds the lines that a lone dot ends.
    *replies* are several only in LMTP, and where the server spoke unasked. *state* is how the
    session stands afterwards. *closed* says who closed the connection behind it, if anybody did and
    if that is known (UNTOLD).
    *sent* is False for a line that stayed here, and *remark* says why. *reason* is the practice
    server's own.
    """

    verb: str
    line: bytes
    letter: tuple[bytes, ...] = ()
    replies: tuple[Reply, ...] = ()
    state: str = ""
    tls: bool = False
    closed: str = ""
    sent: bool = True
    remark: str = ""
    reason: str = ""
    moment: Moment | None = None  # of the first reply

    @property
    def code(self) -> int | None:
        """The code of the last reply, None if none came."""
        return self.replies[-1].code if self.replies else None

    @property
    def codes(self) -> tuple[int | None, ...]:
        """The codes of all replies."""
        return tuple(reply.code for reply in self.replies)

    @property
    def enhanced(self) -> tuple[str, ...]:
        """The enhanced status codes of all replies, "" where there is none."""
        return tuple(str(reply.enhanced or "") for reply in self.replies)


def turns_of(events: Iterable[Event], *, lmtp: bool = False) -> tuple[Turn, ...]:
    """The turns of one connection, or of several one after the other."""
    reader = _Reader(lmtp)
    for event in events:
        reader.take(event)
    return tuple(reader.turns)


def turns_on_paper(events: Iterable[Event], *, lmtp: bool = False) -> tuple[Turn, ...]:
    """The turns of a dialogue that somebody kept.

    A client may hang up as soon as it has read 221, and who writes a dialogue down may stop there:
    neither says that the server would have stayed.
    """
    return tuple(
        turn._replace(closed=UNTOLD) if turn.code in _FAREWELLS and not turn.closed else turn
        for turn in turns_of(events, lmtp=lmtp)
    )


class _Reader:
    def __init__(self, lmtp: bool) -> None:
        self.turns: list[Turn] = []
        self._lmtp = lmtp
        self._feed = self._new_feed()
        self._of: list[object] = []  # the command of each turn, by identity
        self._letter: list[bytes] = []
        self._ours = ""
        self._unexplained: list[int] = []  # turns with replies whose reasons are still to come

    def _new_feed(self) -> Feed:
        return Feed(Watch(Session(lmtp=self._lmtp)))

    def take(self, event: Event) -> None:
        if event.kind is EventKind.CONNECT:
            self._feed = self._new_feed()
            self._letter = []
        elif event.kind is EventKind.REMARK:
            self._remark(event)
        for moment in self._feed.feed(event):
            if moment.on == "command":
                self._command(moment)
            elif moment.on in ("greeting", "reply"):
                self._reply(moment)
            elif moment.on == "close":
                self._close(event)

    def _remark(self, event: Event) -> None:
        words = to_text(event.data)
        if UNSENT in event.detail:
            line = to_bytes(event.detail[UNSENT])
            self._add(Turn("DOT" if line == b"." else "", line, sent=False, remark=words), None)
        elif OURS in event.detail:
            self._ours = words
        elif REASON in event.detail and self._unexplained:
            index = self._unexplained.pop(0)
            self.turns[index] = self.turns[index]._replace(reason=words)

    def _command(self, moment: Moment) -> None:
        command = moment.command
        assert command is not None
        line = to_bytes(command.text)
        if command.verb in _BACKGROUND:
            self._letter.append(line)
            return
        letter, self._letter = tuple(self._letter), []
        words, self._ours = self._ours, ""
        self._add(Turn(command.verb, line, letter, remark=words), command)

    def _reply(self, moment: Moment) -> None:
        reply = moment.reply
        assert reply is not None
        if moment.on == "greeting":
            self._add(Turn("", b""), None)
            index = len(self.turns) - 1
        else:
            index = self._answered(moment.command)
        if index < 0:
            self._add(Turn("", b""), None)
            index = 0
        turn = self.turns[index]
        self.turns[index] = turn._replace(
            replies=(*turn.replies, reply), moment=turn.moment or moment
        )
        if index not in self._unexplained[-1:]:
            self._unexplained.append(index)
        self._stand(index)

    def _answered(self, command: Command | None) -> int:
        """The turn of *command*, or the last one: of nobody, or of a line that was read again."""
        if command is not None:
            line = to_bytes(command.text)
            for index, of in enumerate(self._of):
                if of is command:
                    return index
            for index, turn in enumerate(self.turns):
                if turn.line == line and not turn.replies and turn.sent:
                    return index
        return len(self.turns) - 1

    def _close(self, event: Event) -> None:
        by = event.detail.get("by", "network")
        if self.turns and by != "client":
            self.turns[-1] = self.turns[-1]._replace(closed=by)
            self._stand(len(self.turns) - 1)

    def _stand(self, index: int) -> None:
        session = self._feed.watch.session
        self.turns[index] = self.turns[index]._replace(state=session.phase, tls=session.tls)

    def _add(self, turn: Turn, command: object) -> None:
        session = self._feed.watch.session
        self.turns.append(turn._replace(state=session.phase, tls=session.tls))
        self._of.append(command)
