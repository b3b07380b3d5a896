"""The suggested rest of the line."""

from __future__ import annotations

import pytest

from smtpshell.shell.next_line import complete_line, next_lines
from tests.shell.scenes import AUTH, DATA, GREETING, HELLO, MAIL, RCPT, scene

SENT = (*DATA, "C: .", "S: 250 queued")

REST = [
    pytest.param((GREETING,), "E", "HLO desk7.office.test", id="own-name"),
    pytest.param((GREETING,), "ehlo d", "esk7.office.test", id="as-typed-so-far"),
    pytest.param(HELLO, "M", "AIL FROM:<ana@office.test>", id="own-sender"),
    pytest.param(HELLO, "mail f", "rom:<ana@office.test>", id="in-small-letters"),
    pytest.param((GREETING,), "e", "hlo desk7.office.test", id="a-greeting-in-small-letters"),
    pytest.param(HELLO, "Mail f", "ROM:<ana@office.test>", id="in-both-cases-anyhow"),
    pytest.param(HELLO, "S", "TARTTLS", id="starttls"),
    pytest.param(MAIL, "R", "CPT TO:<ana@office.test>", id="a-recipient"),
    pytest.param(RCPT, "RCPT TO:<b", "", id="not-twice"),
    pytest.param(RCPT, "D", "ATA", id="data"),
    pytest.param(SENT, "Q", "UIT", id="quit"),
    pytest.param(DATA, "F", "rom: <ana@office.test>", id="from-of-the-envelope"),
    pytest.param(DATA, "T", "o: <ben@office.test>", id="to-of-the-envelope"),
    pytest.param((*DATA, "C: "), "F", "", id="no-header-behind-the-empty-line"),
    pytest.param(AUTH, "d", "", id="nothing-in-a-login"),
    pytest.param(HELLO, "", "", id="the-learner-begins-the-line"),
]


@pytest.mark.parametrize(("dialogue", "typed", "rest"), REST)
def test_rest_of_the_line(dialogue: tuple[str, ...], typed: str, rest: str) -> None:
    """What comes next in this session, with its own values."""
    assert complete_line(typed, scene(*dialogue)) == rest


def test_what_the_session_does_not_know_comes_from_the_history() -> None:
    """The newest line that begins like this, and never inside a letter."""
    history = ["VRFY new@office.test", "VRFY old@office.test"]
    assert complete_line("VR", scene(*HELLO), history) == "FY new@office.test"
    assert complete_line("VR", scene(*DATA), history) == ""


def test_after_a_letter_the_likeliest_line_is_quit() -> None:
    """Then another letter."""
    assert list(next_lines(scene(*SENT)))[:2] == ["QUIT", "MAIL FROM:<ana@office.test>"]
