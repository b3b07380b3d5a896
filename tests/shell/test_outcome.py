"""Exit statuses of scripted runs, from the dialogue alone."""

from __future__ import annotations

import pytest

from smtpshell.fact.watch import Watch
from smtpshell.shell.outcome import (
    AUTH,
    CUT_OFF,
    DATA,
    GREETING,
    HELLO,
    HELLO_UNDER_TLS,
    LETTER,
    MAIL,
    RCPT,
    SENT,
    STATUSES,
    UNFINISHED,
    Outcome,
)
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session

HELLO_OK = "S: 220 mx | C: EHLO a.test | S: 250 mx"
ENVELOPE = f"{HELLO_OK} | C: MAIL FROM:<a@a.test> | S: 250 ok | C: RCPT TO:<b@b.test> | S: 250 ok"
SENT_ONE = f"{ENVELOPE} | C: DATA | S: 354 go | C: text | C: . | S: 250 ok"

CASES = [
    pytest.param(SENT_ONE, SENT, id="one-letter"),
    pytest.param(HELLO_OK, SENT, id="no-letter-was-meant"),
    pytest.param("S: 554 no", GREETING, id="turned-away"),
    pytest.param(f"{HELLO_OK} | C: MAIL FROM:<a@a.test> | S: 550 no", MAIL, id="mail-refused"),
    pytest.param(
        "S: 220 mx | C: MAIL FROM:<a@a.test> | S: 503 hello first | C: EHLO a.test | S: 250 mx"
        + SENT_ONE.removeprefix(HELLO_OK),
        SENT,
        id="a-mistake-that-was-mended",
    ),
    pytest.param(
        f"{HELLO_OK} | C: MAIL FROM:<a@a.test> | S: 250 ok | C: RCPT TO:<b@b.test> | S: 550 no",
        RCPT,
        id="no-recipient",
    ),
    pytest.param(
        f"{HELLO_OK} | C: MAIL FROM:<a@a.test> | S: 250 ok | C: RCPT TO:<b@b.test> | S: 550 no"
        " | C: DATA | S: 554 none",
        RCPT,
        id="data-without-recipients-names-the-earlier-cause",
    ),
    pytest.param(
        f"{ENVELOPE} | C: RCPT TO:<c@b.test> | S: 550 no | C: DATA | S: 354 go | C: . | S: 250 ok",
        SENT,
        id="one-recipient-is-enough",
    ),
    pytest.param(f"{ENVELOPE} | C: DATA | S: 451 no", DATA, id="data-refused"),
    pytest.param(
        f"{ENVELOPE} | C: DATA | S: 354 go | C: . | S: 554 spam", LETTER, id="letter-refused"
    ),
    pytest.param(ENVELOPE, UNFINISHED, id="input-ended-too-early"),
    pytest.param(f"{ENVELOPE} | C: RSET | S: 250 ok", SENT, id="withdrawn"),
    pytest.param(
        f"{ENVELOPE} | C: DATA | S: 354 go | C: . | S: 554 spam | C: MAIL FROM:<a@a.test>"
        " | S: 250 ok | C: RCPT TO:<b@b.test> | S: 250 ok | C: DATA | S: 354 go | C: . | S: 250 ok",
        LETTER,
        id="the-first-of-two-letters-was-lost",
    ),
]


def play(dialogue: str, *, lmtp: bool = False) -> Outcome:
    """Tell an Outcome a dialogue written in one line."""
    watch, outcome = Watch(Session(lmtp=lmtp)), Outcome()
    for line in dialogue.split(" | "):
        side, text = line[:2], line[3:]
        if side == "C:":
            outcome.hear(watch.command(parse_client_line(text, watch.session.mode)))
        else:
            outcome.hear(watch.reply(parse_reply(text.encode() + b"\r\n")))
    return outcome


@pytest.mark.parametrize(("dialogue", "status"), CASES)
def test_the_status_speaks_of_the_letters(dialogue: str, status: int) -> None:
    """Not 0 exactly where a letter that was begun cannot have been sent."""
    assert play(dialogue).status(cut_off=False) == status


def test_a_lost_connection_counts_unless_there_is_a_better_reason() -> None:
    """6 says that the end came early; a refusal before it says more."""
    assert play(HELLO_OK).status(cut_off=True) == CUT_OFF
    assert play("S: 554 no").status(cut_off=True) == GREETING


def test_lmtp_delivers_to_whom_it_can() -> None:
    """One recipient that got the letter is enough, in whatever order the replies come."""
    begun = ENVELOPE.replace("EHLO", "LHLO") + " | C: RCPT TO:<c@b.test> | S: 250 ok"
    end = " | C: DATA | S: 354 go | C: . "
    assert play(f"{begun}{end}| S: 250 ok | S: 552 full", lmtp=True).status(cut_off=False) == SENT
    assert play(f"{begun}{end}| S: 552 full | S: 250 ok", lmtp=True).status(cut_off=False) == SENT
    assert play(f"{begun}{end}| S: 552 full | S: 552 full", lmtp=True).status(cut_off=False) == (
        LETTER
    )


@pytest.mark.parametrize(
    ("dialogue", "status"),
    [
        ("S: 220 mx | C: EHLO a | S: 501 no", HELLO),
        (f"{HELLO_OK} | C: AUTH PLAIN AGEAYg== | S: 535 no", AUTH),
    ],
)
def test_the_last_refusal_is_remembered_by_stage(dialogue: str, status: int) -> None:
    """What --stop-on-error leaves with."""
    assert play(dialogue).refused == status


def test_every_status_has_words() -> None:
    """The table in --help is complete, and its numbers are those of the module."""
    assert HELLO_UNDER_TLS in STATUSES
    assert all(STATUSES.values())
