"""The notes on played dialogues: golden files that a teacher can read and extend.

Renew them with `pytest tests/explain/test_notes_dialogues.py --update-golden`, and read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Notebook
from smtpshell.fact.moment import Moment
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply
from tests.explain.played import mark, tell

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
        for dialogue in path.read_text(encoding="utf-8").split("\n\n"):
            shown.update(one for told in tell(dialogue, notebook) for one in told.ids)
    # A paste, a reply without its end and a cut connection are more than lines.
    for issue in ("pasted-block", "reply-truncated", "starttls-offered-in-tls"):
        shown.update(note.id for note in notebook.select(_moment(issue)).shown)
    half = Moment("reply", command=parse_command("XDO"), reply=parse_reply(b"399 and now?\r\n"))
    shown.update(note.id for note in notebook.select(half).shown)
    silent = {note.id for note in notes if not note.id.startswith("diagnosis.")} - shown
    assert silent == set()


def _moment(issue: str) -> Moment:
    if issue == "pasted-block":
        return Moment("command", command=parse_command("NOOP"), issues=[issue])
    reply = parse_reply(b"250 mx.example.org\r\n")
    return Moment(
        "reply", command=parse_command("EHLO pc.example.org"), reply=reply, issues=[issue]
    )


def test_there_are_enough_of_them(notes: list[Note]) -> None:
    """Every verb with every class of reply asks for well over a hundred."""
    assert len(notes) >= 120
