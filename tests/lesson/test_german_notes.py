"""What the first track shows is all there in German: the lessons, and every note on the way."""

from __future__ import annotations

import pytest

from smtpshell.explain.dialogue import Explainer
from smtpshell.explain.library import Library, load_library
from smtpshell.explain.notebook import Selection
from smtpshell.fact.moment import Moment
from smtpshell.lesson.trial import _Trial
from smtpshell.lesson.workshop import lay_out, lint_language
from smtpshell.resource import lessons_dir

TRACK = sorted(path.stem for path in (lessons_dir() / "en" / "1-first-mail").glob("*.md"))
ENGLISH, GERMAN = load_library(), load_library(language="de")


@pytest.mark.parametrize("ident", TRACK)
def test_a_lesson_of_the_first_track_is_translated(ident: str) -> None:
    """Nothing is missing, nothing is stale."""
    assert lint_language([ident], [], "de") == []


def test_what_was_begun_is_whole_and_new() -> None:
    """A note or an entry that has changed in English is looked at again in German."""
    findings = [str(one) for one in lint_language([], [], "de")]
    assert [one for one in findings if "not translated: no de of " not in one] == []


@pytest.mark.parametrize("ident", TRACK)
def test_each_note_of_the_first_track_is_translated(
    ident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those on solutions, on other ways and on mistakes; those too that only `:why` brings."""
    met: dict[str, None] = {}
    choose = Explainer.on_moment

    def on_moment(self: Explainer, moment: Moment) -> tuple[Selection, object]:
        selection, diagnosis = choose(self, moment)
        met.update(dict.fromkeys(note.id for note in (*selection.shown, *selection.rest)))
        return selection, diagnosis

    monkeypatch.setattr(Explainer, "on_moment", on_moment)
    trial = _Trial(lay_out([ident]).lessons[0], GERMAN, ())
    trial._noted = True
    results = [*trial.solutions(""), *trial.other_ways(), *trial.mistakes()]
    assert [result for result in results if not result.ok] == []
    assert met
    assert [name for name in met if short(ENGLISH, name) == short(GERMAN, name)] == []


def short(library: Library, name: str) -> str:
    note = library.notebook.get(name)
    assert note is not None
    return note.short
