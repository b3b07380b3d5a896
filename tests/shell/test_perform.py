"""The same lines said to another server: what goes out, what stays, and why."""

from __future__ import annotations

import base64

import pytest

from smtpshell.errors import SmtpshellError, UsageError
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.resource import transcripts_dir
from smtpshell.shell.perform import play
from smtpshell.shell.stage import Stage, Terms, stage_at
from smtpshell.transcript.reader import parse_transcript, read_transcript
from smtpshell.transcript.role import Role, role_from_script, role_of
from smtpshell.transcript.turn import Turn, turns_of
from tests.net.harness import Peer, RawServer

START = "S: 220 a\nC: EHLO a.test\nS: 250-a\nS: 250 AUTH LOGIN\n"
ENVELOPE = "C: MAIL FROM:<a@b.test>\nS: 250 x\nC: RCPT TO:<ana@office.test>\nS: 250 x\n"


def role(text: str) -> Role:
    return role_of(parse_transcript(text.encode()).events)


def on(name: str, what: Role, terms: Terms = Terms()) -> tuple[Turn, ...]:  # noqa: B008
    with stage_at(name, terms, port=what.port, lmtp=what.lmtp) as stage:
        return play(what, stage, terms)


def summary(turns: tuple[Turn, ...]) -> list[tuple[str, int | None, bool]]:
    return [(turn.verb, turn.code, turn.sent) for turn in turns]


SAMPLES = [path.stem for path in sorted(transcripts_dir().glob("*.smtp"))]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_can_be_played(name: str) -> None:
    """To the end, and twice with the same outcome: the seed decides."""
    transcript = read_transcript(transcripts_dir() / f"{name}.smtp")
    what = role_of(transcript.events, lmtp=transcript.header.lmtp)
    first, second = (on("by-the-book", what) for _ in range(2))
    if not what.scenes[0].early:  # then it is chance who was heard first
        assert [(t.line, t.codes, t.sent) for t in first] == [
            (t.line, t.codes, t.sent) for t in second
        ]
    if name not in ("bare-line-feed", "nc-hangs"):  # to this server these are no lines
        said = {turn.line for turn in turns_of(transcript.events, lmtp=what.lmtp)}
        assert len({turn.line for turn in first} & said) >= len(said) / 2


def test_a_letter_stays_where_data_is_refused() -> None:
    """Its lines are no commands, whatever they say."""
    text = (
        START
        + ENVELOPE.replace("ana@", "nobody@")
        + ("C: DATA\nS: 354 x\nC: RSET\nC: QUIT\nC: .\nS: 250 x\nC: NOOP\nS: 250 x\n")
    )
    turns = on("by-the-book", role(text))
    assert summary(turns)[-3:] == [("DATA", 554, True), ("DOT", None, False), ("NOOP", 250, True)]
    assert "letter stayed here" in turns[-2].remark


def test_a_letter_that_nobody_expected_is_ended() -> None:
    """DATA was refused then and is accepted now: a lone dot of ours, and the commands go on."""
    text = START + ENVELOPE + "C: DATA\nS: 554 x\nC: NOOP\nS: 250 x\n"
    turns = on("by-the-book", role(text))
    assert summary(turns)[-3:] == [("DATA", 354, True), ("DOT", 250, True), ("NOOP", 250, True)]
    assert "lone dot" in turns[-2].remark


def test_a_login_that_does_not_begin() -> None:
    """No answer is given to a question that was not asked."""
    text = "S: 220 a\nC: EHLO a\nS: 250 AUTH\nC: AUTH LOGIN\nS: 334 x\nC: ZG9yYQ==\nS: 535 x\n"
    turns = on("by-the-book", role(text))
    assert (turns[-1].line, turns[-1].sent) == (b"ZG9yYQ==", False)


TLS = "C: STARTTLS\nS: 220 go\ntls: x {version=TLSv1.3}\nC: EHLO a\nS: 250-a\nS: 250 AUTH X\n"


def test_a_password_that_was_taken_out_is_not_sent() -> None:
    """The login is given up with an asterisk, and both are said."""
    text = (
        START
        + TLS
        + (
            "C: AUTH LOGIN\nS: 334 x\nC: ZG9yYQ==\nS: 334 y\nC: W2hpZGRlbl0=\nS: 235 x\n"
            "C: NOOP\nS: 250 x\n"
        )
    )
    turns = on("by-the-book", role(text))
    assert [turn.line for turn in turns if not turn.sent] == [b"W2hpZGRlbl0="]
    assert any(turn.line == b"*" and turn.remark for turn in turns)
    assert turns[-1].code == 250
    assert all(turn.tls for turn in turns[3:])


def test_an_answer_to_another_challenge_is_not_sent() -> None:
    """It would prove nothing."""
    text = START + TLS + "C: AUTH CRAM-MD5\nS: 334 PDFAeD4=\nC: ZG9yYSAx\nS: 235 x\n"
    turns = on("by-the-book", role(text))
    assert not any(turn.sent and turn.line == b"ZG9yYSAx" for turn in turns)


def test_the_clock_goes_forward_between_sessions() -> None:
    """A greylister lets the second attempt pass, as a quarter of an hour has gone by."""
    transcript = read_transcript(transcripts_dir() / "greylist-retry.smtp")
    turns = on("greylister", role_of(transcript.events))
    assert [(turn.code or 0) // 100 for turn in turns if turn.verb == "RCPT"] == [4, 2]


def test_reasons() -> None:
    """A practice server says why, one reply at a time."""
    turns = on("by-the-book", role(START + "C: BLURB\nS: 500 x\nC: DATA\nS: 503 x\n"))
    assert "verb" in turns[-2].reason
    assert turns[-1].reason
    assert turns[-1].reason != turns[-2].reason


def test_a_script() -> None:
    """What its lines are meant for shows in what is refused."""
    lines = [b"EHLO a", b"MAIL FROM:<a@b.test>", b"DATA", b"Subject: x", b"", b".", b"QUIT"]
    turns = on("by-the-book", role_from_script(lines))
    assert [turn.sent for turn in turns] == [True, True, True, True, False, True]
    assert turns[-1].verb == "QUIT"


def test_after_the_end_nothing_is_sent() -> None:
    """But what would have been is there, to be set beside the others."""
    turns = on("by-the-book", role_from_script([b"QUIT", b"NOOP"]))
    assert (turns[-1].line, turns[-1].sent) == (b"NOOP", False)


BAD = [
    pytest.param("mx.example.org", "real server", id="real"),
    pytest.param("192.0.2.1:25", "real server", id="address"),
    pytest.param("practice:nosuch", "nosuch", id="no-such-personality"),
    pytest.param("localhost:x", "not a port", id="port"),
]


@pytest.mark.parametrize(("name", "words"), BAD)
def test_what_is_no_stage(name: str, words: str) -> None:
    """And nobody was talked to."""
    with pytest.raises(SmtpshellError, match=words):
        on(name, role_from_script([b"QUIT"]))


def test_real_servers_want_a_word() -> None:
    """With it a stage is made; nothing is connected to yet."""
    with pytest.raises(UsageError), stage_at("192.0.2.1:25", Terms()):
        pass
    with stage_at("192.0.2.1:25", Terms(real_servers=True)) as stage:
        assert not stage.on_this_machine
        assert not stage.practice


REAL = [
    pytest.param("C: AUTH PLAIN AGEAYg==\nS: 235 x\n", "password", id="login-in-clear"),
    pytest.param("C: NO\\rOP\nS: 250 x\n", "line ends", id="bare-cr"),
]


@pytest.mark.parametrize(("line", "why"), REAL)
def test_what_no_real_server_is_sent(line: str, why: str) -> None:
    """As in a script: the safe thing, and a word about it."""

    def serve(peer: Peer) -> None:
        peer.say(b"220 x\r\n")
        peer.hear_all()

    class Elsewhere(Stage):
        """This machine, taken for another."""

        on_this_machine = False

    with RawServer(serve) as server:
        stage = Elsewhere("elsewhere", Target("127.0.0.1", server.port), Trust())
        turns = play(role("S: 220 a\n" + line), stage, Terms(timeout=10))
    assert server.heard.clear == b""
    assert not turns[-1].sent
    assert why in turns[-1].remark


def test_login_on_the_way_is_allowed_on_request() -> None:
    """Practice servers are asked for nothing."""
    token = base64.b64encode(b"\0dora\0x").decode()
    turns = on("by-the-book", role(f"S: 220 a\nC: AUTH PLAIN {token}\nS: 235 x\n"))
    assert turns[-1].sent
