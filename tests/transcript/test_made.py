"""The sample transcripts are what our practice servers say: each is made anew and compared.

`pytest tests/transcript/test_made.py --update-golden` writes them; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.resource import transcripts_dir
from smtpshell.transcript.reader import read_transcript
from tests.transcript.making import FOLDER, make

RECIPES = sorted(FOLDER.glob("*.txt"))
RECORDED = "Recorded from"  # begins a remark of a sample that a real server has talked in


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_sample_is_what_the_practice_server_says(
    path: Path, request: pytest.FixtureRequest
) -> None:
    """Byte for byte, from the personality, the seed, the clock and the client's lines."""
    sample = transcripts_dir() / f"{path.stem}.smtp"
    made = make(path)
    if request.config.getoption("--update-golden"):
        sample.write_text(made, encoding="utf-8")
    assert made == make(path)  # nothing in it is left to chance
    assert made == sample.read_text(encoding="utf-8"), "--update-golden writes the new one"


def test_every_sample_is_made_or_says_where_it_was_recorded() -> None:
    """Nobody has to believe a sample: it can be made again, or its head says who talked in it."""
    made = {path.stem for path in RECIPES}
    for sample in transcripts_dir().glob("*.smtp"):
        header = read_transcript(sample).header
        recorded = any(remark.startswith(RECORDED) for remark in header.remarks)
        assert recorded != (sample.stem in made), sample.name
        assert bool(header.personality) != recorded
