"""Parameters of commands: KEYWORD or KEYWORD=value (RFC 5321 4.1.2).

Mail-parameters = esmtp-param *(SP esmtp-param)
esmtp-param     = esmtp-keyword ["=" esmtp-value]
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smtpshell.smtp.abnf import ESMTP_KEYWORD, ascii_upper
from smtpshell.smtp.issue import problem
from smtpshell.smtp.parameter_value import value_issue
from smtpshell.smtp.span import Problem, Token, TokenKind
from smtpshell.smtp.table.parameter import PARAMETERS, ParameterSpec

_PIECE = re.compile(r"([ \t]+)|([^ \t=]+)(?:=([^ \t]*))?|(=[^ \t]*)")

MOST_TOKENS = 400  # of one line; what stands behind is taken as one that is unknown

# Who knows a parameter that stands on the wrong command.
_OWNERS = {row.keyword: row.verbs[0] for row in PARAMETERS.values() if row.keyword.isupper()}

# Attributes of these are filed as parameters too, but servers of other makers have more of them.
_WITH_OPEN_SET = frozenset({"XPROXY", "XPROXYFROM", "XPROXYTO", "XSESSIONPARAMS"})


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
            message = "No space belongs before the = of a parameter."
            problems.append(problem("bad-parameter", at, end, message))
        else:
            tokens += _tokens(at, end, match.end(2), value)
            parameter = Parameter(ascii_upper(keyword), value, at, end)
            problems += _problems(parameter, keyword, verb, seen)
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


def _problems(parameter: Parameter, said: str, verb: str, seen: set[str]) -> list[Problem]:
    keyword, value, start, end = parameter
    spec = PARAMETERS.get(f"{verb} {keyword}")
    if spec is None and not ESMTP_KEYWORD.fullmatch(said):
        return [problem("bad-parameter", start, end)]
    problems = []
    if keyword in seen:
        problems.append(problem("duplicate-parameter", start, end))
    if spec is not None:
        return problems + _value_problems(spec, value, start + len(said), end)
    if verb not in _WITH_OPEN_SET:
        problems.append(_stranger(keyword, start, start + len(said)))
    if value == "":
        problems.append(problem("missing-value", end, end))
    return problems


def _stranger(keyword: str, start: int, end: int) -> Problem:
    owner = _OWNERS.get(keyword)
    if owner is None:
        return problem("unknown-parameter", start, end)
    message = f"{keyword} is a parameter of {owner}."
    return problem("parameter-wrong-verb", start, end, message)


def _value_problems(spec: ParameterSpec, value: str | None, equals: int, end: int) -> list[Problem]:
    if spec.form == "none":
        if value is None:
            return []
        return [problem("unexpected-value", equals, end, f"{spec.keyword} takes no value.")]
    if not value:
        if value is None and spec.optional:
            return []
        message = f"{spec.keyword} needs a value: {spec.example}."
        return [problem("missing-value", end, end, message)]
    found = value_issue(spec, value)
    return [problem(found[0], equals + 1, end, found[1])] if found else []
