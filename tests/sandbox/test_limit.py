"""Budgets, limits and time: when the server has had enough, and how it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.sandbox.mind.responder import Wish
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part


def test_ten_errors() -> None:
    """The tenth refused command is answered, and then the server hangs up with 421."""
    talk = Talk()
    for _ in range(9):
        assert codes(talk.say("FOO")) == ["500 5.5.2"]
    assert codes(talk.say("FOO")) == ["500 5.5.2", "421 4.7.0"]
    assert talk.closed
    assert talk.send(b"NOOP\r\n") == ""


def test_a_letter_brings_new_patience() -> None:
    """Errors are counted from the last letter on."""
    talk = Talk()
    talk.say(*["FOO"] * 8, HELLO)
    talk.letter()
    talk.say(*["FOO"] * 9)
    assert not talk.closed


def test_postfix_like_slows_down_after_ten_and_hangs_up_at_twenty() -> None:
    """From the eleventh error on each reply takes a second; the twentieth is the last."""
    talk = Talk(make_part("postfix-like"))
    for _ in range(10):
        assert codes(talk.say("FOO")) == ["500 5.5.2"]
    for _ in range(9):
        assert talk.say("FOO") == ""
        assert talk.responder.wish is Wish.WAIT
        assert talk.wait(0.5) == ""
        assert codes(talk.wait(0.5)) == ["500 5.5.2"]
    talk.say("FOO")
    assert codes(talk.wait(1)) == ["500 5.5.2", "421 4.7.0"]
    assert talk.closed


def test_what_comes_during_a_wait_is_answered_after_it() -> None:
    """Commands queue up behind a slow reply and are answered in order."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, *["FOO"] * 10, "FOO")
    assert talk.say("RSET") == ""
    assert talk.say("NOOP") == ""
    assert codes(talk.wait(1)) == ["500 5.5.2", "250 2.0.0", "250 2.0.0"]
    assert talk.responder.wish is Wish.READ


def test_postfix_like_tells_when_exim_would_have_hung_up() -> None:
    """The remark is for the view, never for the wire."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, "FOO", "BAR", "BAZ")
    assert not any("Exim" in words for words in talk.view.remarks)
    reply = talk.say("QUX")
    assert any("Exim would have hung up" in words for words in talk.view.remarks)
    assert "Exim" not in reply
    talk.say("QUUX")
    assert sum("Exim" in words for words in talk.view.remarks) == 1


def test_junk_commands() -> None:
    """A hundred commands that bring no letter nearer are enough; a letter starts anew."""
    talk = Talk()
    talk.say(HELLO)
    talk.say(*["NOOP"] * 60)
    talk.letter()
    assert codes(talk.say(*["RSET"] * 100)) == ["250 2.0.0"]
    assert codes(talk.say("NOOP")) == ["250 2.0.0", "421 4.7.0"]
    assert talk.closed


def test_a_thousand_recipients_then_452() -> None:
    """Recipients beyond the limit are put off; those before stay (RFC 5321 4.5.3.1.10)."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, MAIL)
    assert codes(talk.say(*[RCPT] * 1000)) == ["250 2.1.5"]
    assert codes(talk.say(RCPT)) == ["452 4.5.3"]
    assert codes(talk.say("DATA", "hi", ".")) == ["250 2.0.0"]
    assert codes(talk.say(MAIL, RCPT)) == ["250 2.1.5"]


def test_a_hundred_transactions_then_452() -> None:
    """MAILMAX is announced and kept (RFC 9422 4.1)."""
    talk = Talk()
    assert "LIMITS RCPTMAX=1000 MAILMAX=100" in talk.say(HELLO)
    for _ in range(100):
        assert codes(talk.letter()) == ["250 2.0.0"]
    assert codes(talk.say(MAIL)) == ["452 4.5.3"]


@pytest.mark.parametrize("cut", [1, 100, 4096])
def test_a_line_too_long_is_answered_once_at_its_end(cut: int) -> None:
    """What is beyond the limit is thrown away as it comes; then there is one 500."""
    talk = Talk()
    talk.say(HELLO)
    data = b"NOOP " + b"x" * 5000 + b"\r\nNOOP\r\n"
    replies = "".join(talk.send(data[at : at + cut]) for at in range(0, len(data), cut))
    assert codes(replies) == ["500 5.5.2", "250 2.0.0"]


def test_an_endless_line_ends_the_session() -> None:
    """Nobody waits for the end of a line for ever, nor keeps it."""
    talk = Talk()
    talk.say(HELLO)
    sent, reply = 0, ""
    while not talk.closed:
        sent += 1024
        reply += talk.send(b"x" * 1024)
        assert len(talk.responder._begun) <= 1024
    assert codes(reply) == ["500 5.5.2"]
    assert sent <= 64 * 1024


def test_auth_lines_may_be_longer() -> None:
    """12,288 octets for AUTH and its answers (RFC 4954 4), not one more."""
    talk = Talk()
    talk.over_tls()
    assert codes(talk.say("AUTH PLAIN " + "A" * 12_000)) == ["501 5.5.2"]
    assert codes(talk.say("AUTH PLAIN " + "A" * 12_300)) == ["500 5.5.2"]
    talk.say("AUTH PLAIN")
    assert codes(talk.say("A" * 20_000)) == ["500 5.5.2"]
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_a_flood_of_commands_is_answered_in_portions() -> None:
    """Replies are not piled up without end: the owner writes them, then asks for more."""
    talk = Talk(make_part("postfix-like"))
    talk.say(HELLO, MAIL)
    reply = talk.send(b"RCPT TO:<ana@office.test>\r\n" * 500)
    assert len(codes(reply)) == 128
    assert talk.responder.wish is Wish.DRAIN
    count = 128
    while talk.responder.wish is Wish.DRAIN:
        count += len(codes(talk.responder.drained(talk.now).decode()))
    assert count == 500


# ---------------------------------------------------------------- pipelining


def test_what_may_be_pipelined_is_answered_in_order() -> None:
    """MAIL, RCPT and DATA in one piece (RFC 2920)."""
    talk = Talk()
    talk.say(HELLO)
    reply = talk.send(f"{MAIL}\r\n{RCPT}\r\nRCPT TO:<nobody@office.test>\r\nDATA\r\n".encode())
    assert codes(reply) == ["250 2.1.0", "250 2.1.5", "550 5.1.1", "354"]
    reply = talk.send(f"hi\r\n.\r\n{MAIL}\r\nRSET\r\nQUIT\r\n".encode())
    assert codes(reply) == ["250 2.0.0", "250 2.1.0", "250 2.0.0", "221 2.0.0"]


@pytest.mark.parametrize("line", [HELLO, "NOOP", "VRFY ana", "EXPN sales", "ETRN office.test"])
def test_what_may_not_be_pipelined(line: str) -> None:
    """Behind these a client must wait (RFC 2920 3.1); a whole pasted session ends here."""
    talk = Talk()
    talk.say(HELLO)
    assert codes(talk.send(f"{line}\r\nRSET\r\n".encode())) == ["554 5.5.0"]
    assert talk.closed


def test_without_ehlo_nothing_is_pipelined() -> None:
    """PIPELINING was not offered to who said HELO."""
    talk = Talk()
    talk.say("HELO client.example.org")
    assert codes(talk.send(f"{MAIL}\r\n{RCPT}\r\n".encode())) == ["554 5.5.0"]


@pytest.mark.parametrize("before", [[HELLO], [HELLO, MAIL, "RCPT TO:<nobody@office.test>"]])
def test_a_letter_behind_a_refused_data_is_never_run(before: list[str]) -> None:
    """What was meant as a letter is not to be read as commands."""
    talk = Talk()
    talk.say(*before)
    reply = talk.send(b"DATA\r\nMAIL FROM:<evil@far.test>\r\n.\r\n")
    assert codes(reply) == ["554 5.5.0"]
    assert talk.closed


def test_a_lax_server_takes_the_letter_before_its_354(tmp_path: Path) -> None:
    """Where a personality allows it, what is behind an accepted DATA is the letter."""
    (tmp_path / "lax.toml").write_text(
        'format = 1\nkind = "personality"\nid = "lax"\nlike = "by-the-book"\nabout = "x"\n'
        '[strict]\npipelining = "lax"\n'
    )
    talk = Talk(make_part("lax", folder=tmp_path))
    talk.say(HELLO, MAIL, RCPT)
    assert codes(talk.send(b"DATA\r\nhi\r\n.\r\nNOOP\r\nNOOP\r\n")) == [
        "354",
        "250 2.0.0",
        "250 2.0.0",
        "250 2.0.0",
    ]
    assert codes(talk.send(b"DATA\r\nQUIT\r\n")) == ["554 5.5.0"]


# ---------------------------------------------------------------- time


def test_silence_ends_the_session_after_five_minutes() -> None:
    """300 seconds from the last command on, not earlier (RFC 5321 4.5.3.2.7)."""
    talk = Talk()
    talk.say(HELLO)
    assert talk.wait(299) == ""
    talk.say("NOOP")
    assert talk.wait(299.9) == ""
    assert codes(talk.wait(0.1)) == ["421 4.4.2"]
    assert talk.closed


def test_a_line_has_a_minute() -> None:
    """A byte now and then does not keep a session alive."""
    talk = Talk()
    talk.say(HELLO)
    for _ in range(5):
        assert talk.send(b"N") == ""
        assert talk.wait(11) == ""
    talk.send(b"N")
    assert codes(talk.wait(5)) == ["421 4.4.2"]


def test_a_letter_typed_by_hand_has_time() -> None:
    """People think between lines: five minutes are theirs for each, as for commands."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT, "DATA")
    for _ in range(10):
        assert talk.say("a line") == ""
        assert talk.wait(200) == ""
    assert codes(talk.say(".")) == ["250 2.0.0"]


def test_a_letter_that_drips_ends_after_an_hour() -> None:
    """However steadily it comes: an hour, and what its octets take at 500 a second."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT, "DATA")
    said = ""
    for _ in range(40):
        said += talk.send(b"x\r\n") + talk.wait(100)
        if talk.closed:
            break
    assert codes(said) == ["421 4.4.2"]
    assert 3600 <= talk.now - 1767605400.0 <= 3800


def test_a_delayed_greeting_and_an_early_talker(tmp_path: Path) -> None:
    """Who speaks before a greeting that takes its time is turned away; who waits is welcome."""
    (tmp_path / "slow.toml").write_text(
        'format = 1\nkind = "personality"\nid = "slow"\nlike = "by-the-book"\nabout = "x"\n'
        "[timing]\ngreeting_delay = 3\n"
    )
    talk = Talk(make_part("slow", folder=tmp_path))
    assert talk.greeting == ""
    assert talk.wait(2) == ""
    assert codes(talk.wait(1)) == ["220"]
    talk = Talk(make_part("slow", folder=tmp_path))
    assert codes(talk.say("EHLO robot.test")) == ["554 5.5.0"]
    assert talk.closed


def test_the_server_can_be_stopped() -> None:
    """Every session ends with 421 then."""
    talk = Talk()
    assert codes(talk.responder.stopped(talk.now).decode()) == ["421 4.3.2"]
    assert talk.closed
    assert talk.responder.stopped(talk.now) == b""


def test_turning_away_and_breaking_down_have_their_replies() -> None:
    """No room is 421; a fault of ours is 451 without a word about it. Both hang up."""
    for situation, code in (("crowded", "421 4.3.2"), ("crowded-you", "421 4.7.0")):
        talk = Talk()
        assert codes(talk.responder.turned_away(situation, talk.now).decode()) == [code]
        assert talk.closed
    talk = Talk()
    assert codes(talk.responder.failed(talk.now).decode()) == ["451 4.3.0"]
    assert talk.closed
