"""When the shell asks and warns, and when it does not."""

from __future__ import annotations

import pytest

from smtpshell.shell.caution import SWEEP, Caution
from smtpshell.shell.option import Options
from smtpshell.shell.remark import remarks
from tests.shell.scenes import DATA, GREETING, HELLO, MAIL, RCPT, scene

LIVE = {"where": "live"}


def question(text: str, now: object, **options: str) -> str:
    return Caution().of_line(text, now, Options(**options), remarks)  # type: ignore[arg-type]


def test_the_dot_on_a_real_server_asks_once_a_letter() -> None:
    """And names who will get it."""
    caution, options = Caution(), Options()
    now = scene(*DATA, **LIVE)
    asked = caution.of_line(".", now, options, remarks)
    assert asked == "This sends a real letter to ben@office.test. Send it?"
    assert caution.of_line(".", now, options, remarks) == ""


@pytest.mark.parametrize("where", ["practice", "loopback"])
def test_elsewhere_the_dot_asks_nothing(where: str) -> None:
    """Practising is not to be held up."""
    assert question(".", scene(*DATA, where=where)) == ""


def test_asking_can_be_switched_off() -> None:
    """By people who know what they do."""
    assert question(".", scene(*DATA, **LIVE), confirm="off") == ""


@pytest.mark.parametrize(
    ("line", "asks"), [("BDAT 3 LAST", True), ("BDAT 3", False), ("NOOP", False)]
)
def test_the_last_chunk_is_a_dot_too(line: str, asks: bool) -> None:
    """It sends the letter in the same way."""
    assert bool(question(line, scene(*RCPT, **LIVE))) == asks


def test_guard_asks_before_an_odd_line() -> None:
    """With what is odd about it."""
    asked = question("MAIL FROM: <a@b.test>", scene(*HELLO), guard="on")
    assert asked == "No space belongs after the colon. Send it all the same?"
    assert question("NOOP", scene(*HELLO), guard="on") == ""
    assert question("MAIL FROM: <a@b.test>", scene(*HELLO)) == ""


@pytest.mark.parametrize(("line", "asks"), [("MAIL FROM:<a@b.test>", True), ("STARTTLS", False)])
def test_where_starttls_was_asked_for_nothing_goes_in_clear_unasked(line: str, asks: bool) -> None:
    """Only what gives nothing away, and what leads to TLS."""
    now = scene(*HELLO, wants_tls=True)
    assert bool(question(line, now)) == asks
    tls = (*HELLO, "C: STARTTLS", "S: 220 go", "T: ", *HELLO[1:])
    assert question(line, scene(*tls, wants_tls=True)) == ""


def test_sweeps_and_clear_logins_on_real_servers_are_warned_of_once() -> None:
    """With the reason; nothing is held back."""
    caution, options = Caution(), Options()
    now = scene(*HELLO, **LIVE)
    said = [caution.to_live_server("VRFY a", now, options) for _ in range(SWEEP + 1)]
    assert [bool(words) for words in said] == [False] * (SWEEP - 1) + [True, False]
    assert "password" in caution.to_live_server("AUTH PLAIN x", now, options)
    assert caution.to_live_server("AUTH PLAIN x", now, options) == ""
    assert Caution().to_live_server("AUTH PLAIN x", scene(*HELLO), options) == ""


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        (DATA, "lone dot"),
        ((*RCPT, "C: BDAT 9"), "BDAT LAST"),
        (MAIL, "envelope is open"),
        ((GREETING,), "QUIT was not said"),
        ((*HELLO, "C: QUIT", "S: 221 bye"), ""),
    ],
)
def test_reason_not_to_leave_yet(dialogue: tuple[str, ...], words: str) -> None:
    """What is lost by it, and what is not."""
    found = Caution().of_leaving(scene(*dialogue).session)
    assert words in found if words else found == ""


def test_leaving_without_quit_does_not_lose_an_accepted_letter() -> None:
    """The folklore is put right."""
    assert "not lost" in Caution().of_leaving(scene(*DATA, "C: .", "S: 250 ok").session)
