"""xtext, and the text of lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp import xtext
from smtpshell.smtp.text import octets, place_of_octet, to_bytes, to_text

CASES = [
    pytest.param("a@example.org", "a@example.org", id="nothing-to-do"),
    pytest.param("a+b=c@example.org", "a+2Bb+3Dc@example.org", id="plus-and-equals"),
    pytest.param("a b", "a+20b", id="space"),
    pytest.param("é", "+C3+A9", id="utf-8"),
    pytest.param("\x00\x7f", "+00+7F", id="controls"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("text", "encoded"), CASES)
def test_xtext_there_and_back(text: str, encoded: str) -> None:
    """RFC 3461 4."""
    assert xtext.encode(text) == encoded
    assert xtext.decode(encoded) == text
    assert xtext.first_offence(encoded) is None


OFFENCES = [
    pytest.param("a+b", 1, "a+b", id="plus-alone"),
    pytest.param("a+2b", 1, "a+", id="lower-case"),
    pytest.param("a=b", 1, "a=b", id="equals"),
    pytest.param("a b", 1, "a b", id="space"),
    pytest.param("aé", 1, "aé", id="not-ascii"),
    pytest.param("a+", 1, "a+", id="cut-off"),
]


@pytest.mark.parametrize(("said", "place", "meant"), OFFENCES)
def test_what_is_no_xtext_is_pointed_at_and_read_all_the_same(
    said: str, place: int, meant: str
) -> None:
    """The first offence has a place; what can be decoded is."""
    assert xtext.first_offence(said) == place
    assert xtext.decode(said) == meant


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_xtext(text: str) -> None:
    """decode(encode(x)) is x, and what is encoded keeps the rule."""
    encoded = xtext.encode(text)
    assert xtext.decode(encoded) == text
    assert xtext.first_offence(encoded) is None


@given(st.binary())
def test_no_byte_of_a_line_is_lost(line: bytes) -> None:
    """Bytes to text and back."""
    assert to_bytes(to_text(line)) == line
    assert octets(to_text(line)) == len(line)


def test_a_typed_character_that_utf8_cannot_hold_becomes_a_question_mark() -> None:
    """A lone surrogate cannot come from bytes; it must not raise either."""
    assert to_bytes("a\ud800b") == b"a?b"


@pytest.mark.parametrize(
    ("text", "octet", "place"),
    [
        ("abc", 2, 2),
        ("abc", 9, 3),
        ("é", 0, 0),
        ("éx", 1, 0),
        ("éx", 2, 1),
        ("名é", 2, 0),
        ("名é", 9, 2),
        ("a\udce9b", 2, 2),
    ],
)
def test_the_character_that_holds_an_octet(text: str, octet: int, place: int) -> None:
    """Limits are octets, problems are placed at characters."""
    assert place_of_octet(text, octet) == place
