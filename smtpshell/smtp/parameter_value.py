"""Is a parameter's value what its extension asks for? The forms are those of `table.parameter`."""

from __future__ import annotations

import re
from collections.abc import Callable

from smtpshell.catalogue import marked
from smtpshell.smtp import xtext
from smtpshell.smtp.abnf import ascii_upper
from smtpshell.smtp.domain import domain_problems
from smtpshell.smtp.later import later
from smtpshell.smtp.table.parameter import ParameterSpec

# RFC 2852 4:
#   by-value = by-time";"by-mode[by-trace]
#   by-time  = ["-" / "+"]1*9digit
#   by-mode  = "N" / "R"
#   by-trace = "T"
_BY = later(r"([+-]?[0-9]{1,9});([NR])T?", re.ASCII | re.IGNORECASE)

# RFC 6710 3:
#   priority-value = (["-"] NZDIGIT) / "0"
_PRIORITY = later(r"-?[1-9]|0", re.ASCII)

# RFC 3339 5.6, date-time; RFC 7293 3.1 puts ";C" or ";R" behind it
_TIME = later(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII | re.IGNORECASE,
)
_DIGITS = later(r"[0-9]+", re.ASCII)
_ADDRESS_TYPE = later(r"[A-Za-z0-9-]+", re.ASCII)
_PRINTING = later(r"[^\x00- \x7f-\x9f]+")


def value_issue(spec: ParameterSpec, value: str) -> tuple[str, str] | None:
    """The issue and the words about *value* if it does not fit *spec*, else None.

    >>> from smtpshell.smtp.table.parameter import MAIL_PARAMETERS
    >>> value_issue(MAIL_PARAMETERS["BODY"], "9BIT")
    ('bad-value', 'BODY takes 7BIT | 8BITMIME | BINARYMIME.')
    """
    words = _CHECKS[spec.form](spec, value)
    if words is None and spec.longest and len(value) > spec.longest:
        words = marked(
            "The value of {keyword} has at most {longest} characters.",
            keyword=spec.keyword,
            longest=spec.longest,
        )
    if words is None:
        return None
    if spec.keyword == "SIZE":
        return "bad-size", ""
    if words is _XTEXT_WORDS:
        return "bad-xtext", ""
    return "bad-value", words or marked(
        "{keyword} takes {syntax}.", keyword=spec.keyword, syntax=spec.syntax
    )


# A check returns None if the value is right, "" to be told by the syntax of its row, or words.
_XTEXT_WORDS = "xtext"


def _number(spec: ParameterSpec, value: str) -> str | None:
    return None if _DIGITS.fullmatch(value) else ""


def _choice(spec: ParameterSpec, value: str) -> str | None:
    return None if ascii_upper(value) in spec.values else ""


def _list(spec: ParameterSpec, value: str) -> str | None:
    said = ascii_upper(value).split(",")
    if any(one not in spec.values for one in said):
        return ""
    if "NEVER" in said and len(said) > 1:
        return marked("NEVER stands alone.")
    return None


def _xtext(spec: ParameterSpec, value: str) -> str | None:
    return None if xtext.first_offence(value) is None else _XTEXT_WORDS


def _mailbox(spec: ParameterSpec, value: str) -> str | None:
    if value == "<>":
        return None
    if value.startswith("<"):
        return marked(
            "The address in {keyword} has no brackets; only nobody is <>.", keyword=spec.keyword
        )
    if xtext.first_offence(value) is not None:
        return _XTEXT_WORDS
    local_part, at, domain = xtext.decode(value).rpartition("@")
    return None if local_part and at and not domain_problems(domain, 0) else ""


def _typed(spec: ParameterSpec, value: str) -> str | None:
    kind, semicolon, address = value.partition(";")
    if not semicolon or not address or not _ADDRESS_TYPE.fullmatch(kind):
        return marked(
            "{keyword} names the kind of address first: rfc822;name@domain.", keyword=spec.keyword
        )
    # RFC 6533 3 lets addresses of the type "utf-8" go unencoded.
    if kind.lower() == "utf-8" or xtext.first_offence(address) is None:
        return None
    return _XTEXT_WORDS


def _time(spec: ParameterSpec, value: str) -> str | None:
    moment, semicolon, action = value.partition(";")
    if semicolon and (spec.keyword != "RRVS" or ascii_upper(action) not in ("C", "R")):
        return ""
    if _TIME.fullmatch(moment):
        return None
    return marked("{keyword} takes a moment like 2030-01-31T08:00:00Z.", keyword=spec.keyword)


def _by(spec: ParameterSpec, value: str) -> str | None:
    match = _BY.fullmatch(value)
    if match is None:
        return ""
    if ascii_upper(match[2]) == "R" and int(match[1]) <= 0:
        return marked("With R the time must be greater than zero.")
    return None


def _priority(spec: ParameterSpec, value: str) -> str | None:
    return None if _PRIORITY.fullmatch(value) else ""


def _text(spec: ParameterSpec, value: str) -> str | None:
    return None if _PRINTING.fullmatch(value) else ""


_CHECKS: dict[str, Callable[[ParameterSpec, str], str | None]] = {
    "number": _number,
    "choice": _choice,
    "list": _list,
    "xtext": _xtext,
    "mailbox": _mailbox,
    "typed": _typed,
    "time": _time,
    "by": _by,
    "priority": _priority,
    "text": _text,
}
