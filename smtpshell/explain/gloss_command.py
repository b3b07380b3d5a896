"""Glosses on a client's line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.explain.gloss import Gloss, Glossary
from smtpshell.explain.gloss_auth import NO_LOGIN, Login, gloss_response
from smtpshell.smtp import xtext
from smtpshell.smtp.printable import printable
from smtpshell.smtp.span import Token, TokenKind
from smtpshell.smtp.table.extension import is_private
from smtpshell.smtp.table.parameter import find_parameter

if TYPE_CHECKING:
    from smtpshell.explain.reference import Reference
    from smtpshell.smtp.command import Command

_K = TokenKind


def gloss_command(
    command: Command, reference: Reference, login: Login = NO_LOGIN, *, reveal: bool = False
) -> tuple[Gloss, ...]:
    """A gloss on every token of *command*, in their order.

    *login* tells which AUTH exchange an answer belongs to; *reveal* shows the secrets in it.
    """
    reading = _Reading(command, Glossary(reference), login, reveal)
    for index in range(len(command.tokens)):
        reading.gloss(index)
    if not command.tokens:
        _empty_line(reading)
    return tuple(reading.glossary.written)


class _Reading:
    """A command whose tokens are being glossed one after the other."""

    __slots__ = ("command", "glossary", "login", "reveal")

    def __init__(self, command: Command, glossary: Glossary, login: Login, reveal: bool) -> None:
        self.command = command
        self.glossary = glossary
        self.login = login
        self.reveal = reveal

    @property
    def tokens(self) -> Sequence[Token]:
        return self.command.tokens

    def said(self, token: Token) -> str:
        return self.command.text[token.start : token.end]

    def gloss(self, index: int) -> None:
        token = self.tokens[index]
        _WRITERS[token.kind](self, token, index)

    def token(self, token: Token, head: str, key: str) -> None:
        self.glossary.token(token.start, token.end, head, key)


def _plain(head: str, key: str) -> Callable[[_Reading, Token, int], None]:
    """For tokens that mean the same wherever they stand."""

    def write(reading: _Reading, token: Token, _: int) -> None:
        reading.token(token, head, key)

    return write


def _empty_line(reading: _Reading) -> None:
    verb = reading.command.verb
    if verb == "TEXT":
        reading.glossary.token(0, 0, marked("empty line"), "empty-line")
    elif verb == "AUTHLINE":
        reading.glossary.token(0, 0, marked("empty answer"), "answer empty")
    else:
        entry = reading.glossary.entry("issue", "empty-line")
        if entry is not None:
            reading.glossary.write(0, 0, marked("empty line"), entry)


def _verb(reading: _Reading, token: Token, _: int) -> None:
    spec = reading.command.spec
    entry = reading.glossary.entry("command", spec.verb) if spec else None
    if entry is not None:
        reading.glossary.write(token.start, token.end, marked("command"), entry)
    else:
        _stranger(reading, token, marked("command"))


def _stranger(reading: _Reading, token: Token, head: str) -> None:
    word = reading.said(token)
    what = "private" if is_private(word) else "word"
    reading.glossary.stranger(token.start, token.end, head, what)


def _keyword(reading: _Reading, token: Token, _: int) -> None:
    reading.token(token, marked("keyword"), "TO" if reading.said(token).upper() == "TO" else "FROM")


def _colon(reading: _Reading, token: Token, index: int) -> None:
    before = reading.tokens[index - 1].kind if index else None
    if _K.HEADER_NAME in (before, reading.tokens[index - 2].kind if index > 1 else None):
        reading.token(token, marked("colon"), "header colon")
    else:
        reading.token(token, marked("colon"), "colon")


def _bracket(reading: _Reading, token: Token, index: int) -> None:
    bracket = reading.said(token)[0]  # learners double them
    path = reading.command.path
    if path is not None and path.null and bracket == "<":
        end = max(after.end for after in reading.tokens[index:] if after.kind is _K.BRACKET)
        reading.glossary.token(token.start, end, marked("null path"), "null-path")
    reading.token(token, marked("bracket"), f"bracket {bracket}")


def _host(reading: _Reading, token: Token, _: int) -> None:
    literal = reading.said(token).startswith("[")
    reading.token(token, marked("client"), "host literal" if literal else "host")


def _parameter(reading: _Reading, token: Token, _: int) -> None:
    keyword = reading.said(token).upper()
    entry = reading.glossary.entry("parameter", f"{reading.command.verb} {keyword}")
    if entry is not None:
        reading.glossary.write(token.start, token.end, marked("parameter"), entry)
    else:
        _stranger(reading, token, marked("parameter"))


def _value(reading: _Reading, token: Token, index: int) -> None:
    keyword = _keyword_before(reading, index)
    spec = find_parameter(reading.command.verb, keyword)
    if spec is None:
        reading.token(token, marked("value"), "value")
    elif spec.values:
        _listed_values(reading, token, keyword)
    else:
        head = marked("value")
        if spec.form in ("xtext", "typed", "mailbox"):
            head = _decoded(reading.said(token))
        key = f"value {spec.form}"
        known = reading.glossary.entry("token", key) is not None
        reading.token(token, head, key if known else "value")


def _keyword_before(reading: _Reading, index: int) -> str:
    said = (
        reading.said(token).upper()
        for token in reversed(reading.tokens[:index])
        if token.kind is _K.PARAMETER
    )
    return next(said, "")


def _listed_values(reading: _Reading, token: Token, keyword: str) -> None:
    """One gloss for each value of a list: NOTIFY=SUCCESS,DELAY."""
    start = token.start
    for value in reading.said(token).split(","):
        key = f"{keyword}={value.upper()}"
        known = reading.glossary.entry("token", key) is not None
        reading.glossary.token(
            start, start + len(value), marked("value"), key if known else "unknown"
        )
        start += len(value)
        if start < token.end:
            reading.glossary.token(start, start + 1, marked("comma"), "comma")
        start += 1


def _decoded(value: str) -> str:
    decoded = xtext.decode(value)
    if decoded == value:
        return marked("value")
    return marked("value {value}", value=printable(decoded))


def _mechanism(reading: _Reading, token: Token, _: int) -> None:
    entry = reading.glossary.entry("mechanism", reading.said(token))
    if entry is not None:
        reading.glossary.write(token.start, token.end, marked("mechanism"), entry)
    else:
        _stranger(reading, token, marked("mechanism"))


def _base64(reading: _Reading, token: Token, _: int) -> None:
    login = reading.login
    if reading.command.verb != "AUTHLINE":
        login = Login(reading.command.mechanism or "")
    gloss_response(
        reading.glossary,
        token,
        reading.said(token),
        login,
        first=reading.command.verb != "AUTHLINE",
        reveal=reading.reveal,
    )


def _dot(reading: _Reading, token: Token, _: int) -> None:
    end = reading.command.verb == "DOT"
    reading.token(token, marked("dot"), "dot end" if end else "dot stuffed")


def _text(reading: _Reading, token: Token, index: int) -> None:
    if reading.command.verb == "CHUNK":
        reading.token(token, marked("octets"), "chunk")
    elif index and reading.tokens[index - 1].kind is _K.COLON:
        reading.token(token, marked("header text"), "header value")
    else:
        reading.token(token, marked("letter"), "letter")


def _unknown(reading: _Reading, token: Token, index: int) -> None:
    if index == 0 and reading.command.verb not in ("TEXT", "CHUNK", "AUTHLINE"):
        _stranger(reading, token, marked("command"))
    else:
        reading.token(token, marked("unknown"), "unknown")


_WRITERS: dict[TokenKind, Callable[[_Reading, Token, int], None]] = {
    **dict.fromkeys(TokenKind, _unknown),  # what only replies have never comes here
    _K.VERB: _verb,
    _K.KEYWORD: _keyword,
    _K.COLON: _colon,
    _K.SPACE: _plain(marked("space"), "space"),
    _K.BRACKET: _bracket,
    _K.ROUTE: _plain(marked("source route"), "route"),
    _K.LOCAL_PART: _plain(marked("local-part"), "local-part"),
    _K.AT: _plain(marked("at"), "at"),
    _K.DOMAIN: _plain(marked("domain"), "domain"),
    _K.LITERAL: _plain(marked("address literal"), "literal"),
    _K.PARAMETER: _parameter,
    _K.EQUALS: _plain(marked("equals sign"), "equals"),
    _K.VALUE: _value,
    _K.HOST: _host,
    _K.ARGUMENT: _plain(marked("argument"), "argument"),
    _K.MECHANISM: _mechanism,
    _K.BASE64: _base64,
    _K.NUMBER: _plain(marked("octets"), "number"),
    _K.DOT: _dot,
    _K.CANCEL: _plain(marked("cancel"), "cancel"),
    _K.HEADER_NAME: _plain(marked("header field"), "header-name"),
    _K.TEXT: _text,
}
