"""A client's line, read however wrong it is (RFC 5321 4.1)."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
import re
from typing import NamedTuple

from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.argument import PATH_VERBS, read_argument
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.judge import judge_line
from smtpshell.smtp.parameter import Parameter
from smtpshell.smtp.path import Path
from smtpshell.smtp.span import Problem, Token, TokenKind
from smtpshell.smtp.state import Mode
from smtpshell.smtp.table.command import COMMANDS, CommandSpec, find_command
from smtpshell.smtp.text import to_bytes, to_text
from smtpshell.smtp.verb import (
    AUTHLINE,
    CHUNK,
    DOT,
    PSEUDO_VERBS,
    RESERVED,
    TEXT,
    VERBS,
    nearest_verb,
    read_stranger,
)

__all__ = [
    "AUTHLINE",
    "CHUNK",
    "DOT",
    "PSEUDO_VERBS",
    "TEXT",
    "Command",
    "Parameter",
    "Path",
    "nearest_verb",
    "parse_client_line",
    "parse_command",
]

# Up to a space; a colon or bracket ends the word too, because people glue them to it.
_WORD = re.compile(r"[^ \t:<]+|[^ \t]+|")

_ALONE = frozenset(verb for verb, spec in COMMANDS.items() if spec.syntax == verb)


class Command(NamedTuple):
    """A line of a client, taken apart.

    *verb* is the first word in capitals, "" for an empty line, a pseudo verb for a line that is no
    command. (A word typed as a command that is also a pseudo verb stands in lower case, so that
    nobody takes it for one.) *argument* is what follows the verb; of a line that is no command it
    is all. *host* is who HELO, EHLO or LHLO says is speaking. *mechanism* is in capitals,
    *initial_response* as said. *chunk_size* and *last* are those of BDAT and BURL.
    """

    text: str
    verb: str
    tokens: tuple[Token, ...] = ()
    problems: tuple[Problem, ...] = ()
    argument: str = ""
    path: Path | None = None
    parameters: tuple[Parameter, ...] = ()
    host: str | None = None
    mechanism: str | None = None
    initial_response: str | None = None
    chunk_size: int | None = None
    last: bool = False

    def __repr__(self) -> str:
        """Text, verb and issues; without what may be a password."""
        secret = next((t.start for t in self.tokens if t.kind is TokenKind.BASE64), None)
        text = self.text if secret is None else f"{self.text[:secret]}..."
        issues = [found.issue for found in self.problems]
        return f"Command({text!r}, verb={self.verb!r}, problems={issues})"

    def __str__(self) -> str:
        return self.text

    def __bytes__(self) -> bytes:
        return self.wire()

    def wire(self) -> bytes:
        """The line as bytes, without its CRLF."""
        return to_bytes(self.text)

    @property
    def spec(self) -> CommandSpec | None:
        """The verb's row in the table, None for a stranger; AUTHLINE and DOT have rows too."""
        if self.verb in PSEUDO_VERBS:
            return find_command(self.verb)
        return VERBS.get(self.verb)

    @property
    def known(self) -> bool:
        """Is this a command whose verb is in the table?"""
        return self.verb in VERBS

    def parameter(self, keyword: str) -> Parameter | None:
        """The first parameter with this keyword, in any case; None if it was not given."""
        wanted = ascii_upper(keyword)
        return next((found for found in self.parameters if found.keyword == wanted), None)


def parse_command(line: bytes | str, *, utf8: bool = False) -> Command:
    """Read one line, without its CRLF, as a command.

    *utf8*: the server offers SMTPUTF8, so letters outside ASCII in addresses are nothing odd.

    >>> command = parse_command(b"mail from: <ana@office.test> SIZE=1000")
    >>> command.verb, command.path.mailbox, command.parameter("SIZE").value
    ('MAIL', 'ana@office.test', '1000')
    >>> [(found.issue, found.start) for found in command.problems]
    [('space-after-colon', 10)]
    """
    text = to_text(line)
    draft = Draft(text)
    start = _read_leading_space(draft)
    match = _WORD.match(text, start)
    end = draft.verb_end = match.end() if match else start
    word = ascii_upper(text[start:end])
    draft.verb = word.lower() if word in RESERVED else word
    if draft.verb in VERBS:
        draft.token(TokenKind.VERB, start, end)
        if end < len(text) or draft.verb not in _ALONE:
            read_argument(draft, _pass_colon(draft, end))
    elif word:
        read_stranger(draft, start, end)
    else:
        draft.problem("empty-line", start, start)
    judge_line(draft, utf8)
    return _finish(draft)


def _read_leading_space(draft: Draft) -> int:
    start = len(draft.text) - len(draft.text.lstrip(" \t"))
    draft.token(TokenKind.SPACE, 0, start)
    if 0 < start < len(draft.text):
        draft.problem("leading-space", 0, start)
    return start


def _pass_colon(draft: Draft, at: int) -> int:
    """Take a colon glued to a verb that wants none; where the argument begins."""
    if draft.text[at : at + 1] != ":" or draft.verb in PATH_VERBS:
        return at
    draft.token(TokenKind.COLON, at, at + 1)
    draft.problem("extra-colon", at, at + 1)
    return at + 1


def _finish(draft: Draft) -> Command:
    if len(draft.problems) > 1:
        draft.problems.sort(key=_start)
    return Command(
        draft.text,
        draft.verb,
        tuple(draft.tokens),
        tuple(draft.problems),
        draft.text[draft.verb_end :].strip(" \t") if draft.verb_end else draft.text,
        draft.path,
        draft.parameters,
        draft.host,
        draft.mechanism,
        draft.initial_response,
        draft.chunk_size,
        draft.last,
    )


def _start(problem: Problem) -> int:
    return problem.start


def parse_client_line(
    line: bytes | str,
    mode: Mode,
    *,
    first: bool = False,
    utf8: bool = False,
    mechanism: str | None = None,
) -> Command:
    """Read one line of a client as its session's *mode* says: as a command, or as one that is none.

    *first*: no empty line of the letter has been seen yet, so a line of Mode.TEXT may be a header.
    *utf8*: see `parse_command`. *mechanism*: whose exchange a line of Mode.AUTH belongs to.

    >>> parse_client_line("QUIT", Mode.TEXT).problems[0].issue
    'command-in-data'
    """
    # Letters and logins come late in a session, so what reads them is imported when they do.
    if mode is Mode.TEXT:
        from smtpshell.smtp.letter import read_letter_line

        draft = Draft(to_text(line))
        read_letter_line(draft, first)
    elif mode is Mode.AUTH:
        from smtpshell.smtp.auth_argument import read_auth_line

        draft = Draft(to_text(line))
        draft.verb = AUTHLINE
        read_auth_line(draft, mechanism)
        judge_line(draft, utf8=False)
    elif mode is Mode.CHUNK:
        draft = Draft(to_text(line))
        draft.verb = CHUNK
        draft.token(TokenKind.TEXT, 0, len(draft.text))
    else:
        return parse_command(line, utf8=utf8)
    return _finish(draft)
