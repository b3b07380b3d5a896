"""Mail data line by line, as a learner types it: the letter and its end (RFC 5321 4.1.1.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smtpshell.catalogue import marked
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.issue import problem
from smtpshell.smtp.later import later
from smtpshell.smtp.span import Problem, TokenKind
from smtpshell.smtp.text import octets, place_of_octet, to_text
from smtpshell.smtp.verb import DOT, TEXT

LONGEST_TEXT_LINE = 1000  # octets with CRLF, the dot of transparency not counted (4.5.3.1.6)

# RFC 5322 2.2: field = field-name ":" field-body; 4.5 lets space stand before the colon.
_HEADER = later(r"([!-9;-~]+)([ \t]*)(:)", re.ASCII)
_SPACE = " \t"
_BEFORE_DOT = " \t\r\n\0\"'`<(["  # what a lone dot was dressed up with
_BEHIND_DOT = " \t\r\n\0\"'`>)],;"
_DOT_WRITTEN = later(r"(?:\\r\\n|<CRLF>|\\n)\.(?:\\r\\n|<CRLF>|\\n)?", re.ASCII | re.IGNORECASE)
_COMMAND = later(
    r"(?:QUIT|RSET|NOOP|DATA|STARTTLS)[ \t]*"
    r"|(?:MAIL[ \t]+FROM|RCPT[ \t]+TO)[ \t]*:.*"
    r"|(?:EHLO|HELO|LHLO)[ \t]+[^ \t]+[ \t]*|AUTH[ \t]+[A-Z0-9-]+(?:[ \t]+[^ \t]+)?[ \t]*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_COMMANDS_BEGIN = frozenset(
    {"QUIT", "RSET", "NOOP", "DATA", "STAR", "MAIL", "RCPT", "EHLO", "HELO", "LHLO", "AUTH"}
)


def read_letter_line(draft: Draft, header: bool) -> None:
    """Take a line of mail data as it is on the wire; *header*: it may belong to the header."""
    text = draft.text
    if text == ".":
        draft.verb = DOT
        draft.token(TokenKind.DOT, 0, 1)
        return
    draft.verb = TEXT
    draft.problems += line_problems(text)
    start = 0
    if text.startswith("."):
        draft.token(TokenKind.DOT, 0, 1)
        start = 1
    if header and (match := _HEADER.match(text, start)):
        draft.token(TokenKind.HEADER_NAME, *match.span(1))
        draft.token(TokenKind.SPACE, *match.span(2))
        draft.token(TokenKind.COLON, *match.span(3))
        if match[1].lower() == "bcc":
            draft.problem("bcc-in-letter", *match.span(1))
        start = match.end()
    draft.token(TokenKind.TEXT, start, len(text))


def line_problems(text: str) -> list[Problem]:
    """What is odd about one line of mail data, wherever in the letter it stands.

    >>> [line_problems(line)[0].issue for line in (". ", ".x")]
    ['dot-with-space', 'needs-dot-stuffing']
    """
    problems = _dot_problems(text)
    if text[:4].upper() in _COMMANDS_BEGIN and _COMMAND.fullmatch(text):
        problems.append(problem("command-in-data", 0, len(text)))
    stuffed = text.startswith(".")
    if len(text) > LONGEST_TEXT_LINE // 4:
        found = octets(text) + 2 - stuffed
        if found > LONGEST_TEXT_LINE:
            message = marked(
                "The line has {found} octets with its end; {longest} are allowed.",
                found=found,
                longest=LONGEST_TEXT_LINE,
            )
            start = place_of_octet(text, LONGEST_TEXT_LINE - 2 + stuffed)
            problems.append(problem("line-too-long", start, len(text), message))
    if text.isascii() and text.isprintable():
        return problems
    from smtpshell.smtp.character import odd_characters  # most letters have none

    return problems + odd_characters(text, letter=True)


def _dot_problems(text: str) -> list[Problem]:
    if "." not in text:
        return []
    end = len(text)
    if ("\\" in text or "CRLF" in text.upper()) and (match := _DOT_WRITTEN.search(text)):
        return [problem("literal-crlf", match.start(), match.end())]
    if text.strip(_SPACE) == ".":
        return [problem("dot-with-space", 0, end)]
    if _is_dressed(text):
        at = text.rindex(".")
        message = (
            marked("Two dots put a line with one dot into the letter.") if text == ".." else ""
        )
        return [problem("dot-not-alone", at, at + 1, message)]
    if text.startswith(".") and not text.startswith(".."):
        return [problem("needs-dot-stuffing", 0, 1)]
    return []


def _is_dressed(text: str) -> bool:
    """Is this a dot that was meant to stand alone, with something around it?"""
    return text.lstrip(_BEFORE_DOT).rstrip(_BEHIND_DOT) in (".", "..") or text.rstrip(
        _SPACE
    ).endswith((" .", "\t."))


def letter_problems(lines: Sequence[str | bytes]) -> tuple[Problem, ...]:
    """What is odd about a letter: its lines as they are on the wire, without the lone dot.

    Positions count in the lines joined with one line feed each.

    >>> [found.issue for found in letter_problems(["Subject: hi", "Hello Ana"])]
    ['no-blank-line']
    """
    problems: list[Problem] = []
    at = 0
    in_header = True
    stranger: tuple[int, int] | None = None  # the first line of the header section that is none
    for index, text in enumerate(map(to_text, lines)):
        end = at + len(text)
        problems += [_moved(found, at) for found in line_problems(text)]
        if in_header and not text:
            in_header = False
        elif in_header and stranger is None and not _in_header(text, index):
            stranger = (at, end)
        at = end + 1
    if stranger and not in_header:
        problems.append(problem("bad-header-line", *stranger))
    elif in_header and lines:
        place = stranger[0] if stranger else at - 1
        problems.append(problem("no-blank-line", place, place))
    return tuple(sorted(problems, key=lambda found: found.start))


def _in_header(text: str, index: int) -> bool:
    """May *text* stand in a header section as its line *index*? A folded line begins with space."""
    return _HEADER.match(text) is not None or (index > 0 and text[0] in " \t")


def _moved(found: Problem, by: int) -> Problem:
    return found._replace(start=found.start + by, end=found.end + by)
