"""Lessons written for a test: a whole one, and a pack in a folder."""

from __future__ import annotations

import re
from pathlib import Path

from smtpshell import resource
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lessonfile import parse_lesson

README = (resource.lessons_dir() / "README.md").read_text(encoding="utf-8")
_EXAMPLE = re.search(r"^````markdown lesson\n(.*?)^````$", README, re.MULTILINE | re.DOTALL)
assert _EXAMPLE is not None
EXAMPLE = _EXAMPLE[1]
PATH = "2-9-two-letters.md"


def example(text: str = EXAMPLE) -> Lesson:
    """The lesson of the authors' guide."""
    return parse_lesson(text, PATH)


def changed(old: str, new: str, text: str = EXAMPLE) -> str:
    """The example with *old* made *new*, once."""
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def line_of(part: str, text: str) -> int:
    """The line on which *part* stands first."""
    return text[: text.index(part)].count("\n") + 1


def write_pack(folder: Path, *texts: str, course: str = "") -> Path:
    """A pack with these lessons."""
    for text in texts:
        lesson = parse_lesson(text, "x")
        place = folder / "en" / lesson.heading.track
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{lesson.id}.md").write_text(text, encoding="utf-8")
    if course:
        (folder / "en" / "course.toml").write_text(course, encoding="utf-8")
    return folder
