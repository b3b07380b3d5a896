"""Spans of time as people write them: "30 min", "2h", "5 days"."""

from __future__ import annotations

from smtpshell.smtp.later import later

MINUTE, HOUR, DAY = 60, 3600, 86400

_SPAN = later(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(s|sec|m|min|h|d|days?)")
_UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}  # by the first letter


def seconds_of(text: str) -> float:
    """The seconds in *text*; ValueError if it is no span of time.

    >>> seconds_of("2h"), seconds_of("1.5 days")
    (7200.0, 129600.0)
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError('is a time such as "30m", "2h" or "3d"')
    return float(match[1]) * _UNITS[match[2][0]]


def span(seconds: float) -> str:
    """*seconds* in the unit that suits them, rounded down.

    >>> span(5), span(1800), span(5400), span(432000)
    ('5 s', '30 min', '1.5 h', '5 days')
    """
    if seconds < MINUTE:
        return f"{int(max(0, seconds))} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{_tenths(seconds / HOUR)} h"
    return f"{_tenths(seconds / DAY)} days"


def _tenths(number: float) -> str:
    return f"{int(number * 10) / 10:.1f}".removesuffix(".0")
