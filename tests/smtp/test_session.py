"""Sessions from greeting to end: states, envelopes, numbers, what was out of order."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import Command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode, State
from tests.smtp.dialogue import (
    GREETED,
    IN_LETTER,
    IN_MAIL,
    IN_RCPT,
    issues,
    mailboxes,
    play,
)

WHOLE = IN_LETTER + "C: Subject: x\nC:\nC: hello\nC: .\nS: 250 2.0.0 taken\nC: QUIT\nS: 221 bye\n"


def test_a_whole_session() -> None:
    """The way through, state by state, with one transaction and nothing out of order."""
    session, changes = play(WHOLE)
    states = [change.after.value for change in changes if change.reply]
    assert states == ["connected", "greeted", "mail", "rcpt", "data", "greeted", "ended"]
    assert issues(changes) == []
    assert session.messages == 1
    assert session.mode is Mode.ENDED
    assert [change.transaction for change in changes if change.reply] == [0, 0, 1, 1, 1, 1, 0]
    assert [change.transaction for change in changes if change.command][-5:] == [1, 1, 1, 0, 0]


ENDS = [
    pytest.param("", State.BEFORE_GREETING, "connected", id="nothing-yet"),
    pytest.param("S: 220 mx", State.CONNECTED, "connected", id="greeting"),
    pytest.param("S: 554 go away", State.CONNECTED, "connected", id="turned-away"),
    pytest.param("S: 421 too busy", State.ENDED, "ended", id="421-greeting"),
    pytest.param(GREETED, State.GREETED, "greeted", id="ehlo"),
    pytest.param("S: 220 mx\nC: HELO a\nS: 250 mx", State.GREETED, "greeted", id="helo"),
    pytest.param("S: 220 mx\nC: EHLO a\nS: 502 no", State.CONNECTED, "connected", id="ehlo-502"),
    pytest.param("S: 220 mx\nC: RSET\nS: 250 ok", State.CONNECTED, "connected", id="rset-early"),
    pytest.param(
        GREETED + "C: MAIL FROM:<>\nS: 451 later", State.GREETED, "greeted", id="mail-4yz"
    ),
    pytest.param(IN_MAIL, State.MAIL, "mail", id="mail"),
    pytest.param(IN_MAIL + "C: RCPT TO:<x@y.test>\nS: 550 no", State.MAIL, "mail", id="rcpt-5yz"),
    pytest.param(IN_MAIL + "C: RCPT TO:<x@y.test>\nS: 251 fwd", State.RCPT, "rcpt", id="rcpt-251"),
    pytest.param(IN_MAIL + "C: RCPT TO:<x@y.test>\nS: 252 ?", State.RCPT, "rcpt", id="rcpt-252"),
    pytest.param(IN_MAIL + "C: DATA\nS: 503 no", State.MAIL, "mail", id="data-without-rcpt"),
    pytest.param(IN_RCPT, State.RCPT, "rcpt", id="rcpt"),
    pytest.param(IN_RCPT + "C: DATA\nS: 452 full", State.RCPT, "rcpt", id="data-4yz"),
    pytest.param(IN_RCPT + "C: DATA\nS: 250 what", State.RCPT, "rcpt", id="data-2yz"),
    pytest.param(IN_LETTER, State.DATA, "data", id="letter"),
    pytest.param(IN_LETTER + "C: x\nC: .", State.DATA, "data", id="dot-not-answered"),
    pytest.param(IN_LETTER + "C: .\nS: 250 ok", State.GREETED, "greeted", id="taken"),
    pytest.param(IN_LETTER + "C: .\nS: 451 later", State.GREETED, "greeted", id="dot-4yz"),
    pytest.param(IN_LETTER + "C: .\nS: 354 what", State.GREETED, "greeted", id="dot-odd"),
    pytest.param(IN_LETTER + "C: .\nS: 554 spam", State.GREETED, "greeted", id="dot-5yz"),
    pytest.param(IN_RCPT + "C: RSET\nS: 250 ok", State.GREETED, "greeted", id="rset"),
    pytest.param(IN_RCPT + "C: RSET\nS: 501 no", State.RCPT, "rcpt", id="rset-refused"),
    pytest.param(IN_RCPT + "C: EHLO a\nS: 250 mx", State.GREETED, "greeted", id="ehlo-resets"),
    pytest.param(IN_RCPT + "C: EHLO a\nS: 503 no", State.RCPT, "rcpt", id="ehlo-refused"),
    pytest.param(IN_RCPT + "C: HELO a\nS: 250 mx", State.GREETED, "greeted", id="helo-resets"),
    pytest.param(IN_RCPT + "C: NOOP\nS: 250 ok", State.RCPT, "rcpt", id="noop"),
    pytest.param(IN_RCPT + "C: HELP\nS: 214 ok", State.RCPT, "rcpt", id="help"),
    pytest.param(IN_RCPT + "C: VRFY x\nS: 252 ?", State.RCPT, "rcpt", id="vrfy"),
    pytest.param(IN_RCPT + "C: EXPN x\nS: 550 no", State.RCPT, "rcpt", id="expn"),
    pytest.param(IN_RCPT + "C: WAHT\nS: 500 ?", State.RCPT, "rcpt", id="unknown-verb"),
    pytest.param(IN_RCPT + "C: WAHT\nS: 250 ok", State.RCPT, "rcpt", id="unknown-verb-taken"),
    pytest.param(IN_RCPT + "C:\nS: 500 ?", State.RCPT, "rcpt", id="empty-line"),
    pytest.param(GREETED + "C: XUSR\nS: 250 ok", State.GREETED, "greeted", id="private-verb"),
    pytest.param(GREETED + "C: TURN\nS: 250 ok", State.TURNED, "turned", id="turn"),
    pytest.param(GREETED + "C: ATRN a.test\nS: 450 no", State.GREETED, "greeted", id="atrn-450"),
    pytest.param(
        GREETED + "C: XCLIENT NAME=a.test\nS: 220 mx", State.CONNECTED, "connected", id="xclient"
    ),
    pytest.param(
        GREETED + "C: XCLIENT NAME=a.test\nS: 501 no", State.GREETED, "greeted", id="xclient-501"
    ),
    pytest.param(GREETED + "C: Subject: x\nS: 221 bye", State.ENDED, "ended", id="221-to-a-header"),
    pytest.param(IN_RCPT + "C: NOOP\nS: 421 closing", State.ENDED, "ended", id="421-as-a-reply"),
    pytest.param(IN_RCPT + "S: 421 timeout", State.ENDED, "ended", id="421-unasked"),
    pytest.param(IN_LETTER + "S: 421 timeout", State.ENDED, "ended", id="421-in-the-letter"),
    pytest.param(GREETED + "C: QUIT\nS: 221 bye", State.ENDED, "ended", id="quit"),
    pytest.param(GREETED + "C: QUIT x\nS: 501 no", State.GREETED, "greeted", id="quit-refused"),
    pytest.param(GREETED + "% closed by network", State.ENDED, "ended", id="gone"),
    pytest.param(
        "S: 220 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok\nC: RSET\nS: 250 ok",
        State.CONNECTED,
        "connected",
        id="reset-of-a-forgiven-mail",
    ),
    pytest.param(
        "C: PROXY TCP4 192.0.2.7 192.0.2.9 5000 25\nS: 220 mx",
        State.CONNECTED,
        "connected",
        id="proxy-header",
    ),
]


@pytest.mark.parametrize(("text", "state", "phase"), ENDS)
def test_where_a_dialogue_ends(text: str, state: State, phase: str) -> None:
    """The state, and the phase as notes and goals see it, after each kind of reply."""
    session, _ = play(text)
    assert session.state is state
    assert session.phase == phase


def test_the_envelope() -> None:
    """Each recipient has a verdict of its own, and all is forgotten when the message is taken."""
    session, _ = play(
        IN_MAIL
        + """
        C: RCPT TO:<bob@example.com> NOTIFY=NEVER
        S: 250 ok
        C: RCPT TO:<nobody@example.com>
        S: 550 5.1.1 who?
        C: RCPT TO:<later@example.com>
        S: 450 4.2.1 busy
        """
    )
    envelope = session.envelope
    assert envelope.reverse_path is not None
    assert envelope.reverse_path.mailbox == "ada@example.org"
    assert mailboxes(envelope.accepted) == ["bob@example.com"]
    assert envelope.accepted[0].parameters[0].keyword == "NOTIFY"
    assert mailboxes(envelope.refused) == ["nobody@example.com", "later@example.com"]
    assert envelope.refused[0].reply.code == 550
    assert session.envelope is envelope
    play("C: DATA\nS: 354 go\nC: .\nS: 250 ok", session)
    assert session.envelope.reverse_path is None
    assert session.envelope.accepted == session.envelope.refused == ()


def test_a_refused_recipient_without_a_transaction_is_on_no_envelope() -> None:
    """RCPT before MAIL is refused, and leaves nothing behind."""
    session, _ = play(GREETED + "C: RCPT TO:<bob@example.com>\nS: 503 MAIL first")
    assert session.envelope.refused == ()


def test_the_null_reverse_path_is_not_no_reverse_path() -> None:
    """MAIL FROM:<> puts somebody on the envelope: nobody."""
    session, _ = play(GREETED + "C: MAIL FROM:<>\nS: 250 ok")
    assert session.envelope.reverse_path is not None
    assert session.envelope.reverse_path.null


def test_what_hello_tells() -> None:
    """The client's name and what the server offers come from the latest hello alone."""
    session, _ = play(GREETED)
    assert session.esmtp
    assert session.client_name == "client.example.org"
    assert session.offered["SIZE"] == ("1000",)
    play("C: HELO other.example.org\nS: 250 mx", session)
    assert not session.esmtp
    assert session.client_name == "other.example.org"
    assert not session.offered
    play("C: EHLO third.example.org\nS: 550 no", session)
    assert session.client_name == "other.example.org"


def test_transactions_are_numbered() -> None:
    """Each MAIL that could open a transaction gets a number; what is between has none."""
    _, changes = play(
        GREETED
        + """
        C: MAIL FROM:<a@b.test>
        S: 451 later
        C: NOOP
        S: 250 ok
        C: MAIL FROM:<a@b.test>
        S: 250 ok
        C: MAIL FROM:<c@d.test>
        S: 503 nested
        C: RSET
        S: 250 ok
        C: NOOP
        S: 250 ok
        """
    )
    assert [change.transaction for change in changes[3:]] == [1, 1, 0, 0, 2, 2, 2, 2, 2, 2, 0, 0]


def test_a_nested_mail_that_is_taken_begins_another_transaction() -> None:
    """The server is odd, and the envelope follows the server."""
    session, changes = play(IN_RCPT + "C: MAIL FROM:<c@d.test>\nS: 250 ok, why not")
    assert issues(changes) == ["out-of-order"]
    assert session.state is State.MAIL
    assert session.envelope.accepted == ()
    assert session.transaction == 2


def test_what_is_taken_without_a_mail_has_a_number_of_its_own() -> None:
    """A server that takes RCPT or DATA out of order opens a transaction, and not the last one."""
    session, changes = play(IN_LETTER + "C: .\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 250 ok")
    assert [change.transaction for change in changes[-2:]] == [0, 2]
    assert session.transaction == 2
    session, _ = play(GREETED + "C: DATA\nS: 354 go")
    assert session.transaction == 1


def test_errors_in_a_row() -> None:
    """They count until a good reply comes."""
    session, _ = play(GREETED + "C: A\nS: 500 ?\nC: B\nS: 450 ?\n")
    assert session.errors_in_row == 2
    play("C: C\nS: 050 still thinking\nS: 150 odd\n", session)
    assert session.errors_in_row == 2
    play("C: NOOP\nS: 250 ok", session)
    assert session.errors_in_row == 0


OUT_OF_ORDER = [
    pytest.param("C: EHLO a", ["early-talk"], "", id="before-the-greeting"),
    pytest.param("S: 220 x\nC: MAIL FROM:<a@b.test>", ["out-of-order"], "EHLO", id="mail-first"),
    pytest.param("S: 554 no\nC: EHLO a", ["turned-away"], "QUIT", id="turned-away"),
    pytest.param("S: 554 no\nC: QUIT", [], "", id="turned-away-and-gone"),
    pytest.param(GREETED + "C: RCPT TO:<a@b.test>", ["out-of-order"], "needs MAIL", id="rcpt"),
    pytest.param(GREETED + "C: DATA", ["out-of-order"], "MAIL and RCPT", id="data"),
    pytest.param(GREETED + "C: BDAT 3 LAST", ["out-of-order"], "MAIL and RCPT", id="bdat"),
    pytest.param(GREETED + "C: XEXCH50 3 2", ["out-of-order"], "recipient", id="xexch50"),
    pytest.param(IN_MAIL + "C: DATA", ["out-of-order"], "an accepted RCPT first", id="data-mail"),
    pytest.param(
        IN_MAIL + "C: RCPT TO:<a@b.test>\nS: 550 no\nC: DATA",
        ["out-of-order"],
        "all so far were refused",
        id="data-all-refused",
    ),
    pytest.param(IN_RCPT + "C: MAIL FROM:<a@b.test>", ["out-of-order"], "RSET", id="nested"),
    pytest.param(IN_RCPT + "C: AUTH PLAIN", ["auth-in-transaction"], "before MAIL", id="auth"),
    pytest.param(IN_RCPT + "C: STARTTLS", ["out-of-order"], "no place inside", id="starttls"),
    pytest.param(GREETED + "C: QUIT\nC: NOOP", ["out-of-order"], "over", id="behind-quit"),
    pytest.param(WHOLE + "C: NOOP", ["out-of-order"], "over", id="after-the-end"),
    pytest.param(
        GREETED + "C: TURN\nS: 250 ok\nC: NOOP", ["out-of-order"], "changed places", id="turned"
    ),
    pytest.param(GREETED + "C: PROXY TCP4", ["out-of-order"], "before the server's", id="proxy"),
    pytest.param(GREETED + "C: WAHT", [], "", id="strangers-are-not-judged"),
]


@pytest.mark.parametrize(("text", "expected", "words"), OUT_OF_ORDER)
def test_what_is_out_of_order_is_told_with_what_is_missing(
    text: str, expected: list[str], words: str
) -> None:
    """The session never refuses; it says what would have to come first, and where the verb is."""
    _, changes = play(text)
    assert issues(changes) == expected
    for found in changes[-1].problems:
        command = changes[-1].command
        assert command is not None
        assert words in found.message
        assert command.text[found.start : found.end] == command.verb


def test_pseudo_verbs_out_of_order() -> None:
    """A dot without a letter, an answer without a 334."""
    session, _ = play(GREETED)
    for verb, text, words in (("DOT", ".", "no letter"), ("AUTHLINE", "eA==", "No 334")):
        found = session.client_said(Command(text, verb)).problems[0]
        assert found.issue == "out-of-order"
        assert words in found.message
        assert (found.start, found.end) == (0, len(text))


def test_replies_that_nobody_asked_for() -> None:
    """They are told, they change nothing, and from then on pairs may be wrong."""
    session, changes = play(GREETED + "S: 250 surprise")
    assert issues(changes) == ["unasked-reply"]
    assert session.out_of_step
    assert changes[-1].command is None
    session, changes = play(WHOLE + "S: 421 too late")
    assert issues(changes) == ["unasked-reply"]


def test_lines_with_050_answer_nothing() -> None:
    """Sendmail's VERB makes it tell what it does, between the replies (RFC 5321 has no 0yz)."""
    session, changes = play(GREETED + "S: 050 just so\nC: NOOP\nS: 050 hmm\nS: 250 ok")
    assert issues(changes) == []
    assert not session.out_of_step
    assert changes[-1].command is not None


MISPLACED = [
    pytest.param("C: NOOP\nS: 354 go on", id="354-to-noop"),
    pytest.param("C: NOOP\nS: 150 wait", id="1yz"),
    pytest.param("C: MAIL FROM:<a@b.test>\nS: 334 eA==", id="334-to-mail"),
]


@pytest.mark.parametrize("text", MISPLACED)
def test_an_intermediate_reply_where_none_belongs_is_told(text: str) -> None:
    """Only DATA and AUTH have more to come."""
    session, changes = play(GREETED + text)
    assert issues(changes) == ["reply-class-misplaced"]
    assert session.state is State.GREETED


def test_a_reply_without_a_code_answers_all_the_same() -> None:
    """It is a failure, and the next reply belongs to the next command."""
    session, changes = play(GREETED + "C: MAIL FROM:<a@b.test>\n")
    change = session.server_said(parse_reply(b"what?"))
    assert change.command is changes[-1].command
    assert session.state is State.GREETED
    assert session.pending == ()


def test_a_greeting_that_is_none() -> None:
    """Somebody else's protocol: the server has spoken, and not welcomed anybody."""
    session = Session()
    session.server_said(parse_reply(b"SSH-2.0-x"))
    assert session.state is State.CONNECTED
    assert session.turned_away
    assert session.greeted_by_server
    play("C: EHLO a\nS: 250 mx", session)
    assert not session.turned_away


CLOSES = [
    pytest.param(WHOLE + "% closed by client", [], id="as-it-should-be"),
    pytest.param(GREETED + "% closed by client", ["closed-without-quit"], id="without-quit"),
    pytest.param("% closed by client", [], id="nobody-has-greeted"),
    pytest.param(GREETED + "C: QUIT\n% closed by client", [], id="without-waiting-for-221"),
    pytest.param(GREETED + "C: TURN\nS: 250 ok\n% closed by client", [], id="turned"),
    pytest.param(GREETED + "C: TURN\nS: 250 ok\n% closed by server", [], id="turned-by-server"),
    pytest.param(GREETED + "% closed by server", ["closed-by-server"], id="by-the-server"),
    pytest.param(GREETED + "% closed by network", [], id="cable"),
    pytest.param(IN_LETTER + "C: .\n% closed by network", ["verdict-lost"], id="verdict-lost"),
    pytest.param(
        IN_RCPT + "C: BDAT 0 LAST\n% closed by server",
        ["verdict-lost", "closed-by-server"],
        id="verdict-on-a-chunk-lost",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CLOSES)
def test_how_a_connection_ends(text: str, expected: list[str]) -> None:
    """Leaving without QUIT and losing the verdict are told; nothing is pending afterwards."""
    session, changes = play(text)
    assert issues(changes) == expected
    assert session.state is State.ENDED
    assert session.pending == ()


IN_ORDER = [
    pytest.param("", (), id="before-the-greeting"),
    pytest.param("S: 554 no", ("QUIT",), id="turned-away"),
    pytest.param(
        "S: 220 mx", ("HELO", "EHLO", "RSET", "NOOP", "QUIT", "VRFY", "HELP"), id="connected"
    ),
    pytest.param(
        "S: 220 mx\nC: HELO a\nS: 250 mx",
        ("HELO", "EHLO", "MAIL", "RSET", "NOOP", "QUIT", "VRFY", "HELP"),
        id="helo-brings-no-extensions",
    ),
    pytest.param(
        GREETED,
        ("HELO", "EHLO", "MAIL", "RSET", "NOOP", "QUIT", "VRFY", "HELP", "STARTTLS", "AUTH"),
        id="ehlo",
    ),
    pytest.param(
        "S: 220 mx\nC: EHLO a\nS: 250-mx\nS: 250-ATRN\nS: 250-XCLIENT NAME\nS: 250 EXPN",
        (
            *("HELO", "EHLO", "MAIL", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP"),
            "XCLIENT",
        ),
        id="atrn-needs-a-login",
    ),
    pytest.param(
        IN_MAIL, ("HELO", "EHLO", "RCPT", "RSET", "NOOP", "QUIT", "VRFY", "HELP"), id="mail"
    ),
    pytest.param(
        IN_RCPT,
        ("HELO", "EHLO", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "HELP"),
        id="rcpt",
    ),
    pytest.param(
        GREETED + "C: MAIL FROM:<a@b.test>\nC: RCPT TO:<c@d.test>",
        ("HELO", "EHLO", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "HELP"),
        id="what-is-pending-counts",
    ),
    pytest.param(IN_LETTER, ("TEXT", "DOT"), id="letter"),
    pytest.param(IN_RCPT + "C: BDAT 5", ("CHUNK",), id="chunk"),
    pytest.param(GREETED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6", ("AUTHLINE",), id="auth"),
    pytest.param(GREETED + "C: STARTTLS\nS: 220 go", (), id="handshake"),
    pytest.param(WHOLE, (), id="ended"),
    pytest.param(
        IN_RCPT + "C: BDAT 1\n% octets 1\nS: 552 too much",
        ("HELO", "EHLO", "RSET", "NOOP", "QUIT", "VRFY", "HELP"),
        id="failed-chunk",
    ),
]


@pytest.mark.parametrize(("text", "expected"), IN_ORDER)
def test_which_verbs_are_in_order_now(text: str, expected: tuple[str, ...]) -> None:
    """State, mode, the last EHLO reply, TLS and AUTH decide together."""
    session, _ = play(text)
    assert session.in_order() == expected


def test_in_order_in_lmtp_and_after_tls_and_auth() -> None:
    """LHLO instead of EHLO; no STARTTLS inside TLS; no second AUTH; ATRN once logged in."""
    session, _ = play("S: 220 mx", Session(lmtp=True))
    assert session.in_order()[:1] == ("LHLO",)
    assert "EHLO" not in session.in_order()
    offers = "C: EHLO a\nS: 250-mx\nS: 250-STARTTLS\nS: 250-ATRN\nS: 250 AUTH PLAIN\n"
    session, _ = play(
        "S: 220 mx\n" + offers + "C: AUTH PLAIN AHgAeQ==\nS: 235 in", Session(tls=True)
    )
    assert {"STARTTLS", "AUTH"} & set(session.in_order()) == set()
    assert "ATRN" in session.in_order()
