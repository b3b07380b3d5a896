"""A transcript written while the session goes on: one event, one line, one write to the file.

Each line is in the system's hands when `write` returns, so a killed process loses at most the event
that was just happening. Secrets are taken out before anything is written (``redact.py``).
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from smtpshell.errors import TranscriptError
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.format import MOST_EVENTS, MOST_OCTETS, format_event
from smtpshell.transcript.header import Header, format_header
from smtpshell.transcript.redact import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    StrPath = str | os.PathLike[str]

SUFFIX = ".smtp"
_MOST_TRIES = 100
_RESERVE = 1000  # octets kept free for the line that says that no more fits


class NameTaken(TranscriptError):  # noqa: N818 - the caller takes the next name
    """There is something of that name already, and it is left alone."""


class TranscriptWriter:
    """Appends events to the file *name*, which it creates; TranscriptError if that cannot be done.

    A disk that fills up later must not end the session: then `failure` says why nothing more is
    written.
    """

    def __init__(self, name: StrPath, header: Header) -> None:
        self.name = os.fspath(name)
        self.failure = ""
        self.redactor = Redactor(lmtp=header.lmtp)
        self._octets = 0
        self._events = 0
        self._file = _create(self.name)
        self._put(format_header(header))

    @property
    def path(self) -> Path:
        """The file."""
        from pathlib import Path  # takes longer to import than a transcript to be written

        return Path(self.name)

    def write(self, event: Event) -> None:
        """Write *event*, without its secrets, now."""
        event = self.redactor.redact(event)
        if self.failure or self._file < 0:
            return
        text = format_event(event)
        self._events += text.count("\n")
        if self._events >= MOST_EVENTS or self._octets + 4 * len(text) + _RESERVE > MOST_OCTETS:
            end = Event(
                EventKind.REMARK, b"the transcript is full; the session went on", event.time
            )
            self._put(format_event(end))
            self.failure = "the transcript is full"
            return
        self._put(text)

    def close(self) -> None:
        """Write no more. The file is complete after each event anyway."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _put(self, text: str) -> None:
        data = text.encode("utf-8")
        self._octets += len(data)
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            self.failure = error.strerror or str(error)


def create_transcript(directory: StrPath, server: str, header: Header) -> TranscriptWriter:
    """Begin a transcript in *directory* under a name with time and *server*.

    The folder is for transcripts only: it is made if need be, and nobody else may look into it.
    """
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{safe_name(server)}"
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        if os.name == "posix" and os.stat(directory).st_uid == os.getuid():
            os.chmod(directory, 0o700)  # made by somebody less careful, perhaps
    except OSError as error:
        raise TranscriptError(f"{directory}: {error.strerror or error}") from None
    for number in range(1, _MOST_TRIES):
        name = stem + (f"-{number}" if number > 1 else "") + SUFFIX
        try:
            return TranscriptWriter(os.path.join(directory, name), header)
        except NameTaken:
            continue
    raise TranscriptError(f"{os.path.join(directory, stem)}{SUFFIX}: too many of that name")


def safe_name(text: str) -> str:
    """*text* as part of a file name: a server's name cannot lead out of the folder.

    >>> safe_name("../../etc/passwd")
    'etc-passwd'
    """
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", text)[:40]
    return re.sub(r"\.{2,}", ".", name).strip(".-") or "server"


def _create(name: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(name, flags, 0o600)
    except FileExistsError as error:
        raise NameTaken(f"{name}: {error.strerror}") from None
    except OSError as error:
        raise TranscriptError(f"{name}: {error.strerror or error}") from None
