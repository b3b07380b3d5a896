"""What is written for authors of practice servers is true and whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.personality import HOUSE_RULES
from smtpshell.sandbox.nature.phrase import GAPS
from smtpshell.sandbox.nature.rule import FATES, KEYS
from smtpshell.sandbox.nature.scenario import Host
from smtpshell.sandbox.nature.setting import DOORS
from smtpshell.sandbox.world.memory import PARTS
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

TEXT = (lessons_dir() / "sandbox" / "README.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
PERSONALITY, RULES = EXAMPLES[:2]
REPUTATION = next(text for text in EXAMPLES if "[reputation]" in text)
SCENARIO = next(text for text in EXAMPLES if 'kind = "scenario"' in text)
ZONE = next(text for text in EXAMPLES if "zone = " in text)
SHEET = next(text for text in EXAMPLES if "[sheet." in text)


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    (tmp_path / "hasty.toml").write_text(PERSONALITY)
    (tmp_path / "two-desks.toml").write_text(SCENARIO)
    return Talk(make_part("hasty", scenario="two-desks", folder=tmp_path))


def test_the_examples_work(talk: Talk) -> None:
    """They load, and the server does what they say."""
    assert talk.say(HELLO, MAIL) == "250 2.1.0 Go on\r\n"
    assert codes(talk.say(RCPT)) == ["450 4.2.0"]
    assert codes(talk.say(RCPT)) == ["250 2.1.5"]
    assert talk.say("RCPT TO:<nobody@office.test>").splitlines()[1].endswith("mail.office.test.")
    assert codes(talk.say("FOO")) == ["500 5.5.2", "421 4.7.0"]


def test_the_rules_work(tmp_path: Path) -> None:
    """Those shown beside the words about them fire when they should."""
    head = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
    (tmp_path / "mine.toml").write_text(head + REPUTATION + RULES)
    talk = Talk(make_part("mine", folder=tmp_path))
    talk.say(HELLO, MAIL)
    for left, expected in ((-1, ""), (-2, ""), (-3, "550 5.1.1")):
        assert talk.say("RCPT TO:<nobody@office.test>") == ""
        assert codes(talk.wait(5)) == ["550 5.1.1"], expected
        assert talk.view.scores == {"karma": left}
    assert codes(talk.say("RSET")) == ["421 4.7.0"]
    assert talk.closed
    talk = Talk(talk.part)
    talk.say(HELLO)
    for _ in range(19):
        assert codes(talk.say(MAIL)) == ["250 2.1.0"]
        talk.say("RSET")
    assert talk.say(MAIL).startswith("451 4.7.1 Too much mail from you, come back in 60 s")


def test_everything_has_its_line() -> None:
    """Every section, door, key of a rule and gap is named."""
    for name in (*HOUSE_RULES, *DOORS, *KEYS, *FATES, *PARTS):
        assert f"`{name}`" in TEXT, name
    assert set(re.findall(r"`\{([a-z_]+)\}`", TEXT)) == set(GAPS)


def test_the_examples_of_dns_and_scores_work(tmp_path: Path) -> None:
    """A zone, another client than the real one, and a sheet."""
    (tmp_path / "hasty.toml").write_text(PERSONALITY + SHEET)
    zone, head, client = ZONE.partition("[client]")
    (tmp_path / "two-desks.toml").write_text(zone + SCENARIO + head + client)
    talk = Talk(make_part("hasty", scenario="two-desks", folder=tmp_path))
    assert talk.responder.peer == "192.0.2.10"
    talk.say(HELLO, MAIL, RCPT)
    talk.say(RCPT, "DATA")
    assert codes(talk.say("Subject: BUY SOMETHING NOW", "", "x", ".")) == ["250 2.0.0"]
    assert talk.part.world.mailboxes["ana@office.test"][0].fields[0].startswith("X-Spam-Score: 2 ")


def test_the_examples_of_what_real_servers_refuse_for_work(tmp_path: Path) -> None:
    """By PTR, by who vouches for the letter, by the sender's domain."""
    rules = next(text for text in EXAMPLES if "rules.sender-verify" in text)
    head = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
    (tmp_path / "mine.toml").write_text(head + rules)
    part = make_part("mine", scenario="dns-town", folder=tmp_path)
    talk = Talk(part)
    assert (codes(talk.greeting), talk.closed) == (["550 5.7.25"], True)
    part.world.host_of_peer = Host("192.0.2.20", "mail.bakery.example")
    talk = Talk(part)
    talk.say("EHLO mail.bakery.example", "MAIL FROM:<x@invented.example>")
    assert codes(talk.say(RCPT)) == ["550"]
    talk.say("RSET", "MAIL FROM:<x@bank.example>", RCPT, "DATA")
    assert codes(talk.say("Subject: x", "", "x", ".")) == ["550 5.7.26"]
