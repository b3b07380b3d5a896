"""Lessons are known by heading at once, and opened by id; packs lie over each other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smtpshell import resource
from smtpshell.errors import UsageError
from smtpshell.lesson import build
from smtpshell.lesson.build import read_lesson, shipped_index
from smtpshell.lesson.catalog import Catalog, load_catalog, open_shelf
from tests.lesson.pack import EXAMPLE, changed, line_of, write_pack

OTHER = changed('id = "2-9-two-letters"', 'id = "2-8-before"')
COURSE = """
format = 1
kind = "course"
title = "Mine"
[[tracks]]
id = "2-envelope"
title = "Envelopes"
lessons = ["2-9-two-letters", "2-8-before"]
"""


def shelf_of(folder: Path, cache: Path) -> Catalog:
    return Catalog([open_shelf(folder, cache=cache)])


def test_our_own_lessons_are_without_fault(tmp_path: Path) -> None:
    """Every file that is shipped can be read, and goes into the package's index."""
    catalog = load_catalog(cache=tmp_path)
    assert catalog.errors == ()
    for heading in catalog.in_order():
        assert catalog.lesson(heading.id).heading == heading
    data, errors = shipped_index(resource.lessons_dir())
    assert errors == []
    assert data.count(b"\n") == 2 + len(catalog.headings)


def test_a_lesson_that_cannot_be_read_is_asked_for(tmp_path: Path) -> None:
    """Its author hears what is wrong with it, not that there is no such lesson."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    place = pack / "en" / "2-envelope" / "2-9-two-letters.md"
    place.write_text(EXAMPLE.replace("points = 3", "pionts = 3"))
    catalog = shelf_of(pack, tmp_path / "cache")
    for word in ("2-9", "2-9-two-letters"):
        with pytest.raises(UsageError, match=r'2-9-two-letters\.md:[0-9]+: unknown key "pionts"'):
            catalog.find(word)


def test_what_the_index_keeps_is_the_lesson(tmp_path: Path) -> None:
    """Nothing is lost or changed on the way through JSON."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    place = pack / "en" / "2-envelope" / "2-9-two-letters.md"
    first = shelf_of(pack, tmp_path / "cache").lesson("2-9-two-letters")
    kept = shelf_of(pack, tmp_path / "cache").lesson("2-9-two-letters")
    assert first == kept
    plain = read_lesson(str(place))
    assert kept.steps[0].goals[0]._replace(where="") == plain.steps[0].goals[0]._replace(where="")
    assert [step.solutions[0].lines for step in kept.steps] == [
        step.solutions[0].lines for step in plain.steps
    ]
    assert kept.path == str(place)


def test_a_kept_index_is_used_until_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lessons are not read twice; a changed file is noticed."""
    pack, cache = write_pack(tmp_path / "pack", EXAMPLE), tmp_path / "cache"
    shelf_of(pack, cache)
    monkeypatch.setattr(build, "build_shelf", lambda *_: pytest.fail("read again"))
    assert "2-9-two-letters" in shelf_of(pack, cache).headings
    monkeypatch.undo()
    place = pack / "en" / "2-envelope" / "2-9-two-letters.md"
    place.write_text(changed("Two people, one letter", "Anew"), encoding="utf-8")
    os.utime(place, ns=(1, 1))
    assert shelf_of(pack, cache).headings["2-9-two-letters"].title == "Anew"


def test_an_index_that_was_made_anew_by_somebody_else(tmp_path: Path) -> None:
    """Another shell has read a changed file, or the cache was cleared: it is said what to do."""
    pack, cache = write_pack(tmp_path / "pack", EXAMPLE), tmp_path / "cache"
    shelf_of(pack, cache)
    kept = shelf_of(pack, cache)
    (file,) = cache.iterdir()
    write_pack(pack, changed("Two people, one letter", "Anew"))
    assert shelf_of(pack, cache).headings["2-9-two-letters"].title == "Anew"
    for _ in range(2):
        with pytest.raises(UsageError, match="not the file any more") as caught:
            kept.lesson("2-9-two-letters")
        assert "start smtpshell again" in caught.value.hint
        file.unlink(missing_ok=True)


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    """Cut short or scribbled on, it is not believed."""
    pack, cache = write_pack(tmp_path / "pack", EXAMPLE), tmp_path / "cache"
    shelf_of(pack, cache)
    (file,) = cache.iterdir()
    good = file.read_bytes()
    for bad in (b"", b"[]\n", good[:40], good.replace(b"2-9", b"2-7", 1)):
        file.write_bytes(bad)
        assert shelf_of(pack, cache).lesson("2-9-two-letters").title == "Two people, one letter"


def test_the_order_is_that_of_the_course(tmp_path: Path) -> None:
    """Without a course file, that of the names."""
    pack = write_pack(tmp_path / "a", EXAMPLE, OTHER, course=COURSE)
    catalog = shelf_of(pack, tmp_path)
    assert [one.id for one in catalog.in_order()] == ["2-9-two-letters", "2-8-before"]
    following = catalog.next_after("2-9-two-letters")
    assert following is not None
    assert following.id == "2-8-before"
    assert catalog.next_after("2-8-before") is None
    plain = shelf_of(write_pack(tmp_path / "b", EXAMPLE, OTHER), tmp_path)
    assert [one.id for one in plain.in_order()] == ["2-8-before", "2-9-two-letters"]


def test_a_later_pack_replaces_a_lesson(tmp_path: Path) -> None:
    """Of two lessons with one id the later folder's is opened."""
    one = write_pack(tmp_path / "a", EXAMPLE, OTHER)
    two = write_pack(tmp_path / "b", changed("# Two people, one letter", "# Mine"))
    catalog = Catalog([open_shelf(folder, cache=tmp_path / "c") for folder in (one, two)])
    assert catalog.lesson("2-9-two-letters").path.startswith(str(two))
    assert len(catalog.headings) == 2


@pytest.mark.parametrize(
    ("word", "found"),
    [("2-9-two-letters", "2-9-two-letters"), ("2-9", "2-9-two-letters"), ("2-8", "2-8-before")],
)
def test_a_lesson_is_found_by_its_beginning(tmp_path: Path, word: str, found: str) -> None:
    """ "2-9" is enough."""
    pack = write_pack(tmp_path / "a", EXAMPLE, OTHER)
    assert shelf_of(pack, tmp_path).find(word).id == found


def test_a_lesson_that_is_not_there(tmp_path: Path) -> None:
    """The nearest is named; so are several."""
    catalog = shelf_of(write_pack(tmp_path / "a", EXAMPLE, OTHER), tmp_path)
    with pytest.raises(UsageError, match='did you mean "2-8-before"'):
        catalog.find("2-8-befor-it")
    with pytest.raises(UsageError, match="several lessons"):
        catalog.find("2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            COURSE.replace("title =", "titel =", 1), 'course.toml:4: unknown key "titel"', id="key"
        ),
        pytest.param(
            COURSE.replace("2-8-before", "2-8-befor"),
            f'course.toml:{line_of("2-8-before", COURSE)}: 2-envelope: no lesson "2-8-befor"',
            id="lesson",
        ),
        pytest.param(
            COURSE.replace("format = 1", "format = 2"), "begins with format = 1", id="format"
        ),
        pytest.param(COURSE.replace("[[tracks]]", "[tracks]"), "two brackets", id="table"),
    ],
)
def test_a_course_with_a_mistake(tmp_path: Path, text: str, words: str) -> None:
    """It is told, and the lessons are there all the same."""
    pack = write_pack(tmp_path / "a", EXAMPLE, OTHER, course=text)
    catalog = shelf_of(pack, tmp_path)
    assert words in catalog.errors[0]
    assert len(catalog.headings) == 2


def test_what_is_no_pack_is_said(tmp_path: Path) -> None:
    """A lesson beside its folders, or no folder at all, would not be found and nobody knew why."""
    (tmp_path / "2-9-two-letters.md").write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(UsageError, match="is no pack of lessons"):
        load_catalog([tmp_path])
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load_catalog([tmp_path / "none"])
    (tmp_path / "sandbox").mkdir()
    assert load_catalog([tmp_path], cache=tmp_path).errors == ()


def test_names_and_links(tmp_path: Path) -> None:
    """A file is called as its lesson, lies in its track, and in its folder."""
    pack = write_pack(tmp_path / "a", EXAMPLE)
    place = pack / "en" / "2-envelope"
    (place / "wrong.md").write_text(EXAMPLE, encoding="utf-8")
    secret = tmp_path / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    (place / "link.md").symlink_to(secret)
    (pack / "en" / "3-other").mkdir()
    (pack / "en" / "3-other" / "2-9-two-letters.md").write_text(EXAMPLE, encoding="utf-8")
    errors = shelf_of(pack, tmp_path).errors
    assert len(errors) == 3
    assert any('is not the name of the file, "wrong"' in error for error in errors)
    assert any("lies outside its folder" in error for error in errors)
    assert any('is not the folder, "3-other"' in error for error in errors)
    assert not any("secret" in error.partition(":")[2] for error in errors)
