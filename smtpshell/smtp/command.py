"""A client's line, read however wrong it is (RFC 5321 4.1)."""

from __future__ import annotations

from typing import NamedTuple

from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.parameter import Parameter
from smtpshell.smtp.path import Path
from smtpshell.smtp.span import Problem, Token
from smtpshell.smtp.state import Mode
from smtpshell.smtp.table.command import COMMANDS, CommandSpec
from smtpshell.smtp.text import to_bytes, to_text

# Lines of a client that are no commands go by these names.
AUTHLINE = "AUTHLINE"  # answers a 334
TEXT = "TEXT"  # line of mail data
DOT = "DOT"  # the lone dot that ends mail data
CHUNK = "CHUNK"  # octets of a BDAT chunk
PSEUDO_VERBS = frozenset({AUTHLINE, TEXT, DOT, CHUNK})


class Command(NamedTuple):
    """A line of a client, taken apart.

    *verb* is the first word in capitals, "" for an empty line, a pseudo verb for a line that is no
    command. (A word typed as a command that is also a pseudo verb stands in lower case, so that
    nobody takes it for one.) *argument* is what follows the verb. *host* is who HELO, EHLO or LHLO
    says is speaking. *mechanism* is in capitals, *initial_response* as said. *chunk_size* and
    *last* are those of BDAT and BURL.
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

    def __str__(self) -> str:
        return self.text

    def __bytes__(self) -> bytes:
        return self.wire()

    def wire(self) -> bytes:
        """The line as bytes, without its CRLF."""
        return to_bytes(self.text)

    @property
    def spec(self) -> CommandSpec | None:
        """The verb's row in the table, None for a stranger and for lines that are no commands."""
        return COMMANDS.get(self.verb)

    @property
    def known(self) -> bool:
        """Is the verb in the table?"""
        return self.verb in COMMANDS

    def parameter(self, keyword: str) -> Parameter | None:
        """The first parameter with this keyword, in any case; None if it was not given."""
        wanted = ascii_upper(keyword)
        return next((found for found in self.parameters if found.keyword == wanted), None)


def parse_command(line: bytes | str, *, utf8: bool = False) -> Command:
    """Read one line, without its CRLF, as a command.

    *utf8*: the open transaction was announced with SMTPUTF8, so its addresses may hold any letter.
    """
    text = to_text(line)
    word, _, argument = text.strip(" \t").partition(" ")
    return Command(text, ascii_upper(word), argument=argument)


def parse_client_line(
    line: bytes | str,
    mode: Mode,
    *,
    first: bool = False,
    utf8: bool = False,
    mechanism: str | None = None,
) -> Command:
    """Read one line of a client as its session's *mode* says: as a command, or as one that is none.

    *first*: no empty line of the letter has been seen yet, so the line may be a header.
    *utf8*: see `parse_command`. *mechanism*: whose exchange a line of Mode.AUTH belongs to.
    """
    text = to_text(line)
    if mode is Mode.TEXT:
        return Command(text, DOT if text == "." else TEXT, argument=text)
    if mode is Mode.AUTH:
        return Command(text, AUTHLINE, argument=text)
    return parse_command(text, utf8=utf8)
