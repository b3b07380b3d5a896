"""The screen: the only writer, in one flush, and through one sieve.

It uses three inner parts of prompt_toolkit (see `shell/screen.py`); what breaks here first when one
of them changes is what these tests are for.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import pyte
import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output.vt100 import Vt100_Output

from smtpshell.shell import screen as screen_module
from smtpshell.shell.screen import Screen, theme_sheet
from smtpshell.shell.text_screen import TextScreen, clean
from smtpshell.shell.theme import CLASSES, THEMES
from tests.waiting import settle, until

HOSTILE = [
    "\x1b[2J",
    "\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "\x90q\x9c",
    "a\rb",
    "a\x08b",
    "\x00",
    "\u202eabc",
    "\u2066abc",
    "e" + "\u0301" * 30,
    "\udcff",
    "\x01\x1b[31m\x02",
]


class Pipe(io.StringIO):
    """Where a terminal's output goes; each flush is one entry of *writes*."""

    encoding = "utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def fileno(self) -> int:
        raise io.UnsupportedOperation

    def flush(self) -> None:
        if text := self.getvalue():
            self.writes.append(text)
            self.truncate(0)
            self.seek(0)


class Rig:
    """A screen with a prompt on a terminal that pyte plays."""

    def __init__(self, theme: str = "dark") -> None:
        self.pipe = Pipe()
        output = Vt100_Output(self.pipe, lambda: Size(24, 80), term="xterm-256color")
        self.screen = Screen(output, theme)
        self.buffer = Buffer()
        self.output = output

    def application(self, keys: object) -> Application[None]:
        control = BufferControl(self.buffer, input_processors=[BeforeInput("prompt> ")])
        return Application(
            Layout(Window(control, dont_extend_height=True)),
            style=theme_sheet("dark"),
            input=keys,  # type: ignore[arg-type]  # a pipe
            output=self.output,
        )

    def run(self, test: Callable[[Rig], Awaitable[None]]) -> list[str]:
        """Run *test* while the prompt stands; the rows of the terminal afterwards."""

        async def main() -> None:
            with create_pipe_input() as keys:
                application = self.application(keys)
                self.screen.attach(application)

                async def play() -> None:
                    await asyncio.sleep(0)
                    try:
                        await test(self)
                    finally:
                        self.rows = self.display()
                        application.exit()

                task = asyncio.ensure_future(play())
                await application.run_async(pre_run=self.screen.show_prompt)
                await task
                self.screen.detach()

        asyncio.run(main())
        return self.rows

    def display(self) -> list[str]:
        terminal = pyte.Screen(80, 24)
        stream = pyte.Stream(terminal)
        for text in self.pipe.writes:
            stream.feed(text)
        return [row.rstrip() for row in terminal.display if row.strip()]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_strangers_control_reaches_the_terminal(text: str) -> None:
    """Whatever a renderer forgot: this is the one place that writes."""
    shown = clean(f"a{text}b")
    assert shown.isprintable()
    assert shown.count("\u0301") <= 4


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    """On a terminal: nothing but letters in one row, and the prompt below it."""

    async def test(rig: Rig) -> None:
        rig.screen.write([(("server", "S: "), ("", text))])

    rows = Rig().run(test)
    assert rows == [f"S: {clean(text)}".rstrip(), "prompt>"] or "\u0301" in text


def test_a_line_moves_the_prompt_in_one_flush() -> None:
    """Erase, text and prompt come together, so nothing flickers and nothing is garbled."""

    async def test(rig: Rig) -> None:
        rig.buffer.insert_text("RCPT TO:<a")
        await until(lambda: rig.display() == ["prompt> RCPT TO:<a"])
        before = len(rig.pipe.writes)
        rig.screen.write([(("", "S: 421 closing"),)])
        assert len(rig.pipe.writes) == before + 1
        assert rig.display() == ["S: 421 closing", "prompt> RCPT TO:<a"]

    Rig().run(test)


def test_without_a_prompt_lines_are_written_straight() -> None:
    """And the prompt comes back with what was typed meanwhile."""

    async def test(rig: Rig) -> None:
        rig.screen.hide_prompt()
        assert rig.display() == []
        rig.buffer.insert_text("abc")
        await settle()
        before = len(rig.pipe.writes)
        rig.screen.write([(("", "S: 250 ok"),)])
        assert rig.pipe.writes[before:] == ["S: 250 ok\r\n"]
        rig.screen.show_prompt()
        assert rig.display() == ["S: 250 ok", "prompt> abc"]

    Rig().run(test)


def test_what_is_gathered_moves_the_prompt_once() -> None:
    """A reply and its notes are one thing."""

    async def test(rig: Rig) -> None:
        before = len(rig.pipe.writes)
        with rig.screen.gathered():
            for number in range(3):
                rig.screen.write([(("", f"line {number}"),)])
        assert len(rig.pipe.writes) == before + 1
        assert "".join(rig.pipe.writes[before:]).count("prompt") == 1
        assert rig.display() == ["line 0", "line 1", "line 2", "prompt>"]

    Rig().run(test)


def test_after_a_burst_the_prompt_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten lines must not draw it ten times."""

    async def test(rig: Rig) -> None:
        before = len(rig.pipe.writes)
        monkeypatch.setattr(screen_module, "BURST", 60.0)  # however slow this machine is
        for number in range(10):
            rig.screen.write([(("", f"line {number}"),)])
        await until(lambda: rig.screen.prompt_stands)
        assert "".join(rig.pipe.writes[before:]).count("prompt") == 2
        assert rig.display() == [f"line {number}" for number in range(10)] + ["prompt>"]

    Rig().run(test)


def test_bracketed_paste_stays_on_while_the_prompt_is_away() -> None:
    """A paste that comes just then is a paste all the same; at the end it is switched off."""

    async def test(rig: Rig) -> None:
        rig.screen.hide_prompt()
        rig.screen.show_prompt()
        assert "\x1b[?2004l" not in "".join(rig.pipe.writes)

    rig = Rig()
    rig.run(test)
    written = "".join(rig.pipe.writes)
    assert written.rindex("\x1b[?2004l") > written.rindex("\x1b[?2004h")


def test_a_terminal_that_is_gone_ends_nothing() -> None:
    """Its window was closed; the session still has to be ended properly."""

    async def test(rig: Rig) -> None:
        def broken() -> None:
            raise OSError(5, "Input/output error")

        rig.screen._flush = broken
        rig.screen.write([(("", "S: 250 ok"),)])
        rig.screen.write([(("", "S: 250 ok"),)])

    Rig().run(test)


@pytest.mark.parametrize("theme", THEMES)
def test_every_class_can_be_drawn_in_every_theme(theme: str) -> None:
    """And a change of theme holds from the next line on."""
    rig = Rig(theme)
    for style in CLASSES:
        rig.screen.write([((style, "x"),)])
    rig.screen.set_theme("mono")
    rig.pipe.writes.clear()
    rig.screen.write([(("reply.5", "550"),)])
    assert rig.pipe.writes == ["\x1b[0;1m550\x1b[0m\r\n"]


def test_text_alone_has_no_escapes() -> None:
    """For pipes, dumb terminals and screen readers."""
    stream = io.StringIO()
    TextScreen(stream).write([(("reply.5", "550"), ("", " \x1b[2Jno"))])
    assert stream.getvalue() == "550 \\x1b[2Jno\n"


async def test_while_another_program_has_the_terminal_nothing_is_written_to_it() -> None:
    """What a server says meanwhile is shown when the editor is over."""
    rig = Rig()
    with rig.screen.lent():
        rig.pipe.writes.clear()
        rig.screen.write([(("", "S: 421 too slow"),)])
        assert rig.pipe.writes == []
    assert "S: 421 too slow" in "".join(rig.pipe.writes)
