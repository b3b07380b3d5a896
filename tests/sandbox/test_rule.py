"""Rules: what a server says instead of its usual answer, when and how often."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.mind.responder import Wish
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
BEN = "RCPT TO:<ben@office.test>"


def talk_with(folder: Path, rules: str, seed: int = 7) -> Talk:
    (folder / "mine.toml").write_text(HEAD + rules)
    return Talk(make_part("mine", folder=folder, seed=seed))


def test_a_rule_at_a_verb_fires_when_it_would_be_let_through(tmp_path: Path) -> None:
    """Checks come first: who has no right to RCPT yet hears of that, not of the rule."""
    talk = talk_with(tmp_path, '[rules.grey]\nat = "RCPT"\nreply = "450 4.2.0 Later"\n')
    assert codes(talk.say(HELLO, RCPT)) == ["503 5.5.1"]
    assert codes(talk.say(MAIL, "RCPT TO:<nobody@office.test>")) == ["550 5.1.1"]
    assert codes(talk.say(RCPT)) == ["450 4.2.0"]
    assert codes(talk.say("DATA")) == ["554 5.5.1"]
    assert talk.view.last_reason is not None


def test_a_rule_at_a_situation_replaces_its_answer(tmp_path: Path) -> None:
    """An acceptance lets the command through after all: here everybody has a mailbox."""
    talk = talk_with(tmp_path, '[rules.all]\nat = "rcpt-unknown"\nreply = "250 2.1.5 Any"\n')
    assert codes(talk.say(HELLO, MAIL, "RCPT TO:<nobody@office.test>")) == ["250 2.1.5"]
    assert codes(talk.say("DATA", "hi", ".")) == ["250 2.0.0"]


def test_the_condition_uses_the_facts_of_notes(tmp_path: Path) -> None:
    """The first rule whose facts hold fires."""
    talk = talk_with(
        tmp_path,
        "[rules.ben]\nat = 'RCPT'\nif = { \"arg.local_part\" = '^ben$' }\n"
        "reply = '450 4.2.0 Ben is out'\n"
        "[rules.clear]\nat = 'RCPT'\nif = { \"state.tls\" = false, verb = 'RCPT' }\n"
        "reply = '450 4.7.0 Not in clear'\n",
    )
    assert "Ben is out" in talk.say(HELLO, MAIL, BEN)
    assert "Not in clear" in talk.say(RCPT)
    assert "Ben is out" in talk.say(BEN)
    talk.say("RSET")
    talk.over_tls()
    assert codes(talk.say(MAIL, RCPT)) == ["250 2.1.5"]


@pytest.mark.parametrize(
    ("often", "expected"),
    [
        ("once = true", ["450", "250", "250", "250"]),
        ("after = 2", ["250", "250", "450", "450"]),
        ("after = 1\nonce = true", ["250", "450", "250", "250"]),
        ("probability = 0", ["250", "250", "250", "250"]),
        ("probability = 1", ["450", "450", "450", "450"]),
    ],
)
def test_how_often(tmp_path: Path, often: str, expected: list[str]) -> None:
    """Chances are counted for each session; what was said before is not remembered wrongly."""
    rule = f"[rules.now]\nat = 'RCPT'\nreply = '450 4.2.0 Not now'\n{often}\n"
    talk = talk_with(tmp_path, rule)
    for _ in range(2):
        talk.say(HELLO, MAIL)
        assert [codes(talk.say(RCPT))[0][:3] for _ in range(4)] == expected
        talk = Talk(talk.part)


def test_dice_are_seeded(tmp_path: Path) -> None:
    """The same seed throws the same dice, another one others; about one in three fires."""
    rule = "[rules.now]\nat = 'NOOP'\nreply = '450 4.2.0 Not now'\nprobability = 0.33\n"
    rule += "[limits]\nerrors = 1000\njunk = 1000\n"

    def throws(seed: int) -> list[str]:
        talk = talk_with(tmp_path, rule, seed)
        return [codes(talk.say("NOOP"))[0] for _ in range(300)]

    assert throws(7) == throws(7)
    assert throws(7) != throws(8)
    assert 70 <= throws(7).count("450 4.2.0") <= 130


def test_a_rule_can_close_and_delay(tmp_path: Path) -> None:
    """Taking its time and hanging up are part of an answer."""
    talk = talk_with(
        tmp_path,
        '[rules.bye]\nat = "NOOP"\nreply = "421 4.3.0 {host} Bye"\nclose = true\ndelay = 5\n',
    )
    assert talk.say("NOOP") == ""
    assert talk.responder.wish is Wish.WAIT
    assert talk.wait(4) == ""
    assert talk.wait(1) == "421 4.3.0 mail.office.test Bye\r\n"
    assert talk.closed


def test_rules_at_the_greeting_and_at_the_dot(tmp_path: Path) -> None:
    """They wait at CONNECT and at DOT like anywhere else."""
    talk = talk_with(
        tmp_path,
        '[rules.hi]\nat = "CONNECT"\nreply = "220 {host} hello {peer}"\n'
        '[rules.full]\nat = "DOT"\nreply = "452 4.3.1 No room, {sender}"\n',
    )
    assert talk.greeting == "220 mail.office.test hello 127.0.0.1\r\n"
    talk.say(HELLO)
    assert talk.letter() == "452 4.3.1 No room, ada@far.test\r\n"
    assert not any(talk.part.world.mailboxes.values())
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]


def test_a_rule_at_auth(tmp_path: Path) -> None:
    """A temporary failure instead of the challenge; the session goes on as before."""
    talk = talk_with(tmp_path, '[rules.db]\nat = "AUTH"\nreply = "454 4.7.0 Later"\nonce = true\n')
    talk.over_tls()
    assert codes(talk.say("AUTH PLAIN")) == ["454 4.7.0"]
    assert codes(talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")) == ["235 2.7.0"]


def test_a_rule_may_only_remark(tmp_path: Path) -> None:
    """Then the reply is the usual one, and the next rule has its turn."""
    talk = talk_with(
        tmp_path,
        '[rules.a]\nat = "NOOP"\nremark = "one"\n'
        '[rules.b]\nat = "NOOP"\nremark = "two"\nreply = "250 Ok"\n',
    )
    assert talk.say("NOOP") == "250 Ok\r\n"
    assert talk.say("NOOP") == "250 Ok\r\n"
    assert talk.view.remarks == ("one", "two", "one", "two")


def test_the_reason_names_the_rule(tmp_path: Path) -> None:
    """`:server` can show which rule fired, and where it is written."""
    talk = talk_with(
        tmp_path, '[rules.grey]\nat = "RCPT"\nreply = "450 4.2.0 Later"\nwhy = "Greylisting."\n'
    )
    talk.say(HELLO, MAIL, RCPT)
    reason = talk.view.last_reason
    assert reason is not None
    assert (reason.rule, reason.words, reason.line) == ("grey", "Greylisting.", 6)
    assert reason.file.endswith("mine.toml")


def test_raw_bytes_can_be_repeated(tmp_path: Path) -> None:
    """For replies that are too long to be written down; within bounds, and nothing else is."""
    rule = '[rules.long]\nat = "NOOP"\nraw = "250-a\\r\\n"\nrepeat = 3\n'
    assert talk_with(tmp_path, rule).say("NOOP") == "250-a\r\n" * 3


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('reply = "250 ok"\nrepeat = 2', "only raw bytes are repeated"),
        ("repeat = 2", "only raw bytes are repeated"),
        ('raw = "a"\nrepeat = 0', "repeat is a number, 1 or more"),
        ('raw = "a"\nrepeat = "2"', "repeat is a number, 1 or more"),
        ('raw = "aaaaaaaaaa"\nrepeat = 200000', "at most 1048576 octets"),
    ],
)
def test_what_cannot_be_repeated(tmp_path: Path, rule: str, words: str) -> None:
    """Told by file and line."""
    with pytest.raises(DataFileError, match=words) as caught:
        talk_with(tmp_path, f'[rules.odd]\nat = "NOOP"\n{rule}\n')
    assert re.search(r"mine\.toml:[0-9]+: ", str(caught.value))
