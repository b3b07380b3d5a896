"""The way in: `smtpshell`, `python -m smtpshell`. It looks before it imports.

`--version` and `--help` are answered before anything else is loaded. Without arguments the first
line of the practice session is on the screen before the line editor is imported, which takes a
tenth of a second, and click is not needed at all.
"""

from __future__ import annotations

import gc
import sys

from smtpshell import __version__
from smtpshell.language import SOURCE, chosen


def main() -> int:
    """Run what the command line asks for; the exit status."""
    try:
        return _run(sys.argv[1:])
    except (KeyboardInterrupt, OSError) as error:
        from smtpshell.cli import broken_off

        return broken_off(error)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        print(f"smtpshell {__version__}", flush=True)
        return 0
    if arguments in (["--help"], ["-h"]) and chosen() == SOURCE:
        from smtpshell.help import TEXT

        print(TEXT, end="", flush=True)
        return 0
    if not arguments and _at_terminal():
        return _practise()
    from smtpshell.cli import main as command_line

    return command_line(arguments)


def _at_terminal() -> bool:
    """Is somebody there to type and to read? (A closed stream is None.)"""
    return bool(sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty())


def _practise() -> int:
    from smtpshell.shell.banner import practice_banner

    if hasattr(sys.stdout, "reconfigure"):  # the locale may have no letter for what is to be said
        sys.stdout.reconfigure(errors="backslashreplace")
    print(practice_banner(), flush=True)
    # What is imported now stays: looking for garbage in it costs a tenth of the way to the prompt.
    gc.disable()
    from smtpshell.shell.launch import run_practice

    return run_practice()


if __name__ == "__main__":
    sys.exit(main())
