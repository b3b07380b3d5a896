"""The notes on played dialogues: golden files that a teacher can read and extend.

Renew them with `pytest tests/explain/test_notes_dialogues.py --update-golden`, and read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Notebook
from tests.explain.played import mark, split, tell

DIALOGUES = Path(__file__).parent / "dialogues"


@pytest.mark.parametrize("path", sorted(DIALOGUES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_notes_on_a_dialogue(
    path: Path, notebook: Notebook, request: pytest.FixtureRequest
) -> None:
    """Below each line stand the notes that speak on it, the primary one first."""
    text = path.read_text(encoding="utf-8")
    actual = mark(text, notebook)
    if request.config.getoption("--update-golden"):
        path.write_text(actual, encoding="utf-8")
        return
    assert actual == text, "the notes have changed; --update-golden writes the new ones"


def test_every_note_speaks_somewhere(notebook: Notebook, notes: list[Note]) -> None:
    """No note is dead: each is shown in some dialogue. Diagnoses have cases of their own."""
    shown: set[str] = set()
    for path in DIALOGUES.glob("*.txt"):
        for dialogue in split(path.read_text(encoding="utf-8")):
            shown.update(one for told in tell(dialogue, notebook) for one in told.ids)
    silent = {note.id for note in notes if "cause" not in note.condition.table} - shown
    assert silent == set()


@pytest.mark.parametrize("path", sorted(DIALOGUES.glob("real-*.txt")), ids=lambda path: path.stem)
def test_a_real_server_is_never_left_without_words(path: Path, notebook: Notebook) -> None:
    """Whatever Postfix, Exim and OpenSMTPD answered, some note speaks on it."""
    for dialogue in split(path.read_text(encoding="utf-8")):
        for told in tell(dialogue, notebook):
            assert told.ids or told.moment.on not in ("greeting", "reply"), told.moment
