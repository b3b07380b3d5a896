"""ETRN (RFC 1985): what waits for another house is tried at once, if somebody asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.sandbox.mind.enquiry import MOST_HURRIED
from tests.sandbox.play import HELLO, Talk, codes
from tests.sandbox.post import send, skip, told, town

HOUR = 3600


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("ETRN busy.test", "253 2.0.0 2 messages pending for busy.test", id="two"),
        pytest.param("etrn DOWN.test", "253 2.0.0 1 messages pending for down.test", id="letters"),
        pytest.param("ETRN @test", "252 2.0.0 Messages pending for @test", id="below"),
        pytest.param("ETRN @busy.test", "252 2.0.0 Messages pending for @busy.test", id="itself"),
        pytest.param("ETRN test", "459 4.7.0 Node test not allowed", id="not-below"),
        pytest.param("ETRN far.test", "251 2.0.0 No messages waiting for far.test", id="nothing"),
        pytest.param("ETRN office.test", "251 2.0.0 No messages waiting", id="ours"),
        pytest.param("ETRN @office.test", "251 2.0.0 No messages waiting", id="ours-below"),
        pytest.param("ETRN nowhere.example", "459 4.7.0 Node nowhere.example", id="nobodys"),
        pytest.param("ETRN #fast", "458 4.3.0 Unable to start a queue called #fast", id="a-queue"),
        pytest.param("ETRN", "501 5.5.4", id="nothing-named"),
    ],
)
def test_what_is_said(tmp_path: Path, line: str, said: str) -> None:
    """Whether anything waits, and whether it may be asked for."""
    part = town(tmp_path)
    send(part, "bob@busy.test")
    send(part, "bob@busy.test", "dan@down.test")
    talk = Talk(part)
    talk.say(HELLO)
    assert talk.say(line).startswith(said)


def test_what_waits_for_that_house_is_tried_at_once(tmp_path: Path) -> None:
    """And nothing else; what is asked for in vain waits longer, as after any other try."""
    part = town(tmp_path)
    send(part, "bob@busy.test", "eve@never.test")
    world = part.world
    seen = world.happenings.number
    talk = Talk(part)
    talk.now += 60
    assert talk.say(HELLO, "ETRN busy.test").startswith("253")
    assert told(world.happenings.since(seen)) == [("retried", "bob@busy.test")]
    skip(part, 2 * HOUR - 600, talk.now)
    talk.now += 600
    seen = world.happenings.number
    assert talk.say("ETRN busy.test").startswith("253")
    assert ("delivered", "bob@busy.test") in told(world.happenings.since(seen))
    assert len(world.mailboxes["bob@busy.test"]) == 1
    assert [one.address for one in world.outgoing.entries()] == ["eve@never.test"]
    assert talk.say("ETRN busy.test").startswith("251")


def test_what_others_hold_is_not_ours_to_send(tmp_path: Path) -> None:
    """A letter that has got as far as a relay waits in the relay's queue."""
    part = town(tmp_path)
    send(part, "bob@busy.test")
    (entry,) = part.world.outgoing.take_due(float("inf"))
    part.world.outgoing.add(entry._replace(holder="one.relay.test"))
    talk = Talk(part)
    assert talk.say(HELLO, "ETRN busy.test").startswith("251")


def test_it_can_be_taken_back(tmp_path: Path) -> None:
    """The queue goes back with the world, as it was before it was asked for."""
    part = town(tmp_path)
    send(part, "bob@busy.test")
    before = part.world.copy()
    talk = Talk(part)
    talk.say(HELLO, "ETRN busy.test")
    (tried,) = part.world.outgoing.entries()
    part.world.become(before)
    (entry,) = part.world.outgoing.entries()
    assert (entry.tries, tried.tries) == (1, 2)


def test_one_asks_for_so_many_at_a_time(tmp_path: Path) -> None:
    """All others wait while letters are tried."""
    part = town(tmp_path)
    for _ in range(MOST_HURRIED + 5):
        send(part, "bob@busy.test")
    seen = part.world.happenings.number
    talk = Talk(part)
    assert talk.say(HELLO, "ETRN busy.test").startswith(f"253 2.0.0 {MOST_HURRIED + 5} messages")
    tried = told(part.world.happenings.since(seen))
    assert tried == [("retried", "bob@busy.test")] * MOST_HURRIED


@pytest.mark.parametrize(
    ("personality", "house", "own"),
    [
        ("by-the-book", "253 2.0.0", "251 2.0.0"),
        ("postfix-like", "250 2.0.0", "459"),
        ("sendmail-like", "250 2.0.0", "250 2.0.0"),
        ("exim-like", "458", "458"),
        ("opensmtpd-like", "500 5.5.1", "500 5.5.1"),
    ],
)
def test_servers_say_it_in_their_own_ways(
    tmp_path: Path, personality: str, house: str, own: str
) -> None:
    """Who does not offer it does not do it."""
    part = town(tmp_path, personality)
    if personality in ("by-the-book", "postfix-like"):
        send(part, "bob@busy.test")
    talk = Talk(part)
    assert codes(talk.say(HELLO, "ETRN busy.test"))[0].startswith(house)
    assert codes(talk.say("ETRN office.test"))[0].startswith(own)
