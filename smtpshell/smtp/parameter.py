"""Parameters of commands: KEYWORD or KEYWORD=value (RFC 5321 4.1.2).

Mail-parameters = esmtp-param *(SP esmtp-param)
esmtp-param     = esmtp-keyword ["=" esmtp-value]
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.

from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem, Token, TokenKind

_PIECE = later(r"([ \t]+)|([^ \t=]+)(?:=([^ \t]*))?|(=[^ \t]*)")

MOST_TOKENS = 400  # of one line; what stands behind is taken as one that is unknown


class Parameter(NamedTuple):
    """One parameter: *keyword* in capitals, *value* None if none was given; where it stands."""

    keyword: str
    value: str | None
    start: int
    end: int

    def __str__(self) -> str:
        return self.keyword if self.value is None else f"{self.keyword}={self.value}"


def parse_parameters(
    text: str, start: int, verb: str
) -> tuple[tuple[Parameter, ...], list[Token], list[Problem]]:
    """Read the parameters of *verb* from *start* to the end of *text*, space before them included.

    >>> parameters, tokens, problems = parse_parameters("<> SIZE=12 BODY", 2, "MAIL")
    >>> [str(parameter) for parameter in parameters], problems[0].issue
    (['SIZE=12', 'BODY'], 'missing-value')
    """
    # Most lines have no parameters, so the table of them is imported when the first ones come.
    from smtpshell.smtp.parameter_judge import parameter_problems

    parameters: list[Parameter] = []
    tokens: list[Token] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for match in _PIECE.finditer(text, start):
        at, end = match.span()
        space, keyword, value, lost = match.groups()
        if len(tokens) >= MOST_TOKENS:
            tokens.append(Token(TokenKind.UNKNOWN, at, len(text)))
            break
        if space:
            tokens.append(Token(TokenKind.SPACE, at, end))
            problems += _space_problems(at, end, len(text))
        elif lost:
            tokens.append(Token(TokenKind.UNKNOWN, at, end))
            message = marked("No space belongs before the = of a parameter.")
            problems.append(problem("bad-parameter", at, end, message))
        else:
            tokens += _tokens(at, end, match.end(2), value)
            parameter = Parameter(ascii_upper(keyword), value, at, end)
            problems += parameter_problems(parameter, keyword, verb, seen)
            parameters.append(parameter)
            seen.add(parameter.keyword)
    return tuple(parameters), tokens, problems


def _space_problems(start: int, end: int, whole: int) -> list[Problem]:
    if end == whole:
        return [problem("trailing-space", start, end)]
    return [problem("extra-space", start + 1, end)] if end > start + 1 else []


def _tokens(start: int, end: int, equals: int, value: str | None) -> list[Token]:
    tokens = [Token(TokenKind.PARAMETER, start, equals)]
    if value is not None:
        tokens.append(Token(TokenKind.EQUALS, equals, equals + 1))
    if value:
        tokens.append(Token(TokenKind.VALUE, equals + 1, end))
    return tokens
