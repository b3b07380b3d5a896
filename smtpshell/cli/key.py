"""Single keys from the terminal, for who waits for the space bar."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn


@contextmanager
def single_keys() -> Iterator[Callable[[], str]]:
    """While it lasts: a function that waits for the next key; "" at the end of the input.

    Keys typed ahead are kept, Ctrl-C is KeyboardInterrupt, and afterwards the terminal is as it
    was, also when it is a signal that ends the program.
    """
    if sys.platform == "win32":
        import msvcrt

        yield msvcrt.getwch
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    deadly = [one for one in _DEADLY if signal.getsignal(one) is signal.SIG_DFL]
    try:
        for number in deadly:
            signal.signal(number, _leave)
        tty.setcbreak(terminal, termios.TCSADRAIN)
        yield lambda: os.read(terminal, 1).decode("latin-1")
    finally:
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        for number in deadly:
            signal.signal(number, signal.SIG_DFL)


_DEADLY = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


def _leave(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)  # as a shell tells it of who died of the signal
