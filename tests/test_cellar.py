"""The cellar: data files, patterns, and where the files lie."""

from __future__ import annotations

import traceback
from pathlib import Path

import platformdirs
import pytest

from smtpshell import datafile, pattern, resource
from smtpshell.datafile import Where
from smtpshell.errors import DataFileError, UsageError


def test_the_way_out_stands_in_the_traceback() -> None:
    """Where an error is not shown by us: in the report of somebody's failing test."""
    with pytest.raises(UsageError) as caught:
        raise UsageError("nothing is called so", hint="try another")
    assert "try another" in "".join(traceback.format_exception(caught.value))
    assert "None" not in "".join(traceback.format_exception(UsageError("no hint")))


def write(folder: Path, data: bytes) -> Path:
    path = folder / "file.toml"
    path.write_bytes(data)
    return path


def test_text_comes_with_plain_line_ends(tmp_path: Path) -> None:
    """Files written on any system, with or without a byte order mark, read the same."""
    path = write(tmp_path, b"\xef\xbb\xbfa\r\nb\rc\n")
    assert datafile.read_text(path) == "a\nb\nc\n"


@pytest.mark.parametrize("value", [None, "", "  ", "/some/where", "not/absolute"])
def test_the_users_own_folders_are_those_of_the_platform(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short way says what platformdirs says, whatever the environment holds."""
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    assert resource.state_dir() == Path(platformdirs.user_state_dir("smtpshell"))
    assert resource.user_folder("cache") == platformdirs.user_cache_dir("smtpshell")


BAD_FILES = [
    pytest.param(b"x" * 17, r":1: larger than 0 KiB$", id="too-large"),
    pytest.param(b"a\nb\n\xff", r":3: not UTF-8$", id="not-utf8"),
]


@pytest.mark.parametrize(("data", "message"), BAD_FILES)
def test_a_file_that_cannot_be_text_is_named(tmp_path: Path, data: bytes, message: str) -> None:
    """The message begins FILE:LINE."""
    path = write(tmp_path, data)
    with pytest.raises(DataFileError, match=message):
        datafile.read_text(path, limit=16)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No traceback of the operating system's error."""
    with pytest.raises(DataFileError, match=r"gone\.md:1: cannot be read: No such file"):
        datafile.read_text(tmp_path / "gone.md")


BAD_TOML = [
    pytest.param("a = 1\nb = \n", r"^f:11: ", id="syntax"),
    pytest.param("a = [1,\n", r"^f:11: ", id="end-of-document"),
    pytest.param("a = " + "[" * 20000, r"^f:10: nested too deeply$", id="too-deep"),
    pytest.param(
        "a = 1\na = 2\n",
        r"^f:11: Cannot overwrite a value; the same name stands there twice$",
        id="twice",
    ),
]


@pytest.mark.parametrize(("text", "message"), BAD_TOML)
def test_bad_toml_is_reported_by_line_of_the_file(text: str, message: str) -> None:
    """Lines count from where the TOML begins in its file."""
    with pytest.raises(DataFileError, match=message):
        datafile.read_toml(text, "f", first_line=10)


def test_a_toml_message_without_a_place_keeps_its_words() -> None:
    """A later Python may word its messages otherwise; the first line is then named."""
    assert datafile._place_in_message("odd", "a\nb") == (1, "odd")


def test_front_matter_is_cut_off() -> None:
    """The body knows on which line of the file it begins."""
    table, body, line = datafile.split_front_matter("+++\na = 1\n+++\n\n# Title\n", "f")
    assert (table, body, line) == ({"a": 1}, "\n# Title\n", 4)


BAD_FRONT = [
    pytest.param("# Title\n", r"^f:1: begins with", id="none"),
    pytest.param("+++\na = 1\n", r"^f:1: the front matter has no closing", id="open"),
    pytest.param("+++\n\na =\n+++\n", r"^f:3: ", id="bad-toml"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FRONT)
def test_bad_front_matter_is_reported(text: str, message: str) -> None:
    """Front matter is required, and its errors carry the line of the file."""
    with pytest.raises(DataFileError, match=message):
        datafile.split_front_matter(text, "f")


RULES = """\
like = "postfix-like"
[strict]
brackets = true

state.auth = false
[[rule]]
reply = "250"
[[rule]]
"reply" = "450"
if = { verb = "RCPT" }
= 3
"""

PLACES = [
    pytest.param(("like",), 1, id="top"),
    pytest.param(("strict",), 2, id="table"),
    pytest.param(("strict", "brackets"), 3, id="key-in-table"),
    pytest.param(("strict", "state", "auth"), 5, id="dotted"),
    pytest.param(("strict", "none"), 2, id="parent-of-a-missing-one"),
    pytest.param(("rule", 0, "reply"), 7, id="first-of-array"),
    pytest.param(("rule", 1, "reply"), 9, id="quoted-key-of-second"),
    pytest.param(("rule", 1, "if", "verb"), 10, id="inline-table"),
    pytest.param(("elsewhere",), 1, id="not-there"),
    pytest.param((), 1, id="nothing-asked"),
]


@pytest.mark.parametrize(("keys", "line"), PLACES)
def test_a_key_is_found_in_its_file(keys: tuple[str | int, ...], line: int) -> None:
    """Errors point at the line of the key, or of the nearest thing around it."""
    assert Where("f", 1, RULES).at(*keys).line == line


def test_the_place_of_a_table_finds_the_keys_in_it() -> None:
    """Whoever is handed a part of a file need not know where the part stands."""
    rule = Where("f", 101, RULES).at("rule", 1)
    assert (rule.line, rule.at("reply").line, rule.at("if").at("verb").line) == (108, 109, 110)


def test_an_unknown_key_is_reported_with_the_nearest_valid_one() -> None:
    """What a teacher mistyped most likely is what is named."""
    where = Where("f", 5, 'on = "reply"\nverbs = "RCPT"\n')
    with pytest.raises(DataFileError, match=r'^f:6: unknown key "verbs"; did you mean "verb"\?$'):
        datafile.check_keys({"on": "reply", "verbs": "RCPT"}, ["on", "verb"], where)
    datafile.check_keys({"on": "reply"}, ["on", "verb"], where)


MEANT = [
    pytest.param("VREB", ["verb", "code"], '; did you mean "verb"?', id="nearest"),
    pytest.param("zzz", ["b", "a"], "; valid: a, b", id="few"),
    pytest.param("zzz", [f"key{n}" for n in range(20)], "", id="many"),
    pytest.param("zzz", [], "", id="none"),
]


@pytest.mark.parametrize(("word", "choices", "hint"), MEANT)
def test_a_hint_names_the_nearest_or_all(word: str, choices: list[str], hint: str) -> None:
    """Case does not matter; a long list of valid words would help nobody."""
    assert datafile.meant(word, choices) == hint


def test_an_error_carries_its_hint() -> None:
    """The hint is kept apart from the message."""
    error = Where("f", 3).error("odd", hint="even")
    assert (str(error), error.hint) == ("f:3: odd", "even")


SEARCHES = [
    pytest.param(r"(?i)\brelay", "554 Relay access denied", True, id="found"),
    pytest.param(r"^relay$", "no relay", False, id="anchored"),
    pytest.param("b", "a" * 1000 + "b", False, id="beyond-the-first-1000"),
    pytest.param("b$", "a\udcffb", True, id="bytes-that-are-no-utf8"),
    pytest.param(r"\x{fffd}", "a\udcff", True, id="such-a-byte-is-one-character"),
    pytest.param("ö", "Öl, schön", True, id="beyond-ascii"),
]


@pytest.mark.parametrize(("source", "text", "expected"), SEARCHES)
def test_a_pattern_is_searched_for(source: str, text: str, expected: bool) -> None:
    """Any text can be searched, whatever bytes it came from."""
    assert pattern.compile_pattern(source).search(text) is expected


BAD_PATTERNS = [
    pytest.param("[a", r"^bad pattern: missing \]", id="syntax"),
    pytest.param(r"(a)\1", "^bad pattern: invalid escape", id="back-reference"),
    pytest.param("a" * 1001, "^pattern of 1001 characters", id="too-long"),
    pytest.param("\ud800", "lone surrogate", id="surrogate"),
    pytest.param("((a{100}){100}){100}", "^bad pattern: ", id="explodes"),
]


@pytest.mark.parametrize(("source", "message"), BAD_PATTERNS)
def test_a_bad_pattern_is_explained(
    source: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """ValueError in words, and RE2 itself writes nothing to the terminal."""
    with pytest.raises(ValueError, match=message):
        pattern.compile_pattern(source)
    assert capfd.readouterr() == ("", "")


def test_an_error_without_words_is_still_an_error() -> None:
    """RE2's message may be bytes, text or nothing."""
    assert [pattern._words(ValueError(*args)) for args in ([b"x"], ["y"], [])] == ["x", "y", ""]


def test_a_pattern_shows_its_source() -> None:
    """For reading a failed test."""
    assert repr(pattern.compile_pattern("a+")) == "Pattern('a+')"


def test_a_checkout_finds_its_files_beside_the_package() -> None:
    """An editable install has no copy of them inside the package."""
    root = Path(__file__).parent.parent
    assert resource.lessons_dir() == root / "lessons"
    assert resource.transcripts_dir() == root / "transcripts"
    assert resource.index_file() == str(root / "smtpshell" / "_data" / "index.jsonl")


def test_an_installed_package_finds_its_files_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel carries them as package data."""
    monkeypatch.setattr(resource, "_PACKAGE", tmp_path)
    (tmp_path / "_data" / "lessons").mkdir(parents=True)
    assert resource.lessons_dir() == tmp_path / "_data" / "lessons"


@pytest.mark.parametrize("kind", ["state", "cache"])
@pytest.mark.parametrize(
    ("home", "xdg"),
    [
        pytest.param("/home/ana", None, id="ordinary"),
        pytest.param("/home/ana/", None, id="slash"),
        pytest.param("/", None, id="root"),
        pytest.param("/home/ana", "/srv/ana", id="elsewhere"),
        pytest.param("/home/ana", "/srv/ana/", id="elsewhere-slash"),
        pytest.param("/home/ana", "", id="empty"),
        pytest.param("/home/ana", "relative", id="relative"),
        pytest.param("ana", None, id="odd-home"),
        pytest.param(None, None, id="no-home"),
        pytest.param(None, "/srv/ana", id="no-home-elsewhere"),
    ],
)
def test_the_users_folders_are_where_platformdirs_says(
    kind: str, home: str | None, xdg: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short way, without importing it, never leads elsewhere."""
    import platformdirs

    for name, value in (("HOME", home), (f"XDG_{kind.upper()}_HOME", xdg)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    asked = getattr(platformdirs, f"user_{kind}_dir")("smtpshell")
    assert resource.user_folder(kind) == asked
