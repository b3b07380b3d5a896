"""Options and their values."""

from __future__ import annotations

import pytest

from smtpshell.errors import UsageError
from smtpshell.shell.option import OPTIONS, Options
from smtpshell.shell.theme import CLASSES, THEMES


@pytest.mark.parametrize("name", OPTIONS)
def test_every_value_can_be_set_and_the_first_is_the_default(name: str) -> None:
    """And whoever is told of changes is told."""
    options = Options()
    told: list[tuple[str, str]] = []
    options.changed = lambda name, value: told.append((name, value))
    values = [value for value, _ in OPTIONS[name].values]
    assert options[name] == values[0]
    for value in values:
        options.set(name, value)
        assert options[name] == value
    assert told == [(name, value) for value in values]


def test_an_unknown_option_or_value_is_refused_with_what_there_is() -> None:
    """Nothing is changed by it."""
    options = Options()
    with pytest.raises(UsageError, match="no option 'colour'"):
        options.set("colour", "on")
    with pytest.raises(UsageError, match="dark, light, mono, high-contrast"):
        options.set("theme", "pink")
    assert options["theme"] == "dark"


def test_other_tools_are_put_away() -> None:
    """What they changed is told, and nothing else is touched."""
    options = Options(eol="lf", eat_caps="on", notes="off")
    assert options.put_tools_away() == ["eol", "eat-caps"]
    assert (options["eol"], options["eat-caps"], options["notes"]) == ("crlf", "off", "off")
    assert options.put_tools_away() == []


def test_options_of_two_shells_are_their_own() -> None:
    """Nothing is global."""
    one, other = Options(hint_bar="off"), Options()
    assert (one["hint-bar"], other["hint-bar"]) == ("off", "on")


def test_themes_and_their_option_agree() -> None:
    """Each theme can be chosen, and speaks only of classes there are."""
    assert [value for value, _ in OPTIONS["theme"].values] == list(THEMES)
    for theme in THEMES.values():
        assert set(theme) <= set(CLASSES)


def test_mono_has_no_colour() -> None:
    """It is what NO_COLOR asks for."""
    words = {word for style in THEMES["mono"].values() for word in style.split()}
    assert words <= {"bold", "underline", "reverse", "dim"}
