"""README does not lie: its picture is what the shell shows, its tables are the program's."""

from __future__ import annotations

import re
import subprocess
import sys
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


def _blocks(kind: str) -> list[str]:
    section = README.read_text(encoding="utf-8").partition("## Run it as a server")[2]
    return re.findall(rf"```{kind}\n(.*?)```", section.partition("\n## ")[0], re.S)


def test_the_servers_of_readme_can_be_started(tmp_path: Path) -> None:
    """Each command line of the section about `serve` works as it stands, but for the ports."""
    (tmp_path / "odd.toml").write_text('[[steps]]\nreply = "250 ok"\n', encoding="utf-8")
    [block] = _blocks("sh")
    lines = [line.partition("#")[0].split() for line in block.splitlines()]
    assert len(lines) >= 5
    for program, *options in lines:
        assert program == "smtpshell"
        command = [sys.executable, "-m", "smtpshell", *options]
        if "--list" not in options:
            command += ["--port", "0", "--log", "json"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            if "--list" not in options:
                process.terminate()
            process.stdout.read()
        assert process.returncode == 0


def test_the_tests_of_readme_pass(tmp_path: Path) -> None:
    """The example for pytest is a test file, and passes with warnings as errors."""
    [block] = _blocks("python")
    (tmp_path / "test_example.py").write_text(block, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "smtpshell.pytest_plugin", "-W", "error"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr
