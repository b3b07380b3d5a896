"""What holds for any session whatever: no exception, no surprise, the same again with the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smtpshell.sandbox
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.mind.view import view_of
from smtpshell.smtp.cutter import ClientCutter
from smtpshell.smtp.line import LineBuffer
from smtpshell.smtp.reply import ReplyReader
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import State
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, make_part

PARTS = {
    (name, door): make_part(name, door)
    for name in ("by-the-book", "postfix-like", "classic-821")
    for door in ("mx", "submission", "smtps", "lmtp")
}

LINES = (
    HELLO,
    "HELO client.example.org",
    "LHLO client.example.org",
    "EHLO",
    MAIL,
    MAIL + " BODY=BINARYMIME SIZE=20",
    MAIL + " SMTPUTF8",
    "MAIL FROM:<>",
    RCPT,
    "RCPT TO:<ben@office.test>",
    "RCPT TO:<nobody@office.test>",
    "RCPT TO:<full@office.test>",
    "DATA",
    ".",
    "..",
    "Subject: hi",
    "",
    "BDAT 0",
    "BDAT 4",
    "BDAT 4 LAST",
    "BDAT x",
    "RSET",
    "NOOP",
    "QUIT",
    "VRFY ana",
    "EXPN sales",
    "HELP",
    "ETRN office.test",
    "STARTTLS",
    "AUTH PLAIN",
    "AUTH PLAIN AGFuYQBhcHJpY290LTc=",
    "AUTH LOGIN",
    "AUTH CRAM-MD5",
    "AGFuYQBhcHJpY290LTc=",
    "*",
    "YW5h",
    "FOO",
    "GET / HTTP/1.1",
    "TURN",
)
A_LINE = st.sampled_from([line.encode() + b"\r\n" for line in LINES])
ANYTHING = st.one_of(A_LINE, st.binary(max_size=40), st.sampled_from([b"\r", b"\n", b"\r\n.\r\n"]))
A_PART = st.sampled_from(sorted(PARTS))


def is_over(responder: Responder) -> bool:
    return responder.wish is Wish.CLOSE


def obey(responder: Responder, now: float) -> bytes:
    """Do what the owner of a connection would, until the responder reads again or is done."""
    out = b""
    while responder.wish not in (Wish.READ, Wish.CLOSE):
        if responder.wish is Wish.TLS:
            responder.tls_started(now, "TLSv1.3")
        elif responder.wish is Wish.DRAIN:
            out += responder.drained(now)
        else:
            now = responder.deadline
            out += responder.timer(now)
    return out


@settings(max_examples=400)
@given(part=A_PART, blocks=st.lists(ANYTHING, max_size=30))
def test_any_bytes_get_an_orderly_answer(part: tuple[str, str], blocks: list[bytes]) -> None:
    """Nothing raises; what comes back are whole lines, printable, with a code, not too long."""
    responder = Responder(PARTS[part])
    out = responder.opened(START, tls="TLSv1.3" if part[1] == "smtps" else "")
    for block in blocks:
        out += responder.received(block, START) + obey(responder, START)
    assert out.endswith(b"\r\n")
    for line in out.split(b"\r\n")[:-1]:
        assert re.match(rb"[2-5][0-5][0-9](?:[ -]|$)", line)
        assert line.decode().isprintable()
        assert len(line) <= 510 or line.startswith(b"334 ")
    view_of(responder)
    assert list(responder.record.events())


@settings(max_examples=200)
@given(part=A_PART, lines=st.lists(A_LINE, max_size=30), step=st.integers(1, 9))
def test_the_network_may_cut_a_session_anywhere(
    part: tuple[str, str], lines: list[bytes], step: int
) -> None:
    """Line by line, or in pieces of any size, the session is the same."""
    twins = Responder(PARTS[part]), Responder(PARTS[part])
    said = [twin.opened(START) for twin in twins]
    for line in lines:
        replies = [b"", b""]
        for index, size in enumerate((len(line), step)):
            for at in range(0, len(line), size):
                replies[index] += twins[index].received(line[at : at + size], START)
                replies[index] += obey(twins[index], START)
        assert _without_chance(replies[0]) == _without_chance(replies[1])
        assert twins[0].standing == twins[1].standing
    assert said[0] == said[1]


def _without_chance(reply: bytes) -> bytes:
    """*reply* without what is new each time: names of letters, challenges."""
    return re.sub(rb"(queued as |delivered as |334 ).*", rb"\1", reply)


@settings(max_examples=100)
@given(
    name=st.sampled_from(["by-the-book", "postfix-like"]),
    blocks=st.lists(ANYTHING, max_size=20),
    seed=st.integers(0, 3),
)
def test_the_same_seed_and_input_give_the_same_session(
    name: str, blocks: list[bytes], seed: int
) -> None:
    """To the byte, queue names and challenges included."""

    def play() -> bytes:
        responder = Responder(make_part(name, seed=seed))
        out = responder.opened(START, tls="TLSv1.3")
        for block in blocks:
            out += responder.received(block, START) + obey(responder, START)
        return out + repr(responder.part.world.mailboxes).encode()

    assert play() == play()


@settings(max_examples=300)
@given(part=A_PART, lines=st.lists(A_LINE, max_size=30))
def test_a_watching_session_agrees(part: tuple[str, str], lines: list[bytes]) -> None:
    """Who watches both sides from outside arrives at the state that the server is in.

    The server moves by the table of transitions; this holds that it uses it as everybody does.
    """
    responder = Responder(PARTS[part])
    session = Session(lmtp=part[1] == "lmtp", tls=part[1] == "smtps")
    cutter = ClientCutter(session)
    _hear(session, responder.opened(START, tls="TLSv1.3" if session.tls else ""))
    for line in lines:
        for _ in cutter.feed(line):
            pass
        _hear(session, responder.received(line, START))
        if responder.wish is Wish.TLS:
            session.tls_started()
        _hear(session, obey(responder, START))
        if is_over(responder):
            break
        assert session.state is responder.standing.state, line
        assert session.esmtp == responder.standing.esmtp
        assert session.auth == bool(responder.standing.user)
        assert len(session.envelope.accepted) == len(responder.recipients)
        assert session.messages == responder.letters


def _hear(session: Session, data: bytes) -> None:
    buffer, reader = LineBuffer(), ReplyReader()
    buffer.feed(data)
    while (line := buffer.next_line()) is not None:
        if reply := reader.feed_line(line):
            session.server_said(reply)


@settings(max_examples=150)
@given(
    part=st.sampled_from([("by-the-book", "mx"), ("postfix-like", "mx"), ("by-the-book", "lmtp")]),
    before=st.lists(A_LINE, max_size=15),
    aside=st.lists(A_LINE, max_size=10),
    behind=st.lists(A_LINE, max_size=10),
)
def test_a_copy_goes_its_own_way(
    part: tuple[str, str], before: list[bytes], aside: list[bytes], behind: list[bytes]
) -> None:
    """What happens to one is not felt by the other: to go back is to go on with a copy."""

    def play(responder: Responder, lines: list[bytes]) -> bytes:
        return b"".join(responder.received(line, START) + obey(responder, START) for line in lines)

    first = Responder(make_part(*part))
    first.opened(START, tls="TLSv1.3")
    play(first, before)
    world = first.part.world.copy()
    twin = first.copy(first.part.in_world(world))
    play(first, aside)
    straight = Responder(make_part(*part))
    straight.opened(START, tls="TLSv1.3")
    play(straight, before)
    assert play(twin, behind) == play(straight, behind)
    assert world.mailboxes == straight.part.world.mailboxes
    assert view_of(twin) == view_of(straight)


def test_every_state_can_be_copied() -> None:
    """In the middle of a letter, of a chunk, of a login."""
    for lines in (
        [HELLO, MAIL, RCPT, "DATA", "half a letter"],
        [HELLO, MAIL, RCPT, "BDAT 100", "half a chunk"],
        [HELLO, "AUTH LOGIN", "YW5h"],
    ):
        talk = Talk(make_part(), tls=True)
        talk.say(*lines)
        part = talk.part.in_world(talk.part.world.copy())
        twin = talk.responder.copy(part)
        for last in ("YXByaWNvdC03", ".", "x" * 84 + "\r\nBDAT 0 LAST"):
            data = last.encode() + b"\r\n"
            assert twin.received(data, START) == talk.responder.received(data, START)
        assert twin.standing == talk.responder.standing
        assert twin.part.world.mailboxes == talk.part.world.mailboxes


# ---------------------------------------------------------------- what the source must not hold

ROOM = Path(smtpshell.sandbox.__file__).parent
FORBIDDEN = re.compile(r"^\s*(?:import|from)\s+(?:asyncio|socket|ssl|time|random|select)\b", re.M)
CONNECTS = re.compile(
    r"create_connection|open_connection|\.connect\(|smtplib|urllib|http\.client|getaddrinfo"
    r"|sock_connect|create_datagram|subprocess|os\.system|popen|eval\(|exec\(|\.format\("
    r"|pickle|marshal|getattr\([^,]+, (?!name)"
)


SOURCES = sorted(ROOM.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_only_the_listener_does_io_and_nobody_connects(path: Path) -> None:
    """No clock, chance or socket but in the server's files; in none a way out of the sandbox."""
    text = path.read_text()
    if path.parent.name not in ("wire", ROOM.name):
        assert not FORBIDDEN.search(text)
    assert not CONNECTS.search(text)


def test_states_have_one_home() -> None:
    """The room moves by the table of `smtp.state`; the only states it names are tested for."""
    assert any(path.name == "standing.py" for path in SOURCES)
    for path in SOURCES:
        assert "TRANSITIONS" not in path.read_text() or path.name == "standing.py"
    assert State.CONNECTED.value == "connected"
