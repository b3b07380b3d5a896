"""The envelope: who a message is from and for, as the commands said and the replies judged."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.

from typing import NamedTuple

from smtpshell.smtp.parameter import Parameter
from smtpshell.smtp.path import Path
from smtpshell.smtp.reply import Reply


class Recipient(NamedTuple):
    """One RCPT and the verdict on it (RFC 5321 4.1.1.3). *path* is None if none could be read."""

    path: Path | None
    parameters: tuple[Parameter, ...]
    reply: Reply


class Envelope(NamedTuple):
    """What stands on the envelope of the open mail transaction (RFC 5321 2.3.1).

    Without an accepted MAIL there is no reverse-path (None); the null reverse-path `<>` is a Path
    of its own. Recipients stand in the order in which they were answered.
    """

    reverse_path: Path | None = None
    parameters: tuple[Parameter, ...] = ()
    accepted: tuple[Recipient, ...] = ()
    refused: tuple[Recipient, ...] = ()


BLANK = Envelope()
