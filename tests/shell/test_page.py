"""A lesson's pages as lines."""

from __future__ import annotations

import pytest

from smtpshell.lesson.clause import Clause
from smtpshell.lesson.lesson import Predict
from smtpshell.shell.course.page import Page
from smtpshell.shell.lane import MARKS


@pytest.mark.parametrize(
    ("on", "line", "wanted"),
    [
        pytest.param("connect", "", "The connection is not open yet.", id="connect"),
        pytest.param("command", "NOOP", "Not sent yet: NOOP", id="line"),
        pytest.param("command", "", "Not sent yet: (an empty line)", id="empty-line-of-a-letter"),
        pytest.param("command", "a\x1b[2Jb", "Not sent yet: a\\x1b[2Jb", id="hostile"),
    ],
)
def test_a_prediction_says_what_is_held(on: str, line: str, wanted: str) -> None:
    """An empty line is a line, too."""
    predict = Predict("x", "What comes?", Clause({"on": on}), judge="reply-class")
    lines = Page(80, MARKS).predict(predict, line)
    assert wanted in "".join(text for _, text in lines[0])
