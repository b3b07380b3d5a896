"""The linear front end: for `--plain`, screen readers, and terminals called dumb.

The same shell and the same words, one line after the other. On a terminal that can report keys the
line is edited by `linear`; a dumb one edits the line itself and hands over whole lines, and not a
single escape sequence is written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.shell.core import Shell
from smtpshell.shell.fragment import Line
from smtpshell.shell.linear import LinearEditor
from smtpshell.shell.local.registry import complete_local
from smtpshell.shell.prompt import prompt_text
from smtpshell.shell.question import Inquiry
from smtpshell.shell.suggest import Suggestion, suggest
from smtpshell.shell.text_screen import TextScreen

if TYPE_CHECKING:
    from prompt_toolkit.input import Input

PATIENCE = 0.5  # seconds without a reply, then the prompt is written all the same
_USUAL = (True, True)  # the terminal shows what is typed, and its keys edit the line
ESCAPE = "\x1d"  # Ctrl-], as the first character of a line where no keys are reported


class PlainFrontEnd:
    """Implements `core.View` and `linear.Owner`. *keys*: the terminal reports single keys."""

    def __init__(self, shell: Shell, screen: PlainScreen, *, keys: bool) -> None:
        self.shell = shell
        self.screen = screen
        self._keys = keys
        self._set_aside: str | None = None  # what was being typed when a question came
        self._local = False  # the next line is a local command, from Ctrl-]
        self._due = False  # is there no prompt, because a reply is due?
        self._modes: list[Any] | None = None  # of the terminal, while they are not as they were
        self._shape = _USUAL
        self._source: Input | None = None  # where single keys come from
        self._found: list[Any] = []  # the terminal's modes before that
        self._finished: asyncio.Future[int] | None = None
        self._failure: BaseException | None = None
        self._impatience: asyncio.TimerHandle | None = None
        self.editor = LinearEditor(self, screen.put)
        screen.editor = self.editor
        shell.view = self

    async def run(self) -> int:
        """Until the learner leaves; the exit status."""
        loop = asyncio.get_running_loop()
        self._finished = loop.create_future()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if hasattr(signal, name) and sys.platform != "win32":
                number = getattr(signal, name)
                loop.add_signal_handler(number, self._signalled, number)
        loop.set_exception_handler(self._broken)
        self.shell.start(self.shell.open())
        try:
            with self._read_keys() if self._keys else self._read_lines():
                status = await self._finished
        finally:
            self._shape_terminal(_USUAL)
            self.editor.leave_line()
            await self.shell.shut_down()
        if self._failure is not None:
            raise self._failure
        return status

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A fault of ours: leave, and let it be seen once the terminal is back as it was."""
        error = context.get("exception")
        if error is not None:
            self._failure = self._failure or error
            self.finish(1)

    def _signalled(self, number: int) -> None:
        if number == signal.SIGINT:
            self.editor.key("c-c", "")
        else:
            self.finish(128 + number)

    @contextlib.contextmanager
    def _read_keys(self) -> Iterator[None]:
        from prompt_toolkit.input import create_input

        source = self._source = create_input()
        if sys.platform != "win32":
            import termios

            self._found = termios.tcgetattr(0)

        def read() -> None:
            for press in [*source.read_keys(), *source.flush_keys()]:
                self.editor.key(str(getattr(press.key, "value", press.key)), press.data)
            if source.closed:
                self.finish(0)

        with source.raw_mode(), source.attach(read):
            yield

    @contextlib.contextmanager
    def _read_lines(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def read() -> None:
            with contextlib.suppress(OSError, ValueError, RuntimeError):
                while True:
                    line = sys.stdin.readline()
                    loop.call_soon_threadsafe(self._line_came, line)

        # A thread, as Windows has no other way; it dies with the process.
        threading.Thread(target=read, name="stdin", daemon=True).start()
        yield

    def _line_came(self, line: str) -> None:
        if not line:
            self.ended()
            return
        self.editor.standing = False  # the terminal has gone to the next row by itself
        text = line.removesuffix("\n").removesuffix("\r")
        if text.startswith(ESCAPE):
            self.shell.run_local(text[1:])
            self.busy(self.shell.waiting)
        else:
            self.entered(text)

    # -- linear.Owner

    def entered(self, text: str) -> None:
        question = self.shell.question
        local, self._local = self._local, False
        if local and question is None:
            self.shell.run_local(text)
        else:
            self.shell.submit(text, in_turn=not self._due)
        self.busy(self.shell.waiting)

    def pasted(self, lines: list[str], rest: str) -> None:
        self.editor.text = rest
        self.shell.paste(lines)
        self.busy(self.shell.waiting)

    def interrupted(self, text: str) -> None:
        self._local = False
        self.shell.interrupt(text)
        self.busy(self.shell.waiting)

    def ended(self) -> None:
        self.shell.leave()
        self.busy(self.shell.waiting)

    def helped(self, text: str) -> None:
        if self.shell.question is None:  # what is asked for may be a password
            self.shell.run_local(f":explain {text}", typed=False)
        self.busy(self.shell.waiting)

    def escaped(self) -> None:
        self._local = True
        self.busy(False)

    def suspended(self) -> None:
        """Stop, so that the shell we were started from goes on, until it wakes us."""
        if sys.platform != "win32" and self._source is not None:
            import termios

            ours = termios.tcgetattr(0)
            with self._source.detach():
                termios.tcsetattr(0, termios.TCSADRAIN, self._found)
                os.kill(0, signal.SIGTSTP)
                termios.tcsetattr(0, termios.TCSADRAIN, ours)
        self.busy(self.shell.waiting)

    def edited(self, text: str) -> None:
        self.shell.start(self.shell.edit(text))

    def suggestions(self, text: str) -> Sequence[Suggestion]:
        if self.shell.question is not None or self.shell.options["verbosity"] == "exam":
            return []
        if self._local:
            found = complete_local(self.shell, f":{text}")
            return [Suggestion(t.removeprefix(":"), max(0, s - 1), m) for t, s, m in found]
        if self.shell.is_local(text):
            return [Suggestion(*one) for one in complete_local(self.shell, text)]
        return suggest(text, self.shell.scene())

    def raw(self, text: str) -> bool:
        shell = self.shell
        if shell.question is not None or self._local or not shell.options.on("raw-keys"):
            return False
        return not shell.is_local(text)

    def earlier(self) -> Sequence[str]:
        return list(reversed(self.shell.history.get_strings()))

    # -- core.View

    def busy(self, due: bool) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None
        if self._finished is None or self._finished.done():
            return
        self._due = due and self.shell.question is None
        if self._due:
            self.editor.leave_line()
            loop = asyncio.get_running_loop()
            self._impatience = loop.call_later(PATIENCE, self._show_prompt)
        else:
            self._show_prompt()

    def _show_prompt(self) -> None:
        self._due = False
        self._make_room_for_question()
        question = self.shell.question
        if question is not None:
            text = question.prompt
        elif self._local:
            text = tr("local command: ")
        else:
            text = prompt_text(self.shell.scene())
        self.editor.secret = isinstance(question, Inquiry) and question.secret
        self._shape_terminal((not self.editor.secret, not self.raw("")))
        if self.editor.standing and self.editor.prompt == text:
            return
        self.editor.leave_line()
        self.editor.show(text)

    def _shape_terminal(self, shape: tuple[bool, bool]) -> None:
        """Where the terminal edits the line: does it show what is typed, do its keys edit?"""
        if self._keys or shape == self._shape or not sys.stdin.isatty():
            return
        self._shape = shape
        if sys.platform != "win32":
            import termios

            modes = self._modes = self._modes or termios.tcgetattr(0)
            shows, edits = shape
            flags = modes[3] if shows else modes[3] & ~termios.ECHO | termios.ECHONL
            keys = list(modes[6])
            if not edits:
                off = bytes([os.fpathconf(0, "PC_VDISABLE")])
                for number in (termios.VERASE, termios.VKILL, termios.VWERASE, termios.VREPRINT):
                    keys[number] = off
            termios.tcsetattr(0, termios.TCSADRAIN, [*modes[:3], flags, *modes[4:6], keys])

    def _make_room_for_question(self) -> None:
        """While a question is open the line being typed waits beside it."""
        asking = self.shell.question is not None
        if asking and self._set_aside is None:
            self._set_aside, self.editor.text = self.editor.text, ""
        elif not asking and self._set_aside is not None:
            text, self._set_aside = self._set_aside, None
            self.editor.text = self.editor.text or text  # an answer may have put another there

    def prefill(self, text: str) -> None:
        if self._keys:
            self.editor.prefill(text)
        elif text:
            # A terminal that edits its own line cannot be given one.
            self.shell.voice.say(tr("To send it, type: {line}", line=text))

    def recalls(self) -> bool:
        return self._keys

    def typing(self) -> bool:
        return bool(self.editor.text or self._set_aside)

    def refresh(self) -> None:
        if self.editor.standing and self.shell.question is not None:
            self._show_prompt()

    @contextlib.contextmanager
    def gathered(self) -> Iterator[None]:
        stands = self.editor.standing
        self.editor.leave_line()
        try:
            yield
        finally:
            if stands:
                self._show_prompt()

    def keep_typed(self, text: str) -> None:
        """It stands there already, or it waited and stands in its lane."""
        self.editor.leave_line()

    def finish(self, status: int) -> None:
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(status)

    async def edit(self, text: str) -> str | None:
        self.shell.voice.say(tr("There is no editor in plain mode; type the letter line by line."))
        return None


class PlainScreen(TextScreen):
    """Text, and a prompt that is written again below what comes in between."""

    editor: LinearEditor | None = None

    @property
    def columns(self) -> int:
        """As wide as the terminal is now."""
        return _columns()

    def put(self, text: str) -> None:
        """Write a piece of a line: prompt, echo."""
        self._stream.write(text)
        self._stream.flush()

    def write(self, lines: Iterable[Line]) -> None:
        editor = self.editor
        stands = editor is not None and editor.standing
        if editor is not None:
            editor.leave_line()
        super().write(lines)
        if stands and editor is not None:
            editor.show()


def _columns() -> int:
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80
