"""What rules remember of clients from one session to the next, on the clock of their world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder
from smtpshell.sandbox.world.memory import MOST, network_of
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
GREY = """
[rules.grey]
at = "RCPT"
key = ["net24", "sender", "rcpt"]
wait = 300
reply = "450 4.2.0 <{rcpt}>: try again in {left} s"
early = "450 4.2.0 <{rcpt}>: {left} s more"
remember = 3600
learn = 2
why = "Strangers wait."
"""
LIMIT = """
[rules.limit]
at = "MAIL"
key = ["ip"]
limit = 2
per = 60
reply = "451 4.7.1 Come back in {left} s"
"""

Make = Callable[[str], Part]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def part(rules: str) -> Part:
        (tmp_path / "mine.toml").write_text(HEAD + rules)
        return make_part("mine", folder=tmp_path)

    return part


def once(
    part: Part, now: float, *, peer: str = "192.0.2.7", mail: str = MAIL, rcpt: str = RCPT
) -> str:
    """The last reply of a session that comes to RCPT."""
    responder = Responder(part, peer)
    responder.opened(now)
    said = b""
    for line in (HELLO, mail, rcpt):
        said = responder.received(line.encode() + b"\r\n", now)
    return said.decode()


def test_greylisting(make: Make) -> None:
    """Put off at first, put off again too early, welcome after the wait, and known from then on."""
    part = make(GREY)
    assert once(part, START) == "450 4.2.0 <ana@office.test>: try again in 300 s\r\n"
    assert once(part, START + 60.5) == "450 4.2.0 <ana@office.test>: 240 s more\r\n"
    assert codes(once(part, START + 299.9)) == ["450 4.2.0"]
    assert codes(once(part, START + 300)) == ["250 2.1.5"]
    assert codes(once(part, START + 301)) == ["250 2.1.5"]
    assert codes(once(part, START + 3900)) == ["250 2.1.5"]
    assert once(part, START + 3900 + 3601).endswith("300 s\r\n")


def test_greylisting_goes_by_network_sender_and_recipient(make: Make) -> None:
    """A neighbour of the client may come back in its place; another letter waits anew."""
    part = make(GREY)
    once(part, START)
    later = START + 400
    assert codes(once(part, later, peer="192.0.2.99")) == ["250 2.1.5"]
    assert codes(once(part, later, peer="198.51.100.7")) == ["450 4.2.0"]
    assert codes(once(part, later, mail="MAIL FROM:<eve@far.test>")) == ["450 4.2.0"]
    assert codes(once(part, later, rcpt="RCPT TO:<ben@office.test>")) == ["450 4.2.0"]
    assert codes(once(part, later, rcpt="RCPT TO:<ANA@office.test>")) == ["250 2.1.5"]


BEN = "RCPT TO:<ben@office.test>"
LOGIN = "AUTH PLAIN AGFuYQBhcHJpY290LTc="


@pytest.mark.parametrize(
    ("key", "at", "first", "other"),
    [
        ("helo", "MAIL", (HELLO, MAIL), ("EHLO other.office.test", MAIL)),
        ("helo", "CONNECT", (), None),
        ("user", "MAIL", (HELLO, LOGIN, "MAIL FROM:<ana@office.test>"), (HELLO, MAIL)),
        ("sender", "DATA", (HELLO, MAIL, RCPT, "DATA"), (HELLO, "MAIL FROM:<>", RCPT, "DATA")),
        ("rcpt", "DATA", (HELLO, MAIL, RCPT, BEN, "DATA"), (HELLO, MAIL, RCPT, "DATA")),
    ],
    ids=["helo", "helo-before-it", "user", "sender-later", "all-recipients"],
)
def test_who_is_the_same_again(
    make: Make, key: str, at: str, first: tuple[str, ...], other: tuple[str, ...] | None
) -> None:
    """By what is known of the session when the rule is asked; small letters or capitals."""
    limit = f'key = ["{key}"]\nlimit = 1\nper = 60\nreply = "451 4.7.1 Once"\n'
    part = make(f'[rules.limit]\nat = "{at}"\n{limit}')

    def refused(lines: tuple[str, ...]) -> bool:
        talk = Talk(part, tls=True)
        return (talk.say(*lines) or talk.greeting).startswith("451")

    assert not refused(first)
    assert refused(tuple(line.replace("office", "OFFICE") for line in first))
    assert other is None or not refused(other)


def test_a_client_of_whom_some_were_welcome_is_not_asked_to_wait(make: Make) -> None:
    """Real senders come back, and are known by it; their network is the first word of the key."""
    part = make(GREY)
    for name in ("ana", "ben"):
        rcpt = f"RCPT TO:<{name}@office.test>"
        assert codes(once(part, START, rcpt=rcpt)) == ["450 4.2.0"]
        assert codes(once(part, START + 300, rcpt=rcpt)) == ["250 2.1.5"]
    dora = "RCPT TO:<dora@office.test>"
    assert codes(once(part, START + 301, rcpt=dora)) == ["250 2.1.5"]
    assert codes(once(part, START + 301, rcpt=dora, peer="203.0.113.1")) == ["450 4.2.0"]


def test_the_clock_is_the_worlds(make: Make) -> None:
    """Putting it forward is waiting."""
    part = make(GREY)
    once(part, START)
    part.world.skipped = 300
    assert codes(once(part, START + 1)) == ["250 2.1.5"]


def test_a_rate_limit(make: Make) -> None:
    """So many in so many seconds, counted from the first; each address by itself."""
    part = make(LIMIT)
    talk = Talk(part)
    talk.say(HELLO)

    def mail() -> str:
        talk.say("RSET")
        return talk.say(MAIL)

    assert [codes(mail())[0][:3] for _ in range(3)] == ["250", "250", "451"]
    talk.wait(20)
    assert mail() == "451 4.7.1 Come back in 40 s\r\n"
    assert codes(once(part, talk.now, peer="198.51.100.7")) == ["250 2.1.5"]
    talk.wait(40)
    assert [codes(mail())[0][:3] for _ in range(3)] == ["250", "250", "451"]


def test_a_rule_that_remembers_is_asked_every_time(make: Make) -> None:
    """No move is kept that would pass it by."""
    part = make(LIMIT)
    assert [codes(once(part, START))[0][:3] for _ in range(4)] == ["250", "250", "503", "503"]


def test_the_memory_is_bounded(make: Make) -> None:
    """The oldest entries go first, those in use stay."""
    part = make(GREY)
    for number in range(MOST + 50):
        once(part, START, mail=f"MAIL FROM:<a{number}@far.test>")
        if not number % 1000:
            once(part, START, mail="MAIL FROM:<keep@far.test>")
    assert len(part.world.memory.entries) == MOST
    assert codes(once(part, START + 300, mail="MAIL FROM:<keep@far.test>")) == ["250 2.1.5"]
    assert codes(once(part, START + 300, mail="MAIL FROM:<a1@far.test>")) == ["450 4.2.0"]


def test_a_copied_world_remembers_by_itself(make: Make) -> None:
    """What the copy learns the original does not."""
    part = make(GREY)
    once(part, START)
    twin = part.in_world(part.world.copy())
    assert codes(once(twin, START + 300)) == ["250 2.1.5"]
    assert "300 s" in once(twin, START, mail="MAIL FROM:<b@far.test>")
    assert "300 s" in once(part, START + 1, mail="MAIL FROM:<b@far.test>")


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_the_network_of_a_client(peer: str, network: str) -> None:
    """Neighbours that a big sender's next try may come from."""
    assert network_of(peer) == network


REPUTATION = """
[reputation]
tally = "karma"
good = 3
bad = 4
remember = 1000

[rules.bad]
at = "unknown"
score = { karma = -4 }

[rules.meh]
at = "noop-ok"
score = { karma = -3 }

[rules.good]
at = "vrfy-ok"
score = { karma = 3 }
"""


def ended(part: Part, now: float, line: str, *, peer: str = "192.0.2.7") -> float:
    """What the address is known for at the beginning of a session in which it says *line*."""
    responder = Responder(part, peer)
    responder.opened(now)
    known = (responder.scores or {}).get("reputation", 0)
    for said in (HELLO, line):
        responder.received(f"{said}\r\n".encode(), now)
    responder.closed(now)
    return known


BAD, MEH, GOOD = "HUH", "NOOP", "VRFY ana"


def test_an_address_is_remembered_for_how_its_sessions_end(make: Make) -> None:
    """Good ones make up for bad ones, others count for nothing, and each address has its own."""
    part = make(REPUTATION)
    said = [BAD, MEH, BAD, GOOD, GOOD, GOOD, MEH]
    assert [ended(part, START, line) for line in said] == [0, -1, -1, -2, -1, 0, 1]
    assert ended(part, START, MEH, peer="192.0.2.8") == 0


def test_a_reputation_is_lost_in_time(make: Make) -> None:
    """So long after the last session that counted, by the clock of the world; nobody is at -11."""
    part = make(REPUTATION)
    for _ in range(12):
        ended(part, START, BAD)
    assert ended(part, START + 1000, MEH) == -10
    part.world.skipped = 600
    assert ended(part, START + 400, MEH) == -10
    assert ended(part, START + 401, GOOD) == 0
    assert ended(part, START + 401, MEH) == 1


def test_a_copied_world_knows_a_reputation_by_itself(make: Make) -> None:
    """What is taken back never happened, and is remembered of nobody."""
    part = make(REPUTATION)
    ended(part, START, BAD)
    before = part.world.copy()
    ended(part, START, BAD)
    assert ended(part, START, MEH) == -2
    part.world.become(before)
    assert ended(part, START, MEH) == -1


def test_who_is_taken_for_somebody_else_has_their_reputation(make: Make) -> None:
    """`:as` in a session changes whose it is, to its end."""
    part = make(REPUTATION)
    ended(part, START, BAD, peer="192.0.2.9")
    responder = Responder(part, "192.0.2.7")
    responder.opened(START)
    assert not responder.scores
    responder.take_for("192.0.2.9")
    assert responder.scores == {"reputation": -1}
    responder.take_for("192.0.2.7")
    assert responder.scores == {"reputation": 0}


def test_servers_without_it_remember_nothing(make: Make) -> None:
    """Nor do they show a tally that nobody has asked for."""
    part = make(REPUTATION.replace('tally = "karma"', 'tally = ""'))
    ended(part, START, BAD)
    assert ended(part, START, BAD) == 0
    assert not part.world.memory.entries
