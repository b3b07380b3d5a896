"""Translated lessons: the words of one file laid over the lesson of another, block by block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell import resource
from smtpshell.errors import DataFileError, UsageError
from smtpshell.explain.library import load_library
from smtpshell.explain.lint import ERROR
from smtpshell.explain.section import Block
from smtpshell.lesson import workshop
from smtpshell.lesson.build import read_lesson
from smtpshell.lesson.catalog import load_catalog, open_shelf
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.translation import in_other_words, read_words, rev_of_lesson
from smtpshell.lesson.trial import try_lesson
from tests.lesson.pack import EXAMPLE, README, changed, example, line_of, write_pack

GERMAN = """\
+++
format = 1
kind = "lesson"
id = "2-9-two-letters"
title = "Zwei Leute, ein Brief"
source_rev = "REV"
+++

# Zwei Leute, ein Brief

Ana und Ben teilen sich ein Büro.

## 1. Schreib zwei Leute auf den Umschlag

Öffne eine Sitzung. Halte vor DATA an.

```toml predict
id = "second-rcpt"
ask = "Was sagt der Server zum zweiten RCPT?"
```

```toml goal
id = "two-accepted"
say = "Zwei Adressen in einer Transaktion angenommen"
```

### Hints
1. Der Umschlag entsteht aus Befehlen.
2. RCPT nimmt eine Adresse. Sag es zweimal.
3. `RCPT TO:<ana@office.test>`, dann noch einmal für Ben.

## 2. Geh

Beende die Sitzung höflich.

```toml goal
id = "polite-end"
say = "QUIT wurde mit 221 beantwortet"
```

### Hints
1. Das letzte Wort hast du.
2. Das Wort hat vier Buchstaben.
3. `QUIT`
""".replace("REV", rev_of_lesson(example()))
GERMANS = sorted((resource.lessons_dir() / "de").glob("[0-9]*/*.md"))


def german(text: str = GERMAN, source: str = EXAMPLE) -> Lesson:
    return in_other_words(example(source), read_words(text, "de.md"))


def in_german(old: str, new: str) -> str:
    return changed(old, new, GERMAN)


def test_words_are_translated_and_nothing_else() -> None:
    """Whoever takes the words away again has the source."""
    lesson, source = german(), example()
    assert lesson.title == "Zwei Leute, ein Brief"
    step = lesson.steps[0]
    assert (step.title, step.goals[0].say) == (
        "Schreib zwei Leute auf den Umschlag",
        "Zwei Adressen in einer Transaktion angenommen",
    )
    assert step.predicts[0].ask == "Was sagt der Server zum zweiten RCPT?"
    assert step.hints[1] == "RCPT nimmt eine Adresse. Sag es zweimal."
    for mine, theirs in zip(lesson.steps, source.steps, strict=True):
        assert [goal._replace(say="") for goal in mine.goals] == [
            goal._replace(say="") for goal in theirs.goals
        ]
        assert (mine.solutions, mine.mistakes) == (theirs.solutions, theirs.mistakes)
    assert lesson.heading._replace(title="") == source.heading._replace(title="")


def test_what_a_block_holds_besides_words_is_the_sources() -> None:
    """A file that was copied and translated in place works as well, however old it is."""
    copied = in_german(
        'id = "two-accepted"',
        'id = "two-accepted"\npoints = 99\nall = [{ on = "close" }]',
    )
    copied = changed("### Hints", "```smtp solution\nC: QUIT\n```\n\n### Hints", copied)
    for mine, theirs in zip(german(copied).steps, german().steps, strict=True):
        assert (mine.goals[0].clauses[0].table, mine.goals[0].points) == (
            theirs.goals[0].clauses[0].table, theirs.goals[0].points,
        )  # fmt: skip
        assert [len(one.lines) for one in mine.solutions] == [
            len(one.lines) for one in theirs.solutions
        ]
        assert [block.text for block in mine.prose] == [block.text for block in theirs.prose]


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param('say = "Zwei Adressen in einer Transaktion angenommen"\n', id="a-key"),
        pytest.param(GERMAN[GERMAN.index("```toml goal") : GERMAN.index("### Hints")], id="block"),
    ],
)
def test_a_block_left_out_is_the_sources(gone: str) -> None:
    """One text alone, too."""
    lesson = german(in_german(gone, ""))
    assert lesson.steps[0].goals[0] == example().steps[0].goals[0]
    assert lesson.steps[0].predicts[0].ask == "Was sagt der Server zum zweiten RCPT?"


def test_what_is_left_out_of_the_whole_is_the_sources() -> None:
    """Prose, hints, and the last steps."""
    lesson = german(GERMAN[: GERMAN.index("Öffne")])
    source = example()
    assert (lesson.steps[0].prose, lesson.steps[0].hints) == (
        source.steps[0].prose, source.steps[0].hints,
    )  # fmt: skip
    assert lesson.steps[1] == source.steps[1]


WORKED = "One.\n\n```smtp worked\nC: QUIT\n```\n\nTwo.\n\n```smtp parsons\nC: QUIT\n```\n\nThree."


@pytest.mark.parametrize(
    ("prose", "wanted"),
    [
        pytest.param("Eins.\n\nZwei.\n\nDrei.", "Eins. W Zwei. P Drei.", id="left-out"),
        pytest.param("Eins.", "Eins. W P", id="fewer-paragraphs"),
        pytest.param("```smtp worked\n```\n\nEins.\n\nZwei.", "W Eins. Zwei. P", id="moved"),
        pytest.param("Eins.\n\n```smtp worked\nC: alt\n```\n\nZwei.", "Eins. W Zwei. P", id="kept"),
        pytest.param("", "One. W Two. P Three.", id="nothing"),
    ],
)
def test_what_stands_among_the_words_keeps_its_place(prose: str, wanted: str) -> None:
    """Worked examples, lines to be put in order and questions: where the translation has them, or
    behind as many paragraphs as in the source."""
    source = changed("End the session politely.", WORKED)
    lesson = german(in_german("Beende die Sitzung höflich.", prose), source)
    letters = {"worked": "W", "parsons": "P"}
    assert " ".join(letters.get(one.kind, one.text) for one in lesson.steps[1].prose) == wanted
    assert lesson.steps[1].worked == example(source).steps[1].worked


ASK = """```toml ask
id = "reply-all"
ask = "Does Ben get her answer?"
answer = ["no"]
feedback_wrong = "Look."
```

"""


def test_an_answer_is_right_in_both_languages() -> None:
    """As it is typed; the number of a choice is the same everywhere."""
    source = changed("End the", ASK + "End the")
    words = ASK.replace('["no"]', '["Nein"]').replace(
        "Does Ben get her answer?", "Bekommt Ben sie?"
    )
    ask = german(in_german("Beende", words + "Beende"), source).steps[1].asks[0]
    assert (ask.answers, ask.ask, ask.wrong) == (("no", "Nein"), "Bekommt Ben sie?", "Look.")


def test_choices_are_translated_when_they_are_as_many() -> None:
    """Else a number would mean another one."""
    choices = 'choices = ["a", "b"]\nanswer = 2'
    source = changed('judge = "reply-class"', choices)
    two = in_german('zweiten RCPT?"', 'zweiten RCPT?"\nchoices = ["x", "y"]')
    assert german(two, source).steps[0].predicts[0].choices == ("x", "y")
    three = two.replace('"y"]', '"y", "z"]')
    assert german(three, source).steps[0].predicts[0].choices == ("a", "b")


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param('id = "polite-end"\n', "", "```toml goal\nsay", "id: must be", id="no-id"),
        pytest.param("say = ", "sya = ", "sya", 'did you mean "say"', id="unknown-key"),
        pytest.param('kind = "lesson"', 'kind = "notes"', "kind", 'kind = "lesson"', id="kind"),
        pytest.param("## 2. Geh", "## 3. Geh", "## 3.", "numbered in order", id="number"),
        pytest.param("```toml goal", "```tom goal", "```tom goal", "stands in no step", id="block"),
        pytest.param("Beende", "Beende " * 2000, "## 2. Geh", "more than 8192 oct", id="endless"),
        pytest.param("# Zwei", "Zwei", "Zwei Leute, ein Brief\n\nAna", "stands #", id="title"),
    ],
)
def test_what_cannot_be_read_is_told_by_line(old: str, new: str, at: str, words: str) -> None:
    """As of any data file."""
    text = in_german(old, new)
    with pytest.raises(DataFileError, match=words) as caught:
        read_words(text, "de.md")
    number = int(str(caught.value).split(":")[1])
    assert abs(number - line_of(at, text)) <= 1


PARTS = re.split(r"(?m)^(?=```toml|##|1\. |\S.*\.$)", GERMAN)


LOOSE = [number for number, part in enumerate(PARTS) if not part.startswith(("+++", "## "))]


@given(st.sets(st.sampled_from(LOOSE)))
def test_whatever_is_left_out_the_lesson_is_whole(gone: set[int]) -> None:
    """Each text is there in one of the two languages, and all else as in the source."""
    text = "".join(part for number, part in enumerate(PARTS) if number not in gone)
    try:
        words = read_words(text, "de.md")
    except DataFileError:  # a hint list without its items, half a block: told, and not used
        return
    lesson, source, full = in_other_words(example(), words), example(), german()
    assert [step.id for step in lesson.steps] == [step.id for step in source.steps]
    for step, ours, theirs in zip(lesson.steps, source.steps, full.steps, strict=True):
        assert len(step.hints) == len(ours.hints)
        assert set(step.hints) <= {*ours.hints, *theirs.hints}
        for goal, one, other in zip(step.goals, ours.goals, theirs.goals, strict=True):
            assert goal.say in (one.say, other.say)
            assert goal.points == one.points
        assert (len(step.solutions), bool(step.prose)) == (len(ours.solutions), bool(ours.prose))


# ---------------------------------------------------------------- a pack in two languages


def write_german(pack: Path, text: str = GERMAN) -> Path:
    place = pack / "de" / "2-envelope" / "2-9-two-letters.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


COURSE = """\
format = 1
kind = "course"
title = "{title}"
[[tracks]]
id = "{track}"
title = "{name}"
"""


def test_a_shelf_is_in_the_readers_language(tmp_path: Path) -> None:
    """Headings, lessons and the names of tracks; English is as it was."""
    english = COURSE.format(title="Mail", track="2-envelope", name="Envelope")
    pack = write_pack(tmp_path / "pack", EXAMPLE, course=english)
    write_german(pack)
    (pack / "de" / "course.toml").write_text(
        COURSE.format(title="Post", track="2-envelope", name="Umschlag")
    )
    shelf = open_shelf(pack, "de", tmp_path)
    assert shelf.errors == ()
    assert shelf.headings["2-9-two-letters"].title == "Zwei Leute, ein Brief"
    assert shelf.lesson("2-9-two-letters").steps[1].title == "Geh"
    assert (shelf.course.title, shelf.course.tracks[0].title) == ("Post", "Umschlag")
    assert open_shelf(pack, "en", tmp_path).headings["2-9-two-letters"].title.startswith("Two")
    assert open_shelf(pack, "fr", tmp_path).headings["2-9-two-letters"].title.startswith("Two")


def test_a_kept_shelf_goes_out_of_date_with_its_source(tmp_path: Path) -> None:
    """What the translation does not have is read anew."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    write_german(pack)
    assert open_shelf(pack, "de", tmp_path).lesson("2-9-two-letters").heading.minutes == 10
    write_pack(pack, changed("minutes = 10", "minutes = 120"))
    assert open_shelf(pack, "de", tmp_path).lesson("2-9-two-letters").heading.minutes == 120


def test_a_broken_translation_leaves_the_source_standing(tmp_path: Path) -> None:
    """It is told, and the lesson is there."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    place = write_german(pack, in_german("say = ", "sya = "))
    shelf = open_shelf(pack, "de", tmp_path)
    assert [error.partition(": ")[2] for error in shelf.errors] == [
        'unknown key "sya"; did you mean "say"?'
    ]
    assert shelf.errors[0].startswith(f"{place}:")
    assert shelf.headings["2-9-two-letters"].title.startswith("Two")


def test_a_translation_named_by_its_file_is_read_with_its_source(tmp_path: Path) -> None:
    """Authors name the file that they are working at."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    lesson = read_lesson(str(write_german(pack)))
    assert lesson.steps[1].title == "Geh"
    assert lesson.steps[1].solutions


def test_a_pack_in_one_language_needs_no_other(tmp_path: Path) -> None:
    """A file without a source is a whole lesson."""
    pack = tmp_path / "pack"
    write_german(pack, EXAMPLE)
    assert open_shelf(pack, "de", tmp_path).headings["2-9-two-letters"].minutes == 10


# ---------------------------------------------------------------- lint


def lint_german(folder: Path, text: str, source: str = EXAMPLE) -> list[str]:
    pack = write_pack(folder, source)
    place = write_german(pack, text)
    found = workshop.lint_language([], [str(pack)], "de")
    return [str(one).replace(str(place), "DE") for one in found]


def test_a_whole_translation_is_without_fault(tmp_path: Path) -> None:
    """Nothing is found that is not there."""
    assert lint_german(tmp_path, GERMAN) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param('"2-9-two-letters"', '"2-9-two"', "format", "the id of the source", id="id"),
        pytest.param('"two-accepted"', '"two-acepted"', "```toml goal",
                     'no goal "two-acepted" here; did you mean "two-accepted"',
                     id="wrong-id"),
        pytest.param('"two-accepted"', '"two-acepted"', "## 1.",
                     'warning: missing: goal "two-accepted" of step 1', id="wrong-id-missing"),
        pytest.param("Umschlag\n\nÖffne", 'Umschlag\n\n```toml ask\nid = "x"\n```\n\nÖffne',
                     "```toml ask", 'error: the source has no ask "x" here', id="extra-block"),
        pytest.param("3. `QUIT`\n", "3. `QUIT`\n\n## 3. Mehr\n\nMehr.\n", "## 3.",
                     "error: the source has only 2 steps", id="extra-step"),
        pytest.param("## 2. Geh", "```smtp worked\n```\n\n## 2. Geh", "```smtp worked",
                     "error: step 1 of the source has fewer blocks smtp worked", id="extra-worked"),
        pytest.param('zweiten RCPT?"', 'zweiten RCPT?"\nchoices = ["x", "y"]', "```toml predict",
                     'error: predict "second-rcpt": 2 choices, in the source 0', id="choices"),
        pytest.param("Beende die Sitzung höflich.\n", "", "## 2.",
                     "warning: missing: the words of step 2", id="prose"),
        pytest.param("höflich.", "höflich.\n\nSofort.", "## 2.",
                     "warning: step 2 has 2 paragraphs, in the source 1", id="more-prose"),
        pytest.param("3. `QUIT`\n", "", "## 2.",
                     "warning: step 2 has 2 hints, in the source 3", id="hints"),
        pytest.param('say = "QUIT wurde mit 221 beantwortet"', "", "## 2.",
                     'warning: missing: say of goal "polite-end" of step 2', id="a-text"),
        pytest.param("Ana und Ben teilen sich ein Büro.", "", "+++",
                     "warning: missing: the words before the first step", id="intro"),
        pytest.param("ein Büro.", "gmail.com.", "gmail", "error: gmail.com may belong", id="name"),
        pytest.param("mit 221", "mit 221 " + "und so " * 9, '```toml goal\nid = "polite-end"',
                     "error: say: longer than 70", id="long-say"),
        pytest.param("say = ", "sya = ", "sya", 'error: unknown key "sya"', id="unreadable"),
    ],
)  # fmt: skip
def test_lint_names_the_place_in_the_translation(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    """By line, with the nearest id that there is."""
    text = in_german(old, new)
    found = lint_german(tmp_path, text)
    assert any(one.startswith(f"DE:{line_of(at, text)}: ") and words in one for one in found), found


def test_lint_says_when_the_source_has_changed(tmp_path: Path) -> None:
    """And what the translator writes down when the words fit again. Patterns do not count."""
    source = changed("End the session politely.", "End the session now.")
    rev = rev_of_lesson(example(source))
    assert lint_german(tmp_path / "a", GERMAN, source) == [
        f'DE:6: warning: stale: the source has changed; when it fits again: source_rev = "{rev}"'
    ]
    assert (
        lint_german(tmp_path / "b", GERMAN, changed('code = "2xx", count', 'code = "250", count'))
        == []
    )
    without = in_german(GERMAN.split("\n")[5] + "\n", "")
    [found] = lint_german(tmp_path / "c", without)
    assert "does not say what it was made from" in found


def test_lint_lists_what_is_not_translated(tmp_path: Path) -> None:
    """Files, steps, and notes by their ids."""
    pack = write_pack(tmp_path, EXAMPLE)
    assert [str(one) for one in workshop.lint_language([], [str(pack)], "de")] == [
        f"{pack}/en/2-envelope/2-9-two-letters.md:1: warning: not translated: no de of it"
    ]
    for number in range(7):
        other = f'id = "2-{number}-x"'
        write_pack(tmp_path, changed('id = "2-9-two-letters"', other))
    [line] = map(str, workshop.lint_language([], [str(pack)], "de"))
    assert line == f"{pack}/en/2-envelope: warning: not translated: no de of its 8 files"
    write_german(pack)
    [line] = map(str, workshop.lint_language([], [str(pack)], "de"))
    named = "2-0-x.md, 2-1-x.md, 2-2-x.md, 2-3-x.md, 2-4-x.md and 2 more"
    assert line == (f"{pack}/en/2-envelope: warning: not translated: no de of 7 files: {named}")
    found = lint_german(tmp_path, GERMAN[: GERMAN.index("## 2.")])
    assert "DE:1: warning: missing: step 2" in found


def test_lint_names_a_track_that_is_not_there(tmp_path: Path) -> None:
    """By the line of its id; one without a title is missing."""
    english = COURSE.format(title="Mail", track="2-envelope", name="Envelope")
    pack = write_pack(tmp_path, EXAMPLE, course=english)
    write_german(pack)
    (pack / "de" / "course.toml").write_text(english.replace("2-env", "2-enw"))
    assert [
        str(one).partition("de/")[2] for one in workshop.lint_language([], [str(pack)], "de")
    ] == [
        'course.toml:5: error: the source has no "2-enwelope"; did you mean "2-envelope"?',
        "course.toml:1: warning: missing: 2-envelope",
    ]


def test_lint_can_be_asked_about_one_lesson(tmp_path: Path) -> None:
    """By id or by file."""
    pack = write_pack(tmp_path, EXAMPLE)
    place = write_german(pack, in_german("ein Büro.", "gmail.com."))
    write_pack(tmp_path, changed('id = "2-9-two-letters"', 'id = "2-8-x"'))
    for word in ("2-9-two-letters", "2-9", str(place), str(place.parent)):
        found = workshop.lint_language([word], [str(pack)], "de")
        assert any("gmail.com" in str(one) for one in found), word
        assert not any("not translated" in str(one) for one in found), word
    assert "2-8-x.md:1: warning" in str(workshop.lint_language(["2-8-x"], [str(pack)], "de")[0])
    with pytest.raises(UsageError, match=r'no file "2-9-two-leters".*mean "2-9-two-letters"'):
        workshop.lint_language(["2-9-two-leters"], [str(pack)], "de")


def test_lint_knows_the_pack_of_what_it_is_asked_about(tmp_path: Path) -> None:
    """Nothing found, because nobody looked there, would be a lie."""
    pack = write_pack(tmp_path, EXAMPLE)
    place = write_german(pack, in_german("ein Büro.", "gmail.com."))
    for word in (pack, place, place.parent, pack / "en" / "2-envelope" / place.name):
        found = workshop.lint_language([str(word)], [], "de")
        assert any("gmail.com" in str(one) for one in found), word


# ---------------------------------------------------------------- ours


def test_our_german_has_no_fault() -> None:
    """What is stale or missing is a warning, as English goes ahead; a wrong id is an error."""
    found = workshop.lint_language([], [], "de")
    assert [str(one) for one in found if one.severity == ERROR] == []


@pytest.mark.parametrize("path", GERMANS, ids=lambda path: path.stem)
def test_our_german_lessons_can_be_taken(path: Path) -> None:
    """All that holds of the English lesson: solutions, predictions, mistakes, omissions."""
    lesson = read_lesson(str(path))
    assert lesson.title != load_catalog().headings[lesson.id].title
    results = list(try_lesson(lesson, load_library(language="de")))
    assert len(results) > 3
    assert [str(result) for result in results if not result.ok] == []


def test_marks_of_the_source_are_known() -> None:
    """A question stands where the translation has it."""
    lesson = read_lesson(str(GERMANS[0]))
    assert Block("ask", "last-line", 0)[:2] in [block[:2] for block in lesson.steps[1].prose]


def test_the_guide_tells_the_truth(tmp_path: Path) -> None:
    """Its example is a translation of its lesson, with the hash it has."""
    found = re.search(r"^## Translating\n.*?^````markdown\n(.*?)^````$", README, re.M | re.S)
    assert found is not None
    text = found[1]
    assert in_other_words(example(), read_words(text, "x")).steps[0].goals[0].say.startswith("Zwei")
    assert f'source_rev = "{rev_of_lesson(example())}"' in text
    assert [one for one in lint_german(tmp_path, text) if "missing" not in one] == []
