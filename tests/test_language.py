"""Which language is the reader's, and which files are read for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell import language


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        pytest.param({}, "en", id="nothing-said"),
        pytest.param({"SMTPSHELL_LANG": "de"}, "de", id="ours"),
        pytest.param({"SMTPSHELL_LANG": "de", "LC_ALL": "fr_FR"}, "de", id="ours-first"),
        pytest.param({"SMTPSHELL_LANG": "", "LANG": "hu_HU.UTF-8"}, "hu", id="ours-empty"),
        pytest.param({"LC_MESSAGES": "de_AT.UTF-8"}, "de", id="messages"),
        pytest.param({"LC_MESSAGES": "de_DE", "LANG": "en_US"}, "de", id="messages-before-lang"),
        pytest.param({"LC_ALL": "C", "LC_MESSAGES": "de_DE"}, "en", id="all-before-messages"),
        pytest.param({"LANG": "C.UTF-8"}, "en", id="c"),
        pytest.param({"LANG": "POSIX"}, "en", id="posix"),
        pytest.param({"LANG": "de@euro"}, "en", id="not-a-code"),
        pytest.param({"SMTPSHELL_LANG": "../../etc"}, "en", id="a-path"),
        pytest.param({"SMTPSHELL_LANG": "pt-BR"}, "pt", id="hyphen"),
    ],
)
def test_the_language_is_ours_or_that_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], wanted: str
) -> None:
    """SMTPSHELL_LANG before POSIX's three; what is no language is English."""
    for key in ("SMTPSHELL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    assert language.chosen() == wanted


def test_a_choice_holds_for_all_that_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that are started, too: it is said in the environment."""
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    language.choose("de")
    assert language.chosen() == "de"


def test_a_language_without_words_is_english(tmp_path: Path) -> None:
    """So that nobody reads an empty course."""
    (tmp_path / "de").mkdir()
    assert [language.there(str(tmp_path), code) for code in ("de", "fr", "en")] == [
        "de", "en", "en",
    ]  # fmt: skip


def test_files_belong_together_by_their_path() -> None:
    """A file that is not translated stands alone, and so does a translation of nothing."""
    sources = ["en/notes/a.md", "en/notes/b.md"]
    translations = ["de/notes/b.md", "de/notes/c.md"]
    assert list(language.pairs(sources, translations)) == [
        ("en/notes/a.md", ""),
        ("en/notes/b.md", "de/notes/b.md"),
        ("de/notes/c.md", ""),
    ]
