"""A Command while it is being read."""

from __future__ import annotations

import re

from smtpshell.smtp.issue import problem
from smtpshell.smtp.parameter import Parameter
from smtpshell.smtp.path import Path
from smtpshell.smtp.span import Problem, Token, TokenKind

_SPACE = TokenKind.SPACE
_WORD = re.compile(r"[^ \t]*")


class Draft:
    """What the readers of arguments have found so far; they fill in what their verb has."""

    __slots__ = (
        "chunk_size",
        "host",
        "initial_response",
        "last",
        "mechanism",
        "parameters",
        "path",
        "problems",
        "text",
        "tokens",
        "verb",
        "verb_end",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.verb = ""
        self.verb_end = 0
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.path: Path | None = None
        self.parameters: tuple[Parameter, ...] = ()
        self.host: str | None = None
        self.mechanism: str | None = None
        self.initial_response: str | None = None
        self.chunk_size: int | None = None
        self.last = False

    def token(self, kind: TokenKind, start: int, end: int) -> None:
        """Add a token, unless it is empty."""
        if start < end:
            self.tokens.append(Token(kind, start, end))

    def problem(self, issue: str, start: int, end: int, message: str = "") -> None:
        """Add a problem."""
        self.problems.append(problem(issue, start, end, message))

    def gap(self, start: int) -> int:
        """Take the space at *start*, if there is any; where it ends."""
        rest = self.text[start:]
        end = len(self.text) - len(rest.lstrip(" \t"))
        if end > start:
            self.tokens.append(Token(_SPACE, start, end))
            if end == len(self.text):
                self.problem("trailing-space", start, end)
            elif end - start > 1:
                self.problem("extra-space", start + 1, end)
        return end

    def word(self, kind: TokenKind, start: int) -> int:
        """Take what stands at *start* up to the next space; where it ends."""
        end = _WORD.match(self.text, start).end()  # type: ignore[union-attr]  # matches anywhere
        self.token(kind, start, end)
        return end

    def rest(self, kind: TokenKind, start: int) -> None:
        """Take all that is left, cut at the spaces, the last of them as trailing space."""
        at = start
        while at < len(self.text):
            at = self.gap(self.word(kind, at))

    def extra(self, start: int, kind: TokenKind = TokenKind.UNKNOWN, message: str = "") -> None:
        """Take all that is left as something that should not be there."""
        end = len(self.text.rstrip(" \t"))
        if start < end:
            self.problem("extra-argument", start, end, message)
        self.rest(kind, start)
