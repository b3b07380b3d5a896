"""The first lesson in German, as somebody takes it who reads no English."""

from __future__ import annotations

from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D


def test_the_first_lesson_can_be_taken_in_german(shell: Open) -> None:
    """Pages, notes, questions, hints and the report; what the server says is as it always is."""
    term = shell("learn", "--lang", "de", "1-1")
    term.wait_for("Lektion 1-1: Sag Hallo > 10 Minuten, 4 Schritte")
    term.wait_for("Sag voraus > Die Verbindung ist noch nicht offen.")
    term.wait_for_prompt("deine Vorhersage (1 bis 3; Enter: keine)")
    term.say("zuerst", "bitte eine Zahl von 1 bis 3")
    term.say("2", "wie sicher bist du?")
    term.say(
        "3",
        "S: 220",
        "Der Server ist bereit > 220 heißt bereit.",
        "Deine Vorhersage > du hast",
        "und so ist es.",
        "Erreicht > Der Server grüßte zuerst",
        "Schritt 2 von 4 > Stell deine Maschine vor",
    )
    term.wait_for_prompt("verbunden>")
    term.say(":hint", "Tipp > Der Server will wissen, welche Maschine spricht")
    term.say("EHLO desk7.office.test", "Noch nicht gesendet: EHLO desk7.office.test")
    term.say("2xx", "wie sicher bist du?")
    term.say("2", "S: 250", "Erreicht > EHLO mit dem vollen Namen deiner Maschine")
    term.wait_for("Woran erkennst du ihre letzte Zeile?")
    term.say(":1", "Richtig > Programme schauen auf dieses eine Zeichen.", "Schritt 3")
    term.say(":= HELP", "Nicht ganz > Such eine Zeile mit einer großen Zahl.")
    term.say(":= size", "Richtig > SIZE.", "Schritt 4 von 4 > Geh")
    term.wait_for_prompt("begrüßt>")
    term.say("QUIT", "S: 221", "Das Ende von „Sag Hallo“", "10 von 10 Punkten, bestanden")
    term.wait_for("Dieselbe Zeile, anderer Server: `:again on classic-821`")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0
    term = shell("learn", "--lang", "de", "--map")
    term.wait_for("Die erste Mail von Hand")
    term.wait_for("Sag Hallo, 10 Minuten; fertig")
    assert term.wait_for_end() == 0


def test_a_terminal_without_umlauts_gets_the_rest(shell: Open) -> None:
    """From the first line on, and whatever the terminal can do."""
    for env in ({}, {"TERM": "dumb"}):
        term = shell(env={"PYTHONIOENCODING": "ascii", "SMTPSHELL_LANG": "de", **env})
        term.wait_for(r"\xdcbungsserver mail.office.test")
        term.wait_for_prompt("verbunden>")
        term.say("QUIT", "S: 221")
        term.type(CTRL_D)
        assert term.wait_for_end() == 0
