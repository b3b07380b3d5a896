"""The whole table of what attackers have taken for the end of a letter, and of STARTTLS attacks.

Every server that is not weak on purpose is asked, with every cut into two segments; where packets
matter, over real sockets. What each makes of bare bytes is its own choice (refuse the letter, mend
it, keep it), but none may answer before the true end, twice, or run what stands behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.nature.personality import load_personality
from tests.sandbox.caller import Client, client_of, serving
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part
from tests.sandbox.test_letter import FIRST, HEAD, LOOK_ALIKES, TAIL, TEXT
from tests.waiting import until


def in_letter(part: Part) -> Talk | None:
    """A talk with a server that waits for a letter; None if it does not come to that at once."""
    talk = Talk(part)
    talk.say(HELLO if part.knows("EHLO") else f"HELO{HELLO[4:]}")
    return talk if codes(talk.say(MAIL, RCPT, "DATA")) == ["354"] else None


def strict_parts() -> Iterator[Part]:
    """A door of each server that is neither weak nor broken, and takes a letter in one session."""
    for path in sorted((lessons_dir() / "sandbox" / "personalities").glob("*.toml")):
        personality = load_personality(path.stem)
        if personality.weak or personality.strict.also_ends or path.stem.startswith("broken-"):
            continue
        part = make_part(path.stem)
        if in_letter(part) is not None:
            # What is remembered of other sessions, and what only takes time, is no matter here.
            rules = tuple(r for r in personality.rules if not (r.key or r.answer.slow))
            yield Part(personality._replace(rules=rules), part.world)


PARTS = {part.personality.id: part for part in strict_parts()}
EACH = pytest.mark.parametrize("name", PARTS)


def test_the_great_ones_are_among_them() -> None:
    """The table would be worth nothing if it were empty."""
    assert {"by-the-book", "postfix-like", "classic-821", "crlf-strict", "crlf-mending"} <= set(
        PARTS
    )


def expected(part: Part, middle: bytes) -> list[str]:
    """The digit of the one reply that this server has for a letter with *middle* in it."""
    bare = middle.replace(b"\r\n", b"")
    odd = any(octet in bare for octet in (b"\r", b"\n", b"\0"))
    refuses = odd and part.personality.strict.bare_newline == "reject"
    return [f"{part.answers['data-bare' if refuses else 'data-ok'].digit}"]


def first_digits(replies: str) -> list[str]:
    return [code[0] for code in codes(replies)]


VARIANTS = {**LOOK_ALIKES, **TEXT}


@EACH
@pytest.mark.parametrize("middle", VARIANTS.values(), ids=VARIANTS.keys())
def test_look_alikes_cut_everywhere(name: str, middle: bytes) -> None:
    """One reply at the true end, wherever the segments are cut, and nothing behind is a command."""
    part = PARTS[name]
    data = HEAD + middle + TAIL
    begin, end = len(HEAD), len(HEAD + middle)
    # All cuts for the root of the line, for the others those that touch what looks like an end.
    for cut in range(1, len(data)) if name == "by-the-book" else range(begin - 1, end + 3):
        talk = in_letter(part)
        assert talk is not None
        said = [talk.send(data[:cut]), talk.send(data[cut:])]
        assert said[0] == ""
        assert first_digits(said[1]) == expected(part, middle), cut
        assert talk.responder.mail is None
        # sendmail hangs up on whoever sends such a letter.
        assert talk.closed or first_digits(talk.say("NOOP")) == ["2"]
    assert all(
        message.return_path != "evil@far.test"
        for box in part.world.mailboxes.values()
        for message in box
    )


@EACH
@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST.keys())
def test_look_alikes_as_the_first_bytes(name: str, first: bytes) -> None:
    """Row 37: right behind the 354."""
    part = PARTS[name]
    for cut in range(1, len(first) + 3):
        talk = in_letter(part)
        assert talk is not None
        data = first + TAIL
        said = [talk.send(data[:cut]), talk.send(data[cut:])]
        assert said[0] == ""
        assert first_digits(said[1]) == expected(part, first)


@EACH
def test_the_true_end_octet_by_octet(name: str) -> None:
    """It is one reply, with the last octet; also right behind the 354."""
    for data in (b"hi\r\n.\r\n", b".\r\n"):
        talk = in_letter(PARTS[name])
        assert talk is not None
        said = [talk.send(data[at : at + 1]) for at in range(len(data))]
        assert first_digits("".join(said)) == ["2"]
        assert said[-1] == "".join(said)


@EACH
def test_a_letter_that_nobody_has_asked_for_is_no_commands(name: str) -> None:
    """Row 40: behind a DATA that was refused, and behind one whose 354 was not waited for."""
    part = PARTS[name]
    body = b"Subject: hi\r\n\r\nMAIL FROM:<evil@far.test>\r\n"
    for lines in (("RCPT TO:<nobody@elsewhere.test>",), (RCPT,)):
        talk = Talk(part)
        talk.say(HELLO if part.knows("EHLO") else f"HELO{HELLO[4:]}")
        talk.say(MAIL, *lines)
        talk.send(b"DATA\r\n" + body)
        assert talk.view.envelope.sender in (None, "ada@far.test")
        assert not any("evil" in judged.said for judged in talk.view.verdicts)


@EACH
@pytest.mark.parametrize("size", ["-1", "+5", "1_0", "0x10", "18446744073709551616", ""])
def test_sizes_of_chunks_that_are_none(name: str, size: str) -> None:
    """Row 41: what is no plain number is refused, whatever else programs take for one."""
    part = PARTS[name]
    talk = Talk(part)
    talk.say(HELLO if part.knows("EHLO") else f"HELO{HELLO[4:]}")
    talk.say(MAIL, RCPT)
    assert first_digits(talk.say(f"BDAT {size} LAST"))[0] == "5"


@pytest.mark.parametrize("name", [name for name in PARTS if PARTS[name].does("BDAT")])
def test_the_end_of_mail_data_is_text_in_a_chunk(name: str) -> None:
    """Row 41: octets are counted there."""
    part = PARTS[name]
    talk = Talk(part)
    talk.say(HELLO, MAIL, RCPT)
    data = b"hi\r\n.\r\nMAIL FROM:<evil@far.test>\r\n"
    assert first_digits(talk.send(b"BDAT %d LAST\r\n" % len(data) + data)) == ["2"]
    assert part.world.mailboxes["ana@office.test"][-1].data == data


# ---------------------------------------------------------------- over sockets


@pytest.mark.parametrize("personality", ["by-the-book", "postfix-like"])
async def test_look_alikes_over_a_socket(personality: str) -> None:
    """Each in two packets, cut in the middle of what looks like the end."""
    async with serving(personality=personality) as server:
        for middle in VARIANTS.values():
            async with client_of(server) as client:
                await client.say(HELLO, MAIL, RCPT, "DATA")
                half = len(middle) // 2
                client.writer.write(HEAD + middle[:half])
                await client.writer.drain()
                await asyncio.sleep(0)
                client.writer.write(middle[half:] + TAIL + b"QUIT\r\n")
                said = first_digits((await client.rest()).decode())
                assert said == [*expected(server.part("mx"), middle), "2"], middle
        assert all(
            message.return_path == "ada@far.test"
            for box in server.world.mailboxes.values()
            for message in box
        )


# ---------------------------------------------------------------- STARTTLS

# What is sent with STARTTLS in one segment -> first digits of what comes back, and is it the end?
BEHIND = {
    "1 noop": (b"STARTTLS\r\nNOOP\r\n", ["5"], True),
    "2 ehlo": (b"STARTTLS\r\nNOOP\r\nEHLO evil.test\r\n", ["5"], True),
    "3 mail": (
        b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@far.test>\r\n",
        ["5"],
        True,
    ),
    "5 line feeds": (b"STARTTLS\nNOOP\n", [], False),
    "6 a line feed": (b"STARTTLS\r\nNOOP\n", ["5"], True),
    "7 a carriage return": (b"STARTTLS\rNOOP\r\n", ["5"], False),
    "8 half a command": (b"STARTTLS\r\nXINJ ", ["5"], True),
    "9 empty lines": (b"STARTTLS\r\n\r\n\r\n", ["5"], True),
    "12 an argument": (b"STARTTLS now\r\n", ["5"], False),
}
WITH_TLS = [name for name, part in PARTS.items() if part.does("STARTTLS")]


@pytest.mark.parametrize("name", WITH_TLS)
@pytest.mark.parametrize(("data", "digits", "ends"), BEHIND.values(), ids=BEHIND.keys())
def test_what_is_behind_starttls(name: str, data: bytes, digits: list[str], ends: bool) -> None:
    """Refused with 5yz and the session ended, or thrown away; never run, neither then nor later."""
    part = PARTS[name]
    talk = Talk(part)
    talk.say(HELLO)
    if ends and part.personality.strict.behind_starttls == "discard":
        assert first_digits(talk.send(data)) == ["2"]
        assert talk.shake_hands() == ""
        assert first_digits(talk.say("RSET")) == ["2"]
        return
    assert first_digits(talk.send(data)) == digits
    assert talk.closed == ends
    assert talk.responder.wish is not Wish.TLS


@pytest.mark.parametrize("name", WITH_TLS)
def test_the_state_is_new(name: str) -> None:
    """Rows 10, 11 and 16: no envelope comes along, TLS is begun once, AUTH data is AUTH data."""
    talk = Talk(PARTS[name])
    talk.say(HELLO, MAIL, RCPT)
    if first_digits(talk.say("STARTTLS")) != ["2"]:  # in a transaction it may be refused
        talk.say("RSET", "STARTTLS")
    talk.shake_hands()
    assert first_digits(talk.say("DATA")) == ["5"]
    talk.say(HELLO)
    assert first_digits(talk.say("STARTTLS")) in (["4"], ["5"])  # 454 is what sendmail says
    if codes(talk.say("AUTH LOGIN")) == ["334"]:
        assert codes(talk.say("STARTTLS"))[0] in ("334", "501 5.5.2", "535 5.7.8")
        assert talk.responder.wish is not Wish.TLS


@pytest.mark.parametrize("data", [b"NOOP\r\n", b"\x16\x03\x01garbage NOOP\r\n", b"\0" * 40])
async def test_clear_text_in_the_place_of_the_handshake(data: bytes) -> None:
    """Rows 4 and 13: the next segment is no ClientHello; nothing is answered, and it is the end."""
    async with serving() as server:
        async with client_of(server) as client:
            await client.say(HELLO, "STARTTLS")
            client.writer.write(data + b"EHLO evil.test\r\nNOOP\r\n")
            assert b"250" not in await client.rest_before_a_reset()
        await until(lambda: not server._open)


async def test_forty_stalled_handshakes() -> None:
    """Rows 14 and 15: others are served meanwhile, and who leaves then leaves nothing."""
    async with serving(most_of_one=50) as server:
        stalled = []
        for _ in range(40):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            client = Client(reader, writer)
            await client.reply()
            assert codes(await client.say(HELLO, "STARTTLS")) == ["220 2.0.0"]
            stalled.append(client)
        async with client_of(server) as client:
            assert codes(await client.say(HELLO, MAIL, RCPT, "DATA", "hi\r\n.")) == ["250 2.0.0"]
        for one in stalled[:20]:
            one.writer.transport.abort()
        for one in stalled[20:]:
            one.writer.write(b"\x16\x03")
            await one.close()
        await until(lambda: not server._open)
