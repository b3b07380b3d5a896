"""The practice server: a mind without I/O, personalities and scenarios, and a listener.

`practice_server` runs one for the tests of other programs. It is imported when it is asked for,
so that the prompt need not wait for what only it needs.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtpshell.sandbox.practice import practice_server as practice_server


def __getattr__(name: str) -> object:
    if name == "practice_server":
        from smtpshell.sandbox.practice import practice_server

        return practice_server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
