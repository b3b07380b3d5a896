"""A run without a learner at the keyboard: lines in, dialogue and notes out.

Each line of the input goes out as it stands, with CRLF, when the reply to the one before has come,
as if it were typed. Nothing is added: no EHLO, STARTTLS, dot or QUIT of ours, and no dot is doubled
in a letter. Some lines are not sent, and it is said which and why: what would show in clear what
TLS was asked for, and what was meant for a letter or a login that was refused (`leftover`).

Lines that begin with a colon where a command is due are for the run itself (`COMMANDS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError, UsageError
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.guard import risk_in_clear
from smtpshell.shell.banner import is_loopback
from smtpshell.shell.leftover import LETTER, LOGIN, Leftover
from smtpshell.shell.outcome import (
    AUTH,
    CUT_OFF,
    MALFORMED,
    OUT_OF_STEP,
    STATUSES,
    TIMED_OUT,
    TLS,
    USAGE,
    Outcome,
    is_malformed,
    is_refusal,
    stage,
)
from smtpshell.smtp.command import Command, parse_client_line
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.fact.moment import Moment
    from smtpshell.net.target import Target
    from smtpshell.net.trust import Trust
    from smtpshell.shell.narrator import Narrator

LONGEST_LINE = 1024 * 1024  # octets of input; no server takes a thousandth of it
MOMENT = 0.5  # seconds for an answer that should not come
MOST_IN_A_GROUP = 64 * 1024  # octets sent before the first reply is read
COMMANDS = {
    ":pipeline": marked("collect what follows, to be sent in one go"),
    ":wait": marked("send what was collected, wait for the replies, go on line by line"),
    ":drop": marked("cut the connection without QUIT"),
    ":set OPTION VALUE": marked("set bytes, remarks or stuff, as in the shell"),
}
OPTIONS = ("bytes", "remarks", "stuff")
_NO_LOSS = (b"", b"QUIT")  # lines that may come too late
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors and shells put one first; nobody types it
_LEFT_OUT = {
    LETTER: marked("the letter was refused before it began, and its lines are no commands."),
    LOGIN: marked("the login was refused, and what was to follow may be a password."),
}


class Rules(NamedTuple):
    """How a run is to behave."""

    stop_on_error: bool = False
    timeout: float | None = None  # seconds for each whole reply; None: as RFC 5321 4.5.3.2 says
    insecure_auth: bool = False  # logins may go out in clear
    accept_certificate: bool = False  # one that was not verified is accepted


class BatchRun:
    """One script against one server."""

    def __init__(
        self,
        target: Target,
        trust: Trust,
        rules: Rules,
        narrate: Callable[[Callable[[Iterable[Moment]], None]], Narrator],
        news: Callable[[Narrator], None] = lambda narrator: None,
    ) -> None:
        self._target = target
        self._rules = rules
        self._outcome = Outcome()
        self._narrator = narrate(self._hear)
        self._news = news  # tells what became of letters
        self._letters = 0  # answered since it did
        self._client = BlockingClient(
            target, self._narrator.hear, trust=trust, timeout=rules.timeout
        )
        self._leftover = Leftover(lambda of: self._tell(tr("Left out"), tr(_LEFT_OUT[of])))
        self._group: bytearray | None = None  # lines collected between :pipeline and :wait
        self._connected = False
        self._leaving = False
        self._tls_refused = False
        self._tls_due = False  # between the 220 and the end of the handshake
        self._status = 0  # decided before the end: the reason to stop
        self._ended = 0  # how the connection ended before the script did

    def run(self, script: BinaryIO) -> int:
        """Play *script*; the exit status. ConnectError if there was never a connection."""
        try:
            self._client.connect()
        except ConnectError as error:
            if not self._connected:
                raise
            if error.hint:  # the reason has been told as the end of the connection
                self._narrator.voice.say(error.hint)
            return self._finish(TLS)
        self._settle()
        if not self._status:
            self._play(_lines(script))
        if not self._status:
            self._send_group()
        if not self._status and self._target.starttls and not self._client.tls:
            self._stop(TLS, tr("STARTTLS was required, and the session never came under TLS."))
        self._say_goodbye()
        status = self._status or self._outcome.status(ended=self._ended)
        if not status and self._client.session.out_of_step:
            status = OUT_OF_STEP
        return self._finish(status)

    # -- the script

    def _play(self, lines: Iterator[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            if self._group is None:
                self._client.look()
            if not self._over:
                self._take(line, number)
            elif line.strip().upper() not in _NO_LOSS:
                self._ended = self._ended or CUT_OFF
                self._tell(
                    tr("Not sent"),
                    tr("line {number} and what follows: the session is over.", number=number),
                )
                return
            if self._status:
                return

    @property
    def _over(self) -> bool:
        return self._client.closed is not None or self._client.session.mode is Mode.ENDED

    def _take(self, line: bytes, number: int) -> None:
        """Do what *line* says, or send it."""
        mode = self._client.session.mode
        if mode is Mode.COMMAND and self._leftover.takes(line):
            return
        if mode is Mode.COMMAND and line[:1] == b":":
            try:
                self._obey(line.decode("utf-8", "replace").split())
            except UsageError as error:
                self._stop(
                    USAGE,
                    tr("line {number}: {error}. A script may say:", number=number, error=error),
                )
                self._narrator.voice.table([(name, tr(words)) for name, words in COMMANDS.items()])
            return
        if mode is Mode.TEXT and self._narrator.options.on("stuff"):
            line = b"." + line if line.startswith(b".") and line != b"." else line
        command = parse_client_line(line, mode)
        if risk := self._risk(command):
            self._stop(TLS if self._target.starttls else AUTH, f"{risk}.")
        elif fault := self._fault(line, mode):
            self._stop(USAGE, tr("line {number}: {fault}.", number=number, fault=fault))
        elif self._group is not None:
            self._group += line + b"\r\n"
        else:
            self._say(line + b"\r\n")

    def _risk(self, command: Command) -> str:
        """Why *command* must not go out as the connection stands."""
        session = self._client.session
        if self._target.starttls and not session.tls and command.verb != "QUIT":
            if self._tls_refused:
                return tr("STARTTLS is required, and it was refused")
            if session.phase != "connected" and "STARTTLS" not in session.offered:
                return tr("STARTTLS is required, and this server does not offer it")
        if self._rules.insecure_auth and not self._target.starttls:
            return ""
        return risk_in_clear(self._target, session, command)

    def _fault(self, line: bytes, mode: Mode) -> str:
        """What no real server must be sent, whatever the script says."""
        if len(line) >= LONGEST_LINE:
            return tr("longer than {size} KiB", size=LONGEST_LINE // 1024)
        odd = mode is not Mode.CHUNK and (b"\r" in line or b"\0" in line)
        if odd and not is_loopback(self._target.host):
            return tr(
                "a CR without LF, or a NUL; with these one letter is smuggled into another,"
                " so they go to the practice server and to this machine only"
            )
        if self._group is not None and len(self._group) > MOST_IN_A_GROUP:
            return tr(
                "more than {size} KiB without :wait; both sides could wait for"
                " each other to read (RFC 2920 3.1)",
                size=MOST_IN_A_GROUP // 1024,
            )
        return ""

    def _obey(self, words: list[str]) -> None:
        """A local command."""
        match words:
            case [":pipeline"]:
                self._send_group()
                self._group = bytearray()
            case [":wait"]:
                self._send_group()
            case [":drop"]:
                self._send_group()
                self._leaving = True
                self._client.drop()
            case [":set", name, value] if name in OPTIONS:
                self._narrator.options.set(name, value)
            case _:
                raise UsageError(tr("{line} cannot be done here", line=printable(" ".join(words))))

    # -- the wire

    def _send_group(self) -> None:
        group, self._group = self._group, None
        if not group:
            return
        was_tls = self._client.tls
        self._say(bytes(group))
        if self._client.tls and not was_tls and not group.rstrip().upper().endswith(b"STARTTLS"):
            # What stood behind STARTTLS is not to be answered. A server that does must not pass for
            # one that does not because its answer comes behind the next line.
            self._client.look(MOMENT)

    def _say(self, data: bytes) -> None:
        try:
            self._client.send(data)
        except ConnectError as error:
            if data.strip().upper() not in _NO_LOSS:
                self._ended = self._ended or CUT_OFF
            self._tell(tr("Not sent"), f"{error}.")
        else:
            self._settle()

    def _settle(self) -> None:
        """Wait until it is the script's turn, and decide about a certificate."""
        client = self._client
        client.settle()
        if self._letters:
            self._letters = 0
            self._news(self._narrator)
        if client.held is not None:
            for words in client.held.lines():
                self._narrator.voice.say(words)
            if self._rules.accept_certificate:
                self._narrator.voice.say(tr("Going on all the same, as asked."))
                client.accept_certificate()
                client.settle()
            else:
                self._status = TLS
                self._leaving = True
                client.close()

    def _say_goodbye(self) -> None:
        """The script is over. One that was stopped leaves politely; else nothing is added."""
        if self._over:
            self._client.close()
            return
        session = self._client.session
        if not self._status:
            self._narrator.voice.say(
                tr("The input has ended; the connection is closed without QUIT.")
            )
        elif session.mode is Mode.COMMAND and not session.pending:
            self._say(b"QUIT\r\n")
        self._leaving = True
        self._client.close()

    # -- what comes of it

    def _hear(self, moments: Iterable[Moment]) -> None:
        moments = tuple(moments)
        self._outcome.hear(moments)
        for moment in moments:
            if moment.on == "connect":
                self._connected = True
            elif moment.on == "message":
                self._letters += 1
            elif moment.on == "tls":
                self._tls_due = False
            elif moment.on == "close":
                self._closed(moment)
            elif moment.on == "reply" and moment.verb == "STARTTLS":
                self._tls_due = self._narrator.session.mode is Mode.TLS
                self._tls_refused = not self._tls_due
            if is_refusal(moment):
                self._leftover.refused(moment.verb)
                if self._rules.stop_on_error:
                    self._status = self._status or stage(moment)
            elif self._rules.stop_on_error and is_malformed(moment):
                self._status = self._status or MALFORMED

    def _closed(self, moment: Moment) -> None:
        """The moment shows what was waited for, or else what was answered last."""
        reply_due = moment.command is not None and moment.reply is None
        if self._leaving or moment.verb == "QUIT":
            return
        if self._tls_due:
            self._status = self._status or TLS
        elif self._client.timed_out:
            self._ended = TIMED_OUT
        elif reply_due or not self._client.session.greeted_by_server:
            self._ended = CUT_OFF

    def _stop(self, status: int, words: str) -> None:
        self._status = status
        self._tell(tr("Not sent"), words)

    def _tell(self, head: str, words: str) -> None:
        self._narrator.voice.note(head, words, "note.error")

    def _finish(self, status: int) -> int:
        if status:
            self._tell(tr("Exit status {status}", status=status), tr(STATUSES[status]))
        return status


def _lines(script: BinaryIO) -> Iterator[bytes]:
    mark = _BYTE_ORDER_MARK
    while line := script.readline(LONGEST_LINE):
        yield line.removeprefix(mark).removesuffix(b"\n").removesuffix(b"\r")
        mark = b""
