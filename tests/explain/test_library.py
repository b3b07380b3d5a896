from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from smtpshell import resource
from smtpshell.explain import library, stamp
from smtpshell.explain.build import build_index
from smtpshell.explain.index import read_index
from smtpshell.explain.library import Library, load_library, open_index
from smtpshell.explain.note import Note, from_row
from smtpshell.explain.notebook import Notebook, labels
from smtpshell.fact.moment import Moment

NOTE = """\
+++
format = 1
kind = "notes"
id = "mine"
title = "Mine"
+++

## {ident} — {headline}

```toml when
on = "greeting"
code = "220"
```

Short.
"""
ENTRY = """\
+++
format = 1
kind = "reference"
id = "mine"
registry = "reply"
title = "Mine"
+++

## 250

{words}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "en" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A teacher's folder with one note and one entry."""
    folder = tmp_path / "pack"
    write(folder, "notes/mine.md", NOTE.format(ident="greeting.mine", headline="Hello"))
    write(folder, "reference/mine.md", ENTRY.format(words="Our own words."))
    write(folder, "notes/.draft.md", "not read")
    write(folder, "notes/mine.txt", "not read either")
    return folder


def test_an_index_survives_its_file(pack: Path) -> None:
    """What is read back is what was written."""
    index = build_index(pack)
    back = read_index(index.to_bytes())
    assert back is not None
    assert back.head == index.head
    assert back.part("notes") == index.part("notes")
    assert [row[1] for row in back.part("entries")] == ["250"]
    assert (index.errors, back.errors) == ((), ())
    assert index.head.folder == str(pack)
    assert list(index.head.files) == ["*", "en/notes/mine.md", "en/reference/mine.md"]
    assert back.part("notes")[0][-1] == "en/notes/mine.md:8"


DAMAGES = [
    pytest.param(lambda data: b"", id="empty"),
    pytest.param(lambda data: b"{}\n" + data, id="no-head"),
    pytest.param(lambda data: b"[1, 2]\n" + data, id="short-head"),
    pytest.param(lambda data: b"[" * 100_000, id="deep"),
    pytest.param(lambda data: data[:-40], id="cut"),
    pytest.param(lambda data: data.replace(b"Short", b"Shore"), id="changed"),
    pytest.param(lambda data: data.replace(b'["0', b'["9', 1), id="another-version"),
    pytest.param(lambda data: data.split(b"\n")[0], id="only-head"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_none(pack: Path, damage: object) -> None:
    """Nothing of a file that was cut, changed or written by another version is taken."""
    assert callable(damage)
    assert read_index(damage(build_index(pack).to_bytes())) is None


def test_a_file_with_a_mistake_is_left_out_and_told(pack: Path) -> None:
    """One bad file does not cost the others; the message begins FILE:LINE."""
    bad = write(pack, "notes/bad.md", "no front matter\n")
    index = build_index(pack)
    (error,) = index.errors
    assert error.startswith(f"{bad}:1: ")
    assert len(index.part("notes")) == 1


def test_a_link_out_of_the_folder_is_refused(pack: Path, tmp_path: Path) -> None:
    """A stranger's pack could have any file of ours quoted in an error."""
    secret = tmp_path / "secret"
    secret.write_text("password\n")
    (pack / "en" / "notes" / "link.md").symlink_to(secret)
    (pack / "en" / "notes" / "same.md").symlink_to(pack / "en" / "notes" / "mine.md")
    index = build_index(pack)
    (error,) = index.errors
    assert "link.md:1: lies outside its folder" in error
    assert len(index.part("notes")) == 2


def test_what_is_no_file_is_not_read(pack: Path) -> None:
    """A folder by the name of a file, or a pipe that would never end."""
    (pack / "en" / "notes" / "x.md").mkdir()
    assert [error.rpartition(": ")[2] for error in build_index(pack).errors] == ["is no file"]


def test_the_index_of_the_package_names_no_folder(pack: Path) -> None:
    """It does not matter where the package was built, or when its files were changed."""
    head = build_index(pack, shipped=True).head
    assert (head.folder, head.files) == ("", {})


def test_a_kept_index_is_used_until_a_file_changes(pack: Path, tmp_path: Path) -> None:
    """Time and size of every file decide, and that none came or went."""
    cache = tmp_path / "cache"
    first = open_index(pack, cache=cache)
    (kept,) = cache.iterdir()
    assert cache.stat().st_mode & 0o077 == 0
    written = kept.stat().st_mtime_ns
    assert open_index(pack, cache=cache).head == first.head
    assert kept.stat().st_mtime_ns == written
    write(pack, "notes/mine.md", NOTE.format(ident="greeting.mine", headline="Another"))
    assert open_index(pack, cache=cache).part("notes")[0][1] == "Another"
    write(pack, "notes/more.md", NOTE.format(ident="greeting.more", headline="More"))
    assert len(open_index(pack, cache=cache).part("notes")) == 2
    kept.write_bytes(b"damaged")
    assert len(open_index(pack, cache=cache).part("notes")) == 2


def test_a_kept_index_is_made_anew_by_newer_code(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads the files may have learned something, also where the version is the same."""
    cache = tmp_path / "cache"
    open_index(pack, cache=cache)
    monkeypatch.setattr(stamp, "_newest_module", lambda: 5)
    assert open_index(pack, cache=cache).head.files["*"] == [5, 0]


def test_an_index_with_errors_is_not_kept(pack: Path, tmp_path: Path) -> None:
    """The mistake is told at every start until it is mended."""
    write(pack, "notes/bad.md", "no front matter\n")
    cache = tmp_path / "cache"
    assert open_index(pack, cache=cache).errors
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_costs_only_time(pack: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    blocked = tmp_path / "cache"
    blocked.write_text("")
    assert open_index(pack, cache=blocked).part("notes")


def test_the_cache_of_the_user_is_used_by_default(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system keeps such things."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    open_index(pack)
    assert list((tmp_path / "smtpshell" / "index").iterdir())


@pytest.fixture
def shipped(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The teacher's folder in the place of our own, with an index made at package build."""
    file = tmp_path / "index.jsonl"
    file.write_bytes(build_index(pack, shipped=True).to_bytes())
    monkeypatch.setattr(resource, "data_folder", lambda name: str(pack))
    monkeypatch.setattr(resource, "index_file", lambda language: str(file))
    monkeypatch.setattr(library, "_cache_folder", lambda: str(tmp_path / "cache"))
    return file


def test_the_index_of_the_package_needs_no_files(shipped: Path, pack: Path) -> None:
    """Not even a look at their times; a language that is not there is the source's."""
    (pack / "en" / "notes" / "mine.md").write_text("broken")
    assert open_index(pack).part("notes")[0][0] == "greeting.mine"
    assert open_index(pack, "hu").part("notes")[0][0] == "greeting.mine"
    shipped.unlink()
    assert open_index(pack).errors


def test_a_pack_overrides_ours(shipped: Path, tmp_path: Path) -> None:
    """Notes by their id, entries by their key; each note says where it stands."""
    mine = tmp_path / "course"
    write(mine, "notes/a.md", NOTE.format(ident="greeting.mine", headline="The teacher's"))
    write(mine, "notes/b.md", NOTE.format(ident="greeting.new", headline="New"))
    write(mine, "reference/a.md", ENTRY.format(words="The teacher's words."))
    both = load_library([mine], cache=tmp_path / "cache")
    note = both.notebook.get("greeting.mine")
    assert note is not None
    assert (note.headline, note.pack) == ("The teacher's", 1)
    assert note.where == f"{mine}/en/notes/a.md:8"
    assert len(both.notebook) == 2
    entry = both.reference.entry("reply", "250")
    assert entry is not None
    assert entry.short == "The teacher's words."
    assert both.errors == ()
    assert load_library(cache=tmp_path / "cache").notebook.get("greeting.new") is None


def test_nothing_is_parsed_before_it_is_asked_for(pack: Path) -> None:
    """The parts of an index may be nonsense until then; what was parsed is kept."""
    index = build_index(pack)
    words = Library([index])
    assert words.notebook is words.notebook
    assert words.reference is words.reference
    assert words.notebook.select(Moment("greeting")).primary is None


def test_our_own_words_load_without_error() -> None:
    """Every note and every entry that comes with smtpshell."""
    index = build_index(resource.lessons_dir())
    assert index.errors == ()
    assert len(index.part("notes")) >= 120


def test_notes_read_one_by_one_are_those_read_at_once(pack: Path) -> None:
    """A drawer of the index holds what it would hold had all notes been sorted into it."""
    write(pack, "notes/more.md", NOTE.format(ident="greeting.mine", headline="The later counts"))
    for folder in (pack, resource.lessons_dir()):
        index = build_index(folder)
        one_by_one = Library([index]).notebook
        at_once = Notebook(from_row(row, 0, index.head.folder) for row in index.part("notes"))
        every = {label for note in at_once.notes.values() for label in labels(note)}
        for label in ("no such", *every):
            assert _ids(one_by_one.drawer(label)) == _ids(at_once.drawer(label))
        assert one_by_one.notes.keys() == at_once.notes.keys()
        assert len(one_by_one) == len(at_once)


def _ids(notes: Iterable[Note]) -> list[tuple[str, str, str]]:
    return [(note.id, note.headline, note.where) for note in notes]


START = """
import sys
from smtpshell.explain.index import read_index
from smtpshell.explain.diagnose import judge
from smtpshell.explain.fill import fill_note
from smtpshell.explain.ledger import Ledger
from smtpshell.explain.library import load_library
from smtpshell.fact.watch import Watch
unwanted = {"re2", "tomllib", "markdown_it", "platformdirs", "dataclasses", "json", "cryptography",
            "smtpshell.explain.build", "smtpshell.explain.cause", "smtpshell.explain.lint",
            "smtpshell.explain.notefile", "smtpshell.smtp.sasl.mechanism", "difflib", "asyncio",
            "socket"}
print(*sorted(unwanted & set(sys.modules)))
"""


def test_what_is_not_needed_at_the_start_is_not_imported() -> None:
    """On the way to the prompt every import counts."""
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
