"""The harder parts of a session: pipelining, TLS, AUTH, chunks, LMTP."""

from __future__ import annotations

import pytest

from smtpshell.smtp.change import Exchange
from smtpshell.smtp.command import CHUNK, Command, parse_client_line, parse_command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode, State
from tests.smtp.dialogue import GREETED, IN_LETTER, IN_RCPT, issues, mailboxes, play


def mode_of(session: Session) -> Mode:
    """The mode, asked for anew: it changes behind the type checker's back."""
    return session.mode


# --- PIPELINING (RFC 2920)


def test_replies_are_matched_in_order() -> None:
    """A group of commands is judged by what it will lead to, and each gets its own reply."""
    session, changes = play(
        GREETED
        + """
        C: MAIL FROM:<a@b.test>
        C: RCPT TO:<c@d.test>
        C: RCPT TO:<e@f.test>
        C: DATA
        """
    )
    assert issues(changes) == []
    assert session.state is State.GREETED
    assert session.expected is State.DATA
    assert [command.verb for command in session.pending] == ["MAIL", "RCPT", "RCPT", "DATA"]
    _, answers = play("S: 250 ok\nS: 550 no\nS: 250 ok\nS: 354 go", session)
    assert [answer.command.verb for answer in answers if answer.command] == [
        "MAIL",
        "RCPT",
        "RCPT",
        "DATA",
    ]
    assert {answer.transaction for answer in changes[3:] + answers} == {1}
    assert mailboxes(session.envelope.accepted) == ["e@f.test"]
    assert mode_of(session) is Mode.TEXT


def test_a_group_whose_mail_is_refused_falls_as_a_whole() -> None:
    """Once all is answered, the session is where the replies have brought it."""
    session, changes = play(
        GREETED
        + """
        C: MAIL FROM:<a@b.test>
        C: RCPT TO:<c@d.test>
        C: DATA
        S: 550 no
        S: 503 MAIL first
        S: 503 MAIL first
        """
    )
    assert session.expected is session.state is State.GREETED
    assert session.transaction == 0
    assert {change.transaction for change in changes[3:]} == {1}


def test_two_transactions_in_one_group() -> None:
    """With BDAT nothing has to be waited for, and each transaction keeps its number."""
    group = "C: MAIL FROM:<a@b.test>\nC: RCPT TO:<c@d.test>\nC: BDAT 2 LAST\n% octets 2\n"
    session, changes = play(GREETED + group + group)
    assert issues(changes) == []
    assert [change.transaction for change in changes[3:]] == [1, 1, 1, 0, 2, 2, 2, 0]
    _, answers = play("S: 250 a\n" * 6, session)
    assert [answer.transaction for answer in answers] == [1, 1, 1, 2, 2, 2]
    assert session.messages == 2


def test_early_talk_is_answered_behind_the_greeting() -> None:
    """What was said too early is pending; the first reply is the greeting all the same."""
    session, changes = play("C: EHLO a\nC: MAIL FROM:<a@b.test>\nS: 220 mx\n")
    assert issues(changes) == ["early-talk", "early-talk"]
    assert changes[-1].command is None
    assert session.expected is State.MAIL
    _, answers = play("S: 250 mx\nS: 250 ok", session)
    assert [answer.after for answer in answers] == [State.GREETED, State.MAIL]


def test_lines_said_behind_data_too_early_are_part_of_the_letter() -> None:
    """When the 354 comes they turn out to have been mail data, up to a lone dot if any."""
    session, changes = play(IN_RCPT + "C: DATA\nC: Subject: x\nC: NOOP\nS: 354 go")
    assert issues(changes) == ["out-of-order", "swallowed-as-text"]
    assert mode_of(session) is Mode.TEXT
    assert session.pending == ()
    session, changes = play(IN_RCPT + "C: DATA\nC: hello\nC: .\nC: NOOP\nS: 354 go\nS: 250 taken")
    assert changes[-1].command is not None
    assert changes[-1].command.verb == "DOT"
    assert session.messages == 1
    assert [command.verb for command in session.pending] == ["NOOP"]
    assert mode_of(session) is Mode.COMMAND


# --- STARTTLS (RFC 3207)


def test_tls_makes_both_sides_forget() -> None:
    """After the handshake the session is as after the greeting (RFC 3207 4.2)."""
    session, changes = play(
        GREETED
        + """
        C: AUTH PLAIN AHgAeQ==
        S: 235 in
        C: MAIL FROM:<a@b.test>
        S: 250 ok
        C: RSET
        S: 250 ok
        C: STARTTLS
        S: 220 go
        """
    )
    assert session.state is State.TLS
    assert session.phase == "connected"
    assert mode_of(session) is Mode.TLS
    change = session.tls_started()
    assert issues([*changes, change]) == []
    assert change.after is session.state is session.expected is State.CONNECTED
    assert mode_of(session) is Mode.COMMAND
    assert session.tls
    assert not session.auth
    assert session.auth_mechanism is None
    assert session.client_name is None
    assert not session.esmtp
    assert not session.offered
    assert "STARTTLS" in session.offered_before_tls
    assert not session.ehlo_since_tls
    _, changes = play("C: AUTH PLAIN\nS: 503 EHLO first\nC: EHLO a\nS: 250 mx", session)
    assert issues(changes) == ["out-of-order"]
    assert session.ehlo_since_tls


TLS_ODDITIES = [
    pytest.param(
        GREETED + "C: STARTTLS\nC: NOOP", ["plaintext-after-starttls"], id="command-behind-it"
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nC: NOOP\nS: 220 go",
        ["plaintext-after-starttls", "plaintext-after-starttls"],
        id="and-lost-with-the-220",
    ),
    pytest.param(GREETED + "C: STARTTLS\nS: 454 not now", [], id="454"),
    pytest.param(GREETED + "% tls", ["tls-unasked"], id="nobody-asked"),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\nS: 250 injected", ["unasked-reply"], id="injected-reply"
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\n% tls\nC: EHLO a\nS: 250-mx\nS: 250 STARTTLS",
        ["starttls-offered-in-tls"],
        id="offered-again",
    ),
    pytest.param("% tls\nS: 220 mx", [], id="tls-from-the-start"),
]


@pytest.mark.parametrize(("text", "expected"), TLS_ODDITIES)
def test_what_goes_wrong_around_tls(text: str, expected: list[str]) -> None:
    """Clear text where TLS should be is told, whoever sent it."""
    _, changes = play(text)
    assert issues(changes) == expected


def test_tls_from_the_start_has_nothing_to_forget() -> None:
    """On port 465 the handshake comes before the greeting (RFC 8314 3.3)."""
    session, _ = play("% tls\nS: 220 mx\nC: EHLO a\nS: 250 mx")
    assert session.state is State.GREETED
    assert session.tls
    assert session.ehlo_since_tls


def test_only_220_invites_to_tls() -> None:
    """A client that shook hands on a 250 would talk TLS to a server that waits for commands."""
    session, _ = play(GREETED + "C: STARTTLS\nS: 250 ok")
    assert session.state is State.GREETED
    assert mode_of(session) is Mode.COMMAND


def test_who_goes_on_in_clear_is_read_in_clear() -> None:
    """A failed handshake, and both sides talk on as if nothing had been."""
    session, changes = play(GREETED + "C: STARTTLS\nS: 220 go\nC: EHLO a\nS: 250 mx")
    assert issues(changes) == ["plaintext-after-starttls"]
    assert session.state is State.GREETED
    assert mode_of(session) is Mode.COMMAND


def test_bytes_left_behind_are_told() -> None:
    """What stood in a buffer when TLS began was written by anybody (CVE-2011-0411)."""
    session, _ = play(GREETED + "C: STARTTLS\nS: 220 go")
    change = session.left_behind(b"250 inj\xffected\r\n")
    assert [(found.issue, found.end) for found in change.problems] == [
        ("reply-in-clear-before-tls", 15)
    ]
    change = session.left_behind(b"NOOP\r\n", by="client")
    assert issues([change]) == ["plaintext-after-starttls"]


# --- AUTH (RFC 4954)


def test_a_login_in_steps() -> None:
    """The exchange is counted, and its end brings the session back to where it was."""
    session, _ = play(GREETED + "C: AUTH LOGIN")
    assert session.exchange == Exchange("LOGIN", 0, 0)
    play("S: 334 VXNlcm5hbWU6", session)
    assert session.in_order() == ("AUTHLINE",)
    assert session.phase == "greeted"
    assert mode_of(session) is Mode.AUTH
    play("C: ZG9yYQ==", session)
    assert mode_of(session) is Mode.COMMAND
    assert session.exchange == Exchange("LOGIN", 1, 1)
    play("S: 334 UGFzc3dvcmQ6\nC: cGVh", session)
    assert session.exchange == Exchange("LOGIN", 2, 2)
    _, changes = play("S: 235 in", session)
    assert changes[0].command is not None
    assert changes[0].command.verb == "AUTHLINE"
    assert session.auth
    assert session.auth_mechanism == "LOGIN"
    assert session.state is State.GREETED
    assert session.exchange is None


LOGINS = [
    pytest.param("C: AUTH PLAIN AHgAeQ==\nS: 235 in", True, State.GREETED, id="at-once"),
    pytest.param("C: AUTH PLAIN AHgAeQ==\nS: 535 no", False, State.GREETED, id="refused-at-once"),
    pytest.param("C: AUTH WHAT\nS: 504 no", False, State.GREETED, id="unknown-mechanism"),
    pytest.param("C: AUTH LOGIN\nS: 334 eA==\nC: *\nS: 501 ok", False, State.GREETED, id="cancel"),
    pytest.param("C: AUTH LOGIN\nS: 334 eA==\nC: !\nS: 501 no", False, State.GREETED, id="bad"),
    pytest.param("C: AUTH LOGIN\nS: 334 eA==\nC: eA==\nS: 454 no", False, State.GREETED, id="454"),
    pytest.param("C: AUTH LOGIN\nS: 334 eA==\nC: eA==\nS: 421 no", False, State.ENDED, id="421"),
    pytest.param(
        "C: X-EXPS LOGIN\nS: 334 eA==\nC: eA==\nS: 235 in", True, State.GREETED, id="exps"
    ),
    pytest.param(
        "C: AUTH LOGIN\nC: ZG9yYQ==\nC: cGVh\nS: 334 eA==\nS: 334 eA==\nS: 235 in",
        True,
        State.GREETED,
        id="pasted-in-one-go",
    ),
]


@pytest.mark.parametrize(("text", "auth", "state"), LOGINS)
def test_how_a_login_ends(text: str, auth: bool, state: State) -> None:
    """Only 2yz logs in; a failure leaves the session where it was."""
    session, _ = play(GREETED + text)
    assert session.auth is auth
    assert session.state is state
    assert session.exchange is None
    assert session.pending == ()


def test_a_login_inside_a_transaction_keeps_the_envelope() -> None:
    """It is out of order; a server that allows it does not forget what it was told."""
    session, changes = play(IN_RCPT + "C: AUTH LOGIN\nS: 334 eA==\nC: eA==\nS: 235 in")
    assert issues(changes) == ["auth-in-transaction"]
    assert {change.transaction for change in changes[3:]} == {1}
    assert session.state is State.RCPT
    assert mailboxes(session.envelope.accepted) == ["bob@example.com"]
    session, _ = play(IN_RCPT + "C: AUTH PLAIN eA==\nS: 235 in")
    assert session.state is State.RCPT
    session, _ = play(IN_RCPT + "C: AUTH LOGIN\nS: 334 eA==\nC: eA==\nS: 421 bye")
    assert session.envelope.reverse_path is None


def test_logins_that_were_asked_for_too_early_are_not_forgotten() -> None:
    """A secret may follow as long as any AUTH is pending."""
    session, _ = play(GREETED + "C: AUTH WHAT\nC: NOOP\nC: AUTH LOGIN\nS: 504 no")
    assert session.exchange is not None
    play("S: 250 ok\nS: 334 eA==", session)
    assert session.exchange == Exchange("LOGIN", 0, 1)
    session, _ = play(IN_RCPT + "C: DATA\nC: AUTH LOGIN\nS: 354 go")
    assert session.exchange is None
    session, _ = play(GREETED + "C: STARTTLS\nC: AUTH LOGIN\nS: 220 go")
    assert session.exchange is None


def test_answers_without_an_exchange_change_nothing() -> None:
    """Somebody tells the session of an answer that no 334 asked for."""
    session, _ = play(GREETED)
    session.client_said(Command("eA==", "AUTHLINE"))
    change = session.server_said(parse_reply(b"500 what?"))
    assert change.after is State.GREETED
    session.client_said(Command("eA==", "AUTHLINE"))
    session.server_said(parse_reply(b"334 eA=="))
    assert session.exchange == Exchange("", 0, 1)


# --- BDAT (RFC 3030)


def test_chunks_are_counted() -> None:
    """The octets of a chunk are nothing else until all have come, in however many pieces."""
    session, _ = play(IN_RCPT + "C: BDAT 10")
    assert mode_of(session) is Mode.CHUNK
    assert session.chunk_octets_left == 10
    change = session.client_said(Command("QUIT\r\n", CHUNK))
    assert session.chunk_octets_left == 4
    assert change.transaction == 1
    session.chunk_said(4)
    assert mode_of(session) is Mode.COMMAND
    play("S: 250 10 octets\nC: BDAT 0 LAST", session)
    assert mode_of(session) is Mode.COMMAND
    play("S: 250 taken", session)
    assert session.state is State.GREETED
    assert session.messages == 1


CHUNKS = [
    pytest.param("C: BDAT 1\n% octets 1\nS: 250 ok", State.BDAT, 0, [], id="first"),
    pytest.param("C: BDAT 1 LAST\n% octets 1\nS: 250 ok", State.GREETED, 1, [], id="only"),
    pytest.param("C: BDAT 1 LAST\n% octets 1\nS: 552 big", State.GREETED, 0, [], id="only-refused"),
    pytest.param(
        "C: RSET\nS: 250 ok\nC: BDAT 0\nS: 554 no",
        State.GREETED,
        0,
        ["out-of-order"],
        id="nothing-open",
    ),
    pytest.param("C: BDAT x\nS: 501 what", State.RCPT, 0, [], id="no-size"),
    pytest.param("C: BDAT 1\nS: 500 what", State.RCPT, 0, [], id="unknown"),
    pytest.param("C: BDAT 1\n% octets 1\nS: 503 no", State.RCPT, 0, [], id="503"),
    pytest.param(
        "C: BDAT 1\n% octets 1\nS: 354 odd", State.RCPT, 0, ["reply-class-misplaced"], id="3"
    ),
    pytest.param(
        "C: BDAT 1\n% octets 1\nS: 452 full\nC: BDAT 1 LAST\n% octets 1\nS: 503 RSET",
        State.BDAT,
        0,
        ["rset-needed"],
        id="after-a-failed-one",
    ),
    pytest.param(
        "C: BDAT 1\n% octets 1\nS: 452 full\nC: RSET\nS: 250 ok", State.GREETED, 0, [], id="reset"
    ),
    pytest.param(
        "C: BDAT 1\n% octets 1\nS: 250 ok\nC: DATA\nS: 503 no",
        State.BDAT,
        0,
        ["out-of-order"],
        id="data-behind-it",
    ),
    pytest.param(
        "C: BDAT 1\n% octets 1\nS: 250 ok\nC: RCPT TO:<x@y.test>\nS: 250 ok",
        State.BDAT,
        0,
        ["out-of-order"],
        id="recipient-behind-it",
    ),
    pytest.param("C: BURL imap://x LAST\nS: 250 ok", State.GREETED, 1, [], id="burl"),
]


@pytest.mark.parametrize(("text", "state", "messages", "expected"), CHUNKS)
def test_a_message_in_parts(text: str, state: State, messages: int, expected: list[str]) -> None:
    """LAST ends the message; a refused part needs RSET; what was not run changes nothing."""
    session, changes = play(IN_RCPT + text)
    assert session.state is state
    assert session.messages == messages
    assert issues(changes) == expected


def test_a_server_that_knows_no_bdat_takes_the_octets_for_commands() -> None:
    """A 500 that comes before the octets says how the next bytes will be read."""
    session, _ = play(IN_RCPT + "C: BDAT 100\nS: 500 what?")
    assert mode_of(session) is Mode.COMMAND
    assert session.chunk_octets_left == 0
    session, _ = play(IN_RCPT + "C: BDAT 100\nS: 552 too big, but go on")
    assert mode_of(session) is Mode.CHUNK


def test_the_end_of_one_message_does_not_disturb_the_chunk_of_the_next() -> None:
    """Pipelined BDAT: the verdict comes while the next message's octets are on their way."""
    session, _ = play(
        IN_RCPT
        + """
        C: BDAT 2 LAST
        % octets 2
        C: MAIL FROM:<a@b.test>
        C: RCPT TO:<c@d.test>
        C: BDAT 9 LAST
        S: 250 taken
        """
    )
    assert mode_of(session) is Mode.CHUNK
    assert session.chunk_octets_left == 9


# --- LMTP (RFC 2033) and PRDR

LMTP = """
    S: 220 mx LMTP
    C: LHLO a
    S: 250-mx
    S: 250 CHUNKING
    C: MAIL FROM:<a@b.test>
    S: 250 ok
    C: RCPT TO:<one@d.test>
    S: 250 ok
    C: RCPT TO:<none@d.test>
    S: 550 no
    C: RCPT TO:<two@d.test>
    S: 250 ok
"""


@pytest.mark.parametrize("end", ["C: DATA\nS: 354 go\nC: .\n", "C: BDAT 2 LAST\n% octets 2\n"])
def test_lmtp_gives_a_verdict_for_each_accepted_recipient(end: str) -> None:
    """In order, and each says whose it is (RFC 2033 4.2); one good verdict makes a message."""
    session, _ = play(LMTP + end, Session(lmtp=True))
    _, (first,) = play("S: 250 one has it", session)
    assert first.recipient is not None
    assert mailboxes((first.recipient,)) == ["one@d.test"]
    assert first.after is not State.GREETED
    assert len(session.pending) == 1
    _, (second,) = play("S: 452 two is full", session)
    assert second.recipient is not None
    assert mailboxes((second.recipient,)) == ["two@d.test"]
    assert second.after is State.GREETED
    assert session.messages == 1
    assert session.errors_in_row == 1
    _, changes = play("S: 250 and another", session)
    assert issues(changes) == ["unasked-reply"]


LMTP_ENDS = [
    pytest.param("S: 452 a\nS: 452 b", 0, State.GREETED, id="nobody"),
    pytest.param("S: 452 a\nS: 250 b", 1, State.GREETED, id="only-the-last"),
    pytest.param("S: 503 what", 0, State.GREETED, id="not-run-at-all"),
    pytest.param("S: 250 a\nS: 421 down", 0, State.ENDED, id="421-between"),
]


@pytest.mark.parametrize(("text", "messages", "state"), LMTP_ENDS)
def test_how_lmtp_verdicts_end(text: str, messages: int, state: State) -> None:
    """A message counts if somebody has it; 50z and 421 stand for all."""
    session, _ = play(LMTP + "C: DATA\nS: 354 go\nC: .\n" + text, Session(lmtp=True))
    assert session.messages == messages
    assert session.state is state
    assert session.pending == ()


def test_a_second_lmtp_message_counts_its_verdicts_anew() -> None:
    """The verdicts of one message are no verdicts of the next."""
    session, _ = play(LMTP + "C: DATA\nS: 354 go\nC: .\nS: 250 a\nS: 250 b", Session(lmtp=True))
    _, changes = play(LMTP.partition("CHUNKING")[2] + "C: DATA\nS: 354 go\nC: .\nS: 250 a", session)
    assert changes[-1].recipient is not None
    assert len(session.pending) == 1


def test_prdr_gives_verdicts_and_then_one_for_all() -> None:
    """353 announces a reply for each recipient, and one for the message (draft-hall-prdr)."""
    session, changes = play(
        IN_RCPT
        + """
        C: RCPT TO:<ben@example.com>
        S: 250 ok
        C: DATA
        S: 354 go
        C: .
        S: 353 looking
        S: 250 bob
        S: 550 ben
        S: 250 done
        """
    )
    assert issues(changes) == []
    told = [change.recipient for change in changes[-3:]]
    assert mailboxes(tuple(one for one in told if one)) == ["bob@example.com", "ben@example.com"]
    assert told[2] is None
    assert session.messages == 1
    assert session.state is State.GREETED


# --- copies


def test_a_copy_goes_its_own_way() -> None:
    """Neither notices what the other is told, whatever is open at the time."""
    for text in ("", GREETED, IN_RCPT, IN_LETTER, IN_RCPT + "C: RCPT TO:<x@y.test>"):
        session, _ = play(text)
        twin = session.copy()
        assert twin == session
        assert type(twin) is Session
        session.client_said(parse_command("NOOP"))
        assert twin != session
        again, _ = play(text)
        assert twin == again


def test_a_session_is_no_key_and_no_number() -> None:
    """It changes, so it cannot be hashed, and it equals nothing but its like."""
    assert Session() != 1
    with pytest.raises(TypeError):
        hash(Session())
    assert Session(lmtp=True) != Session()


def test_a_letter_ends_also_where_its_beginning_was_not_seen() -> None:
    """A watcher may come late; the server's 2yz to the dot closes the transaction all the same."""
    session, _ = play("S: 220 mx\nC: EHLO a.test\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok")
    session.client_said(parse_client_line(".", Mode.TEXT))
    _, (change,) = play("S: 250 ok", session)
    assert change.after is State.GREETED
    assert session.messages == 1


def test_bdat_without_recipients_begins_no_message() -> None:
    """Whatever code refuses it, the envelope stands as it did."""
    text = "S: 220 mx\nC: LHLO a.test\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok"
    session, _ = play(text, Session(lmtp=True))
    _, changes = play("C: BDAT 0\nS: 554 5.5.1 no valid recipients", session)
    assert changes[-1].after is State.MAIL
