"""Cases of a scenario: the seed picks one, and what is wrong in any of them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.nature.scenario import load_scenario
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part
from tests.sandbox.test_readme import EXAMPLES

HEAD = (
    'format = 1\nkind = "scenario"\nid = "mine"\nabout = "x"\nhost = "mail.office.test"\n'
    'domains = ["office.test"]\n[people.ana]\n[aliases]\npostmaster = ["ana"]\n'
)
CASES = next(text for text in EXAMPLES if "[cases." in text)


def test_the_seed_picks_the_case(tmp_path: Path) -> None:
    """In turn, in the order they are written; the reason names the line in the case."""
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + CASES)
    for seed in range(4):
        talk = Talk(make_part("by-the-book", scenario="mine", folder=tmp_path, seed=seed))
        talk.say(HELLO, MAIL, RCPT, "DATA")
        assert codes(talk.say("x" * 200, ".")) == [["452 4.3.1"], ["552 5.3.4"]][seed % 2]
        assert talk.part.world.scenario.case == ["disk", "small"][seed % 2]
        if not seed % 2:
            reason = talk.view.last_reason
            assert reason is not None
            assert reason.line == 1 + path.read_text().splitlines().index("[cases.disk.rules.full]")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("[cases.a]\nabot = 'x'\n", '11: unknown key "abot"; did you mean "about"?'),
        ("[cases.a.limits]\nsize = 5\n", "cases.a.about says what is wrong"),
        ("[cases]\na = 5\n", ":11: a is a table"),
        (
            "[cases.a]\nabout = 'x'\n[cases.a.rules.r]\nat = 'RCPT'\nif = { cod = '1' }\n",
            ':14: unknown fact "cod"; did you mean "code"?',
        ),
    ],
)
def test_mistakes_are_told_by_line(tmp_path: Path, case: str, words: str) -> None:
    """FILE:LINE of what stands in a case."""
    (tmp_path / "mine.toml").write_text(HEAD + case)
    with pytest.raises(DataFileError) as caught:
        make_part("by-the-book", scenario="mine", folder=tmp_path)
    assert words in str(caught.value)


def test_a_scenario_without_cases_has_none() -> None:
    """Whatever the seed."""
    assert load_scenario("small-office", seed=3).case == ""
