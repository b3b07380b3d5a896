"""Houses with a real server in them: letters are handed on, and two servers may disagree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.world.world import World
from tests.sandbox.play import HELLO, START, Talk, codes, make_part


def smuggle(domain: str) -> bytes:
    """A letter with another one in it, from somebody who has not written it."""
    return (
        "From: Mia <mia@lab.test>\r\nSubject: lunch\r\n\r\nSee you at noon.\n.\n"
        f"MAIL FROM:<boss@{domain}>\r\nRCPT TO:<ben@{domain}>\r\nDATA\r\n"
        f"From: The boss <boss@{domain}>\r\nSubject: pay this\r\n\r\nAt once.\r\n.\r\n"
    ).encode()


CHAINS = [
    # forwarder, receiver: replies to the one DATA, letters that ben gets, what comes back to mia
    ("lf-forwarder", "weak.test", ["250 2.0.0"], 2, 0),
    ("lf-forwarder", "mends.test", ["250 2.0.0"], 1, 0),
    ("lf-forwarder", "strict.test", ["250 2.0.0"], 0, 1),
    ("crlf-mending", "weak.test", ["250 2.0.0"], 1, 0),
    ("crlf-mending", "strict.test", ["250 2.0.0"], 1, 0),
    ("crlf-strict", "weak.test", ["550 5.5.2"], 0, 0),
]


@pytest.mark.parametrize(("forwarder", "domain", "replies", "letters", "reports"), CHAINS)
def test_who_sees_two_letters(
    forwarder: str, domain: str, replies: list[str], letters: int, reports: int
) -> None:
    """The weak pair alone delivers two from one DATA; one careful server on the way is enough."""
    talk = Talk(make_part(forwarder, scenario="smuggling"))
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", f"RCPT TO:<ben@{domain}>", "DATA")
    assert codes(talk.send(smuggle(domain))) == replies
    talk.part.world.run_queue(talk.now)
    boxes = talk.part.world.mailboxes
    assert len(boxes[f"ben@{domain}"]) == letters
    assert len(boxes["mia@lab.test"]) == reports
    delivered = [one for one in talk.part.world.happenings if one.kind == "delivered"]
    assert len([one for one in delivered if one.mailbox == f"ben@{domain}"]) == letters


def smuggled() -> Talk:
    talk = Talk(make_part("lf-forwarder", scenario="smuggling"))
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", "RCPT TO:<ben@weak.test>", "DATA")
    talk.send(smuggle("weak.test"))
    talk.part.world.run_queue(talk.now)
    return talk


def test_the_smuggled_letter_looks_as_if_the_boss_had_sent_it() -> None:
    """Its envelope is the attacker's, and its trace knows nobody before the relay."""
    first, second = smuggled().part.world.mailboxes["ben@weak.test"]
    assert first.return_path == "mia@lab.test"
    assert first.data.startswith(b"Received: from desk7.office.test")
    assert first.data.endswith(b"See you at noon.\r\n")
    assert second.return_path == "boss@weak.test"
    assert second.data.startswith(b"From: The boss")
    assert b"Received: from relay.lab.test" in second.raw
    assert b"desk7" not in second.raw


def test_the_relay_hears_of_one_letter() -> None:
    """What the receiver says beside that nobody has asked for; the world tells of it."""
    talk = smuggled()
    words = [one.words for one in talk.part.world.happenings if one.kind == "hopped"]
    assert "mx.weak.test said 4 things that nobody had asked for: it counts otherwise" in words
    assert len(talk.part.world.outgoing) == 0
    assert {one.session for one in talk.part.world.happenings} == {1}


def test_the_same_again() -> None:
    """The same input gives the same letters, and a copy of the world goes its own way."""
    first, second = smuggled(), smuggled()
    letters = first.part.world.mailboxes["ben@weak.test"]
    assert letters == second.part.world.mailboxes["ben@weak.test"]
    twin = first.part.world.copy()
    first.say("MAIL FROM:<mia@lab.test>", "RCPT TO:<ben@weak.test>", "DATA", "again", ".")
    assert len(first.part.world.mailboxes["ben@weak.test"]) == 3
    assert len(twin.mailboxes["ben@weak.test"]) == 2


def house(folder: Path, rules: str, rcpt: str = "ben@weak.test") -> Talk:
    """A letter was handed over for a house whose server has these *rules*."""
    for name in ("personalities", "scenarios"):
        (folder / name).mkdir()
    (folder / "personalities" / "moody.toml").write_text(
        'format = 1\nkind = "personality"\nid = "moody"\nlike = "by-the-book"\nabout = "x"\n'
        + rules
    )
    text = Path(load_scenario("smuggling").house.where.path).read_text()
    text = text.replace('"smuggling"', '"two"').replace('"lf-lenient"', '"moody"')
    (folder / "scenarios" / "two.toml").write_text(text)
    setting = load_scenario("two", [folder / "scenarios"])
    nature = load_personality("crlf-mending", [], setting.house)
    talk = Talk(Part(nature, World(setting)))
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", f"RCPT TO:<{rcpt}>", "DATA", "hi", ".")
    talk.part.world.run_queue(START)
    return talk


def test_an_unknown_person_bounces(tmp_path: Path) -> None:
    """The sender hears what the other server said."""
    talk = house(tmp_path, "", "zoe@weak.test")
    (report,) = talk.part.world.mailboxes["mia@lab.test"]
    assert b"550 5.1.1 <zoe@weak.test>: no such mailbox" in report.data


def test_a_greylisting_house_is_tried_again(tmp_path: Path) -> None:
    """It remembers us, and takes the letter the next time."""
    rule = 'at = "RCPT"\nkey = ["sender"]\nwait = 300\nreply = "450 4.2.0 Not yet"'
    talk = house(tmp_path, f"[rules.grey]\n{rule}\n")
    world = talk.part.world
    (waiting,) = world.outgoing.entries()
    assert waiting.log[0].words == "450 4.2.0 Not yet"
    world.run_queue(START + 3600)
    assert len(world.mailboxes["ben@weak.test"]) == 1


def test_a_house_that_cuts_the_connection_is_tried_again(tmp_path: Path) -> None:
    """Nothing was said, so nothing was taken."""
    talk = house(tmp_path, '[rules.cut]\nat = "MAIL"\ndrop = true\n')
    (waiting,) = talk.part.world.outgoing.entries()
    assert waiting.log[0].words == "lost the connection to mx.weak.test"


PERSONALITIES = sorted(path.stem for path in (lessons_dir() / "sandbox/personalities").iterdir())


@pytest.mark.parametrize("name", PERSONALITIES)
def test_whatever_a_house_says_the_letter_is_not_lost(tmp_path: Path, name: str) -> None:
    """It arrives, or the sender hears that it did not, with a status that says no."""
    text = Path(load_scenario("smuggling").house.where.path).read_text()
    text = text.replace('"smuggling"', '"two"').replace('"lf-lenient"', f'"{name}"')
    (tmp_path / "two.toml").write_text(text)
    talk = Talk(make_part("crlf-mending", scenario="two", folder=tmp_path))
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", "RCPT TO:<ben@weak.test>", "DATA", "hi", ".")
    world = talk.part.world
    for day in range(8):
        world.run_queue(START + day * 86400)
    reports = b"".join(one.data for one in world.mailboxes["mia@lab.test"])
    arrived = bool(world.mailboxes.get("ben@weak.test"))
    assert arrived is not (b"Action: failed" in reports)
    assert all(status[:1] in b"45" for status in re.findall(rb"Status: (.*)", reports))


def test_a_yes_to_data_is_no_yes_to_the_letter(tmp_path: Path) -> None:
    """A server that is one reply ahead has not got it: it is tried again."""
    rule = 'at = "CONNECT"\nraw = "220 a\\r\\n250 b\\r\\n"'
    (waiting,) = house(tmp_path, f"[rules.early]\n{rule}\n").part.world.outgoing.entries()
    assert waiting.log[0].words == "250 2.1.5 Recipient ok (to DATA, which wants 354)"


def test_the_last_line_counts(tmp_path: Path) -> None:
    """Where the lines of a reply differ, its words and both codes are those of the last one."""
    raw = "250-2.1.5 Yes\\r\\n550 5.1.1 No\\r\\n"
    talk = house(tmp_path, f'[rules.both]\nat = "RCPT"\nraw = "{raw}"\n')
    (report,) = talk.part.world.mailboxes["mia@lab.test"]
    assert b"Status: 5.1.1\r\n" in report.data
    assert b"Diagnostic-Code: smtp; 550 5.1.1 No\r\n" in report.data


def test_a_lost_250_makes_two_of_one(tmp_path: Path) -> None:
    """The letter was taken, its 250 lost: it lies there, and is sent once more (RFC 1047)."""
    rule = 'at = "DOT"\nkey = ["sender"]\nwait = 1\nraw = ""\ndrop = true'
    world = house(tmp_path, f"[rules.lost]\n{rule}\n").part.world
    assert len(world.mailboxes["ben@weak.test"]) == 1
    world.run_queue(START + 3600)
    assert len(world.mailboxes["ben@weak.test"]) == 2
    assert len(world.outgoing) == 0


def test_what_happens_is_told_in_its_order() -> None:
    """Handed on first, delivered then."""
    kinds = [one.kind for one in smuggled().part.world.happenings]
    assert kinds == ["queued", "hopped", "hopped", "delivered", "delivered"]


def test_anybody_may_have_a_mailbox_there(tmp_path: Path) -> None:
    """As in the houses that are data alone."""
    text = Path(load_scenario("smuggling").house.where.path).read_text()
    text = text.replace('"smuggling"', '"two"').replace(
        'people = ["ben", "boss"]', 'people = ["*"]'
    )
    (tmp_path / "two.toml").write_text(text)
    talk = Talk(make_part("crlf-mending", scenario="two", folder=tmp_path))
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", "RCPT TO:<zoe@weak.test>", "DATA", "hi", ".")
    assert len(talk.part.world.mailboxes["zoe@weak.test"]) == 1


ZONE = """
$TTL 3600
weak.test.                 MX  10 mx.weak.test.
mx.weak.test.              A   198.51.100.7
relay.lab.test.            A   192.0.2.1
1.2.0.192.in-addr.arpa.    PTR relay.lab.test.
"""


@pytest.mark.parametrize(("line", "letters"), [("", 1), ("1.2.0.192.in-addr.arpa.", 0)])
def test_a_house_looks_us_up_in_the_same_dns(tmp_path: Path, line: str, letters: int) -> None:
    """It is called from the address that our name has, and sees what the DNS has become."""
    text = Path(load_scenario("smuggling").house.where.path).read_text()
    text = text.replace('"smuggling"', '"two"').replace('"lf-lenient"', '"fcrdns-strict"')
    (tmp_path / "two.toml").write_text(text)
    talk = Talk(make_part("crlf-mending", scenario="two", folder=tmp_path))
    world = talk.part.world
    world.zone = ZoneResolver.from_text(ZONE)
    if line:
        world.zone.remove(line, "PTR")
    talk.say(HELLO, "MAIL FROM:<mia@lab.test>", "RCPT TO:<ben@weak.test>", "DATA", "hi", ".")
    world.run_queue(START)
    assert len(world.mailboxes["ben@weak.test"]) == letters
    refused = [one.words for one in world.happenings if "5.7.25" in one.words]
    assert bool(refused) is not bool(letters)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('personality = "lf-lenien"', 'no personality is called "lf-lenien"'),
        ('personality = "lf-lenient"\nforwards = { a = "b@c.test" }', "keeps its letters"),
        ("personality = 7", "personality is a text"),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, lines: str, words: str) -> None:
    """With the nearest name that there is."""
    (tmp_path / "mine.toml").write_text(
        'format = 1\nkind = "scenario"\nid = "mine"\nabout = "x"\nhost = "mail.a.test"\n'
        'domains = ["a.test"]\n[people.ana]\n[aliases]\npostmaster = ["ana"]\n'
        f'[houses."b.test"]\nhost = "mx.b.test"\n{lines}\n'
    )
    with pytest.raises(DataFileError, match=words) as caught:
        load_scenario("mine", [tmp_path])
    assert "mine.toml:" in str(caught.value)
