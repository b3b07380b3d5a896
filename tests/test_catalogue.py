"""The shell's own words in other languages: nothing is missing, nothing is left over."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import polib
import pytest

from smtpshell import catalogue
from smtpshell.catalogue import Sentences, compiled, counted, marked, po_file, tr
from smtpshell.errors import DataFileError
from tests.words import PLACE, Message, forms_of, message_of, renew, said_in_source

LANGUAGES = sorted(path.name for path in Path(catalogue.LOCALE).iterdir())
COMPLETE = ("de",)  # where a message without a translation is a fault


def test_english_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """And places are filled."""
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert tr("Step {number} of {steps}", number=1, steps=4) == "Step 1 of 4"
    assert tr("braces { stay }") == "braces { stay }"
    assert counted(1, "{count} step", "{count} steps") == "1 step"
    assert counted(2, "{count} step of {all}", "{count} steps of {all}", all=4) == "2 steps of 4"
    assert marked("Reached") == "Reached"


def test_english_needs_no_gettext(tmp_path: Path) -> None:
    """Nor the reader of .po files: they would cost each start a hundredth of a second."""
    code = (
        "import sys, smtpshell.shell.script\n"
        "from smtpshell.catalogue import counted, tr\n"
        "tr('Reached'), counted(2, '{count} step', '{count} steps')\n"
        "assert not {'gettext', 'polib'} & set(sys.modules)"
    )
    environ = {**os.environ, "HOME": str(tmp_path), "SMTPSHELL_LANG": "en"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environ)


def test_words_are_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not translated is there in English, as is all in a language that nobody knows."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr("Step {number} of {steps}", number=1, steps=4) == "Schritt 1 von 4"
    assert tr("no such words") == "no such words"
    assert tr("") == ""
    assert counted(3, "{count} step", "{count} steps") == "3 Schritte"
    assert counted(1, "{count} step", "{count} steps") == "1 Schritt"
    monkeypatch.setenv("SMTPSHELL_LANG", "xx")
    assert tr("Reached") == "Reached"
    assert counted(2, "{count} step", "{count} steps") == "2 steps"


def test_values_are_never_read_as_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner's line may hold braces."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr("Not sent yet: {line}", line="{line.__class__}").endswith(": {line.__class__}")


def test_words_of_a_room_without_readers_are_translated_where_they_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are English sentences to everybody else, and know what they were made of."""
    inner = marked("the answer")
    words = marked("Nothing may be sent behind {name} before its reply has come.", name=inner)
    assert words == "Nothing may be sent behind the answer before its reply has come."
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert tr(words) == words
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr(words) == "Auf die Antwort darf nichts folgen, bevor die Antwort da ist."
    assert tr(marked("One {bracket} is enough.", bracket="{x}")) == "Ein {x} genügt."
    assert tr(marked("One {bracket} is enough.", bracket="the answer")) == "Ein the answer genügt."
    assert tr(marked("Step {number} of {steps}"), number=1, steps=4) == "Schritt 1 von 4"
    assert marked("braces { stay }") == tr(marked("braces { stay }")) == "braces { stay }"


def test_sentences_are_translated_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason and what it adds about the line in hand stand nowhere as one message."""
    detail = marked("Yours had {octets}, {longest} are allowed.", octets=9, longest=8)
    words = Sentences("Every line begins with a verb.", "", Sentences(detail, "And so on."))
    assert words == "Every line begins with a verb. Yours had 9, 8 are allowed. And so on."
    assert not Sentences("", "")
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert tr(words) == words
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert (
        tr(words) == "Jede Zeile beginnt mit einem Verb. Deine hatte 9, erlaubt sind 8. And so on."
    )


def catalogues(folder: Path, language: str, text: str) -> Path:
    """A folder of catalogues with one .po file in it, which is *text* behind its head."""
    path = folder / language / "LC_MESSAGES" / "smtpshell.po"
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    path.write_text(f"{head}{text}", encoding="utf-8")
    return path


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder where the catalogues are looked for, and no others."""
    monkeypatch.setattr(catalogue, "LOCALE", str(tmp_path))
    monkeypatch.setattr(catalogue, "_known", {})
    return tmp_path


POLISH = r"""
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

msgid "{count} line"
msgid_plural "{count} lines"
msgstr[0] "{count} wiersz"
msgstr[1] "{count} wiersze"
msgstr[2] "{count} wierszy"
"""  # noqa: E501


def test_a_language_counts_by_its_own_rule(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One and many are not all there is."""
    catalogues(elsewhere, "pl", POLISH)
    monkeypatch.setenv("SMTPSHELL_LANG", "pl")
    found = [counted(count, "{count} line", "{count} lines") for count in (1, 2, 5, 22)]
    assert found == ["1 wiersz", "2 wiersze", "5 wierszy", "22 wiersze"]


def test_what_the_build_compiled_comes_first(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an installed package, where there is nothing else."""
    path = catalogues(elsewhere, "de", '\nmsgid "yes"\nmsgstr "ja"\n')
    path.with_suffix(".mo").write_bytes(compiled(str(path)))
    path.write_text("no catalogue at all")
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert tr("yes") == "ja"


@pytest.mark.parametrize("text", ["hello\n", 'msgid "a" "\n', 'msgid "a"b"\n'])
def test_a_catalogue_that_cannot_be_read_is_named(elsewhere: Path, text: str) -> None:
    """With its line."""
    path = catalogues(elsewhere, "de", text)
    with pytest.raises(DataFileError, match=r"smtpshell\.po.*line \d"):
        compiled(str(path))


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """With the file."""
    path = tmp_path / "de.po"
    path.write_bytes(b'msgid "a"\nmsgstr "\xff"\n')
    with pytest.raises(DataFileError, match=r"de\.po: .*utf-8"):
        compiled(str(path))


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Every line begins with a verb.", "sandbox/personalities/by-the-book.toml"),
        ("Tried to relay: -2.", "sandbox/personalities/karma.toml"),
        (
            "It gives away names and addresses to whoever asks.",
            "sandbox/personalities/chatty-vrfy.toml",
        ),
        ("DKIM: nobody has signed the letter.", "sandbox/personalities/spam-scorer.toml"),
        ("Ada and Bob, and nothing else to think about.", "sandbox/scenarios/two-users.toml"),
        ("It does not say that it is an open relay.", "en/6-attack-defend/6-1-the-open-door.md"),
    ],
    ids=["why", "remark", "weak", "sheet", "about", "lesson"],
)
def test_what_practice_servers_think_is_said(words: str, place: str) -> None:
    """Their reasons and remarks stand in data files, and are messages like any other."""
    assert f"lessons/{place}" in said_in_source()[Message(words)]


def test_no_message_is_a_text_that_was_filled_already() -> None:
    """`tr(f"...")` is looked for in vain: its words are another text each time."""
    assert said_in_source()
    for one, many in said_in_source():
        assert one == one.strip("\n"), one
        assert not many or "{count}" in one + many, one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_what_the_source_says(
    language: str, request: pytest.FixtureRequest
) -> None:
    """Nothing is missing, nothing is left over, and the same places stand on both sides."""
    path = po_file(language)
    if request.config.getoption("--update-golden"):
        renew(path)
    entries = {message_of(entry): entry for entry in polib.pofile(path, encoding="utf-8")}
    said = said_in_source()
    assert sorted(entries.keys() - said) == [], "nobody says these any more"
    assert sorted(said.keys() - entries.keys()) == [], "new: --update-golden writes them down"
    if language in COMPLETE:
        assert [one for one, entry in entries.items() if not all(forms_of(entry))] == []
    wrong = [one for one, entry in entries.items() if not _fit(one, forms_of(entry))]
    assert wrong == []


def _fit(message: Message, forms: list[str]) -> bool:
    """Do the translated *forms* have the places of the *message*, and its spaces at both ends?"""
    one = message.one
    places = set(PLACE.findall(one + message.many))
    lead, tail = one.startswith(" "), one.endswith(" ")
    return all(
        set(PLACE.findall(form)) | ({"{count}"} if message.many else set()) == places
        and (form.startswith(" "), form.endswith(" ")) == (lead, tail)
        for form in filter(None, forms)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_can_be_compiled(language: str) -> None:
    """And says how its language counts."""
    words = gettext.GNUTranslations(BytesIO(compiled(po_file(language))))
    assert words.info()["plural-forms"].startswith("nplurals=")
    assert words.info()["language"] == language


def test_a_catalogue_is_renewed(tmp_path: Path) -> None:
    """What is translated stays, what nobody says goes, what is new waits for its words."""
    text = (
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Reached"\nmsgstr "Da"\n\nmsgid "no such words"\nmsgstr "weg"\n'
    )
    path = catalogues(tmp_path, "de", text)
    renew(str(path))
    entries = {entry.msgid: entry for entry in polib.pofile(str(path))}
    assert entries.keys() == {message.one for message in said_in_source()}
    assert entries["Reached"].msgstr == "Da"
    assert entries["{count} step"].msgstr_plural == {0: "", 1: ""}
    assert "no such words" not in entries
