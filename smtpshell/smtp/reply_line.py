"""One line of a reply, read however wrong it is (RFC 5321 4.2).

    Reply-line = Reply-code ( "-" / [ SP textstring ] ) ; the dash says that more lines follow
    Reply-code = %x32-35 %x30-35 %x30-39
    textstring = 1*(%d09 / %d32-126)                    ; RFC 6531 3.7.4 adds UTF-8

The digits are ASCII's. Python's `int` and `isdigit` take those of every script too, so neither is
asked whether something is a code.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
import re
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import ESMTP_KEYWORD, ascii_upper
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.reply_text import text_problems
from smtpshell.smtp.span import Problem, Token, TokenKind
from smtpshell.smtp.text import to_bytes, to_text

_DIGITS = later(r"[+-]?\d+")  # of any script, to point at what was meant as a code

# RFC 2034 4:
#   status-code = class "." subject "." detail
#   class       = "2" / "4" / "5"
#
# On purpose wider than the rule in the class, so that a wrong one can be remarked upon.
_ENHANCED = later(r"([0-9])\.([0-9]{1,3})\.([0-9]{1,3})(?=[ \t]|\Z)", re.ASCII)
_BASE64 = later(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_EHLO_KEYWORD = re.compile(r"[^ \t=]+")
_SPACE_OR_WORD = re.compile(r"([ \t]+)|[^ \t]+")


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
        return to_bytes(self.text)

    def as_ehlo(self) -> "ReplyLine":
        """The same line read as one of an EHLO reply's list: a keyword and its parameters.

        >>> [t.kind.value for t in parse_reply_line("250-SIZE 10240").as_ehlo().tokens]
        ['code', 'separator', 'ehlo-keyword', 'space', 'ehlo-parameter']
        """
        at = len(self.text) - len(self.words)
        keyword = _EHLO_KEYWORD.match(self.text, at)
        if self.code is None or self.enhanced is not None or keyword is None:
            return self
        if any(token.kind is TokenKind.EHLO_KEYWORD for token in self.tokens):
            return self
        before = [token for token in self.tokens if token.end <= at]
        tokens, problems = _read_keyword(self.text, at, keyword.end())
        return self._replace(tokens=(*before, *tokens), problems=(*self.problems, *problems))

    def keyword(self) -> tuple[str, tuple[str, ...]] | None:
        """EHLO keyword in capitals and parameters of this line; None where none stands.

        In the old form the first parameter stands behind an equals sign.

        >>> parse_reply_line("250-AUTH=LOGIN PLAIN").keyword()
        ('AUTH', ('LOGIN', 'PLAIN'))
        """
        line = self.as_ehlo()
        said = [line.text[t.start : t.end] for t in line.tokens if t.kind in _OF_KEYWORD]
        return (ascii_upper(said[0]), tuple(said[1:])) if said else None


_OF_KEYWORD = (TokenKind.EHLO_KEYWORD, TokenKind.EHLO_PARAMETER)


def parse_reply_line(line: bytes | str) -> ReplyLine:
    """Read one line of a reply, without its CRLF, however wrong it is.

    >>> line = parse_reply_line(b"550-5.1.1 no such user here")
    >>> line.code, line.more, str(line.enhanced), line.words
    (550, True, '5.1.1', 'no such user here')
    >>> parse_reply_line("25 ok").problems[0].issue
    'reply-bad-code'
    """
    text = to_text(line)
    if not _begins_with_code(text):
        return _read_without_code(text)
    code = int(text[:3])
    tokens = [Token(TokenKind.CODE, 0, 3)]
    problems = _code_problems(code)
    separator = text[3:4]
    at = 3
    if separator in ("-", " "):
        tokens.append(Token(TokenKind.SEPARATOR, 3, 4))
        at = 4
    elif separator:
        problems.append(problem("reply-no-separator", 3, 3))
    enhanced = None
    if text[at + 1 : at + 2] == "." and (match := _ENHANCED.match(text, at)):
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
        tokens.append(Token(TokenKind.BASE64 if challenge else TokenKind.TEXT, at, len(text)))
    elif code != 334:  # a mechanism that lets the client speak first has nothing to say here
        problems.append(problem("reply-no-text", at, at))
    problems += text_problems(text)
    return ReplyLine(text, code, separator == "-", enhanced, words, tuple(tokens), tuple(problems))


def _begins_with_code(text: str) -> bool:
    """Three ASCII digits, and no further digit of any script."""
    code = text[:3]
    return len(code) == 3 and code.isascii() and code.isdigit() and not text[3:4].isdecimal()


def _read_without_code(text: str) -> ReplyLine:
    digits = _DIGITS.match(text)
    end = digits.end() if digits else 0
    tokens = [Token(TokenKind.UNKNOWN, 0, end)] if digits else []
    if end < len(text):
        tokens.append(Token(TokenKind.TEXT, end, len(text)))
    issue = "reply-bad-code" if digits else "reply-no-code"
    problems = (problem(issue, 0, end), *text_problems(text))
    more = digits is not None and text[end : end + 1] == "-"
    return ReplyLine(text, None, more, None, text, tuple(tokens), problems)


def _code_problems(code: int) -> list[Problem]:
    if not 200 <= code <= 599:
        return [problem("reply-bad-code", 0, 1, marked("A reply code begins with 2, 3, 4 or 5."))]
    return [problem("reply-odd-code", 1, 2)] if code // 10 % 10 > 5 else []


def _read_keyword(text: str, start: int, end: int) -> tuple[list[Token], list[Problem]]:
    """The keyword text[start:end], and parameters behind it (RFC 5321 4.1.1.1, ehlo-line)."""
    tokens = [Token(TokenKind.EHLO_KEYWORD, start, end)]
    right = ESMTP_KEYWORD.fullmatch(text, start, end)
    problems = [] if right else [problem("bad-keyword", start, end)]
    if text.startswith("=", end):
        tokens.append(Token(TokenKind.EQUALS, end, end + 1))
        end += 1
    for match in _SPACE_OR_WORD.finditer(text, end):
        kind = TokenKind.SPACE if match[1] else TokenKind.EHLO_PARAMETER
        tokens.append(Token(kind, *match.span()))
    return tokens, problems
