"""What may follow each verb, and a reader for each kind of argument.

Most verbs need no reader of their own: the syntax of their row says whether they take nothing,
something or perhaps something.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.draft import Draft
from smtpshell.smtp.host import read_host
from smtpshell.smtp.later import later
from smtpshell.smtp.parameter import Parameter, parse_parameters
from smtpshell.smtp.path import Path, parse_path
from smtpshell.smtp.span import Token, TokenKind
from smtpshell.smtp.verb import VERBS

PATH_VERBS = frozenset({"MAIL", "RCPT", "SEND", "SOML", "SAML"})
MOST_OCTETS_OF_CHUNK = 2**64 - 1

# RFC 5321 3.3: "MAIL FROM:" and "RCPT TO:", no space on either side of the colon. What looks like a
# space and is none is passed over here as the learner meant it; `character` remarks on it.
_LIKE_SPACE = "[ \t\u00a0\u2000-\u200b\u202f\u205f\u3000]"
_KEYWORD = later(
    rf"((?:FROM|TO)(?=[ \t:;=<]|\Z))?({_LIKE_SPACE}*)([:;=]?)({_LIKE_SPACE}*)",
    re.ASCII | re.IGNORECASE,
)
# A word in the place of the keyword, with its colon or with the letters of FROM or TO: a slip of
# the fingers. Any other word before a "<" is the name of a person.
_MISSPELT = later(
    rf"([A-Z]+(?={_LIKE_SPACE}*[:;])|F[FROM]{{1,4}}(?={_LIKE_SPACE}*<)|(?:OT|TOO)(?={_LIKE_SPACE}*<))"
    rf"{_LIKE_SPACE}*[:;]?{_LIKE_SPACE}*",
    re.ASCII | re.IGNORECASE,
)
_DIGITS = later(r"[0-9]+", re.ASCII)


def read_argument(draft: Draft, start: int) -> None:
    """Read all that follows the verb of *draft*, which is in the table, from *start* on."""
    _READERS.get(draft.verb, _read_words)(draft, start)


def _read_path_command(draft: Draft, start: int) -> None:
    """FROM:<reverse-path> or TO:<forward-path>, and parameters."""
    at = _read_keyword(draft, draft.gap(start))
    if at == len(draft.text):
        draft.problem("no-argument", at, at, _example(draft.verb))
        return
    draft.path, tokens, problems, end = parse_path(draft.text, at)
    draft.tokens += tokens
    draft.problems += problems
    if draft.path and not draft.path.domain:
        _judge_path_without_domain(draft, draft.path, at, end)
    if end < len(draft.text):
        draft.parameters, tokens, problems = parse_parameters(draft.text, end, draft.verb)
        draft.tokens += tokens
        draft.problems += problems


def _read_keyword(draft: Draft, start: int) -> int:
    """Take FROM: or TO:, or what stands for it; where it ends."""
    plain = f"{_keyword_of(draft.verb)}:"
    colon_end = start + len(plain)
    if draft.text[start : colon_end + 1].upper() == f"{plain}<":
        draft.tokens.append(Token(TokenKind.KEYWORD, start, colon_end - 1))
        draft.tokens.append(Token(TokenKind.COLON, colon_end - 1, colon_end))
        return colon_end
    match = _KEYWORD.match(draft.text, start)
    if match is None or match.end() == start:
        return _read_misspelt(draft, start)
    said, _, colon, _ = match.groups()
    if said:
        draft.token(TokenKind.KEYWORD, start, match.end(1))
        if said.upper() != _keyword_of(draft.verb):
            draft.problem("wrong-keyword", start, match.end(1))
    else:
        draft.problem("missing-keyword", start, start, _example(draft.verb))
    _take_space(draft, *match.span(2), "space-before-colon" if colon else "")
    if colon == ":":
        draft.token(TokenKind.COLON, *match.span(3))
    else:
        draft.token(TokenKind.UNKNOWN, *match.span(3))
        if said and match.end() < len(draft.text):
            draft.problem("no-colon", match.end(1), match.end(3))
    _take_space(draft, *match.span(4), "space-after-colon" if colon == ":" else "")
    return match.end()


def _read_misspelt(draft: Draft, start: int) -> int:
    """Take a word that was meant for FROM: or TO:, if there is one; where it ends."""
    if start == len(draft.text):
        return start
    match = _MISSPELT.match(draft.text, start)
    end = match.end(1) if match else start
    draft.problem("missing-keyword", start, end, _example(draft.verb))
    if match:
        draft.token(TokenKind.UNKNOWN, start, match.end())
        end = match.end()
    return end


def _take_space(draft: Draft, start: int, end: int, issue: str) -> None:
    draft.token(TokenKind.SPACE, start, end)
    if issue and start < end < len(draft.text):
        draft.problem(issue, start, end)
    elif start < end == len(draft.text):
        draft.problem("trailing-space", start, end)


def _keyword_of(verb: str) -> str:
    return "TO" if verb == "RCPT" else "FROM"


def _example(verb: str) -> str:
    return marked("{line}:<name@domain> is the form.", line=f"{verb} {_keyword_of(verb)}")


def _judge_path_without_domain(draft: Draft, path: Path, start: int, end: int) -> None:
    if path.null and draft.verb == "RCPT":
        draft.problem("null-forward-path", start, end)
    elif path.postmaster and draft.verb != "RCPT":
        draft.problem(
            "no-domain", end, end, marked("Only RCPT knows <Postmaster> without a domain.")
        )


def _read_auth(draft: Draft, start: int) -> None:
    """mechanism [SP initial-response] (RFC 4954 4), imported when somebody logs in."""
    from smtpshell.smtp.auth_argument import read_auth

    read_auth(draft, start)


def _read_bdat(draft: Draft, start: int) -> None:
    """chunk-size [SP LAST] (RFC 3030 2)."""
    at = draft.gap(start)
    end = draft.word(TokenKind.NUMBER, at)
    if end == at:
        draft.problem("no-argument", at, at, marked("BDAT is followed by the number of octets."))
        return
    size = draft.text[at:end]
    # int() takes signs, "_" and the digits of every script; and refuses very many of them.
    if _DIGITS.fullmatch(size) and len(size) <= 20 and int(size) <= MOST_OCTETS_OF_CHUNK:
        draft.chunk_size = int(size)
    else:
        draft.problem("bad-chunk-size", at, end)
    _read_last(draft, draft.gap(end))


def _read_burl(draft: Draft, start: int) -> None:
    """absolute-URI [SP LAST] (RFC 4468 3)."""
    at = draft.gap(start)
    end = draft.word(TokenKind.ARGUMENT, at)
    if end == at:
        draft.problem("no-argument", at, at, marked("BURL is followed by the URL of the message."))
        return
    _read_last(draft, draft.gap(end))


def _read_last(draft: Draft, at: int) -> None:
    draft.last = draft.text[at : at + 4].upper() == "LAST" and draft.text[at + 4 : at + 5] in (
        *" \t",
        "",
    )
    if draft.last:
        at = draft.gap(draft.word(TokenKind.PARAMETER, at))
    draft.extra(at, message=marked("Only LAST may follow here after {verb}.", verb=draft.verb))


def _read_attributes(draft: Draft, start: int) -> None:
    """1*(SP name=xtext): XCLIENT and its like."""
    if not draft.text[start:].strip(" \t"):
        at = draft.gap(start)
        draft.problem("no-argument", at, at)
        return
    draft.parameters, tokens, problems = parse_parameters(draft.text, start, draft.verb)
    draft.tokens += tokens
    draft.problems += problems


def _read_words(draft: Draft, start: int) -> None:
    """Words as the syntax of the row says: none, some or perhaps some."""
    spec = VERBS[draft.verb]
    _, _, wanted = spec.syntax.partition(" ")
    at = draft.gap(start)
    if not wanted:
        draft.extra(at, message=marked("{verb} stands alone on its line.", verb=spec.verb))
        return
    optional = wanted.startswith("[") and wanted.endswith("]")
    if at == len(draft.text) and not optional:
        draft.problem("no-argument", at, at, marked("{syntax} is the form.", syntax=spec.syntax))
    draft.rest(TokenKind.ARGUMENT, at)


def _read_question(draft: Draft, start: int) -> None:
    """String [SP SMTPUTF8]: VRFY and EXPN (RFC 6531 3.7.4)."""
    from smtpshell.smtp.table.parameter import PARAMETERS

    at = draft.gap(start)
    if at == len(draft.text):
        draft.problem(
            "no-argument", at, at, marked("{verb} is followed by a name.", verb=draft.verb)
        )
    while at < len(draft.text):
        end = draft.word(TokenKind.ARGUMENT, at)
        last = len(draft.text.rstrip(" \t")) == end
        if (
            last
            and at > start + 1
            and f"{draft.verb} {ascii_upper(draft.text[at:end])}" in PARAMETERS
        ):
            draft.tokens[-1] = Token(TokenKind.PARAMETER, at, end)
            draft.parameters = (Parameter(ascii_upper(draft.text[at:end]), None, at, end),)
        at = draft.gap(end)


_READERS: dict[str, Callable[[Draft, int], None]] = {
    **dict.fromkeys(PATH_VERBS, _read_path_command),
    **dict.fromkeys(("HELO", "EHLO", "LHLO"), read_host),
    **dict.fromkeys(("AUTH", "X-EXPS"), _read_auth),
    **dict.fromkeys(
        ("XCLIENT", "XFORWARD", "XPROXY", "XPROXYFROM", "XPROXYTO", "XSESSIONPARAMS"),
        _read_attributes,
    ),
    **dict.fromkeys(("VRFY", "EXPN"), _read_question),
    "BDAT": _read_bdat,
    "BURL": _read_burl,
}
