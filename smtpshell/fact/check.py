"""Is the value of a condition written as its fact wants it? Asked when a file is loaded.

`check` returns the value in the one form that is kept (lists as lists, a list of one as the one) or
raises ValueError with words that follow "KEY: ".
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from smtpshell.datafile import meant
from smtpshell.fact.value import NUMBER, as_list
from smtpshell.fact.vocabulary import Fact
from smtpshell.pattern import compile_pattern
from smtpshell.smtp.later import later

CODE = later(r"[2-5](?:[0-9]{2}|[0-9x]x|x[0-9])")
# Class, subject and detail; x and * both stand for any number.
ENHANCED = later(r"(?:[245]|[x*])\.(?:[0-9]{1,3}|[x*])\.(?:[0-9]{1,3}|[x*])", re.IGNORECASE)
NOTE_ID = later(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_KEYWORD = later(r"[A-Z0-9*][A-Z0-9-]*(?: \S+)*", re.IGNORECASE)
_HEADER_NAME = later(r"[!-9;-~]+")


def check(fact: Fact, value: Any) -> Any:
    """*value* as it is kept; ValueError says in words what is wrong with it."""
    return _CHECKS[fact.type](fact, value)


def _texts(value: Any, what: str) -> list[str]:
    members = as_list(value)
    if not members or not all(isinstance(member, str) for member in members):
        raise ValueError(f"must be {what}, or a list of them")
    return members


def _kept(members: list[str]) -> str | list[str]:
    return members[0] if len(members) == 1 else members


def _shaped(shape: re.Pattern[str], what: str) -> Callable[[Fact, Any], Any]:
    def check_shape(_: Fact, value: Any) -> Any:
        members = _texts(value, what)
        for member in members:
            if not shape.fullmatch(member):
                raise ValueError(f'"{member}" is not {what}')
        return _kept(members)

    return check_shape


def _one_of(choices: Iterable[str], value: Any) -> Any:
    members = _texts(value, "text")
    for member in members:
        if member not in choices:
            raise ValueError(f'unknown value "{member}"{meant(member, choices)}')
    return _kept(members)


def _check_choice(fact: Fact, value: Any) -> Any:
    return _one_of(fact.values, value)


def _check_issue(_: Fact, value: Any) -> Any:
    from smtpshell.smtp.issue_table import ISSUES

    return _one_of(ISSUES, value)


def _check_word(_: Fact, value: Any) -> Any:
    return _kept(_texts(value, "text"))


def _check_pattern(_: Fact, value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a regular expression in quotes")
    _compiles(value)
    return value


def _check_field(fact: Fact, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    members = _texts(value, "a regular expression, or true or false")
    for member in members:
        _compiles(member)
    return _kept(members)


def _compiles(source: str) -> None:
    # RE2 is not there while our own package is being built; the tests have compiled them all.
    with contextlib.suppress(ModuleNotFoundError):
        compile_pattern(source)


def _check_flag(_: Fact, value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _check_number(_: Fact, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(NUMBER, value):
        return value
    raise ValueError('must be a number, or a comparison such as ">=2"')


def _check_count(_: Fact, value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("must be a number of 1 or more")
    return value


_CHECKS: dict[str, Callable[[Fact, Any], Any]] = {
    "choice": _check_choice,
    "word": _check_word,
    "code": _shaped(CODE, 'a reply code such as "250" or "2xx"'),
    "enhanced": _shaped(ENHANCED, 'an enhanced code such as "5.7.1", "x.7.1" or "5.7.*"'),
    "issue": _check_issue,
    "keyword": _shaped(_KEYWORD, "an EHLO keyword"),
    "pattern": _check_pattern,
    "field": _check_field,
    "flag": _check_flag,
    "number": _check_number,
    "names": _shaped(_HEADER_NAME, "the name of a header field"),
    "count": _check_count,
    "note": _shaped(NOTE_ID, "the id of a note"),
}
