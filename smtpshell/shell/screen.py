"""The only place that writes to a terminal that can draw (`text_screen`: to one that cannot).

Everything passes `clean` here: whatever a server, a transcript or a lesson holds, no control
character, escape sequence or direction mark of theirs reaches the terminal.

How the prompt and the dialogue share one terminal
==================================================

SMTP is lock-step, so the prompt is drawn turn by turn. While a reply is due there is no prompt on
the screen, and lines are written straight to the terminal (0.2 ms). Only what comes unasked, a
421 or a close, finds a prompt standing: then the prompt is erased, the lines are written and the
prompt is drawn again, all in one flush and without asking the terminal where its cursor is. When
such lines come in a burst, the prompt is drawn once the burst has passed.

prompt_toolkit's own ways for that (patch_stdout, run_in_terminal) hold lines back for 0.2 s or wait
for the cursor report each time. Ours needs three of its inner parts: `Application._redraw`, the
flag `Application._running_in_terminal` that stops drawing, and `Output.flush`, which we hold back.
tests/shell/test_screen.py watches them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Attrs, Style

from smtpshell.shell.fragment import Line
from smtpshell.shell.text_screen import clean
from smtpshell.shell.theme import THEMES

if sys.platform != "win32":
    import termios

BURST = 0.02  # seconds between two lines that nobody asked for, to be a burst
QUIET = 0.004  # seconds without one, for a burst to have passed


def theme_sheet(theme: str) -> Style:
    """The theme as prompt_toolkit wants it, for what stands in the prompt."""
    return Style.from_dict(dict(THEMES[theme]))


class Screen:
    """A terminal with a prompt on it."""

    def __init__(self, output: Output, theme: str, depth: ColorDepth | None = None) -> None:
        self.output = output
        # The cursor's position is of no use to our small layout, and some terminals never tell it.
        vars(output)["enable_cpr"] = False
        self._depth = depth or output.get_default_color_depth()
        self._application: Application[Any] | None = None
        self._attributes: dict[str, Attrs] = {}
        self._holds = 0
        self._gathering = False
        self.is_lent = False  # has another program the terminal?
        self._moved = False  # the prompt is off the screen for a moment only
        self._moved_at = 0.0
        self._delay: asyncio.TimerHandle | None = None
        self._found = _modes(output)
        self._flush = output.flush
        # Not a subclass: Windows and Unix have different outputs.
        setattr(output, "flush", self._flush_unless_held)  # noqa: B010
        self.set_theme(theme)

    @property
    def columns(self) -> int:
        return self.output.get_size().columns

    def set_theme(self, theme: str) -> None:
        self._sheet = theme_sheet(theme)
        self._attributes.clear()

    def attach(self, application: Application[Any]) -> None:
        """From now on *application* draws the prompt; it begins hidden."""
        self._application = application
        application._running_in_terminal = True
        # The renderer switches bracketed paste off whenever it erases; a paste may come just then.
        setattr(self.output, "disable_bracketed_paste", lambda: None)  # noqa: B010

    def detach(self) -> None:
        """The application has ended: leave the terminal as it was found."""
        self._forget_delay()
        self._application = None
        vars(self.output).pop("disable_bracketed_paste", None)
        self.output.disable_bracketed_paste()
        self.output.reset_attributes()
        self.output.show_cursor()
        self.output.flush()

    @property
    def prompt_stands(self) -> bool:
        application = self._application
        return application is not None and not application._running_in_terminal

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside reaches the terminal in one go."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self.output.flush()

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """A standing prompt is moved only once for all that is written inside."""
        if not self.prompt_stands:
            yield  # nothing to move: each line is to be seen at once
            return
        with self.together():
            self._gathering = True
            try:
                yield
            finally:
                self._gathering = False
                self._draw_again()

    def write(self, lines: Iterable[Line]) -> None:
        """Write *lines*; a standing prompt is moved below them."""
        with self.together():
            if self.prompt_stands:
                self._take_away()
                self._moved = True
            for line in lines:
                self._paint(line)
            self._draw_again()

    def hide_prompt(self) -> None:
        """Take the prompt off the screen until `show_prompt`. Keys are still read."""
        self._moved = False
        self._forget_delay()
        if self.prompt_stands:
            with self.together():
                self._take_away()

    def show_prompt(self) -> None:
        """Draw the prompt, unless it stands or is about to be drawn."""
        if self._delay is None and self._application is not None and not self.prompt_stands:
            self._moved = False
            self._application._running_in_terminal = False
            with self.together():
                self._application._redraw()

    def _take_away(self) -> None:
        assert self._application is not None
        self._application.renderer.erase()
        self._application._running_in_terminal = True

    def _draw_again(self) -> None:
        """The prompt was moved: draw it now, or when a burst of lines has passed."""
        if not self._moved or self._gathering or self._delay is not None:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now - self._moved_at < BURST:
            self._delay = loop.call_later(QUIET, self._burst_passed)
        else:
            self.show_prompt()
        self._moved_at = now

    def _burst_passed(self) -> None:
        self._delay = None
        self.show_prompt()

    def _forget_delay(self) -> None:
        if self._delay is not None:
            self._delay.cancel()
            self._delay = None

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Another program has the terminal, as it was found. The prompt is hidden before.

        What is written meanwhile comes when it has given the terminal back.
        """
        ours = _modes(self.output)
        # The class's own, as `attach` took away the instance's; drawing the prompt undoes it.
        type(self.output).disable_bracketed_paste(self.output)
        self.output.flush()
        _set_modes(self.output, self._found)
        self.is_lent = True
        with self.together():
            try:
                yield
            finally:
                self.is_lent = False
                _set_modes(self.output, ours)

    def _flush_unless_held(self) -> None:
        if self._holds:
            return
        try:
            self._flush()
        except OSError:
            # The terminal is gone (its window was closed). The session still has to be ended, and
            # nothing of that may fail for want of somebody to tell.
            setattr(self.output, "flush", lambda: None)  # noqa: B010

    def _paint(self, line: Line) -> None:
        output = self.output
        for style, text in line:
            if style:
                output.set_attributes(self._attributes_of(style), self._depth)
                output.write(clean(text))
                output.reset_attributes()
            else:
                output.write(clean(text))
        output.write_raw("\r\n")

    def _attributes_of(self, style: str) -> Attrs:
        if style not in self._attributes:
            self._attributes[style] = self._sheet.get_attrs_for_style_str(f"class:{style}")
        return self._attributes[style]


def _modes(output: Output) -> list[Any] | None:
    """What termios tells of the terminal; None where there is none."""
    if sys.platform == "win32":
        return None
    try:
        return termios.tcgetattr(output.fileno())
    except (NotImplementedError, OSError, termios.error):
        return None


def _set_modes(output: Output, modes: list[Any] | None) -> None:
    if sys.platform != "win32" and modes is not None:
        termios.tcsetattr(output.fileno(), termios.TCSADRAIN, modes)
