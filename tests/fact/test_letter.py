from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.fact.letter import Letter, LetterBox

CASES = [
    pytest.param(
        ["To: ana@office.test", "Subject: cake", "", "Hello", "", "bye"],
        frozenset({"to", "subject"}), True, "Hello\n\nbye", id="good",
    ),
    pytest.param(["To: a", "Hello"], frozenset({"to"}), False, "Hello", id="no-empty-line"),
    pytest.param(["Hello there"], frozenset(), False, "Hello there", id="no-header"),
    pytest.param(["", "Hello"], frozenset(), True, "Hello", id="only-body"),
    pytest.param(["To: a@b.test"], frozenset({"to"}), False, "", id="only-header"),
    pytest.param([], frozenset(), False, "", id="nothing"),
    pytest.param(["To : a@b.test", ""], frozenset({"to"}), True, "", id="space-before-colon"),
    pytest.param([" folded", ""], frozenset(), False, " folded\n", id="fold-without-field"),
    pytest.param(["To: a", " ", "x"], frozenset({"to"}), False, " \nx", id="blank-is-not-empty"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "names", "blank_line", "body"), CASES)
def test_a_letter_is_cut_at_the_first_empty_line(
    lines: list[str], names: frozenset[str], blank_line: bool, body: str
) -> None:
    """Header fields above, body below, and whether the line between them is there."""
    letter = Letter(lines)
    assert (letter.names, letter.blank_line, letter.body) == (names, blank_line, body)


def test_folded_and_repeated_fields_are_read() -> None:
    """RFC 5322 2.2.3: a line that begins with space goes on with the one before."""
    letter = Letter(["Received: from a", "\tby b", "RECEIVED: from c", ""])
    assert letter.values("received") == ("from a\tby b", "from c")
    assert letter.header == ["Received: from a\tby b", "RECEIVED: from c"]
    assert letter.values("to") == ()


@given(st.lists(st.text()))
def test_any_lines_are_a_letter(lines: list[str]) -> None:
    """What learners send is often no message at all, and that is what the notes are about."""
    letter = Letter(lines)
    assert isinstance(letter.body, str)


def test_a_box_gathers_lines_and_octets() -> None:
    """The line end of the last line belongs to the dot, not to the body (RFC 5321 4.1.1.4)."""
    box = LetterBox()
    box.add("To: a\r\n\r\nHel")
    box.add("lo\r\n")
    letter = box.take()
    assert letter is not None
    assert (letter.names, letter.body) == (frozenset({"to"}), "Hello")
    assert box.take() is None


def test_lines_lose_the_dot_that_was_added() -> None:
    """RFC 5321 4.5.2; as they were said they can still be looked at before."""
    box = LetterBox()
    for line in ("", "..x", ".y"):
        box.add_line(line)
    assert box.lines() == ["", "..x", ".y"]
    letter = box.take()
    assert letter is not None
    assert letter.body == ".x\ny"


def test_an_empty_letter_is_one() -> None:
    """A dot straight after 354."""
    box = LetterBox()
    box.add("")
    letter = box.take()
    assert letter is not None
    assert (letter.body, letter.blank_line) == ("", False)


@pytest.mark.parametrize(("lines", "octets"), [([""], 2), (["", ""], 4)])
def test_a_letter_of_empty_lines_has_one(lines: list[str], octets: int) -> None:
    """An empty line straight after 354 ends the header section, which is empty."""
    box = LetterBox()
    for line in lines:
        box.add_line(line)
    assert box.lines() == lines
    letter = box.take()
    assert letter is not None
    assert (letter.blank_line, letter.octets) == (True, octets)


def test_a_box_is_bounded() -> None:
    """Facts are about the beginning of a letter; a long one is not kept."""
    box = LetterBox()
    for _ in range(3):
        box.add("x" * LetterBox.ROOM)
    letter = box.take()
    assert letter is not None
    assert len(letter.body) == LetterBox.ROOM
    box.add("y")
    box.clear()
    assert box.lines() == []
    assert box.take() is None


@pytest.mark.parametrize(
    ("lines", "count"),
    [(["a: b", "", "one", "two"], 2), (["a: b", ""], 0), (["a: b", "", "one", ""], 2)],
    ids=["two", "none", "empty-last"],
)
def test_lines_of_the_body(lines: list[str], count: int) -> None:
    """As they would be counted by eye, the empty ones too."""
    assert Letter(lines).body_lines == count


def test_a_copied_box_fills_by_itself() -> None:
    """What is said in one is not in the other; an empty one can be copied as well."""
    box = LetterBox()
    assert box.copy().take() is None
    box.add_line("Subject: one")
    twin = box.copy()
    twin.add_line("To: ana@office.test")
    letter, other = box.take(), twin.take()
    assert letter is not None
    assert other is not None
    assert letter.names == {"subject"}
    assert other.names == {"subject", "to"}
