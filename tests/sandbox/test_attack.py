"""Servers that are weak on purpose, and people between: each attack played, and its cure."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.errors import UsageError
from smtpshell.sandbox.mind.between import Intercepted, responder_at
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.start import start
from smtpshell.smtp.data import dot_stuff
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, codes, make_part
from tests.sandbox.test_letter import HEAD
from tests.sandbox.test_property import ANYTHING, obey

WEAK = (
    "chatty-vrfy",
    "firewall-fixup",
    "injectable",
    "lf-forwarder",
    "lf-lenient",
    "open-relay",
    "slips-in",
    "stripper",
    "stripper-454",
    "stripper-garbled",
)


def play(personality: str) -> Talk:
    return Talk(make_part(personality))


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_server_says_so(name: str) -> None:
    """In words, to whoever lists the servers or looks at the server's side of a session."""
    assert load_personality(name).weak
    assert play(name).view.weak == load_personality(name).weak


@pytest.mark.parametrize("name", ["postfix-like", "by-the-book", "discreet", "crlf-strict"])
def test_others_are_not(name: str) -> None:
    """Nothing is wrong with the rest."""
    assert play(name).view.weak == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mail.example.org", ""])
def test_a_weak_server_serves_this_machine_alone(host: str) -> None:
    """Nobody else may reach it: that is refused before a socket is opened, with the reason."""
    with pytest.raises(UsageError, match="weak on purpose") as caught:
        asyncio.run(start("open-relay", host=host))
    assert "spam in its name" in caught.value.hint


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_this_machine_may(host: str) -> None:
    """That is what it is for."""
    server = await start("open-relay", host=host)
    async with server:
        assert server.personality.weak
        assert server.port


# ---------------------------------------------------------------- relays and names


def test_an_open_relay_carries_letters_for_strangers() -> None:
    """Anybody to anybody; the letter goes on by the queue, and victims are remarked."""
    talk = play("open-relay")
    assert codes(talk.say(HELLO, MAIL, "RCPT TO:<victim@elsewhere.test>")) == ["250 2.1.5"]
    assert codes(talk.say("DATA", "Subject: win", "", "now", ".")) == ["250 2.0.0"]
    assert talk.part.world.outgoing.gone[0].address == "victim@elsewhere.test"
    assert any("victim" in remark for remark in talk.view.remarks)
    talk.say(MAIL, "RCPT TO:<second@elsewhere.test>", "RCPT TO:<third@far.test>", RCPT)
    assert talk.view.scores == {"victims": 3}


@pytest.mark.parametrize("name", ["postfix-like", "chatty-vrfy", "by-the-book"])
def test_the_others_do_not(name: str) -> None:
    """One of three relays."""
    talk = play(name)
    assert codes(talk.say(HELLO, MAIL, "RCPT TO:<victim@elsewhere.test>"))[0][0] == "5"


def test_a_chatty_server_tells_who_lives_there() -> None:
    """Full names for VRFY, whole lists for EXPN, and no end to the guessing."""
    talk = play("chatty-vrfy")
    assert talk.say("VRFY ana") == "250 2.1.5 Ana Albers <ana@office.test>\r\n"
    assert codes(talk.say("VRFY zoe")) == ["550 5.1.1"]
    assert "Ben Baker <ben@office.test>" in talk.say("EXPN sales")
    talk.say(HELLO, MAIL)
    found = [
        name
        for name in ("ana", "ada", "ben", "bob", "dora", *(f"user{n}" for n in range(50)))
        if talk.say(f"RCPT TO:<{name}@office.test>").startswith("250")
    ]
    assert found == ["ana", "ben", "dora"]
    assert not talk.closed


def test_a_discreet_server_answers_about_all_alike() -> None:
    """Nothing tells a mailbox from none, by VRFY or by RCPT; a letter to nobody is dropped."""
    talk = play("discreet")
    names = ("ana", "full", "gone", "forward", "sales", "nobody")
    assert len({talk.say(f"VRFY {name}") for name in names}) == 1
    assert codes(talk.say("EXPN sales"))[0][0] == "5"
    talk.say(HELLO, MAIL)
    assert {talk.say(f"RCPT TO:<{name}@office.test>") for name in names} == {"250 2.1.5 Ok\r\n"}
    talk.say("RSET", MAIL, "RCPT TO:<nobody@office.test>")
    assert codes(talk.say("DATA", "hi", ".")) == ["250 2.0.0"]
    assert not any(talk.part.world.mailboxes.values())
    assert any("drops it" in remark for remark in talk.view.remarks)


# ---------------------------------------------------------------- STARTTLS


def test_a_stripper_takes_the_offer_away() -> None:
    """The list lacks STARTTLS, and who says it all the same is not understood by the server."""
    talk = play("stripper")
    listed = talk.say(HELLO)
    assert "STARTTLS" not in listed
    assert listed.splitlines()[-1].startswith("250 ")
    assert codes(talk.say("STARTTLS")) == ["500 5.5.2"]
    assert talk.view.verdicts[-1].said == "XXXXXXXX"
    assert "STARTTLS" in talk.view.offered
    assert codes(talk.letter()) == ["250 2.0.0"]


def test_a_stripper_may_take_the_last_line_or_overwrite_it() -> None:
    """What is left is a reply of the right form."""
    talk = play("stripper-garbled")
    assert "250-XXXXXXXA\r\n" in talk.say(HELLO)
    assert codes(talk.say("starttls")) == ["500 5.5.2"]


def test_a_stripper_may_answer_itself() -> None:
    """454 to STARTTLS: the server behind would have said 220."""
    talk = play("stripper-454")
    assert "250-STARTTLS\r\n" in talk.say(HELLO)
    assert codes(talk.say("STARTTLS")) == ["454 4.7.0"]
    assert "did not come from the server" in talk.view.verdicts[-1].reason.words


def test_whoever_takes_tls_away_waits_for_passwords() -> None:
    """A login in clear works there; the learner is told what it has cost."""
    talk = play("stripper")
    assert "AUTH PLAIN" in talk.say(HELLO)
    assert codes(talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")) == ["235 2.7.0"]
    assert any("reads it" in remark for remark in talk.view.remarks)


def test_the_buffer_bug() -> None:
    """A NOOP put in behind STARTTLS in clear is answered under TLS, by the weak server alone."""
    talk = play("injectable")
    talk.say(HELLO)
    assert codes(talk.send(b"STARTTLS\r\nNOOP\r\n")) == ["220 2.0.0"]
    assert codes(talk.shake_hands()) == ["250 2.0.0"]
    strict = play("postfix-like")
    strict.say(HELLO)
    assert codes(strict.send(b"STARTTLS\r\nNOOP\r\n")) == ["554 5.5.0"]


def test_the_buffer_bug_lets_a_letter_be_sent_in_anothers_name() -> None:
    """Half a command prefixes the client's first one; whole ones open an envelope."""
    talk = play("injectable")
    talk.say(HELLO)
    talk.send(
        b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@far.test>\r\nRCPT TO:<ana@office.test>\r\n"
    )
    assert codes(talk.shake_hands()) == ["250", "250 2.1.0", "250 2.1.5"]
    assert talk.view.envelope.sender == "evil@far.test"
    half = play("injectable")
    half.say(HELLO)
    half.send(b"STARTTLS\r\nXINJ ")
    assert half.shake_hands() == ""
    assert codes(half.say(HELLO)) == ["500 5.5.2"]


def test_what_is_discarded_is_neither_run_nor_refused(tmp_path: Path) -> None:
    """The other cure: go on with an empty buffer."""
    (tmp_path / "purging.toml").write_text(
        'format = 1\nkind = "personality"\nid = "purging"\nlike = "postfix-like"\nabout = "x"\n'
        '[strict]\nbehind_starttls = "discard"\n'
    )
    talk = Talk(make_part("purging", folder=tmp_path))
    talk.say(HELLO)
    assert codes(talk.send(b"STARTTLS\r\nNOOP\r\n")) == ["220 2.0.0"]
    assert talk.shake_hands() == ""
    assert codes(talk.say("RSET")) == ["250 2.0.0"]


def test_a_reply_that_was_slipped_in() -> None:
    """It comes in clear, behind the 220; the server behind is as good as any."""
    talk = play("slips-in")
    talk.say(HELLO)
    assert talk.say("STARTTLS") == (
        "220 2.0.0 Ready to start TLS\r\n250-evil.test\r\n250 AUTH PLAIN LOGIN\r\n"
    )
    talk.shake_hands()
    assert "evil" not in talk.say(HELLO)


# ---------------------------------------------------------------- the firewall


def test_a_firewall_masks_the_greeting() -> None:
    """Asterisks, but for the digits 2 and 0."""
    talk = play("firewall-fixup")
    assert talk.greeting.startswith("220 ***")
    assert set(talk.greeting[4:-2]) <= set("*20")


def test_a_firewall_crosses_out_what_it_does_not_know() -> None:
    """EHLO is refused, HELO goes through, and a letter can be handed over in clear."""
    talk = play("firewall-fixup")
    assert talk.say(HELLO) == "500 5.5.2 Error: command not recognized: XXXX\r\n"
    assert codes(talk.say("STARTTLS")) == ["500 5.5.2"]
    assert codes(talk.say("HELO desk7.office.test")) == ["250"]
    assert codes(talk.letter("Subject: hi\r\n\r\nEHLO is a word like any other")) == ["250 2.0.0"]
    stored = talk.part.world.mailboxes["ana@office.test"][0].data
    assert b"EHLO is a word" in stored
    assert "firewall" in talk.view.remarks[-1]


def test_a_firewall_crosses_out_what_comes_one_key_at_a_time() -> None:
    """As telnet in its character mode sends it (M41); the same line in one piece goes through."""
    talk = play("firewall-fixup")
    replies = "".join(talk.send(bytes([octet])) for octet in b"HELO me\r\n")
    assert replies == "500 5.5.2 Error: command not recognized: XXXXXXX\r\n"
    assert codes(talk.say("HELO me")) == ["250"]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize("name", ["stripper", "slips-in", "stripper-garbled"])
def test_cutting_changes_nothing(name: str, size: int) -> None:
    """Whoever sits in between reads lines, however they come, and letters pass unread."""
    lines = f"{HELLO}\r\n{MAIL}\r\n{RCPT}\r\nDATA\r\n".encode()
    data = HEAD + b"\r\nSTARTTLS\r\n..\r\n.\r\nNOOP\r\nQUIT\r\n"
    talk, whole = play(name), play(name)
    assert isinstance(talk.responder, Intercepted)
    expected = "".join(whole.say(line.decode()) for line in lines.split(b"\r\n")[:-1])
    expected += whole.send(data)
    said = "".join(
        talk.send(part[at : at + size])
        for part in (*lines.splitlines(keepends=True), data)
        for at in range(0, len(part), size)
    )
    ids = [line.split()[-1] for line in (said + expected).splitlines() if "queued" in line]
    assert len(ids) == 2
    assert said == expected
    stored = talk.part.world.mailboxes["ana@office.test"][0].data
    assert stored == HEAD + b"\r\nSTARTTLS\r\n.\r\n"
    assert talk.closed


def test_bytes_behind_starttls_are_judged_by_the_server_all_the_same() -> None:
    """Somebody in between is no reason to be careless."""
    talk = play("slips-in")
    talk.say(HELLO)
    assert codes(talk.send(b"STARTTLS\r\nNOOP\r\n")) == ["554 5.5.0"]
    assert talk.responder.wish is Wish.CLOSE


@pytest.mark.parametrize("manner", ["delay = 2", "drip = 0.1"])
def test_a_reply_that_takes_its_time_is_gone_through_too(tmp_path: Path, manner: str) -> None:
    """Whole or octet by octet, greeting and list come changed; and lines that wait keep waiting."""
    (tmp_path / "slow.toml").write_text(
        'format = 1\nkind = "personality"\nid = "slow"\nlike = "stripper"\nabout = "x"\n'
        "[between]\nmasks_greeting = true\n"
        f'[rules.slow]\nat = "reply"\n{manner}\n[rules.first]\nat = "CONNECT"\n{manner}\n'
    )
    talk = Talk(make_part("slow", folder=tmp_path))

    def all_of_it() -> str:
        said = ""
        while talk.responder.wish is Wish.WAIT:
            talk.now = talk.responder.deadline
            said += talk.responder.timer(talk.now).decode()
        return said

    assert all_of_it().startswith("220 ****")
    assert talk.send(f"{HELLO}\r\nNOOP\r\n".encode()) == ""
    said = all_of_it()
    assert "STARTTLS" not in said
    assert said.count("250 ") == 2
    assert said.endswith("250 2.0.0 Ok\r\n")


# ---------------------------------------------------------------- smuggling, the receiving half

SMUGGLED = (
    b"Subject: hi\r\n\r\nhi\n.\nMAIL FROM:<boss@office.test>\r\nRCPT TO:<ben@office.test>\r\n"
    b"DATA\r\nSubject: pay\r\n\r\nPay at once.\r\n.\r\n"
)


@pytest.mark.parametrize(
    ("name", "replies", "letters"),
    [
        ("lf-lenient", ["250 2.0.0", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0"], (1, 1)),
        ("lf-forwarder", ["250 2.0.0"], (1, 0)),
        ("crlf-mending", ["250 2.0.0"], (1, 0)),
        ("crlf-strict", ["550 5.5.2"], (0, 0)),
        ("by-the-book", ["550 5.6.0"], (0, 0)),
    ],
)
def test_one_letter_or_two(name: str, replies: list[str], letters: tuple[int, int]) -> None:
    """From one DATA the lenient server takes a second letter, with a sender of its own."""
    talk = play(name)
    talk.say(HELLO, MAIL, RCPT, "DATA")
    assert codes(talk.send(SMUGGLED)) == replies
    boxes = talk.part.world.mailboxes
    assert (len(boxes["ana@office.test"]), len(boxes["ben@office.test"])) == letters
    if letters[1]:
        assert boxes["ben@office.test"][0].return_path == "boss@office.test"


def test_what_each_server_stores_of_it() -> None:
    """Unchanged at the forwarder; made whole, so that nothing is left to misread, at the other."""
    stored = {}
    for name in ("lf-forwarder", "crlf-mending"):
        talk = play(name)
        talk.say(HELLO, MAIL, RCPT, "DATA")
        talk.send(SMUGGLED)
        stored[name] = talk.part.world.mailboxes["ana@office.test"][0].data
    assert b"hi\n.\nMAIL" in stored["lf-forwarder"]
    assert b"hi\r\n.\r\nMAIL" in stored["crlf-mending"]


# ---------------------------------------------------------------- whatever is said

BETWEEN = {name: make_part(name) for name in WEAK if load_personality(name).between.hides}
BETWEEN |= {name: make_part(name) for name in ("firewall-fixup", "slips-in", "stripper-garbled")}


@settings(max_examples=200)
@given(name=st.sampled_from(sorted(BETWEEN)), blocks=st.lists(ANYTHING, max_size=20))
def test_any_bytes_pass_somebody_in_between(name: str, blocks: list[bytes]) -> None:
    """Nothing raises, what comes back are whole lines, and a copy goes on in the same way."""
    responder = responder_at(BETWEEN[name])
    out = responder.opened(START)
    for block in blocks:
        twin = responder.copy(BETWEEN[name])
        said = responder.received(block, START) + obey(responder, START)
        again = twin.received(block, START) + obey(twin, START)
        assert re.sub(rb"(queued as |334 ).*", rb"\1", said) == re.sub(
            rb"(queued as |334 ).*", rb"\1", again
        )
        out += said
    assert out.endswith(b"\r\n")
    assert all(re.match(rb"[2-5][0-9]{2}(?:[ -]|$)", line) for line in out.split(b"\r\n")[:-1])


@settings(max_examples=200)
@given(
    end=st.sampled_from(["crlf-strict", "crlf-mending", "by-the-book"]),
    pieces=st.lists(
        st.sampled_from([b"\n", b"\r", b".", b"\0", b"a", b"\r\n", b"..", SMUGGLED]), max_size=20
    ),
)
def test_no_letter_is_two_to_a_careful_server(end: str, pieces: list[bytes]) -> None:
    """Whatever is in it: one DATA, one reply, at most one letter."""
    letter = b"".join(pieces)
    talk = play(end)
    talk.say(HELLO, MAIL, RCPT, "DATA")
    wire = dot_stuff(letter) + b"\r\n.\r\n"
    before = sum(len(box) for box in talk.part.world.mailboxes.values())
    assert len(codes(talk.send(wire))) == 1
    assert sum(len(box) for box in talk.part.world.mailboxes.values()) - before in (0, 1)
