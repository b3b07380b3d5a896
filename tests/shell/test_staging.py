"""What a learner may do to the practice server: faults by hand, the seed, the clock."""

from __future__ import annotations

import pytest

from smtpshell.net.stream import Say
from smtpshell.shell.local import complete_local
from tests.shell.classroom import HELLO, LETTER, MAIL, RCPT, Classroom, classroom
from tests.shell.desk import Desk
from tests.waiting import until


def lines_after(room: Classroom, start: str) -> str:
    """What the shell has written from the last line that begins so."""
    lines = room.writer.lines
    last = max(number for number, line in enumerate(lines) if line.startswith(start))
    return "\n".join(lines[last:])


async def test_a_fault_comes_once_and_why_knows_why() -> None:
    """The reply is what was asked for, the session goes on, and the reason is the learner."""
    async with classroom() as room:
        await room.say(HELLO, MAIL, ":fault 451 at RCPT", ":fault", RCPT, ":why")
        assert "S: 451 4.3.0 As you asked" in room.writer.lines
        assert "451 at RCPT  in this session" in room.writer.text
        words = lines_after(room, "S: 451")
        assert "You asked for it: `:fault 451 at RCPT`." in words
        assert "[fault-1, typed by hand:1]" in words
        await room.say(RCPT, ":fault list")
        assert room.heard()[-1].startswith("S: 250")
        assert "No fault is to come." in room.writer.text


async def test_server_shows_the_rule_that_fired() -> None:
    """With its place, in the row after the verdict."""
    async with classroom() as room:
        await room.say(":fault 451 at EHLO", HELLO, ":server")
        assert "fault-1, typed by hand:1" in lines_after(room, "S: 451")


async def test_the_line_is_cut_at_the_dot() -> None:
    """Nothing is said, and the letter was not taken."""
    async with classroom() as room:
        await room.say(HELLO, MAIL, RCPT, *LETTER[:-1], ":fault drop at DOT")
        room.shell.submit(".")
        await until(lambda: not room.shell.connected)
        assert not any(room.server.world.mailboxes.values())
        await room.say(":connect", HELLO, MAIL, RCPT, *LETTER)
        assert len(room.server.world.mailboxes["ana@office.test"]) == 1


async def test_a_fault_of_the_greeting_is_for_the_next_session() -> None:
    """And so is any that is ordered while there is no session."""
    async with classroom() as room:
        await room.say(":fault 554 No at CONNECT", ":fault list")
        assert "554 No at CONNECT  in the next session" in room.writer.text
        await room.say(":disconnect", ":fault 250 Hello at reply")
        assert room.writer.text.count("It will come in the next session, once:") == 2
        await room.say(":connect")
        assert room.heard()[-1] == "S: 250 Hello"


async def test_faults_are_called_off() -> None:
    """Those of this session and of the next one."""
    async with classroom() as room:
        await room.say(":fault 451", ":fault 554 at CONNECT", ":fault off", HELLO, ":connect")
        assert [line[:6] for line in room.heard()][-1] == "S: 220"
        assert "S: 451" not in room.writer.text


async def test_going_back_brings_the_fault_again() -> None:
    """It is part of what is put back."""
    async with classroom() as room:
        await room.say(HELLO, ":fault 451 at MAIL", MAIL, ":undo", MAIL)
        assert [line[:6] for line in room.heard()][-2:] == ["S: 451", "S: 451"]


async def test_waiting_is_putting_the_clock_forward() -> None:
    """A greylist is satisfied by it; the clock says what time it is."""
    async with classroom(personality="greylister") as room:
        await room.say(HELLO, MAIL, RCPT)
        assert room.heard()[-1].startswith("S: 450 4.2.0")
        before = room.place.now()
        await room.say(":wait 5m")
        assert 300 <= room.place.now() - before < 330
        text = room.writer.text
        assert "5 min later; the practice world's clock says" in text
        assert "Nothing happened meanwhile." in text
        await room.say(RCPT, ":wait")
        assert room.heard()[-1].startswith("S: 250")
        assert "The practice world's clock says" in lines_after(room, "S: 250")


async def test_a_seed_holds_from_the_next_connection_on() -> None:
    """It begins a new world; the same seed brings the same names of letters."""
    async with classroom() as room:
        await room.say(":seed")
        assert "The seed is 7." in room.writer.text
        await room.say(HELLO, MAIL, RCPT, *LETTER)
        first = room.heard()[-1]
        await room.say(":seed 11", ":connect", HELLO, MAIL, RCPT, *LETTER)
        assert room.server.seed == 11
        assert room.heard()[-1] != first
        await room.say(":seed 7", ":connect", HELLO, MAIL, RCPT, *LETTER)
        assert room.heard()[-1] == first


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        (":fault 451 at RCP", 'nothing happens at "RCP"', "did you mean RCPT?"),
        (":fault drp", '"drp" is no fault', "did you mean drop?"),
        (":seed x", "a seed is a whole number, not x", ":seed 11"),
        (":seed 99999999999", "a seed is a whole number", ":seed 11"),
        (":wait 10", "how long is 10?", ":wait 10m"),
        (":wait soon", "how long is soon?", ":wait 10m"),
        (":wait 800d", "longer than a year", ":wait 30d"),
    ],
)
async def test_a_wrong_one_is_told_what_would_be_right(line: str, words: str, hint: str) -> None:
    """And nothing has changed."""
    async with classroom() as room:
        await room.say(line)
        shown = " ".join(room.writer.text.split())
        assert words in shown
        assert hint in shown
        assert room.place.faults(room.shell.client) == ([], [])
        assert (room.place.seed, room.server.world.skipped) == (7, 0)


@pytest.mark.parametrize("line", [":fault 451", ":seed 3", ":wait 5m"])
def test_only_the_practice_server_does_that(line: str) -> None:
    """A real one is not asked to misbehave."""
    desk = Desk(Say(b"220 mail.test\r\n"), where="live")
    desk.shell.run_local(line)
    assert "only the practice server does that" in desk.writer.text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (":fault ", {":fault 451", ":fault drop", ":fault list", ":fault off"}),
        (":fault dr", {":fault drop", ":fault drip"}),
        (":fault delay ", {":fault delay 5"}),
        (":fault drop ", {":fault drop at DOT", ":fault drop at RCPT"}),
        (":fault 451 at R", {":fault 451 at RCPT", ":fault 451 at reply"}),
    ],
)
def test_completion(typed: str, offered: set[str]) -> None:
    """The kinds, then where."""
    desk = Desk(Say(b"220 mail.test\r\n"))
    found = {typed[:start] + text for text, start, _ in complete_local(desk.shell, typed)}
    assert offered <= found
    if typed.endswith("dr"):
        assert found == offered
