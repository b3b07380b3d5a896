"""What is loaded on the way to the prompt: a list keeps a gain better than a stopwatch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.shell.banner import practice_banner

# Never needed by a first session in clear; each costs more than all that is ours.
DEAR = {
    "click", "cryptography", "trustme", "markdown_it", "pygments", "dns", "jinja2",
    "importlib.metadata", "email", "smtplib",
}  # fmt: skip
# Not before the first drawing of the prompt.
LATER = {
    "smtpshell.smtp.session", "smtpshell.shell.core", "smtpshell.shell.pane", "smtpshell.net",
    "smtpshell.sandbox", "smtpshell.explain", "smtpshell.fact", "platformdirs", "json", "tomllib",
    "re2",
}  # fmt: skip

TO_THE_PROMPT = """
import smtpshell.shell.banner
import smtpshell.shell.launch
import prompt_toolkit.input, prompt_toolkit.output
import smtpshell.shell.app, smtpshell.shell.screen
"""
TO_THE_GREETING = (
    TO_THE_PROMPT
    + """
import asyncio
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from smtpshell.shell import launch
async def main():
    place = launch_place()
    screen = smtpshell.shell.screen.Screen(DummyOutput(), "dark")
    from smtpshell.shell.option import Options
    from smtpshell.shell.history import LineHistory
    shell = launch._build(screen, Options(), place, LineHistory(), plain=False)
    from smtpshell.shell import pane
    await shell.open()
    await shell.client.settle()
    await asyncio.sleep(0)
    assert shell.narrator.session.greeted_by_server
    await shell.shut_down()
def launch_place():
    from smtpshell.shell.practice import PracticePlace
    return PracticePlace()
asyncio.run(main())
"""
)


def loaded(code: str, home: Path) -> set[str]:
    """The modules that are there after *code*, and not before it."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return set(done.stdout.split())


def among(modules: set[str], names: set[str]) -> list[str]:
    return sorted(m for m in modules if any(m == n or m.startswith(f"{n}.") for n in names))


def test_before_the_first_prompt_only_what_draws_it_is_loaded(tmp_path: Path) -> None:
    """prompt_toolkit and a handful of modules of ours."""
    modules = loaded(TO_THE_PROMPT, tmp_path)
    assert among(modules, LATER | DEAR) == []
    ours = [module for module in modules if module.startswith("smtpshell.")]
    assert len(ours) <= 23, sorted(ours)  # three of them for words in another language


def test_before_the_greeting_nothing_dear_is_loaded(tmp_path: Path) -> None:
    """Certificates, command line and Markdown wait until they are needed."""
    assert among(loaded(TO_THE_GREETING, tmp_path), DEAR) == []


def test_the_first_line_needs_nothing(tmp_path: Path) -> None:
    """It is on the screen before anything else is imported, so it repeats what the server is.

    To say it in the reader's language takes three small modules, a third of a millisecond.
    """
    assert among(loaded("import smtpshell.shell.banner", tmp_path), {"smtpshell"}) == [
        "smtpshell",
        "smtpshell.catalogue",
        "smtpshell.errors",
        "smtpshell.language",
        "smtpshell.shell",
        "smtpshell.shell.banner",
    ]


@pytest.mark.parametrize("name", ["name", "personality", "seed"])
def test_the_first_line_tells_the_truth(name: str) -> None:
    """What it says of the practice server is what the practice server is."""
    import asyncio

    from smtpshell.sandbox.start import start

    async def ask() -> str:
        async with await start() as server:
            told = {
                "name": server.name,
                "personality": server.personality.id,
                "seed": f"seed {server.seed}",
            }
            return told[name]

    assert asyncio.run(ask()) in practice_banner()
