"""The dialogues of lessons: patterns of replies, escapes, spans of time, gaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.datafile import Where
from smtpshell.lesson.script import (
    Line,
    escape,
    fits_gap,
    glob,
    half,
    matches,
    read_script,
    replies,
    seconds,
)

HERE = Where("x.md", 1)


@pytest.mark.parametrize(
    ("wanted", "code", "texts", "fits"),
    [
        pytest.param("S: 250 *", 250, ["ok"], True, id="any-words"),
        pytest.param("S: 250 *", 250, [""], True, id="no-words"),
        pytest.param("S: 250", 250, [""], True, id="bare"),
        pytest.param("S: 250", 250, ["ok"], False, id="bare-has-words"),
        pytest.param("S: 2xx *", 251, ["ok"], True, id="class"),
        pytest.param("S: 5 *", 550, ["no"], True, id="digit"),
        pytest.param("S: 550 *", 250, ["ok"], False, id="code"),
        pytest.param("S: 550 5.1.1 *", 550, ["5.1.1 no such user"], True, id="enhanced"),
        pytest.param("S: 550 5.1.1 *", 550, ["5.7.1 relay"], False, id="other-enhanced"),
        pytest.param("S: 250 SIZE *", 250, ["mail", "SIZE 100", "HELP"], True, id="one-of-many"),
        pytest.param("S: 250-SIZE *\nS: 250 HELP", 250, ["m", "SIZE 1", "HELP"], True, id="two"),
        pytest.param("S: 250-HELP\nS: 250 SIZE *", 250, ["m", "SIZE 1", "HELP"], False, id="order"),
        pytest.param("S: 250 *", None, [], False, id="no-code"),
    ],
)
def test_replies_are_compared(wanted: str, code: int | None, texts: list[str], fits: bool) -> None:
    """By code, and by patterns on lines in their order."""
    (group,) = replies(read_script(wanted, HERE).lines)
    assert matches(group, code, tuple(texts)) is fits


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abc", True),
        ("a*c", "ac", True),
        ("a*c", "a", False),
        ("*", "", True),
        ("a*b*c", "a-b-b-c", True),
        ("ab*ba", "aba", False),
        ("", "", True),
        ("", "x", False),
        ("x", "x", True),
    ],
)
def test_patterns(pattern: str, text: str, fits: bool) -> None:
    """A star is anything; all else is itself."""
    assert glob(pattern, text) is fits


@pytest.mark.parametrize(
    ("text", "value"), [("300", 300), ("10m", 600), ("4 h", 14400), ("5d", 432000), ("1.5s", 1.5)]
)
def test_spans_of_time(text: str, value: float) -> None:
    """Seconds, or with a unit."""
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "x", "10 years", "-5", "1e9"])
def test_no_spans_of_time(text: str) -> None:
    """The words say how one is written."""
    with pytest.raises(ValueError, match="write 300, 10m"):
        seconds(text)


@given(st.binary(max_size=40).filter(lambda data: b"\r" not in data and b"\n" not in data))
def test_any_line_can_be_written(data: bytes) -> None:
    """What a client says comes back from the script byte by byte."""
    text = data.decode("utf-8", "surrogateescape")
    assert Line("C", escape(text)).data == data


def test_gaps() -> None:
    """A line with gaps stands for one that fits."""
    assert fits_gap("RCPT TO:<____>", "RCPT TO:<ana@office.test>")
    assert not fits_gap("RCPT TO:<____>", "MAIL FROM:<ana@office.test>")


@pytest.mark.parametrize(
    ("line", "begun"),
    [
        ("RCPT TO:<ana@office.test>", "RCPT TO:<____>"),
        ("EHLO desk7.office.test", "EHLO ____"),
        ("Subject: cake", "Subject: ____"),
        ("From: Dora <dora@office.test>", "From: Dora <____>"),
        ("QUIT", "QUIT"),
        (".", "."),
        ("", ""),
    ],
)
def test_a_line_half_filled_in(line: str, begun: str) -> None:
    """What belongs to the language stands there; what the learner chooses does not."""
    assert half(line) == begun


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("C: NOOP", "C: NOOP"),
        ("S: 250 2.0.0 Ok: queued as *", "S: 250 2.0.0 Ok: queued as ..."),
        ("% tls", "   (the TLS handshake)"),
        ("% wait 10m", "   (10m later)"),
        ("% connect door", "   (a new connection)"),
    ],
)
def test_learners_see_no_patterns(line: str, shown: str) -> None:
    """What a script says to the tester is said in words to the reader."""
    (read,) = read_script(line, HERE).lines
    assert read.shown == shown
