"""Glosses on a reply: each digit, sign, code, keyword and parameter of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.explain.gloss import Gloss, Glossary
from smtpshell.explain.gloss_auth import NO_LOGIN, Login, gloss_challenge
from smtpshell.smtp.span import Token, TokenKind
from smtpshell.smtp.table.extension import find_extension, is_private

if TYPE_CHECKING:
    from smtpshell.explain.reference import Reference
    from smtpshell.smtp.reply import Reply, ReplyLine

GREETING = "GREETING"  # what the server says first answers no verb; this stands for one

_K = TokenKind
_HELLO = frozenset({"EHLO", "LHLO"})
_NAMES_SERVER = frozenset({GREETING, "EHLO", "LHLO", "HELO"})


def gloss_reply(
    reply: Reply,
    verb: str,
    reference: Reference,
    login: Login = NO_LOGIN,
    *,
    reveal: bool = False,
) -> tuple[tuple[Gloss, ...], ...]:
    """The glosses on each line of *reply*; *verb* as in `gloss_reply_line`."""
    return tuple(
        gloss_reply_line(line, verb, reference, login, first=index == 0, reveal=reveal)
        for index, line in enumerate(reply.lines)
    )


def gloss_reply_line(
    line: ReplyLine,
    verb: str,
    reference: Reference,
    login: Login = NO_LOGIN,
    *,
    first: bool = True,
    reveal: bool = False,
) -> tuple[Gloss, ...]:
    """The glosses on one line of a reply.

    *verb* is what it answers, GREETING, or "" if that is not known. *first*: it is the first line
    of its reply. *login* tells which AUTH exchange a challenge belongs to.
    """
    offers = not first if verb in _HELLO else not verb and looks_like_offer(line)
    if line.code == 250 and offers:
        line = line.as_ehlo()
    reading = _Reading(line, Glossary(reference), login, reveal)
    reading.names_server = first and verb in _NAMES_SERVER and line.code in (220, 250)
    for token in line.tokens:
        _WRITERS[token.kind](reading, token)
    if line.code == 334 and not line.words:
        end = len(line.text)
        reading.glossary.token(end, end, marked("empty challenge"), "challenge empty")
    return tuple(reading.glossary.written)


def looks_like_offer(line: ReplyLine) -> bool:
    """Does a line that nobody knows the question of offer an extension, as in `250-SIZE 1000`?"""
    if line.code != 250 or not line.words or line.enhanced is not None:
        return False
    said = line.keyword()
    word = line.words.split()[:1]
    return said is not None and [said[0]] == word and find_extension(said[0]) is not None


class _Reading:
    """A reply line whose tokens are being glossed one after the other."""

    __slots__ = ("glossary", "keyword", "line", "login", "names_server", "reveal")

    def __init__(self, line: ReplyLine, glossary: Glossary, login: Login, reveal: bool) -> None:
        self.line = line
        self.glossary = glossary
        self.login = login
        self.reveal = reveal
        self.keyword = ""  # of EHLO, once it was read
        self.names_server = False

    def said(self, token: Token) -> str:
        return self.line.text[token.start : token.end]

    def token(self, token: Token, head: str, key: str) -> None:
        self.glossary.token(token.start, token.end, head, key)

    def row(self, start: int, end: int, head: str, kind: str, key: str, stranger: str) -> None:
        """Gloss with the words about a table's row, or with those about *stranger*s to it."""
        entry = self.glossary.entry(kind, key)
        if entry is not None:
            self.glossary.write(start, end, head, entry)
        elif stranger == "digit":
            self.glossary.token(start, end, head, "unknown digit")
        else:
            self.glossary.stranger(start, end, head, stranger)


def _code(reading: _Reading, token: Token) -> None:
    start = token.start
    code = reading.said(token)
    stranger = "reply" if "200" <= code <= "599" else "impossible"
    reading.row(start, token.end, marked("reply code"), "reply", code, stranger)
    reading.row(start, start + 1, marked("first digit"), "first-digit", code[0], "impossible")
    reading.row(start + 1, start + 2, marked("second digit"), "second-digit", code[1], "digit")
    reading.glossary.token(start + 2, start + 3, marked("third digit"), "third-digit")


def _separator(reading: _Reading, token: Token) -> None:
    reading.token(
        token, marked("sign"), "separator more" if reading.line.more else "separator last"
    )


def _enhanced(reading: _Reading, token: Token) -> None:
    code = reading.said(token)
    klass, subject, detail = code.split(".")
    kind, key = "enhanced", f"X.{int(subject)}.{int(detail)}"
    if reading.glossary.entry(kind, key) is None:
        key = code  # perhaps one of those that a provider made up
    start = token.start
    reading.row(start, token.end, marked("enhanced code"), kind, key, "enhanced")
    reading.row(start, start + 1, marked("class"), "enhanced-class", klass, "digit")
    start += 2
    reading.row(
        start, start + len(subject), marked("subject"), "enhanced-subject", subject, "digit"
    )
    start += len(subject) + 1
    reading.glossary.token(start, token.end, marked("detail"), "detail")


def _keyword(reading: _Reading, token: Token) -> None:
    said = reading.said(token)
    spec = find_extension(said)
    reading.keyword = said.upper() if spec is None else spec.keyword
    stranger = "private" if is_private(said) else "word"
    reading.row(token.start, token.end, marked("keyword"), "extension", reading.keyword, stranger)


def _equals(reading: _Reading, token: Token) -> None:
    reading.token(
        token, marked("equals sign"), "equals AUTH" if reading.keyword == "AUTH" else "equals"
    )


def _parameter(reading: _Reading, token: Token) -> None:
    said = reading.said(token)
    if reading.keyword == "AUTH":
        reading.row(token.start, token.end, marked("mechanism"), "mechanism", said, "word")
    elif reading.keyword == "LIMITS":
        name = said.partition("=")[0]
        reading.row(token.start, token.end, marked("limit"), "limit", name, "word")
    elif reading.keyword == "SIZE" and said.isascii() and said.isdigit():
        reading.token(
            token, marked("limit"), "size-limit" if said.strip("0") else "size-limit none"
        )
    else:
        reading.token(token, marked("parameter"), "ehlo-parameter")


def _text(reading: _Reading, token: Token) -> None:
    if not reading.names_server:
        reading.token(token, marked("text"), "text")
        return
    name = len(reading.said(token).partition(" ")[0])
    middle = token.start + name
    reading.glossary.token(token.start, middle, marked("server"), "server-name")
    if middle < token.end:
        reading.glossary.token(middle, token.end, marked("text"), "server-words")


def _challenge(reading: _Reading, token: Token) -> None:
    gloss_challenge(
        reading.glossary, token, reading.said(token), reading.login, reveal=reading.reveal
    )


def _space(reading: _Reading, token: Token) -> None:
    reading.token(token, marked("space"), "space")


def _unknown(reading: _Reading, token: Token) -> None:
    """Where a code should be stands something else; its first digit may tell what was meant."""
    said = reading.said(token)
    reading.glossary.stranger(token.start, token.end, marked("reply code"), "impossible")
    entry = reading.glossary.entry("first-digit", said[:1])
    if entry is not None:
        reading.glossary.write(token.start, token.start + 1, marked("first digit"), entry)


_WRITERS: dict[TokenKind, Callable[[_Reading, Token], None]] = {
    **dict.fromkeys(TokenKind, _unknown),  # what only commands have never comes here
    _K.CODE: _code,
    _K.SEPARATOR: _separator,
    _K.ENHANCED: _enhanced,
    _K.EHLO_KEYWORD: _keyword,
    _K.EQUALS: _equals,
    _K.EHLO_PARAMETER: _parameter,
    _K.SPACE: _space,
    _K.TEXT: _text,
    _K.BASE64: _challenge,
}
