"""What lessons/README.md tells authors is true: its facts, its weights, its examples."""

from __future__ import annotations

import re

import pytest

from smtpshell import resource
from smtpshell.datafile import Where, read_toml
from smtpshell.explain.lint import lint_notes
from smtpshell.explain.notefile import parse_notes
from smtpshell.fact import vocabulary
from smtpshell.fact.condition import compile_condition
from smtpshell.fact.vocabulary import FACTS

README = (resource.lessons_dir() / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ((?:`[^`]+` ?)+)\| ([^|]+) \|", README, re.MULTILINE)
WEIGHTS = {
    name: weights.split(", ")
    for names, weights in ROWS
    if re.match(r"\d", weights)
    for name in re.findall(r"`([^`]+)`", names)
}
RECIPES = re.findall(r"^```toml when\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
DEPENDING = {
    "verb": [vocabulary.ONE_VERB, vocabulary.VERB_LIST],
    "code": [vocabulary.EXACT_CODE, vocabulary.CODE_LIST, vocabulary.CODE_CLASS],
    "enhanced": [
        vocabulary.EXACT_ENHANCED,
        vocabulary.ENHANCED_LIST,
        vocabulary.ENHANCED_WILD,
    ],
}


def test_every_fact_is_told() -> None:
    """The table has all facts of the vocabulary, and no other."""
    assert set(WEIGHTS) == set(FACTS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_weights_are_true(name: str) -> None:
    """As the matcher counts them."""
    told = [int(number) for weight in WEIGHTS[name] for number in re.findall(r"\d+", weight)]
    expected = DEPENDING.get(name, [FACTS[name].weight])
    if name in ("lesson", "step"):
        assert FACTS[name].weight in told
    else:
        assert told == expected


def test_the_example_is_a_note() -> None:
    """It loads, and the linter has nothing to say."""
    example = re.search(r"^````markdown\n(.*?)^````$", README, re.MULTILINE | re.DOTALL)
    assert example is not None
    notes = parse_notes(example[1], "README.md")
    assert [note.id for note in notes] == ["rcpt.refused"]
    assert lint_notes(notes) == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_recipes_work(recipe: str) -> None:
    """Each is a table that the loader takes."""
    table = read_toml(recipe, "README.md", 1)
    for key in ("kind", "fade", "priority"):
        table.pop(key, None)
    assert compile_condition(table, Where("README.md", 1, recipe)).specificity > 0
