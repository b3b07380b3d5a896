"""Letters: where they end and where they do not, what is wrong with them, what is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.sandbox.world.message import date_time
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, codes, make_part

HEAD = b"Subject: hi\r\n\r\nfirst"
TAIL = b"MAIL FROM:<evil@far.test>\r\n.\r\n"

# What looks like the end of a letter to somebody, and is none: it stands between HEAD and TAIL.
LOOK_ALIKES = {
    "lf-dot-lf": b"\n.\n",
    "lf-dot-crlf": b"\n.\r\n",
    "lf-dot-cr": b"\n.\r",
    "cr-dot-cr": b"\r.\r",
    "cr-dot-lf": b"\r.\n",
    "cr-dot-crlf": b"\r.\r\n",
    "crlf-dot-lf": b"\r\n.\n",
    "crlf-dot-cr": b"\r\n.\r",
    "crlf-dot-crcrlf": b"\r\n.\r\r\n",
    "crcrlf-dot-crcrlf": b"\r\r\n.\r\r\n",
    "lf-dot-crcrlf": b"\n.\r\r\n",
    "lflf-dot-lf": b"\n\n.\n",
    "nul-before-dot": b"\r\n\0.\r\n",
    "nul-behind-dot": b"\r\n.\0\r\n",
    "nul-in-line-end": b"\r\0\n.\r\0\n",
    "nul-in-second-line-end": b"\r\n.\r\0\n",
    "nul-lf-dot": b"\0\n.\0\n",
    "lfcr-dot-lfcr": b"\n\r.\n\r",
}
# The same, of characters that may stand in a letter.
TEXT = {
    "space-dot": b"\r\n .\r\n",
    "dot-space": b"\r\n. \r\n",
    "dot-tab": b"\r\n.\t\r\n",
    "dot-dot": b"\r\n..\r\n",
    "dot-and-backspace": b"\r\n.x\b\r\n",
    "quoted-printable": b"\r\n=2E\r\n",
    "full-width": "\r\n\uff0e\r\n".encode(),
    "one-dot-leader": "\r\n\u2024\r\n".encode(),
    "byte-order-mark": b"\r\n\xef\xbb\xbf.\r\n",
    "telnet": b"\r\n\xff\xf1.\r\n",
    **{
        f"{name}-{form}": pattern.replace(b"X", char)
        for name, char in {
            "vt": b"\v",
            "ff": b"\f",
            "fs": b"\x1c",
            "gs": b"\x1d",
            "rs": b"\x1e",
            "latin1-nel": b"\x85",
            "nel": "\x85".encode(),
            "ls": "\u2028".encode(),
            "ps": "\u2029".encode(),
        }.items()
        for form, pattern in {
            "both": b"X.X",
            "before": b"X.\r\n",
            "behind": b"\r\n.X",
        }.items()
    },
}
FIRST = {
    "dot-lf": b".\n",
    "dot-cr": b".\rX",
    "lf-dot-lf": b"\n.\n",
    "lf-dot-crlf": b"\n.\r\n",
    "dot-nul": b".\0\r\n",
}


def in_letter(talk: Talk) -> Talk:
    """The server waits for the letter."""
    assert codes(talk.say(HELLO, MAIL, RCPT, "DATA")) == ["354"]
    return talk


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
@pytest.mark.parametrize("middle", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_no_look_alike_ends_a_letter(middle: bytes, size: int) -> None:
    """Nothing but CRLF.CRLF ends it; then one reply names the bare bytes and nothing is stored."""
    talk = in_letter(Talk())
    said = [talk.send(piece) for piece in pieces(HEAD + middle + TAIL, size)]
    assert codes("".join(said)) == ["550 5.6.0"]
    assert said[-1] == "".join(said)
    assert any(name in said[-1] for name in ("LF without CR", "CR without LF", "NUL"))
    assert not any(talk.part.world.mailboxes.values())
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize("middle", TEXT.values(), ids=TEXT.keys())
def test_odd_text_is_text(middle: bytes, size: int) -> None:
    """Characters that split lines elsewhere are part of the letter, which is stored as sent."""
    talk = in_letter(Talk())
    data = HEAD + middle + b"\r\nlast\r\n.\r\n"
    assert codes("".join(talk.send(piece) for piece in pieces(data, size))) == ["250 2.0.0"]
    stored = talk.part.world.mailboxes["ana@office.test"][0].data
    assert stored == data[:-3].replace(b"\r\n.", b"\r\n")


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST.keys())
def test_no_look_alike_ends_a_letter_at_its_start(first: bytes) -> None:
    """The very first bytes are no exception."""
    talk = in_letter(Talk())
    assert talk.send(first) == ""
    assert codes(talk.send(TAIL)) == ["550 5.6.0"]


def test_an_empty_letter_ends_at_once() -> None:
    """The dot may stand right behind the 354."""
    talk = in_letter(Talk())
    assert codes(talk.send(b".\r\n")) == ["250 2.0.0"]
    assert talk.part.world.mailboxes["ana@office.test"][0].data == b""


@pytest.mark.parametrize("edge", [512, 998, 1000, 1024, 2048, 4096, 32768, 65536])
@pytest.mark.parametrize("shift", range(-3, 4))
def test_a_dot_on_the_edge_of_a_block_is_no_end(edge: int, shift: int) -> None:
    """Where a block begins has nothing to do with where a line begins."""
    talk = in_letter(Talk())
    lines = b"x" * 70 + b"\r\n"
    data = (lines * (edge // len(lines) + 2))[: edge + shift] + b"x.\r\n"
    assert talk.send(data[: edge + shift]) == ""
    assert talk.send(data[edge + shift :]) == ""
    assert codes(talk.send(b".\r\n")) == ["250 2.0.0"]


def test_transparency() -> None:
    """One leading dot is taken away from each line (RFC 5321 4.5.2), the first one included."""
    talk = in_letter(Talk())
    assert codes(talk.send(b"..one\r\ntwo\r\n...three\r\n.four\r\n.\r\n")) == ["250 2.0.0"]
    stored = talk.part.world.mailboxes["ana@office.test"][0].data
    assert stored == b".one\r\ntwo\r\n..three\r\nfour\r\n"


def test_what_stands_in_front_of_a_stored_letter() -> None:
    """Return-Path and Received as RFC 5321 4.4 wants them."""
    talk = Talk()
    talk.say(HELLO)
    name = talk.letter("Subject: hi\r\n\r\nhi").split()[-1]
    assert talk.part.world.mailboxes["ana@office.test"][0].raw == (
        b"Return-Path: <ada@far.test>\r\n"
        b"Received: from desk7.office.test ([127.0.0.1])\r\n"
        b"\tby mail.office.test with ESMTP id " + name.encode() + b"\r\n"
        b"\tfor <ana@office.test>; Mon, 05 Jan 2026 09:30:00 +0000\r\n"
        b"Subject: hi\r\n\r\nhi\r\n"
    )


@pytest.mark.parametrize(
    ("hello", "tls", "login", "utf8", "protocol"),
    [
        ("HELO client.example.org", False, False, False, "SMTP"),
        (HELLO, False, False, False, "ESMTP"),
        (HELLO, True, False, False, "ESMTPS"),
        (HELLO, True, True, False, "ESMTPSA"),
        (HELLO, False, False, True, "UTF8SMTP"),
        (HELLO, True, True, True, "UTF8SMTPSA"),
    ],
)
def test_the_word_behind_with(
    hello: str, tls: bool, login: bool, utf8: bool, protocol: str
) -> None:
    """The transmission type is the one the registry has for this session (RFC 3848, RFC 6531)."""
    talk = Talk()
    if tls:
        talk.over_tls()
    else:
        talk.say(hello)
    if login:
        assert codes(talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")) == ["235 2.7.0"]
    talk.say(MAIL + " SMTPUTF8" * utf8, RCPT, "DATA", "hi", ".")
    message = talk.part.world.mailboxes["ana@office.test"][0]
    assert message.origin.protocol == protocol
    assert f" with {protocol} id {message.id}".encode() in message.raw
    assert (b"(using TLSv1.3" in message.raw) == tls
    assert (b"(Authenticated sender: ana)" in message.raw) == login


def test_the_postmasters_path_has_a_domain_in_the_trace() -> None:
    """To write there one needs none, but every path in Received has one (RFC 5321 4.4)."""
    talk = Talk()
    talk.say(HELLO, MAIL, "RCPT TO:<Postmaster>", "DATA", "hi", ".")
    (letter,) = talk.part.world.mailboxes["dora@office.test"]
    assert b"\tfor <Postmaster@mail.office.test>; " in letter.trace


def test_each_letter_has_the_word_of_its_own() -> None:
    """What changes from one letter of a session to the next shows in the trace."""
    talk = Talk()
    talk.over_tls()
    talk.letter()
    talk.say(MAIL + " SMTPUTF8", RCPT, "DATA", ".")
    talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")
    talk.letter()
    messages = talk.part.world.mailboxes["ana@office.test"]
    assert [one.origin.protocol for one in messages] == ["ESMTPS", "UTF8SMTPS", "ESMTPSA"]


def test_a_client_name_that_is_none_is_not_repeated() -> None:
    """What mail programs will read as a header is no place for a stranger's odd bytes."""
    talk = Talk(make_part("postfix-like"))
    talk.say("EHLO (evil)")
    talk.letter()
    assert b"from unknown ([127.0.0.1])" in talk.part.world.mailboxes["ana@office.test"][0].raw


def test_one_letter_for_several_people() -> None:
    """Everybody accepted gets the same letter, once, and reads of nobody else in the trace."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT, "RCPT TO:<ben@office.test>", RCPT, "RCPT TO:<nobody@office.test>")
    talk.say("DATA", "hi", ".")
    boxes = talk.part.world.mailboxes
    assert [len(boxes[f"{name}@office.test"]) for name in ("ana", "ben", "dora")] == [1, 1, 0]
    assert boxes["ana@office.test"] == boxes["ben@office.test"]
    assert b"for <" not in boxes["ana@office.test"][0].raw
    assert boxes["ana@office.test"][0].recipients[:2] == ("ana@office.test", "ben@office.test")


def test_a_list_has_its_owner_in_the_return_path() -> None:
    """Failure reports about list mail go to the list's owner (RFC 5321 3.9.2)."""
    talk = Talk()
    talk.say(HELLO, MAIL, "RCPT TO:<sales@office.test>", "DATA", "hi", ".")
    for name in ("ana", "ben"):
        message = talk.part.world.mailboxes[f"{name}@office.test"][0]
        assert message.raw.startswith(b"Return-Path: <dora@office.test>\r\n")
        assert message.reverse_path == "ada@far.test"


def test_names_of_letters_come_from_the_seed() -> None:
    """The same seed gives the same names, another one others, and none comes twice."""

    def names(seed: int) -> list[str]:
        talk = Talk(make_part(seed=seed))
        talk.say(HELLO)
        return [talk.letter().split()[-1] for _ in range(50)]

    assert names(7) == names(7)
    assert not set(names(7)) & set(names(8))
    assert len(set(names(7))) == 50


@pytest.mark.parametrize(
    ("length", "expected"), [(998, "250 2.0.0"), (999, "500 5.6.0"), (5000, "500 5.6.0")]
)
def test_the_length_of_a_line(length: int, expected: str) -> None:
    """A line has at most 1000 octets with its CRLF (RFC 5321 4.5.3.1.6)."""
    talk = Talk()
    talk.say(HELLO)
    assert codes(talk.letter("x" * length)) == [expected]


def test_the_dot_of_transparency_does_not_count() -> None:
    """A line of 998 octets that begins with a dot has 999 on the wire."""
    talk = Talk()
    talk.say(HELLO)
    assert codes(talk.letter("." + "." + "x" * 997)) == ["250 2.0.0"]


def test_a_letter_over_the_limit_is_refused_at_its_end() -> None:
    """The verdict comes after the dot, and the transaction is over then."""
    talk = in_letter(Talk())
    block = (b"x" * 78 + b"\r\n") * 1000
    for _ in range(132):
        assert talk.send(block) == ""
    assert codes(talk.send(b".\r\n")) == ["552 5.3.4"]
    assert codes(talk.say("DATA")) == ["503 5.5.1"]


def test_a_letter_far_over_the_limit_ends_the_session() -> None:
    """A megabyte beyond the limit the server stops waiting for the end."""
    talk = in_letter(Talk())
    block = b"x" * 65536
    replies = ""
    for _ in range(200):
        replies += talk.send(block)
        if talk.closed:
            break
    assert codes(replies) == ["552 5.3.4"]
    assert talk.closed


@pytest.mark.parametrize(
    ("mode", "stored"), [("normalize", b"a\r\nb\r\n"), ("accept", b"a\nb\r\n")]
)
def test_lenient_servers(tmp_path: Path, mode: str, stored: bytes) -> None:
    """A personality may take bare line feeds, as they are or made whole."""
    (tmp_path / "lenient.toml").write_text(
        'format = 1\nkind = "personality"\nid = "lenient"\nlike = "by-the-book"\nabout = "x"\n'
        f'[strict]\nbare_newline = "{mode}"\n'
    )
    talk = Talk(make_part("lenient", folder=tmp_path))
    talk.say(HELLO)
    assert codes(talk.letter("a\nb")) == ["250 2.0.0"]
    assert talk.part.world.mailboxes["ana@office.test"][0].data == stored


def test_the_house_can_be_full() -> None:
    """When memory for letters is used up, the next one is put off with 452."""
    talk = Talk()
    talk.part.world.room = 10
    talk.say(HELLO)
    assert codes(talk.letter("Subject: much too long\r\n\r\nhi")) == ["452 4.3.1"]
    assert codes(talk.letter("hi")) == ["250 2.0.0"]


def test_small_letters_fill_the_house_too() -> None:
    """Each takes memory beside its own octets, or a flood of tiny ones had no end."""
    talk = Talk()
    talk.part.world.room = 20 * 1024
    talk.say(HELLO)
    taken = 0
    while codes(talk.letter("")) == ["250 2.0.0"] and taken < 100:
        taken += 1
    assert 5 < taken < 20


# ---------------------------------------------------------------- BDAT


def test_a_letter_in_chunks() -> None:
    """Octets are counted, whatever they are; each chunk has its reply, the LAST one the verdict."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    assert codes(talk.send(b"BDAT 17\r\nSubject: hi\r\n.\r\n\r")) == ["250 2.0.0"]
    assert codes(talk.send(b"BDAT 7 LAST\r\n\n\r\nhi\r\n\r\nNOOP\r\n")) == [
        "250 2.0.0",
        "500 5.5.2",
        "250 2.0.0",
    ]
    stored = talk.part.world.mailboxes["ana@office.test"][0].data
    assert stored == b"Subject: hi\r\n.\r\n\r\n\r\nhi\r\n"


def test_chunks_cut_anywhere() -> None:
    """Byte by byte the same letter comes out."""
    data = b"BDAT 14\r\nSubject: hi\r\n.BDAT 4\r\n\r\n\r\nBDAT 0 LAST\r\n"
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    replies = "".join(talk.send(data[at : at + 1]) for at in range(len(data)))
    assert codes(replies) == ["250 2.0.0", "250 2.0.0", "250 2.0.0"]
    assert talk.part.world.mailboxes["ana@office.test"][0].data == b"Subject: hi\r\n.\r\n\r\n"


def test_octets_of_a_refused_chunk_are_no_commands() -> None:
    """Right or wrong, what BDAT announces is swallowed (RFC 3030 2)."""
    talk = Talk()
    talk.say(HELLO, MAIL)
    assert codes(talk.send(b"BDAT 6\r\nQUIT\r\nNOOP\r\n")) == ["503 5.5.1", "250 2.0.0"]
    assert not talk.closed


def test_a_chunk_too_big_fails_the_transaction_until_rset() -> None:
    """After a refused chunk nothing but RSET helps (RFC 3030 2)."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    size = 10_485_761
    assert codes(talk.send(b"BDAT %d\r\n" % size + b"x" * size)) == ["552 5.3.4"]
    assert codes(talk.send(b"BDAT 1 LAST\r\nx")) == ["503 5.5.1"]
    assert codes(talk.say("DATA")) == ["503 5.5.1"]
    assert codes(talk.say("RSET", MAIL, RCPT)) == ["250 2.1.5"]
    assert codes(talk.send(b"BDAT 1 LAST\r\nx")) == ["250 2.0.0"]


def test_a_monstrous_chunk_is_not_waited_for() -> None:
    """Nobody reads 4 GiB only to refuse them."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    assert codes(talk.send(b"BDAT 4294967296 LAST\r\nx")) == ["552 5.3.4"]
    assert talk.closed


def test_data_and_bdat_do_not_mix() -> None:
    """A letter comes in one of the two ways (RFC 3030 2), and no recipient after its begin."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    talk.send(b"BDAT 2\r\nhi")
    assert codes(talk.say("DATA")) == ["503 5.5.1"]
    assert codes(talk.say("RCPT TO:<ben@office.test>")) == ["503 5.5.1"]


def test_bare_line_feeds_in_text_chunks_are_refused_too() -> None:
    """A fix at one door is to cover the others."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    assert codes(talk.send(b"BDAT 5 LAST\r\na\n.\nb")) == ["550 5.6.0"]


def test_a_line_in_chunks_that_is_too_long() -> None:
    """The letter is refused as a whole, and not with a 500, which is for what was not looked at."""
    talk = Talk()
    talk.say(HELLO, MAIL, RCPT)
    data = b"Subject: hi\r\n\r\n" + b"x" * 1001 + b"\r\n"
    assert codes(talk.send(b"BDAT %d LAST\r\n" % len(data) + data)) == ["554 5.6.0"]
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]


def test_a_letter_in_chunks_is_over_whatever_is_said_of_it() -> None:
    """Also with 500: the envelope is gone, and nothing can follow."""
    talk = Talk(make_part(scenario="moody-mailboxes"))
    talk.say(HELLO, MAIL, "RCPT TO:<dot-500@office.test>")
    assert codes(talk.send(b"BDAT 2 LAST\r\nhi"))[0].startswith("500")
    assert codes(talk.send(b"BDAT 0 LAST\r\n")) == ["503 5.5.1"]
    assert codes(talk.say(MAIL, RCPT)) == ["250 2.1.5"]
    assert codes(talk.send(b"BDAT 2 LAST\r\nhi")) == ["250 2.0.0"]


def test_binary_goes_in_chunks_alone() -> None:
    """BODY=BINARYMIME allows any bytes with BDAT, and forbids DATA (RFC 3030 3)."""
    talk = Talk()
    talk.say(HELLO, MAIL + " BODY=BINARYMIME", RCPT)
    assert codes(talk.say("DATA")) == ["503 5.5.1"]
    data = bytes(range(256)) * 8
    assert codes(talk.send(b"BDAT %d LAST\r\n" % len(data) + data)) == ["250 2.0.0"]
    assert talk.part.world.mailboxes["ana@office.test"][0].data == data


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
        (951782400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (START, "Mon, 05 Jan 2026 09:30:00 +0000"),
        (4102444799, "Thu, 31 Dec 2099 23:59:59 +0000"),
    ],
)
def test_dates(seconds: float, words: str) -> None:
    """Days, months and years come out right, leap days too."""
    assert date_time(seconds) == words
