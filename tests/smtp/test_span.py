"""Problems drawn under the text they speak of."""

from __future__ import annotations

import pytest

from smtpshell.smtp.span import Problem, underline

CASES = [
    pytest.param(
        "MAIL FROM: <a@b.test>",
        Problem("space-after-colon", 10, 11, "no space here", "RFC 5321 3.3"),
        "MAIL FROM: <a@b.test>\n          ^ no space here (RFC 5321 3.3)",
        id="a-place",
    ),
    pytest.param(
        "EHLO", Problem("no-argument", 4, 4, "a name"), "EHLO\n    ^ a name", id="something-missing"
    ),
    pytest.param(
        "<名前@x>", Problem("x", 3, 5, "here"), "<名前@x>\n     ^^ here", id="behind-wide-letters"
    ),
    pytest.param(
        "<e\u0301@x>", Problem("x", 3, 4, "here"), "<e\u0301@x>\n  ^ here", id="behind-a-mark"
    ),
    pytest.param("<名>", Problem("x", 1, 2, "here"), "<名>\n ^^ here", id="under-a-wide-letter"),
    pytest.param(
        "a\x00bc", Problem("x", 2, 4, "here"), "a\\x00bc\n     ^^ here", id="behind-an-escape"
    ),
]


@pytest.mark.parametrize(("text", "found", "drawn"), CASES)
def test_the_caret_stands_under_the_place(text: str, found: Problem, drawn: str) -> None:
    """Also where the text is shown wider than it is, and where the place has no width."""
    assert underline(text, found) == drawn
