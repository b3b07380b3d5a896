"""What click says of a command line that it cannot read, to somebody who reads German."""

from __future__ import annotations

import click
import pytest

from smtpshell.cli.command import read_with_click
from smtpshell.cli.help_words import complaint

WRONG = {
    "--nope": "Fehler: Die Option '--nope' gibt es nicht. (Meintest du eine von diesen: ",
    "lesson lint --lnag de": "Fehler: Die Option '--lnag' gibt es nicht. Meintest du '--lang'?",
    "--xyzzy": "Fehler: Die Option '--xyzzy' gibt es nicht.",
    "nonsense": "Fehler: Den Befehl 'nonsense' gibt es nicht.",
    "serv": "Fehler: Den Befehl 'serv' gibt es nicht. Meintest du 'serve'?",
    "--scenario": "Fehler: Die Option '--scenario' braucht einen Wert.",
    "--plain=yes": "Fehler: Die Option '--plain' nimmt keinen Wert.",
    "serve --seed x": "Fehler: Der Wert für '--seed' geht nicht: 'x' ist keine ganze Zahl.",
    "--verbosity x": "Fehler: Der Wert für '--verbosity' geht nicht: 'x' ist nichts von 'normal'",
    "connect": "Fehler: Es fehlt 'HOST[:PORT]'.",
    "dict": "Fehler: Es fehlt 'WORD",
    "dns a b": "Fehler: Das ist zu viel: b",
    "dns a b c": "Fehler: Das ist zu viel: b c",
    "serve --port no": "Fehler: Der Wert für '--port' geht nicht: 'no' ist kein Port: ",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_is_told_in_german(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the way to the help of that command; what was typed stays as it is."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert read_with_click(line.split())() == 1
    *before, error = capsys.readouterr().err.splitlines()
    assert error.startswith(WRONG[line])
    if before:
        usage, hint, _ = before
        assert usage.startswith("Aufruf: smtpshell")
        assert hint.startswith("'smtpshell")
        assert hint.endswith(" --help' hilft weiter.")


def test_english_is_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is what it says that we do not know."""
    error = click.UsageError("Braces {name} and 'quotes'")
    monkeypatch.setenv("SMTPSHELL_LANG", "en")
    assert complaint(error) == ["Error: Braces {name} and 'quotes'"]
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    assert complaint(error) == ["Fehler: Braces {name} and 'quotes'"]
