"""What a server finds out about its client, its sender and its letter, from the scenario's zone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError, UsageError
from smtpshell.lookup.dkim import sign
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.check import dossier
from smtpshell.sandbox.check.dossier import LARGEST
from smtpshell.sandbox.check.peer import PeerFacts
from smtpshell.sandbox.nature.scenario import Host, load_scenario, read_host
from smtpshell.sandbox.world.message import StoredMessage
from tests.sandbox.play import START, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
HOUSE = 'format = 1\nkind = "scenario"\nid = "here"\nabout = "x"\nhost = "mail.here.test"\n'
HOUSE += 'domains = ["here.test"]\n'
PEOPLE = '[people.postmaster]\nname = "P"\n'
RCPT = "RCPT TO:<ana@office.test>"
RESULTS = '[checks]\nresults = ["spf", "dkim", "dmarc", "iprev"]\nlists = ["dnsbl.test"]\n'
KEY = (lessons_dir() / "sandbox" / "zones" / "dns-town.pem").read_bytes()

BAKERY = ("mail.bakery.example", "192.0.2.20")
FORGER = ("mail.spammer.example", "192.0.2.66")


def talk_in_town(folder: Path, rules: str = RESULTS, address: str = "192.0.2.10") -> Talk:
    (folder / "mine.toml").write_text(HEAD + rules)
    part = make_part("mine", scenario="dns-town", folder=folder)
    part.world.host_of_peer = Host(address)
    return Talk(part)


def last_letter(talk: Talk) -> StoredMessage:
    return talk.part.world.mailboxes["ana@office.test"][-1]


# ------------------------------------------------------------------ facts


@pytest.mark.parametrize(
    ("hello", "address", "facts"),
    [
        pytest.param(
            *BAKERY,
            {"ptr": "mail.bakery.example", "iprev": "pass", "fcrdns": True, "helo_matches": True},
            id="all-right",
        ),
        pytest.param(
            "mail.nameless.example",
            "192.0.2.60",
            {"ptr": "", "iprev": "permerror", "fcrdns": False, "helo_matches": True},
            id="no-name",
        ),
        pytest.param(
            "mail.pretender.example",
            "192.0.2.61",
            {"ptr": "mail.bank.example", "iprev": "fail", "fcrdns": False, "helo_resolves": True},
            id="somebody-elses-name",
        ),
        pytest.param(
            "nowhere.example",
            "192.0.2.20",
            {"fcrdns": True, "helo_resolves": False, "helo_matches": False},
            id="hello-leads-nowhere",
        ),
        pytest.param(
            "[192.0.2.20]",
            "192.0.2.20",
            {"helo_resolves": None, "helo_matches": True},
            id="literal",
        ),
        pytest.param(
            "x.shaky.example", "192.0.2.20", {"helo_resolves": None, "helo_matches": None}, id="dns"
        ),
        pytest.param(*FORGER, {"listed": ("dnsbl.test",), "spf": "pass"}, id="listed"),
        pytest.param(*BAKERY, {"listed": (), "spf": "none"}, id="not-listed"),
    ],
)
def test_what_is_known_of_a_client(
    tmp_path: Path, hello: str, address: str, facts: dict[str, object]
) -> None:
    """Each edge of the triangle, the lists, and SPF for the EHLO name."""
    talk = talk_in_town(tmp_path, address=address)
    talk.say(f"EHLO {hello}")
    if facts.get("spf") == "pass":
        talk.say("MAIL FROM:<offer@spammer.example>")
    known = PeerFacts(talk.responder)
    assert {name: known.get(name) for name in facts} == facts
    assert known.get("ip") == address


@pytest.mark.parametrize(
    ("sender", "route", "resolves"),
    [
        pytest.param("x@bakery.example", "mx", True, id="mx"),
        pytest.param("x@plain.example", "address", True, id="implicit"),
        pytest.param("x@silent.example", "null-mx", False, id="null-mx"),
        pytest.param("x@nobody.example", "nowhere", False, id="no-such-domain"),
        pytest.param("x@hollow.mistakes.example", "nowhere", False, id="no-address"),
        pytest.param("x@shaky.example", "temperror", None, id="dns-fails"),
        pytest.param("", None, None, id="null-sender"),
    ],
)
def test_what_is_known_of_a_sender(
    tmp_path: Path, sender: str, route: str | None, resolves: bool | None
) -> None:
    """Could a failure report reach it? The null reverse-path wants none."""
    talk = talk_in_town(tmp_path)
    talk.say("EHLO mail.student.test", f"MAIL FROM:<{sender}>")
    known = PeerFacts(talk.responder)
    assert known.get("sender.route") == route
    assert known.get("sender.domain_resolves") is resolves


def test_the_line_being_judged_counts_already(tmp_path: Path) -> None:
    """A rule at EHLO asks about the name in it, one at MAIL about its sender."""
    talk = talk_in_town(
        tmp_path,
        '[rules.a]\nat = "EHLO"\nif = { "peer.helo_resolves" = false }\nreply = "550 5.7.1 Who?"\n'
        '[rules.b]\nat = "MAIL"\nif = { "sender.route" = "nowhere" }\nreply = "550 5.1.8 Where?"\n'
        '[rules.c]\nat = "MAIL"\nif = { "peer.spf" = "fail" }\nreply = "550 5.7.23 Not yours"\n',
    )
    assert codes(talk.say("EHLO nobody.example")) == ["550 5.7.1"]
    assert codes(talk.say("EHLO mail.student.test")) == ["250"]
    assert codes(talk.say("MAIL FROM:<x@nobody.example>")) == ["550 5.1.8"]
    assert codes(talk.say("MAIL FROM:<x@bank.example>")) == ["550 5.7.23"]
    assert codes(talk.say("MAIL FROM:<me@student.test>")) == ["250 2.1.0"]


def test_without_a_zone_nothing_is_known(tmp_path: Path) -> None:
    """A condition on what nobody knows is not met, whichever way it is put."""
    rules = "".join(
        f'[rules.r{number}]\nat = "MAIL"\nif = {{ {fact} }}\nreply = "550 5.7.1 No"\n'
        for number, fact in enumerate(
            (
                '"peer.fcrdns" = false',
                '"peer.ptr" = false',
                '"peer.listed" = false',
                '"peer.spf" = "none"',
                '"sender.domain_resolves" = false',
                '"peer.dkim" = "none"',
            )
        )
    )
    (tmp_path / "mine.toml").write_text(HEAD + rules)
    talk = Talk(make_part("mine", folder=tmp_path))
    assert codes(talk.say("EHLO x.test", "MAIL FROM:<a@b.example>")) == ["250 2.1.0"]
    assert PeerFacts(talk.responder).get("no-such-fact") is None


def test_nothing_is_looked_up_before_somebody_asks() -> None:
    """A server without such rules does not even import what asks DNS."""
    script = (
        "import sys; from tests.sandbox.play import *; talk = Talk(make_part()); talk.say(HELLO);"
        "talk.letter();"
        "print([m for m in sys.modules if m.startswith(('dns', 'smtpshell.lookup'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_an_edit_of_the_zone_is_seen_at_once(tmp_path: Path) -> None:
    """What was found out before it is forgotten."""
    talk = talk_in_town(tmp_path)
    talk.say("EHLO mail.student.test")
    known, zone = PeerFacts(talk.responder), talk.part.world.zone
    assert known.get("fcrdns") is False
    assert zone is not None
    zone.replace("10.2.0.192.in-addr.arpa. PTR mail.student.test.")
    assert known.get("fcrdns") is True
    talk.part.world.reset_zone()
    assert known.get("fcrdns") is False


def test_the_zone_of_a_scenario_can_be_brought_back_again_and_again(tmp_path: Path) -> None:
    """What is edited afterwards is not the scenario's own, which other worlds begin with."""
    world = talk_in_town(tmp_path).part.world
    assert world.zone is not None
    before = list(world.zone.listing())
    for _ in range(2):
        world.zone.remove("student.test")
        assert list(world.zone.listing()) != before
        world.reset_zone()
        assert list(world.zone.listing()) == before


def test_a_copied_world_has_a_zone_and_a_client_of_its_own(tmp_path: Path) -> None:
    """Going back in time brings the zone back, too."""
    talk = talk_in_town(tmp_path)
    world = talk.part.world
    twin = world.copy()
    assert world.zone is not None
    assert twin.zone is not None
    before = list(world.zone.listing("student.test"))
    world.zone.remove("student.test")
    world.host_of_peer = None
    assert list(world.zone.listing("student.test")) != before
    assert list(twin.zone.listing("student.test")) == before
    assert twin.taken_for("127.0.0.1") == "192.0.2.10"
    assert world.taken_for("127.0.0.1") == "127.0.0.1"


# ------------------------------------------------------------------ letters

LETTER = (
    "From: Billy <billy@bakery.example>\r\nTo: ana@office.test\r\nSubject: bread\r\n"
    "Date: Mon, 05 Jan 2026 09:30:00 +0000\r\n\r\nFresh.\r\n"
)


def send(talk: Talk, letter: str, sender: str = "billy@bakery.example") -> str:
    talk.say("EHLO mail.bakery.example", f"MAIL FROM:<{sender}>", RCPT, "DATA")
    return talk.send(letter.encode() + b".\r\n")


def test_results_are_written_on_the_letter(tmp_path: Path) -> None:
    """Every method that is asked for, by the server's name, above Received."""
    talk = talk_in_town(tmp_path, address="192.0.2.20")
    signed = sign(LETTER.encode(), "bakery.example", "class", KEY, START).decode() + LETTER
    assert codes(send(talk, signed)) == ["250 2.0.0"]
    trace = last_letter(talk).trace.decode()
    words = " ".join(trace.split())
    assert "Authentication-Results: mail.office.test; spf=pass" in words
    assert "dkim=pass header.d=bakery.example" in words
    assert "dmarc=pass (p=quarantine) header.from=bakery.example" in words
    assert "iprev=pass (mail.bakery.example) policy.iprev=192.0.2.20" in words
    assert trace.index("Return-Path") < trace.index("Authentication") < trace.index("Received")
    assert "([192.0.2.20])" in trace


def test_only_the_methods_asked_for_are_written(tmp_path: Path) -> None:
    """And none at all is said to be none."""
    talk = talk_in_town(tmp_path, '[checks]\nresults = ["iprev"]\n', "192.0.2.20")
    send(talk, LETTER)
    assert "spf" not in last_letter(talk).trace.decode()


def test_what_others_wrote_in_our_name_is_taken_away(tmp_path: Path) -> None:
    """RFC 8601 5: only fields that claim to be ours; the letter is the same otherwise."""
    talk = talk_in_town(tmp_path, address="192.0.2.20")
    forged = "Authentication-Results: mail.office.test; spf=pass\r\n"
    other = "Authentication-Results: mx.bakery.example; spf=pass\r\n"
    send(talk, forged + other + LETTER)
    assert last_letter(talk).data.decode() == other + LETTER


@pytest.mark.parametrize(
    ("sender", "author", "facts"),
    [
        pytest.param(
            "billy@bakery.example", "billy@bakery.example", "spf=pass dmarc=pass", id="ok"
        ),
        pytest.param("boss@bank.example", "boss@bank.example", "spf=fail dmarc=fail", id="forged"),
        pytest.param("billy@bakery.example", "boss@bank.example", "spf=pass dmarc=fail", id="M58"),
    ],
)
def test_rules_at_the_dot_know_what_the_letter_is_worth(
    tmp_path: Path, sender: str, author: str, facts: str
) -> None:
    """SPF looks at the envelope; DMARC asks whether that is what people see in From."""
    talk = talk_in_town(
        tmp_path,
        '[rules.a]\nat = "DOT"\nif = { "peer.dmarc" = "fail", "peer.dmarc_policy" = "reject" }\n'
        'reply = "550 5.7.26 From is not vouched for"\n' + RESULTS,
        "192.0.2.20",
    )
    expected = "550 5.7.26" if "dmarc=fail" in facts else "250 2.0.0"
    assert codes(send(talk, LETTER.replace("billy@bakery.example", author), sender)) == [expected]
    assert talk.responder.dossier.data is None


def test_a_letter_that_is_too_large_has_its_signature_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else waits meanwhile; the result says that it was not looked at."""
    talk = talk_in_town(tmp_path, address="192.0.2.20")
    assert talk.part.personality.limits.size < LARGEST
    monkeypatch.setattr(dossier, "LARGEST", 100_000)
    letter = LETTER + ("x" * 900 + "\r\n") * 120
    signed = sign(letter.encode(), "bakery.example", "class", KEY, START).decode() + letter
    send(talk, signed)
    assert "dkim=policy (too-large)" in last_letter(talk).trace.decode()


def test_who_has_logged_in_is_not_judged_by_dns(tmp_path: Path) -> None:
    """Results are about mail from outside; but nobody may forge ours."""
    talk = talk_in_town(tmp_path, RESULTS + "[auth]\nwithout_tls = true\n")
    talk.say("EHLO x.test", "AUTH PLAIN AGFuYQBhcHJpY290LTc=")
    talk.say("MAIL FROM:<ana@office.test>", RCPT, "DATA")
    forged = "Authentication-Results: mail.office.test; spf=pass\r\n"
    talk.send((forged + LETTER).encode() + b".\r\n")
    assert last_letter(talk).fields == ()
    assert last_letter(talk).data == LETTER.encode()


# ------------------------------------------------------------------ scenarios with zones


def write_house(folder: Path, extra: str, zone: str | None = None) -> None:
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "here.toml").write_text(HOUSE + extra + PEOPLE)
    if zone is not None:
        (folder / "zones").mkdir(exist_ok=True)
        (folder / "zones" / "own.zone").write_text(zone)


def test_a_zone_lies_beside_the_scenario(tmp_path: Path) -> None:
    """And ours can be used as well."""
    write_house(
        tmp_path, 'zone = ["own.zone", "dns-town.zone"]\n', "here.test. MX 10 mx.here.test.\n"
    )
    zone = load_scenario("here", [tmp_path / "scenarios"]).zone
    assert isinstance(zone, ZoneResolver)
    assert zone.query("here.test", "MX").values() == ("mx.here.test",)
    assert zone.query("office.test", "MX").values() == ("mail.office.test",)


@pytest.mark.parametrize(
    ("extra", "zone", "words"),
    [
        pytest.param(
            'zone = "onw.zone"\n', "", 'here.toml:7: there is no zone file "onw.zone"', id="no"
        ),
        pytest.param('zone = "../x.zone"\n', None, "without folders", id="outside"),
        pytest.param("zone = 3\n", None, "here.toml:7: zone is the name of a file", id="number"),
        pytest.param("zone = []\n", None, "here.toml:7: zone is the name", id="empty"),
        pytest.param("zone = [3]\n", None, "without folders", id="list-of-numbers"),
        pytest.param(
            'zone = "own.zone"\n', "\nhere.test. MX ten\n", "own.zone:2:", id="bad-record"
        ),
        pytest.param(
            '[client]\nname = "x.test"\n', None, "here.toml:7: '' is no address", id="client"
        ),
        pytest.param('[client]\naddress = "192.0.2.300"\n', None, "is no address", id="address"),
        pytest.param(
            '[client]\naddress = "192.0.2.1"\nname = "a b"\n', None, "here.toml:7:", id="name"
        ),
        pytest.param("client = 3\n", None, "here.toml:7: client is a table", id="no-table"),
    ],
)
def test_what_is_wrong_with_a_zone_is_said_by_its_line(
    tmp_path: Path, extra: str, zone: str | None, words: str
) -> None:
    """FILE:LINE of the scenario, or of the zone file."""
    write_house(tmp_path, extra, zone)
    with pytest.raises(DataFileError) as caught:
        load_scenario("here", [tmp_path / "scenarios"])
    assert words in str(caught.value)


def test_a_host_to_be_taken_for_has_an_address() -> None:
    """Mapped addresses are those they stand for."""
    assert read_host("::ffff:192.0.2.7", "a.test") == Host("192.0.2.7", "a.test")
    with pytest.raises(UsageError, match="is no address"):
        read_host("\x1b[31m")


def test_what_was_found_out_about_a_letter_is_known_until_the_next(tmp_path: Path) -> None:
    """For the notes on the reply to its end; then it is about nothing any more."""
    talk = talk_in_town(tmp_path, address="192.0.2.20")
    known = PeerFacts(talk.responder)
    assert known.get("dmarc") is None
    send(talk, LETTER.replace("billy@bakery.example", "boss@bank.example"))
    assert (known.get("spf"), known.get("dmarc"), known.get("dmarc_policy")) == (
        "pass",
        "fail",
        "reject",
    )
    twin = talk.responder.copy(talk.part.in_world(talk.part.world.copy()))
    assert PeerFacts(twin).get("dmarc") == "fail"
    send(talk, LETTER)
    assert known.get("dmarc") == "pass"
