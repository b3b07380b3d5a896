"""Translated notes and entries: their words laid over the source's, text by text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.explain.build import build_index
from smtpshell.explain.library import Library, load_library, open_index
from smtpshell.explain.note import Note, to_row
from smtpshell.explain.translation import read_translation, rev_of_words

NOTES = """\
+++
format = 1
kind = "notes"
id = "rcpt"
title = "RCPT"
+++

## rcpt.ok — One more address

```toml when
on = "reply"
verb = "RCPT"
code = "2xx"
```

The server wrote it on the envelope.

The long text.

- concept: envelope
- refs: RFC 5321 3.3
- try: `DATA`, when the list is complete

## rcpt.refused — This address was refused

```toml when
on = "reply"
verb = "RCPT"
code = "5xx"
kind = "error"
```

Final for this address.
"""
ENTRIES = """\
+++
format = 1
kind = "reference"
id = "reply-codes"
registry = "reply"
title = "Reply codes"
+++

## 250

Done.

More about it.
"""
GERMAN = """\
+++
format = 1
kind = "notes"
id = "rcpt"
source_rev = "00000000"
+++

## rcpt.ok — Noch eine Adresse

Der Server hat sie auf den Umschlag geschrieben.
"""


def write(folder: Path, name: str, text: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    write(folder, "en/notes/rcpt.md", NOTES)
    write(folder, "en/reference/reply-codes.md", ENTRIES)
    return folder


def notes(folder: Path, language: str = "de") -> dict[str, Note]:
    index = build_index(folder, language)
    assert index.errors == ()
    return dict(Library([index]).notebook.notes)


def test_words_come_from_the_translation_and_all_else_from_the_source(pack: Path) -> None:
    """Headline and short text; the long one and what to try next are there in English."""
    write(pack, "de/notes/rcpt.md", GERMAN)
    source, note = notes(pack, "en")["rcpt.ok"], notes(pack)["rcpt.ok"]
    assert note.headline == "Noch eine Adresse"
    assert note.short == "Der Server hat sie auf den Umschlag geschrieben."
    unchanged = note._replace(headline=source.headline, short=source.short)
    assert to_row(unchanged) == to_row(source)
    assert to_row(notes(pack)["rcpt.refused"]) == to_row(notes(pack, "en")["rcpt.refused"])


@pytest.mark.parametrize(
    ("more", "long", "tries"),
    [
        pytest.param("", ("The long text.",), ("`DATA`, when the list is complete",), id="short"),
        pytest.param(
            "\nDer lange Text.\n", ("Der lange Text.",), ("`DATA`, when the list is complete",),
            id="long",
        ),
        pytest.param("\n- try: `DATA`\n", ("The long text.",), ("`DATA`",), id="try"),
        pytest.param(
            "\nLang.\n\n- eins\n- zwei\n\n- concept: copied\n- refs: RFC 1 1\n",
            ("Lang.", "- eins\n- zwei"), ("`DATA`, when the list is complete",), id="list-and-keys",
        ),
    ],
)  # fmt: skip
def test_each_text_falls_back_by_itself(
    pack: Path, more: str, long: tuple[str, ...], tries: tuple[str, ...]
) -> None:
    """And keys that were copied are not read."""
    write(pack, "de/notes/rcpt.md", GERMAN + more)
    note = notes(pack)["rcpt.ok"]
    assert (note.long, note.tries) == (long, tries)
    assert (note.concept, note.refs) == ("envelope", ("RFC 5321 3.3",))


def test_a_condition_that_was_copied_is_not_read(pack: Path) -> None:
    """It may be years old."""
    block = '```toml when\non = "close"\nno_such_fact = 1\n```\n\nDer Server'
    write(pack, "de/notes/rcpt.md", GERMAN.replace("Der Server", block))
    assert notes(pack)["rcpt.ok"].condition.table == {"on": "reply", "verb": "RCPT", "code": "2xx"}


def test_words_for_nothing_are_not_used(pack: Path) -> None:
    """A translation that lags behind its source still works; lint tells of it."""
    write(pack, "de/notes/rcpt.md", GERMAN + "\n## rcpt.gone — Weg\n\nWeg.\n")
    assert set(notes(pack)) == {"rcpt.ok", "rcpt.refused"}


def test_entries_are_translated_by_their_key(pack: Path) -> None:
    """The reference as well."""
    german = ENTRIES.replace("Done.\n\nMore about it.", "Erledigt.")
    write(pack, "de/reference/reply-codes.md", german)
    entry = Library([build_index(pack, "de")]).reference.entry("reply", "250")
    assert entry is not None
    assert (entry.short, entry.long) == ("Erledigt.", ("More about it.",))


def test_a_file_without_a_source_is_one_of_its_own(pack: Path) -> None:
    """So a teacher who writes in one language needs no other."""
    write(pack, "de/notes/mine.md", NOTES.replace("rcpt.", "mine."))
    assert set(notes(pack)) == {"rcpt.ok", "rcpt.refused", "mine.ok", "mine.refused"}
    assert set(notes(pack, "en")) == {"rcpt.ok", "rcpt.refused"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("## rcpt.ok — Noch", "## Noch", 8, "id — headline", id="heading"),
        pytest.param("format = 1", "format = 2", 2, "begins with format = 1", id="format"),
        pytest.param('id = "rcpt"', "ids = 1", 4, 'did you mean "id"', id="key"),
        pytest.param('"00000000"', "7", 5, "source_rev: must be", id="rev"),
        pytest.param("Der Server", "```smtp\nx\n```\n\nDer", 10, "only paragraphs", id="block"),
        pytest.param(
            "geschrieben.\n", "da.\n\n## rcpt.ok — Da\n\nx\n", 12, "stands at", id="twice"
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_line(old: str, new: str, line: int, words: str) -> None:
    """As of any data file."""
    assert old in GERMAN
    with pytest.raises(DataFileError, match=rf"^de\.md:{line}: .*{words}"):
        read_translation(GERMAN.replace(old, new, 1), "de.md")


def test_a_broken_translation_leaves_the_source_standing(pack: Path) -> None:
    """It costs its language and no note."""
    write(pack, "de/notes/rcpt.md", "no front matter")
    index = build_index(pack, "de")
    assert [error.rpartition("/")[2] for error in index.errors] == [
        "rcpt.md:1: begins with +++, then TOML, then +++ again"
    ]
    assert Library([index]).notebook.notes["rcpt.ok"].headline == "One more address"


def test_each_language_has_a_kept_index(pack: Path, tmp_path: Path) -> None:
    """The translation's goes out of date with its source, too."""
    cache = tmp_path / "cache"
    write(pack, "de/notes/rcpt.md", GERMAN)
    for language, headline in (("de", "Noch eine Adresse"), ("en", "One more address")):
        assert open_index(pack, language, cache).part("notes")[0][1] == headline
    assert len(list(cache.iterdir())) == 2
    write(pack, "en/notes/rcpt.md", NOTES.replace("## rcpt.refused", "## rcpt.no"))
    assert open_index(pack, "de", cache).part("notes")[1][0] == "rcpt.no"


def test_our_german_notes_are_there(tmp_path: Path) -> None:
    """And none is lost that has not been translated."""
    german, english = (load_library(language=code, cache=tmp_path) for code in ("de", "en"))
    assert german.errors == ()
    assert german.notebook.notes.keys() == english.notebook.notes.keys()


def test_explaining_speaks_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Notes of a replayed session, too; what the server said is as it was."""
    from smtpshell.cli import main

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert main(["--lang", "de", "replay", "relay-refused"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Der Server trägt keine Mail zu anderen Domains" in shown
    assert "554 5.7.1" in shown


def test_the_hash_of_words_goes_by_the_words() -> None:
    """Notes and entries have one; it is another as soon as a word is, and of eight digits."""
    library = load_library()
    note = next(iter(library.notebook.notes.values()))
    entry = library.reference.lookup("250")[0]
    found = rev_of_words([note, entry])
    assert re.fullmatch("[0-9a-f]{8}", found)
    assert found == rev_of_words([note, entry])
    assert found != rev_of_words([note, entry._replace(short="Something else.")])
    assert found != rev_of_words([note._replace(headline="Something else"), entry])
