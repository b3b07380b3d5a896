"""Explaining a dialogue: lines in, each exchange explained with the notes on it.

This is `smtpshell explain`: the lines may be a whole session, or two lines out of the middle of
one, pasted from somewhere. Where the beginning is missing, all is assumed to have gone well before,
so that nobody is told that RCPT needs a MAIL that was not pasted.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smtpshell.explain.diagnose import Diagnosis, judge
from smtpshell.explain.explain import CLIENT, SERVER, Explained, cut_mark, explain_line
from smtpshell.explain.gloss import Gloss
from smtpshell.explain.gloss_auth import NO_LOGIN, Login
from smtpshell.explain.gloss_reply import GREETING, gloss_reply
from smtpshell.explain.library import Library
from smtpshell.explain.notebook import Selection, Streaks
from smtpshell.explain.past import Past
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Moments, Watch
from smtpshell.smtp.command import Command, parse_client_line, parse_command
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply import Reply, ReplyReader, parse_reply
from smtpshell.smtp.text import to_bytes

# What must have been said before a verb, for an exchange out of the middle of a session.
_EHLO = "EHLO client.example.org"
_MAIL = "MAIL FROM:<a@example.org>"
_RCPT = "RCPT TO:<b@example.org>"
_LEADS_UP = {
    "EHLO": (), "HELO": (), "LHLO": (), "QUIT": (), "NOOP": (), "HELP": (),
    "RCPT": (_EHLO, _MAIL),
    "DATA": (_EHLO, _MAIL, _RCPT),
    "BDAT": (_EHLO, _MAIL, _RCPT),
    "BURL": (_EHLO, _MAIL, _RCPT),
}  # fmt: skip
# A server that turns a client away begins with one of these (RFC 5321 4.3.2, RFC 7504 3).
_TURNS_AWAY = frozenset({421, 521, 554})


class Explanation(NamedTuple):
    """One thing said, explained: its lines, the notes on it, and the earlier cause of a refusal."""

    lines: tuple[Explained, ...]
    moment: Moment
    selection: Selection
    diagnosis: Diagnosis | None = None


class Explainer:
    """Explains what happens in one session, one thing after the other.

    Whoever watches a session already hands its moments to `on_moment` and needs nothing else.
    """

    __slots__ = ("_library", "_past", "_streaks")

    def __init__(self, library: Library) -> None:
        self._library = library
        self._past = Past()
        self._streaks = Streaks()

    def on_moment(self, moment: Moment) -> tuple[Selection, Diagnosis | None]:
        """The notes on *moment*, and where it went wrong if that was earlier."""
        diagnosis = judge(moment, self._past)
        earlier = self._streaks.before(moment.on)
        selection = self._library.notebook.select(moment, repeat=earlier)
        self._streaks.count(moment.on, selection.met)
        return selection, diagnosis


def explain_lines(
    lines: Iterable[str], library: Library, *, reveal: bool = False
) -> Iterator[Explanation]:
    """Explain *lines* of a dialogue, "C:" and "S:" before them or not; *reveal* shows secrets."""
    return _Dialogue(library, reveal).read(lines)


class _Dialogue:
    """A dialogue being read line by line."""

    __slots__ = ("_alone", "_explainer", "_reader", "_reference", "_reveal", "_watch", "_whole")

    def __init__(self, library: Library, reveal: bool) -> None:
        self._explainer = Explainer(library)
        self._reader = ReplyReader()
        self._reference = library.reference
        self._reveal = reveal
        self._watch = Watch()
        self._whole = False  # it began with the greeting
        self._alone = True  # nothing but one reply

    def read(self, lines: Iterable[str]) -> Iterator[Explanation]:
        cut = [cut_mark(line) for line in lines]
        self._alone = all(side == SERVER for side, _ in cut)
        for side, text in cut:
            if side == CLIENT:
                yield from self._command(text)
            elif reply := self._reader.feed_line(Line(to_bytes(text))):
                yield from self._reply(reply)
        if reply := self._reader.flush():
            yield from self._reply(reply)

    def _command(self, text: str) -> Iterator[Explanation]:
        session = self._watch.session
        if not session.greeted_by_server:
            self._lead_up_to(parse_command(text).verb)
        login = NO_LOGIN
        if exchange := session.exchange:
            login = Login(exchange.mechanism, exchange.answers)
        command = parse_client_line(text, session.mode, mechanism=login.mechanism or None)
        explained = explain_line(command, self._reference, login=login, reveal=self._reveal)
        moments = self._watch.command(command, None if self._whole else ())
        yield from self._explanations((explained,), moments)

    def _reply(self, reply: Reply) -> Iterator[Explanation]:
        session = self._watch.session
        self._whole |= not session.greeted_by_server and self._greets(reply)
        command = session.pending[0] if session.pending else None
        glosses = self._glosses(reply, command)
        explained = tuple(
            Explained(SERVER, line.text, found, line.problems)
            for line, found in zip(reply.lines, glosses, strict=True)
        )
        if command is None and not self._whole:
            issues = (problem.issue for _, problem in reply.problems)
            moments: Moments = (Moment("reply", reply=reply, issues=issues),)
        else:
            moments = self._watch.reply(reply)
        yield from self._explanations(explained, moments)

    def _greets(self, reply: Reply) -> bool:
        """Is this the first thing a server says, and not a reply out of the middle?"""
        if reply.code in _TURNS_AWAY:
            # Greetings have no enhanced code (RFC 2034 4); and it is asked more often what the
            # refusal of a command means.
            return not self._alone and reply.enhanced is None
        return reply.code == 220

    def _glosses(self, reply: Reply, command: Command | None) -> tuple[tuple[Gloss, ...], ...]:
        session = self._watch.session
        verb = command.verb if command else ""
        if self._whole and not session.greeted_by_server:
            verb = GREETING
        login = NO_LOGIN
        if exchange := session.exchange:
            login = Login(exchange.mechanism, exchange.challenges)
        return gloss_reply(reply, verb, self._reference, login, reveal=self._reveal)

    def _explanations(
        self, lines: tuple[Explained, ...], moments: Moments
    ) -> Iterator[Explanation]:
        for moment in moments:
            yield Explanation(lines, moment, *self._explainer.on_moment(moment))
            lines = ()

    def _lead_up_to(self, verb: str) -> None:
        """Bring the session to where *verb* is in order, as if all had gone well."""
        session = self._watch.session
        session.server_said(parse_reply(b"220 mail.example.org"))
        for line in _LEADS_UP.get(verb, (_EHLO,)):
            session.client_said(parse_command(line))
            session.server_said(parse_reply(b"250 OK"))
