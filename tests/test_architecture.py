"""ARCHITECTURE does not lie: each file that it names is there, and each file has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "smtpshell"


def _section(title: str) -> str:
    return re.split(r"^##+ ", TEXT.partition(f"### {title}\n")[2], maxsplit=1, flags=re.M)[0]


def _names(section: str) -> set[str]:
    """The files of the rows in the block of *section*: what stands in the last column but one."""
    block = re.findall(r"^```text\n(.*?)^```", section, re.M | re.S)[0]
    rows = [re.split(r" {2,}", row)[-2] for row in block.splitlines()]
    return set(" ".join(rows).split())


@pytest.mark.parametrize(
    ("title", "room"), [("Inside the practice server", "sandbox"), ("Inside the lessons", "lesson")]
)
def test_every_file_of_a_large_room_has_its_place(title: str, room: str) -> None:
    """A newcomer finds each of them in the table, with what it is for."""
    there = {path.stem for path in (PACKAGE / room).rglob("*.py")} - {"__init__"}
    assert _names(_section(title)) == there


def test_every_file_that_is_named_is_there() -> None:
    """In one of the rooms, in the tests, or at the top."""
    known = {path.name for folder in (PACKAGE, ROOT / "tests", ROOT / ".ci")
             for path in folder.rglob("*.py")}  # fmt: skip
    named = {Path(name).name for name in re.findall(r"[\w/]+\.py\b", TEXT)}
    assert named <= known


def test_every_room_is_in_the_plan() -> None:
    """The house on one screen has all its rooms."""
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room for room in rooms if f"  {room}/ " not in TEXT} == set()
