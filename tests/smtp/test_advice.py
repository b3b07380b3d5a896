"""What the session knows to be odd about a line that has not been sent yet."""

from __future__ import annotations

import pytest

from smtpshell.smtp.advice import advise
from smtpshell.smtp.command import CHUNK, Command, parse_client_line
from smtpshell.smtp.issue_table import ISSUES
from smtpshell.smtp.session import Session
from smtpshell.smtp.span import Problem
from tests.smtp.dialogue import GREETED, IN_LETTER, IN_MAIL, IN_RCPT, play

HELO = "S: 220 mx\nC: HELO a.test\nS: 250 mx\n"
MANY = """
    S: 220 mx
    C: EHLO client.example.org
    S: 250-mx
    S: 250-SIZE 0
    S: 250-DSN
    S: 250-SMTPUTF8
    S: 250-LIMITS RCPTMAX=1 MAILMAX=1
    S: 250-AUTH
    S: 250 BINARYMIME
"""
ODD = GREETED.replace("PLAIN LOGIN", "\x1b[2J " + "X" * 30)


def ask(text: str, line: str, *, session: Session | None = None) -> tuple[Problem, ...]:
    """What is said about *line* after the dialogue *text*."""
    session, _ = play(text, session)
    return advise(session, parse_client_line(line, session.mode))


CASES = [
    pytest.param("", "EHLO a.test", [("early-talk", "EHLO")], id="early-talk"),
    pytest.param("", "PROXY TCP4", [], id="proxy-header"),
    pytest.param(GREETED, "NOOP", [], id="nothing"),
    pytest.param(GREETED, "DATA", [("out-of-order", "DATA")], id="out-of-order"),
    pytest.param(GREETED, "  DATA", [("out-of-order", "DATA")], id="behind-spaces"),
    # What was offered
    pytest.param(HELO, "STARTTLS", [("command-not-offered", "STARTTLS")], id="helo-starttls"),
    pytest.param(MANY, "STARTTLS", [("command-not-offered", "STARTTLS")], id="no-starttls"),
    pytest.param(MANY, "EXPN x", [("command-not-offered", "EXPN")], id="no-expn"),
    pytest.param(MANY, "VRFY x", [], id="vrfy-need-not-be-offered"),
    pytest.param(MANY, "HELP", [], id="help-need-not-be-offered"),
    pytest.param(MANY, "WAHT", [], id="stranger"),
    pytest.param(
        IN_RCPT.replace("CHUNKING", "DSN"),
        "BDAT 5 LAST",
        [("command-not-offered", "BDAT")],
        id="no-bdat",
    ),
    pytest.param(
        GREETED + "C: EHLO b.test",
        "ETRN a.test",
        [("pipelined-where-forbidden", "ETRN")],
        id="offer-not-known-yet",
    ),
    # Greeting
    pytest.param(GREETED, "LHLO a.test", [("wrong-protocol", "LHLO")], id="lhlo-in-smtp"),
    pytest.param(IN_RCPT, "EHLO a.test", [("ehlo-in-transaction", "EHLO")], id="ehlo-resets"),
    pytest.param(
        GREETED + "C: AUTH PLAIN AHgAeQ==\nS: 235 in",
        "EHLO a.test",
        [("ehlo-after-auth", "EHLO")],
        id="ehlo-after-auth",
    ),
    # Logging in
    pytest.param(GREETED, "AUTH PLAIN", [("auth-in-clear", "PLAIN")], id="auth-in-clear"),
    pytest.param(GREETED, "AUTH", [], id="auth-alone"),
    pytest.param(
        GREETED, "AUTH CRAM-MD5", [("mechanism-not-offered", "CRAM-MD5")], id="not-this-mechanism"
    ),
    pytest.param(MANY, "AUTH CRAM-MD5", [], id="offer-without-mechanisms"),
    pytest.param(ODD, "AUTH CRAM-MD5", [("mechanism-not-offered", "CRAM-MD5")], id="odd-offer"),
    pytest.param(
        GREETED + "C: AUTH PLAIN AHgAeQ==\nS: 235 in",
        "AUTH CRAM-MD5",
        [("auth-twice", "AUTH"), ("mechanism-not-offered", "CRAM-MD5")],
        id="auth-twice",
    ),
    pytest.param(
        IN_RCPT,
        "AUTH PLAIN",
        [("auth-in-transaction", "AUTH"), ("auth-in-clear", "PLAIN")],
        id="auth-in-transaction",
    ),
    pytest.param(
        GREETED + "C: AUTH LOGIN\nS: 334 eA==",
        "ZG9yYQ==",
        [("auth-in-clear", "ZG9yYQ==")],
        id="answer-in-clear",
    ),
    pytest.param(GREETED + "C: AUTH LOGIN\nS: 334 eA==", "*", [], id="cancel"),
    pytest.param(GREETED + "C: AUTH LOGIN\nS: 334 eA==", "", [], id="empty-answer"),
    pytest.param(GREETED + "C: AUTH CRAM-MD5\nS: 334 eA==", "eA==", [], id="answer-no-secret"),
    # Waiting
    pytest.param(
        GREETED + "C: NOOP",
        "NOOP",
        [("pipelined-where-forbidden", "NOOP")],
        id="last-of-its-group",
    ),
    pytest.param(
        HELO + "C: RSET", "NOOP", [("pipelined-where-forbidden", "NOOP")], id="no-pipelining"
    ),
    pytest.param(
        HELO + "C: Subject: x", "NOOP", [("pipelined-where-forbidden", "NOOP")], id="behind-odd"
    ),
    pytest.param(GREETED + "C: RSET", "NOOP", [], id="may-be-pipelined"),
    pytest.param(IN_LETTER + "C: .", "NOOP", [], id="behind-the-dot"),
    pytest.param(
        GREETED + "C: AUTH LOGIN\nS: 334 eA==\nC: eA==",
        "NOOP",
        [("pipelined-where-forbidden", "NOOP")],
        id="behind-an-answer",
    ),
    pytest.param(
        GREETED + "C: STARTTLS",
        "EHLO a.test",
        [("plaintext-after-starttls", "EHLO")],
        id="behind-starttls",
    ),
    # Parameters
    pytest.param(
        HELO,
        "MAIL FROM:<a@b.test> SIZE=5",
        [("param-without-ehlo", "SIZE=5")],
        id="param-without-ehlo",
    ),
    pytest.param(
        "S: 220 mx",
        "MAIL FROM:<a@b.test> SIZE=5",
        [("out-of-order", "MAIL"), ("param-without-ehlo", "SIZE=5")],
        id="param-before-ehlo",
    ),
    pytest.param(
        HELO + "C: EHLO b.test\nC: RSET",
        "MAIL FROM:<a@b.test> SIZE=5",
        [("pipelined-where-forbidden", "MAIL")],
        id="param-while-ehlo-is-pending",
    ),
    pytest.param(
        GREETED,
        "MAIL FROM:<a@b.test> RET=HDRS BODY=8BITMIME",
        [("param-not-offered", "RET=HDRS")],
        id="param-not-offered",
    ),
    pytest.param(GREETED, "MAIL FROM:<a@b.test> X=1", [], id="unknown-param-is-the-grammars"),
    pytest.param(
        IN_MAIL,
        "RCPT TO:<a@b.test> NOTIFY=NEVER",
        [("param-not-offered", "NOTIFY=NEVER")],
        id="rcpt-param",
    ),
    pytest.param(
        GREETED,
        "MAIL FROM:<a@b.test> BODY=BINARYMIME",
        [("param-not-offered", "BODY=BINARYMIME")],
        id="binarymime-is-not-8bitmime",
    ),
    pytest.param(
        GREETED,
        "MAIL FROM:<a@b.test> SIZE=1001",
        [("size-over-limit", "SIZE=1001")],
        id="size-over-limit",
    ),
    pytest.param(GREETED, "MAIL FROM:<a@b.test> SIZE=1000", [], id="size-at-limit"),
    pytest.param(GREETED, "MAIL FROM:<a@b.test> SIZE=" + "9" * 21, [], id="absurd-size"),
    pytest.param(GREETED, "MAIL FROM:<a@b.test> SIZE=x", [], id="size-no-number"),
    pytest.param(GREETED, "MAIL FROM:<a@b.test> SIZE", [], id="size-without-value"),
    pytest.param(MANY, "MAIL FROM:<a@b.test> SIZE=1001", [], id="size-without-limit"),
    pytest.param(
        GREETED.replace("STARTTLS", "REQUIRETLS"),
        "MAIL FROM:<a@b.test> REQUIRETLS",
        [("requiretls-in-clear", "REQUIRETLS")],
        id="requiretls",
    ),
    # Limits
    pytest.param(
        MANY + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 250 ok",
        "RCPT TO:<c@d.test>",
        [("too-many-recipients", "RCPT")],
        id="rcptmax",
    ),
    pytest.param(
        MANY
        + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        + "C: .\nS: 250 ok",
        "MAIL FROM:<>",
        [("too-many-messages", "MAIL")],
        id="mailmax",
    ),
    pytest.param(
        MANY + "C: MAIL FROM:<>\nS: 550 no",
        "MAIL FROM:<>",
        [("too-many-messages", "MAIL")],
        id="mailmax-counts-what-was-refused",
    ),
    pytest.param(MANY, "MAIL FROM:<>", [], id="mailmax-allows-the-first"),
    # UTF-8 and eight bits
    pytest.param(
        MANY, "MAIL FROM:<\xe4@b.test>", [("utf8-undeclared", "\xe4@b.test")], id="utf8-sender"
    ),
    pytest.param(MANY, "MAIL FROM:<\xe4@b.test> SMTPUTF8", [], id="utf8-declared"),
    pytest.param(
        MANY + "C: MAIL FROM:<>\nS: 250 ok",
        "RCPT TO:<\xe4@b.test>",
        [("utf8-undeclared", "\xe4@b.test")],
        id="utf8-recipient",
    ),
    pytest.param(
        MANY + "C: MAIL FROM:<> SMTPUTF8\nS: 250 ok", "RCPT TO:<\xe4@b.test>", [], id="utf8-rcpt-ok"
    ),
    pytest.param(
        GREETED + "C: MAIL FROM:<>", "RCPT TO:<\xe4@b.test>", [], id="utf8-mail-still-pending"
    ),
    pytest.param(IN_LETTER, "gr\xfc\xdfe", [("eight-bit-undeclared", "\xfc\xdf")], id="eight-bit"),
    pytest.param(IN_LETTER, "hello", [], id="ascii-letter"),
    pytest.param(
        IN_LETTER.replace("MAIL FROM:<ada@example.org>", "MAIL FROM:<a@b.test> BODY=8bitmime"),
        "gr\xfc\xdfe",
        [],
        id="eight-bit-declared",
    ),
    pytest.param(
        IN_LETTER.replace("MAIL FROM:<ada@example.org>", "MAIL FROM:<a@b.test> SMTPUTF8"),
        "gr\xfc\xdfe",
        [],
        id="utf8-header-perhaps",
    ),
    pytest.param(
        IN_RCPT.replace("MAIL FROM:<ada@example.org>", "MAIL FROM:<a@b.test> BODY=BINARYMIME"),
        "DATA",
        [("binary-needs-bdat", "DATA")],
        id="binary-needs-bdat",
    ),
    pytest.param(
        IN_RCPT.replace("MAIL FROM:<ada@example.org>", "MAIL FROM:<a@b.test> BODY"),
        "DATA",
        [],
        id="body-without-value",
    ),
]


@pytest.mark.parametrize(("text", "line", "expected"), CASES)
def test_advice(text: str, line: str, expected: list[tuple[str, str]]) -> None:
    """Each piece of advice has a name that is listed, words, and stands where the trouble is."""
    found = ask(text, line)
    assert [(one.issue, line[one.start : one.end]) for one in found] == expected
    for one in found:
        assert one.issue in ISSUES
        assert one.message.isprintable()
        assert one.ref.startswith("RFC ")


def test_under_tls_no_secret_is_in_clear_and_no_tls_can_be_started() -> None:
    """What TLS changes."""
    session, _ = play(GREETED, Session(tls=True))
    assert ask("", "AUTH PLAIN", session=session) == ()
    assert [one.issue for one in ask("", "STARTTLS", session=session)] == ["tls-twice"]
    assert [one.issue for one in ask("", "MAIL FROM:<> REQUIRETLS", session=session)] == [
        "param-not-offered"
    ]


def test_lmtp_has_a_hello_of_its_own() -> None:
    """EHLO belongs to SMTP (RFC 2033 4.1)."""
    session, _ = play("S: 220 mx", Session(lmtp=True))
    assert [one.issue for one in ask("", "EHLO a.test", session=session)] == ["wrong-protocol"]
    assert ask("", "LHLO a.test", session=session) == ()
    assert "LHLO" in ask("", "MAIL FROM:<>", session=session)[0].message


def test_a_pasted_block() -> None:
    """More than one line at once is remarked upon, on the whole of the line."""
    session, _ = play(GREETED)
    command = parse_client_line("NOOP", session.mode)
    assert [one.issue for one in advise(session, command, pasted=3)] == ["pasted-block"]
    assert advise(session, command, pasted=1) == ()


def test_octets_of_a_chunk_are_nobodys_business() -> None:
    """They may be anything."""
    session, _ = play(IN_RCPT + "C: BDAT 9")
    assert advise(session, Command("QUIT\xe4", CHUNK)) == ()


def test_advice_is_in_the_order_of_the_line() -> None:
    """From left to right, whatever was found first."""
    found = ask(HELO, "MAIL FROM:<\xe4@b.test> SIZE=1 BODY=7BIT")
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert len(found) == 3


def test_the_session_itself_tells_no_more_than_the_advice() -> None:
    """What is in order and was answered leaves nothing to say."""
    assert ask(GREETED + "C: QUIT\nS: 221 bye", "NOOP")[0].issue == "out-of-order"
    assert ask(GREETED + "C: STARTTLS\nS: 220 go", "NOOP")[0].issue == "plaintext-after-starttls"
