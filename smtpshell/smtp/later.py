"""Patterns that are compiled when they are first used.

Compiling all of a module's patterns takes longer than reading the module; a session needs a few of
them, and the prompt none.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from typing import Any, AnyStr

_MEMBERS = ("findall", "finditer", "fullmatch", "match", "pattern", "search", "split", "sub")


class _Later:
    """Stands for a pattern. The first method that is asked for puts all of them in its slots."""

    __slots__ = ("_flags", "_source", *_MEMBERS)

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source, self._flags)
        for member in _MEMBERS:
            setattr(self, member, getattr(compiled, member))
        return getattr(compiled, name)


def later(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    r"""The pattern that `re.compile` would make of *source*, without making it yet.

    >>> later(r"[a-z]+").fullmatch("quit").group()
    'quit'
    """
    return _Later(source, flags)  # type: ignore[return-value]  # it has all that is used of one
