"""What keys do at the terminal; `keys` says which key does what."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

from prompt_toolkit.document import Document

from smtpshell.catalogue import tr
from smtpshell.shell.question import WRITTEN_OUT

if TYPE_CHECKING:
    from smtpshell.shell.app import TerminalFrontEnd

A_MOMENT = 1.0  # seconds; keys that follow one another faster belong together


class Actions:
    """The actions of one front end. Before there is a shell, only the line can be typed."""

    def __init__(self, front: TerminalFrontEnd) -> None:
        self._front = front
        self._astray = (
            0.0  # when a letter came to a question that is no answer; 0: none since Enter
        )
        self._answered: tuple[str, float] | None = None  # the key of the last answer, and when

    def enter(self) -> None:
        text = self._front.buffer.text
        if self._belongs_to_answer(text):
            self._front.prefill("")
            return
        in_turn = self._front.screen.prompt_stands
        self._front.buffer.reset()
        shell = self._front.shell
        if shell is None:
            self._front.early.append(text)
            return
        with self._front.turn():
            if self._front.local_line is not None:
                self.close_local_line()
                shell.run_local(text)
            else:
                shell.submit(text, in_turn=in_turn)

    def interrupt(self) -> None:
        if self._front.screen.is_lent:
            return  # it was meant for the editor, which has had it as well
        if self._front.local_line is not None:
            self.close_local_line()
            return
        text = self._front.buffer.text
        shell = self._front.shell
        # An answer that was begun goes with its question, a password above all. Where something
        # else is ended the line stays.
        if shell is None or not shell.busy or shell.question is not None:
            self._front.buffer.reset()
        if shell is not None:
            with self._front.turn():
                shell.interrupt(text)

    def end_of_file(self) -> None:
        if self._front.local_line is not None:
            self.close_local_line()
        elif self._front.shell is None:
            self._front.finish(0)
        else:
            with self._front.turn():
                self._front.shell.leave()

    def explain_here(self) -> None:
        if self._front.shell is not None and not self._front.asking:
            text = self._front.buffer.text if self._front.local_line is None else ""
            with self._front.turn():
                self._front.shell.run_local(f":explain {text}", typed=False)

    def open_local_line(self) -> None:
        if self._front.shell is not None and not self._front.asking:
            self._front.local_line = self._front.buffer.document
            self._front.buffer.set_document(Document(""))
            self._front.refresh()

    def close_local_line(self) -> None:
        document, self._front.local_line = self._front.local_line, None
        if document is not None:
            self._front.buffer.set_document(document)
        self._front.refresh()

    def edit_line_or_letter(self) -> None:
        if self._front.shell is not None and not self._front.asking:
            text = self._front.buffer.text
            self._front.buffer.reset()
            self._front.shell.start(self._front.shell.edit(text))

    @property
    def took_only_completion(self) -> bool:
        """Was the only completion there is taken with Tab? To go round to it is to lose it."""
        state = self._front.buffer.complete_state
        return state is not None and len(state.completions) == 1 and state.complete_index == 0

    def complete_on(self) -> None:
        """Keep the completion that was taken, and offer what may stand behind it."""
        self._front.buffer.complete_state = None
        self._front.offer_completions(self._front.buffer)

    def paste(self, lines: list[str], rest: str) -> None:
        shell = self._front.shell
        if shell is not None and shell.asks_for_a_key:
            if lines:
                with self._front.turn():
                    self._front.keep_question("")
                    shell.paste(lines)  # which says why it is not taken
            else:
                self.answer_key(rest)
            return
        if not lines or self._front.asking or self._front.local_line is not None:
            # A line end at the end is none of a password's, nor of anything that is asked for.
            self._front.prefill(" ".join([*lines, rest] if rest else lines) if lines else rest)
            return
        self._front.prefill(rest)
        if shell is None:
            self._front.early += lines
            return
        with self._front.turn():
            shell.paste(lines)

    def suspend(self) -> None:
        """Stop, so that the shell we were started from goes on, until it wakes us."""
        if sys.platform == "win32":
            return
        shell = self._front.shell
        self._front.screen.hide_prompt()
        with self._front.application.input.detach(), self._front.screen.lent():
            os.kill(0, signal.SIGTSTP)
        self._front.busy(shell is not None and shell.waiting)

    @property
    def asks_for_a_key(self) -> bool:
        shell = self._front.shell
        return shell is not None and shell.asks_for_a_key

    def answer_key(self, key: str) -> None:
        """A key at a question. One that is no answer begins a line typed ahead or in error, and
        no letter in such a line answers: the `y` of `try` sends nobody's mail.
        """
        shell = self._front.shell
        if shell is None:
            return
        now = asyncio.get_running_loop().time()
        in_a_word = self._astray and now - self._astray < A_MOMENT
        if in_a_word or not shell.is_answer(key):
            if key.isprintable():
                self._astray = now
            return
        self._astray = 0.0
        with self._front.turn():
            self._front.keep_question(key)
            shell.submit(key)
        self._answered = key.lower(), now

    def enter_at_question(self) -> None:
        shell = self._front.shell
        if shell is not None and self._astray:
            self._astray = 0.0
            with self._front.turn():
                self._front.keep_question("")
                shell.voice.say(tr("A question is open, so that was not sent: one key answers it."))

    def _belongs_to_answer(self, text: str) -> bool:
        """Is *text*, at which Enter was pressed, the rest of a `yes` whose first letter was read
        as the answer? An empty line would go out as one, into a letter too.
        """
        answered, self._answered = self._answered, None
        if answered is None:
            return False
        key, at = answered
        if text:
            return key + text.lower() in WRITTEN_OUT.get(key, ())
        return asyncio.get_running_loop().time() - at < A_MOMENT

    def refuse_question(self) -> None:
        self._astray = 0.0
        if self._front.shell is not None:
            with self._front.turn():
                self._front.keep_question("")
                self._front.shell.interrupt()
