"""A run without a learner at the keyboard: lines in, dialogue and notes out.

Each line of the input goes out as it stands, with CRLF, when the reply to the one before has come.
Nothing is added: no automatic EHLO, STARTTLS, dot or QUIT. Letters are not dot-stuffed either; the
input is the dialogue's client side, as one would type it.

Lines that begin with a colon where a command is due are for the run itself (`COMMANDS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from smtpshell.errors import ConnectError
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.guard import risk_in_clear
from smtpshell.shell.outcome import AUTH, NOT_CONNECTED, OTHER, STATUSES, TLS, Outcome, stage
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.fact.moment import Moment
    from smtpshell.net.target import Target
    from smtpshell.net.trust import Trust
    from smtpshell.shell.narrator import Narrator

LONGEST_LINE = 1024 * 1024  # octets of input; what is longer goes out in pieces
COMMANDS = {
    ":pipeline": "collect what follows, to be sent in one go",
    ":wait": "send what was collected, wait for the replies, go on line by line",
    ":drop": "cut the connection without QUIT",
}


class Rules(NamedTuple):
    """How a run is to behave."""

    stop_on_error: bool = False
    timeout: float | None = None  # seconds for each whole reply; None: as RFC 5321 4.5.3.2 says
    insecure_auth: bool = False  # logins may go out in clear
    accept_certificate: bool = False  # a certificate that was not verified is accepted


class BatchRun:
    """One script against one server."""

    def __init__(
        self,
        target: Target,
        trust: Trust,
        rules: Rules,
        narrate: Callable[[Callable[[Iterable[Moment]], None]], Narrator],
    ) -> None:
        self.outcome = Outcome()
        self._rules = rules
        self._narrator = narrate(self._hear)
        self._client = BlockingClient(
            target, self._narrator.hear, trust=trust, timeout=rules.timeout
        )
        self._target = target
        self._group: list[bytes] | None = None  # lines collected between :pipeline and :wait
        self._status = 0  # decided before the end: the reason to stop
        self._cut_off = False  # the connection ended while a reply was due

    def run(self, script: BinaryIO) -> int:
        """Play *script*; the exit status."""
        try:
            self._client.connect()
        except ConnectError as error:
            self._narrator.voice.complain(error)
            return TLS if self._client.report is not None else NOT_CONNECTED
        self._settle()
        unsent = self._play(_lines(script))
        if not unsent and not self._status:
            self._send_group()
            self._settle()
        self._say_goodbye()
        status = self._status or self.outcome.status(cut_off=unsent or self._cut_off)
        if status:
            self._narrator.voice.note(f"Exit status {status}", STATUSES[status], "note.error")
        return status

    def _play(self, lines: Iterator[bytes]) -> bool:
        """Send the lines; True if some could not be sent."""
        for line in lines:
            if self._group is None:
                self._client.look()
            if self._client.closed is not None or self._status:
                return True
            if self._narrator.session.mode is Mode.COMMAND and line[:1] == b":":
                self._command(line.decode("utf-8", "replace").strip())
            elif not self._forbidden(line):
                if self._group is None:
                    self._say(line + b"\r\n")
                else:
                    self._group.append(line + b"\r\n")
            if self._group is None:
                self._settle()
        return False

    def _say(self, data: bytes) -> None:
        try:
            self._client.send(data)
        except ConnectError as error:
            self._narrator.voice.complain(error)

    def _command(self, text: str) -> None:
        if text in COMMANDS:
            self._send_group()
        if text == ":drop":
            self._client.drop()
        elif text == ":pipeline":
            self._group = []
        elif text != ":wait":
            known = ", ".join(f"{name} ({about})" for name, about in COMMANDS.items())
            self._narrator.voice.say(f"A script knows these commands of its own: {known}.")
            self._status = self._status or OTHER

    def _send_group(self) -> None:
        group, self._group = self._group, None
        if group:
            self._say(b"".join(group))

    def _forbidden(self, line: bytes) -> bool:
        """Stop rather than send in clear what must not be read on the way."""
        session = self._narrator.session
        command = parse_client_line(line, session.mode)
        risk = risk_in_clear(self._target, session, command)
        if not risk or (self._rules.insecure_auth and not self._target.starttls):
            return False
        self._narrator.voice.note("Not sent", f"{risk}.", "note.error")
        self._status = TLS if self._target.starttls else AUTH
        return True

    def _settle(self) -> None:
        """Wait until it is the script's turn, and decide about a certificate."""
        client = self._client
        client.settle()
        if client.held is not None:
            for words in client.held.lines():
                self._narrator.voice.say(words)
            if self._rules.accept_certificate:
                self._narrator.voice.say("Going on all the same, as asked.")
                client.accept_certificate()
                client.settle()
            else:
                self._status = TLS
                client.close()

    def _hear(self, moments: Iterable[Moment]) -> None:
        moments = tuple(moments)
        self.outcome.hear(moments)
        for moment in moments:
            reply = moment.reply
            if moment.on == "close":
                self._ended(moment)
            elif self._rules.stop_on_error and reply and reply.digit not in (2, 3):
                self._status = self._status or stage(moment)

    def _ended(self, moment: Moment) -> None:
        if moment.verb == "STARTTLS" and moment.code == 220:
            self._status = self._status or TLS  # between the 220 and the first reply under TLS
        elif not self._client.session.greeted_by_server or (moment.command and not moment.reply):
            self._cut_off = True

    def _say_goodbye(self) -> None:
        """The script is over. A run that was stopped leaves politely; nothing else is added."""
        client, session = self._client, self._narrator.session
        if client.closed is None and self._status and session.mode is Mode.COMMAND:
            self._say(b"QUIT\r\n")
            client.settle()
        if client.closed is None:
            client.close()


def _lines(script: BinaryIO) -> Iterator[bytes]:
    while line := script.readline(LONGEST_LINE):
        yield line.removesuffix(b"\n").removesuffix(b"\r")
