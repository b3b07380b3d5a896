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
from collections.abc import Awaitable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from smtpshell.errors import ConnectError, SmtpshellError
from smtpshell.shell.caution import LIVE_RULES, Caution
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.fragment import number_of
from smtpshell.shell.history import LineHistory
from smtpshell.shell.letter import stuffed
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.option import Options
from smtpshell.shell.paste import LineQueue
from smtpshell.shell.place import Place
from smtpshell.shell.question import Choice, Inquiry, Question, yes_no
from smtpshell.shell.remark import remarks
from smtpshell.shell.scene import Scene
from smtpshell.shell.voice import Voice
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.net.client import Client
    from smtpshell.shell.login import Login

_TURNS = frozenset({EventKind.SERVER, EventKind.TLS, EventKind.CLOSE})
EOLS = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r"}


class View(Protocol):
    """What a front end does for the shell."""

    def busy(self, due: bool) -> None:
        """A reply is due, or no longer."""

    def prefill(self, text: str) -> None:
        """Put *text* at the prompt, to be edited and sent by the learner."""

    def refresh(self) -> None:
        """Something that the prompt shows has changed."""

    def gathered(self) -> AbstractContextManager[None]:
        """What is shown inside belongs together: the prompt is moved once for all of it."""

    def keep_typed(self, text: str) -> None:
        """Leave the typed line in the scroll-back, above its C: line."""

    def finish(self, status: int) -> None:
        """Leave the shell."""

    async def edit(self, text: str) -> str | None:
        """Let the learner write in an editor; None if nothing came of it."""


class Shell:
    """One learner at one terminal, with one connection at a time."""

    def __init__(
        self,
        voice: Voice,
        options: Options,
        commentary: Commentary,
        place: Place,
        history: LineHistory,
    ) -> None:
        self.voice = voice
        self.options = options
        self.commentary = commentary
        self.place = place
        self.practice: Place | None = place if place.where == "practice" else None
        self.history = history
        self.view: View = _NoView()
        self.narrator = Narrator(voice, options, commentary)
        self.client: Client | None = None
        self.queue = LineQueue()
        self.question: Question | Inquiry | None = None
        self.said: list[str] = []  # lines sent at a command prompt, for :again and :fix
        self.caution = Caution()
        self.login: Login | None = None  # begun with :auth
        self._stopped_waiting = False
        self._leaving = False
        self._empty_once = False
        self._typed: str | None = None
        self._looking = False
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what the prompt looks at

    @property
    def connected(self) -> bool:
        return self.client is not None and self.client.closed is None

    @property
    def waiting(self) -> bool:
        """Is a reply due that the learner has not given up on?"""
        client = self.client
        if client is None or client.settled or self._stopped_waiting:
            return False
        # BDAT is answered when its octets are there, and they are ours to send.
        return self.narrator.session.mode is not Mode.CHUNK

    @property
    def at_command(self) -> bool:
        """Is a command due, not a line of a letter, a chunk or a login?"""
        return self.narrator.session.mode is Mode.COMMAND

    @property
    def takes_local(self) -> bool:
        """Does a colon begin a local command? In a letter or a login nothing typed is ours."""
        return self.at_command or not self.connected

    @property
    def asks_for_a_key(self) -> bool:
        """Is a question open that one key answers?"""
        return isinstance(self.question, Question)

    def is_answer(self, key: str) -> bool:
        """Is *key* one of those that answer the open question?"""
        question = self.question
        return isinstance(question, Question) and any(key == c.key for c in question.choices)

    def scene(self) -> Scene:
        narrator = self.narrator
        return Scene(
            narrator.session,
            self.commentary.meaning,
            *self.place.people(narrator.session),
            where=self.place.where,
            letter=narrator.letter,
            challenge=narrator.challenge,
            waiting=narrator.waiting_for if self.waiting else "",
            queued=len(self.queue),
            connected=self.connected,
        )

    # -- what the learner does

    def submit(self, text: str, *, in_turn: bool = True) -> None:
        """Enter was pressed. *in_turn* is False if no prompt stood there: typed ahead."""
        self._leaving = False
        if self.question is not None:
            self._answer(text)
        elif not in_turn and self.waiting:
            self.queue.add([text])
        elif text.startswith(":") and self.takes_local:
            self.run_local(text)
        elif not self.connected:
            self._not_connected(text)
        else:
            self._try_to_say(text)

    def run_local(self, text: str) -> None:
        """A local command, with or without its colon."""
        from smtpshell.shell.local import parse_local

        line = text if text.startswith(":") else f":{text}"
        self.view.keep_typed(line)
        if line.strip() == ":":
            return
        self.history.append_string(line)
        try:
            command, argument = parse_local(line)
            work = command.run(self, argument)
        except SmtpshellError as error:
            self.voice.complain(error)
            return
        if work is not None:
            self.start(work)
        self.view.refresh()

    def paste(self, lines: list[str]) -> None:
        """Several lines at once: a queue."""
        way = self.options["paste"]
        if self.narrator.session.mode is not Mode.COMMAND or way == "line" or not self.connected:
            self.enqueue(lines)
        elif way == "batch":
            self.enqueue(lines, batch=True)
        else:
            self.voice.table([(f"{n + 1}", text) for n, text in enumerate(lines[:8])])
            more = f" and {len(lines) - 8} more" if len(lines) > 8 else ""
            self.ask(
                Question(
                    f"{len(lines)} lines were pasted{more}.",
                    (
                        Choice("l", "one line per reply", lambda: self.enqueue(lines)),
                        Choice(
                            "b", "all at once, pipelined", lambda: self.enqueue(lines, batch=True)
                        ),
                        Choice("d", "drop them", lambda: self.voice.say("Dropped; not sent.")),
                    ),
                )
            )

    def enqueue(self, lines: list[str], *, batch: bool = False) -> None:
        self.queue.add(lines)
        self.queue.batch = batch
        self.pump()

    async def edit(self, text: str) -> None:
        """The learner's editor, for the line or the whole letter."""
        from smtpshell.shell.local.line import edit_letter

        await edit_letter(self, text)

    def interrupt(self, text: str = "") -> None:
        """Ctrl-C. *text* is what stood at the prompt, now cleared."""
        self._leaving = False
        if self.question is not None:
            self._refuse()
        elif self.queue:
            self.voice.say(f"{number_of(self.queue.drop(), 'line')} dropped that waited; not sent.")
        elif self.waiting:
            self._stopped_waiting = True
            self.voice.say(
                f"Stopped waiting for {self.narrator.waiting_for}. The connection is still open and"
                " the reply may yet come. Ctrl-C again offers to drop the connection."
            )
            self.view.busy(False)
        elif not text and self.connected:
            self._offer_drop()
        self.view.refresh()

    def leave(self, key: str = "Ctrl-D") -> None:
        """Leave at once if nothing is lost by it, else at the second time."""
        if self.question is not None:
            self._refuse()
            return
        reason = self.caution.of_leaving(self.narrator.session) if self.connected else ""
        if reason and not self._leaving:
            self._leaving = True
            self.voice.note("Leave like this?", f"{reason} {key} again leaves.", "note.error")
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
        self._stopped_waiting = False
        self._typed = typed  # shown when the line is on the wire, not before
        try:
            client.send(data)
        except ConnectError as error:
            self.voice.complain(error)
            return
        finally:
            self._typed = None
        if commanded:
            self.said.append(typed)
            self.history.append_string(typed)
        self.view.busy(self.waiting)

    def pump(self) -> None:
        """Send what waits, as far as it is its turn."""
        while self.queue and self.question is None and self.connected:
            if self.waiting and not self.queue.batch:
                return
            self._try_to_say(self.queue.next(), pasted=True)
        if self.queue and not self.connected:
            dropped = number_of(self.queue.drop(), "line")
            self.voice.say(f"The connection is gone; {dropped} that waited: not sent.")

    def _try_to_say(self, text: str, *, pasted: bool = False) -> None:
        """Ask first where that is called for, then send."""
        session = self.narrator.session
        if not text and session.mode is Mode.COMMAND and not pasted and not self._empty_once:
            self._empty_once = True
            self.view.keep_typed("")
            self.voice.say("Nothing was sent: an empty line is no command. Enter again sends it.")
            return
        self._empty_once = False
        doubt = self.caution.of_line(text, self.scene(), self.options, remarks)
        if doubt:
            self.ask(
                Question(
                    doubt,
                    (
                        Choice("y", "send it", lambda: self.send(text)),
                        Choice("n", "edit it", lambda: self.view.prefill(text)),
                    ),
                )
            )
            return
        warning = self.caution.to_live_server(text, self.scene(), self.options)
        if warning:
            self.voice.note("Real server", warning, "note.error")
        self.send(text)

    def _not_connected(self, text: str) -> None:
        self.view.keep_typed(text)
        self.voice.say("There is no connection, so nothing was sent. :connect opens one.")
        self.view.prefill(text)

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
        else:
            self.voice.say("Left alone.")
        self.view.refresh()

    def _offer_drop(self) -> None:
        self.ask(
            yes_no(
                "Drop the connection, without QUIT?",
                self.drop,
                lambda: self.voice.say("The connection stays."),
            )
        )

    # -- the connection

    def hear(self, event: Event) -> None:
        """Everything that happens on the connection comes here first."""
        if event.kind is EventKind.CLIENT and self._typed is not None:
            self.view.keep_typed(self._typed)
            self._typed = None
        with self.view.gathered():
            self.narrator.hear(event)
        if event.kind in _TURNS:
            self._stopped_waiting = False
            if not self._looking:
                self._looking = True
                asyncio.get_running_loop().call_soon(self._look_whose_turn)

    def _look_whose_turn(self) -> None:
        """Behind the client's own book-keeping: is it the learner's turn?"""
        self._looking = False
        self._check_certificate()
        self._go_on_with_login()
        self.pump()
        self.view.busy(self.waiting)

    def _go_on_with_login(self) -> None:
        if self.login is None or self.waiting:
            return
        if self.narrator.session.mode is Mode.AUTH:
            from smtpshell.shell.login import continue_login

            continue_login(self)
        elif self.narrator.last().of_login:
            self.login = None  # it is over, and with it goes the password

    def _check_certificate(self) -> None:
        client = self.client
        if client is None or client.held is None or self.question is not None:
            return
        for words in client.held.lines():
            self.voice.say(words)
        self.ask(
            Question(
                f"This certificate was not verified: {client.held.problem}.",
                (
                    Choice("g", "go on all the same", self._accept_certificate),
                    Choice("h", "hang up", client.close),
                ),
            )
        )

    def _accept_certificate(self) -> None:
        if self.client is not None:
            self.client.accept_certificate()

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        if self.client is not None:
            self.client.drop()

    async def open(self) -> None:
        """Connect to where `place` says; what was open before is closed."""
        await self.hang_up()
        self.queue.drop()
        try:
            await self.place.prepare()
            self.narrator = Narrator(
                self.voice,
                self.options,
                self.commentary,
                record=self.place.open_record(),
                lmtp=self.place.target.lmtp,
            )
            self.caution = Caution()
            self.client = self.place.client(self.hear)
            self.narrator.watch.peer.update(self.place.peer())
            await self.client.connect()
        except SmtpshellError as error:
            self.client = None
            self.voice.complain(error)
        self.view.busy(self.waiting)
        self.view.refresh()

    async def move(self, place: Place) -> None:
        """Connect to another place; the practice server goes on, to come back to."""
        await self.hang_up()
        if place.where == "practice":
            self.practice = place
        self.place = place
        if place.where == "live":
            self.voice.note("Real server", LIVE_RULES, "note.error")
        await self.open()

    async def hang_up(self) -> None:
        """Close the connection if there is one, and wait until it is closed."""
        client = self.client
        if client is not None and client.closed is None:
            client.close()
            await client.wait_closed()

    async def shut_down(self) -> None:
        """The end: nothing of this shell goes on."""
        await self.hang_up()
        for task in list(self._tasks):
            task.cancel()
        for place in {id(place): place for place in (self.place, self.practice) if place}.values():
            await place.close()
        self.commentary.save()

    def start(self, work: Awaitable[None]) -> None:
        """Run *work* beside the prompt; what goes wrong is said."""

        async def run() -> None:
            try:
                await work
            except SmtpshellError as error:
                self.voice.complain(error)
            self.view.refresh()

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _NoView:
    """Before a front end is there."""

    def busy(self, due: bool) -> None: ...
    def prefill(self, text: str) -> None: ...
    def refresh(self) -> None: ...
    def gathered(self) -> AbstractContextManager[None]:
        return nullcontext()

    def keep_typed(self, text: str) -> None: ...
    def finish(self, status: int) -> None: ...
    async def edit(self, text: str) -> str | None:
        return None
