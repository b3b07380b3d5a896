"""Whole replies: lines that belong together, the last one without a dash (RFC 5321 4.2.1)."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Sequence
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.smtp.issue import problem
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply_line import EnhancedCode, ReplyLine, parse_reply_line
from smtpshell.smtp.span import Problem, TokenKind
from smtpshell.smtp.text import to_bytes

__all__ = [
    "EnhancedCode",
    "Reply",
    "ReplyLine",
    "ReplyReader",
    "parse_reply",
    "parse_reply_line",
]

# A reply is kept up to here; what a hostile server sends beyond becomes a reply of its own.
MOST_LINES = 1000
MOST_OCTETS = 256 * 1024

LineProblem = tuple[int, Problem]  # index of the line, and what is odd about it


class Reply(NamedTuple):
    """A whole reply, however many lines it took.

    *code* is that of the last line, by which clients go; *enhanced* the first that stands on a
    line. *problems* are those of the lines and of the reply as a whole, each with its line's index.
    """

    lines: tuple[ReplyLine, ...]
    code: int | None
    enhanced: EnhancedCode | None
    problems: tuple[LineProblem, ...]

    @property
    def digit(self) -> int:
        """First digit of the code, by which a client decides what to do; 0 without a code."""
        return (self.code or 0) // 100

    @property
    def text(self) -> str:
        """The words of all lines, without codes."""
        return "\n".join(line.words for line in self.lines)

    def as_ehlo(self) -> "Reply":
        """The same reply read as one to EHLO or LHLO: behind the first line stand keywords."""
        lines = (*self.lines[:1], *(line.as_ehlo() for line in self.lines[1:]))
        if lines == self.lines:
            return self
        found = [
            (index, problem)
            for index, line in enumerate(lines)
            for problem in line.problems[len(self.lines[index].problems) :]
        ]
        problems = sorted((*self.problems, *found, *_duplicates(lines)), key=_place)
        return self._replace(lines=lines, problems=tuple(problems))

    def keywords(self) -> dict[str, tuple[str, ...]]:
        """What an EHLO reply offers: keyword in capitals to parameters (RFC 5321 4.1.1.1).

        The first line is the server's name and offers nothing. AUTH=LOGIN counts as AUTH LOGIN,
        and of a keyword that comes twice all parameters are kept, each once.

        >>> parse_reply(b"250-mx\\r\\n250-AUTH PLAIN\\r\\n250 AUTH=LOGIN PLAIN\\r\\n").keywords()
        {'AUTH': ('PLAIN', 'LOGIN')}
        """
        offered: dict[str, tuple[str, ...]] = {}
        for line in self.lines[1:]:
            if said := line.keyword():
                keyword, parameters = said
                offered[keyword] = tuple(dict.fromkeys(offered.get(keyword, ()) + parameters))
        return offered

    def __str__(self) -> str:
        """The reply as it goes over the wire; `parse_reply` reads its bytes back."""
        return "".join(f"{line.text}\r\n" for line in self.lines)

    def wire(self) -> bytes:
        """The reply as bytes."""
        return to_bytes(str(self))


def parse_reply(data: bytes) -> Reply:
    """Read *data* as one reply, however wrong it is; the last CRLF may be missing.

    >>> reply = parse_reply(b"250-first\\r\\n250 last\\r\\n")
    >>> reply.code, reply.digit, reply.text
    (250, 2, 'first\\nlast')
    """
    lines = data.split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    return _join([parse_reply_line(line) for line in lines])


def _join(lines: list[ReplyLine], *, cut: bool = False) -> Reply:
    if not lines:
        return Reply((), None, None, ())
    problems = [(index, found) for index, line in enumerate(lines) for found in line.problems]
    last = len(lines) - 1
    end = len(lines[last].text)
    if cut:
        problems.append((last, problem("reply-too-long", end, end)))
    elif lines[last].more:
        dash = lines[last].text.index("-", 1)
        problems.append((last, problem("reply-truncated", dash, dash + 1)))
    enhanced = next((line.enhanced for line in lines if line.enhanced), None)
    if last:
        problems += _disagreements(lines, enhanced)
    problems.sort(key=_place)
    return Reply(tuple(lines), lines[last].code, enhanced, tuple(problems))


def _place(found: LineProblem) -> tuple[int, int]:
    return found[0], found[1].start


def _disagreements(lines: list[ReplyLine], enhanced: EnhancedCode | None) -> list[LineProblem]:
    """Where the lines of one reply contradict each other."""
    problems: list[LineProblem] = []
    code = next((line.code for line in lines if line.code is not None), None)
    for index, line in enumerate(lines):
        if line.code is None:
            continue
        if line.code != code:
            problems.append((index, problem("reply-codes-differ", 0, 3)))
        if not line.more and index < len(lines) - 1:
            problems.append((index, problem("reply-early-end", 3, min(4, len(line.text)))))
        if line.enhanced == enhanced:
            continue
        at = min(4, len(line.text))
        if line.enhanced is None:
            problems.append((index, problem("enhanced-missing-on-line", at, at)))
        else:
            end = at + len(str(line.enhanced))
            problems.append((index, problem("enhanced-differ", at, end)))
    return problems


def _duplicates(lines: Sequence[ReplyLine]) -> list[LineProblem]:
    """Keywords that an EHLO reply has twice. The old AUTH= is meant to stand beside AUTH."""
    problems: list[LineProblem] = []
    seen: set[str] = set()
    for index, line in enumerate(lines[1:], 1):
        said = line.keyword()
        if said is None or any(token.kind is TokenKind.EQUALS for token in line.tokens):
            continue
        if said[0] in seen:
            at = len(line.text) - len(line.words)
            problems.append((index, problem("duplicate-keyword", at, at + len(said[0]))))
        seen.add(said[0])
    return problems


class ReplyReader:
    """Puts lines together to replies, as they come.

    A reply without end is handed over when it has MOST_LINES lines or MOST_OCTETS octets.
    """

    __slots__ = ("_lines", "_octets")

    def __init__(self) -> None:
        self._lines: list[ReplyLine] = []
        self._octets = 0

    @property
    def partial(self) -> tuple[ReplyLine, ...]:
        """The lines of the reply that is not whole yet."""
        return tuple(self._lines)

    def feed_line(self, line: Line) -> Reply | None:
        """Take the next line; the reply that is whole with it, else None.

        Inside a reply a line without a code is taken for text of the reply, which goes on.
        """
        read = parse_reply_line(line.data)
        if line.overlong:
            end = len(read.text)
            cut = problem("reply-too-long", end, end, marked("The line is longer than we keep."))
            read = read._replace(problems=(*read.problems, cut))
        self._lines.append(read)
        self._octets += len(line.data) + 2
        if not read.more and (read.code is not None or len(self._lines) == 1):
            return self._take()
        if len(self._lines) < MOST_LINES and self._octets < MOST_OCTETS:
            return None
        return self._take(cut=True)

    def flush(self) -> Reply | None:
        """What has come of a reply that will not be finished; None if nothing has."""
        return self._take() if self._lines else None

    def _take(self, *, cut: bool = False) -> Reply:
        reply = _join(self._lines, cut=cut)
        self._lines = []
        self._octets = 0
        return reply
