"""How the value of a condition is written, checked, and turned into a test, type by type.

`check` runs when a file is loaded: it returns the value in the one form that is kept (lists as
lists, a list of one as the one) or raises ValueError with words that follow "KEY: ". `fitting` runs
when a condition is first needed, on values that were checked, and returns the test that is put to
what `Moment.fact` gives.
"""

from __future__ import annotations

import contextlib
import operator
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from smtpshell.datafile import meant
from smtpshell.fact.vocabulary import Fact
from smtpshell.pattern import Pattern, compile_pattern

Test = Callable[[Any], bool]

CODE = re.compile(r"[2-5](?:[0-9]{2}|[0-9x]x|x[0-9])")
# Class, subject and detail; x and * both stand for any number.
ENHANCED = re.compile(r"(?:[245]|[x*])\.(?:[0-9]{1,3}|[x*])\.(?:[0-9]{1,3}|[x*])", re.IGNORECASE)
NOTE_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_KEYWORD = re.compile(r"[A-Z0-9*][A-Z0-9-]*(?: \S+)*", re.IGNORECASE)
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_NUMBER = re.compile(r"(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)", re.ASCII)
_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


def check(fact: Fact, value: Any) -> Any:
    """*value* as it is kept; ValueError says in words what is wrong with it."""
    return _CHECKS[fact.type](fact, value)


def fitting(fact: Fact, value: Any) -> Test:
    """The test that *value* asks for; *value* has been checked."""
    return _TESTS[fact.name if fact.name in _TESTS else fact.type](value)


def as_list(value: Any) -> list[Any]:
    """A list, whether it was written as one or as its only member."""
    return value if isinstance(value, list) else [value]


# Checking


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
    from smtpshell.smtp.issue import ISSUES

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
    if isinstance(value, str) and _NUMBER.fullmatch(value):
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


# Testing


def codes(value: Any) -> frozenset[int]:
    """All reply codes that a `code` value stands for."""
    return frozenset().union(*(_codes_of(one) for one in as_list(value)))


@lru_cache(maxsize=256)
def _codes_of(pattern: str) -> frozenset[int]:
    low, high = int(pattern.replace("x", "0")), int(pattern.replace("x", "9"))
    shape = re.compile(pattern.replace("x", "."))
    return frozenset(code for code in range(low, high + 1) if shape.fullmatch(str(code)))


def _code_test(value: Any) -> Test:
    return codes(value).__contains__


def _enhanced_test(value: Any) -> Test:
    shapes = [
        re.compile(re.sub(r"[x*]", "[0-9]+", one.lower()).replace(".", r"\."))
        for one in as_list(value)
    ]
    return lambda said: any(shape.fullmatch(code) for code in said for shape in shapes)


def _choice_test(value: Any) -> Test:
    return frozenset(as_list(value)).__contains__


def _any_of(value: Any) -> Test:
    wanted = frozenset(as_list(value))
    return lambda there: not wanted.isdisjoint(there)


def _word_test(value: Any) -> Test:
    wanted = frozenset(one.casefold() for one in as_list(value))
    return lambda word: word.casefold() in wanted


class _Lazy:
    """Patterns that are compiled when first searched for."""

    __slots__ = ("_patterns", "_sources")

    def __init__(self, sources: list[str]) -> None:
        self._sources = sources
        self._patterns: list[Pattern] | None = None

    def search(self, text: str) -> bool:
        if self._patterns is None:
            # An empty pattern would be found everywhere; what is meant is an empty text.
            self._patterns = [compile_pattern(source or "^$") for source in self._sources]
        return any(pattern.search(text) for pattern in self._patterns)


def _pattern_test(value: Any) -> Test:
    return _Lazy([value]).search


def _field_test(value: Any) -> Test:
    if isinstance(value, bool):
        return lambda values: bool(values) is value
    search = _Lazy(as_list(value)).search
    return lambda values: any(map(search, values))


def _number_test(value: Any) -> Test:
    if not isinstance(value, str):
        return lambda number: bool(number == value)
    sign, limit = _NUMBER.fullmatch(value).groups()  # type: ignore[union-attr]  # was checked
    compare, bound = _COMPARE[sign], float(limit)
    return lambda number: bool(compare(number, bound))


def _keywords(value: Any) -> list[list[str]]:
    return [one.upper().split() for one in as_list(value)]


def _offers(offered: Any, keyword: list[str]) -> bool:
    parameters = offered.get(keyword[0])
    if parameters is None:
        return False
    return len(keyword) == 1 or {word.upper() for word in parameters}.issuperset(keyword[1:])


def _ext_test(value: Any) -> Test:
    wanted = _keywords(value)
    return lambda offered: all(_offers(offered, keyword) for keyword in wanted)


def _ext_missing_test(value: Any) -> Test:
    wanted = _keywords(value)
    return lambda offered: not any(_offers(offered, keyword) for keyword in wanted)


def _absent_test(value: Any) -> Test:
    wanted = frozenset(name.lower() for name in as_list(value))
    return wanted.isdisjoint


def _headers_not_test(value: Any) -> Test:
    search = _Lazy([value]).search
    return lambda lines: not any(map(search, lines))


_TESTS: dict[str, Callable[[Any], Test]] = {
    "choice": _choice_test,
    "verb": _any_of,
    "word": _word_test,
    "code": _code_test,
    "enhanced": _enhanced_test,
    "issue": _any_of,
    "ext": _ext_test,
    "ext_missing": _ext_missing_test,
    "pattern": _pattern_test,
    "field": _field_test,
    "flag": lambda value: lambda flag: flag is value,
    "number": _number_test,
    "header_absent": _absent_test,
    "headers_not": _headers_not_test,
}
