"""The shell itself, without a terminal: what a typed line does, and what happens next.

A front end (`app`, `plain`) shows the prompt and hands over lines and keys; this decides. What is
shown goes through the `Voice`. Several shells can live in one process: everything is in here, or
handed in.

Turns
=====

A line goes out at once. Then the front end is told that a reply is due (`view.busy(True)`) and
takes its prompt away, so that the reply can be written straight to the terminal. Lines that come in
the meantime wait in the queue. If the server takes its time the front end shows the prompt again,
and whoever presses Enter then speaks out of turn, which is allowed and remarked upon.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import ConnectError, SmtpshellError, UsageError
from smtpshell.shell import asking
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.connection import Connection
from smtpshell.shell.eaten import eats
from smtpshell.shell.history import LineHistory
from smtpshell.shell.letter import stuffed
from smtpshell.shell.option import Options
from smtpshell.shell.paste import LineQueue
from smtpshell.shell.place import Place
from smtpshell.shell.question import Inquiry, Question
from smtpshell.shell.remark import remarks
from smtpshell.shell.rewind import refresh_station, take_station
from smtpshell.shell.scene import Scene
from smtpshell.shell.voice import Voice
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.shell.login import Login

Found = TypeVar("Found")

EOLS = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r"}
MOST_AT_ONCE = 100  # lines sent between two looks at the keyboard


class Shell(Connection):
    """One learner at one terminal, with one connection at a time."""

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
        self._leaving = False
        self._empty_once = False
        self._awaited: asyncio.Future[Any] | None = None  # by a local command
        self._awaited_words = ""

    # -- what the prompt looks at

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

    @property
    def asks_for_a_key(self) -> bool:
        """Is a question open that one key answers?"""
        return isinstance(self.question, Question)

    @property
    def busy(self) -> bool:
        """Is there something for Ctrl-C to end, besides the line at the prompt?"""
        return bool(self.question or self.queue or self.connecting or self.waiting or self._awaited)

    def is_answer(self, key: str) -> bool:
        """Is *key* one of those that answer the open question?"""
        question = self.question
        return isinstance(question, Question) and any(key == c.key for c in question.choices)

    def scene(self) -> Scene:
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

    # -- what the learner does

    def submit(self, text: str, *, in_turn: bool = True) -> None:
        """Enter was pressed. *in_turn* is False if no prompt stood there: typed ahead."""
        leaving, self._leaving = self._leaving, False
        if self.question is not None:
            self._answer(text)
        elif not in_turn and self.waiting:
            self.queue.add([text])
        elif self.is_local(text):
            self._leaving = leaving
            self.run_local(text)
        elif self.tutor is None or not self.tutor.takes(text):
            self._to_server(text)

    def run_local(self, text: str, *, typed: bool = True) -> None:
        """A local command, with or without its colon; not *typed* where a key stands for it."""
        from smtpshell.shell.local import parse_local

        line = text if text.startswith(":") else f":{text}"
        if typed:
            self.view.keep_typed(line)
            self.history.append_string(line)
        if line.strip() == ":":
            return
        try:
            command, argument = parse_local(line)
            if command.name != "quit":
                self._leaving = False
            work = command.run(self, argument)
        except SmtpshellError as error:
            self.voice.complain(error)
            return
        if self.tutor is not None:
            self.tutor.used(command.name, argument)
        if work is not None:
            self.start(work)
        elif self.place.rewinds:
            refresh_station(self)
        self.look_at_lesson()
        self.view.refresh()

    def paste(self, lines: list[str]) -> None:
        """Several lines at once: a queue."""
        if self.question is not None:
            self.voice.say(tr("A question is open: answer it, then paste again."))
            return
        way = self.options["paste"]
        if self.narrator.session.mode is not Mode.COMMAND or way == "line" or not self.connected:
            self.enqueue(lines)
        elif way == "batch":
            self.enqueue(lines, batch=True)
        else:
            self.ask(asking.of_paste(self, lines))

    def enqueue(self, lines: list[str], *, batch: bool = False) -> None:
        self.queue.add(lines)
        self.queue.batch = batch
        self.pump()

    async def edit(self, text: str) -> None:
        """The learner's editor, for the line or the whole letter."""
        from smtpshell.shell.local.line import edit_letter

        await edit_letter(self, text)

    async def wait_for(self, begin: Callable[[], asyncio.Future[Found]], words: str) -> Found:
        """Begin what a local command needs, named in *words*, and wait; Ctrl-C ends the wait."""
        if self._awaited is not None:
            raise UsageError(
                tr("still waiting for {words}", words=self._awaited_words),
                hint=tr("Ctrl-C ends that"),
            )
        future = begin()
        self._awaited, self._awaited_words = future, words
        try:
            return await future
        except asyncio.CancelledError:
            if not future.cancelled():
                raise  # it is us who are to end
            raise UsageError(tr("stopped waiting for {words}", words=words)) from None
        finally:
            self._awaited = None

    def interrupt(self, text: str = "") -> None:
        """Ctrl-C. *text* is what stood at the prompt, now cleared."""
        self._leaving = self.begun = False
        if self.question is not None:
            self._refuse()
        elif self.queue:
            self.voice.say(
                counted(
                    self.queue.drop(),
                    "{count} line dropped that waited; not sent.",
                    "{count} lines dropped that waited; not sent.",
                )
            )
        elif self._awaited is not None:
            self._awaited.cancel()
        elif self.connecting:
            self.give_up_connecting()
        elif self.waiting:
            self.stopped_waiting = True
            self.voice.say(
                tr(
                    "Stopped waiting for {what}. The connection is still open and the"
                    " reply may yet come. Ctrl-C again offers to drop the connection.",
                    what=self.narrator.waiting_for,
                )
            )
            self.view.busy(False)
        elif not text and self.connected:
            self.ask(asking.of_drop(self))
        self.view.refresh()

    def leave(self, key: str = marked("Ctrl-D")) -> None:
        """Leave at once if nothing is lost by it, else at the second time."""
        if self.question is not None:
            self._refuse()
            return
        reason = self.caution.of_leaving(self.narrator.session) if self.connected else ""
        if reason and not self._leaving:
            self._leaving = True
            self.voice.note(
                tr("Leave like this?"),
                tr("{reason} {key} again leaves.", reason=reason, key=tr(key)),
                "note.error",
            )
            self.view.refresh()
            return
        self.view.finish(0)

    def ask(self, question: Question | Inquiry) -> None:
        self.question = question
        if isinstance(question, Question):
            self.voice.say(question.text, "ask")
        self.view.refresh()
        self.view.busy(False)

    # -- sending

    def send(self, text: str, *, eol: bytes | None = None) -> None:
        """Put *text* on the wire with its line end, now."""
        if self.narrator.session.mode is Mode.TEXT and self.options.on("stuff") and text != ".":
            text = stuffed(text)
        end = EOLS[self.options["eol"]] if eol is None else eol
        self.send_bytes(text.encode("utf-8", "surrogateescape") + end, typed=text)

    def send_bytes(self, data: bytes, typed: str) -> None:
        client = self.client
        session = self.narrator.session
        commanded = session.mode is Mode.COMMAND
        if client is None:
            self._not_connected(typed)
            return
        self.stopped_waiting = False
        self.typed = typed  # shown when the line is on the wire, not before
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
        self.view.busy(self.waiting)

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

    def say(self, text: str) -> None:
        """Send what the learner typed, or ask first where that is called for."""
        self._try_to_say(text, pasted=True)

    def turn(self) -> None:
        self._go_on_with_login()
        self.look_at_lesson()
        self.pump()

    def pump(self) -> None:
        """Send what waits, as far as it is its turn."""
        sent = 0
        while self.queue and self.question is None and self.connected:
            if self.waiting and not self.queue.batch:
                return
            if sent == MOST_AT_ONCE:  # let keys be read: Ctrl-C may drop the rest
                asyncio.get_running_loop().call_soon(self.pump)
                return
            self._try_to_say(self.queue.next(), pasted=True)
            sent += 1
        if self.queue and not self.connected:
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
        if self.narrator.session.mode is Mode.AUTH:
            from smtpshell.shell.login import continue_login

            continue_login(self)
        elif self.narrator.last().of_login:
            self.login = None  # it is over, and with it goes the password

    def _to_server(self, text: str) -> None:
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
        self._empty_once = False
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
            self.voice.say(words)
            self.view.prefill(text)
            return
        # At a prompt that says "closed>" it was hardly meant for a server, and the next local
        # command would stand behind it.
        if self.narrator.session.mode is not Mode.AUTH:
            self.history.append_string(text)
            words += " " + tr("Up brings the line back.")
        self.voice.say(words)

    # -- questions

    def _answer(self, text: str) -> None:
        question, self.question = self.question, None
        if isinstance(question, Inquiry):
            question.then(text)
        elif question is not None and not question.answer(text):
            self.question = question
            return
        self.view.refresh()
        self.pump()

    def _refuse(self) -> None:
        question, self.question = self.question, None
        if isinstance(question, Question):
            question.refuse()
        elif question is not None and question.left is not None:
            question.left()
        else:
            self.voice.say(tr("Left alone."))
        self.view.refresh()
