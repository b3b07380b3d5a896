"""The notes that come with smtpshell, loaded once."""

from __future__ import annotations

import pytest

from smtpshell import resource
from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Notebook
from smtpshell.explain.notefile import parse_notes

NOTES = resource.lessons_dir() / "en" / "notes"


@pytest.fixture(scope="session")
def notes() -> list[Note]:
    """All notes of all files, as they stand in the files and not in an index made of them."""
    found: list[Note] = []
    for path in sorted(NOTES.glob("*.md")):
        found += parse_notes(path.read_text(encoding="utf-8"), str(path))
    return found


@pytest.fixture(scope="session")
def notebook(notes: list[Note]) -> Notebook:
    """The notes, ready to be asked."""
    return Notebook(notes)
