"""Characters that do not belong in a command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.character import MOST_REPORTED, odd_characters

CASES = [
    pytest.param("RCPT TO:<a@b>", [], id="plain"),
    pytest.param("", [], id="nothing"),
    pytest.param("“a”", [("smart-quotes", 0, 1), ("smart-quotes", 2, 3)], id="smart-quotes"),
    pytest.param(
        "\u2039a\u203a\u00ab", [("smart-quotes", 0, 1), ("smart-quotes", 2, 4)], id="angle-quotes"
    ),
    pytest.param("a\u00a0b", [("nbsp", 1, 2)], id="nbsp"),
    pytest.param("a\u2009\u3000b", [("nbsp", 1, 3)], id="other-spaces"),
    pytest.param("a\u2028b", [("nbsp", 1, 2)], id="line-separator"),
    pytest.param("a\u2013b", [("look-alike", 1, 2)], id="dash"),
    pytest.param("a\uff20b", [("look-alike", 1, 2)], id="full-width"),
    pytest.param("a\u200bb", [("invisible-char", 1, 2)], id="zero-width-space"),
    pytest.param("\ufeffQUIT", [("invisible-char", 0, 1)], id="byte-order-mark"),
    pytest.param("a\u202eb", [("invisible-char", 1, 2)], id="bidi"),
    pytest.param("józéf", [("non-ascii", 1, 2), ("non-ascii", 3, 4)], id="letters"),
    pytest.param("żółw", [("non-ascii", 0, 3)], id="letters-in-a-row"),
    pytest.param("a\udce9b", [("bad-utf8", 1, 2)], id="latin-1"),
    pytest.param("a\tb", [("tab", 1, 2)], id="tab"),
    pytest.param("a\nb", [("bare-lf", 1, 2)], id="lf"),
    pytest.param("a\rb", [("bare-cr", 1, 2)], id="cr"),
    pytest.param("a\r\nb", [("bare-cr", 1, 2), ("bare-lf", 2, 3)], id="crlf-inside"),
    pytest.param("QUIY\bT", [("control-char", 4, 5)], id="backspace"),
    pytest.param("QUIY\x7fT", [("control-char", 4, 5)], id="delete"),
    pytest.param("a\x00\x00b", [("control-char", 1, 3)], id="nul"),
    pytest.param("a\x85b", [("control-char", 1, 2)], id="c1"),
    pytest.param("\x1b[A", [("control-char", 0, 3)], id="arrow-key"),
    pytest.param("\x1b", [("control-char", 0, 1)], id="escape-key"),
    pytest.param("\udcff\udcfb\x01\udcff\udcfd\x03", [("telnet-option", 0, 6)], id="telnet"),
    pytest.param("\udcff\udcf4", [("telnet-option", 0, 2)], id="telnet-interrupt"),
    pytest.param("\udcff\udcfb", [("telnet-option", 0, 2)], id="telnet-cut-off"),
    pytest.param("\udcff.", [("bad-utf8", 0, 1)], id="ff-and-no-telnet"),
    pytest.param("\x16\x03\x01\x02\x00", [("tls-bytes", 0, 5)], id="client-hello"),
]


@pytest.mark.parametrize(("text", "found"), CASES)
def test_each_is_told_what_it_is(text: str, found: list[tuple[str, int, int]]) -> None:
    """Name and place of every odd character; those of a kind that stand together are one."""
    assert [(p.issue, p.start, p.end) for p in odd_characters(text)] == found


LETTER = [
    pytest.param("żółw “x”\ta\u00a0b", [], id="all-in-order"),
    pytest.param("a\udce9", [], id="latin-1"),
    pytest.param("a\nb", ["bare-lf"], id="lf"),
    pytest.param("a\rb", ["bare-cr"], id="cr"),
    pytest.param("a\bb", ["control-char"], id="backspace"),
    pytest.param("\udcff\udcfb\x01", ["telnet-option"], id="telnet"),
]


@pytest.mark.parametrize(("text", "issues"), LETTER)
def test_a_letter_may_hold_what_a_command_may_not(text: str, issues: list[str]) -> None:
    """Letters and tabs of all kinds; but no bare line ends, controls and telnet bytes."""
    assert [found.issue for found in odd_characters(text, letter=True)] == issues


def test_keys_that_do_not_show_are_explained() -> None:
    """Backspace, NUL and arrow keys have words of their own."""
    messages = {odd_characters(text)[0].message for text in ("\b", "\0", "\x1b[A", "\x01")}
    assert len(messages) == 4


def test_a_binary_file_sent_by_mistake_does_not_flood() -> None:
    """Only the first places are reported."""
    assert len(odd_characters("\u00e9\b" * 1000)) == MOST_REPORTED


@given(st.binary())
def test_every_odd_character_is_in_a_problem(line: bytes) -> None:
    """Nothing odd goes unreported, nothing printable is reported (TLS and telnet bytes apart)."""
    text = line.decode("utf-8", "surrogateescape")
    found = odd_characters(text)
    if len(found) == MOST_REPORTED or any(p.issue in ("tls-bytes", "telnet-option") for p in found):
        return
    odd = {place for p in found for place in range(p.start, p.end)}
    keys = {place for p in found if text[p.start] == "\x1b" for place in range(p.start, p.end)}
    assert odd - keys == {i for i, char in enumerate(text) if not " " <= char <= "~"} - keys
