"""Where transcripts go: each connection has its own, in the learner's folder, or all have one file.

A transcript in the folder begins with the first thing that happens, so that a server that was never
reached leaves no empty ones behind. What goes wrong with it must never cost the session: it is kept
as a failure, to be told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import TranscriptError, UsageError
from smtpshell.net.target import Target
from smtpshell.smtp.event import Event

if TYPE_CHECKING:
    from smtpshell.transcript.header import Header
    from smtpshell.transcript.redact import Redactor
    from smtpshell.transcript.writer import TranscriptWriter

    StrPath = str | os.PathLike[str]

Record = Callable[[Event], None]


class Records:
    """The transcripts of one shell; without a *folder* or a *file* nothing is kept."""

    def __init__(
        self, folder: Callable[[], StrPath] | None = None, *, file: StrPath | None = None
    ) -> None:
        self.writer: TranscriptWriter | None = None  # of the connection at hand
        self.kept: list[str] = []  # names of files
        self._folder = folder
        self._file = file
        self._due: Callable[[], TranscriptWriter] | None = None  # to be begun
        self._begun = False  # something happened
        self._failure = ""
        self._told = False

    def open(self, target: Target, personality: str = "", seed: str = "") -> Record:
        """Where the events of the next connection are to go.

        Raises UsageError if there can be no *file* of the name that was asked for.
        """
        from smtpshell.transcript.writer import TranscriptWriter, create_transcript

        if self._file is not None:
            if self.writer is None:
                try:
                    self._begin(TranscriptWriter(self._file, _header(target, personality, seed)))
                except TranscriptError as error:
                    raise UsageError(str(error), hint=tr("choose another name")) from None
        elif self._folder is not None:
            self.close()
            folder = self._folder
            header = _header(target, personality, seed)
            self._due = lambda: create_transcript(folder(), target.host, header)
        return self._record

    def new_failure(self) -> str:
        """Why nothing more is written, told once; "" if all is well."""
        failure = self._failure or (self.writer.failure if self.writer is not None else "")
        told, self._told = self._told, bool(failure)
        return "" if told else failure

    def summary(self) -> str:
        """Where they are, in words for the end; "" if there are none."""
        if len(self.kept) > 1:
            return tr(
                "{count} transcripts: {folder}",
                count=len(self.kept),
                folder=os.path.dirname(self.kept[-1]),
            )
        return tr("transcript: {path}", path=self.kept[0]) if self.kept else ""

    def save(self, path: StrPath) -> int:
        """Copy what was written so far; how many octets that were."""
        if self.writer is None:
            raise UsageError(tr("nothing is being recorded"))
        try:
            data = self.writer.path.read_bytes()
            with open(path, "xb") as file:
                file.write(data)
        except FileExistsError:
            raise UsageError(
                tr("{path} is there already", path=path), hint=tr("choose another name")
            ) from None
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from None
        except ValueError:  # a NUL is in it
            raise UsageError(tr("no file can have that name")) from None
        return len(data)

    def keep(self) -> Redactor | None:
        """What it depends on which words are left out, to come back to."""
        return self.writer.redactor.copy() if self.writer is not None else None

    def go_back(self, kept: Redactor | None) -> None:
        """The session goes on from where it was when that was kept; what was written stays."""
        if self.writer is not None and kept is not None:
            self.writer.redactor = kept.copy()

    def close(self) -> None:
        """Write no more; a *file* in which nothing came to stand goes, so that its name is free."""
        self._due = None
        self._failure = ""
        if self.writer is None:
            return
        self.writer.close()
        if not self._begun:
            with suppress(FileNotFoundError):  # somebody was quicker
                os.unlink(self.writer.name)
            self.kept.remove(self.writer.name)
        self.writer = None

    def _record(self, event: Event) -> None:
        if self._due is not None:
            begin, self._due = self._due, None
            try:
                self._begin(begin())
            except TranscriptError as error:
                self._failure = str(error)
        self._begun = True
        if self.writer is not None:
            self.writer.write(event)

    def _begin(self, writer: TranscriptWriter) -> None:
        self.writer = writer
        self.kept.append(writer.name)


def _header(target: Target, personality: str, seed: str) -> Header:
    from smtpshell import __version__
    from smtpshell.transcript.header import Header

    zone = time.strftime("%z")
    return Header(
        title=f"session with {target}",
        server=str(target),
        started=time.strftime("%Y-%m-%dT%H:%M:%S") + f"{zone[:3]}:{zone[3:5]}",
        protocol="lmtp" if target.lmtp else "smtp",
        personality=personality,
        seed=seed,
        program=f"smtpshell {__version__}",
    )
