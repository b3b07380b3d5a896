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
    IN_DOUBT,
    LETTER,
    MAIL,
    MALFORMED,
    OTHER,
    QUIT,
    RCPT,
    SENT,
    STATUSES,
    TIMED_OUT,
    TLS,
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
    pytest.param("S: 220 mx | C: EHLO a.test | S: 550 no", HELLO, id="hello-refused"),
    pytest.param(f"{HELLO_OK} | S: 421 bye", SENT, id="of-an-unasked-421-the-end-tells"),
    pytest.param(
        f"{HELLO_OK} | C: AUTH LOGIN | S: 334 VXNlcm5hbWU6 | C: YW5h | S: 235 ok",
        SENT,
        id="334-is-no-refusal",
    ),
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
    """Not 0 where a letter that was begun cannot have been sent."""
    assert play(dialogue).status() == status


def test_a_lost_connection_counts_unless_there_is_a_better_reason() -> None:
    """How the session ended is one reason; a refusal before it says more."""
    assert play(HELLO_OK).status(ended=CUT_OFF) == CUT_OFF
    assert play(ENVELOPE).status(ended=TIMED_OUT) == TIMED_OUT
    assert play("S: 554 no").status(ended=CUT_OFF) == GREETING
    assert play(SENT_ONE).status(ended=CUT_OFF) == CUT_OFF


@pytest.mark.parametrize(
    "reply",
    [
        "fine",
        "25 ok",
        "2500 ok",
        "250ok",
        "650 ok",
        "+50 ok",
        "\uff12\uff15\uff10 ok",
        "550-no\r\n250 ok",
        "250 ok\n",
        "250 ok\r550 no",
    ],
)
@pytest.mark.parametrize("where", ["S: 220 mx", "S: 250 mx"])
def test_what_is_no_reply_is_a_failure_whatever_came_of_it(reply: str, where: str) -> None:
    """Even if the letter was accepted in the end: what a program made of it was a guess."""
    broken = SENT_ONE.replace(where, f"S: {reply}", 1)
    assert play(f"{broken} | C: NOOP | S: 250 ok").status() == MALFORMED


@pytest.mark.parametrize("reply", ["250", "250 \xfc", "290 ok", "250 2.0.0 ok", "250-ok\r\n250 "])
def test_an_odd_reply_is_a_reply(reply: str) -> None:
    """What the grammar or RFC 5321 4.2 tells clients to bear is no reason to fail."""
    assert play(SENT_ONE.replace("S: 250 ok", f"S: {reply}")).status() == SENT


def test_what_was_lost_says_more_than_how_it_was_said() -> None:
    """A refusal or a lost letter is the reason, though a reply was malformed besides."""
    begun = f"{ENVELOPE} | C: NOOP | S: fine"
    assert play(f"{begun} | C: DATA | S: 354 go | C: . | S: 554 spam").status() == LETTER
    assert play(f"{begun} | C: DATA | S: 354 go | C: .").status(ended=CUT_OFF) == IN_DOUBT
    assert play(f"{HELLO_OK} | C: MAIL FROM:<a@a.test> | S: fine").status() == MAIL
    assert play(f"{HELLO_OK} | C: VRFY a | S: 250ok").status(ended=CUT_OFF) == CUT_OFF
    assert play(f"{ENVELOPE} | C: NOOP | S: 250ok").status() == MALFORMED


def test_a_letter_without_its_reply_is_in_doubt() -> None:
    """From the dot on it may have been accepted; before it, it was not."""
    assert play(f"{ENVELOPE} | C: DATA | S: 354 go | C: .").status(ended=CUT_OFF) == IN_DOUBT
    assert play(f"{ENVELOPE} | C: DATA | S: 354 go | C: x").status(ended=CUT_OFF) == CUT_OFF
    assert play(f"{ENVELOPE} | C: DATA").status(ended=TIMED_OUT) == TIMED_OUT


def test_lmtp_delivers_to_whom_it_can() -> None:
    """One recipient that got the letter is enough, in whatever order the replies come."""
    begun = ENVELOPE.replace("EHLO", "LHLO") + " | C: RCPT TO:<c@b.test> | S: 250 ok"
    end = " | C: DATA | S: 354 go | C: . "
    assert play(f"{begun}{end}| S: 250 ok | S: 552 full", lmtp=True).status() == SENT
    assert play(f"{begun}{end}| S: 552 full | S: 250 ok", lmtp=True).status() == SENT
    assert play(f"{begun}{end}| S: 552 full | S: 552 full", lmtp=True).status() == (LETTER)


REFUSALS = [
    pytest.param("C: EHLO a | S: 501 no", HELLO, id="hello"),
    pytest.param("C: EHLO a | S: 501 no | C: HELO a | S: 250 ok", SENT, id="mended-by-helo"),
    pytest.param("C: AUTH PLAIN AGEAYg== | S: 535 no", AUTH, id="login"),
    pytest.param("C: AUTH LOGIN | S: 334 x | C: YQ== | S: 535 no", AUTH, id="answer"),
    pytest.param(
        "C: AUTH PLAIN AGEAYg== | S: 535 no | C: AUTH LOGIN | S: 334 x | C: YQ== | S: 235 ok",
        SENT,
        id="mended-by-another-mechanism",
    ),
    pytest.param("C: AUTH PLAIN AGEAYg== | S: 535 no | C: AUTH LOGIN | S: 334 x", AUTH, id="334"),
    pytest.param("C: STARTTLS | S: 454 no", TLS, id="starttls"),
    pytest.param("C: VRFY a | S: 550 no", OTHER, id="other"),
    pytest.param("C: VRFY a | S: 550 no | C: NOOP | S: 250 ok", OTHER, id="another-is-another"),
    pytest.param("C: VRFY a | S: 550 no | C: VRFY b | S: 252 ok", SENT, id="mended"),
    pytest.param("C: VRFY a | S: 550 no | C: AUTH X | S: 504 no", OTHER, id="first"),
    pytest.param("C: NOOP | S: 312 huh", OTHER, id="more-is-wanted-of-a-noop"),
    pytest.param("C: QUIT | S: 500 what", QUIT, id="quit"),
    pytest.param("S: 421 busy", SENT, id="unasked"),
]


@pytest.mark.parametrize(("dialogue", "status"), REFUSALS)
def test_a_refusal_counts_until_it_is_made_good(dialogue: str, status: int) -> None:
    """By the same command, or by a letter; the first one left is the cause."""
    assert play(f"{HELLO_OK} | {dialogue}").status() == status
    greeted = f"{HELLO_OK} | {dialogue}"
    assert play(greeted + SENT_ONE.removeprefix(HELLO_OK)).status() == SENT
    assert play(f"{SENT_ONE} | {dialogue}").status() == status


def test_a_recipient_that_was_refused_beside_others_is_no_failure() -> None:
    """The letter goes to those who were accepted; without any there is none."""
    refused = "C: RCPT TO:<c@b.test> | S: 550 no"
    assert play(f"{ENVELOPE} | {refused} | C: RSET | S: 250 ok").status() == SENT
    assert play(f"{HELLO_OK} | {refused}").status() == RCPT


def test_every_status_has_words() -> None:
    """The table in --help is complete, and its numbers are those of the module."""
    assert HELLO_UNDER_TLS in STATUSES
    assert all(STATUSES.values())
