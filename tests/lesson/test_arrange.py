"""Lines in disorder: every order that the server takes is right, if the same comes of it."""

from __future__ import annotations

import pytest

from smtpshell.lesson.arrange import arrangement
from tests.lesson.judged import lesson_with

LINES = [
    "EHLO desk7.office.test",
    "MAIL FROM:<dora@office.test>",
    "RCPT TO:<ana@office.test>",
    "RCPT TO:<ben@office.test>",
    "DATA",
    "From: dora@office.test",
    "Subject: cake",
    "",
    "Cake.",
    ".",
    "QUIT",
]
BLOCK = "".join(f"C: {line}\n" for line in LINES)
LESSON = lesson_with(f"```smtp parsons p\n{BLOCK}#! SEND ana\n```\n")
(SCRIPT,) = LESSON.steps[0].parsons


def swapped(one: int, other: int) -> list[str]:
    lines = LINES.copy()
    lines[one], lines[other] = lines[other], lines[one]
    return lines


@pytest.mark.parametrize(
    ("order", "words"),
    [
        pytest.param(LINES, "", id="as-written"),
        pytest.param(swapped(2, 3), "", id="recipients"),
        pytest.param(swapped(5, 6), "", id="header-lines"),
        pytest.param(swapped(0, 1), "refuses", id="mail-first"),
        pytest.param(swapped(7, 8), "another letter", id="no-empty-line"),
        pytest.param(swapped(9, 10), "another letter", id="quit-in-the-letter"),
        pytest.param([*LINES, "SEND ana"], "does not belong", id="distractor"),
        pytest.param(LINES[:-1], '"QUIT" is missing', id="missing"),
    ],
)
def test_orders_are_run(order: list[str], words: str) -> None:
    """What is wrong is said by what the server said."""
    found = arrangement(LESSON, SCRIPT)
    assert found.right(order) is (not words)
    assert words in found.words


@pytest.mark.parametrize("seed", range(10))
def test_the_disorder_is_one(seed: int) -> None:
    """The same for the same seed, all lines in it, and never the right order."""
    found = arrangement(LESSON, SCRIPT)
    lines = found.shuffled(seed)
    assert sorted(lines) == sorted([*LINES, "SEND ana"])
    assert lines != LINES
    assert lines == arrangement(LESSON, SCRIPT).shuffled(seed)
