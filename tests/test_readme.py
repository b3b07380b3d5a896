"""README does not lie: its pictures are what the shell shows, its tables are the program's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.shell.outcome import STATUSES
from tests.picture import PICTURES

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_shell_shows(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The block of README that has the picture's name is the screen, to the letter."""
    text = README.read_text(encoding="utf-8")
    block = re.compile(rf"(?<=^```text {name}\n).*?(?=^```$)", re.M | re.S)
    shown = f"{PICTURES[name](tmp_path)}\n"
    if request.config.getoption("--update-golden"):
        README.write_text(block.sub(lambda _: shown, text, count=1), encoding="utf-8")
        return
    assert block.findall(text) == [shown]


def test_the_servers_of_the_table_exist() -> None:
    """And no server that is weak on purpose is missing from it."""
    section = README.read_text(encoding="utf-8").partition("## The practice servers\n")[2]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`([a-z0-9-]+)`", "".join(rows)))
    files = list((lessons_dir() / "sandbox" / "personalities").glob("*.toml"))
    assert named <= {path.stem for path in files}
    weak = {path.stem for path in files if re.search(r"^weak = ", path.read_text(), re.M)}
    assert weak <= named


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
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr
