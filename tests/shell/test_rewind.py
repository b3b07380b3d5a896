"""Going back in a practice session: afterwards all is as it was, on both sides."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.fact.feed import Feed
from smtpshell.fact.watch import Watch
from smtpshell.shell import timeline
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.session import Session
from smtpshell.transcript.reader import read_transcript
from smtpshell.transcript.rewound import as_it_stands
from tests.net.harness import Peer, RawServer
from tests.shell.classroom import HELLO, LETTER, MAIL, RCPT, WHOLE, classroom
from tests.shell.desk import Desk
from tests.waiting import until


@pytest.mark.parametrize("count", range(1, len(WHOLE) + 1))
async def test_the_last_line_is_taken_back(count: int) -> None:
    """Whatever it was: EHLO, an address, a line of the letter, its end."""
    async with classroom() as room:
        await room.say(*WHOLE[: count - 1])
        before = room.state()
        await room.say(WHOLE[count - 1], ":undo")
        assert room.state() == before


async def test_what_follows_is_as_the_first_time() -> None:
    """Byte for byte, queue names included, however often one goes back."""
    async with classroom() as room:
        await room.say(*WHOLE)
        first = room.heard()
        for _ in range(3):
            await room.say(":rewind 1")
            room.writer.lines.clear()
            await room.say(*WHOLE[1:])
            assert room.heard() == first[-len(room.heard()) :]
        assert len(room.server.world.mailboxes["ana@office.test"]) == 1


async def test_an_ended_session_is_open_again() -> None:
    """After QUIT, a dropped line, and the server's own end."""
    async with classroom() as room:
        await room.say(HELLO, MAIL)
        before = room.state()
        for end in ("QUIT", ":drop", ":disconnect"):
            await room.say(end)
            await until(lambda: not room.shell.connected)
            await room.say(":undo")
            assert room.state() == before
            client = room.shell.client
            assert client is not None
            known = room.shell.narrator.watch.peer
            assert (known.get("personality"), known.get("port")) == (
                "by-the-book",
                client.target.port,
            )
        await room.say(RCPT)
        assert room.heard()[-1].startswith("S: 250")


async def test_across_starttls() -> None:
    """Back into clear text, and from an ended session back under TLS."""
    async with classroom() as room:
        await room.say(HELLO)
        clear = room.state()
        await room.say("STARTTLS", HELLO)
        encrypted = room.state()
        assert encrypted.session.tls
        await room.say("QUIT")
        await until(lambda: not room.shell.connected)
        await room.say(":undo")
        assert room.state() == encrypted
        assert room.shell.client is not None
        assert room.shell.client.report is not None
        await room.say(MAIL, ":undo")
        assert room.state() == encrypted
        await room.say(":rewind 1")
        assert room.state() == clear
        await room.say("STARTTLS", HELLO)
        assert room.state() == encrypted


async def test_in_a_login() -> None:
    """The exchange goes back, too, and its challenges are the same again."""
    async with classroom() as room:
        await room.say(HELLO, "STARTTLS", HELLO, "AUTH CRAM-MD5")
        challenged = room.state()
        await room.say("bm9uc2Vuc2U=", ":undo")
        assert room.state() == challenged
        await room.say(":undo", "AUTH CRAM-MD5")
        assert room.state() == challenged


async def test_a_chunk_is_one_step() -> None:
    """BDAT and its octets, answered or not."""
    async with classroom() as room:
        await room.say(HELLO, MAIL, RCPT)
        before = room.state()
        await room.say("BDAT 9 LAST", "half")
        await room.say(":undo")
        assert room.state() == before
        await room.say("BDAT 9 LAST", "1234567", ":undo")
        assert room.state() == before


async def test_what_went_out_in_one_go_is_one_step() -> None:
    """A pipelined paste, and a letter that was pasted."""
    async with classroom() as room:
        await room.say(HELLO)
        greeted = room.state()
        room.shell.enqueue([MAIL, RCPT, "DATA"], batch=True)
        await room.settle()
        data = room.state()
        room.shell.enqueue(["Subject: x", "", "x"])
        await room.settle()
        await room.say(":undo")
        assert room.state() == data
        await room.say(":undo")
        assert room.state() == greeted
        await room.say(":rewind 3")
        assert "there is no way back to line 3" in room.writer.text


async def test_branches() -> None:
    """The present is kept, another is tried, and each can be gone on with."""
    async with classroom() as room:
        await room.say(HELLO, MAIL, RCPT, ":fork")
        one = room.state()
        await room.say("RSET")
        other = room.state()
        await room.say(":fork 1")
        assert room.state() == one
        assert "kept as branch 2" in room.writer.text
        await room.say(":fork 2")
        assert room.state() == other
        await room.say(":fork 1", *LETTER)
        assert room.heard()[-1].startswith("S: 250")


async def test_the_clock_goes_back() -> None:
    """So that what depends on it (greylisting, limits) is as it was."""
    async with classroom() as room:
        await room.say(HELLO)
        room.server.skip(600)  # as a local command does; after each of those the present is new
        await room.say(":state", MAIL, ":undo")
        assert 599 < room.server.world.skipped <= 600
        await room.say(":undo")
        assert room.server.world.skipped <= 0


async def test_the_paper_is_honest(tmp_path: Path) -> None:
    """All that was said stays written; a reader knows what still counts."""
    states: list[Session] = []

    async with classroom(tmp_path) as room:
        await room.say(HELLO, MAIL, "RCPT TO:<bo@office.test>", "NOOP", ":undo 2", RCPT)
        await room.say("QUIT")
        await until(lambda: not room.shell.connected)
        await room.say(":undo")
        states.append(room.shell.narrator.session.copy())
    events = read_transcript(tmp_path / "kept.smtp").events
    events = events[: max(i for i, e in enumerate(events) if e.kind is EventKind.REMARK) + 1]
    said = [event.data.decode() for event in events if event.kind is EventKind.CLIENT]
    assert said == [HELLO, MAIL, "RCPT TO:<bo@office.test>", "NOOP", RCPT, "QUIT"]
    stands = [e.data.decode() for e in as_it_stands(events) if e.kind is EventKind.CLIENT]
    assert stands == [HELLO, MAIL, RCPT]
    watch = Watch(Session())
    feed = Feed(watch)
    for event in as_it_stands(events):
        feed.feed(event)
    assert watch.session == states[0]


async def test_no_secret_comes_to_paper_after_going_back(tmp_path: Path) -> None:
    """Whoever leaves out passwords goes back too: it must know where an answer is due."""
    async with classroom(tmp_path) as room:
        await room.say(HELLO, "STARTTLS", HELLO, "AUTH LOGIN")
        await room.say(":undo", MAIL, RCPT, "DATA", ":rewind 3", "AUTH LOGIN")
        await room.say("ZG9yYQ==", "c2VzYW0tNDI=")
    text = (tmp_path / "kept.smtp").read_text()
    assert "rewound to line 3" in text
    assert "c2VzYW0tNDI=" not in text


async def test_lists() -> None:
    """Numbers, lines, replies, and where one is."""
    async with classroom() as room:
        await room.say(HELLO, "MAIL FROM:<dora@office.test> SIZE=1", ":undo", MAIL, ":rewind")
    lines = room.writer.lines
    rows = [line.split(None, 3) for line in lines if line.startswith(" |   ") or " | > " in line]
    assert any(row[1:3] == ["0", "(the"] for row in rows)
    assert any(row[1] == "1" for row in rows)
    assert not any(row[1] == "2" for row in rows)
    assert any(row[1:3] == [">", "3"] for row in rows)


async def test_no_login_is_listed() -> None:
    """Passwords are not shown once more."""
    async with classroom() as room:
        await room.say(HELLO, "AUTH PLAIN AGRvcmEAZGV3YmVycnktNw==")
        room.writer.lines.clear()
        await room.say(":rewind", ":undo", ":rewind")
    text = room.writer.text
    assert "AUTH PLAIN ..." in text
    assert "AGRvcmEAZGV" not in text


MISUSE = [
    pytest.param(":undo 9", "nothing has been said on this connection yet", id="too-many"),
    pytest.param(":undo x", "x is no number", id="no-number"),
    pytest.param(":rewind 7", "no way back to line 7", id="no-such-line"),
    pytest.param(":rewind 0", "you are at line 0 now", id="already-there"),
    pytest.param(":fork 3", "there is no branch 3", id="no-branch"),
]


@pytest.mark.parametrize(("line", "words"), MISUSE)
async def test_misuse_says_what_to_do(line: str, words: str) -> None:
    """And nothing changes."""
    async with classroom() as room:
        before = room.state()
        await room.say(line)
        assert room.state() == before
    assert words in room.writer.text


def test_a_real_server_cannot_be_taken_back() -> None:
    """It is said why."""
    desk = Desk(where="live")

    async def main() -> None:
        await desk.say(":undo")

    asyncio.run(main())
    assert "a real one has acted" in desk.writer.text


async def test_stations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes back by thousands of lines; but a letter is not cut in its middle."""
    monkeypatch.setattr(timeline, "MOST_STATIONS", 10)

    async with classroom() as room:
        await room.say(HELLO, *["NOOP"] * 20)
        assert len(room.shell.timeline.stations) == 10
        await room.say(":undo 9")
        assert room.number() == 12
        await room.say(MAIL, RCPT, "DATA", *["a line"] * 20, ":undo 20")
        assert room.shell.narrator.letter.lines == 0
        await room.say("another line", ".")
        assert room.server.world.mailboxes["ana@office.test"][0].data == b"another line\r\n"


LINES = st.sampled_from(
    [
        HELLO, "HELO desk7.office.test", MAIL, RCPT, "RCPT TO:<nobody@office.test>", "DATA", ".",
        "RCPT TO:<ben@office.test>", "Subject: x", "", "NOOP", "RSET", "VRFY ana", "BLURDYBLOOP",
        "STARTTLS", "AUTH PLAIN AGRvcmEAeA==", "AUTH LOGIN", "ZG9yYQ==", "*", "QUIT",
        "abc", "MAIL FROM:<dora@office.test> SIZE=99",
    ]
)  # fmt: skip


@settings(max_examples=25)
@given(data=st.data(), lines=st.lists(LINES, min_size=1, max_size=12))
def test_any_dialogue_can_be_taken_back(data: st.DataObject, lines: list[str]) -> None:
    """To any of its stations: both sides stand as then, and go on as then, to the byte."""

    async def test() -> None:
        async with classroom() as room:
            states = {0: room.state()}
            heard = {0: len(room.heard())}
            typed = {0: 0}
            shell = room.shell
            for index, line in enumerate(["EHLO a.test", *lines]):
                if not shell.connected:
                    break
                shell._empty_once = True
                shell.submit(line)
                await room.settle()
                if (number := room.number()) >= 0:
                    states[number] = room.state()
                    heard[number] = len(room.heard())
                    typed[number] = index + 1
            said = room.heard()
            number = data.draw(st.sampled_from(sorted(states)))
            if number == room.number():
                return
            await room.say(f":rewind {number}")
            assert room.state() == states[number]
            room.writer.lines.clear()
            for line in ["EHLO a.test", *lines][typed[number] :]:
                if not shell.connected:
                    break
                shell._empty_once = True
                shell.submit(line)
                await room.settle()
            assert room.heard() == said[heard[number] :]

    asyncio.run(test())


class TestAgainOn:
    """The learner's own lines on another server."""

    async def test_what_differs(self) -> None:
        """It is shown; the learner's own session goes on."""
        async with classroom() as room:
            await room.say(HELLO, MAIL, "RCPT TO:<nobody@office.test>", RCPT, *LETTER)
            before = room.state()
            await room.say(":again on classic-821")
            assert room.state() == before
            await room.say("NOOP")
        text = room.writer.text
        assert "by-the-book says yes, classic-821 says no" in text
        assert "why classic-821 > " in text
        assert "classic-821 was not sent this" in text
        assert "to by-the-book and classic-821: " in text

    async def test_itself(self) -> None:
        """The same server says the same again; a login is said with its password."""
        async with classroom() as room:
            await room.say(HELLO, "STARTTLS", HELLO, "AUTH LOGIN", "ZG9yYQ==", "YXByaWNvdC0zMg==")
            await room.say(MAIL, "QUIT")
            await until(lambda: not room.shell.connected)
            await room.say(":again on by-the-book")
        text = room.writer.text
        shown = text.rpartition("Saying your lines")[2]
        assert "no difference" in shown
        assert "not sent" not in shown

    async def test_the_same_house(self) -> None:
        """Also where the other server is at home elsewhere: only the server is to differ."""
        async with classroom() as room:
            await room.say(HELLO, MAIL, RCPT, ":again on fcrdns-strict")
        shown = room.writer.text.rpartition("Saying your lines")[2]
        assert "250-mail.office.test" in shown

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            (":again on", "on which server?"),
            (":again on by-the-book", "nothing has been said"),
            (":again off", ":again on SERVER"),
        ],
    )
    async def test_misuse(self, line: str, words: str) -> None:
        """It says what is wanted."""
        async with classroom() as room:
            await room.say(line)
        assert words in room.writer.text

    @pytest.mark.parametrize(("name", "words"), [("x", "x"), ("a.test:x", "not a port")])
    async def test_servers_that_are_none(self, name: str, words: str) -> None:
        """Nobody is talked to."""
        async with classroom() as room:
            await room.say(HELLO, f":again on {name}")
        assert words in room.writer.text

    @pytest.mark.parametrize("answer", ["y", "n"])
    async def test_a_real_server_is_asked_for_first(
        self, answer: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What would be said is told; nothing goes out without a yes, and no password with one."""
        monkeypatch.setattr("smtpshell.shell.stage.is_loopback", lambda host: False)
        heard: list[bytes] = []

        def script(peer: Peer) -> None:
            peer.say(b"220 mx.real.test\r\n")
            text = False
            for line in peer.lines():
                heard.append(line)
                text = line == b"DATA" or (text and line != b".")
                reply = {b"DATA": b"354 go on", b"AUTH": b"535 no"}.get(line[:4], b"250 ok")
                if not text or line == b"DATA":
                    peer.say(reply + b"\r\n")

        login = "AUTH PLAIN AGRvcmEAYXByaWNvdC0zMg=="
        server = RawServer(script)
        async with classroom() as room:
            await room.say(HELLO, "STARTTLS", HELLO, login, MAIL, RCPT, *LETTER)
            if answer == "y":
                with server:
                    await room.say(f":again on 127.0.0.1:{server.port}", answer)
            else:
                await room.say(f":again on 127.0.0.1:{server.port}", answer)
                server._listener.close()
        text = room.writer.text
        asked = " ".join(text.replace(" | ", " ").split())
        assert "is a real server, and mail that is sent to it is real" in asked
        assert "1 letter is among your lines (RCPT TO:<ana@office.test>)" in asked
        assert b"AGRvcmEAYXByaWNvdC0zMg==" not in b" ".join(heard)
        assert (MAIL.encode() in heard) == (answer == "y")
        assert ("Nothing was said to it" in text) == (answer == "n")
