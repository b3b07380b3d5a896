"""Watching a session: each thing that happens becomes a moment, with all its facts.

A watch tells the session what happened, unless somebody told it already and hands over the
`Change` (whoever cuts a client's bytes with `smtp.cutter` does). Most events give one moment. The
reply to the end of a letter gives a second one, "message", and the reply that ends an AUTH exchange
an "auth": both close something that took several lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from smtpshell.fact.letter import Letter, LetterBox
from smtpshell.fact.moment import SECRET_VERBS, Moment
from smtpshell.fact.snapshot import Snapshot, take_snapshot
from smtpshell.smtp.advice import advise
from smtpshell.smtp.letter import letter_problems
from smtpshell.smtp.session import Session

if TYPE_CHECKING:
    from smtpshell.smtp.change import Change
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.reply import Reply
    from smtpshell.smtp.span import Problem

Moments = tuple[Moment, ...]

# Verbs that begin a letter anew, if they come before its end.
_DROPS_LETTER = frozenset({"MAIL", "DATA", "RSET", "EHLO", "HELO", "LHLO"})


class Watch:
    """Turns what happens in one session into moments.

    *peer* is what is known of the two hosts, by the names of the facts `peer.*`; whoever learns
    more puts it in. *lesson* and *step* say where the learner is.
    """

    __slots__ = (
        "_auth",
        "_last",
        "_letter",
        "_letter_issues",
        "_now",
        "_waiting",
        "lesson",
        "peer",
        "session",
        "step",
    )

    def __init__(
        self, session: Session | None = None, *, peer: Mapping[str, Any] | None = None
    ) -> None:
        self.session = Session() if session is None else session
        self.peer: dict[str, Any] = dict(peer or {})
        self.lesson = ""
        self.step = ""
        self._now = take_snapshot(self.session)
        self._waiting: list[tuple[Command, frozenset[str]]] = []  # for a reply; with their issues
        self._last: tuple[Command | None, Reply | None] = (None, None)  # exchange
        self._auth: Command | None = None  # that opened the exchange under way
        self._letter = LetterBox()
        self._letter_issues: frozenset[str] = frozenset()

    def copy(self) -> Watch:
        """A watch that goes on from here by itself, over a copy of the session.

        What is known of the hosts both know.
        """
        twin = object.__new__(Watch)
        for name in Watch.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.session = self.session.copy()
        twin._waiting = self._waiting.copy()
        twin._letter = self._letter.copy()
        return twin

    def connect(self, failure: str = "") -> Moments:
        """The connection stands, or does not for this reason."""
        return self._done("connect", self._now, more=_failure(failure))

    def command(
        self,
        command: Command,
        problems: Iterable[Problem] | None = None,
        change: Change | None = None,
    ) -> Moments:
        """The client said *command*.

        *problems* are what `smtp.advice` had to say about it; without them it is asked, unless the
        session was told already.
        """
        before = self._before(change)
        if problems is None:
            problems = advise(self.session, command) if change is None else ()
        if change is None:
            change = self.session.client_said(command)
        issues = _issues(command.problems, problems, change.problems)
        issues |= self._gather(command, issues)
        pending = self.session.pending
        if pending and pending[-1] is command:
            self._waiting.append((command, issues | self._letter_issues))
        return self._done("command", before, command=command, issues=issues, change=change)

    def reply(self, reply: Reply, change: Change | None = None) -> Moments:
        """The server said *reply*; the moment is a "greeting" if it was the first thing it said."""
        before = self._before(change)
        if change is None:
            change = self.session.server_said(reply)
        command = change.command
        issues = self._issues_of(command)
        issues |= _issues((problem for _, problem in reply.problems), change.problems)
        self._last = (command, reply)
        facts = {"command": command, "reply": reply, "issues": issues, "change": change}
        if not before.greeted_by_server:
            return self._done("greeting", before, **facts)
        moments = self._done("reply", before, **facts)
        if command is None:
            return moments
        if command.verb == "DOT" or command.last:
            letter = self._letter.take()
            return moments + (
                self._done("message", before, letter=letter, **facts) if letter else ()
            )
        if command.verb in SECRET_VERBS and reply.digit != 3:
            facts["command"] = self._auth or command
            return moments + self._done("auth", before, **facts)
        return moments

    def tls(self, failure: str = "", change: Change | None = None) -> Moments:
        """The TLS handshake succeeded, or failed for this reason."""
        before = self._before(change)
        offered = self.session.offered
        if failure:
            return self._done("tls", before, more=_failure(failure))
        if change is None:
            change = self.session.tls_started()
        else:
            offered = self.session.offered_before_tls
        self._waiting.clear()
        return self._done(
            "tls", before, issues=_issues(change.problems), change=change, offered=offered
        )

    def left_behind(self, data: bytes, by: str = "server") -> Moments:
        """Bytes in clear stood where TLS was to begin."""
        change = self.session.left_behind(data, by)
        return self._done("tls", self._now, issues=_issues(change.problems), change=change)

    def close(self, by: str, change: Change | None = None) -> Moments:
        """The connection is gone; *by* is "client", "server" or "network".

        The moment shows the last exchange: what was waited for, or else what was answered last.
        """
        before = self._before(change)
        command, reply = (self._waiting[0][0], None) if self._waiting else self._last
        if change is None:
            change = self.session.closed(by)
        self._waiting.clear()
        issues = _issues(change.problems)
        facts = {"command": command, "reply": reply, "issues": issues, "change": change}
        return self._done("close", before, more={"by": by}, **facts)

    def timer(self, name: str) -> Moments:
        """Something was waited for in vain; *name* says what: "greeting", "reply", "tls"."""
        command = self._waiting[0][0] if self._waiting else None
        return self._done("timer", self._now, command=command, more={"timer": name})

    def event(
        self, on: str, letter: Letter | None = None, reply: Reply | None = None, **more: Any
    ) -> Moments:
        """What only a practice server sees: delivered, queued, bounced, scored and the like.

        *reply* is what another server said to the letter, if it was asked.
        """
        return self._done(on, self._now, letter=letter, reply=reply, more=more)

    def _before(self, change: Change | None) -> Snapshot:
        # Whoever told the session already can only be followed: it stood as after the last event.
        return take_snapshot(self.session) if change is None else self._now

    def _done(self, on: str, before: Snapshot, **facts: Any) -> Moments:
        self._now = take_snapshot(self.session)
        facts.setdefault("offered", self.session.offered)
        peer, lesson, step = self.peer, self.lesson, self.step
        return (Moment(on, before=before, peer=peer, lesson=lesson, step=step, **facts),)

    def _gather(self, command: Command, issues: frozenset[str]) -> frozenset[str]:
        """Keep what is needed when the end of a letter or of an AUTH exchange is answered.

        Returns the issues that only the whole letter has, when it is whole.
        """
        verb = command.verb
        if verb == "TEXT":
            self._letter.add_line(command.text)
            self._letter_issues |= issues
        elif verb == "CHUNK":
            self._letter.add(command.text)
        elif verb == "DOT":
            found = _issues(letter_problems(self._letter.lines())) - self._letter_issues
            self._letter.add("")
            return found
        elif verb in _DROPS_LETTER:
            self._letter.clear()
            self._letter_issues = frozenset()
        elif verb in ("AUTH", "X-EXPS"):
            self._auth = command
        return frozenset()

    def _issues_of(self, command: Command | None) -> frozenset[str]:
        """The issues of the command that is being answered; LMTP answers some several times."""
        found = next((issues for said, issues in self._waiting if said is command), frozenset())
        # Besides what was answered now, lines said too early may have turned out to be text.
        pending = self.session.pending
        self._waiting = [one for one in self._waiting if any(one[0] is due for due in pending)]
        return found


def _issues(*problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(problem.issue for problem in chain(*problems))


def _failure(words: str) -> Mapping[str, Any]:
    return {"failure": (words,) if words else ()}
