"""What an entry of the reference says of itself."""

from __future__ import annotations

import pytest

from smtpshell.explain.entry import in_words
from smtpshell.explain.library import load_library
from smtpshell.explain.reference import UNKNOWN


def test_each_kind_and_status_that_is_shown_can_be_said_in_german(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None is left in English because nobody wrote it down as a message."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    reference = load_library().reference
    entries = [entry for name in reference.names() for entry in reference.lookup(name)]
    names = {name for entry in entries for name in (entry.kind, entry.status)}
    same = {"parameter", "wild"}  # in both languages
    left = {n for n in names - {"", "standard", UNKNOWN} if in_words(n).lower() == n}
    assert left <= same
    assert in_words("enhanced-class") == "Klasse erweiterter Codes"
