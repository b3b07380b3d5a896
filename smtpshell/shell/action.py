"""What keys do at the terminal; `keys` says which key does what."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from prompt_toolkit.document import Document

if TYPE_CHECKING:
    from smtpshell.shell.app import TerminalFrontEnd


class Actions:
    """The actions of one front end. Before there is a shell, only the line can be typed."""

    def __init__(self, front: TerminalFrontEnd) -> None:
        self._front = front

    def enter(self) -> None:
        text = self._front.buffer.text
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
        if self._front.local_line is not None:
            self.close_local_line()
            return
        text = self._front.buffer.text
        shell = self._front.shell
        if shell is None or not shell.busy:
            self._front.buffer.reset()  # else something else is ended, and the line stays
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

    def paste(self, lines: list[str], rest: str) -> None:
        if self.asks_for_a_key:
            return
        if not lines or self._front.asking or self._front.local_line is not None:
            self._front.prefill(" ".join([*lines, rest]))
            return
        self._front.prefill(rest)
        if self._front.shell is None:
            self._front.early += lines
            return
        with self._front.turn():
            self._front.shell.paste(lines)

    def suspend(self) -> None:
        """Stop, so that the shell we were started from goes on, until it wakes us."""
        if sys.platform == "win32":
            return
        stood = self._front.screen.prompt_stands
        self._front.screen.hide_prompt()
        with self._front.application.input.detach(), self._front.screen.lent():
            os.kill(0, signal.SIGTSTP)
        if stood:
            self._front.screen.show_prompt()

    @property
    def asks_for_a_key(self) -> bool:
        shell = self._front.shell
        return shell is not None and shell.asks_for_a_key

    def answer_key(self, key: str) -> None:
        shell = self._front.shell
        if shell is not None and shell.is_answer(key):
            with self._front.turn():
                self._front.keep_question(key)
                shell.submit(key)

    def refuse_question(self) -> None:
        if self._front.shell is not None:
            with self._front.turn():
                self._front.keep_question("")
                self._front.shell.interrupt()
