"""Every personality in its own house and every house with several servers: none is in the way."""

from __future__ import annotations

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.view import view_of
from smtpshell.sandbox.nature.personality import (
    home_of,
    line_of,
    load_personality,
    read_layer,
)
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.nature.setting import DOORS
from tests.sandbox.play import Patient, make_part

FOLDER = lessons_dir() / "sandbox"
PERSONALITIES = sorted(path.stem for path in (FOLDER / "personalities").glob("*.toml"))
SCENARIOS = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.toml"))
# One of each kind: the default, the strictest, the oldest, the least patient, and the staff's door.
SERVERS = ("postfix-like", "by-the-book", "classic-821", "exim-like", "submission-587")
HOME = "small-office"


def _pairs() -> list[tuple[str, str]]:
    own = [(name, home_of(line_of(name)) or HOME) for name in PERSONALITIES]
    return sorted({*own, *((server, house) for server in SERVERS for house in SCENARIOS)})


@pytest.mark.parametrize(("personality", "scenario"), _pairs())
def test_a_session_can_be_held(personality: str, scenario: str) -> None:
    """At every door: all goes through the whole of it without a fault of ours."""
    house = load_scenario(scenario).domains[0]
    for door in DOORS:
        part = make_part(personality, door, scenario=scenario)
        if personality.startswith("broken-"):
            continue  # what these say is nothing that a client could read
        talk = Patient(part, tls=part.door.implicit_tls)
        hello = "LHLO" if door == "lmtp" else "EHLO"
        talk.say(f"{hello} desk7.{house}", "MAIL FROM:<ada@far.test>")
        talk.say(f"RCPT TO:<postmaster@{house}>", "DATA", "Subject: hi", "", "hi", ".", "QUIT")
        assert view_of(talk.responder).verdicts
        assert all(judged.code for judged in view_of(talk.responder).verdicts)


@pytest.mark.parametrize("name", PERSONALITIES)
def test_it_says_what_it_is(name: str) -> None:
    """In one line that fits beside its name, and it is another one than its parent's."""
    line = line_of(name)
    about = [layer.table["about"] for layer in line]
    assert 20 <= len(about[0]) <= 120
    assert about[0].endswith(".")
    assert about[0] not in about[1:]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_house_says_what_it_is(name: str) -> None:
    """In one line too, as `serve --list` has it."""
    about = read_layer(FOLDER / "scenarios" / f"{name}.toml", "scenario").table["about"]
    assert 20 <= len(about) <= 120
    assert about.endswith(".")
    assert "\n" not in about


@pytest.mark.parametrize("name", PERSONALITIES)
def test_its_rules_have_reasons(name: str) -> None:
    """Whatever a rule refuses, `:why` has words for it and the standard's section."""
    for rule in load_personality(name).rules:
        if rule.speaks and rule.answer.code >= 400:
            assert rule.answer.why, rule.name
