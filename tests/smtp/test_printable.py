"""What may be shown of a stranger's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.printable import MOST_MARKS, printable, printable_span

CASES = [
    pytest.param("250 ok", "250 ok", id="plain"),
    pytest.param("", "", id="nothing"),
    pytest.param("héllo ünïcode", "héllo ünïcode", id="letters"),
    pytest.param("名前", "名前", id="wide-letters"),
    pytest.param("\x1b]0;owned\x07", "\\x1b]0;owned\\x07", id="osc-title"),
    pytest.param("\x1b]52;c;QQ==\x07", "\\x1b]52;c;QQ==\\x07", id="osc-clipboard"),
    pytest.param("a\rb\nc\td", "a\\x0db\\x0ac\\x09d", id="line-ends-and-tab"),
    pytest.param("\x80\x9b31m", "\\x80\\x9b31m", id="c1"),
    pytest.param("\u202eevil", "\\u202eevil", id="bidi-override"),
    pytest.param("\u2028\u2029", "\\u2028\\u2029", id="line-and-paragraph-separator"),
    pytest.param("a\u00a0b", "a\\xa0b", id="no-break-space"),
    pytest.param("\udcff\udc80", "\\xff\\x80", id="bytes-that-are-no-text"),
    pytest.param("\ud800", "\\ud800", id="lone-surrogate"),
    pytest.param("\U000e0041", "\\U000e0041", id="tag-character"),
    pytest.param("e" + "\u0301" * 4, "e" + "\u0301" * 4, id="four-marks"),
    pytest.param("e" + "\u0301" * 6, "e" + "\u0301" * 4 + "\\u0301" * 2, id="six-marks"),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_what_is_not_printable_is_shown_as_what_it_is(text: str, shown: str) -> None:
    """Controls, formats, odd spaces, bytes and piles of marks are escaped, nothing else."""
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_what_comes_out_never_moves_a_cursor(text: str) -> None:
    """Whatever goes in, only printable characters come out, and no pile of marks."""
    shown = printable(text)
    assert shown.isprintable()
    assert "\u0301" * (MOST_MARKS + 1) not in shown
    assert printable(shown) == shown


@given(st.text(st.sampled_from("a\x00\u202e\u0301\udcff名")), st.integers(0, 8), st.integers(0, 8))
def test_spans_follow_their_text(text: str, one: int, other: int) -> None:
    """The shown form of the text before, in and behind a span stands before, in and behind it."""
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    shown_start, shown_end = printable_span(text, start, end)
    whole = printable(text)
    assert 0 <= shown_start <= shown_end <= len(whole)
    if not text.count("\u0301"):  # how a mark is shown depends on what stands before it
        assert whole[:shown_start] == printable(text[:start])
        assert whole[shown_start:shown_end] == printable(text[start:end])


def test_a_span_behind_the_end_stays_behind_the_end() -> None:
    """A caret may stand one beyond the text, where something is missing."""
    assert printable_span("\x00b", 2, 2) == (5, 5)
    assert printable_span("\x00b", 2, 3) == (5, 6)
    assert printable_span("\x00b", 4, 5) == (7, 8)
    assert printable_span("ab", 2, 3) == (2, 3)
