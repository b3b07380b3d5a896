"""One line of a reply, read however wrong it is (RFC 5321 4.2).

    Reply-line = Reply-code ( "-" / SP / end of line ) [ textstring ]
    Reply-code = %x32-35 %x30-35 %x30-39

The digits are ASCII's: Python's `int` and `isdigit` take full-width and Arabic ones too, so no
code is looked at with them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smtpshell.smtp.issue import problem
from smtpshell.smtp.span import Problem, Token, TokenKind

LONGEST = 512  # octets of a reply line, CRLF included (RFC 5321 4.5.3.1.5)

_CODE = re.compile(r"([0-9]{3})(?![0-9])")
_DIGITS = re.compile(r"\d+")  # of any script, to point at what was meant as a code

# RFC 2034 4:
#   status-code = class "." subject "." detail
#
# On purpose wider than the rule in the class, so that a wrong one can be remarked upon.
_ENHANCED = re.compile(r"([0-9])\.([0-9]{1,3})\.([0-9]{1,3})(?=[ \t]|$)", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_EHLO_KEYWORD = re.compile(r"[^ \t=]+")
_WORD_OR_SPACE = re.compile(r"([ \t]+)|[^ \t]+")


class EnhancedCode(NamedTuple):
    """An enhanced status code: class, subject and detail (RFC 3463 2)."""

    klass: int
    subject: int
    detail: int

    def __str__(self) -> str:
        return f"{self.klass}.{self.subject}.{self.detail}"


class ReplyLine(NamedTuple):
    """One line of a reply; *text* is all of it, without CRLF.

    *code* is None where no three ASCII digits begin the line. *more*: a dash follows the code, the
    reply goes on. *words* are what stands behind code and enhanced code.
    """

    text: str
    code: int | None
    more: bool
    enhanced: EnhancedCode | None
    words: str
    tokens: tuple[Token, ...]
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return self.text

    def wire(self) -> bytes:
        """The line as bytes, without its CRLF."""
        return self.text.encode("utf-8", "surrogateescape")

    def as_ehlo(self) -> ReplyLine:
        """The same line read as one of an EHLO reply's list: a keyword and its parameters.

        >>> [t.kind.value for t in parse_reply_line("250-SIZE 10240").as_ehlo().tokens]
        ['code', 'separator', 'ehlo-keyword', 'space', 'ehlo-parameter']
        """
        if self.code is None or self.enhanced is not None or not self.words:
            return self
        at = len(self.text) - len(self.words)
        tokens = [token for token in self.tokens if token.end <= at]
        return self._replace(tokens=(*tokens, *_ehlo_tokens(self.text, at)))

    def keyword(self) -> tuple[str, tuple[str, ...]] | None:
        """EHLO keyword in capitals and parameters of this line; None where none stands.

        The old form AUTH=LOGIN gives its first parameter behind the equals sign.

        >>> parse_reply_line("250-AUTH=LOGIN PLAIN").keyword()
        ('AUTH', ('LOGIN', 'PLAIN'))
        """
        words = {TokenKind.EHLO_KEYWORD, TokenKind.EHLO_PARAMETER}
        line = self.as_ehlo()
        said = [line.text[t.start : t.end] for t in line.tokens if t.kind in words]
        return (said[0].upper(), tuple(said[1:])) if said else None


def parse_reply_line(line: bytes | str) -> ReplyLine:
    """Read one line of a reply, without its CRLF, however wrong it is.

    >>> line = parse_reply_line(b"550-5.1.1 no such user here")
    >>> line.code, line.more, str(line.enhanced), line.words
    (550, True, '5.1.1', 'no such user here')
    >>> parse_reply_line("25 ok").problems[0].issue
    'reply-bad-code'
    """
    text = line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")
    match = _CODE.match(text)
    if match is None:
        return _without_code(text)
    code = int(match[1])
    tokens = [Token(TokenKind.CODE, 0, 3)]
    problems = _code_problems(code)
    at = 3
    separator = text[3:4]
    if separator in ("-", " "):
        if separator:
            tokens.append(Token(TokenKind.SEPARATOR, 3, 4))
            at = 4
    else:
        problems.append(problem("reply-no-separator", 3, 3))
    enhanced = None
    if match := _ENHANCED.match(text, at):
        enhanced = EnhancedCode(int(match[1]), int(match[2]), int(match[3]))
        tokens.append(Token(TokenKind.ENHANCED, at, match.end()))
        if enhanced.klass != code // 100:
            problems.append(problem("enhanced-class-mismatch", at, at + 1))
        at = match.end()
        if at < len(text):
            tokens.append(Token(TokenKind.SPACE, at, at + 1))
            at += 1
    words = text[at:]
    if words:
        challenge = code == 334 and _BASE64.fullmatch(words)
        kind = TokenKind.BASE64 if challenge else TokenKind.TEXT
        tokens.append(Token(kind, at, len(text)))
    problems += _text_problems(text)
    return ReplyLine(text, code, separator == "-", enhanced, words, tuple(tokens), tuple(problems))


def _without_code(text: str) -> ReplyLine:
    digits = _DIGITS.match(text)
    issue = "reply-bad-code" if digits else "reply-no-code"
    end = digits.end() if digits else 0
    tokens = [Token(TokenKind.UNKNOWN, 0, end)] if end else []
    if end < len(text):
        tokens.append(Token(TokenKind.TEXT, end, len(text)))
    problems = (problem(issue, 0, end), *_text_problems(text))
    more = bool(digits) and text[end : end + 1] == "-"
    return ReplyLine(text, None, more, None, text, tuple(tokens), problems)


def _code_problems(code: int) -> list[Problem]:
    if not 200 <= code <= 599:
        return [problem("reply-bad-code", 0, 1)]
    if code // 10 % 10 > 5:
        return [problem("reply-odd-code", 1, 2)]
    return []


def _text_problems(text: str) -> list[Problem]:
    return []


def _ehlo_tokens(text: str, start: int) -> list[Token]:
    keyword = _EHLO_KEYWORD.match(text, start)
    tokens = []
    at = start
    if keyword:
        at = keyword.end()
        tokens.append(Token(TokenKind.EHLO_KEYWORD, start, at))
        if text[at : at + 1] == "=":
            tokens.append(Token(TokenKind.EQUALS, at, at + 1))
            at += 1
    for match in _WORD_OR_SPACE.finditer(text, at):
        kind = TokenKind.SPACE if match[1] else TokenKind.EHLO_PARAMETER
        tokens.append(Token(kind, match.start(), match.end()))
    return tokens
