"""Lines and the replies to them, verb by verb."""

from __future__ import annotations

import pytest

from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

Case = tuple[list[str], str]

# What was said before, the line, and the codes of its reply.
BY_THE_BOOK = {
    "helo": ([], "HELO client.example.org", "250"),
    "ehlo": ([], "EHLO client.example.org", "250"),
    "ehlo-literal": ([], "EHLO [192.0.2.7]", "250"),
    "ehlo-alone": ([], "EHLO", "501 5.5.4"),
    "ehlo-two-words": ([], "EHLO client example", "501 5.5.4"),
    "ehlo-again": ([HELLO], "EHLO other.example.org", "250"),
    "ehlo-drops-transaction": ([HELLO, MAIL, RCPT, HELLO], "DATA", "503 5.5.1"),
    "lhlo-on-smtp": ([], "LHLO client.example.org", "500 5.5.1"),
    "mail-first": ([], MAIL, "503 5.5.1"),
    "mail": ([HELLO], MAIL, "250 2.1.0"),
    "mail-small": ([HELLO], "mail from:<ada@far.test>", "250 2.1.0"),
    "mail-null": ([HELLO], "MAIL FROM:<>", "250 2.1.0"),
    "mail-quoted": ([HELLO], 'MAIL FROM:<"ada l"@far.test>', "250 2.1.0"),
    "mail-route": ([HELLO], "MAIL FROM:<@relay.test:ada@far.test>", "250 2.1.0"),
    "mail-literal": ([HELLO], "MAIL FROM:<ada@[192.0.2.7]>", "250 2.1.0"),
    "mail-trailing-space": ([HELLO], MAIL + " ", "250 2.1.0"),
    "mail-nested": ([HELLO, MAIL], MAIL, "503 5.5.1"),
    "mail-space": ([HELLO], "MAIL FROM: <ada@far.test>", "501 5.5.4"),
    "mail-space-before-colon": ([HELLO], "MAIL FROM :<ada@far.test>", "501 5.5.4"),
    "mail-no-brackets": ([HELLO], "MAIL FROM:ada@far.test", "501 5.5.4"),
    "mail-open-bracket": ([HELLO], "MAIL FROM:<ada@far.test", "501 5.1.7"),
    "mail-no-address": ([HELLO], "MAIL FROM:", "501 5.5.4"),
    "mail-alone": ([HELLO], "MAIL", "501 5.5.4"),
    "mail-no-domain": ([HELLO], "MAIL FROM:<ada>", "501 5.1.7"),
    "mail-long-local-part": ([HELLO], f"MAIL FROM:<{'a' * 65}@far.test>", "501 5.1.7"),
    "mail-size": ([HELLO], MAIL + " SIZE=1000", "250 2.1.0"),
    "mail-size-too-big": ([HELLO], MAIL + " SIZE=10485761", "552 5.3.4"),
    "mail-size-huge": ([HELLO], MAIL + " SIZE=99999999999999999999", "552 5.3.4"),
    "mail-size-no-number": ([HELLO], MAIL + " SIZE=lots", "501 5.5.4"),
    "mail-unknown-parameter": ([HELLO], MAIL + " FOO=bar", "555 5.5.4"),
    "mail-parameter-after-helo": (["HELO client.example.org"], MAIL + " SIZE=1000", "555 5.5.4"),
    "mail-utf8-undeclared": ([HELLO], "MAIL FROM:<j\u00f6rg@far.test>", "553 5.6.7"),
    "mail-backspace": ([HELLO], "MAIL FROM:<ada\b@far.test>", "500 5.5.2"),
    "mail-no-break-space": ([HELLO], "MAIL FROM:\u00a0<ada@far.test>", "500 5.5.2"),
    "rcpt-first": ([HELLO], RCPT, "503 5.5.1"),
    "rcpt": ([HELLO, MAIL], RCPT, "250 2.1.5"),
    "rcpt-any-case": ([HELLO, MAIL], "RCPT TO:<Ana@Office.Test>", "250 2.1.5"),
    "rcpt-postmaster": ([HELLO, MAIL], "RCPT TO:<Postmaster>", "250 2.1.5"),
    "rcpt-postmaster-full": ([HELLO, MAIL], "RCPT TO:<postmaster@office.test>", "250 2.1.5"),
    "rcpt-list": ([HELLO, MAIL], "RCPT TO:<sales@office.test>", "250 2.1.5"),
    "rcpt-route": ([HELLO, MAIL], "RCPT TO:<@far.test:ana@office.test>", "250 2.1.5"),
    "rcpt-our-address": ([HELLO, MAIL], "RCPT TO:<ana@[127.0.0.1]>", "250 2.1.5"),
    "rcpt-unknown": ([HELLO, MAIL], "RCPT TO:<nobody@office.test>", "550 5.1.1"),
    "rcpt-full": ([HELLO, MAIL], "RCPT TO:<full@office.test>", "452 4.2.2"),
    "rcpt-moved": ([HELLO, MAIL], "RCPT TO:<gone@office.test>", "551 5.1.6"),
    "rcpt-forward": ([HELLO, MAIL], "RCPT TO:<forward@office.test>", "251 2.1.5"),
    "rcpt-relay": ([HELLO, MAIL], "RCPT TO:<carl@elsewhere.test>", "550 5.7.1"),
    "rcpt-null": ([HELLO, MAIL], "RCPT TO:<>", "501 5.1.3"),
    "rcpt-comma-list": (
        [HELLO, MAIL],
        "RCPT TO:<ana@office.test>,<ben@office.test>",
        "501 5.1.3",
    ),
    "rcpt-no-domain": ([HELLO, MAIL], "RCPT TO:<ana>", "501 5.1.3"),
    "rcpt-parameter-of-mail": ([HELLO, MAIL], RCPT + " SIZE=1000", "555 5.5.4"),
    "data-first": ([HELLO], "DATA", "503 5.5.1"),
    "data-no-rcpt": ([HELLO, MAIL], "DATA", "503 5.5.1"),
    "data-all-refused": ([HELLO, MAIL, "RCPT TO:<nobody@office.test>"], "DATA", "554 5.5.1"),
    "data-one-accepted": ([HELLO, MAIL, "RCPT TO:<nobody@office.test>", RCPT], "DATA", "354"),
    "data-argument": ([HELLO, MAIL, RCPT], "DATA now", "501 5.5.4"),
    "rset": ([HELLO], "RSET", "250 2.0.0"),
    "rset-first": ([], "RSET", "250 2.0.0"),
    "rset-argument": ([HELLO], "RSET all", "501 5.5.4"),
    "rset-keeps-hello": ([HELLO, MAIL, "RSET"], MAIL, "250 2.1.0"),
    "rset-drops-envelope": ([HELLO, MAIL, RCPT, "RSET"], "DATA", "503 5.5.1"),
    "noop": ([], "NOOP", "250 2.0.0"),
    "noop-argument": ([HELLO], "NOOP are you there?", "250 2.0.0"),
    "quit": ([HELLO], "QUIT", "221 2.0.0"),
    "quit-argument": ([HELLO], "QUIT now", "501 5.5.4"),
    "vrfy": ([HELLO], "VRFY ana", "250 2.1.5"),
    "vrfy-first": ([], "VRFY ana@office.test", "250 2.1.5"),
    "vrfy-by-name": ([HELLO], "VRFY Ana Albers", "250 2.1.5"),
    "vrfy-unknown": ([HELLO], "VRFY nobody", "550 5.1.1"),
    "vrfy-elsewhere": ([HELLO], "VRFY carl@elsewhere.test", "252 2.1.5"),
    "vrfy-forward": ([HELLO], "VRFY forward", "251 2.1.5"),
    "vrfy-moved": ([HELLO], "VRFY gone", "551 5.1.6"),
    "vrfy-alone": ([HELLO], "VRFY", "501 5.5.4"),
    "expn": ([HELLO], "EXPN sales", "250 2.1.5"),
    "expn-no-list": ([HELLO], "EXPN ana", "550 5.1.1"),
    "expn-elsewhere": ([HELLO], "EXPN sales@elsewhere.test", "550 5.1.1"),
    "expn-alone": ([HELLO], "EXPN", "501 5.5.4"),
    "help": ([], "HELP", "214 2.0.0"),
    "help-topic": ([HELLO], "HELP mail", "214 2.0.0"),
    "help-unknown": ([HELLO], "HELP FOO", "504 5.5.4"),
    "etrn": ([HELLO], "ETRN office.test", "251 2.0.0"),
    "etrn-elsewhere": ([HELLO], "ETRN elsewhere.test", "459 4.7.0"),
    "etrn-alone": ([HELLO], "ETRN", "501 5.5.4"),
    "etrn-first": ([], "ETRN office.test", "503 5.5.1"),
    "etrn-in-mail": ([HELLO, MAIL], "ETRN office.test", "503 5.5.1"),
    "starttls-argument": ([HELLO], "STARTTLS now", "501 5.5.4"),
    "starttls-in-mail": ([HELLO, MAIL], "STARTTLS", "503 5.5.1"),
    "starttls-first": ([], "STARTTLS", "503 5.5.1"),
    "auth-in-clear": ([HELLO], "AUTH PLAIN", "538 5.7.11"),
    "bdat-no-number": ([HELLO, MAIL, RCPT], "BDAT", "501 5.5.4"),
    "bdat-minus": ([HELLO, MAIL, RCPT], "BDAT -1", "501 5.5.4"),
    "bdat-plus": ([HELLO, MAIL, RCPT], "BDAT +5", "501 5.5.4"),
    "bdat-underscore": ([HELLO, MAIL, RCPT], "BDAT 1_0", "501 5.5.4"),
    "bdat-hexadecimal": ([HELLO, MAIL, RCPT], "BDAT 0x10", "501 5.5.4"),
    "bdat-huge": ([HELLO, MAIL, RCPT], f"BDAT {2**64}", "501 5.5.4"),
    "empty": ([], "", "500 5.5.2"),
    "unknown": ([], "FOO", "500 5.5.2"),
    "unknown-private": ([], "XCLIENT NAME=client.example.org", "500 5.5.2"),
    "not-implemented": ([HELLO], "TURN", "502 5.5.1"),
    "leading-space": ([], " NOOP", "500 5.5.2"),
    "header": ([HELLO], "Subject: hi", "500 5.5.2"),
    "http": ([], "GET / HTTP/1.1", "421 4.7.0"),
    "http-header": ([], "Host: mail.office.test", "421 4.7.0"),
    "pseudo-verb": ([HELLO], "DOT", "500 5.5.2"),
    "bare-lf-inside": ([HELLO], "NOOP\nNOOP", "500 5.5.2"),
    "typographic-quotes": ([HELLO], "\u201cNOOP\u201d", "500 5.5.2"),
    "not-utf8": ([HELLO], "NOOP \udcff", "500 5.5.2"),
    "too-long": ([HELLO], "NOOP " + "x" * 506, "500 5.5.2"),
    "as-long-as-may-be": ([HELLO], "NOOP " + "x" * 505, "250 2.0.0"),
    "mail-as-long-as-may-be": (
        [HELLO],
        MAIL + " ENVID=" + "x" * 100 + " RET=HDRS",
        "250 2.1.0",
    ),
}

POSTFIX_LIKE = {
    "mail-space-no-brackets": ([HELLO], "MAIL FROM: ada@far.test", "250 2.1.0"),
    "mail-space-before-colon": ([HELLO], "MAIL FROM :<ada@far.test>", "501 5.5.4"),
    "mail-parameter-after-helo": (["HELO client.example.org"], MAIL + " SIZE=1000", "250 2.1.0"),
    "mail-first": ([], MAIL, "503 5.5.1"),
    "ehlo-localhost": ([], "EHLO localhost", "250"),
    "ehlo-odd": ([], "EHLO _x_", "250"),
    "ehlo-alone": ([], "EHLO", "501"),
    "rcpt-no-domain": ([HELLO, MAIL], "RCPT TO:<ana>", "250 2.1.5"),
    "rcpt-relay": ([HELLO, MAIL], "RCPT TO:<carl@elsewhere.test>", "554 5.7.1"),
    "rcpt-moved": ([HELLO, MAIL], "RCPT TO:<gone@office.test>", "550 5.1.6"),
    "data-no-rcpt": ([HELLO, MAIL], "DATA", "554 5.5.1"),
    "data-no-mail": ([HELLO], "DATA", "503 5.5.1"),
    "vrfy": ([HELLO], "VRFY ana", "252 2.0.0"),
    "vrfy-unknown": ([HELLO], "VRFY nobody", "550 5.1.1"),
    "expn": ([HELLO], "EXPN sales", "500 5.5.2"),
    "help": ([HELLO], "HELP", "500 5.5.2"),
    "turn": ([HELLO], "TURN", "500 5.5.2"),
    "auth-in-clear": ([HELLO], "AUTH PLAIN", "503 5.5.1"),
    "auth-after-helo": (["HELO client.example.org"], "AUTH PLAIN", "503 5.5.1"),
    "header": ([HELLO], "Subject: hi", "221 2.7.0"),
    "quit-argument": ([HELLO], "QUIT now", "221 2.0.0"),
}

CLASSIC = {
    "ehlo": ([], "EHLO client.example.org", "500"),
    "helo": ([], "HELO client.example.org", "250"),
    "starttls": (["HELO client.example.org"], "STARTTLS", "500"),
    "mail": (["HELO client.example.org"], MAIL, "250"),
    "mail-parameter": (["HELO client.example.org"], MAIL + " SIZE=10", "501"),
    "rcpt": (["HELO client.example.org", MAIL], RCPT, "250"),
    "rcpt-unknown": (["HELO client.example.org", MAIL], "RCPT TO:<nobody@office.test>", "550"),
    "rcpt-forward": (["HELO client.example.org", MAIL], "RCPT TO:<forward@office.test>", "251"),
    "rcpt-moved": (["HELO client.example.org", MAIL], "RCPT TO:<gone@office.test>", "551"),
    "vrfy": (["HELO client.example.org"], "VRFY ana", "250"),
    "expn": (["HELO client.example.org"], "EXPN sales", "250"),
    "too-long": (["HELO client.example.org"], "NOOP " + "x" * 600, "500"),
}


def _cases() -> list[object]:
    return [
        pytest.param(name, *case, id=f"{name}-{key}")
        for name, cases in (
            ("by-the-book", BY_THE_BOOK),
            ("postfix-like", POSTFIX_LIKE),
            ("classic-821", CLASSIC),
        )
        for key, case in cases.items()
    ]


@pytest.mark.parametrize(("personality", "before", "line", "expected"), _cases())
def test_a_line_gets_the_code_it_should(
    personality: str, before: list[str], line: str, expected: str
) -> None:
    """The reply to the line has this code and, where the server has such, this enhanced code."""
    talk = Talk(make_part(personality))
    talk.say(*before)
    assert codes(talk.say(line)) == [expected]


@pytest.mark.parametrize(("personality", "before", "line", "expected"), _cases())
def test_the_network_may_cut_anywhere(
    personality: str, before: list[str], line: str, expected: str
) -> None:
    """Byte by byte or whole, the same line gets the same reply and leads to the same standing."""
    whole, cut = Talk(make_part(personality)), Talk(make_part(personality))
    for one in (*before, line):
        data = one.encode("utf-8", "surrogateescape") + b"\r\n"
        replies = [cut.send(data[at : at + 1]) for at in range(len(data))]
        assert "".join(replies) == whole.send(data)
        assert cut.responder.standing == whole.responder.standing
        assert cut.closed == whole.closed


def test_what_was_judged_before_is_answered_alike() -> None:
    """The second time a line is said in the same standing its reply comes out of the memory."""
    part = make_part()
    for key, (before, line, expected) in BY_THE_BOOK.items():
        for _ in range(2):
            talk = Talk(part)
            talk.say(*before)
            assert codes(talk.say(line)) == [expected], key


def test_the_memory_of_moves_is_bounded() -> None:
    """However many different lines are said, only so many are remembered."""
    part = make_part()
    talk = Talk(part)
    talk.say(HELLO)
    for number in range(3000):
        talk.say(f"MAIL FROM:<ada{number}@far.test>", "RSET")
        talk.responder.junk = 0
        talk.responder.mails = 0
    seats = part._seats.values()
    assert sum(len(seat.moves) for seat in seats) <= 2048
    assert all(seat.light.keys() <= seat.moves.keys() for seat in seats)


def test_every_reply_line_is_printable_and_short() -> None:
    """No reply holds anything but printable ASCII, and no line of it more than 512 octets."""
    for personality in ("by-the-book", "postfix-like", "classic-821"):
        part = make_part(personality)
        for lines in (
            [HELLO, MAIL, "RCPT TO:<\x1b]0;owned\x07@office.test>"],
            [HELLO, MAIL, f"RCPT TO:<{'a' * 60}@{'b' * 60}.{'c' * 60}.test>"],
            [f"EHLO {'x' * 400}"],
            ["VRFY \x1b[31m" + "x" * 300],
            ["HELP \x07"],
            [HELLO, "MAIL FROM:<a@b.test> \x1bX=1"],
        ):
            talk = Talk(part)
            for line in lines:
                for said in talk.say(line).encode().split(b"\r\n"):
                    assert len(said) <= 510
                    assert said.decode("ascii").isprintable()


def test_replies_hold_other_letters_only_under_smtputf8() -> None:
    """Who declares SMTPUTF8 may be answered in UTF-8 (RFC 6531 3.7.4), nobody else."""
    talk = Talk()
    talk.say(HELLO, MAIL + " SMTPUTF8")
    assert "<j\u00f6rg@office.test>" in talk.say("RCPT TO:<j\u00f6rg@office.test>")


@pytest.mark.parametrize("personality", ["by-the-book", "postfix-like", "classic-821"])
def test_the_first_word_is_the_servers_name(personality: str) -> None:
    """Greeting and the reply to EHLO or HELO begin with our own domain (RFC 5321 4.2)."""
    talk = Talk(make_part(personality))
    hello = "HELO client.example.org" if personality == "classic-821" else HELLO
    for said in (talk.greeting, talk.say(hello)):
        assert said[4:].startswith("mail.office.test")
    assert "sandbox, delivers nothing" in talk.greeting
