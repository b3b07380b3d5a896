"""However the shell ends: the terminal is as it was, and what was said is on paper."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from smtpshell.smtp.event import EventKind
from smtpshell.transcript.reader import read_transcript
from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D, OURS, Terminal

CTRL_Z = "\x1a"


class Front(NamedTuple):
    """One of the three ways in which the shell uses a terminal."""

    arguments: tuple[str, ...] = ()
    env: dict[str, str] | None = None


FRONTS = {
    "full": Front(),
    "plain": Front(("--plain",)),
    "dumb": Front(env={"TERM": "dumb"}),
}
ALL_FRONTS = pytest.mark.parametrize("front", FRONTS.values(), ids=list(FRONTS))


def begin(shell: Open, front: Front, **options: object) -> Terminal:
    """A greeted terminal."""
    term = shell(*front.arguments, env=front.env, **options)
    term.wait_for_prompt("connected>")
    return term


def after_quit(term: Terminal) -> None:
    term.enter("QUIT")
    term.wait_for_prompt("closed>")
    term.type(CTRL_D)


def twice(term: Terminal) -> None:
    term.type(CTRL_D)
    term.wait_for("Ctrl-D again leaves")
    term.wait_for_prompt("connected>")
    term.type(CTRL_D)


def by_local_command(term: Terminal) -> None:
    term.say(":quit", ":quit again leaves")
    term.enter(":quit")


def terminated(term: Terminal) -> None:
    term.type("EHLO des")
    term.wait_for_prompt("connected> EHLO des")
    term.kill(signal.SIGTERM)


def hung_up(term: Terminal) -> None:
    term.kill(signal.SIGHUP)


def terminated_in_letter(term: Terminal) -> None:
    term.say("EHLO desk7.office.test", "greeted>")
    term.say("MAIL FROM:<dora@office.test>", "envelope(0)>")
    term.say("RCPT TO:<ana@office.test>", "envelope(1)>")
    term.say("DATA", "letter:")
    term.type("Dear An")
    term.wait_for_prompt("letter: Dear An")
    term.kill(signal.SIGTERM)


def terminated_while_asked(term: Terminal) -> None:
    term.say(":auth PLAIN dora", "Password of dora")
    term.type("planted")
    term.kill(signal.SIGTERM)


WAYS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "ctrl-d-after-quit": (after_quit, 0),
    "ctrl-d-twice": (twice, 0),
    "local-quit": (by_local_command, 0),
    "sigterm": (terminated, 143),
    "sighup": (hung_up, 129),
    "sigterm-in-letter": (terminated_in_letter, 143),
    "sigterm-at-password": (terminated_while_asked, 143),
}


@ALL_FRONTS
@pytest.mark.parametrize(("leave", "status"), WAYS.values(), ids=list(WAYS))
def test_the_terminal_is_as_it_was(
    shell: Open, front: Front, leave: Callable[[Terminal], None], status: int
) -> None:
    """Modes, cursor, colours, bracketed paste; the cursor begins a row; the status is right."""
    term = begin(shell, front)
    leave(term)
    assert term.wait_for_end() == status
    assert term.disorder() == []


# Python that breaks something before the shell is run: an import of ours and what fails then.
FAULTS = {
    "starting": ("smtpshell.shell.core", "Shell.__init__"),
    "enter": ("smtpshell.shell.core", "Shell.submit"),
    "hearing-a-reply": ("smtpshell.shell.narrator", "Narrator._compare_offers"),
    "hearing-the-greeting": ("smtpshell.shell.narrator", "Narrator.hear"),
    "local-command": ("smtpshell.shell.practice", "PracticePlace.close"),
    "drawing": ("smtpshell.shell.prompt", "prompt_word"),
}
BROKEN = """
import importlib, operator, sys
module, path = sys.argv[1:3]
def broken(*args, **kwargs):
    raise ZeroDivisionError("planted")
*owners, name = path.split(".")
owner = importlib.import_module(module)
for part in owners:
    owner = getattr(owner, part)
setattr(owner, name, broken)
del sys.argv[1:3]
from smtpshell.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("front", ["full", "plain"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_ours_is_seen_and_leaves_the_terminal_as_it_was(
    shell: Open, fault: str, front: str
) -> None:
    """Wherever it happens: the traceback stands below the session, and the status says so."""
    arguments, env = FRONTS[front]
    term = shell(*arguments, env=env, command=(sys.executable, "-c", BROKEN, *FAULTS[fault]))

    def failed_or(prompt: str) -> None:
        term.wait_until(
            lambda: "planted" in term.text() or term.cursor_row().startswith(prompt), prompt
        )

    failed_or("connected>")
    if "planted" not in term.text():
        term.enter("EHLO desk7.office.test")
        failed_or("greeted>")
    if "planted" not in term.text():
        term.enter(":restart")
    assert term.wait_for_end() == 1
    assert "ZeroDivisionError: planted" in term.text()
    assert [what for what in term.disorder() if what != "text before the cursor"] == []


def test_a_killed_shell_cannot_restore_anything(shell: Open) -> None:
    """The control for the tests above: what they look at does see a terminal left in raw mode."""
    term = begin(shell, FRONTS["full"])
    term.kill(signal.SIGKILL)
    assert term.wait_for_end() == -signal.SIGKILL
    assert {"termios modes", "bracketed paste"} <= set(term.disorder())


@pytest.mark.parametrize("front", ["full", "plain"])
def test_ctrl_z_gives_the_terminal_back_for_a_while(shell: Open, front: str) -> None:
    """The shell underneath finds it as it was; `fg` brings back the line that was being typed."""
    job_control = 'set -m; "$@"; echo now stopped; read go; fg; echo left with $?'
    term = shell(*FRONTS[front].arguments, command=("sh", "-c", job_control, "sh", *OURS))
    term.wait_for_prompt("connected>")
    term.type("NOO")
    term.wait_for_prompt("connected> NOO")
    term.type(CTRL_Z)
    term.wait_for("now stopped")
    assert term.disorder() == []
    term.enter("go")
    term.wait_for_prompt("connected> NOO")
    term.say("P", "250 2.0.0 Ok")
    term.wait_for_prompt("connected>")
    after_quit(term)
    term.wait_for("left with 0")
    assert term.disorder() == []


def lanes(term: Terminal) -> list[str]:
    """What both sides said, as the screen shows it."""
    return [row for row in term.lines() if row.startswith(("C:", "S:"))]


def recorded(home: Path) -> list[str]:
    """What both sides said, as the only transcript has it."""
    [path] = (home / "state" / "smtpshell" / "transcripts").iterdir()
    marks = {EventKind.CLIENT: "C: ", EventKind.SERVER: "S: "}
    events = read_transcript(path).events
    return [(marks[e.kind] + e.data.decode()).rstrip() for e in events if e.kind in marks]


def say_all(term: Terminal) -> None:
    """A letter as far as its second line."""
    term.say("EHLO desk7.office.test", "greeted>")
    term.say("MAIL FROM:<dora@office.test>", "envelope(0)>")
    term.say("RCPT TO:<ana@office.test>", "envelope(1)>")
    term.say("DATA", "letter:")
    term.say("Subject: half a letter", "C: Subject")
    term.enter()
    term.wait_for("2 lines")


@pytest.mark.parametrize("last", ["S: 220", "S: 250 CHUNKING", "C: Dear Ana", "S: 250 2.0.0"])
def test_kill_9_loses_at_most_the_last_line(shell: Open, tmp_path: Path, last: str) -> None:
    """Killed as soon as a line is on the screen, all before it is in the transcript."""
    term = begin(shell, FRONTS["full"], columns=120)
    if last == "S: 250 CHUNKING":
        term.say("EHLO desk7.office.test", last)
    elif last != "S: 220":
        say_all(term)
        term.say("Dear Ana", "C: Dear Ana")
        if last == "S: 250 2.0.0":
            term.say(".", last)
    term.kill(signal.SIGKILL)
    term.wait_for_end()
    shown = lanes(term)
    kept = recorded(tmp_path)
    assert shown[-1].startswith(last)
    assert kept in (shown, shown[:-1])


def test_a_closed_window_ends_the_session_and_keeps_it_all(shell: Open, tmp_path: Path) -> None:
    """Nobody is left to tell; the transcript has the whole session, its end too."""
    term = begin(shell, FRONTS["full"], columns=120)
    say_all(term)
    shown = lanes(term)
    term.hang_up()
    assert recorded(tmp_path) == shown
    [path] = (tmp_path / "state" / "smtpshell" / "transcripts").iterdir()
    assert read_transcript(path).events[-1].kind is EventKind.CLOSE
