"""Whole replies: one or more lines, the last without a dash (RFC 5321 4.2.1)."""

from __future__ import annotations

from typing import NamedTuple

from smtpshell.smtp.issue import problem
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply_line import EnhancedCode, ReplyLine, parse_reply_line
from smtpshell.smtp.span import Problem

__all__ = [
    "EnhancedCode",
    "Reply",
    "ReplyLine",
    "ReplyReader",
    "parse_reply",
    "parse_reply_line",
]

MOST_LINES = 1000
MOST_OCTETS = 256 * 1024


class Reply(NamedTuple):
    """A whole reply, however many lines it took.

    *code* is that of the last line, by which clients go; *enhanced* the first that stands on a
    line. *problems* are those of the lines and of the reply as a whole, each with its line's index.
    """

    lines: tuple[ReplyLine, ...]
    code: int | None
    enhanced: EnhancedCode | None
    problems: tuple[tuple[int, Problem], ...]

    @property
    def digit(self) -> int:
        """First digit of the code, by which a client decides what to do; 0 without a code."""
        return (self.code or 0) // 100

    @property
    def text(self) -> str:
        """The words of all lines, without codes."""
        return "\n".join(line.words for line in self.lines)

    def keywords(self) -> dict[str, tuple[str, ...]]:
        """What an EHLO reply offers: keyword in capitals to parameters (RFC 5321 4.1.1.1).

        The first line is the server's name and offers nothing. AUTH=LOGIN counts as AUTH LOGIN,
        and of a keyword that comes twice all parameters are kept, each once.

        >>> parse_reply(b"250-mx\\r\\n250-SIZE 1000\\r\\n250-AUTH PLAIN\\r\\n250 AUTH=LOGIN PLAIN\\r\\n").keywords()
        {'SIZE': ('1000',), 'AUTH': ('PLAIN', 'LOGIN')}
        """
        offered: dict[str, tuple[str, ...]] = {}
        for line in self.lines[1:]:
            if said := line.keyword():
                keyword, parameters = said
                offered[keyword] = tuple(dict.fromkeys(offered.get(keyword, ()) + parameters))
        return offered

    def __str__(self) -> str:
        """The reply as it goes over the wire; `parse_reply` reads it back."""
        return "".join(f"{line.text}\r\n" for line in self.lines)

    def wire(self) -> bytes:
        """The reply as bytes."""
        return str(self).encode("utf-8", "surrogateescape")


def parse_reply(data: bytes) -> Reply:
    """Read *data* as one reply, however wrong it is; the last CRLF may be missing.

    >>> reply = parse_reply(b"250-first\\r\\n250 last\\r\\n")
    >>> reply.code, reply.text
    (250, 'first\\nlast')
    """
    lines = data.split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    return _join([parse_reply_line(line) for line in lines])


def _join(lines: list[ReplyLine], extra: tuple[tuple[int, Problem], ...] = ()) -> Reply:
    problems = [(index, found) for index, line in enumerate(lines) for found in line.problems]
    problems += extra
    code = lines[-1].code if lines else None
    enhanced = next((line.enhanced for line in lines if line.enhanced), None)
    return Reply(tuple(lines), code, enhanced, tuple(problems))


class ReplyReader:
    """Puts lines together to replies, as they come; an endless reply is handed over unfinished."""

    __slots__ = ("_lines", "_octets")

    def __init__(self) -> None:
        self._lines: list[ReplyLine] = []
        self._octets = 0

    @property
    def partial(self) -> tuple[ReplyLine, ...]:
        """The lines of the reply that is not whole yet."""
        return tuple(self._lines)

    def feed_line(self, line: Line) -> Reply | None:
        """Take the next line; the reply that is whole with it, else None."""
        read = parse_reply_line(line.data)
        self._lines.append(read)
        self._octets += len(line.data) + 2
        if read.more or (read.code is None and len(self._lines) > 1):
            if len(self._lines) < MOST_LINES and self._octets < MOST_OCTETS:
                return None
            end = len(read.text)
            return self._take(((len(self._lines) - 1, problem("reply-too-long", end, end)),))
        return self._take()

    def flush(self) -> Reply | None:
        """What has come of a reply that will not be finished; None if nothing has."""
        return self._take() if self._lines else None

    def _take(self, extra: tuple[tuple[int, Problem], ...] = ()) -> Reply:
        reply = _join(self._lines, extra)
        self._lines = []
        self._octets = 0
        return reply
