"""The letter while it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.shell.letter import LetterSoFar, draft, editor_command, letter_lines, stuffed


def test_headers_end_at_the_empty_line() -> None:
    """Octets count with their CRLF."""
    letter = LetterSoFar()
    letter.add("Subject: h\u00e9")
    assert (letter.in_header, letter.lines, letter.octets) == (True, 1, 14)
    letter.add("")
    assert not letter.in_header
    letter.add("text")
    assert letter.lines == 3


@pytest.mark.parametrize(
    ("line", "sent"), [(".", ".."), (".x", "..x"), ("..", "..."), ("x.", "x."), ("", "")]
)
def test_dots_are_doubled_at_the_start_only(line: str, sent: str) -> None:
    """RFC 5321 4.5.2."""
    assert stuffed(line) == sent


@pytest.mark.parametrize(
    ("text", "lines"),
    [("a\nb\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("a\n\n", ["a", ""]), ("", [])],
)
def test_lines_of_an_edited_letter(text: str, lines: list[str]) -> None:
    """The line end that editors put at the end is not an empty line of the letter."""
    assert letter_lines(text) == lines


def test_draft_fits_the_envelope() -> None:
    """Three header lines and the empty one."""
    text = draft("ana@office.test", ["ben@office.test", "dora@office.test"])
    assert letter_lines(text) == [
        "From: <ana@office.test>",
        "To: <ben@office.test>, <dora@office.test>",
        "Subject: ",
        "",
    ]


def test_the_learners_own_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """VISUAL before EDITOR, with its options."""
    monkeypatch.setenv("EDITOR", "nano")
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor_command(Path("x")) == ["code", "--wait", "x"]
    monkeypatch.delenv("VISUAL")
    assert editor_command(Path("x")) == ["nano", "x"]
    monkeypatch.setenv("VISUAL", "  ")
    assert editor_command(Path("x")) == ["nano", "x"]
    monkeypatch.setenv("EDITOR", "")
    assert editor_command(Path("x"))[1:] == ["x"]
    monkeypatch.setenv("EDITOR", "o'hara")
    with pytest.raises(UsageError, match="EDITOR ends within quotes: o'hara"):
        editor_command(Path("x"))
