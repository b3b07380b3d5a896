"""The terminal front end: one prompt_toolkit application for the whole session.

It draws the prompt and what stands below it, and hands lines and keys to the shell. It is never
stopped between lines: while a reply is due only the prompt is taken away, so keys typed ahead are
not lost and Ctrl-C is a key like any other.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from smtpshell.shell.completer import LineCompleter
from smtpshell.shell.core import Shell
from smtpshell.shell.fragment import Fragment, columns_of
from smtpshell.shell.hint import bar, hint
from smtpshell.shell.keys import build_keys
from smtpshell.shell.lane import coloured
from smtpshell.shell.layout import build_layout
from smtpshell.shell.lexer import LineLexer
from smtpshell.shell.menu import menu_rows, remark_row
from smtpshell.shell.next_line import complete_line
from smtpshell.shell.prompt import prompt
from smtpshell.shell.question import Inquiry, Question
from smtpshell.shell.remark import read_line, remarks
from smtpshell.shell.scene import Scene
from smtpshell.shell.screen import Screen, theme_sheet
from smtpshell.shell.suggest import Suggestion, suggest
from smtpshell.smtp.command import Command
from smtpshell.smtp.span import Problem
from smtpshell.smtp.state import Mode

_TYPED = CompleteEvent(text_inserted=True)
PATIENCE = 0.15  # seconds without a reply, then the prompt is shown all the same


class TerminalFrontEnd:
    """A terminal with everything on it. Implements `core.View`."""

    def __init__(self, shell: Shell, screen: Screen, input: Input, output: Output) -> None:
        self.shell = shell
        self.screen = screen
        self.local_line: Document | None = None  # what was being typed when Ctrl-] came
        self._set_aside: Document | None = None  # what was being typed when a question came
        self._impatience: asyncio.TimerHandle | None = None
        self._status = 0
        self._seen: tuple[int, str, Scene, Command, list[Problem]] | None = None
        options = shell.options
        self.buffer = Buffer(
            completer=LineCompleter(self.suggest),
            history=shell.history,
            multiline=False,
            enable_history_search=True,
            on_text_insert=self._offer_completions,
        )
        layout = build_layout(
            self.buffer,
            LineLexer(self._read, self._remarks),
            prompt=self._prompt,
            below=self._below,
            guess=self.guess,
            hidden=self._hidden,
        )
        self.application: Application[int] = Application(
            layout=layout,
            style=theme_sheet(options["theme"]),
            include_default_pygments_style=False,
            key_bindings=build_keys(self),
            editing_mode=_editing_mode(options["keys"]),
            max_render_postpone_time=None,
            # SIGWINCH tells on Unix; elsewhere the size has to be asked for.
            terminal_size_polling_interval=0.5 if sys.platform == "win32" else None,
            input=input,
            output=output,
        )
        options.changed = self._option_changed
        shell.view = self

    # -- running

    async def run(self) -> int:
        """Until the learner leaves; the exit status."""
        self.screen.attach(self.application)
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name) and sys.platform != "win32":
                loop.add_signal_handler(getattr(signal, name), self._killed, name)
        self.shell.start(self.shell.open())
        try:
            await self.application.run_async(pre_run=self.screen.show_prompt)
        except EOFError:
            pass  # the terminal is gone
        finally:
            self.screen.detach()
            await self.shell.shut_down()
        return self._status

    def _killed(self, name: str) -> None:
        self.finish(128 + getattr(signal, name))

    # -- core.View

    def busy(self, due: bool) -> None:
        self._make_room_for_question()
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None
        if due and self.shell.question is None:
            self.screen.hide_prompt()
            loop = asyncio.get_running_loop()
            self._impatience = loop.call_later(PATIENCE, self.screen.show_prompt)
        else:
            self.screen.show_prompt()

    def prefill(self, text: str) -> None:
        self.buffer.set_document(Document(text), bypass_readonly=True)
        self.refresh()

    def refresh(self) -> None:
        self._make_room_for_question()
        self._seen = None
        self.application.invalidate()

    def _make_room_for_question(self) -> None:
        """While a question is open the line being typed waits beside it."""
        asking = self.shell.question is not None
        if asking and self._set_aside is None:
            self._set_aside = self.buffer.document
            self.buffer.set_document(Document())
        elif not asking and self._set_aside is not None:
            document, self._set_aside = self._set_aside, None
            if not self.buffer.text:  # an answer may have put another line there
                self.buffer.set_document(document)

    def keep_typed(self, text: str) -> None:
        self.screen.hide_prompt()
        is_local = text.startswith(":")
        # Letters and answers stand once, in their lane.
        commanded = self.shell.narrator.session.mode is Mode.COMMAND
        if is_local or (commanded and self.shell.options["typed"] == "keep"):
            style = [("verb", text)] if is_local else coloured(text, self._read(text).tokens)
            self.screen.write([(*prompt(self.shell.scene()), *style)])

    def finish(self, status: int) -> None:
        self._status = status
        if self.application.is_running and not self.application.is_done:
            self.screen.hide_prompt()
            self.application.exit(result=status)

    async def edit(self, text: str) -> str | None:
        from smtpshell.shell.editor import edit_text

        self.screen.hide_prompt()
        try:
            return await edit_text(text, self.application)
        finally:
            self.screen.show_prompt()

    # -- keys

    def enter(self) -> None:
        text = self.buffer.text
        in_turn = self.screen.prompt_stands
        self.buffer.reset()
        with self._turn():
            if self.local_line is not None:
                self.close_local_line()
                self.shell.run_local(text)
            else:
                self.shell.submit(text, in_turn=in_turn)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Something is done, and then it is seen whose turn it is; all in one drawing."""
        with self.screen.together():
            yield
            self._seen = None
            self.busy(self.shell.waiting)

    def interrupt(self) -> None:
        if self.local_line is not None:
            self.close_local_line()
            return
        text = self.buffer.text
        self.buffer.reset()
        with self._turn():
            self.shell.interrupt(text)

    def end_of_file(self) -> None:
        if self.local_line is not None:
            self.close_local_line()
        else:
            with self._turn():
                self.shell.leave()

    def explain_here(self) -> None:
        text = self.buffer.text
        line = f":explain {text}" if text and self.local_line is None else ":explain"
        with self._turn():
            self.shell.run_local(line)

    def open_local_line(self) -> None:
        if self.shell.question is None:
            self.local_line = self.buffer.document
            self.buffer.set_document(Document(""))
            self.refresh()

    def close_local_line(self) -> None:
        document, self.local_line = self.local_line, None
        if document is not None:
            self.buffer.set_document(document)
        self.refresh()

    def edit_line_or_letter(self) -> None:
        from smtpshell.shell.local.line import edit_letter

        self.shell.start(edit_letter(self.shell, self.buffer.text))
        self.buffer.reset()

    def paste(self, lines: list[str], rest: str) -> None:
        if not lines or self.shell.question is not None or self.local_line is not None:
            self.prefill(" ".join([*lines, rest]))
            self.buffer.cursor_position = len(self.buffer.text)
            return
        self.prefill(rest)
        self.buffer.cursor_position = len(rest)
        with self._turn():
            self.shell.paste(lines)

    @property
    def asks_for_a_key(self) -> bool:
        return isinstance(self.shell.question, Question)

    def answer_key(self, key: str) -> None:
        question = self.shell.question
        if isinstance(question, Question) and any(key == c.key for c in question.choices):
            with self._turn():
                self.screen.write([self._question_line(question, key)])
                self.shell.submit(key)

    def refuse_question(self) -> None:
        question = self.shell.question
        with self._turn():
            if isinstance(question, Question):
                self.screen.write([self._question_line(question, question.choices[-1].key)])
            self.shell.interrupt()

    # -- what stands on the screen

    def suggest(self, typed: str, asked: bool) -> list[Suggestion]:
        """Completions of *typed*; *asked* for with Tab, or by typing."""
        options = self.shell.options
        if self.shell.question is not None or options["verbosity"] == "exam":
            return []
        if self.local_line is not None or typed.startswith(":"):
            return self._suggest_local(typed)
        if not asked and (options["complete"] == "off" or not typed):
            return []
        found = suggest(typed, self.shell.scene())
        if options["complete"] == "verbs" and not asked:
            found = [one for one in found if one.start == 0]
        return found

    def _suggest_local(self, typed: str) -> list[Suggestion]:
        from smtpshell.shell.local import complete_local

        if self.local_line is None:
            return [Suggestion(*one) for one in complete_local(self.shell, typed)]
        found = complete_local(self.shell, f":{typed}")
        return [
            Suggestion(text.removeprefix(":"), max(0, start - 1), meaning)
            for text, start, meaning in found
        ]

    def guess(self) -> str:
        """The suggested rest of the line, where the cursor is at its end."""
        options = self.shell.options
        if (
            not self.buffer.document.is_cursor_at_the_end
            or self.shell.question is not None
            or self.local_line is not None
            or not options.on("suggest")
            or options["verbosity"] == "exam"
            or self.shell.narrator.session.mode is Mode.AUTH
        ):
            return ""
        state = self.buffer.complete_state
        if state is not None and state.complete_index is not None:
            return ""
        history = reversed(self.shell.history.get_strings())
        return complete_line(self.buffer.text, self._scene(), history)

    def _offer_completions(self, buffer: Buffer) -> None:
        """In the loop, at once: the menu is drawn with the key's own echo."""
        if not buffer.document.is_cursor_at_the_end:
            return
        typed = buffer.document.text_before_cursor
        found = buffer.completer.get_completions(buffer.document, _TYPED)
        completions = list(found) if typed else []
        if completions:
            buffer.complete_state = CompletionState(buffer.document, completions)

    def _look(self) -> tuple[int, str, Scene, Command, list[Problem]]:
        """The typed line, parsed and remarked upon once for each drawing."""
        counter = self.application.render_counter
        text = self.buffer.text
        seen = self._seen
        if seen is None or seen[0] != counter or seen[1] != text:
            scene = self.shell.scene()
            if self.local_line is not None or text.startswith(":"):
                seen = (counter, text, scene, Command(text, ""), [])
            else:
                found = remarks(text, scene, typing=True) if self._remarking else []
                seen = (counter, text, scene, read_line(text, scene), found)
            self._seen = seen
        return seen

    @property
    def _remarking(self) -> bool:
        options = self.shell.options
        return options.on("remarks") and options["verbosity"] != "exam"

    def _scene(self) -> Scene:
        return self._look()[2]

    def _read(self, text: str) -> Command:
        if text == self.buffer.text and self._seen is not None and self._seen[1] == text:
            return self._seen[3]
        return read_line(text, self.shell.scene())

    def _remarks(self, text: str) -> list[Problem]:
        return self._look()[4] if text == self.buffer.text else []

    def _hidden(self) -> bool:
        question = self.shell.question
        if isinstance(question, Inquiry):
            return question.secret
        auth = self.shell.narrator.session.mode is Mode.AUTH and self.local_line is None
        return auth and self.shell.options.on("mask")

    def _prompt_fragments(self) -> list[Fragment]:
        question = self.shell.question
        if question is not None:
            return [("ask", question.prompt)]
        if self.local_line is not None:
            return [("prompt", "local: "), ("verb", ":")]
        return prompt(self._scene())

    def _prompt(self) -> StyleAndTextTuples:
        return [(f"class:{style}", text) for style, text in self._prompt_fragments()]

    def _question_line(self, question: Question, key: str) -> tuple[Fragment, ...]:
        return (("ask", question.prompt), ("", key))

    def _below(self) -> StyleAndTextTuples:
        """Remark, menu and hint bar, as far as they are wanted."""
        if self.shell.question is not None:
            return []
        width = self.screen.columns - 1
        _, text, scene, _, found = self._look()
        rows: list[list[Fragment]] = []
        if found:
            before = sum(columns_of(part) for _, part in self._prompt_fragments())
            rows.append(remark_row(found[0], before, text, width))
        state = self.buffer.complete_state
        if state is not None and state.completions:
            entries = [Suggestion(c.text, 0, c.display_meta_text) for c in state.completions]
            rows += menu_rows(entries, state.complete_index, width)
        options = self.shell.options
        if options.on("hint-bar") and options["verbosity"] != "exam":
            typed = f":{text}" if self.local_line is not None else text
            rows.append(bar(hint(typed, scene, local=self.local_line is not None), width))
        fragments: StyleAndTextTuples = []
        for row in rows:
            if fragments:
                fragments.append(("", "\n"))
            fragments += [(f"class:{style}" if style else "", part) for style, part in row]
        return fragments

    def _option_changed(self, name: str, value: str) -> None:
        if name == "theme":
            self.screen.set_theme(value)
            self.application.style = theme_sheet(value)
        elif name == "keys":
            self.application.editing_mode = _editing_mode(value)
        self.refresh()


def _editing_mode(keys: str) -> EditingMode:
    return EditingMode.VI if keys == "vi" else EditingMode.EMACS
