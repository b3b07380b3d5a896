"""The table of reply codes and their digits."""

from __future__ import annotations

import pytest

from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.enhanced_code import ENHANCED_SUBJECTS, registered
from smtpshell.smtp.table.reply_code import (
    FIRST_DIGITS,
    REPLY_CODES,
    SECOND_DIGITS,
    first_digit,
    second_digit,
)

STATUSES = ("standard", "extension", "registry-only", "historic", "wild", "not-a-reply")


@pytest.mark.parametrize("code", REPLY_CODES)
def test_reply_code_fits_the_other_tables(code: int) -> None:
    """Commands that it answers exist; its enhanced codes begin with its first digit."""
    spec = REPLY_CODES[code]
    assert spec.key == f"{code:03}"
    assert spec.status in STATUSES
    assert set(spec.commands) <= {*COMMANDS, "connect", "any"}
    for enhanced in spec.enhanced:
        klass, subject, _ = enhanced.split(".")
        assert int(klass) == code // 100
        assert int(subject) in ENHANCED_SUBJECTS
        assert registered(enhanced) or spec.status == "wild"


def test_standard_codes_are_those_of_the_standard() -> None:
    """RFC 5321 4.2.3, with 521 and 556 of its update RFC 7504."""
    standard = {code for code, spec in REPLY_CODES.items() if spec.status == "standard"}
    assert standard == {
        *(211, 214, 220, 221, 250, 251, 252, 354),
        *(421, 450, 451, 452, 455),
        *(500, 501, 502, 503, 504, 521, 550, 551, 552, 553, 554, 555, 556),
    }


def test_codes_answer_the_commands_that_list_them() -> None:
    """Where a standard command lists a success, the code's row lists the command, if it lists any.

    Failures are not held to this: a row names the commands for which its code is typical.
    """
    for spec in COMMANDS.values():
        if spec.status == "standard":
            for code in spec.success:
                assert spec.verb in REPLY_CODES[code].commands, (spec.verb, code)


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        pytest.param(250, "Positive completion", "Mail system", id="known"),
        pytest.param(599, "Permanent negative completion", None, id="odd-second-digit"),
        pytest.param(432, "Transient negative completion", "Unspecified", id="login"),
        pytest.param(650, None, "Mail system", id="no-such-class"),
        pytest.param(50, "Verbose", "Mail system", id="sendmail"),
    ],
)
def test_digits_speak_for_any_code(code: int, first: str | None, second: str | None) -> None:
    """Both digits say something about codes that have no row; a digit without meaning is None."""
    found, other = first_digit(code), second_digit(code)
    assert (found.name if found else None) == first
    assert (other.name if other else None) == second


def test_only_four_first_digits_are_legal() -> None:
    """RFC 5321 4.2.1: 2 to 5; 0 and 1 are known and not SMTP's."""
    assert [digit for digit, spec in FIRST_DIGITS.items() if spec.legal] == [2, 3, 4, 5]
    assert [spec.key for spec in SECOND_DIGITS.values()] == list("012345")
