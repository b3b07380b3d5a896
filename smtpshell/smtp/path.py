"""Reverse-path and forward-path, read however wrong they are (RFC 5321 4.1.2).

Reverse-path = Path / "<>"
Forward-path = Path            ; and "<Postmaster>" after RCPT
Path         = "<" [ A-d-l ":" ] Mailbox ">"
A-d-l        = At-domain *( "," At-domain )
Mailbox      = Local-part "@" ( Domain / address-literal )
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
import re
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import DOT_STRING, QUOTED_STRING
from smtpshell.smtp.domain import domain_problems, is_literal
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem, Token, TokenKind
from smtpshell.smtp.text import octets

LONGEST_LOCAL_PART = 64  # octets (RFC 5321 4.5.3.1.1)
LONGEST_PATH = 256  # octets, with brackets (RFC 5321 4.5.3.1.3)

_QUOTED = later(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)  # wider than the rule, to find its end
_QUOTED_PAIR = later(r"\\(.)", re.DOTALL)
_UP_TO_BRACKET = later(r'(?:[^<>"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_UP_TO_SPACE = later(r'(?:"(?:[^"\\]++|\\.)*+")?[^ \t]*', re.DOTALL)
_NAME = later(r'(?:"[^"]*"[ \t]*|[^<>@=,;"]+)(?=<)')
_ROUTE = later(r'@[^@:<>" \t]*(?:,@[^@:<>" \t]*)*:')
# Most paths there are: <>, or a mailbox without riddles, with nothing behind it but a parameter.
_PLAIN = re.compile(
    r"<(?:([\w+-]+(?:\.[\w+-]+)*)@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}))?>"
    r"(?=\Z| [a-z0-9-]+(?:[ =]|\Z))",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_PLAIN = 64  # so that none of its parts is too long either
_SPACE = later(r"[ \t]+")
_HOP = later(r"[^@,:]+")
_LIST_MARK = later(r"[,;]")
_NEXT_ADDRESS = later(r"[ \t]*[,;]|[ \t]+<|[ \t]+[^ \t=]+@")
_NEXT_PARAMETER = later(r"[A-Za-z0-9-]+(?:=|[ \t]|\Z)", re.ASCII)


class Path(NamedTuple):
    """Where mail goes to or comes from.

    *text* is what stands between the brackets, as said. *local_part* is unquoted; *domain* keeps
    the square brackets of a *literal*. Both are None in the null reverse-path, and *domain* in
    <Postmaster>. *route* holds the domains of a source route.
    """

    text: str
    route: tuple[str, ...] = ()
    local_part: str | None = None
    domain: str | None = None
    literal: bool = False
    null: bool = False
    quoted: bool = False

    def __str__(self) -> str:
        return f"<{self.text}>"

    @property
    def mailbox(self) -> str:
        """local-part@domain, quoted only where it must be; "" for the null reverse-path."""
        if self.local_part is None:
            return ""
        local_part = self.local_part
        if not DOT_STRING.fullmatch(local_part):
            local_part = '"' + re.sub(r'(["\\])', r"\\\1", local_part) + '"'
        return local_part if self.domain is None else f"{local_part}@{self.domain}"

    @property
    def postmaster(self) -> bool:
        """Is this <Postmaster>, the one forward-path without a domain (RFC 5321 4.5.1)?"""
        return self.domain is None and (self.local_part or "").lower() == "postmaster"


def parse_path(text: str, start: int = 0) -> tuple[Path | None, list[Token], list[Problem], int]:
    """Read the path that begins at *start*: the path, its tokens, its problems, where it ends.

    The path is None if nothing stands there. Tokens and problems have their places in *text*.

    >>> path, tokens, problems, end = parse_path("RCPT TO:<ana@office.test>", 8)
    >>> path.mailbox, path.domain, problems, end
    ('ana@office.test', 'office.test', [], 25)
    >>> parse_path("ana@office.test")[2][0].issue
    'no-angle-brackets'
    """
    if start >= len(text):
        return None, [], [], start
    plain = _PLAIN.match(text, start)
    if plain and plain.end() - start <= _LONGEST_PLAIN:
        return _plain_path(plain, start)
    reader = _PathReader(text)
    path, end = reader.read(start)
    return path, reader.tokens, reader.problems, end


def _plain_path(
    match: re.Match[str], start: int
) -> tuple[Path | None, list[Token], list[Problem], int]:
    """What `_PathReader` makes of a path that has nothing odd about it, four times as fast."""
    local_part, domain = match.groups()
    end = match.end()
    opening = Token(TokenKind.BRACKET, start, start + 1)
    closing = Token(TokenKind.BRACKET, end - 1, end)
    if local_part is None:
        return Path("", null=True), [opening, closing], [], end
    at = match.end(1)
    tokens = [
        opening,
        Token(TokenKind.LOCAL_PART, start + 1, at),
        Token(TokenKind.AT, at, at + 1),
        Token(TokenKind.DOMAIN, at + 1, end - 1),
        closing,
    ]
    return Path(match[0][1:-1], (), local_part, domain), tokens, [], end


class _PathReader:
    __slots__ = ("problems", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []

    def token(self, kind: TokenKind, start: int, end: int) -> None:
        if start < end:
            self.tokens.append(Token(kind, start, end))

    def problem(self, issue: str, start: int, end: int, message: str = "") -> None:
        self.problems.append(problem(issue, start, end, message))

    def read(self, start: int) -> tuple[Path, int]:
        text = self.text
        if text[start] != "<" and (name := _NAME.match(text, start)):
            self.token(TokenKind.UNKNOWN, start, name.end())
            self.problem("display-name", start, start + len(name[0].rstrip(" \t")))
            start = name.end()
        path, end = self.bracketed(start) if text[start] == "<" else self.bare(start)
        if end - start > LONGEST_PATH // 4 and octets(text[start:end]) > LONGEST_PATH:
            self.problem("path-too-long", start, end)
        return path, self.behind(end)

    def bracketed(self, start: int) -> tuple[Path, int]:
        inside = self.brackets("<", start)
        close = _closing_bracket(self.text, inside)
        if close is None:
            close = _end(_UP_TO_SPACE, self.text, inside)
            self.problem("unbalanced-brackets", start, close, marked("The closing > is missing."))
            return self.inside(inside, close), close
        path = self.inside(inside, close)
        return path, self.brackets(">", close)

    def brackets(self, bracket: str, start: int) -> int:
        """Take the bracket at *start*, and remark on those that follow it; where they end."""
        end = start + 1
        while self.text.startswith(bracket, end):
            end += 1
        self.token(TokenKind.BRACKET, start, end)
        if end > start + 1:
            message = marked("One {bracket} is enough.", bracket=bracket)
            self.problem("unbalanced-brackets", start, end, message)
        return end

    def bare(self, start: int) -> tuple[Path, int]:
        """Take a path that no bracket opens."""
        end = _end(_UP_TO_SPACE, self.text, start)
        inner = start + len(self.text[start:end].rstrip(">"))
        if inner < end:
            self.problem("unbalanced-brackets", start, end, marked("The opening < is missing."))
        else:
            self.problem("no-angle-brackets", start, end)
        path = self.inside(start, inner)
        self.token(TokenKind.BRACKET, inner, end)
        return path._replace(null=False), end

    def inside(self, start: int, end: int) -> Path:
        """Take text[start:end], all that stands between the brackets."""
        said = self.text[start:end]
        if not said:
            return Path("", null=True)
        first = start + len(said) - len(said.lstrip(" \t"))
        last = start + len(said.rstrip(" \t"))
        self.inner_space(start, min(first, end))
        path = self.route_and_mailbox(first, last) if first < last else Path("", null=True)
        self.inner_space(max(first, last), end)
        return path._replace(text=said)

    def inner_space(self, start: int, end: int) -> None:
        if start < end:
            self.token(TokenKind.SPACE, start, end)
            self.problem("space-in-path", start, end)

    def route_and_mailbox(self, start: int, end: int) -> Path:
        route: tuple[str, ...] = ()
        if match := _ROUTE.match(self.text, start, end):
            self.token(TokenKind.ROUTE, start, match.end())
            self.problem("source-route", start, match.end())
            route = tuple(domain.lstrip("@") for domain in match[0][:-1].split(","))
            for hop in _HOP.finditer(self.text, start, match.end()):
                self.problems += domain_problems(hop[0], hop.start())
            start = match.end()
        quoted = _QUOTED.match(self.text, start, end)
        comma = _LIST_MARK.search(self.text, quoted.end() if quoted else start, end)
        last = comma.start() if comma else end
        path = self.mailbox(start, last, quoted.end() if quoted else start)
        if comma:
            self.token(TokenKind.UNKNOWN, last, end)
            self.problem("comma-list", last, end)
        return path._replace(route=route)

    def mailbox(self, start: int, end: int, quoted_end: int) -> Path:
        """Take local-part and domain; a quoted string stands at text[start:quoted_end]."""
        text = self.text
        quoted = quoted_end > start and (quoted_end == end or text[quoted_end] == "@")
        mark = "@[" if text.endswith("]", start, end) else "@"
        at = quoted_end if quoted else text.rfind(mark, start, end)
        if at < 0:
            at = end
        self.token(TokenKind.LOCAL_PART, start, at)
        self.token(TokenKind.AT, at, min(at + 1, end))
        self.local_part_problems(start, at, quoted)
        local_part = text[start:at]
        if quoted:
            local_part = _QUOTED_PAIR.sub(r"\1", local_part[1:-1])
        domain = self.domain(at + 1, end)
        literal = domain is not None and is_literal(domain)
        path = Path("", (), local_part, domain, literal, quoted=quoted)
        if domain is None and not path.postmaster:
            self.problem("no-domain", end, end)
        return path

    def domain(self, start: int, end: int) -> str | None:
        domain = self.text[start:end]
        if not domain:
            return None
        self.token(TokenKind.LITERAL if is_literal(domain) else TokenKind.DOMAIN, start, end)
        if not self.space_inside(start, end):
            self.problems += domain_problems(domain, start)
        return domain

    def local_part_problems(self, start: int, end: int, quoted: bool) -> None:
        local_part = self.text[start:end]
        if octets(local_part) > LONGEST_LOCAL_PART:
            self.problem("local-part-too-long", start, end)
        if quoted:
            if not QUOTED_STRING.fullmatch(local_part):
                self.problem("bad-local-part", start, end)
        elif not local_part:
            self.problem("bad-path", start, start + 1, marked("A name is missing before the @."))
        elif not DOT_STRING.fullmatch(local_part) and not self.space_inside(start, end):
            self.problem("bad-local-part", start, end, _reason(local_part))

    def space_inside(self, start: int, end: int) -> bool:
        space = _SPACE.search(self.text, start, end)
        if space:
            self.problem("space-in-path", space.start(), space.end())
        return space is not None

    def behind(self, end: int) -> int:
        """Take what stands behind the path and is no parameter; where it ends."""
        text = self.text
        if end == len(text):
            return end
        if _NEXT_ADDRESS.match(text, end):
            self.token(TokenKind.UNKNOWN, end, len(text))
            start = end
            if self.problems and self.problems[-1].issue == "comma-list" and text[end - 1] != ">":
                start = self.problems.pop().start  # the same list, seen to go on
            self.problem("comma-list", start, len(text.rstrip(" \t")))
            return len(text)
        if text[end] in " \t":
            return end
        if _NEXT_PARAMETER.match(text, end):
            self.problem("missing-space", end, end)
            return end
        junk_end = _end(_UP_TO_SPACE, text, end)
        self.token(TokenKind.UNKNOWN, end, junk_end)
        self.problem("junk-after-path", end, junk_end)
        return junk_end


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a pattern that matches anywhere ends."""
    match = pattern.match(text, start)
    return match.end() if match else start


def _closing_bracket(text: str, start: int) -> int | None:
    """Where the > is that closes what was opened before *start*; quoted ones do not count."""
    end = _end(_UP_TO_BRACKET, text, start)
    if text.startswith('"', end):  # a quote nobody closed
        end = text.find(">", start)
    return end if end >= 0 and text.startswith(">", end) and "<" not in text[start:end] else None


def _reason(local_part: str) -> str:
    """Why *local_part* is none, where a learner can be told more than the rule."""
    if "@" in local_part:
        return marked("An address has one @.")
    if ".." in local_part or local_part.startswith(".") or local_part.endswith("."):
        return marked(
            "Dots stand between two other characters, or the whole name stands in quotes."
        )
    return ""
