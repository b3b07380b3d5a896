"""Servers that ask DNS, played in the town that has one."""

from __future__ import annotations

import pytest

from smtpshell.lookup.dkim import sign
from smtpshell.lookup.mx import mail_route
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.scenario import Host
from tests.sandbox.play import START, Talk, codes, make_part

ME = ("mail.student.test", "192.0.2.10")
BAKERY = ("mail.bakery.example", "192.0.2.20")
BANK = ("mail.bank.example", "192.0.2.30")
NAMELESS = ("mail.nameless.example", "192.0.2.60")
PRETENDER = ("mail.pretender.example", "192.0.2.61")
FORGER = ("mail.spammer.example", "192.0.2.66")
STRANGER = ("mx.far.example", "198.51.100.7")
ANA = "RCPT TO:<ana@office.test>"

FULL = (
    "From: Me <me@student.test>\r\nTo: Ana <ana@office.test>\r\nSubject: Lunch on Friday\r\n"
    "Date: Mon, 05 Jan 2026 09:30:00 +0000\r\nMessage-ID: <1@student.test>\r\n\r\nAt one?\r\n"
)


def written_by(mailbox: str) -> str:
    return FULL.replace("me@student.test", mailbox, 1)


KEY = (lessons_dir() / "sandbox" / "zones" / "dns-town.pem").read_bytes()
BREAD = written_by("me@bakery.example")
SIGNED = sign(BREAD.encode(), "bakery.example", "class", KEY, START).decode() + BREAD


def talk_as(who: tuple[str, str], personality: str) -> Talk:
    part = make_part(personality, scenario="dns-town")
    part.world.host_of_peer = Host(who[1], who[0])
    talk = Talk(part)
    if part.personality.timing.greeting_delay:
        talk.greeting = talk.wait(part.personality.timing.greeting_delay)
    return talk


# ------------------------------------------------------------------ fcrdns-strict, fcrdns-score


@pytest.mark.parametrize(
    ("who", "hello", "expected"),
    [
        pytest.param(ME, "mail.student.test", "550 5.7.25", id="leads-nowhere"),
        pytest.param(NAMELESS, "mail.nameless.example", "550 5.7.25", id="no-name"),
        pytest.param(PRETENDER, "mail.pretender.example", "550 5.7.25", id="another's-name"),
        pytest.param(BAKERY, "mail.bakery.example", "250 2.1.5", id="confirmed"),
        pytest.param(BAKERY, "desk.nowhere.example", "250 2.1.5", id="hello-is-no-reason"),
        pytest.param(BAKERY, "mail.bank.example", "250 2.1.5", id="nor-is-anothers"),
        pytest.param(BAKERY, "[192.0.2.20]", "250 2.1.5", id="literal"),
    ],
)
def test_a_strict_server_asks_for_a_confirmed_name(
    who: tuple[str, str], hello: str, expected: str
) -> None:
    """The name of the address is what it refuses for; the EHLO name never is (RFC 5321 4.1.4)."""
    talk = talk_as(who, "fcrdns-strict")
    assert codes(talk.say(f"EHLO {hello}")) == ["250"]
    assert codes(talk.say("MAIL FROM:<me@student.test>")) == ["250 2.1.0"]
    assert codes(talk.say(ANA)) == [expected]
    assert codes(talk.say("RCPT TO:<PostMaster@office.test>")) == ["250 2.1.5"]
    if expected.startswith("550"):
        assert talk.view.last_reason is not None
        assert talk.view.last_reason.ref


def test_a_strict_server_puts_off_while_dns_is_silent() -> None:
    """What is not known is nobody's fault: 4yz."""
    talk = talk_as(BAKERY, "fcrdns-strict")
    zone = talk.part.world.zone
    assert zone is not None
    zone.add("7.2.0.192.in-addr.arpa. PTR x.shaky.example.")
    talk.responder.take_for("192.0.2.7")
    talk.say("EHLO mail.bakery.example", "MAIL FROM:<x@bakery.example>")
    assert codes(talk.say(ANA)) == ["450 4.7.25"]


def test_mending_the_zone_opens_the_door() -> None:
    """Lesson 5-2: the broken edge is the PTR, and it is mended in DNS, not at the server."""
    talk = talk_as(ME, "fcrdns-strict")
    talk.say("EHLO mail.student.test", "MAIL FROM:<me@student.test>")
    assert "host-10.provider.test" in talk.say(ANA)
    zone = talk.part.world.zone
    assert zone is not None
    zone.replace("10.2.0.192.in-addr.arpa. PTR mail.student.test.")
    assert codes(talk.say(ANA)) == ["250 2.1.5"]
    talk.say("RSET", "MAIL FROM:<me@student.test>")
    assert any("All three edges hold" in words for words in talk.view.remarks)


@pytest.mark.parametrize(
    ("who", "hello", "points"),
    [
        pytest.param(ME, "mail.student.test", 1.5, id="leads-nowhere"),
        pytest.param(NAMELESS, "mail.nameless.example", 2, id="no-name"),
        pytest.param(NAMELESS, "x.nowhere.example", 3, id="no-name-no-hello"),
        pytest.param(BAKERY, "mail.bank.example", 0.5, id="another-hello"),
        pytest.param(BAKERY, "mail.bakery.example", -0.5, id="confirmed"),
    ],
)
def test_a_counting_server_refuses_nobody(who: tuple[str, str], hello: str, points: float) -> None:
    """The same findings, in points."""
    talk = talk_as(who, "fcrdns-score")
    talk.say(f"EHLO {hello}", "MAIL FROM:<me@student.test>", ANA, "DATA")
    assert codes(talk.send(FULL.encode() + b".\r\n")) == ["250 2.0.0"]
    assert talk.view.sheet is not None
    assert talk.view.sheet.points == points
    assert ("X-Spam-Flag" in trace(talk)) is (points >= 2)


def trace(talk: Talk) -> str:
    return talk.part.world.mailboxes["ana@office.test"][-1].trace.decode()


# ------------------------------------------------------------------ spam-scorer


def scored(talk: Talk, letter: str, sender: str = "me@student.test") -> tuple[list[str], float]:
    """The reply to a letter, and its points."""
    host = talk.part.world.host_of_peer
    assert host is not None
    talk.say(f"EHLO {host.name}", f"MAIL FROM:<{sender}>", ANA, "DATA")
    reply = codes(talk.send(letter.encode() + b".\r\n"))
    assert talk.view.sheet is not None
    return reply, talk.view.sheet.points


def names(talk: Talk) -> list[str]:
    assert talk.view.sheet is not None
    return [entry.name for entry in talk.view.sheet.entries]


def test_a_letter_typed_by_hand_looks_like_spam() -> None:
    """Lesson 5-5: marked at first, and better with each field that is added."""
    talk = talk_as(ME, "spam-scorer")
    reply, points = scored(talk, "Hello Ana\r\n")
    assert (reply, points >= 10) == (["550 5.7.1"], True)
    reply, points = scored(talk, "From: me@student.test\r\n\r\nHello Ana\r\n")
    assert (reply, 5 <= points < 10) == (["250 2.0.0"], True)
    assert "X-Spam-Flag: YES" in trace(talk)
    assert {"no-date", "no-message-id", "no-subject", "no-to"} < set(names(talk))
    last = points
    for lines in (2, 3, 4, 5):
        header = "\r\n".join(FULL.split("\r\n")[:lines])
        _, points = scored(talk, f"{header}\r\n\r\nHello\r\n")
        assert points < last
        last = points
    assert points < 2
    assert "X-Spam-Flag" not in trace(talk)


def test_spf_may_pass_where_dmarc_fails() -> None:
    """M58: SPF looks at the envelope; people look at From."""
    talk = talk_as(ME, "spam-scorer")
    reply, points = scored(talk, written_by("boss@bank.example"))
    assert reply == ["250 2.0.0"]
    assert points >= 5
    assert {"dmarc-fail", "dmarc-reject"} < set(names(talk))
    assert "spf-fail" not in names(talk)
    words = " ".join(trace(talk).split())
    assert "spf=pass" in words
    assert "dmarc=fail (p=reject) header.from=bank.example" in words


@pytest.mark.parametrize(
    ("who", "sender", "letter", "entry"),
    [
        (FORGER, "x@spammer.example", FULL, "on-a-blocklist"),
        (NAMELESS, "x@nameless.example", FULL, "no-ptr"),
        (PRETENDER, "x@pretender.example", FULL, "ptr-leads-elsewhere"),
        (("nowhere.example", "192.0.2.20"), "x@bakery.example", FULL, "hello-leads-nowhere"),
        (("mail.bank.example", "192.0.2.20"), "x@bakery.example", FULL, "hello-of-another-host"),
        (BAKERY, "x@bank.example", FULL, "spf-fail"),
        (ME, "x@bakery.example", FULL, "spf-softfail"),
        (BAKERY, "x@plain.example", FULL, "spf-none"),
        (BAKERY, "x@silent.example", FULL, "sender-without-mailbox"),
        (BAKERY, "x@bakery.example", FULL, "dkim-none"),
        (BAKERY, "x@bakery.example", SIGNED.replace("At one?", "At two?"), "dkim-broken"),
        (BAKERY, "x@bakery.example", written_by("boss@bank.example"), "dmarc-fail"),
        (BAKERY, "x@bakery.example", written_by("boss@bank.example"), "dmarc-reject"),
        (BAKERY, "x@bakery.example", written_by("me@bakery.example"), "dmarc-pass"),
        (ME, "x@student.test", FULL.replace("Lunch on Friday", "BUY THIS"), "subject-all-capitals"),
        (ME, "x@student.test", FULL.replace("Lunch", "Act now, lunch"), "subject-of-a-seller"),
        (ME, "x@student.test", FULL.replace("\r\n\r\n", "\r\nno field\r\n"), "no-blank-line"),
        (ME, "x@student.test", "\r\n" + FULL, "no-from"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 25 else "",
)
def test_each_entry_of_the_sheet_counts(
    who: tuple[str, str], sender: str, letter: str, entry: str
) -> None:
    """With words, and points that are not for nothing."""
    talk = talk_as(who, "spam-scorer")
    scored(talk, letter, sender)
    assert entry in names(talk)


def test_who_talks_too_early_is_heard_and_charged() -> None:
    """It stands on the sheet of the letter, and nowhere else."""
    part = make_part("spam-scorer", scenario="dns-town")
    talk = Talk(part)
    assert talk.say("EHLO mail.student.test") == ""
    assert talk.wait(1).startswith("220 ")
    scored(talk, FULL)
    assert "talked-too-early" in names(talk)


# ------------------------------------------------------------------ sender-verify, null-mx, no-mail


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("x@bakery.example", "250 2.1.5"),
        ("x@plain.example", "250 2.1.5"),
        ("", "250 2.1.5"),
        ("x@invented.example", "450 4.1.8"),
        ("x@silent.example", "550 5.7.27"),
        ("x@shaky.example", "450 4.4.3"),
        ("x@sleepy.example", "450 4.4.3"),
    ],
)
def test_a_sender_must_be_one_that_can_be_told(sender: str, expected: str) -> None:
    """M53. MAIL is let through; the recipient is where it shows."""
    talk = talk_as(ME, "sender-verify")
    assert codes(talk.say("EHLO mail.student.test", f"MAIL FROM:<{sender}>")) == ["250 2.1.0"]
    assert codes(talk.say(ANA)) == [expected]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("x@bakery.example", "250"),
        ("", "250"),
        ("x@invented.example", "550"),
        ("x@silent.example", "550"),
        ("x@shaky.example", "451"),
    ],
)
def test_exim_verifies_senders_by_itself(sender: str, expected: str) -> None:
    """M53, the other way of saying it; in a town without DNS it asks nobody."""
    talk = talk_as(ME, "exim-like")
    talk.say("EHLO mail.student.test", f"MAIL FROM:<{sender}>")
    assert codes(talk.say(ANA)) == [expected]
    talk = Talk(make_part("exim-like"))
    talk.say("EHLO mail.student.test", f"MAIL FROM:<{sender}>")
    assert codes(talk.say(ANA)) == ["250"]


@pytest.mark.parametrize(
    ("who", "rcpt", "expected"),
    [
        (ME, "ana@office.test", "250 2.1.5"),
        (ME, "x@bakery.example", "250 2.1.5"),
        (ME, "x@twins.example", "250 2.1.5"),
        (ME, "x@silent.example", "556 5.1.10"),
        (ME, "x@invented.example", "550 5.1.2"),
        (ME, "x@shaky.example", "450 4.4.3"),
        (STRANGER, "x@bakery.example", "554 5.7.1"),
        (STRANGER, "x@silent.example", "554 5.7.1"),
    ],
)
def test_mail_for_who_takes_none_is_not_taken(
    who: tuple[str, str], rcpt: str, expected: str
) -> None:
    """Lesson 5-1: 556 (RFC 7504) at once; and it is a relay for its own network alone."""
    talk = talk_as(who, "null-mx")
    talk.say(f"EHLO {who[0]}", "MAIL FROM:<me@student.test>")
    assert codes(talk.say(f"RCPT TO:<{rcpt}>")) == [expected]


def test_mail_from_who_takes_none_is_not_taken() -> None:
    """RFC 7505 4.2."""
    talk = talk_as(ME, "null-mx")
    assert codes(talk.say("EHLO a.test", "MAIL FROM:<x@silent.example>")) == ["550 5.7.27"]


def test_a_host_without_mail_says_so_and_nothing_else() -> None:
    """521 as the greeting and to all but QUIT."""
    talk = Talk(make_part("no-mail"))
    assert codes(talk.greeting) == ["521"]
    for line in ("EHLO a.test", "MAIL FROM:<a@b.example>", "NOOP", "XYZZY", "GET / HTTP/1.1"):
        assert codes(talk.say(line))[0] in ("521 5.3.2", "421 4.7.0"), line
    talk = Talk(make_part("no-mail"))
    assert codes(talk.say("QUIT")) == ["221 2.0.0"]


def test_every_entry_and_rule_has_its_words() -> None:
    """`:server` and `:why` have something to say, with a section where there is one."""
    for path in (lessons_dir() / "sandbox" / "personalities").glob("*.toml"):
        for entry in make_part(path.stem).personality.sheet:
            assert len(entry.why) > 20, entry.name


def test_time_is_that_of_the_world() -> None:
    """A signature that has expired on the virtual clock has expired."""
    expires = START + 3600
    field = sign(BREAD.encode(), "bakery.example", "class", KEY, START, expires=expires).decode()
    talk = talk_as(BAKERY, "spam-scorer")
    scored(talk, field + BREAD, "x@bakery.example")
    assert "dkim=pass" in trace(talk)
    talk.part.world.skipped += 7200
    scored(talk, field + BREAD, "x@bakery.example")
    assert "dkim=policy (expired)" in trace(talk)


def test_what_is_passed_on_arrives() -> None:
    """The houses of the town take mail, at the host that its MX names."""
    talk = talk_as(ME, "null-mx")
    zone = talk.part.world.zone
    assert zone is not None
    for domain, house in talk.part.world.scenario.houses.items():
        assert house.host in [host.name for host in mail_route(zone, domain).hosts], domain
    talk.say("EHLO mail.student.test", "MAIL FROM:<me@student.test>", "RCPT TO:<x@twins.example>")
    talk.say("DATA")
    assert codes(talk.send(FULL.encode() + b".\r\n")) == ["250 2.0.0"]
    talk.part.world.run_queue(START + 1)
    kinds = [one.kind for one in talk.part.world.happenings]
    assert kinds[0] == "queued"
    assert "bounced" not in kinds
