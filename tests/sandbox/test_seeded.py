"""The same seed, lines and times give the same session to the byte, whichever server it is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.nature.personality import Personality, load_personality
from smtpshell.sandbox.nature.scenario import Scenario, load_scenario
from smtpshell.sandbox.world.world import World
from tests.sandbox.play import START
from tests.sandbox.test_property import LINES

FOLDER = lessons_dir() / "sandbox"
PERSONALITIES = sorted(path.stem for path in (FOLDER / "personalities").glob("*.toml"))
SCENARIOS = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.toml"))

# What is drawn from the seed, or from a counter: the tests' lines ask for all of it.
MORE = ("EHLO x", "RCPT TO:<list@office.test>", "RCPT TO:<code-451@office.test>", "MAIL FROM:<x>")
SAID = st.sampled_from([line.encode() + b"\r\n" for line in (*LINES, *MORE)])
STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.5, 11.0, 400.0]), SAID), max_size=25)


@lru_cache(maxsize=64)
def nature_of(personality: str, scenario: str, case: int) -> tuple[Scenario, Personality]:
    setting = load_scenario(scenario, seed=case)
    return setting, load_personality(personality, house=setting.house)


def part_of(personality: str, scenario: str, seed: int) -> Part:
    setting, nature = nature_of(personality, scenario, seed % 12 if scenario == "detective" else 0)
    return Part(nature, World(setting, seed))


def session(part: Part, steps: list[tuple[float, bytes]]) -> tuple[bytes, list[bytes]]:
    """All that is heard in two sessions at one server, and all that it has written down."""
    heard, written, now = b"", [], START
    for _ in range(2):
        responder = responder_at(part, part.world.taken_for("127.0.0.1"))
        heard += responder.opened(now)
        for pause, data in steps:
            now, said = _let_pass(responder, now, pause)
            heard += said
            if responder.wish is Wish.READ:
                heard += responder.received(data, now)
        responder.closed(now)
        written += [event.data for event in responder.record.events()]
    written += [letter.raw for box in part.world.mailboxes.values() for letter in box]
    return heard, written


def _let_pass(responder: Responder, now: float, pause: float) -> tuple[float, bytes]:
    """Do what the owner of a connection does until the client speaks again."""
    said, end = b"", now + pause
    while responder.wish not in (Wish.READ, Wish.CLOSE) or responder.deadline <= end:
        if responder.wish is Wish.CLOSE:
            break
        if responder.wish is Wish.TLS:
            said += responder.tls_started(now, "TLSv1.3")
        elif responder.wish is Wish.DRAIN:
            said += responder.drained(now)
        else:
            now = max(now, responder.deadline)
            said += responder.timer(now)
    return max(now, end), said


@pytest.mark.parametrize("personality", PERSONALITIES)
@settings(max_examples=6)
@given(steps=STEPS, seed=st.integers(0, 50))
def test_each_server_repeats_itself(
    personality: str, steps: list[tuple[float, bytes]], seed: int
) -> None:
    """Waits, dice, drips, names of letters, memories: nothing comes from anywhere else."""
    twins = [session(part_of(personality, "small-office", seed), steps) for _ in range(2)]
    assert twins[0] == twins[1]


@pytest.mark.parametrize("scenario", SCENARIOS)
@settings(max_examples=6)
@given(steps=STEPS, seed=st.integers(0, 50))
def test_in_each_scenario(scenario: str, steps: list[tuple[float, bytes]], seed: int) -> None:
    """The case that the seed picks included."""
    twins = [session(part_of("greylister", scenario, seed), steps) for _ in range(2)]
    assert twins[0] == twins[1]


def test_the_seed_matters(tmp_path: Path) -> None:
    """Another one brings other names of letters, and other dice."""
    steps = [(0.0, line.encode() + b"\r\n") for line in LINES[:1]]
    heard = {session(part_of("overloaded", "small-office", seed), steps)[0] for seed in range(12)}
    assert len(heard) > 1
