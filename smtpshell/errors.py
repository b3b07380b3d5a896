"""The few errors smtpshell raises, each with a way out.

A bad command or a surprising reply is never one of these: it is a Problem or a Note, because it
is what people come here to look at. A child class exists only where somebody catches it.
"""

from __future__ import annotations


class SmtpshellError(Exception):
    """Something smtpshell could not do; *hint* is what the user can try next.

    It stands in tracebacks, too, for those who test a client with the practice server.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        if hint:
            self.add_note(hint)


class UsageError(SmtpshellError):
    """A local command or an option was given something it cannot use."""


class ConnectError(SmtpshellError):
    """No connection to the server, or none that can be trusted."""


class DataFileError(SmtpshellError):
    """A note, reference, personality or lesson file is wrong; the message begins FILE:LINE."""


class IncomparableError(SmtpshellError):
    """Dialogues cannot be compared as it was asked for."""


class TranscriptError(SmtpshellError):
    """A transcript cannot be read; the message begins FILE:LINE."""
