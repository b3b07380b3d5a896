"""Life after 250: the queue, other houses, what arrives and what comes back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.world.world import World
from tests.sandbox.play import HELLO, START, Talk, make_part
from tests.sandbox.post import BODY, DAY, reports, send, skip, told, town

MINUTE, HOUR = 60, 3600


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A new office among other houses."""
    return town(tmp_path)


ENDS = [
    # who, the end of it, status in the report, the day it comes
    ("bob@busy.test", "bob@busy.test", "", 0),
    ("dan@down.test", "dan@down.test", "", 3),
    ("tom@behind.test", "tom@behind.test", "", 0),
    ("forward@office.test", "fred@branch.test", "", 0),
    ("both@office.test", "fred@branch.test", "", 0),
    ("eve@never.test", "bounced", "4.4.7", 5),
    ("who@dead.test", "bounced", "4.4.7", 5),
    ("who@closed.test", "bounced", "5.7.1", 0),
    ("who@branch.test", "bounced", "5.1.1", 0),
    ("who@behind.test", "bounced", "5.1.1", 0),
    ("who@nowhere.test", "bounced", "5.1.2", 0),
    ("who@[192.0.2.7]", "bounced", "5.1.2", 0),
    ("round@office.test", "bounced", "5.4.6", 0),
    ("ping@office.test", "bounced", "5.4.6", 0),
]


@pytest.mark.parametrize(("address", "end", "status", "day"), ENDS, ids=[one[0] for one in ENDS])
def test_how_it_ends(part: Part, address: str, end: str, status: str, day: int) -> None:
    """Sooner or later a letter arrives or comes back, with the reason in the report."""
    send(part, address)
    happenings = [*part.world.happenings, *skip(part, 6 * DAY, START)]
    last = [one for one in happenings if one.kind in ("bounced", "delivered")]
    if end == "bounced":
        (bounced,) = [one for one in last if one.kind == "bounced"]
        assert bounced.mailbox == "ana@office.test"
        assert (bounced.at - START) // DAY == day
        *_, report = reports(part, "ana@office.test")
        assert f"Status: {status}" in report.as_string()
        assert report["Return-Path"] == "<>"
    else:
        (arrived,) = [one for one in last if one.mailbox == end]
        assert (arrived.at - START) // DAY == day
        assert part.world.mailboxes[end][0].data == BODY.encode()
    assert len(part.world.outgoing) == 0


def test_tries_are_half_an_hour_apart_at_least(part: Part) -> None:
    """And further apart from try to try (RFC 5321 4.5.4.1), for four to five days."""
    send(part, "eve@never.test")
    skip(part, 6 * DAY, START)
    times = [one.at for one in part.world.happenings if one.kind in ("retried", "bounced")]
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps[:4] == [1800, 3600, 7200, 14400]
    assert min(gaps) >= 1800
    assert times[-1] - times[0] == 5 * DAY


def test_nothing_is_tried_before_its_time(part: Part) -> None:
    """And then at that time, whenever somebody looks."""
    send(part, "bob@busy.test")
    assert skip(part, 29 * MINUTE, START) == []
    (retried,) = skip(part, 45 * MINUTE, START)
    assert (retried.kind, retried.at) == ("retried", START + 30 * MINUTE)
    assert retried.words == "mx.busy.test said: 450 4.7.1 Come back later; next try in 1 h"


def test_several_wait_in_the_order_of_their_times(part: Part) -> None:
    """Whatever happens is told in the order in which it happened."""
    send(part, "eve@never.test", "bob@busy.test")
    skip(part, 10 * MINUTE, START)
    send(part, "dan@down.test")
    times = [one.at for one in skip(part, DAY, START) if one.kind == "retried"]
    assert times == sorted(times)


def test_every_server_on_the_way_writes_a_line(part: Part) -> None:
    """The newest on top, and one Return-Path, the last server's (RFC 5321 4.4)."""
    send(part, "tom@behind.test")
    raw = part.world.mailboxes["tom@behind.test"][0].raw.decode()
    received = [line.split()[-1] for line in raw.splitlines() if line.startswith("Received: from")]
    assert received[:3] == ["two.relay.test", "one.relay.test", "mail.office.test"]
    assert raw.startswith("Return-Path: <ana@office.test>\r\nReceived: from two.relay.test\r\n")
    assert raw.count("Return-Path:") == 1
    assert "\tby mx.behind.test with ESMTP id " in raw


def test_the_last_relay_reports(part: Part) -> None:
    """It had taken responsibility; so the report is its own, and comes by the front door."""
    send(part, "who@behind.test")
    (report,) = reports(part, "ana@office.test")
    assert "Reporting-MTA: dns; two.relay.test" in report.as_string()
    assert "from two.relay.test" in report["Received"]


def test_a_report_about_a_report_is_never_written(part: Part) -> None:
    """What comes from nobody and fails is thrown away (RFC 5321 6.1)."""
    send(part, "who@branch.test", sender="", user="ana")
    assert told(list(part.world.happenings)) == [
        ("queued", "who@branch.test"),
        ("discarded", "who@branch.test"),
    ]


@pytest.mark.parametrize("sender", ["gone@branch.test", "gone@nowhere.test", "no.one@office.test"])
def test_a_report_that_cannot_be_delivered_is_thrown_away(tmp_path: Path, sender: str) -> None:
    """To wherever it should have gone."""
    part = town(tmp_path)
    send(part, "forward@office.test", sender=sender, user="", body=BODY * 2)
    part.world.mailboxes["fred@branch.test"].clear()
    send(part, "round@office.test", sender=sender, user="")
    kinds = [kind for kind, _ in told(list(part.world.happenings)) if kind != "hopped"]
    assert kinds[-2:] == ["bounced", "discarded"]


def test_a_list_reports_to_its_owner(part: Part) -> None:
    """Who writes to a list never hears of its members (RFC 5321 3.9.2)."""
    send(part, "sales@office.test")
    world = part.world
    assert len(world.mailboxes["ana@office.test"]) == 1
    assert world.mailboxes["fred@branch.test"][0].return_path == "ben@office.test"
    assert len(reports(part, "ben@office.test")) == 1
    assert not reports(part, "ana@office.test")


NEEDS = [
    ("who@old.test", "", BODY, ""),
    ("who@old.test", "BODY=8BITMIME", "Subject: hi\r\n\r\ncaf\u00e9\r\n", "5.6.3"),
    ("who@old.test", "BODY=BINARYMIME", "Subject: hi\r\n\r\nx\r\n", "5.6.3"),
    ("who@old.test", "SMTPUTF8", BODY, "5.6.7"),
    ("who@small.test", "", BODY, ""),
    ("who@small.test", "", BODY + "x" * 80 + "\r\n" * 80, "5.3.4"),
    ("who@branch.test", "SMTPUTF8", BODY, "5.1.1"),
]


@pytest.mark.parametrize(("address", "mail", "body", "status"), NEEDS)
def test_what_a_house_does_not_offer_cannot_go_there(
    part: Part, address: str, mail: str, body: str, status: str
) -> None:
    """Letters are not taken apart on the way: they come back."""
    send(part, address, mail=mail, body=body)
    found = reports(part, "ana@office.test")
    assert [f"Status: {status}\r\n" in one.as_string() for one in found] == [True] * bool(status)
    assert bool(part.world.mailboxes.get(address)) is not bool(status)


CIRCLE = """
format = 1
kind = "scenario"
id = "circle"
about = "A list, and two of its members who forward to it."
host = "mail.office.test"
domains = ["office.test"]
[people.ana]
[people.carl]
forward_to = "all@office.test"
[lists.all]
members = ["ana", "carl@office.test", "dan@branch.test", "eva@branch.test"]
owner = "ana"
[aliases]
postmaster = ["ana"]
[houses."branch.test"]
host = "mx.branch.test"
[houses."branch.test".forwards]
dan = "all@office.test"
eva = "ALL@Office.Test"
"""


@pytest.mark.parametrize("name", ["all", "carl"])
def test_a_list_passes_a_letter_on_once(tmp_path: Path, name: str) -> None:
    """What comes back to it goes to nobody again, or there would be more of it with each round."""
    (tmp_path / "circle.toml").write_text(CIRCLE)
    talk = Talk(make_part(scenario="circle", folder=tmp_path))
    talk.say(HELLO, "MAIL FROM:<ada@far.test>", f"RCPT TO:<{name}@office.test>", "DATA")
    talk.say("hi", ".")
    talk.part.world.run_queue(talk.now)
    letters = talk.part.world.mailboxes["ana@office.test"]
    reports = [one for one in letters if not one.return_path]
    assert len(letters) - len(reports) == 1
    words = b"".join(one.data for one in reports)
    assert words.count(b"Action: failed") == 3
    assert words.count(b"Status: 5.4.6") == 3
    assert len(talk.part.world.outgoing) == 0


def test_received_fields_of_the_letter_itself_count(part: Part) -> None:
    """A letter that has gone round in circles elsewhere is stopped as well (RFC 5321 6.3)."""
    send(part, "bob@busy.test", body="Received: from a.test\r\n" * 100 + BODY)
    assert told(list(part.world.happenings))[1][0] == "bounced"


def test_neighbours_elsewhere_in_an_alias(part: Part) -> None:
    """An alias leads to a mailbox here and to another house."""
    send(part, "both@office.test")
    world = part.world
    assert len(world.mailboxes["ana@office.test"]) == len(world.mailboxes["fred@branch.test"]) == 1


def test_a_house_that_forwards_to_a_list_of_ours(part: Part) -> None:
    """It comes back by the front door, and goes on to the members, here and elsewhere."""
    send(part, "team@branch.test")
    (here,) = part.world.mailboxes["ana@office.test"]
    (there,) = part.world.mailboxes["fred@branch.test"]
    assert here.return_path == there.return_path == "ben@office.test"
    assert [hop.host for hop in here.hops] == ["mx.branch.test", "mail.office.test"]
    assert len(there.hops) == 3


def test_what_is_withdrawn_waits_no_more(part: Part) -> None:
    """A letter that could not be kept was never taken."""
    world = part.world
    before = world.octets
    name = send(part, "eve@never.test", "dan@down.test")
    world.octets -= world.outgoing.withdraw(name)
    assert (len(world.outgoing), world.octets) == (0, before)
    assert skip(part, DAY, START) == []


def test_what_others_sent_waits_on_when_a_letter_is_withdrawn(part: Part) -> None:
    """Each at its own time."""
    name = send(part, "eve@never.test")
    send(part, "bob@busy.test")
    part.world.outgoing.withdraw(name)
    assert told(skip(part, DAY, START))[-1] == ("delivered", "bob@busy.test")


@pytest.mark.parametrize(
    ("sender", "ends"),
    [("ana@office.test", ["bounced", "delivered"]), ("", ["discarded"])],
    ids=["reported", "nobody-to-tell"],
)
def test_how_a_letter_has_left_the_queue(part: Part, sender: str, ends: list[str]) -> None:
    """What nobody can be told of is thrown away (RFC 5321 4.5.5)."""
    send(part, "nobody@branch.test", sender=sender)
    skip(part, DAY, START)
    assert [entry.end for entry in part.world.outgoing.gone] == ends


# ---------------------------------------------------------------- always

PLACES = [
    "ana@office.test", "ben@office.test", "forward@office.test", "round@office.test",
    "bob@busy.test", "eve@never.test", "dan@down.test", "who@closed.test", "who@nowhere.test",
    "tom@behind.test", "who@behind.test", "who@old.test", "who@small.test", "ping@office.test",
]  # fmt: skip
NOTIFIES = ["", "> NOTIFY=NEVER", "> NOTIFY=SUCCESS", "> NOTIFY=SUCCESS,FAILURE,DELAY"]

letters = st.lists(
    st.tuples(
        st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True),
        st.sampled_from(NOTIFIES),
        st.sampled_from(["", "ana@office.test", "ada@far.test", "gone@far.test"]),
        st.integers(0, 2 * DAY),
    ),
    min_size=1,
    max_size=4,
)


def play(part: Part, found: list[tuple[list[str], str, str, int]]) -> dict[str, list[str]]:
    """Send all of it; the letters' names and their recipients."""
    sent = {}
    for recipients, notify, sender, wait in found:
        user = "ana" if sender in ("", "ana@office.test") else ""
        mine = [one for one in recipients if user or one.endswith("@office.test")]
        if mine:
            asked = [f"{one}{notify}" if notify else one for one in mine]
            sent[send(part, *asked, sender=sender, user=user)] = mine
        skip(part, wait, START)
    return sent


def ends(world: World, name: str) -> dict[str, list[str]]:
    """How often, and how, each recipient of the letter *name* has ended."""
    found: dict[str, list[str]] = {}
    for one in world.happenings:
        ended = one.kind in ("delivered", "bounced", "discarded")
        if ended and one.message is not None and one.message.id == name:
            found.setdefault(one.address, []).append(one.kind)
    return found


AS_KNOWN = {"fred@branch.test": "forward@office.test", "max@branch.test": "round@office.test",
            "pong@office.test": "ping@office.test"}  # fmt: skip


@given(found=letters)
@settings(max_examples=40)
def test_no_letter_is_lost_or_doubled(
    found: list[tuple[list[str], str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each recipient of an accepted letter ends once: delivered, bounced, or discarded."""
    part = town(tmp_path_factory.mktemp("town"))
    world = part.world
    world.happenings = type(world.happenings)(most=100_000)
    sent = play(part, found)
    waiting = {(one.message.id, one.asked) for one in world.outgoing.entries()}
    for name, recipients in sent.items():
        ended = {AS_KNOWN.get(address, address): how for address, how in ends(world, name).items()}
        for recipient in recipients:
            assert len(ended.get(recipient, [])) + ((name, recipient) in waiting) == 1
    skip(part, 30 * DAY, START)
    for name, recipients in sent.items():
        ended = {AS_KNOWN.get(address, address): how for address, how in ends(world, name).items()}
        assert {one: len(how) for one, how in ended.items()} == dict.fromkeys(recipients, 1)
    assert len(world.outgoing) == 0
    kept = sum(one.weight for box in world.mailboxes.values() for one in box)
    assert world.octets == kept


def everything(world: World) -> list[object]:
    """All that can be seen of a world."""
    boxes = [(box, [one.raw for one in found]) for box, found in world.mailboxes.items()]
    queue = world.outgoing
    return [boxes, queue.entries(), list(queue.gone), list(world.happenings), world.octets]


@given(found=letters)
@settings(max_examples=15)
def test_the_same_seed_gives_the_same_bytes(
    found: list[tuple[list[str], str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Reports, names and times included."""
    one, other = (town(tmp_path_factory.mktemp("town")) for _ in range(2))
    assert play(one, found) == play(other, found)
    assert everything(one.world) == everything(other.world)


@given(found=letters, later=letters)
@settings(max_examples=15)
def test_a_copy_goes_on_by_itself(
    found: list[tuple[list[str], str, str, int]],
    later: list[tuple[list[str], str, str, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A world can be wound back: what its copy goes through leaves it alone."""
    part = town(tmp_path_factory.mktemp("town"))
    play(part, found)
    before = everything(part.world)
    twin = part.in_world(part.world.copy())
    assert everything(twin.world) == before
    play(twin, later)
    assert everything(part.world) == before
    play(part, later)
    assert everything(part.world) == everything(twin.world)
