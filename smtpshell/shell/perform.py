"""Saying a client's lines again to another server, as far as they still mean what they meant.

What depends on the server's answer is left out where the answer is another: the lines of a letter
where DATA was refused, an answer where no 334 has come, or to another challenge. That is written
down with its reason, as are the two lines that are sent though nobody wrote them: a lone dot where
DATA was accepted against all expectation, and the asterisk that gives a login up.
"""

from __future__ import annotations

from collections.abc import Callable

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.guard import risk_in_clear
from smtpshell.shell.leftover import LETTER, Leftover
from smtpshell.shell.stage import Stage, Terms
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.reply import parse_reply_line
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text
from smtpshell.transcript.redact import Redactor
from smtpshell.transcript.role import Role, Said, Scene
from smtpshell.transcript.secret import hide
from smtpshell.transcript.turn import OURS, REASON, UNSENT, Turn, turns_of

MOMENT = 0.05  # seconds in which a server that has refused may hang up
PARTING = 2.0  # seconds in which one that has said so does
_FAREWELLS = (221, 421)
_LETTER_STAYED = marked("DATA was refused, so the letter stayed here")


def play(role: Role, stage: Stage, terms: Terms = Terms()) -> tuple[Turn, ...]:  # noqa: B008
    """Say all of *role* on *stage*; ConnectError if nobody is there."""
    events: list[Event] = []
    redact = Redactor(lmtp=role.lmtp).redact  # what comes of it is shown, and ends in reports

    def hear(event: Event) -> None:
        events.append(redact(event))

    for number, scene in enumerate(role.scenes):
        if number and scene.pause:
            stage.skip(scene.pause)
        _Actor(stage, terms, hear).play(scene)
    return turns_of(events, lmtp=role.lmtp)


def _shown(said: Said) -> str:
    """A line that was not sent, without its secret."""
    return said.shown or hide(to_text(said.data), Session()).text


class _Actor:
    """Plays one connection."""

    def __init__(self, stage: Stage, terms: Terms, tell: Callable[[Event], None]) -> None:
        self._stage = stage
        self._terms = terms
        self._tell = tell
        self._replies = 0
        self._explained = 0  # of those
        self._judged = 0  # verdicts of the server that were asked for
        self._over = ""  # why no more is said here
        self._client = BlockingClient(
            stage.target, self._hear, trust=stage.trust, timeout=terms.timeout
        )
        self._leftover = Leftover(self._tell_leftover)
        self._port = 0
        self._code: int | None = None  # of the last reply
        self._challenge = ""  # text of the last 334

    def play(self, scene: Scene) -> None:
        self._client.connect()
        self._port = self._client.port
        if not scene.early:
            self._settle()
        for group in scene.groups:
            self._say(group)
        self._client.close()

    # -- what is said

    def _say(self, group: tuple[Said, ...]) -> None:
        """Send what can be sent of lines that belong together, and wait for the replies."""
        client = self._client
        client.look()
        self._make_way(group[0])
        wanted = [said for said in group if not self._left_out(said)]
        if client.closed is not None or client.session.mode is Mode.ENDED:
            self._leave_out(wanted, self._over or tr("the session was over"))
        elif wanted and (why := self._obstacle(wanted)):
            self._leave_out(wanted, why)
        elif wanted:
            self._send(b"".join(said.data + said.eol for said in wanted))

    def _make_way(self, said: Said) -> None:
        """Where the server waits for something else than *said* is: give it the least of that."""
        client = self._client
        if client.closed is not None or said.mode is None:
            return
        mode = client.session.mode
        if mode is Mode.AUTH and said.mode is not Mode.AUTH:
            self._add(
                "*", tr("the server waits for an answer here; an asterisk gives the login up")
            )
        elif mode is Mode.AUTH and not self._answers(said):
            self._add("*", tr("an asterisk gives the login up"))
        elif mode is Mode.TEXT and said.mode not in (Mode.TEXT, Mode.CHUNK):
            if self._stage.on_this_machine:
                self._add(".", tr("DATA was accepted here; a lone dot ends the letter at once"))
            else:
                self._over = tr("DATA was accepted here, and an empty letter would have been sent")
                client.close()

    def _answers(self, said: Said) -> bool:
        return not said.hidden and said.challenge in (None, self._challenge)

    def _add(self, line: str, why: str) -> None:
        """Send a line that nobody wrote."""
        self._remark(why, OURS, line)
        self._send(line.encode() + b"\r\n")

    def _left_out(self, said: Said) -> bool:
        """Is *said* meant for what is not there? That is written down once for each thing."""
        if self._client.closed is not None:
            return False
        mode = self._client.session.mode
        if said.mode is None:  # out of a script: what it is shows in what has been refused
            return mode is Mode.COMMAND and self._leftover.takes(said.data)
        if said.mode is Mode.TEXT and mode is not Mode.TEXT:
            if said.data == b".":
                self._remark(tr(_LETTER_STAYED), UNSENT, ".")
            return True
        if said.mode is Mode.AUTH and mode is not Mode.AUTH:
            words = tr("no answer was asked for, so none was given")
            self._remark(words, UNSENT, _shown(said))
            return True
        if said.hidden:
            self._remark(tr("the password is not in the transcript"), UNSENT, _shown(said))
            return True
        return False

    def _obstacle(self, group: list[Said]) -> str:
        """Why *group* must not go out to this server; "" if it may."""
        stage, session = self._stage, self._client.session
        if stage.practice:
            return ""
        if not stage.on_this_machine:
            data = b"".join(said.data for said in group)
            if any(said.eol != b"\r\n" for said in group) or b"\r" in data or b"\0" in data:
                return tr("odd line ends and NUL go to practice servers and this machine only")
        if self._terms.insecure_auth and not stage.target.starttls:
            return ""
        commands = (parse_client_line(said.data, session.mode) for said in group)
        risks = (risk_in_clear(stage.target, session, command) for command in commands)
        return next(filter(None, risks), "")

    def _tell_leftover(self, of: str) -> None:
        words = (
            tr(_LETTER_STAYED) if of == LETTER else tr("the login was refused, so nothing followed")
        )
        self._remark(words, UNSENT, "." if of == LETTER else tr("(the answer)"))

    def _leave_out(self, group: list[Said], why: str) -> None:
        letter = group[-1].mode is Mode.TEXT and group[-1].data == b"."
        for said in group[-1:] if letter else group:
            self._remark(why, UNSENT, _shown(said))

    # -- what comes of it

    def _send(self, data: bytes) -> None:
        try:
            self._client.send(data)
        except ConnectError as error:
            self._over = self._over or str(error)
        else:
            self._settle()

    def _settle(self) -> None:
        client = self._client
        client.settle()
        if client.held is not None:
            if self._terms.accept_certificate:
                client.accept_certificate()
                client.settle()
            else:
                self._over = tr(
                    "the certificate was not verified: {problem}", problem=client.held.problem
                )
                client.close()
        if client.closed is None and self._code is not None:
            if self._code in _FAREWELLS:
                client.look(PARTING)
            elif self._code >= 400:
                client.look(MOMENT)
        if client.timed_out:
            self._over = self._over or tr("no reply came in time")
        self._explain()

    def _explain(self) -> None:
        """Ask the practice server for the reasons of what it has just answered."""
        if self._replies == self._explained:
            return
        self._explained = self._replies
        verdicts = self._stage.verdicts(self._port)
        new = verdicts[self._judged :] if len(verdicts) > self._judged else []
        self._judged = len(verdicts)
        for judged in new:
            self._remark(judged.reason.said().brief, REASON, "")

    def _hear(self, event: Event) -> None:
        self._tell(event)
        if event.kind is not EventKind.SERVER or not event.eol:
            return
        line = parse_reply_line(event.data)
        if line.more:
            return
        self._replies += 1
        self._code = line.code
        if line.code == 334:
            self._challenge = to_text(event.data[4:])
        pending = self._client.session.pending
        if pending and (line.code or 0) >= 400:
            self._leftover.refused(pending[0].verb)

    def _remark(self, words: str, key: str, value: str) -> None:
        self._tell(Event(EventKind.REMARK, words.encode(), detail={key: value}))
