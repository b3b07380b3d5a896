"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import smtpshell
from smtpshell.smtp import later as module
from smtpshell.smtp.later import later

ROOMS = ("smtp", "fact", "explain", "net", "transcript", "shell")
MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(smtpshell.__path__, "smtpshell.")
    if found.name.split(".")[1] in ROOMS
)


def test_a_pattern_is_compiled_once_and_not_before_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That is all it is for."""
    made: list[object] = []
    compiled = re.compile

    def watched(source: str, flags: int = 0) -> re.Pattern[str]:
        made.append(source)
        return compiled(source, flags)

    monkeypatch.setattr(re, "compile", watched)
    pattern = later("a+", re.IGNORECASE)
    assert made == []
    assert pattern.fullmatch("AA")
    assert pattern.search("bAa")
    assert pattern.sub("-", "baab") == "b-b"
    assert made == ["a+"]


def test_it_has_what_a_pattern_has() -> None:
    """Members that are rarely asked for are the pattern's own too; others are none."""
    assert later("(?P<one>a)").groupindex == {"one": 1}
    assert later(rb"\d").fullmatch(b"1")
    with pytest.raises(AttributeError):
        later("a").nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_every_pattern_of_ours_can_be_compiled(name: str) -> None:
    """A mistake in one would show only in the session that needs it."""
    for value in vars(importlib.import_module(name)).values():
        if isinstance(value, module._Later):
            assert value.pattern == value._source
