"""Parameters of MAIL and RCPT: KEYWORD or KEYWORD=value (RFC 5321 4.1.2, esmtp-param)."""

from __future__ import annotations

from typing import NamedTuple


class Parameter(NamedTuple):
    """One parameter: *keyword* in capitals, *value* None if none was given; where it stands."""

    keyword: str
    value: str | None
    start: int
    end: int

    def __str__(self) -> str:
        return self.keyword if self.value is None else f"{self.keyword}={self.value}"
