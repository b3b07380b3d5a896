"""What is written for authors of practice servers is true and whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.personality import HOUSE_RULES
from smtpshell.sandbox.phrase import GAPS
from smtpshell.sandbox.setting import DOORS
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

TEXT = (lessons_dir() / "sandbox" / "README.md").read_text()
PERSONALITY, SCENARIO = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


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


def test_everything_has_its_line() -> None:
    """Every section, door and gap is named."""
    for name in (*HOUSE_RULES, *DOORS):
        assert f"`{name}`" in TEXT, name
    assert set(re.findall(r"`\{([a-z_]+)\}`", TEXT)) == set(GAPS)
