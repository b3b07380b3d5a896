"""README does not lie: its picture is what the shell shows, its tables are the program's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.shell.outcome import STATUSES
from tests.terminal.driver import terminal

README = Path(__file__).parents[1] / "README.md"
LINES = (
    ("EHLO desk7.office.test", "This is what the server can do", "greeted>"),
    ("MAIL FROM: <dora@office.test>", "S: 250 2.1.0", "envelope(0)>"),
    ("RCPT TO:<nobody@office.test>", "No such mailbox", "envelope(0)>"),
)


def picture(home: Path) -> str:
    """The screen of a short session, 80 columns wide, from the first line to the hint bar."""
    with terminal([], home, rows=50) as term:
        term.wait_for_prompt("connected>")
        for line, seen, prompt in LINES:
            term.say(line, seen)
            term.wait_for_prompt(prompt)
        term.wait_for("next: RCPT TO")
        return "\n".join(line for line in term.lines() if line)


def test_the_picture_is_what_the_shell_shows(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The first block of README is the screen of that session, to the letter."""
    text = README.read_text(encoding="utf-8")
    shown = picture(tmp_path)
    if request.config.getoption("--update-golden"):
        text = re.sub(
            r"```text\n.*?\n```", lambda _: f"```text\n{shown}\n```", text, count=1, flags=re.S
        )
        README.write_text(text, encoding="utf-8")
        return
    block = re.search(r"```text\n(.*?)\n```", text, re.S)
    assert block is not None
    assert shown == block[1]


def test_the_exit_statuses_are_those_of_the_program() -> None:
    """README's table has every status, in the program's words."""
    text = README.read_text(encoding="utf-8")
    for status, words in STATUSES.items():
        assert f"| {status} | {words} |" in text


def test_the_two_commands_are_there_and_ci_runs_the_second() -> None:
    """CI runs the test command as README gives it."""
    text = README.read_text(encoding="utf-8")
    assert "\npython3 .ci/start.py smtpshell\n" in text
    assert "\npython3 .ci/start.py pytest\n" in text
    ci = (README.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert ci.rstrip().endswith("\npython3 .ci/start.py pytest")
