"""The front door: which room do you want?

click reads the command line and says what is to be done; it is done when click has left, so that
neither Ctrl-C nor a closed pipe is dealt with in two ways. The command line of a session is read
without click where that can be done (`option`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

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
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Nothing more can be said there, not even by
        # Python's own flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    return status


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
    sys.stderr.writelines(f"{printable(line)}\n" for line in lines)
