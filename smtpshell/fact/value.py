"""The value of a condition turned into a test, type by type.

It is done when a condition is first needed, so nothing here may cost much; patterns are compiled
later still, when they are first searched for. The values were checked when their file was loaded.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from smtpshell.fact.vocabulary import Fact
from smtpshell.pattern import Pattern, compile_pattern

Test = Callable[[Any], bool]

# How a comparison is written, and what its signs do. The pattern is used once for each number that
# is compared, so it is not compiled here.
NUMBER = r"(>=|<=|>|<|=)\s*(-?[0-9]+(?:\.[0-9]+)?)"
COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


def fitting(fact: Fact, value: Any) -> Test:
    """The test that *value* asks for, to be put to what `Moment.fact` gives."""
    return _TESTS[fact.name if fact.name in _TESTS else fact.type](value)


def as_list(value: Any) -> list[Any]:
    """A list, whether it was written as one or as its only member."""
    return value if isinstance(value, list) else [value]


def codes(value: Any) -> frozenset[int]:
    """All reply codes that a `code` value stands for."""
    return frozenset().union(*(_codes_of(one) for one in as_list(value)))


@lru_cache(maxsize=256)
def _codes_of(pattern: str) -> frozenset[int]:
    if "x" not in pattern:
        return frozenset((int(pattern),))
    hundreds, tens, ones = ("0123456789" if digit == "x" else digit for digit in pattern)
    return frozenset(int(a + b + c) for a in hundreds for b in tens for c in ones)


def _code_test(value: Any) -> Test:
    return codes(value).__contains__


def _enhanced_test(value: Any) -> Test:
    codes = [one.lower().replace("*", "x") for one in as_list(value)]
    if "x" not in "".join(codes):
        return _any_of(codes)
    shapes = [code.split(".") for code in codes]

    def fits(said: tuple[str, ...]) -> bool:
        return any(_has_shape(code.split("."), shape) for code in said for shape in shapes)

    return fits


def _has_shape(code: list[str], shape: list[str]) -> bool:
    return all(wanted in ("x", number) for number, wanted in zip(code, shape, strict=True))


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
        for pattern in self._patterns:  # noqa: SIM110  # any() would double the price
            if pattern.search(text):
                return True
        return False


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
    sign, limit = re.fullmatch(NUMBER, value).groups()  # type: ignore[union-attr]  # was checked
    compare, bound = COMPARE[sign], float(limit)
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
