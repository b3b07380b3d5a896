"""The same session says the same, wherever it is written, and pipes get text alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D, OURS, Terminal, environment

# Each line, and what the screen shows when it has been dealt with.
SESSION = (
    ("EHLO desk7.office.test", "250 CHUNKING"),
    ("MAIL FROM: <dora@office.test>", "250 2.1.0 Ok"),
    ("RCPT TO:<nobody@office.test>", "550 5.1.1"),
    ("RCPT TO:<ana@office.test>", "250 2.1.5 Ok"),
    ("DATA", "354 End data"),
    ("Subject: hello", ": Subject: hello"),
    ("", ":"),
    ("Hello Ana.", ": Hello Ana."),
    (".", "250 2.0.0 Ok"),
    ("QUIT", "how a session should end."),
)
SCRIPT = "".join(f"{line}\n" for line, _ in SESSION)
ESCAPE = b"\x1b"
COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;)[0-9;]*m")
WIDE = 600  # columns, so that the terminal itself breaks no line
PIPED = ("sh", "-c", '"$@" | cat', "sh", *OURS)

_PROMPT = re.compile(r"(?:[a-z]+(?:\(\d+\))?>|letter:)(?: |$)")
_MARKS = (
    (re.compile(r"^C:"), "you sent:"),
    (re.compile(r"^S:"), "server says:"),
    (re.compile(r"^(?: \||note:| +\^+)"), ""),
    (re.compile(r" > "), ": "),
)


def words(rows: list[str]) -> str:
    """What a session said, without what belongs to one way of writing it: marks, prompts, folds.

    From the first note to the last; who closed the connection first may differ.
    """
    kept = [row for row in rows if not _PROMPT.match(row) and "Closed" not in row]
    for mark, word in _MARKS:
        kept = [mark.sub(word, row) for row in kept]
    text = " ".join(" ".join(kept).split())
    begin, end = text.index("The line is open"), text.index("how a session should end.")
    return text[begin:end]


def play(term: Terminal) -> bytes:
    """Type the session; every byte that was written."""
    term.wait_for("connected>")
    for line, shown in SESSION:
        term.say(line, shown)
    term.wait_for("closed>")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0
    return term.raw


def run(home: Path, *arguments: str) -> bytes:
    """The session from a pipe into a pipe."""
    ran = subprocess.run(
        [*OURS, *arguments],
        input=SCRIPT.encode(),
        capture_output=True,
        env=environment(home),
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stderr == b""
    return ran.stdout


@pytest.fixture(scope="module")
def script_words(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the session says where nothing is drawn."""
    return words(run(tmp_path_factory.mktemp("script")).decode().splitlines())


def test_a_pipe_gets_text_alone(script_words: str, tmp_path: Path) -> None:
    """No escape sequence, with and without --plain, and the same words."""
    plain = run(tmp_path, "--plain")
    assert ESCAPE not in plain
    assert ESCAPE.decode() not in script_words
    assert words(plain.decode().splitlines()) == script_words
    for label in ("you sent: EHLO desk7", "server says: 550 5.1.1", "No such mailbox: "):
        assert label in script_words


TERMINALS: dict[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "full": ((), {}),
    "no-color": ((), {"env": {"NO_COLOR": "1"}}),
    "dumb": ((), {"env": {"TERM": "dumb"}}),
    "plain": (("--plain",), {}),
    "into-a-pipe": ((), {"command": PIPED}),
    "plain-into-a-pipe": (("--plain",), {"command": PIPED}),
}


@pytest.mark.parametrize("name", TERMINALS)
def test_every_terminal_shows_the_same_words(shell: Open, script_words: str, name: str) -> None:
    """Lanes and notes are those of the script, escape sequences only where they are drawn."""
    arguments, options = TERMINALS[name]
    term = shell(*arguments, columns=WIDE, rows=60, **options)
    raw = play(term)
    assert words(term.lines()) == script_words
    assert (ESCAPE in raw) == (name in ("full", "no-color"))
    assert bool(COLOUR.search(raw)) == (name == "full")


def test_a_script_from_a_pipe_writes_no_escape_to_a_terminal_either(
    shell: Open, script_words: str
) -> None:
    """Standard input is what makes it a script."""
    script = 'printf %s "$0" | "$@"'
    term = shell(command=("sh", "-c", script, SCRIPT, *OURS), columns=WIDE, rows=60)
    assert term.wait_for_end() == 0
    assert words(term.lines()) == script_words
    assert ESCAPE not in term.raw


@pytest.mark.parametrize("name", ["full", "dumb", "plain"])
def test_a_password_that_is_asked_for_is_not_shown(shell: Open, name: str) -> None:
    """Also where the terminal itself echoes what is typed; afterwards it echoes again."""
    arguments, options = TERMINALS[name]
    term = shell(*arguments, **options)
    term.wait_for("connected>")
    term.say(":auth PLAIN dora", "Password of dora")
    term.say("planted", "password *******")
    assert b"planted" not in term.raw
    term.type("\x15NOOP")
    term.wait_until(lambda: term.cursor_row().endswith("> NOOP"), "NOOP")
    term.type("\x15")
