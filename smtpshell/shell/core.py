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
from typing import Any, TypeVar

from smtpshell.catalogue import marked, tr
from smtpshell.errors import SmtpshellError, UsageError
from smtpshell.shell import asking
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.history import LineHistory
from smtpshell.shell.option import Options
from smtpshell.shell.place import Place
from smtpshell.shell.question import Question
from smtpshell.shell.rewind import refresh_station
from smtpshell.shell.sending import Sending, local_meant
from smtpshell.shell.voice import Voice
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.state import Mode

Found = TypeVar("Found")


class Shell(Sending):
    """One learner at one terminal, with one connection at a time."""

    def __init__(
        self,
        voice: Voice,
        options: Options,
        commentary: Commentary,
        place: Place,
        history: LineHistory,
    ) -> None:
        super().__init__(voice, options, commentary, place, history)
        self._leaving = False
        self._awaited: asyncio.Future[Any] | None = None  # by a local command
        self._awaited_words = ""

    # -- what the prompt looks at

    @property
    def asks_for_a_key(self) -> bool:
        """Is a question open that one key answers?"""
        return isinstance(self.question, Question)

    @property
    def busy(self) -> bool:
        """Is there something for Ctrl-C to end, besides the line at the prompt?"""
        waits = self.queue or self.queue.aside
        return bool(self.question or waits or self.connecting or self.waiting or self._awaited)

    def is_answer(self, key: str) -> bool:
        """Is *key* one of those that answer the open question?"""
        question = self.question
        return isinstance(question, Question) and key.lower() in (c.key for c in question.choices)

    # -- what the learner does

    def submit(self, text: str, *, in_turn: bool = True) -> None:
        """Enter was pressed. *in_turn* is False if no prompt stood there: typed ahead."""
        leaving, self._leaving = self._leaving, False
        if self.question is not None:
            self.answer(text)
        elif not in_turn and self.waiting:
            self.let_wait([text])
        elif self.is_local(text):
            self._leaving = leaving
            self.run_local(text)
        elif (self.queue and not self.queue.held) or self.queue.aside:
            self.let_wait([text])  # behind what was said before it
        elif self.tutor is None or not self.tutor.takes(text):
            for_server = self.connected and self.at_command
            self.say_or_tell(text)
            if self.question is not None:
                return
            if for_server:
                self._tell_of_missing_colon(text)
            elif text.startswith(":"):
                self._tell_of_colon(text)

    def _tell_of_missing_colon(self, text: str) -> None:
        """A local command without its colon has gone to the server, which knows none."""
        if self.options["verbosity"] == "exam" or parse_command(text).known:
            return
        if name := local_meant(text):
            words = tr(
                "That went to the server. With its colon, :{name} is for the shell.", name=name
            )
            self.voice.say(words, "note")

    def _tell_of_colon(self, text: str) -> None:
        """A local command that was typed where it is none has become text of the letter."""
        from smtpshell.shell.local.registry import LOCALS

        if text[1:].partition(" ")[0] in LOCALS and self.narrator.session.mode is Mode.TEXT:
            words = tr("This is a line of the letter now. Inside a letter Ctrl-] comes first.")
            self.voice.say(words, "note")

    def run_local(self, text: str, *, typed: bool = True) -> asyncio.Task[None] | None:
        """A local command, with or without its colon; not *typed* where a key stands for it.

        What it does beside the prompt is given back, if it does not do all at once.
        """
        from smtpshell.shell.local import parse_local

        line = text if text.startswith(":") else f":{text}"
        if typed:
            self.view.keep_typed(line)
            self.history.append_string(line)
        if line.strip() == ":":
            return None
        try:
            command, argument = parse_local(line)
            if command.name != "quit":
                self._leaving = False
            work = command.run(self, argument)
        except SmtpshellError as error:
            self.voice.complain(error)
            return None
        if self.tutor is not None:
            self.tutor.ear.used(command.name, argument)
        task = self.begin(work) if work is not None else None
        if task is None and self.place.rewinds:
            refresh_station(self)
        self.look_at_lesson()
        self.view.refresh()
        return task

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
            self.refuse()
        elif self.queue or self.queue.aside:
            self.drop_what_waits()
        elif self._awaited is not None:
            self._awaited.cancel()
        elif self.connecting:
            self.give_up_connecting()
        elif self.waiting:
            self.stopped_waiting = True
            self.look_at_lesson()  # a step that is done for the learner goes on, too
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
            self.refuse()
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
        self.queue.drop()
        self.view.finish(0)
