"""The terminal front end: one prompt_toolkit application for the whole session.

It owns the terminal: it draws the prompt, reads keys, and hands lines to the shell. It is never
stopped between lines: while a reply is due only the prompt is taken away, so keys typed ahead are
not lost and Ctrl-C is a key like any other.

The prompt is there before the shell is. Parser, notes and practice server are imported (*furnish*)
once it has been drawn, while the learner reads the first line; what is typed in the meantime is
echoed as it comes and kept.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from smtpshell.catalogue import tr
from smtpshell.shell.action import Actions
from smtpshell.shell.completer import LineCompleter
from smtpshell.shell.keys import build_keys
from smtpshell.shell.layout import build_layout
from smtpshell.shell.lexer import LineLexer
from smtpshell.shell.option import Options
from smtpshell.shell.screen import Screen, theme_sheet

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell
    from smtpshell.shell.pane import Pane
    from smtpshell.shell.suggest import Suggestion

Furnish = Callable[[], Awaitable["Shell"]]

PATIENCE = 0.15  # seconds without a reply, then the prompt is shown all the same
_TYPED = CompleteEvent(text_inserted=True)


# What stands there until the shell does. It is true whatever the server turns out to be.
def _first_prompt() -> StyleAndTextTuples:
    return [("class:prompt", f"{tr('waiting')}>"), ("", " ")]


def _first_hint() -> StyleAndTextTuples:
    return [
        ("class:bar.syntax", f" {tr('the server speaks first')}"),
        ("class:bar", f"   {tr('wait for its 220')}"),
    ]


class TerminalFrontEnd:
    """A terminal with everything on it. Implements `core.View`."""

    def __init__(
        self,
        screen: Screen,
        options: Options,
        history: History,
        furnish: Furnish,
        input: Input,
        output: Output,
    ) -> None:
        self.screen = screen
        self.options = options
        self.shell: Shell | None = None
        self.pane: Pane | None = None
        self.local_line: Document | None = None  # what was being typed when Ctrl-] came
        self._furnish = furnish
        self.early: list[str] = []  # lines typed before there was a shell
        self._set_aside: Document | None = None  # what was being typed when a question came
        self._impatience: asyncio.TimerHandle | None = None
        self._status = 0
        self._failure: BaseException | None = None
        self.buffer = Buffer(
            completer=LineCompleter(self._suggest),
            history=history,
            multiline=False,
            enable_history_search=True,
            on_text_insert=self.offer_completions,
        )
        layout = build_layout(
            self.buffer,
            LineLexer(self._colours),
            prompt=self._prompt,
            below=self._below,
            guess=self.guess,
            hidden=lambda: self.pane is not None and self.pane.hidden(),
        )
        self.application: Application[int] = Application(
            layout=layout,
            style=theme_sheet(options["theme"]),
            include_default_pygments_style=False,
            key_bindings=build_keys(self, Actions(self)),
            editing_mode=_editing_mode(options["keys"]),
            max_render_postpone_time=None,
            # SIGWINCH tells on Unix; elsewhere the size has to be asked for.
            terminal_size_polling_interval=0.5 if sys.platform == "win32" else None,
            input=input,
            output=output,
        )
        options.changed = self._option_changed

    # -- running

    async def run(self) -> int:
        """Until the learner leaves; the exit status."""
        self.screen.attach(self.application)
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name) and sys.platform != "win32":
                number = getattr(signal, name)
                loop.add_signal_handler(number, self.finish, 128 + number)
        loop.set_exception_handler(self._broken)
        moving_in = asyncio.ensure_future(self._move_in())
        try:
            await self.application.run_async(
                pre_run=self.screen.show_prompt, set_exception_handler=False
            )
        except EOFError:
            pass  # the terminal is gone
        finally:
            moving_in.cancel()
            self.screen.detach()
            if self.shell is not None:
                await self.shell.shut_down()
        if self._failure is not None:
            raise self._failure
        return self._status

    async def _move_in(self) -> None:
        try:
            shell = await self._furnish()
            from smtpshell.shell.pane import Pane

            shell.view = self
            self.pane = Pane(shell, self)
            self.shell = shell
            shell.let_wait(self.early)
            await shell.open()
            shell.pump()  # nothing has come of it that would have done so
        except Exception as error:
            self._fail(error)

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An exception that nobody caught: in a key binding, a callback, a task."""
        error = context.get("exception")
        if error is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        """A fault of ours: leave, and let it be seen once the terminal is back as it was."""
        self._failure = self._failure or error
        self.finish(1)

    # -- core.View

    def busy(self, due: bool) -> None:
        self._make_room_for_question()
        if self.pane is not None:
            self.pane.forget()
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None
        if due and not self.asking:
            self.screen.hide_prompt()
            loop = asyncio.get_running_loop()
            self._impatience = loop.call_later(PATIENCE, self.screen.show_prompt)
        else:
            self.screen.show_prompt()

    def prefill(self, text: str) -> None:
        self.buffer.set_document(Document(text), bypass_readonly=True)
        self.refresh()

    def recalls(self) -> bool:
        return True

    def typing(self) -> bool:
        aside = self._set_aside
        return bool(self.buffer.text or (aside is not None and aside.text))

    def refresh(self) -> None:
        self._make_room_for_question()
        if self.pane is not None:
            self.pane.forget()
        self.application.invalidate()

    def gathered(self) -> AbstractContextManager[None]:
        if self.pane is not None:
            self.pane.forget()
        return self.screen.gathered()

    def keep_typed(self, text: str) -> None:
        self.screen.hide_prompt()
        shell, pane = self.shell, self.pane
        if shell is None or pane is None:
            return
        # Letters and answers stand once, in their lane.
        wanted = shell.takes_local and self.options["typed"] == "keep" and not pane.hidden()
        if wanted or text.startswith(":"):
            self.screen.write([pane.typed_line(text)])

    def finish(self, status: int) -> None:
        self._status = status
        if self.application.is_running and not self.application.is_done:
            self.screen.hide_prompt()
            self.application.exit(result=status)

    async def edit(self, text: str) -> str | None:
        from smtpshell.shell.editor import edit_text

        self.screen.hide_prompt()
        try:
            with self.screen.lent():
                return await edit_text(text, self.application)
        finally:
            self.screen.show_prompt()

    # -- what stands on the screen

    def guess(self) -> str:
        """The suggested rest of the line."""
        return self.pane.guess() if self.pane is not None else ""

    def _suggest(self, typed: str, asked: bool) -> list[Suggestion]:
        return self.pane.suggest(typed, asked) if self.pane is not None else []

    def offer_completions(self, buffer: Buffer) -> None:
        """In the loop, at once: the menu is drawn with the key's own echo."""
        typed = buffer.document.text_before_cursor
        if not typed or not buffer.document.is_cursor_at_the_end or self.pane is None:
            return
        found = list(buffer.completer.get_completions(buffer.document, _TYPED))
        if found:
            buffer.complete_state = CompletionState(buffer.document, found)

    def _prompt(self) -> StyleAndTextTuples:
        if self.pane is None:
            return _first_prompt()
        return [(f"class:{style}", text) for style, text in self.pane.prompt()]

    def _colours(self, text: str) -> StyleAndTextTuples:
        return self.pane.colours(text) if self.pane is not None else [("", text)]

    def _below(self) -> StyleAndTextTuples:
        if self.pane is None:
            return _first_hint() if self.options.on("hint-bar") else []
        fragments: StyleAndTextTuples = []
        for row in self.pane.below(self.screen.columns - 1):
            if fragments:
                fragments.append(("", "\n"))
            fragments += [(f"class:{style}" if style else "", part) for style, part in row]
        return fragments

    # -- inside

    @property
    def asking(self) -> bool:
        return self.shell is not None and self.shell.question is not None

    @property
    def keys_are_raw(self) -> bool:
        """Is every key an octet of the line? A local command is not sent, so it is edited."""
        shell = self.shell
        if shell is None or shell.question is not None or self.local_line is not None:
            return False
        return self.options.on("raw-keys") and not shell.is_local(self.buffer.text)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Something is done, and then it is seen whose turn it is; all in one drawing."""
        with self.screen.together():
            yield
            self.busy(self.shell is not None and self.shell.waiting)

    def _make_room_for_question(self) -> None:
        """While a question is open the line being typed waits beside it."""
        if self.asking and self._set_aside is None:
            self._set_aside = self.buffer.document
            self.buffer.set_document(Document())
        elif not self.asking and self._set_aside is not None:
            document, self._set_aside = self._set_aside, None
            if not self.buffer.text:  # an answer may have put another line there
                self.buffer.set_document(document)

    def keep_question(self, key: str) -> None:
        if self.pane is not None:
            self.screen.write([(*self.pane.prompt(), ("", key))])

    def _option_changed(self, name: str, value: str) -> None:
        if name == "theme":
            self.screen.set_theme(value)
            self.application.style = theme_sheet(value)
        elif name == "keys":
            self.application.editing_mode = _editing_mode(value)
        self.refresh()


def _editing_mode(keys: str) -> EditingMode:
    return EditingMode.VI if keys == "vi" else EditingMode.EMACS
