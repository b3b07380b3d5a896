"""What is printed in the documents can be typed: every command line in them is one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from smtpshell.cli.command import cli
from smtpshell.shell.local import find_local

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "lessons/README.md",
    "lessons/sandbox/README.md",
    "transcripts/README.md",
)
IN_SCRIPTS = {"pipeline"}  # means something in scripts only


def _command_lines() -> Iterator[tuple[str, str]]:
    """Each line of a shell block, and each piece of code in the text, that begins with us."""
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        blocks = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))
        for line in blocks.splitlines():
            if line.startswith("smtpshell "):
                yield document, line.partition("  #")[0].partition(" < ")[0].strip()
        for code in re.findall(r"`(?:python3 \.ci/start\.py )?(smtpshell [^`]+)`", text):
            yield document, code.partition(" | ")[0]


def _check(command: click.Command, words: list[str]) -> None:
    """Let click read *words* as far as the innermost command; it raises where it cannot."""
    context = click.Context(command, **command.context_settings)
    _, rest, _ = command.make_parser(context).parse_args(words)
    if isinstance(command, click.Group) and rest:
        found = command.get_command(context, rest[0])
        assert found is not None, f"there is no command {rest[0]!r}"
        _check(found, rest[1:])


@pytest.mark.parametrize(("document", "line"), sorted(set(_command_lines())))
def test_a_command_line_can_be_typed(document: str, line: str) -> None:
    """Commands and options are there; what it does is not tried here."""
    _check(cli, shlex.split(line, comments=True)[1:])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_local_commands_are_there(document: str) -> None:
    """What begins with a colon in the documents is understood at the prompt."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:% )?:([a-z][a-z-]*)", text))
    assert {name for name in named - IN_SCRIPTS if find_local(name) is None} == set()


def _anchors(text: str) -> set[str]:
    """What a fragment can point at: the headings outside of code, as they become names."""
    prose = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", prose, re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """To a file that is there, and to a heading that it has."""
    path = ROOT / document
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target.read_text(encoding="utf-8")), link
