"""The front door: which room do you want?

click reads the command line and says what is to be done; it is done when click has left, so that
neither Ctrl-C nor a closed pipe is dealt with in two ways (`broken_off`). The command line of a
session is read without click where that can be done (`option`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from smtpshell.errors import ConnectError, IncomparableError, SmtpshellError, TranscriptError

Work = Callable[[], int]

COMPLETION = "_SMTPSHELL_COMPLETE"  # set by a shell that asks for completions
USAGE, UNUSABLE = 1, 2  # 2: there is no such server, or the file is no transcript
INTERRUPTED, NOBODY_READS = 130, 141  # the same in `shell.outcome`, too dear to import here

_UNUSABLE = (ConnectError, IncomparableError, TranscriptError)


def main(arguments: list[str]) -> int:
    """Do what the command line asks for; the exit status."""
    _mind_the_streams()
    try:
        status = _work(arguments)()
        sys.stdout.flush()
    except SmtpshellError as error:
        _complain(str(error), error.hint)
        return UNUSABLE if isinstance(error, _UNUSABLE) else USAGE
    return status


def broken_off(why: KeyboardInterrupt | OSError) -> int:
    """The status after *why* ended it: Ctrl-C, a file that we were told to use, our own output."""
    if isinstance(why, KeyboardInterrupt):
        return INTERRUPTED
    if why.filename is not None:
        _complain(f"{why.filename}: {why.strerror}")
        return USAGE
    if not isinstance(why, BrokenPipeError):  # whoever closes a pipe has seen enough
        from smtpshell.catalogue import tr

        _complain(tr("the output cannot be written: {why}", why=why.strerror or why))
    _leave(sys.stdout)
    return NOBODY_READS


def _work(arguments: list[str]) -> Work:
    from smtpshell.cli.option import read_plainly

    if COMPLETION not in os.environ and (asked := read_plainly(arguments)) is not None:
        from smtpshell.cli.session import open_session

        return lambda: open_session(asked)
    from smtpshell.cli.command import read_with_click

    return read_with_click(arguments)


def _mind_the_streams() -> None:
    """Have somewhere to write, and a way to write what the locale has no letter for."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (until the end)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _complain(message: str, hint: str = "") -> None:
    from smtpshell.smtp.printable import printable

    lines = [f"smtpshell: {message}", *([f"  {hint}"] if hint else [])]
    try:
        sys.stderr.writelines(f"{printable(line)}\n" for line in lines)
        sys.stderr.flush()
    except OSError:  # what is left is the exit status
        _leave(sys.stderr)


def _leave(stream: TextIO) -> None:
    """Let nothing more be said to *stream*, not even by Python's own flush at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
