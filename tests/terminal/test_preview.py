"""A lesson as its author sees it: written, tried, and mended while it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell import resource
from smtpshell.cli import main
from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D

ASKED = """```toml predict
id = "first"
ask = "Who speaks first?"
hold = { on = "connect" }
choices = ["I", "The server"]
answer = 2
because = "It is so in SMTP."
```

"""


def save(path: Path, old: str, new: str) -> None:
    """Change the file as an editor does: another one is put in its place."""
    text = path.read_text("utf-8")
    assert old in text
    beside = path.with_suffix(".new")
    beside.write_text(text.replace(old, new, 1), "utf-8")
    beside.replace(path)


def test_the_first_lesson_of_a_teacher(
    shell: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recorded, given a title, checked, played, and taken, all from the command line."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pack = tmp_path / "pack"
    sample = str(resource.transcripts_dir() / "first-message.smtp")
    assert main(["lesson", "record", sample, "9-1-mine", "--lessons", str(pack)]) == 0
    file = Path(capsys.readouterr().out.splitlines()[0])
    save(file, 'title = "', 'title = "My first: ')
    assert main(["lesson", "lint", str(file)]) == 0
    assert main(["lesson", "test", str(file)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    assert main(["lesson", "list", "--lessons", str(pack)]) == 0
    assert "9-1-mine" in capsys.readouterr().out

    term = shell("lesson", "preview", str(file))
    term.wait_for("Lesson 9-1: My first:")
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "Reached >", "Step 2 of")
    save(file, 'say = "The envelope is ready"', 'say = "An envelope: ready"')
    term.wait_for("Read again: en/my-track/9-1-mine.md")
    term.wait_for("[ ] An envelope: ready")
    term.wait_for_prompt("greeted>")
    save(file, "[sandbox]", "[sendbox]")
    term.wait_for("Not read again >")
    term.wait_for('unknown key "sendbox"; did you mean "sandbox"?')
    # The old one goes on, and so does the session.
    term.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
    save(file, "[sendbox]", "[sandbox]")
    term.wait_until(lambda: term.text().count("Read again: en/") == 2, "read again")
    term.say("RCPT TO:<ana@office.test>", "Reached > An envelope: ready", "Step 3 of")
    term.type(CTRL_D + CTRL_D)
    assert term.wait_for_end() == 0
    kept = {path.name for path in term.home.rglob("*") if path.is_file()}
    assert not kept & {"progress.json", "notes.json"}
    assert not [name for name in kept if name.endswith(".smtp")]


def test_a_question_that_is_open_is_asked_anew(shell: Open, tmp_path: Path) -> None:
    """The author changes a prediction while it stands there, or takes it out."""
    assert main(["lesson", "new", "9-2-mine", "--lessons", str(tmp_path)]) == 0
    file = tmp_path / "en" / "my-track" / "9-2-mine.md"
    save(file, "```toml goal", f"{ASKED}```toml goal")
    term = shell("lesson", "preview", str(file))
    term.wait_for("Who speaks first?")
    term.wait_for_prompt("your prediction (1 to 2")
    save(file, '["I", "The server"]', '["I", "The server", "Both"]')
    term.wait_for_prompt("your prediction (1 to 3")
    save(file, ASKED.replace('"The server"]', '"The server", "Both"]'), "")
    term.wait_for("S: 220")
    term.wait_for_prompt("connected>")
    save(file, 'personality = "postfix-like"', 'personality = "classic-821"')
    term.wait_for("For this step you are connected anew.")
    term.wait_for("Simple Mail Transfer Service ready")
    term.wait_for_prompt("connected>")
    term.type(CTRL_D + CTRL_D)
    assert term.wait_for_end() == 0


NATURE = """format = 1
kind = "personality"
id = "mine"
about = "A server of my own."
like = "by-the-book"

[replies]
greeting = "220 {host} hello from my own server"
"""
NOTES = """+++
format = 1
kind = "notes"
id = "mine"
title = "My own notes"
+++

## mine.noop — Nothing was done

```toml when
on = "reply"
verb = "NOOP"
code = "250"
lesson = "9-3-mine"
```

You said NOOP to my own server.

- concept: mine
"""


def test_all_that_a_lesson_is_made_of_is_read_again(shell: Open, tmp_path: Path) -> None:
    """Its notes and its servers, with the name of the file; a mistake in one stops nothing."""
    assert main(["lesson", "new", "9-3-mine", "--lessons", str(tmp_path)]) == 0
    file = tmp_path / "en" / "my-track" / "9-3-mine.md"
    save(file, 'personality = "postfix-like"', 'personality = "mine"')
    nature = tmp_path / "sandbox" / "personalities" / "mine.toml"
    nature.parent.mkdir(parents=True)
    nature.write_text(NATURE, "utf-8")
    term = shell("lesson", "preview", str(file))
    term.wait_for("hello from my own server")
    term.wait_for_prompt("connected>")
    notes = tmp_path / "en" / "notes" / "mine.md"
    notes.parent.mkdir()
    notes.write_text(NOTES, "utf-8")
    term.wait_for("Read again: en/notes/mine.md")
    term.say("NOOP", "You said NOOP to my own server.")
    save(notes, "You said", "Once more you said")
    term.wait_until(lambda: term.text().count("Read again: en/notes/mine.md") == 2, "the notes")
    save(nature, "[replies]", "[repplies]")
    term.wait_for("Not read again >")
    term.wait_for("mine.toml:7")
    term.say("NOOP", "S: 250 2.0.0")
    term.say(":why", "Once more you said NOOP")
    save(nature, "[repplies]", "[replies]")
    save(nature, "hello from", "good day from")
    term.wait_for("Read again: sandbox/personalities/mine.toml")
    term.wait_for("good day from my own server")
    term.type(CTRL_D + CTRL_D)
    assert term.wait_for_end() == 0


@pytest.mark.parametrize("word", ["9-9-nothing", "bad.md", "none.md", "."])
def test_what_cannot_be_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    """It is said at once, with its place."""
    (tmp_path / "bad.md").write_text("no lesson", "utf-8")
    path = word if word.startswith("9-9") else str(tmp_path / word)
    assert main(["lesson", "preview", path]) == 1
    err = capsys.readouterr().err
    assert f"{path}:1: " in err if word.endswith(".md") else err
