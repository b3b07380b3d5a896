"""Scripted runs against raw servers: what goes over the wire, what is said, the exit status."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from threading import Event
from types import MappingProxyType
from typing import NamedTuple

import pytest

from smtpshell.errors import ConnectError
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.shell.batch import LONGEST_LINE, Rules
from smtpshell.shell.outcome import (
    AUTH,
    CUT_OFF,
    DATA,
    GREETING,
    HELLO,
    IN_DOUBT,
    LETTER,
    MAIL,
    MALFORMED,
    OTHER,
    OUT_OF_STEP,
    QUIT,
    RCPT,
    SENT,
    TIMED_OUT,
    TLS,
    UNFINISHED,
    USAGE,
)
from smtpshell.shell.place import LivePlace
from smtpshell.shell.script import Telling, run_script
from tests.net.conftest import Authority
from tests.net.harness import Peer, RawServer
from tests.net.silence import patient_until

QUIET = Telling(notes="off")
HELLO_LINE = "EHLO desk7.office.test"
ENVELOPE = (HELLO_LINE, "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>")
LETTER_LINES = ("From: Dora <dora@office.test>", "", "Hello.", ".")
WHOLE = (*ENVELOPE, "DATA", *LETTER_LINES, "QUIT")

USUAL = {"DATA": "354 go on", "QUIT": "221 bye"}
STARTTLS = "250-mail.test\r\n250 STARTTLS"  # an EHLO reply


class Ran(NamedTuple):
    """A finished run: its status, what it printed, what the server heard."""

    status: int
    out: str
    peer: Peer

    @property
    def said(self) -> list[str]:
        """What the server heard, in clear and then under TLS."""
        return (self.peer.clear + self.peer.secret).decode("latin-1").split("\r\n")[:-1]


class TrustingPlace(LivePlace):
    """A server whose certificate is judged by an authority of the test's own."""

    def __init__(self, target: Target, ca_pem: str) -> None:
        super().__init__(target)
        self._ca_pem = ca_pem

    def trust(self) -> Trust:
        return Trust(ca_pem=self._ca_pem, name="mail.test")


def run(
    script: Callable[[Peer], None],
    lines: Iterable[str] | bytes,
    rules: Rules = Rules(),  # noqa: B008
    *,
    ca_pem: str = "",
    **target: bool,
) -> Ran:
    """Play *lines* against a server that plays *script*."""
    data = lines if isinstance(lines, bytes) else "".join(f"{line}\n" for line in lines).encode()
    out = io.StringIO()
    with RawServer(script) as server:
        place = TrustingPlace(Target("127.0.0.1", server.port, **target), ca_pem)
        status = run_script(place, io.BytesIO(data), rules, QUIET, out)
        return Ran(status, out.getvalue(), server.heard)


def server(
    replies: Mapping[str, str] = MappingProxyType({}), *, greets: bool = True
) -> Callable[[Peer], None]:
    """A server that says what *replies* have for a verb, and what is usual to all others.

    DOT is the end of the letter, GREETING what it says first; with "" it closes without a word.
    """

    def script(peer: Peer) -> None:
        sender = recipient = text = False
        if greets:
            peer.say(replies.get("GREETING", "220 mail.test").encode() + b"\r\n")
        for line in peer.lines():
            if text and line != b".":
                continue
            verb = "DOT" if text else line.split(b" ")[0].decode("latin-1").upper()
            in_order = {"RCPT": sender, "DATA": recipient}.get(verb, True)
            reply = replies.get(verb, USUAL.get(verb, "250 2.0.0 Ok"))
            turned_away = not replies.get("GREETING", "2").startswith("2")
            if not in_order or turned_away:
                reply = "503 5.5.1 Not now"
            if not reply:
                return
            peer.say(reply.encode() + b"\r\n")
            sender |= verb == "MAIL" and reply.startswith("2")
            recipient |= verb == "RCPT" and reply.startswith("2")
            text = verb == "DATA" and reply.startswith("354")
            if verb == "QUIT":
                return

    return script


STATUSES = [
    pytest.param({}, WHOLE, SENT, id="a-letter"),
    pytest.param({}, [HELLO_LINE, "QUIT"], SENT, id="no-letter"),
    pytest.param({}, [], SENT, id="nothing-at-all"),
    pytest.param({"GREETING": "554 no"}, WHOLE, GREETING, id="turned-away"),
    pytest.param({"EHLO": "502 no"}, [HELLO_LINE, "QUIT"], HELLO, id="hello-refused"),
    pytest.param({"MAIL": "550 no"}, WHOLE, MAIL, id="sender-refused"),
    pytest.param({"RCPT": "550 5.1.1 no"}, WHOLE, RCPT, id="nobody"),
    pytest.param({"DATA": "451 no"}, WHOLE, DATA, id="data-refused"),
    pytest.param({"DOT": "554 spam"}, WHOLE, LETTER, id="letter-refused"),
    pytest.param({"QUIT": "500 what"}, WHOLE, QUIT, id="error-after-the-letter"),
    pytest.param({"QUIT": ""}, WHOLE, SENT, id="no-good-bye-loses-no-letter"),
    pytest.param({"VRFY": "550 no"}, [HELLO_LINE, "VRFY ana", "QUIT"], OTHER, id="another"),
    pytest.param({"VRFY": "550 no"}, ["VRFY ana", *WHOLE], SENT, id="made-good-by-a-letter"),
    pytest.param({"DOT": ""}, WHOLE, IN_DOUBT, id="no-reply-to-the-letter"),
    pytest.param({"RCPT": ""}, WHOLE, CUT_OFF, id="closed-in-the-middle"),
    pytest.param({"RCPT": "fine"}, WHOLE, RCPT, id="a-reply-without-a-code-is-none"),
    pytest.param({"MAIL": "250ok"}, WHOLE, MALFORMED, id="a-letter-all-the-same"),
    pytest.param({"MAIL": "251-ok\r\n250 ok"}, WHOLE, MALFORMED, id="codes-that-differ"),
    pytest.param({"GREETING": "220mx"}, WHOLE, MALFORMED, id="a-malformed-greeting"),
    pytest.param({}, [*ENVELOPE, "DATA", "Hello."], UNFINISHED, id="no-dot"),
    pytest.param({}, ENVELOPE, UNFINISHED, id="no-letter-to-the-envelope"),
    pytest.param({}, [*WHOLE, "", ""], SENT, id="empty-lines-after-quit"),
    pytest.param({}, [*WHOLE, *WHOLE], CUT_OFF, id="more-lines-after-quit"),
    pytest.param({"NOOP": ""}, [HELLO_LINE, "NOOP", "QUIT"], CUT_OFF, id="closed-on-a-noop"),
]


@pytest.mark.parametrize(("replies", "lines", "status"), STATUSES)
def test_the_exit_status_says_what_became_of_the_mail(
    replies: dict[str, str], lines: Iterable[str], status: int
) -> None:
    """Not 0 where the mail cannot have been sent, or something was refused and not made good."""
    ran = run(server(replies), lines)
    assert ran.status == status, ran.out
    assert (f"Exit status {status}" in ran.out) == (status != SENT)


def test_lines_go_out_as_they_stand() -> None:
    """Nothing is added, changed or left away; line ends of the input do not matter."""
    letter = b"Subject: \xe9t\xe9\n\n.hidden\n..twice\n a  b \n\n.\n"
    ran = run(server(), "\n".join([*ENVELOPE, "DATA", ""]).encode() + letter + b"QUIT")
    assert ran.peer.clear.endswith(b"DATA\r\n" + letter.replace(b"\n", b"\r\n") + b"QUIT\r\n")
    crlf = "\r\n".join([*WHOLE, ""]).encode()
    assert run(server(), crlf).peer.clear == crlf
    assert run(server(), b"\xef\xbb\xbf" + crlf).peer.clear == crlf


def test_each_line_waits_for_the_reply_before() -> None:
    """The greeting is awaited, and each reply to its last line; the dialogue is in that order."""
    ran = run(server({"EHLO": "250-mail.test\r\n250 SIZE 1000"}), [HELLO_LINE, "NOOP", "QUIT"])
    assert [line for line in ran.out.splitlines() if line[1:2] == ":"] == [
        "S: 220 mail.test",
        f"C: {HELLO_LINE}",
        "S: 250-mail.test",
        "S: 250 SIZE 1000",
        "C: NOOP",
        "S: 250 2.0.0 Ok",
        "C: QUIT",
        "S: 221 bye",
    ]


def test_a_script_may_pipeline() -> None:
    """What stands between :pipeline and :wait arrives before it is answered."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250-mail.test\r\n250 PIPELINING\r\n")
        assert [peer.hear()[:4], peer.hear()[:4], peer.hear()] == [b"MAIL", b"RCPT", b"DATA"]
        peer.say(b"250 ok\r\n250 ok\r\n354 go on\r\n")
        while peer.hear() != b".":
            pass
        peer.say(b"250 kept\r\n")
        peer.answer(b"221 bye\r\n")

    lines = [HELLO_LINE, ":pipeline", *ENVELOPE[1:], "DATA", ":wait", *LETTER_LINES, "QUIT"]
    ran = run(script, lines)
    assert ran.status == SENT, ran.out
    assert ran.out.index("C: DATA") < ran.out.index("S: 250 ok")


def test_what_was_collected_goes_out_at_the_end() -> None:
    """A script may end without :wait."""
    ran = run(server(), [":pipeline", HELLO_LINE, "QUIT"])
    assert ran.said == [HELLO_LINE, "QUIT"]
    assert ran.status == SENT


def test_chunks_are_sent_without_waiting_for_a_reply_to_bdat() -> None:
    """BDAT is answered when its octets are there, and they are the script's next lines."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250-mail.test\r\n250 CHUNKING\r\n", b"250 ok\r\n", b"250 ok\r\n")
        assert [peer.hear(), peer.hear()] == [b"BDAT 7 LAST", b"Hello"]
        peer.say(b"250 kept\r\n")
        peer.answer(b"221 bye\r\n")

    ran = run(script, [*ENVELOPE, "BDAT 7 LAST", "Hello", "QUIT"])
    assert ran.status == SENT, ran.out


def test_a_chunk_that_is_not_whole_is_an_unfinished_letter() -> None:
    """The input ends in the middle of the octets."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250 CHUNKING\r\n", b"250 ok\r\n", b"250 ok\r\n")
        peer.hear_all()

    assert run(script, [*ENVELOPE, "BDAT 99 LAST", "Hello"]).status == UNFINISHED


def test_the_end_of_the_input_is_told() -> None:
    """No QUIT of ours: the connection is closed, and that is said."""
    ran = run(server(), WHOLE[:-1])
    assert ran.status == SENT
    assert "without QUIT" in ran.out
    assert ran.said[-1] == "."


@pytest.mark.parametrize(
    ("replies", "line", "status"),
    [
        pytest.param({"BOGUS": "500 what"}, "BOGUS", OTHER, id="5yz"),
        pytest.param({"MAIL": "451 later"}, "MAIL FROM:<a@b.test>", MAIL, id="4yz"),
        pytest.param({"AUTH": "535 no"}, "AUTH PLAIN AGEAYg==", AUTH, id="login"),
    ],
)
def test_stop_on_error_stops_there_and_says_quit(
    replies: dict[str, str], line: str, status: int
) -> None:
    """The first 4yz or 5yz ends the run; its stage is the status."""
    rules = Rules(stop_on_error=True, insecure_auth=True)
    ran = run(server(replies), [HELLO_LINE, line, "NOOP"], rules)
    assert ran.said == [HELLO_LINE, line, "QUIT"]
    assert ran.status == status


def test_stop_on_error_stops_at_what_is_no_reply() -> None:
    """With its own status, though the code that it seems to have would let the script go on."""
    ran = run(
        server({"NOOP": "250ok"}), [HELLO_LINE, "NOOP", *WHOLE[1:]], Rules(stop_on_error=True)
    )
    assert ran.said == [HELLO_LINE, "NOOP", "QUIT"]
    assert ran.status == MALFORMED
    assert "the server said something that is no reply" in ran.out


def test_stop_on_error_in_a_letter_closes_without_a_word() -> None:
    """In the middle of a letter a QUIT would be part of it."""
    script = [":pipeline", *ENVELOPE, "VRFY ana", "DATA", ":wait", "Hello."]
    ran = run(server({"VRFY": "550 no"}), script, Rules(stop_on_error=True))
    assert ran.said[-1] == "DATA"
    assert ran.status == OTHER


def test_a_whole_reply_has_to_come_in_time() -> None:
    """Half of one is none; the time-out has a status of its own."""
    silent = Event()

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.hear()
        peer.say(b"250-mail.test\r\n")
        silent.set()
        peer.hear_all()

    with patient_until(silent.is_set):
        ran = run(script, [HELLO_LINE, "QUIT"], Rules(timeout=60))
    assert ran.status == TIMED_OUT
    assert "60 s" in ran.out


def test_a_late_reply_to_a_letter_leaves_it_in_doubt() -> None:
    """Whoever sends it again may send it twice (RFC 5321 4.5.3.2.6)."""

    silent = Event()

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")
        silent.set()
        peer.hear_all()

    with patient_until(silent.is_set):
        assert run(script, WHOLE).status == IN_DOUBT


class TestLeftOut:
    """Lines that have lost what they were meant for are not sent."""

    def test_a_letter_that_was_refused_is_not_sent_as_commands(self) -> None:
        """Up to its dot, whatever it says; what follows the letter is sent."""
        letter = ["Subject: x", "", "QUIT", "RSET", ":drop", "."]
        ran = run(server({"DATA": "451 no"}), [*ENVELOPE, "DATA", *letter, "NOOP", "QUIT"])
        assert ran.said[4:] == ["NOOP", "QUIT"]
        assert "Left out" in ran.out
        assert ran.status == DATA

    def test_without_a_letter_the_next_command_is_sent(self) -> None:
        """A script that knew that DATA would be refused has none."""
        ran = run(server({"DATA": "503 first"}), [HELLO_LINE, "DATA", "RSET", "QUIT"])
        assert ran.said == [HELLO_LINE, "DATA", "RSET", "QUIT"]
        assert "Left out" not in ran.out

    def test_an_empty_letter_ends_at_once(self) -> None:
        """Its dot is all there is of it."""
        ran = run(server({"DATA": "451 no"}), [*ENVELOPE, "DATA", ".", "NOOP", "QUIT"])
        assert ran.said[4:] == ["NOOP", "QUIT"]

    @pytest.mark.parametrize("first", ["AUTH", "AUTHLINE"])
    def test_answers_to_a_refused_login_are_not_sent(self, first: str) -> None:
        """T12: as commands they would stand in the server's log."""

        def script(peer: Peer) -> None:
            peer.say(b"220 mail.test\r\n")
            peer.answer(b"250-mail.test\r\n250 AUTH LOGIN\r\n")
            if first == "AUTHLINE":
                peer.answer(b"334 VXNlcm5hbWU6\r\n")
            peer.answer(b"504 no\r\n", b"221 bye\r\n")

        lines = [HELLO_LINE, "AUTH LOGIN", "ZG9yYQ==", "cGxhbnRlZC1zZWNyZXQ=", "QUIT"]
        ran = run(script, lines, Rules(insecure_auth=True))
        assert "cGxhbnRlZC1zZWNyZXQ=" not in ran.said
        assert ran.said[-1] == "QUIT"
        assert "cGxhbnRlZC1zZWNyZXQ" not in ran.out
        assert ran.status == AUTH


class TestInClear:
    """What must not be read on the way does not go out in clear."""

    @pytest.mark.parametrize(
        ("replies", "lines", "heard"),
        [
            pytest.param({"EHLO": STARTTLS}, WHOLE, [HELLO_LINE, "QUIT"], id="starttls-not-said"),
            pytest.param(
                {}, [HELLO_LINE, "NOOP", "STARTTLS"], [HELLO_LINE, "QUIT"], id="not-offered"
            ),
            pytest.param({}, [HELLO_LINE, "QUIT"], [HELLO_LINE, "QUIT"], id="nothing-but-quit"),
            pytest.param(
                {"EHLO": STARTTLS, "STARTTLS": "454 not now"},
                [HELLO_LINE, "STARTTLS", HELLO_LINE, "QUIT"],
                [HELLO_LINE, "STARTTLS", "QUIT"],
                id="refused",
            ),
            pytest.param(
                {"EHLO": "502 no"},
                [HELLO_LINE, "HELO desk7.office.test", *ENVELOPE[1:]],
                [HELLO_LINE, "HELO desk7.office.test", "QUIT"],
                id="only-helo-works",
            ),
            pytest.param(
                {"EHLO": STARTTLS},
                [":pipeline", HELLO_LINE, "STARTTLS", *ENVELOPE],
                ["QUIT"],
                id="behind-starttls",
            ),
            pytest.param({}, [], ["QUIT"], id="no-script"),
        ],
    )
    def test_where_starttls_is_required(
        self, replies: dict[str, str], lines: Iterable[str], heard: list[str]
    ) -> None:
        """Nothing that could wait; after a failure nothing but QUIT; the status says so."""
        ran = run(server(replies), lines, starttls=True)
        assert ran.said == heard
        assert ran.status == TLS, ran.out

    def test_no_login_without_tls(self) -> None:
        """It needs --insecure-auth."""
        lines = [HELLO_LINE, "AUTH PLAIN AGEAYg==", "QUIT"]
        ran = run(server(), lines)
        assert ran.said == [HELLO_LINE, "QUIT"]
        assert ran.status == AUTH
        assert run(server({"AUTH": "235 ok"}), lines, Rules(insecure_auth=True)).said == lines

    def test_insecure_auth_does_not_undo_starttls(self) -> None:
        """What was required stays so."""
        lines = [HELLO_LINE, "AUTH PLAIN AGEAYg=="]
        ran = run(server({"EHLO": STARTTLS}), lines, Rules(insecure_auth=True), starttls=True)
        assert ran.said == [HELLO_LINE, "QUIT"]


class TestTls:
    """STARTTLS said by the script, and TLS from the first byte."""

    def test_the_script_goes_on_under_tls(self, authority: Authority) -> None:
        """In clear nothing but EHLO and STARTTLS is heard; the rest under TLS."""

        def script(peer: Peer) -> None:
            peer.greet()
            peer.answer(b"220 go\r\n")
            peer.tls(authority.context())
            server(greets=False)(peer)

        lines = [HELLO_LINE, "STARTTLS", *WHOLE]
        ran = run(script, lines, ca_pem=authority.pem, starttls=True)
        assert ran.peer.clear == f"{HELLO_LINE}\r\nSTARTTLS\r\n".encode()
        assert ran.status == SENT, ran.out

    @pytest.mark.parametrize("accept", [False, True])
    def test_a_bad_certificate_ends_the_run_unless_it_is_accepted(
        self, authority: Authority, accept: bool
    ) -> None:
        """Its faults are told, and nothing goes out."""

        def script(peer: Peer) -> None:
            peer.greet()
            peer.answer(b"220 go\r\n")
            peer.tls(authority.context(names=("other.test",)))
            server(greets=False)(peer)

        lines = [HELLO_LINE, "STARTTLS", *WHOLE]
        ran = run(script, lines, Rules(accept_certificate=accept), ca_pem=authority.pem)
        assert ran.status == (SENT if accept else TLS), ran.out
        assert bool(ran.peer.secret) is accept
        assert "other.test" in ran.out

    def test_tls_may_come_first(self, authority: Authority) -> None:
        """--tls: nothing at all goes out in clear, and logins may."""

        def script(peer: Peer) -> None:
            peer.tls(authority.context())
            server({"AUTH": "235 ok"})(peer)

        lines = [HELLO_LINE, "AUTH PLAIN AGEAYg==", *WHOLE]
        ran = run(script, lines, ca_pem=authority.pem, tls=True)
        assert ran.peer.clear == b""
        assert ran.said == lines
        assert ran.status == SENT, ran.out

    def test_a_bad_certificate_is_not_even_greeted(self, authority: Authority) -> None:
        """--tls: what the server says is not listened to before it is known who speaks."""

        def script(peer: Peer) -> None:
            peer.tls(authority.context(names=("other.test",)))
            server()(peer)

        ran = run(script, WHOLE, ca_pem=authority.pem, tls=True)
        assert (ran.status, ran.said) == (TLS, [])
        assert "S: 220" not in ran.out

    def test_a_broken_handshake_is_a_tls_failure(self) -> None:
        """Between the 220 and the end of the handshake."""

        def script(peer: Peer) -> None:
            peer.greet()
            peer.answer(b"220 go\r\n")

        assert run(script, [HELLO_LINE, "STARTTLS", *WHOLE]).status == TLS

    def test_injected_replies_end_the_run(self) -> None:
        """Clear text behind the 220 is named; nothing is sent after it."""

        def script(peer: Peer) -> None:
            peer.greet()
            peer.answer(b"220 go\r\n250 injected\r\n")
            peer.hear_all()

        ran = run(script, [HELLO_LINE, "STARTTLS", *WHOLE])
        assert ran.status == TLS
        assert b"MAIL" not in ran.peer.clear

    def test_clear_text_on_a_tls_port_is_a_tls_failure(self) -> None:
        """There was a connection, so it is not "no connection"; the way out is told."""
        ran = run(server(), WHOLE, tls=True)
        assert ran.status == TLS
        assert "without --tls" in " ".join(ran.out.split())

    def test_leaving_after_starttls_is_no_failure(self, authority: Authority) -> None:
        """TLS stood when the script ended."""

        def script(peer: Peer) -> None:
            peer.greet()
            peer.answer(b"220 go\r\n")
            peer.tls(authority.context())
            peer.hear_all()

        lines = [HELLO_LINE, "STARTTLS"]
        assert run(script, lines, ca_pem=authority.pem, starttls=True).status == SENT


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(":bogus", id="unknown"),
        pytest.param(":connect mail.test", id="of-the-shell"),
        pytest.param(":set theme dark", id="option-of-the-shell"),
        pytest.param(":set stuff perhaps", id="no-such-value"),
        pytest.param(":", id="nothing"),
        pytest.param(":\x1b]0;x\x07", id="hostile"),
    ],
)
def test_what_a_script_cannot_do_ends_it(line: str) -> None:
    """With the line's number and what there is; QUIT is said."""
    ran = run(server(), [HELLO_LINE, line, "NOOP"])
    assert ran.said == [HELLO_LINE, "QUIT"]
    assert ran.status == USAGE
    assert "line 2" in ran.out
    assert ":pipeline" in ran.out
    assert "\x1b" not in ran.out


def test_dots_are_doubled_on_request_only() -> None:
    """`:set stuff on`: a letter that was not written for SMTP arrives whole."""
    lines = [":set stuff on", *ENVELOPE, "DATA", ".hidden", "..", ".", "QUIT"]
    assert run(server(), lines).said[4:7] == ["..hidden", "...", "."]


def test_a_colon_in_a_letter_is_part_of_it() -> None:
    """Local commands are recognised where a command is due, nowhere else."""
    lines = [*ENVELOPE, "DATA", ":drop", ":bogus", ".", "QUIT"]
    assert run(server(), lines).said == lines


def test_drop_cuts_the_connection() -> None:
    """Without QUIT; lines behind it are not sent, and that shows."""
    ran = run(server(), [HELLO_LINE, ":drop"])
    assert (ran.said, ran.status) == ([HELLO_LINE], SENT)
    assert run(server(), [HELLO_LINE, ":drop", "NOOP"]).status == CUT_OFF


@pytest.mark.parametrize("byte", [b"\r", b"\0"], ids=["cr", "nul"])
@pytest.mark.parametrize("group", [[], [":pipeline"]], ids=["letter", "collected"])
def test_bytes_that_smuggle_do_not_leave_the_machine(
    byte: bytes, group: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare CR or NUL is for servers of this machine."""
    begin = "\n".join([*group, *ENVELOPE, "DATA", ""]).encode()
    script = begin + b"a" + byte + b"b\n.\nQUIT\n"
    assert run(server(), script).status == SENT
    monkeypatch.setattr("smtpshell.shell.batch.is_loopback", lambda host: False)
    ran = run(server(), script)
    assert byte + b"b" not in ran.peer.clear
    assert ran.status == USAGE


def test_an_endless_group_is_not_sent() -> None:
    """While we write and do not read, so may the server (RFC 2920 3.1)."""
    ran = run(server(), [":pipeline", *["NOOP"] * 20_000])
    assert ran.said == ["QUIT"]
    assert ran.status == USAGE


def test_an_endless_line_is_not_sent() -> None:
    """The input is read in bounded pieces."""
    ran = run(server(), b"NOOP " + b"x" * LONGEST_LINE)
    assert ran.said == ["QUIT"]
    assert ran.status == USAGE


def test_nobody_there_is_an_error_for_the_caller() -> None:
    """There is no dialogue to tell it in."""
    with pytest.raises(ConnectError, match="refused"):
        run_script(LivePlace(Target("127.0.0.1", 1)), io.BytesIO(), out=io.StringIO())


def test_a_server_that_hangs_up_between_lines_is_noticed() -> None:
    """A 421 that nobody asked for is shown, and the lines that could not be sent count."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250 mail.test\r\n421 closing\r\n")

    ran = run(script, [HELLO_LINE, "NOOP", "QUIT"])
    assert "S: 421 closing" in ran.out
    assert ran.status == CUT_OFF


@pytest.mark.parametrize("code", ["250", "334", "550", "no code"])
def test_starttls_is_answered_by_220_and_nothing_else(code: str) -> None:
    """SECURITY: whatever else it says, nothing more goes out where TLS is required."""
    ran = run(
        server({"EHLO": STARTTLS, "STARTTLS": code}),
        [HELLO_LINE, "STARTTLS", *WHOLE],
        starttls=True,
    )
    assert ran.peer.clear.split(b"\r\n")[2:] in ([b"QUIT", b""], [b""])
    assert b"MAIL" not in ran.peer.clear
    assert ran.status == TLS


def test_a_letter_after_a_strange_answer_to_data_is_left_out() -> None:
    """250 to DATA asks for no letter, so its lines would be commands."""
    ran = run(server({"DATA": "250 ok"}), WHOLE)
    assert ran.said == [*ENVELOPE, "DATA", "QUIT"]
    assert ran.status == DATA


def test_a_server_out_of_step_is_not_believed() -> None:
    """One reply too many, and nobody knows which line each belongs to."""
    ran = run(server({"NOOP": "250 one\r\n250 two"}), [HELLO_LINE, "NOOP", "NOOP", "QUIT"])
    assert ran.status == OUT_OF_STEP, ran.out


def test_lmtp_is_spoken_too() -> None:
    """One reply for each recipient is awaited behind the dot."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test LMTP\r\n")
        peer.answer(b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")
        while peer.hear() != b".":
            pass
        peer.say(b"250 kept\r\n552 full\r\n")
        peer.answer(b"221 bye\r\n")

    lines = ["LHLO desk7.office.test", *ENVELOPE[1:], "RCPT TO:<ben@office.test>", "DATA", "."]
    ran = run(script, [*lines, "QUIT"], lmtp=True)
    assert ran.status == SENT, ran.out
    assert ran.out.index("552 full") < ran.out.index("C: QUIT")


def test_escape_sequences_of_the_server_do_not_reach_the_output() -> None:
    """Whatever it says, the output is plain text."""
    ran = run(server({"NOOP": "250 \x1b]52;c;x\x07\u202e"}), ["NOOP", "QUIT"])
    assert "\x1b" not in ran.out
    assert "\\x1b]52" in ran.out
