"""Two readers of one command line: what both take, they take alike."""

from __future__ import annotations

import pytest

from smtpshell import cli as front_door
from smtpshell.cli.command import cli
from smtpshell.cli.option import DEFAULTS, OPTIONS, Asked, read_plainly
from smtpshell.shell import outcome

PLAIN = [
    pytest.param([], DEFAULTS, id="practice"),
    pytest.param(["--plain", "--no-notes"], Asked(plain=True, notes=False), id="flags"),
    pytest.param(["--notes"], DEFAULTS, id="a-flag-that-is-the-default"),
    pytest.param(["--no-notes", "--notes"], DEFAULTS, id="the-later-counts"),
    pytest.param(["--theme", "light"], Asked(theme="light"), id="value"),
    pytest.param(["--theme=light"], Asked(theme="light"), id="value-behind-a-sign"),
    pytest.param(["--timeout", "2.5"], Asked(timeout=2.5), id="number"),
    pytest.param(["--lang", "de"], Asked(lang="de"), id="language"),
    pytest.param(["connect", "a.test"], Asked("a.test"), id="server"),
    pytest.param(["connect", "connect"], Asked("connect"), id="server-of-that-name"),
    pytest.param(
        ["connect", "--tls", "a.test:465", "--cafile", "ca.pem"],
        Asked("a.test:465", tls=True, cafile="ca.pem"),
        id="options-around-it",
    ),
    pytest.param(
        ["--no-transcript", "--timeout", "9", "connect", "--timeout=3", "a.test"],
        Asked("a.test", no_transcript=True, timeout=3.0),
        id="options-before-the-command",
    ),
    pytest.param(["--no-notes", "connect", "a.test", "--notes"], Asked("a.test"), id="taken-back"),
    pytest.param(
        [
            "--transcript",
            "s.smtp",
            "--accept-bad-certificate",
            "--insecure-auth",
            "--stop-on-error",
        ],
        Asked(
            transcript="s.smtp",
            accept_bad_certificate=True,
            insecure_auth=True,
            stop_on_error=True,
        ),
        id="the-rest",
    ),
]


def with_click(arguments: list[str]) -> object:
    """What click makes of *arguments*: the session asked for, or the exit status of an error."""
    work = cli.main(arguments, prog_name="smtpshell", standalone_mode=False)
    return work.asked


@pytest.mark.parametrize(("arguments", "asked"), PLAIN)
def test_both_readers_see_the_same(arguments: list[str], asked: Asked) -> None:
    """The quick one is a shorter way to the same place."""
    assert read_plainly(arguments) == asked
    assert with_click(arguments) == asked


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["connect", "--help"], id="help-of-a-command"),
        pytest.param(["explain", "EHLO"], id="another-command"),
        pytest.param(["connect"], id="no-server"),
        pytest.param(["connect", ""], id="empty-server"),
        pytest.param(["connect", "a.test", "b.test"], id="two-servers"),
        pytest.param(["--tls"], id="option-of-connect"),
        pytest.param(["--tls", "connect", "a.test"], id="option-of-connect-before-it"),
        pytest.param(["--bogus"], id="no-such-option"),
        pytest.param(["--plain=yes"], id="flag-with-a-value"),
        pytest.param(["--theme"], id="value-missing"),
        pytest.param(["--theme", "pink"], id="no-such-value"),
        pytest.param(["--theme", "--plain"], id="option-for-a-value"),
        pytest.param(["--lang", "German"], id="no-language"),
        pytest.param(["--timeout", "soon"], id="no-number"),
        pytest.param(["--timeout", "-1"], id="negative"),
        pytest.param(["--timeout", "inf"], id="endless"),
        pytest.param(["--timeout", "nan"], id="nan"),
        pytest.param(["--timeout", "\u0663"], id="digits-of-another-script"),
        pytest.param(["--", "connect", "a.test"], id="end-of-options"),
        pytest.param(["a.test"], id="connect-forgotten"),
    ],
)
def test_what_is_not_plain_is_left_to_click(arguments: list[str]) -> None:
    """It has the messages."""
    assert read_plainly(arguments) is None


def test_every_option_has_its_field() -> None:
    """The table and what is asked for name the same things."""
    assert {option.key for option in OPTIONS} == set(Asked._fields) - {"server"}


def test_the_door_knows_the_statuses_by_itself() -> None:
    """It must not import what names them."""
    assert front_door.USAGE == outcome.USAGE
    assert front_door.UNUSABLE == outcome.NOT_CONNECTED
    assert front_door.INTERRUPTED == outcome.INTERRUPTED
    assert front_door.NOBODY_READS == outcome.NOBODY_READS
