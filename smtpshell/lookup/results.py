"""Authentication-Results: what a receiver found out, written on the letter (RFC 8601).

The field names who judged (the authserv-id), then each method with its result and the properties it
looked at. Values come from strangers, so each is written as a token or a domain if it is one, else
as a quoted string, and comments lose whatever could end them: nothing in a value can begin another
result, another field, or the body.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smtpshell.lookup.dkim_verdict import DkimVerdict
from smtpshell.lookup.dmarc import DmarcVerdict
from smtpshell.lookup.identity import Triangle
from smtpshell.lookup.name import canonical
from smtpshell.lookup.spf_verdict import SpfVerdict
from smtpshell.lookup.verdict import Verdicts

LINE = 76  # octets a line should have: 78 (RFC 5322 2.1.1) less its first space and a semicolon
LONGEST_VALUE = 255  # characters of a value or a comment; what is beyond is left out
FIELD = "Authentication-Results"
MOST_CLAIMS = 1000  # fields of one letter that are read
LONGEST_CLAIM = 1000  # characters of a field in which its server must be named
_FOLD = "\r\n "
_CLAIM = re.compile(  # a field of this name, folded or not
    rb"^authentication-results[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?", re.IGNORECASE | re.MULTILINE
)
_ESCAPED_MARK = re.compile(r"\\[()\"]")
_COMMENT = re.compile(r"\([^()]*\)")
_SERVER = re.compile(r"\s*(\"[^\"]*\"|[^\s;\"]+)")

# RFC 2045 5.1: token, without what RFC 8601 2.2 needs for itself.
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+", re.ASCII)
# RFC 8601 2.2: pvalue = ... / [ [ local-part ] "@" ] domain-name
_MAILBOX = re.compile(r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@)?[A-Za-z0-9_.-]+", re.ASCII)
_PRINTABLE = re.compile(r"[^ -~]")


class Result(NamedTuple):
    """One method's result; *properties* are pairs of "ptype.property" and its value."""

    method: str
    result: str
    comment: str = ""
    properties: tuple[tuple[str, str], ...] = ()


def results_of(verdicts: Verdicts) -> tuple[Result, ...]:
    """The verdicts as results, in the order people are used to."""
    dkim = [_dkim(one) for one in verdicts.dkim] or [Result("dkim", "none")]
    return (
        _spf(verdicts.spf),
        *dkim,
        _dmarc(verdicts.dmarc),
        _iprev(verdicts.triangle),
    )


def _spf(verdict: SpfVerdict) -> Result:
    name = "smtp.mailfrom" if verdict.identity == "mailfrom" else "smtp.helo"
    comment = verdict.words if verdict.matched else ""
    return Result(
        "spf", verdict.result.value, comment, ((name, canonical(verdict.domain) or verdict.domain),)
    )


def _dkim(verdict: DkimVerdict) -> Result:
    found = (
        ("header.d", verdict.domain),
        ("header.s", verdict.selector),
        ("header.a", verdict.algorithm),
        ("header.b", verdict.start),
    )
    properties = tuple((name, value) for name, value in found if value)
    return Result("dkim", verdict.result.value, verdict.reason, properties)


def _dmarc(verdict: DmarcVerdict) -> Result:
    policy = verdict.policy
    comment = f"{policy.tag}={policy.wish}" if policy.applies else ""
    properties = (("header.from", verdict.domain),) if verdict.domain else ()
    return Result("dmarc", verdict.result.value, comment, properties)


def _iprev(three: Triangle) -> Result:
    comment = three.confirmed[0] if three.confirmed else ""
    return Result("iprev", three.iprev.value, comment, (("policy.iprev", three.ip),))


def authentication_results(authserv_id: str, results: Sequence[Result]) -> str:
    """The value of the field: folded with CRLF and a space, without a line end behind it.

    *authserv_id* names the server that judged. Without results it says "none" (RFC 8601 2.2).

    >>> authentication_results("mx.example.org", [])
    'mx.example.org; none'
    >>> authentication_results("mx.example.org", [Result("spf", "pass"), Result("dkim", "none")])
    'mx.example.org;\\r\\n spf=pass;\\r\\n dkim=none'
    """
    server = _value(authserv_id)
    if not results:
        return f"{server}; none"
    return f";{_FOLD}".join([server, *(_FOLD.join(_lines(result)) for result in results)])


def remove_claimed(letter: bytes, authserv_id: str) -> bytes:
    """*letter* without fields that claim to be results of *authserv_id*'s (RFC 8601 5).

    A receiver does this before it writes its own, or any sender could write them for it. All else
    stays as it is, octet for octet; where more than `MOST_CLAIMS` such fields are, all of them go.
    """
    end = end_of_header(letter)
    header, rest = letter[:end], letter[end:]
    if header.lower().count(FIELD.lower().encode()) > MOST_CLAIMS:
        return _CLAIM.sub(b"", header) + rest

    def kept(field: re.Match[bytes]) -> bytes:
        return b"" if _claims(field[0], authserv_id) else field[0]

    return _CLAIM.sub(kept, header) + rest


def end_of_header(letter: bytes) -> int:
    """Where the empty line behind the header section of *letter* begins; its length without one.

    >>> end_of_header(b"A: b\\r\\n\\r\\nc"), end_of_header(b"\\nc"), end_of_header(b"A: b")
    (6, 0, 4)
    """
    if letter.startswith((b"\r\n", b"\n")):
        return 0
    found = [letter.find(mark) + 1 for mark in (b"\n\r\n", b"\n\n")]
    return min((end for end in found if end), default=len(letter))


def _claims(field: bytes, authserv_id: str) -> bool:
    value = field.decode("utf-8", "surrogateescape").partition(":")[2]
    value, found = _ESCAPED_MARK.sub("", value[:LONGEST_CLAIM]), 1
    while found:  # comments in comments
        value, found = _COMMENT.subn(" ", value)
    server = _SERVER.match(value)
    said = server[1].strip('"').replace("\\", "") if server else ""
    return said.lower() == authserv_id.lower()


def _words(result: Result) -> Iterator[str]:
    yield f"{result.method}={result.result}"
    if result.comment:
        yield f"({_comment(result.comment)})"
    for name, value in result.properties:
        yield f"{name}={_value(value)}"


def _value(text: str) -> str:
    """*text* as RFC 8601 2.2 lets a value stand: bare if it can, else quoted."""
    text = text[:LONGEST_VALUE]
    if _TOKEN.fullmatch(text) or _MAILBOX.fullmatch(text):
        return text
    safe = _ascii(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _comment(text: str) -> str:
    """*text* as a comment (RFC 5322 3.2.2): nothing in it opens, closes or escapes."""
    return _ascii(text[:LONGEST_VALUE]).translate(str.maketrans("()\\", "[]/"))


def _ascii(text: str) -> str:
    return _PRINTABLE.sub("?", text)


def _lines(result: Result) -> list[str]:
    """A result in lines that are short enough, if its words are; never broken inside a word.

    A comment and a quoted string are words, too: a line may be long, but never 998 octets.
    """
    lines = [""]
    for word in _words(result):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines
