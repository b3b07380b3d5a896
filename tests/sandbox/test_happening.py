"""What happened in the world is written down, a bounded number of times, and becomes moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.fact.vocabulary import EVENTS as FACT_EVENTS
from smtpshell.fact.watch import Watch
from smtpshell.sandbox.mind.standing import Move
from smtpshell.sandbox.world.happening import KINDS, Happening, Happenings, moments_of
from smtpshell.sandbox.world.message import StoredMessage
from smtpshell.sandbox.world.world import World
from tests.sandbox.play import HELLO, MAIL, START, Talk, make_part
from tests.sandbox.post import send, skip, town

LETTER = "From: <ada@far.test>\r\nTo: <ana@office.test>\r\nSubject: hi\r\n\r\nHello.\r\n.\r\n"


def deliver(*recipients: str, talk: Talk | None = None) -> Talk:
    """A letter to everybody named is accepted."""
    talk = talk or Talk()
    talk.say(HELLO, MAIL, *(f"RCPT TO:<{one}>" for one in recipients), "DATA")
    assert talk.send(LETTER.encode()).startswith("250")
    return talk


def test_each_copy_is_one_happening() -> None:
    """Who got it, in which session, when by the world's clock."""
    talk = deliver("ana@office.test", "ben@office.test")
    found = list(talk.part.world.happenings)
    assert [(one.number, one.kind, one.mailbox, one.address) for one in found] == [
        (1, "delivered", "ana@office.test", "ana@office.test"),
        (2, "delivered", "ben@office.test", "ben@office.test"),
    ]
    assert {(one.session, one.at) for one in found} == {(1, START)}
    assert found[0].message is talk.part.world.mailboxes["ana@office.test"][0]


def test_what_is_made_by_the_short_way_is_whole() -> None:
    """A letter, what happened to it and the answer to it have all their values, in their order."""
    talk = deliver("ana@office.test")
    (found,) = talk.part.world.happenings
    assert found == Happening(**found._asdict())
    assert found.address == found.mailbox == "ana@office.test"
    assert found.message is not None
    assert found.message == StoredMessage(**found.message._asdict())
    move = talk.responder.history[-1]
    assert move == Move(**move._asdict())


def test_the_number_of_the_session_is_that_of_who_brought_it() -> None:
    """A lesson counts what its own learner did."""
    part = make_part()
    Talk(part)
    deliver("ana@office.test", talk=Talk(part))
    assert [one.session for one in part.world.happenings] == [2]


def test_a_reader_asks_for_what_is_new() -> None:
    """By the number of the last one it has read; what was forgotten is not told twice."""
    happenings = Happenings(most=3)
    assert happenings.since(0) == []
    for count in range(5):
        happenings.add(float(count), "scored", None)
    assert [one.number for one in happenings] == [3, 4, 5]
    assert [one.number for one in happenings.since(4)] == [5]
    assert [one.number for one in happenings.since(1)] == [3, 4, 5]
    assert happenings.since(5) == []


def test_a_copy_goes_on_by_itself() -> None:
    """So that a session can be wound back."""
    happenings = Happenings(most=3)
    happenings.add(0.0, "scored", None)
    twin = happenings.copy()
    twin.add(1.0, "scored", None)
    assert (len(happenings), happenings.number) == (1, 1)
    assert (len(twin), twin.number, twin.maxlen) == (2, 2, 3)


def test_a_world_that_forgets_letters_forgets_what_happened_to_them() -> None:
    """Otherwise the letters would be kept after all."""
    scenario = World(make_part().world.scenario._replace(keep=10))
    assert scenario.happenings.maxlen == 10


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_events_of_the_vocabulary(kind: str) -> None:
    """So that notes and goals can wait for each."""
    assert kind in FACT_EVENTS


def test_a_delivery_is_a_moment_with_the_facts_of_the_letter() -> None:
    """As it is stored: with its Return-Path."""
    happenings = deliver("ana@office.test", "ben@office.test").part.world.happenings
    watch = Watch()
    (first,), (second,) = (moments_of(one, happenings, watch) for one in happenings)
    assert (first.on, first.fact("mailbox"), first.fact("same_message")) == (
        "delivered",
        "ana@office.test",
        True,
    )
    assert (second.fact("mailbox"), second.fact("same_message")) == ("ben@office.test", True)
    assert first.fact("header.subject") == ("hi",)
    assert first.fact("header.return-path") == ("<ada@far.test>",)
    assert first.fact("body") == "Hello."
    assert first.fact("blank_line") is True


def test_two_letters_are_not_the_same_message() -> None:
    """However alike they are."""
    talk = deliver("ana@office.test")
    happenings = deliver("ben@office.test", talk=talk).part.world.happenings
    moments = [moments_of(one, happenings, Watch())[0] for one in happenings]
    assert [one.fact("same_message") for one in moments] == [False, False]


def test_points_need_no_letter() -> None:
    """Then there are no facts about one."""
    happenings = Happenings()
    happenings.add(0.0, "scored", None)
    (moment,) = moments_of(happenings[0], happenings, Watch())
    assert moment.on == "scored"
    assert moment.fact("body") is None
    assert moment.fact("waited") is None


def test_what_another_server_said_is_a_fact(tmp_path: Path) -> None:
    """Its codes, whom it was about, and how long the letter has been on its way."""
    part = town(tmp_path)
    send(part, "bob@busy.test", "who@branch.test", "who@nowhere.test")
    skip(part, 1800, START)
    happenings = part.world.happenings
    found = {}
    for one in happenings:
        (moment,) = moments_of(one, happenings, Watch())
        found[one.kind, one.address, int(moment.fact("waited"))] = moment
    retried = found["retried", "bob@busy.test", 1800]
    assert (retried.fact("code"), retried.fact("enhanced")) == (450, ("4.7.1",))
    assert retried.fact("address") == "bob@busy.test"
    assert "next try in 1 h" in retried.fact("words")
    bounced = found["bounced", "who@branch.test", 0]
    assert (bounced.fact("code"), bounced.fact("mailbox")) == (550, "ana@office.test")
    assert found["bounced", "who@nowhere.test", 0].fact("code") is None
