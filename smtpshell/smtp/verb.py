"""The first word of a command line: which verb is it, or which one was meant?"""

from __future__ import annotations

import re
from functools import lru_cache

from smtpshell.catalogue import marked
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.later import later
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.table.command import COMMANDS, CommandSpec

# Lines of a client that are no commands go by these names.
AUTHLINE = "AUTHLINE"  # answers a 334
TEXT = "TEXT"  # line of mail data
DOT = "DOT"  # the lone dot that ends mail data
CHUNK = "CHUNK"  # octets of a BDAT chunk
PSEUDO_VERBS = frozenset({AUTHLINE, TEXT, DOT, CHUNK})

# Rows of the table that nobody can type as a command.
_NO_VERBS = frozenset(
    name
    for spec in COMMANDS.values()
    if spec.status == "not-a-verb"
    for name in (spec.verb, *spec.also)
)
# Every verb that can be typed, other spellings too, with its row.
VERBS: dict[str, CommandSpec] = {
    name: spec
    for spec in COMMANDS.values()
    for name in (spec.verb, *spec.also)
    if name not in _NO_VERBS
}
RESERVED = PSEUDO_VERBS | _NO_VERBS

# EHLO first, because it wins where HELO is as near.
_CANDIDATES = (
    "EHLO",
    *(verb for verb, spec in COMMANDS.items() if spec.status == "standard" and verb != "EHLO"),
)

# What learners type who know other protocols, or English.
_MEANT = {
    "HELLO": "EHLO",
    "HI": "EHLO",
    "FROM": "MAIL",
    "SENDER": "MAIL",
    "TO": "RCPT",
    "CC": "RCPT",
    "BCC": "RCPT",
    "RECIPIENT": "RCPT",
    "EXIT": "QUIT",
    "BYE": "QUIT",
    "LOGOUT": "QUIT",
    "LOGIN": "AUTH",
    "RESET": "RSET",
    "START": "STARTTLS",
    "TLS": "STARTTLS",
    "VERIFY": "VRFY",
    "EXPAND": "EXPN",
}
_HTTP = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
_LONGEST_COMPARED = 32
_NO_LETTER = later(r"[^A-Z0-9]+")

# Words that are no header names although a colon follows.
_GLUED = {"MAILFROM": "MAIL", "RCPTTO": "RCPT"}
_GLUED_WORD = later(r"[A-Z0-9\[].", re.ASCII)

_HEADER_NAME = later(r"[!-9;-~]+", re.ASCII)
_AFTER_HEADER_NAME = later(r"[ \t]*:")
_HEADER_WORDS = {
    "FROM": marked(
        "From: is a header line of the letter; the sender's command is MAIL FROM:<...>."
    ),
    "TO": marked("To: is a header line of the letter; a recipient's command is RCPT TO:<...>."),
    "CC": marked(
        "Cc: is a header line of the letter; on the envelope each recipient is RCPT TO:<...>."
    ),
    "BCC": marked(
        "Bcc is no command; a blind copy is an RCPT TO:<...> that the letter does not name."
    ),
}


def nearest_verb(word: str) -> str | None:
    """The verb of the standard that *word* is or is close to; None if there is none.

    >>> nearest_verb("EHOL"), nearest_verb("MAILFROM"), nearest_verb("exit"), nearest_verb("XYZZY")
    ('EHLO', 'MAIL', 'QUIT', None)
    """
    return _nearest(_NO_LETTER.sub("", word[:_LONGEST_COMPARED].upper()))


@lru_cache(maxsize=256)
def _nearest(word: str) -> str | None:
    if len(word) < 2:
        return None
    if word in _MEANT:
        return _MEANT[word]
    best = min(_CANDIDATES, key=lambda verb: _distance(word, verb))
    if _distance(word, best) <= 1 + (len(word) >= 6):
        return best
    if len(word) < 3:
        return None
    return next((v for v in _CANDIDATES if word.startswith(v) or v.startswith(word)), None)


def _distance(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that make *one* the *other*."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != wanted))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def read_stranger(draft: Draft, start: int, end: int) -> None:
    """Take a line whose first word, text[start:end], is no verb."""
    text = draft.text
    word = text[start:end]
    if draft.verb in _GLUED:
        draft.token(TokenKind.UNKNOWN, start, end)
        _say_near(draft, start, end, _GLUED[draft.verb])
        draft.rest(TokenKind.ARGUMENT, end)
        return
    colon = _AFTER_HEADER_NAME.match(text, end)
    if colon and _HEADER_NAME.fullmatch(word):
        draft.token(TokenKind.HEADER_NAME, start, end)
        draft.token(TokenKind.SPACE, end, colon.end() - 1)
        draft.token(TokenKind.COLON, colon.end() - 1, colon.end())
        draft.token(TokenKind.TEXT, colon.end(), len(text))
        draft.problem("header-as-command", start, end, _HEADER_WORDS.get(word.upper(), ""))
        return
    draft.token(TokenKind.UNKNOWN, start, end)
    if draft.verb in _HTTP:
        draft.problem("http-verb", start, end)
    elif word == ".":
        draft.problem("dot-as-command", start, end)
    elif verb := nearest_verb(word):
        _say_near(draft, start, end, verb)
    else:
        draft.problem("unknown-verb", start, end)
    draft.rest(TokenKind.ARGUMENT, draft.gap(end))


def _say_near(draft: Draft, start: int, end: int, verb: str) -> None:
    """Say that *verb* is near, and where only a space is missing behind it."""
    message = marked("No command has this name; near is {verb}.", verb=verb)
    draft.problem("unknown-verb-close", start, end, message)
    if draft.verb.startswith(verb) and _GLUED_WORD.match(draft.verb, len(verb)):
        at = start + len(verb)
        draft.problem(
            "missing-space", at, at, marked("A space is missing behind {verb}.", verb=verb)
        )
