"""SMTP dialogues in colour, for Pygments: ``pygmentize -l smtp``, Sphinx, MkDocs, editors.

There is no grammar here: each line is read by the same parser and the same session that the shell
uses, and their tokens are given Pygments' names. Transcripts of ours are coloured, and any dialogue
with ``C:`` and ``S:`` in front, or with nothing in front: then lines that look like replies are
taken for the server's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Escape,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
    _TokenType,
)

from smtpshell.smtp.cutter import ClientCutter
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.later import later
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply import ReplyReader, parse_reply_line
from smtpshell.smtp.session import Session
from smtpshell.smtp.span import Token, TokenKind
from smtpshell.smtp.state import Mode
from smtpshell.transcript.format import MAGIC, EscapeError, unescape
from smtpshell.transcript.rewound import rewound_to

Piece = tuple[int, _TokenType, str]

STYLES: dict[TokenKind, _TokenType] = {
    TokenKind.VERB: Keyword,
    TokenKind.KEYWORD: Keyword,
    TokenKind.COLON: Punctuation,
    TokenKind.SPACE: Whitespace,
    TokenKind.BRACKET: Punctuation,
    TokenKind.ROUTE: Name.Namespace,
    TokenKind.LOCAL_PART: String,
    TokenKind.AT: Punctuation,
    TokenKind.DOMAIN: Name.Namespace,
    TokenKind.LITERAL: Number,
    TokenKind.PARAMETER: Name.Attribute,
    TokenKind.EQUALS: Operator,
    TokenKind.VALUE: Literal,
    TokenKind.HOST: Name.Namespace,
    TokenKind.ARGUMENT: Literal,
    TokenKind.MECHANISM: Name.Function,
    TokenKind.BASE64: String.Other,
    TokenKind.NUMBER: Number.Integer,
    TokenKind.DOT: Keyword.Pseudo,
    TokenKind.CANCEL: Keyword.Pseudo,
    TokenKind.HEADER_NAME: Name.Attribute,
    TokenKind.CODE: Number.Integer,
    TokenKind.SEPARATOR: Punctuation,
    TokenKind.ENHANCED: Number.Float,
    TokenKind.EHLO_KEYWORD: Name.Builtin,
    TokenKind.EHLO_PARAMETER: Literal,
    TokenKind.TEXT: Text,
    TokenKind.UNKNOWN: Error,
}

_HELLOS = frozenset({"EHLO", "LHLO"})
_LANE = later(r"([ \t]*)([0-9]+(?:\.[0-9]+)?)?([ \t]*)([~*]*)(?:([CS]):|([a-z]+):|(#)) ?")
_REPLY = later(r"[2-5][0-9]{2}(?:[ -]|\Z)", re.ASCII)
_HEAD = later(r"([a-z]+)(:)(.*)", re.DOTALL)
_ESCAPED = later(r"\\(?:x[0-9A-Fa-f]{2}|[rnt\\]|\Z)")


class SmtpLexer(Lexer):
    """Colours dialogues in SMTP and LMTP."""

    name = "SMTP"
    aliases: ClassVar[list[str]] = ["smtp"]
    filenames: ClassVar[list[str]] = ["*.smtp"]
    mimetypes: ClassVar[list[str]] = ["text/x-smtp"]
    url = "https://www.rfc-editor.org/rfc/rfc5321"

    def get_tokens_unprocessed(self, text: str) -> Iterator[Piece]:
        """Each piece of *text* with its position and token type; together they are the text."""
        painter = _Painter(goes_back="# rewound to line " in text)
        at = 0
        for line in text.split("\n"):
            if at:
                yield at - 1, Whitespace, "\n"
            yield from painter.line(line, at)
            at += len(line) + 1

    @staticmethod
    def analyse_text(text: str) -> float:
        """Is *text* likely to be a dialogue in SMTP?"""
        if text.startswith(MAGIC):
            return 1.0
        return 0.4 if re.match(r"(?:S: )?220[ -]", text) else 0.0


class _Painter:
    """Colours one dialogue, line by line; if it *goes back*, it is kept how each line stood."""

    def __init__(self, *, goes_back: bool) -> None:
        self._in_head = False
        self._bare = True  # nothing yet that only a transcript has
        self._goes_back = goes_back
        self._begin()

    def _begin(self) -> None:
        self._session = Session()
        self._cutter = ClientCutter(self._session)
        self._reader = ReplyReader()
        self._lines = 0  # of the client in this session
        self._after: dict[int, tuple[Session, ClientCutter]] = {}  # when that line was answered

    def line(self, line: str, at: int) -> Iterator[Piece]:
        if line.startswith(MAGIC) and at == 0:
            self._in_head, self._bare = True, False
            return iter([(at, Comment.Preproc, line)])
        if self._in_head:
            self._in_head = bool(line.strip())
            return _head(line, at)
        match = _LANE.match(line)
        if match is not None and (match[5] or not self._bare or not match[6]):
            return self._lane(match, line, at)
        return self._said(line, "S" if self._is_reply(line) else "C", at)

    def _is_reply(self, line: str) -> bool:
        return self._session.mode is not Mode.TEXT and _REPLY.match(line) is not None

    def _lane(self, match: re.Match[str], line: str, at: int) -> Iterator[Piece]:
        for group, style in ((1, Whitespace), (2, Comment.Special), (3, Whitespace)):
            if match[group]:
                yield at + match.start(group), style, match[group]
        lane_at = match.start(4)
        rest = line[match.end() :]
        if match[7]:
            yield at + lane_at, Comment, line[lane_at:]
            self._remarked(rest)
            return
        style = Generic.Prompt if match[5] else Generic.Heading
        yield at + lane_at, style, line[lane_at : match.end()]
        if match[5]:
            self._bare = False
            yield from self._said(rest, match[5], at + match.end())
            return
        self._happened(match[6])
        if rest:
            yield at + match.end(), Generic.Output, rest

    def _happened(self, name: str) -> None:
        if name == "connect":
            self._begin()
        elif name == "close":
            self._keep()
        elif name == "tls":
            self._session.tls_started()

    def _keep(self) -> None:
        """Remember how the session stands, to come back to, if this is the first time."""
        if self._goes_back and self._lines not in self._after:
            self._after[self._lines] = _twins(self._session, self._cutter)

    def _remarked(self, words: str) -> None:
        number = rewound_to(Event(EventKind.REMARK, words.encode("utf-8", "surrogateescape")))
        if number is None:
            return
        self._keep()
        if number in self._after:
            self._session, self._cutter = _twins(*self._after[number])
            self._reader = ReplyReader()

    def _said(self, text: str, side: str, at: int) -> Iterator[Piece]:
        """A line of one side: coloured as it was read, then told to the session."""
        data, whole = _wire(text)
        if side == "S":
            tokens = self._reply_tokens(text)
            reply = self._reader.feed_line(Line(data))
            if reply is not None:
                self._cutter.answered()
                self._session.server_said(reply)
        else:
            self._keep()
            self._lines += 1
            tokens = self._client_tokens(data + (b"\r\n" if whole else b""))
        return _paint(text, tokens, at)

    def _reply_tokens(self, text: str) -> tuple[Token, ...]:
        line = parse_reply_line(text)
        asked = self._session.pending
        if asked and asked[0].verb in _HELLOS and self._reader.partial:
            line = line.as_ehlo()
        return line.tokens

    def _client_tokens(self, data: bytes) -> tuple[Token, ...]:
        pieces = list(self._cutter.feed(data))
        command = pieces[0].command if len(pieces) == 1 else None
        return command.tokens if command is not None else ()


def _twins(session: Session, cutter: ClientCutter) -> tuple[Session, ClientCutter]:
    session = session.copy()
    return session, cutter.copy(session)


def _wire(text: str) -> tuple[bytes, bool]:
    """The bytes a line of a transcript stands for, and whether CRLF followed."""
    data = text.encode("utf-8", "surrogateescape")
    whole = not (len(data) - len(data.rstrip(b"\\"))) % 2
    try:
        return unescape(data if whole else data[:-1]), whole
    except EscapeError:
        return data, True  # a raw dialogue, where a backslash is a backslash


def _head(line: str, at: int) -> Iterator[Piece]:
    match = _HEAD.fullmatch(line)
    if match is None:
        yield at, Comment if line.startswith("#") else Text, line
        return
    yield at, Name.Tag, match[1]
    yield at + match.start(2), Punctuation, match[2]
    if match[3]:
        yield at + match.start(3), String, match[3]


def _paint(text: str, tokens: tuple[Token, ...], at: int) -> Iterator[Piece]:
    if not tokens or tokens[-1].end != len(text):  # escapes: positions are those of the wire
        yield from _escapes(text, Text, at)
        return
    for token in tokens:
        if token.end > token.start:
            yield from _escapes(text[token.start : token.end], STYLES[token.kind], at + token.start)


def _escapes(text: str, style: _TokenType, at: int) -> Iterator[Piece]:
    done = 0
    for match in _ESCAPED.finditer(text):
        if match.start() > done:
            yield at + done, style, text[done : match.start()]
        yield at + match.start(), Escape, match[0]
        done = match.end()
    if done < len(text):
        yield at + done, style, text[done:]
