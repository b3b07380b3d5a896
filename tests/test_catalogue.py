"""The shell's own words in other languages, and the files they are read from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import smtpshell
from smtpshell.catalogue import counted, messages, po_file, read_po, tr
from smtpshell.errors import DataFileError

PACKAGE = Path(smtpshell.__file__).parent
LANGUAGES = sorted(path.name for path in (PACKAGE / "locale").iterdir())


def test_english_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """And places are filled."""
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert tr("Step {number} of {steps}", number=1, steps=4) == "Step 1 of 4"
    assert tr("braces { stay }") == "braces { stay }"
    assert counted(1, "{count} step", "{count} steps") == "1 step"


def test_words_are_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not translated is there in English, as is all in a language that nobody knows."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr("Step {number} of {steps}", number=1, steps=4) == "Schritt 1 von 4"
    assert tr("no such words") == "no such words"
    assert counted(3, "{count} step", "{count} steps") == "3 Schritte"
    monkeypatch.setenv("SMTPSHELL_LANG", "xx")
    assert tr("Reached") == "Reached"


def test_values_are_never_read_as_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner's line may hold braces."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr("Not sent yet: {line}", line="{line.__class__}").endswith(": {line.__class__}")


PO = r"""
# a comment
msgid ""
msgstr ""
"Language: de\n"

#: somewhere.py:1
msgid "one"
msgstr "eins"

msgid "a \"quoted\" \\ "
"and long one"
msgstr ""
"erste Zeile\n"
"zweite"

msgid "not translated"
msgstr ""
"""


def test_a_po_file_is_read() -> None:
    """Comments, the head, long messages and escapes."""
    assert read_po(PO, "de.po") == {
        "one": "eins",
        'a "quoted" \\ and long one': "erste Zeile\nzweite",
    }


@pytest.mark.parametrize(
    ("line", "text"),
    [
        pytest.param(1, "hello", id="words"),
        pytest.param(2, 'msgid "a"\nmsgstr b', id="no-quotes"),
        pytest.param(1, '"lost"', id="without-a-message"),
        pytest.param(1, 'msgctxt "x"', id="what-we-do-not-know"),
        pytest.param(1, 'msgid "', id="half"),
    ],
)
def test_a_line_that_is_not_understood_is_named(line: int, text: str) -> None:
    """By FILE:LINE."""
    with pytest.raises(DataFileError, match=rf"^de\.po:{line}: "):
        read_po(text, "de.po")


def constants() -> Iterator[str]:
    """Every text in the package."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fit_their_words(language: str) -> None:
    """The same places on both sides, and no English words that nobody says any more."""
    assert Path(po_file(language)).is_file()
    found = messages(language)
    assert found
    places = re.compile(r"\{\w*\}")
    wrong = [
        one
        for one, other in found.items()
        if sorted(places.findall(one)) != sorted(places.findall(other))
        or one.endswith(" ") != other.endswith(" ")
    ]
    assert wrong == []
    assert sorted(found.keys() - set(constants())) == []
