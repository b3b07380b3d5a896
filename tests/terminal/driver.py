"""A terminal for tests: smtpshell under a pty, its screen kept by pyte.

It answers what a real terminal answers (cursor position), and waits by reading, with a deadline.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pyte

DEADLINE = 60.0  # seconds for anything to happen; reached only by a test that fails
OURS = (sys.executable, "-m", "smtpshell")
# A new session's leader takes the terminal for its own (so that Ctrl-C is a signal where it is no
# key) and becomes the program. Not in a forked Python: the tests have threads.
_ADOPT = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
_BAR = re.compile(r"^ [|·] +")
CTRL_C, CTRL_D, CTRL_R, CTRL_U, CTRL_BRACKET = "\x03", "\x04", "\x12", "\x15", "\x1d"
F1 = "\x1bOP"
UP, LEFT, BACKSPACE = "\x1b[A", "\x1b[D", "\x7f"


class Terminal:
    """A program on a terminal of *rows* and *columns*.

    `raw` is every byte it wrote, `modes` how the terminal was before (as termios tells it).
    """

    def __init__(
        self,
        arguments: list[str],
        home: Path,
        *,
        rows: int = 24,
        columns: int = 80,
        env: Mapping[str, str] | None = None,
        answers: bool = True,
        command: Sequence[str] = OURS,
    ) -> None:
        self.home = home
        self.raw = b""
        self._answers = answers
        self._screen = pyte.HistoryScreen(columns, rows, history=5000, ratio=0.5)
        self._stream = pyte.ByteStream(self._screen)
        self._fd, inner = os.openpty()
        termios.tcsetwinsize(inner, (rows, columns))
        self.modes = termios.tcgetattr(inner)
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", _ADOPT, *command, *arguments],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=environment(home, env),
            start_new_session=True,
        )
        os.close(inner)

    # -- what a person does

    def type(self, text: str) -> None:
        """Press the keys of *text*."""
        os.write(self._fd, text.encode())

    def press(self, octets: bytes) -> None:
        """What a keyboard of another encoding sends."""
        os.write(self._fd, octets)

    def enter(self, text: str = "") -> None:
        """Type *text* and press Enter."""
        self.type(text + "\r")

    def say(self, text: str, *expected: str) -> None:
        """Type a line, press Enter, and wait until each of *expected* was shown once more."""
        before = {words: self.text().count(words) for words in expected}
        self.enter(text)
        for words, times in before.items():
            self.wait_until(partial(self._shown_more, words, times), repr(words))

    def _shown_more(self, words: str, times: int) -> bool:
        return self.text().count(words) > times

    # -- what a person sees

    def display(self) -> list[str]:
        """The rows of the screen as they stand, without trailing spaces."""
        return [row.rstrip() for row in self._screen.display]

    def text(self) -> str:
        """All that was ever shown, scrolled-away rows first, as flowing words.

        Rows are joined by one space and lose the bar of notes, so that words can be looked for
        wherever they were wrapped.
        """
        return " ".join(" ".join(_BAR.sub("", line) for line in self.lines()).split())

    def lines(self) -> list[str]:
        """All rows, scrolled-away ones first."""
        gone = [
            "".join(row[column].data for column in range(self._screen.columns)).rstrip()
            for row in self._screen.history.top
        ]
        return gone + self.display()

    def wait_for(self, words: str) -> None:
        """Read until *words* have been shown."""
        self.wait_until(lambda: words in self.text(), repr(words))

    def wait_for_prompt(self, prompt: str) -> None:
        """Read until *prompt* stands at the cursor, ready for keys."""
        self.wait_until(lambda: self.cursor_row().startswith(prompt), f"the prompt {prompt!r}")

    def cursor_row(self) -> str:
        """The row in which the cursor stands."""
        return self.display()[self._screen.cursor.y]

    def wait_until(self, true: Callable[[], bool], what: str) -> None:
        """Read until *true* holds."""
        end = time.monotonic() + DEADLINE
        while not true():
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                if true():
                    return
                screen = "\n".join(self.lines())
                raise AssertionError(f"never seen: {what}; the screen was\n{screen}")

    def wait_for_end(self) -> int:
        """Read until the program has ended; its exit status, or minus the signal."""
        while self._read(DEADLINE):
            pass
        return self._process.wait(DEADLINE)

    def modes_now(self) -> list[object]:
        """How the terminal is, as termios tells it."""
        return list(termios.tcgetattr(self._fd))

    def disorder(self) -> list[str]:
        """What is not as it was before the program came; empty if all is well."""
        screen = self._screen
        private = {number >> 5 for number in screen.mode}  # as pyte keeps DEC's modes
        default = screen.default_char
        found = {
            "termios modes": self.modes_now() != list(self.modes),
            "cursor hidden": 25 not in private,
            "no wrapping": 7 not in private,
            "bracketed paste": 2004 in private,
            "alternate screen": bool({47, 1047, 1049} & private),
            "mouse reports": bool({1000, 1002, 1003, 1006} & private),
            "colours": screen.cursor.attrs._replace(data=default.data) != default,
            "text before the cursor": screen.cursor.x != 0,
        }
        return [what for what, is_so in found.items() if is_so]

    def underlined(self) -> str:
        """What is underlined in the cursor's row."""
        row = self._screen.buffer[self._screen.cursor.y]
        cells = (row[column] for column in range(self._screen.columns))
        return "".join(cell.data for cell in cells if cell.underscore)

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._process.send_signal(number)

    def hang_up(self) -> int:
        """Close the terminal's window under the program; its exit status, or minus the signal."""
        os.close(self._fd)
        self._fd = -1
        return self._process.wait(DEADLINE)

    def close(self) -> None:
        """Whatever is left of the program goes, and the terminal too."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(DEADLINE)
        if self._fd >= 0:
            os.close(self._fd)

    def _read(self, seconds: float) -> bool:
        """Take in what comes within *seconds*; False at the end, or if nothing came."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # Linux's way to say that the other side of the pty is closed
            return False
        self.raw += data
        self._stream.feed(data)
        if self._answers:
            for _ in range(data.count(b"\x1b[6n")):
                row, column = self._screen.cursor.y + 1, self._screen.cursor.x + 1
                self.type(f"\x1b[{row};{column}R")
        return bool(data)


def environment(home: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which nothing of the tester's own is read or written."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "TERM": "xterm-256color",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **(env or {}),
    }


@contextmanager
def terminal(arguments: list[str], home: Path, **options: object) -> Iterator[Terminal]:
    """A Terminal that is cleared away afterwards."""
    opened = Terminal(arguments, home, **options)  # type: ignore[arg-type]  # passed on as named
    try:
        yield opened
    finally:
        opened.close()
