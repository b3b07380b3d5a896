"""What becomes of letters, told in the shell: :queue, :wait, the mailboxes of other houses."""

from __future__ import annotations

import io
from contextlib import AbstractAsyncContextManager

import pytest

from smtpshell.sandbox.world.happening import Happenings
from smtpshell.sandbox.world.message import Hop, Origin, StoredMessage
from smtpshell.shell.local import complete_local
from smtpshell.shell.news import MOST_LINES, news_lines, noteworthy
from smtpshell.shell.practice import PracticePlace
from smtpshell.shell.script import run_script
from smtpshell.smtp.command import parse_command
from tests.shell.classroom import Classroom, classroom
from tests.shell.desk import Desk

HELLO, MAIL = "EHLO desk7.office.test", "MAIL FROM:<ana@office.test>"
LETTER = ("DATA", "Subject: hi", "", "Hello.", ".")
NAME = "47AA029E"  # of the first letter, with the seed of the classroom


def in_slow_world() -> AbstractAsyncContextManager[Classroom]:
    """The world where mail takes its time."""
    return classroom(personality="postfix-like", scenario="slow-world")


async def send(room: Classroom, *names: str) -> None:
    """A letter to people here."""
    await room.say(HELLO, MAIL, *(f"RCPT TO:<{name}@office.test>" for name in names), *LETTER)


async def test_what_happens_is_told_under_the_reply() -> None:
    """The try in vain, the way over two relays, and that it has arrived."""
    async with in_slow_world() as room:
        await send(room, "busy", "remote")
        text = " ".join(room.writer.text.replace("\n |  ", " ").split())
        put_off = f"queue > {NAME} to bob@busy.test put off: mx.busy.test said: 450 4.7.1 Too much"
        assert put_off in text
        assert "on its way > " + NAME in text
        assert f"delivered > {NAME} is in the mailbox rosa@remote.test" in text
        assert "Put off: it will be tried again" in text


async def test_a_letter_that_goes_straight_in_needs_no_word() -> None:
    """The lane stays as it was."""
    async with in_slow_world() as room:
        await send(room, "ben")
        assert "delivered >" not in room.writer.text


async def test_the_queue_as_a_table() -> None:
    """Each entry in lines of eighty columns, with the last answer; and what has left."""
    async with in_slow_world() as room:
        await room.say(":queue")
        assert "The queue is empty" in room.writer.text
        await send(room, "busy", "lost", "fine")
        room.writer.lines.clear()
        await room.say(":queue")
        assert max(len(line) for line in room.writer.lines) <= 80
        text = room.writer.text
        assert f"{NAME}  to <bob@busy.test> from <ana@office.test>: " in text
        assert "mx.busy.test said: 450 4.7.1 Too much to do, come back later" in text
        assert f"{NAME}  to <fiona@fine.test>: delivered" in text


async def test_one_letter_with_its_tries() -> None:
    """The last ones, when the next is due, and when it is given up."""
    async with in_slow_world() as room:
        await send(room, "down")
        await room.say(":wait 40h", f":queue {NAME.lower()}")
        text = room.writer.text
        assert "13; the last 8 of them:" in text
        assert "no answer from mx.down.test" in text
        assert "warned" in text
        assert "given up  in 3.3 days" in text
        await room.say(":wait 2d", f":queue {NAME}")
        assert "end      delivered" in room.writer.text
        await room.say(":queue ABC")
        assert "there is no letter ABC in the queue" in room.writer.text


async def test_everything_is_tried_when_asked_for() -> None:
    """As an administrator may; it does not help where the trouble lasts."""
    async with in_slow_world() as room:
        await room.say(":queue run")
        assert "Nothing waits." in room.writer.text
        await send(room, "busy")
        await room.say(":queue run")
        assert "1 letter tried." in room.writer.text
        (entry,) = room.server.world.outgoing.entries()
        assert entry.tries == 2


async def test_waiting_tells_what_happened_meanwhile() -> None:
    """Of many tries the last, and the end of it."""
    async with in_slow_world() as room:
        await send(room, "lost")
        room.writer.lines.clear()
        await room.say(":wait 6d")
        text = " ".join(room.writer.text.replace("\n |  ", " ").split())
        assert "put off 32 times, the last time: no answer from mx.lost.test " in text
        assert "tried for 5 days; a report goes to ana@office.test" in text
        assert text.count("is in the mailbox ana@office.test") == 2
        assert "Given up after days" in text


async def test_the_mailboxes_of_other_houses() -> None:
    """They are part of the practice world."""
    async with in_slow_world() as room:
        await send(room, "remote")
        await room.say(":mailbox rosa@remote.test")
        text = room.writer.text
        assert "Received: from gateway.remote.test" in text
        assert ("rosa@remote.test", "1 letter") in [
            (found, meaning) for found, _, meaning in complete_local(room.shell, ":mailbox ")
        ]


async def test_completion_knows_what_waits() -> None:
    """The names of letters, and run."""
    async with in_slow_world() as room:
        await send(room, "busy")
        found = [text for text, _, _ in complete_local(room.shell, ":queue ")]
        assert found == ["run", NAME]


async def test_going_back_takes_the_queue_along() -> None:
    """And nothing is told twice that has not happened again."""
    async with in_slow_world() as room:
        await send(room, "busy")
        await room.say(":undo")
        assert len(room.server.world.outgoing) == 0
        room.writer.lines.clear()
        await room.say("Hello.", ".")
        assert "queue > " in room.writer.text
        assert len(room.server.world.outgoing) == 1


@pytest.mark.parametrize("line", [":queue", ":queue run"])
async def test_a_real_server_has_no_queue_of_ours(line: str) -> None:
    """It is told so."""
    desk = Desk(where="live")
    await desk.say(line)
    assert "Only the practice server has a queue" in desk.writer.text


# ---------------------------------------------------------------- the words


def letter(name: str = "A1", *, report: bool = False, hops: int = 0) -> StoredMessage:
    origin = Origin("mail.office.test", "", "", "" if report else "ESMTP")
    hop = Hop("a.test", "b.test", 0.0, "1", "fred@branch.test")
    mail = parse_command("MAIL FROM:<ana@office.test>")
    return StoredMessage(name, 0.0, mail, (), b"", origin, "", hops=(hop,) * hops)


WORDS = [
    ("delivered", {}, None),
    ("delivered", {"hops": 1}, ("delivered", "A1 is in the mailbox box@a.test")),
    ("delivered", {"report": True}, ("delivered", "report A1 is in the mailbox box@a.test")),
    ("queued", {}, ("queue", "A1 to to@a.test waits; so it is")),
    ("retried", {}, ("queue", "A1 to to@a.test put off: so it is")),
    ("hopped", {}, ("on its way", "A1: so it is")),
    ("bounced", {}, ("bounced", "A1 to to@a.test: so it is; a report goes to box@a.test")),
    ("discarded", {}, ("dropped", "A1 to to@a.test: so it is")),
    ("scored", {}, None),
]


@pytest.mark.parametrize(("kind", "of", "expected"), WORDS)
def test_the_words_for_each(
    kind: str, of: dict[str, bool | int], expected: tuple[str, str] | None
) -> None:
    """Head and words; some go without saying."""
    found = Happenings()
    found.add(0.0, kind, letter(**of), "box@a.test", "to@a.test", "so it is")  # type: ignore[arg-type]
    assert news_lines(found) == ([expected] if expected else [])


def test_who_wants_no_report_is_said_to_get_none() -> None:
    """NOTIFY=NEVER."""
    found = Happenings()
    found.add(0.0, "bounced", letter(), "", "to@a.test", "gone")
    assert news_lines(found)[0][1].endswith("gone; the sender wants no report")


def test_a_stranger_s_words_cannot_move_the_cursor() -> None:
    """What another house says is made fit to be shown, and stays on its line."""
    found = Happenings()
    found.add(0.0, "retried", letter(), "", "to@a.test", "450 \x1b[2J\nnext")
    assert news_lines(found) == [("queue", "A1 to to@a.test put off: 450 \\x1b[2J next")]


def test_a_loop_is_told_in_a_few_lines() -> None:
    """What comes of it is told, too; and one note of each kind is enough."""
    found = Happenings()
    for number in range(100):
        found.add(0.0, "hopped", letter(), "", "to@a.test", f"hop {number}")
    found.add(0.0, "bounced", letter(), "box@a.test", "to@a.test", "too many hops")
    lines = news_lines(found)
    assert lines[3:5] == [
        ("on its way", "A1: hop 3"),
        ("on its way", "A1: and so on, 100 times in all"),
    ]
    assert lines[5][0] == "bounced"
    assert len(lines) == 6
    assert len(noteworthy(found)) == 2


def test_much_news_is_cut_short() -> None:
    """A list with many members elsewhere."""
    found = Happenings()
    for number in range(100):
        found.add(0.0, "bounced", letter(), "box@a.test", f"to{number}@a.test", "gone")
    lines = news_lines(found)
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == ("and so on", "88 lines more; `:queue` shows how it stands")


def test_a_script_is_told_as_well() -> None:
    """What runs without a terminal shows the same words."""
    out = io.StringIO()
    place = PracticePlace("postfix-like")
    place.scenario = "slow-world"
    lines = (HELLO, MAIL, "RCPT TO:<busy@office.test>", *LETTER, "QUIT")
    script = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
    assert run_script(place, script, out=out) == 0
    text = out.getvalue()
    assert f"queue > {NAME} to bob@busy.test put off: mx.busy.test said: 450 4.7.1" in text
    assert text.index("queue >") < text.index("C: QUIT")
