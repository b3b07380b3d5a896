"""The practice world of a lesson: its seeds, people on the way, and words said before TLS."""

import pytest

from smtpshell.errors import UsageError
from smtpshell.lesson.house import Shelf
from smtpshell.lesson.lesson import Heading, Lesson, Server
from smtpshell.lesson.stage import Stage


def stage(
    personality: str = "postfix-like", scenario: str = "small-office", seed: int = 7
) -> Stage:
    server = Server("", personality, scenario, seed=seed)
    return Stage(Lesson(Heading("x", "X", "t", 1), (), (), servers=(server,)), Shelf())


def said(one: Stage, *lines: str) -> list[str]:
    """The replies to *lines*, each with all of its text."""
    for line in lines:
        one.say(line.encode() + b"\r\n")
    replies = [moment.reply for moment, _ in one.take() if moment.on in ("greeting", "reply")]
    return ["\n".join(line.text for line in reply.lines) for reply in replies if reply is not None]


@pytest.mark.parametrize(("seed", "case"), [(0, "relay"), (2, "greylist"), (16, "login")])
def test_the_seed_picks_the_case_of_a_scenario(seed: int, case: str) -> None:
    """As it does for the server of the shell; one case for all would be no detective story."""
    assert stage(scenario="detective", seed=seed).world.scenario.case == case


def test_somebody_on_the_way_is_there_in_a_lesson_too() -> None:
    """What a script hears is what the client at the terminal hears."""
    assert "STARTTLS" not in said(stage("stripper"), "EHLO desk7.office.test")[-1]
    assert said(stage("firewall-fixup"), "EHLO desk7.office.test")[0].startswith("220 ****")


def test_a_server_with_the_buffer_bug_speaks_first_under_tls() -> None:
    """The answer to what came in clear is heard when TLS stands, and by nobody else."""
    one = stage("injectable")
    said(one, "EHLO desk7.office.test", "STARTTLS\r\nNOOP")
    one.shake_hands()
    assert said(one)[0].startswith("250")


def test_nothing_can_be_said_to_a_host_that_is_down() -> None:
    """It cuts each connection, so a script is told; a lesson must not fall over it."""
    one = stage("host-down")
    one.connect()
    assert not one.open
    with pytest.raises(UsageError, match="hangs up"):
        one.say(b"EHLO desk7.office.test\r\n")
