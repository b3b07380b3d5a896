"""Names and addresses: :dns, :whoami, :zone, :as, and another practice server by :restart."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.shell.local.names import beside
from smtpshell.shell.local.registry import complete_local
from smtpshell.shell.practice import PracticePlace
from tests.shell.desk import Desk
from tests.waiting import settle, until


async def sees(desk: Desk, words: str, since: int = 0) -> None:
    """Wait until *words* were shown, in the lines from that one on, and it is our turn."""
    await until(lambda: words in flat(desk.writer.lines[since:]), lambda: desk.writer.text)
    await settle()


@asynccontextmanager
async def in_town(
    personality: str = "fcrdns-strict", scenario: str = "", columns: int = 80
) -> AsyncIterator[Desk]:
    """A shell at a practice server of its own."""
    desk = Desk()
    desk.writer.columns = columns
    place = PracticePlace(personality, scenario=scenario)
    desk.shell.place = desk.shell.practice = place
    await desk.shell.open()
    try:
        await sees(desk, "220 mail.office.test")
        yield desk
    finally:
        await desk.shell.shut_down()


def flat(lines: list[str]) -> str:
    """What was shown without its line ends and marks."""
    return " ".join(" ".join(lines).replace(" | ", " ").split())


async def say(desk: Desk, line: str, words: str) -> str:
    """Type *line*; what was shown until *words* came."""
    before = len(desk.writer.lines)
    desk.shell.submit(line)
    await sees(desk, words, before)
    return "\n".join(desk.writer.lines[before:])


async def test_a_lesson_in_who_one_is() -> None:
    """Refused, the broken edge found, the zone mended, taken: all of lesson 5-2."""
    async with in_town() as desk:
        await say(desk, "EHLO mail.student.test", "250 CHUNKING")
        await say(desk, "MAIL FROM:<me@student.test>", "250 2.1.0")
        await say(desk, "RCPT TO:<ana@office.test>", "550 5.7.25")
        await say(desk, ":why", "name-leads-elsewhere")
        shown = await say(desk, ":whoami", "`:zone` lists")
        assert "1 name to address       holds" in shown
        assert "3 name back to address  BROKEN" in shown
        assert "must not refuse mail because the name does not belong" in flat([shown])
        await say(desk, ":zone set 192.0.2.10 PTR mail.student.test", "you do not write this one")
        assert "zone" not in await say(desk, ":whoami", "4.1.4).")
        await say(desk, "RCPT TO:<ana@office.test>", "250 2.1.5")
        await say(desk, ":server", "mail.student.test, from 192.0.2.10")


async def test_what_notes_may_ask_is_found_out_when_they_do() -> None:
    """The facts about the client are those of the server's own zone, at that moment."""
    async with in_town() as desk:
        known = desk.shell.narrator.watch.peer
        assert "ptr" not in known
        assert known.get("ptr") == "host-10.provider.test"
        assert known.get("fcrdns") is False
        assert known.get("personality") == "fcrdns-strict"
        assert known.get("nothing", 3) == 3
        await say(desk, ":as mail.bakery.example", "takes you for mail.bakery.example")
        assert known.get("fcrdns") is True
        await say(desk, "EHLO a.test", "250 CHUNKING")
        await say(desk, "QUIT", "The connection is closed")
        await say(desk, ":undo", "rewound")
        assert desk.shell.narrator.watch.peer.get("fcrdns") is True
        await say(desk, ":zone remove 192.0.2.20", "Gone:")
        assert desk.shell.narrator.watch.peer.get("fcrdns") is False


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":dns mx twins.example", "tried in this order: first.twins.example (10)"),
        (":dns spf bank.example", "SPF fail"),
        (":dns student.test", "who may send (SPF)"),
        (":dns", "what is asked for?"),
        (":dns dkim x.test", "which key?"),
        (":whoami mail.bakery.example 192.0.2.20", "Edges 2 and 3 hold"),
        (":whoami mail.bakery.example x", "a name and an address, please"),
        (":whoami x.test 192.0.2.60", "192.0.2.60 has no name"),
        (":zone", "PTR mail.office.test."),
        (":zone", "shaky.example. * fail on purpose: SERVFAIL"),
        (":zone nobody.example", "nothing lies at nobody.example"),
        (":zone a..b", "is no name that DNS could hold"),
        (":zone 192.0.2.10", "PTR host-10.provider.test."),
        (":zone add x.student.test A 192.0.2.12", "Now: x.student.test. A 192.0.2.12"),
        (":zone add x.student.test A", "which record? :zone add NAME TYPE DATA"),
        (":zone set x.student.test A 192.0.2.300", "not a record"),
        (":zone set", "which record? :zone set"),
        (":zone remove", "which record? :zone remove NAME"),
        (":zone remove student.test MX", "Gone: student.test MX 10 mail.student.test."),
        (":zone remove student.test A", "student.test has no A record"),
        (":zone reset now", "takes nothing else"),
        (":zone reset", "as it was in the beginning"),
        (":as", "takes you for mail.student.test at 192.0.2.10"),
        (":as 192.0.2.77", "takes you for 192.0.2.77."),
        (":as 192.0.2.77 x.test", "takes you for x.test at 192.0.2.77."),
        (":as x.test 192.0.2.77", "takes you for x.test at 192.0.2.77."),
        (":as me", "takes you for mail.student.test at 192.0.2.10"),
        (":as nobody.example", "nobody.example has no address here"),
        (":as a b c", "a name and an address, please"),
        (":as \x1b[31m 192.0.2.1", ""),
    ],
)
async def test_what_they_say(line: str, words: str) -> None:
    """What was asked for, or what is wrong and what to do; nothing unprintable."""
    async with in_town() as desk:
        await say(desk, line, words)
    assert all(text.isprintable() for text in desk.writer.lines)


async def test_an_edit_lasts_until_it_is_taken_back() -> None:
    """:zone reset brings back all of it."""
    async with in_town() as desk:
        await say(desk, ":zone remove student.test", "Gone:")
        await say(desk, ":zone mail.student.test", "A 192.0.2.10")
        await say(desk, ":dns mx student.test", "no mail can reach")
        await say(desk, ":zone reset", "beginning")
        await say(desk, ":dns mx student.test", "tried in this order")


async def test_another_name_is_to_be_said_again() -> None:
    """What was said in EHLO does not change by itself."""
    async with in_town() as desk:
        await say(desk, "EHLO mail.student.test", "250 CHUNKING")
        await say(desk, ":as mail.bakery.example", "say it again under the new name")
        assert "say it again" not in await say(desk, ":as me", "takes you for mail.student")
        assert desk.shell.place.people()[0][0][0] == "mail.student.test"


async def test_an_office_without_dns_says_so() -> None:
    """And how to come to one that has it."""
    async with in_town("postfix-like") as desk:
        for line in (":zone", ":dns mx a.test", ":whoami a.test"):
            await say(desk, line, ":restart fcrdns-strict dns-town")
        await say(desk, ":as", "takes you for 127.0.0.1")
        await say(desk, ":as x.test", "has no address here")
        await say(desk, ":restart nobody", "no personality is called")
        await say(desk, ":restart a b c", "a personality and a scenario")
        await say(desk, ":restart by-the-book dns-town", "220 mail.office.test")
        await say(desk, ":zone student.test", "MX 10 mail.student.test.")
        await say(desk, ":restart", "220 mail.office.test")
        await say(desk, ":zone student.test", "MX 10 mail.student.test.")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (":dns ", ":dns mx"),
        (":dns b", "bakery.example"),
        (":dns mx b", "mx bakery.example"),
        (":zone ", "set"),
        (":zone set mail.stu", "set mail.student.test"),
        (":zone set mail.student.test PT", "PTR"),
        (":zone mail.stu", "mail.student.test"),
        (":as mail.bak", "mail.bakery.example 192.0.2.20"),
        (":as m", "me"),
        (":restart fcr", "fcrdns-strict"),
        (":restart fcrdns-strict dns", "dns-town"),
    ],
)
async def test_arguments_are_completed(typed: str, expected: str) -> None:
    """From the zone at hand."""
    async with in_town() as desk:
        found = [text for text, _, _ in complete_local(desk.shell, typed)]
        assert any(expected.removeprefix(":dns ") in text for text in found), found


@asynccontextmanager
async def live(monkeypatch: pytest.MonkeyPatch, resolver: object) -> AsyncIterator[Desk]:
    """A shell at a real server, with *resolver* for the real DNS."""
    desk = Desk(where="live")
    monkeypatch.setattr("smtpshell.lookup.live.LiveResolver", lambda patience: resolver)
    try:
        yield desk
    finally:
        await desk.shell.shut_down()


async def test_with_a_real_server_the_real_dns_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the loop; nothing of the practice server's can be changed there."""
    zone = ZoneResolver.from_text("a.example. MX 10 mx.a.example.\nmx.a.example. A 192.0.2.1\n")

    async with live(monkeypatch, zone) as desk:
        await say(desk, ":dns mx a.example", "(asked of your name server)")
        await say(desk, ":whoami mx.a.example 192.0.2.1", "Your address has no confirmed name")
        await say(desk, ":whoami", "you have not said EHLO yet")
        await say(desk, ":whoami x.test", "from which address do servers see you?")
        await say(desk, ":zone", "only the practice server has a DNS of its own")
        await say(desk, ":as me", "only in practice")
        await say(desk, ":dns a b c", "is no question")


async def test_ctrl_c_ends_the_wait_for_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the prompt is there all the time."""
    asked, end = threading.Event(), threading.Event()

    class Silent:
        live = True

        def query(self, name: str, type: str) -> object:
            asked.set()
            end.wait()
            raise RuntimeError

    async with live(monkeypatch, Silent()) as desk:
        desk.shell.submit(":dns mx a.example")
        await until(asked.is_set)
        assert desk.shell.busy
        await say(desk, ":dns mx b.example", "still waiting for the answer of your name server")
        desk.shell.interrupt()
        await sees(desk, "stopped waiting for the answer")
        assert not desk.shell.busy
        end.set()


async def test_work_beside_the_loop_hands_over_what_it_found_or_raised() -> None:
    """And is let go when nobody wants it any more."""

    def fail() -> int:
        raise UsageError("no")

    assert await beside(lambda: 3) == 3
    with pytest.raises(UsageError):
        await beside(fail)
    begun, end = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        end.wait()

    future = beside(slow)
    begun.wait()
    future.cancel()
    end.set()


async def test_servers_of_ones_own_can_be_restarted(tmp_path: Path) -> None:
    """From the folder that the shell was started with; completion knows them, too."""
    folder = tmp_path / "personalities"
    folder.mkdir()
    head = 'format = 1\nkind = "personality"\nid = "mine"\nlike = "by-the-book"\nabout = "x"\n'
    (folder / "mine.toml").write_text(head + '[replies]\ngreeting = "220 {host} mine"\n')

    async with in_town() as desk:
        await say(desk, ":restart mine", "no personality is called")
        place = desk.shell.place
        assert isinstance(place, PracticePlace)
        place.folders = [tmp_path]
        await say(desk, ":restart mine", "220 mail.office.test mine")
        assert "mine" in str(list(complete_local(desk.shell, ":restart mi")))
