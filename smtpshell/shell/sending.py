"""What goes out on a connection: lines, those that wait, and what is asked before.

A line goes out at once, and is shown when it is on the wire. Lines that were pasted or typed ahead
wait in the queue; a question that is open holds up all of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.errors import ConnectError
from smtpshell.shell import asking
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.connection import Connection
from smtpshell.shell.eaten import eats
from smtpshell.shell.history import LineHistory
from smtpshell.shell.letter import stuffed
from smtpshell.shell.option import Options
from smtpshell.shell.paste import MOST_LINES, LineQueue
from smtpshell.shell.place import Place
from smtpshell.shell.question import Inquiry, Question
from smtpshell.shell.remark import remarks
from smtpshell.shell.rewind import take_station
from smtpshell.shell.scene import Scene
from smtpshell.shell.voice import Voice
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.line import ENDS
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.shell.login import Login

# What people type at other programs to get help, or to be gone.
_MEANT = {"?": "help", "exit": "quit", "bye": "quit", "logout": "quit"}
MOST_AT_ONCE = 100  # lines sent between two looks at the keyboard


class Sending(Connection):
    """A connection on which a learner speaks."""

    def __init__(
        self,
        voice: Voice,
        options: Options,
        commentary: Commentary,
        place: Place,
        history: LineHistory,
    ) -> None:
        super().__init__(voice, options, commentary, place)
        self.history = history
        self.queue = LineQueue()
        self.login: Login | None = None  # begun with :auth
        # Addresses typed before, to be completed; those of the place are known without.
        self._used: dict[str, dict[str, str]] = {"MAIL": {}, "RCPT": {}}
        self._empty_once = False
        self._doing: asyncio.Task[None] | None = None  # a local command that others wait behind

    @property
    def at_command(self) -> bool:
        """Is a command due, not a line of a letter, a chunk or a login?"""
        return self.narrator.session.mode is Mode.COMMAND

    @property
    def takes_local(self) -> bool:
        """Does a colon begin a local command? In a letter or a login nothing typed is ours."""
        return self.at_command or not self.connected

    def is_local(self, text: str) -> bool:
        """Is *text* a local command, and nothing for the server?"""
        return text.startswith(":") and self.takes_local

    def run_local(self, text: str, *, typed: bool = True) -> asyncio.Task[None] | None:
        """Do what the local command *text* says; what goes on beside the prompt, if it does."""
        raise NotImplementedError

    def scene(self) -> Scene:
        """What hints, completion and cautions look at."""
        narrator = self.narrator
        names, senders, mailboxes = self.place.people()
        return Scene(
            narrator.session,
            self.commentary.meaning,
            names,
            (*senders, *self._used["MAIL"].items()),
            (*mailboxes, *self._used["RCPT"].items()),
            where=self.place.where,
            letter=narrator.letter,
            challenge=narrator.challenge,
            waiting=narrator.waiting_for if self.waiting else "",
            queued=len(self.queue),
            connected=self.connected,
            wants_tls=self.place.target.starttls,
        )

    # -- on the wire

    def send(self, text: str, *, eol: bytes | None = None) -> None:
        """Put *text* on the wire with its line end, now."""
        if self.narrator.session.mode is Mode.TEXT and self.options.on("stuff") and text != ".":
            text = stuffed(text)
        end = ENDS[self.options["eol"]] if eol is None else eol
        self.send_bytes(text.encode("utf-8", "surrogateescape") + end, typed=text)

    def send_bytes(self, data: bytes, typed: str) -> None:
        client = self.client
        session = self.narrator.session
        commanded = session.mode is Mode.COMMAND
        if client is None:
            self._not_connected(typed)
            return
        self.stopped_waiting = False
        # Shown when the line is on the wire, not before; a local command stands there already.
        self.typed = None if typed.startswith(":") else typed
        try:
            client.send(data)
        except ConnectError as error:
            self.voice.complain(error)
            self.view.prefill(typed)
            return
        finally:
            self.typed = None
        if commanded:
            self.said.append(typed)
            self.history.append_string(typed)
            self._remember_address()
        elif self.place.rewinds and session.mode is Mode.TEXT:
            self._keep_letter(data)
        # No prompt between lines that follow one another of themselves.
        self.view.busy(self.waiting or (bool(self.queue) and not self.queue.held))

    def _keep_letter(self, data: bytes) -> None:
        """Nothing answers a line of a letter; one that was typed can be taken back all the same."""
        self.timeline.unkept += data
        if not self.queue:
            take_station(self, bytes(self.timeline.unkept))

    def _remember_address(self) -> None:
        command = self.narrator.exchanges[-1].command
        if command is None or command.path is None or command.verb not in self._used:
            return
        mailbox = command.path.mailbox
        known = {name for pairs in self.place.people()[1:] for name, _ in pairs}
        if mailbox and not command.problems and mailbox not in known:
            self._used[command.verb].setdefault(mailbox, tr("typed before"))

    # -- what waits

    def enqueue(self, lines: list[str], *, batch: bool = False) -> None:
        """Let these lines wait for their turn; as a *batch* they do not wait for replies."""
        self._tell_left_out(self.queue.add(lines))
        self.queue.batch = batch
        self.pump()

    def let_wait(self, lines: list[str]) -> None:
        """Put *lines* behind all that waits for its turn."""
        self._tell_left_out(self.queue.add(lines, aside=self._doing is not None))

    def _tell_left_out(self, left_out: int) -> None:
        if left_out:
            self.voice.note(
                tr("Not sent"),
                counted(
                    left_out,
                    "the last line; only {most} can wait at a time.",
                    "the last {count} lines; only {most} can wait at a time.",
                    most=MOST_LINES,
                ),
                "note.error",
            )

    def turn(self) -> None:
        """It may be the learner's turn: do what waits for that."""
        self._go_on_with_login()
        self.look_at_lesson()
        self.pump()

    def pump(self) -> None:
        """Take what waits as if it were typed now, as far as it is its turn."""
        taken = 0
        while self.queue and self.question is None:
            batch = self.queue.batch
            if (self.waiting and not batch) or (self.queue.held and self.connected):
                return
            client = self.client
            if client is not None and client.cut_off and client.closed is None:
                return  # once its end has been told, what waits is dropped
            local = self.is_local(self.queue.first) and not batch
            if not local and not self.connected:
                self._drop_without_connection()
                return
            if taken == MOST_AT_ONCE:  # let keys be read: Ctrl-C may drop the rest
                asyncio.get_running_loop().call_soon(self.pump)
                return
            text = self.queue.next()
            if local:
                self._do(text)
            else:
                self._try_to_say(text, pasted=True)
            taken += 1

    def _do(self, text: str) -> None:
        """A local command that waited; what waits behind it may need what it does."""
        task = self.run_local(text)
        if isinstance(self.question, Inquiry) and self.queue:
            self.drop_what_waits()  # it may be the answer, and a password
        if task is not None:
            self._doing = task
            self.queue.set_aside()
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._doing = None
        if not task.cancelled():
            self.queue.bring_back()
            self.pump()

    def drop_what_waits(self) -> None:
        """Send nothing of it, and tell how much that was."""
        self.voice.say(
            counted(
                self.queue.drop(),
                "{count} line dropped that waited; not sent.",
                "{count} lines dropped that waited; not sent.",
            )
        )

    def _drop_without_connection(self) -> None:
        self.voice.say(
            counted(
                self.queue.drop(),
                "The connection is gone; {count} line that waited: not sent.",
                "The connection is gone; {count} lines that waited: not sent.",
            )
        )

    def _go_on_with_login(self) -> None:
        if self.login is None or self.waiting:
            return
        if not self.connected:
            self.login = None  # the next server gets no password of this one's
        elif self.narrator.session.mode is Mode.AUTH:
            from smtpshell.shell.login import continue_login

            continue_login(self)
        elif self.narrator.last().of_login:
            self.login = None  # it is over, and with it goes the password

    # -- what is asked first

    def say(self, text: str) -> None:
        """Send what the learner typed, or ask first where that is called for."""
        self._try_to_say(text, pasted=True)

    def say_or_tell(self, text: str) -> None:
        """Say it; without a connection, tell that nothing was sent."""
        if self.connected:
            self._try_to_say(text)
        else:
            self._not_connected(text)

    def _try_to_say(self, text: str, *, pasted: bool = False) -> None:
        """Ask first where that is called for, then send."""
        session = self.narrator.session
        if not text and session.mode is Mode.COMMAND and not pasted and not self._empty_once:
            self._empty_once = True
            self.view.keep_typed("")
            self.voice.say(
                tr("Nothing was sent: an empty line is no command. Enter again sends it.")
            )
            return
        self._empty_once = self.queue.held = False
        if (self.tutor is not None and self.tutor.holds(text)) or eats(self, text):
            return
        doubt = self.caution.of_line(text, self.scene(), self.options, remarks)
        if doubt:
            self.ask(asking.of_doubt(self, doubt, text))
            return
        warning = self.caution.to_live_server(text, self.scene(), self.options)
        if warning:
            self.voice.note(tr("Real server"), warning, "note.error")
        self.send(text)

    def _not_connected(self, text: str) -> None:
        self.view.keep_typed(text)
        words = tr("There is no connection, so nothing was sent. :connect opens one.")
        if self.begun or not text:
            self.begun = False
            self.voice.say(words)
            self.view.prefill(text)
            return
        if name := local_meant(text):
            words = tr(
                "There is no connection, so nothing was sent. Did you mean :{name}?", name=name
            )
        # At a prompt that says "closed>" it was hardly meant for a server, and the next local
        # command would stand behind it.
        if self.narrator.session.mode is not Mode.AUTH:
            self.history.append_string(text)
            if self.view.recalls():
                words += " " + tr("Up brings the line back.")
        self.voice.say(words)

    def put_back(self, text: str) -> None:
        """Let the learner edit *text* and send it; what waits behind it goes on waiting."""
        self.queue.held = bool(self.queue)
        self.view.prefill(text)

    def ask(self, question: Question | Inquiry) -> None:
        """Put a question; no line goes out before it is answered."""
        self.question = question
        if isinstance(question, Question):
            self.voice.say(question.text, "ask")
        self.view.refresh()
        self.view.busy(False)

    def answer(self, text: str) -> None:
        """Take *text* for an answer to the open question."""
        question, self.question = self.question, None
        if isinstance(question, Inquiry):
            question.then(text)
        elif question is not None and not question.answer(text):
            self.question = question
            return
        self.view.refresh()
        self._check_certificate()  # it may have come while something else was asked
        self.pump()

    def refuse(self) -> None:
        """Leave the open question without an answer."""
        question, self.question = self.question, None
        if isinstance(question, Question):
            question.refuse()
        elif question is not None and question.left is not None:
            question.left()
        else:
            self.voice.say(tr("Left alone."))
        self.view.refresh()
        self._check_certificate()


def local_meant(text: str) -> str:
    """The local command that *text* lacks only the colon of, "" if there is none."""
    from smtpshell.shell.local.registry import LOCALS

    word, _, rest = text.strip().lower().partition(" ")
    name = _MEANT.get(word, word)
    return name if name in LOCALS and not (rest and parse_command(text).known) else ""
