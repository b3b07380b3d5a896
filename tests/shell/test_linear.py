"""The line editor that only appends: keys in, text out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from smtpshell.shell.linear import LinearEditor
from smtpshell.shell.suggest import Suggestion


class Owner:
    """Takes down what the editor hands over."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self.is_raw = False

    def entered(self, text: str) -> None:
        self.told.append(("entered", text))

    def pasted(self, lines: list[str], rest: str) -> None:
        self.told.append(("pasted", (lines, rest)))

    def interrupted(self, text: str) -> None:
        self.told.append(("interrupted", text))

    def ended(self) -> None:
        self.told.append(("ended", ""))

    def helped(self, text: str) -> None:
        self.told.append(("helped", text))

    def escaped(self) -> None:
        self.told.append(("escaped", ""))

    def suspended(self) -> None:
        self.told.append(("suspended", ""))

    def edited(self, text: str) -> None:
        self.told.append(("edited", text))

    def suggestions(self, text: str) -> Sequence[Suggestion]:
        words = [Suggestion("MAIL FROM:<", 0, "sender"), Suggestion("MADE", 0, "up")]
        return [one for one in words if one.text.startswith(text.upper())]

    def raw(self, text: str) -> bool:
        return self.is_raw and not text.startswith(":")

    def earlier(self) -> Sequence[str]:
        return ["newest", "older"]


Editor = tuple[LinearEditor, Owner, list[str]]


@pytest.fixture
def editor() -> Editor:
    owner = Owner()
    written: list[str] = []
    made = LinearEditor(owner, written.append)
    made.show("> ")
    return made, owner, written


def press(editor: LinearEditor, *keys: str) -> None:
    for key in keys:
        if key in ("up", "down", "f1", "<bracketed-paste>") or re.fullmatch(r"c-.", key):
            editor.key(key, "")
        else:
            for char in key:
                editor.key(char, char)


def test_what_is_typed_is_echoed_and_handed_over(editor: Editor) -> None:
    """Enter goes to the next row and gives the line."""
    press(editor[0], "NOOP", "c-m")
    assert editor[1].told == [("entered", "NOOP")]
    assert "".join(editor[2]) == "> NOOP\n"


def test_backspace_takes_away_one_character(editor: Editor) -> None:
    """The only going back there is."""
    press(editor[0], "NOX", "c-h", "OP", "c-m")
    assert editor[1].told == [("entered", "NOOP")]
    assert "".join(editor[2]) == "> NOX\b \bOP\n"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("\u540d", "\b \b\b \b"),  # two columns
        ("\udcff", "\b \b" * 4),  # shown as \xff
        ("e\u0301", "\n> e"),  # a mark takes no column: the line is written anew
    ],
)
def test_backspace_takes_away_as_much_as_was_shown(
    editor: Editor, typed: str, written: str
) -> None:
    """Whatever the character is; none that can be typed is left out."""
    press(editor[0], typed)
    editor[2].clear()
    press(editor[0], "c-h")
    assert "".join(editor[2]) == written
    assert editor[0].text == typed[:-1]


def test_a_secret_is_not_echoed(editor: Editor) -> None:
    """Not even by length."""
    editor[0].secret = True
    press(editor[0], "abc", "c-h", "c-m")
    assert editor[1].told == [("entered", "ab")]
    assert "".join(editor[2]) == "> \n"


def test_tab_completes_what_is_certain_and_lists_the_rest(editor: Editor) -> None:
    """As readline does, in words."""
    press(editor[0], "m", "c-i")
    assert "".join(editor[2]) == "> m\nMAIL FROM:<: sender\nMADE: up\n> MA"
    press(editor[0], "I", "c-i")
    assert editor[0].text == "MAIL FROM:<"
    assert "".join(editor[2]).endswith("\n> MAIL FROM:<")


def test_history_is_walked_by_writing_the_line_anew(editor: Editor) -> None:
    """Up is older, down is newer, and the end is an empty line."""
    press(editor[0], "up", "up", "up", "down", "c-m", "up", "down")
    assert editor[1].told == [("entered", "newest")]
    assert editor[0].text == ""
    assert "".join(editor[2]).startswith("> \n> newest\n> older\n> newest\n")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("abc", "c-c"), ("interrupted", "abc")),
        (("c-d",), ("ended", "")),
        (("abc", "f1"), ("helped", "abc")),
        (("c-]",), ("escaped", "")),
        (("c-z",), ("suspended", "")),
        (("abc", "c-x", "c-e"), ("edited", "abc")),
    ],
)
def test_other_keys(editor: Editor, keys: tuple[str, ...], told: tuple[str, str]) -> None:
    """Each goes to the next row before the owner writes."""
    press(editor[0], *keys)
    assert editor[1].told == [told]
    assert "".join(editor[2]).endswith("\n")


def test_end_of_file_only_at_an_empty_line(editor: Editor) -> None:
    """Elsewhere it does nothing."""
    press(editor[0], "a", "c-d")
    assert editor[1].told == []


def test_a_paste_of_lines_is_handed_over_whole(editor: Editor) -> None:
    """Its last line stays to be edited; a paste without a line end is typed text."""
    editor[0].key("<bracketed-paste>", "A\rB\rC")
    assert editor[1].told == [("pasted", (["A", "B"], "C"))]
    editor[0].text = ""
    editor[0].show()
    editor[0].key("<bracketed-paste>", "xyz")
    assert editor[0].text == "xyz"


def test_words_and_lines_are_cleared_by_writing_anew(editor: Editor) -> None:
    """Ctrl-W a word, Ctrl-U the line."""
    press(editor[0], "one two", "c-w")
    assert editor[0].text == "one "
    press(editor[0], "c-u")
    assert editor[0].text == ""


def test_what_comes_in_between_does_not_lose_the_typed_text(editor: Editor) -> None:
    """The prompt and the text are written again below it."""
    press(editor[0], "RC")
    editor[0].leave_line()
    editor[2].append("server says: 421 bye\n")
    editor[0].show()
    press(editor[0], "PT")
    assert "".join(editor[2]) == "> RC\nserver says: 421 bye\n> RCPT"


def test_no_escape_sequence_is_ever_written(editor: Editor) -> None:
    """Not even for odd characters."""
    press(editor[0], "a\u202eb", "up", "c-u", "m", "c-i", "c-w")
    assert "\x1b" not in "".join(editor[2])
    assert "\u202e" not in "".join(editor[2])


def test_raw_keys_are_octets_of_the_line(editor: Editor) -> None:
    """All but those that end or leave it; a local command is edited as ever."""
    line, owner, written = editor
    owner.is_raw = True
    for key, data in (
        ("Q", "Q"),
        ("c-h", "\x7f"),
        ("up", "\x1b[A"),
        ("c-i", "\t"),
        ("c-d", "\x04"),
    ):
        line.key(key, data)
    line.key("c-m", "\r")
    assert owner.told == [("entered", "Q\x7f\x1b[A\t\x04")]
    assert "\x7f" not in "".join(written)
    for key in (":", "a", "b", "c-h"):
        line.key(key, "\x7f" if key == "c-h" else key)
    line.key("c-m", "\r")
    line.key("c-d", "\x04")
    assert owner.told[1:] == [("entered", ":a"), ("ended", "")]
