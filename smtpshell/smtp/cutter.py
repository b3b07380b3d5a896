"""A client's bytes cut as its session says: into lines, or into the counted octets of BDAT.

Only the session knows where BDAT's octets begin and end, and only in the order in which things are
said; so the cutter tells the session each line before it looks for the next one. Whoever watches a
client's side (the live connection, the redactor, the replayer) uses this and nothing else.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Callable, Iterator
from typing import NamedTuple

from smtpshell.smtp.change import Change
from smtpshell.smtp.command import CHUNK, Command, parse_client_line
from smtpshell.smtp.issue import problem
from smtpshell.smtp.line import LIMIT
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text


class Piece(NamedTuple):
    """What one cut gave: *data* with its *eol* (CRLF, or nothing).

    *command* and *change* stand with the piece that makes a line whole, and with each piece of a
    chunk; *command* is the whole line then, also where earlier pieces brought the beginning.
    """

    data: bytes
    eol: bytes
    command: Command | None = None
    change: Change | None = None


class ClientCutter:
    """Cuts what the client says, and tells *session*, which nobody else may tell then.

    *say* takes each command in the session's stead, and hands it on.
    """

    __slots__ = ("_begun", "_in_header", "_say", "_session")

    def __init__(self, session: Session, say: Callable[[Command], Change] | None = None) -> None:
        self._session = session
        self._say = session.client_said if say is None else say
        self._begun = b""  # of a line whose CRLF has not come yet
        self._in_header = False  # of a letter: no empty line of it has come yet

    @property
    def begun(self) -> bytes:
        """The beginning of a line that is not whole yet."""
        return self._begun

    def copy(self, session: Session) -> "ClientCutter":
        """A cutter that goes on from here for *session*, a copy of ours, and tells it itself."""
        twin = ClientCutter(session)
        twin._begun, twin._in_header = self._begun, self._in_header
        return twin

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Cut *data*; each piece is handed over before the next one is looked for."""
        while data:
            if self._session.mode is Mode.CHUNK:
                octets, data = self._split_chunk(data)
                yield from self._chunk(octets)
            else:
                piece, data = self._line(data)
                yield piece

    def answered(self) -> None:
        """The server has answered. If only bare line feeds stood, it takes them for line ends.

        Many servers do so with commands (never rightly, RFC 5321 2.3.8); then what seemed to be
        half a line was said after all.
        """
        if not self._begun.endswith(b"\n") or self._session.mode in (Mode.TEXT, Mode.CHUNK):
            return
        lines = self._begun[:-1].split(b"\n")
        self._begun = b""
        for line in lines:
            self._said(line.removesuffix(b"\r"), bare_lf=True)

    def _split_chunk(self, data: bytes) -> tuple[bytes, bytes]:
        end = max(1, self._session.chunk_octets_left)
        return data[:end], data[end:]

    def _chunk(self, octets: bytes) -> Iterator[Piece]:
        while octets:
            data, eol, octets = octets.partition(b"\r\n")
            command = Command(to_text(data + eol), CHUNK, argument=to_text(data + eol))
            yield Piece(data, eol, command, self._say(command))

    def _line(self, data: bytes) -> tuple[Piece, bytes]:
        if self._begun.endswith(b"\r") and data.startswith(b"\n"):
            # The CR went out before; its LF alone is no line end, so it stands as data.
            begun, self._begun = self._begun[:-1], b""
            return Piece(b"\n", b"", *self._said(begun)), data[1:]
        line, eol, rest = data.partition(b"\r\n")
        if not eol:
            self._begun = (self._begun + line)[:LIMIT]
            return Piece(line, b""), b""
        begun, self._begun = self._begun, b""
        return Piece(line, eol, *self._said(begun + line)), rest

    def _said(self, line: bytes, *, bare_lf: bool = False) -> tuple[Command, Change]:
        session = self._session
        exchange = session.exchange
        in_text = session.mode is Mode.TEXT
        command = parse_client_line(
            line,
            session.mode,
            first=in_text and self._in_header,
            utf8="SMTPUTF8" in session.offered,
            mechanism=exchange.mechanism if exchange is not None else None,
        )
        if bare_lf:
            end = len(command.text)
            found = problem("bare-lf", end, end)
            command = command._replace(problems=(*command.problems, found))
        if not in_text:
            self._in_header = True  # if this is DATA
        elif not line:
            self._in_header = False
        return command, self._say(command)
