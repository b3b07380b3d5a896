"""What of the command line needs a terminal: replay step by step, and output that is a pipe."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.terminal.driver import CTRL_C, CTRL_D, terminal


def test_replay_waits_for_the_space_bar(tmp_path: Path) -> None:
    """Each exchange comes when it is asked for; other keys do nothing; at the end it is over."""
    with terminal(["replay", "first-message", "--step", "--no-notes"], tmp_path) as term:
        term.wait_for("S: 220 mail.office.test")
        assert "C: EHLO" not in term.text()
        term.type("x ")
        term.wait_for("S: 250 CHUNKING")
        assert "C: MAIL" not in term.text()
        term.type(" " * 20)
        assert term.wait_for_end() == 0
        assert "C: QUIT" in term.text()


@pytest.mark.parametrize("key", ["q", CTRL_C, CTRL_D], ids=["q", "c", "d"])
def test_replay_can_be_left(tmp_path: Path, key: str) -> None:
    """At any step, without a traceback, and the terminal is as it was."""
    with terminal(["replay", "first-message", "--step", "--no-notes"], tmp_path) as term:
        term.wait_for("S: 220 mail.office.test")
        term.type(key)
        assert term.wait_for_end() == 0
        assert "C: EHLO" not in term.text()
        assert "Traceback" not in term.text()
        assert term.disorder() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["term", "hup"])
def test_replay_that_is_ended_leaves_the_terminal_as_it_was(
    tmp_path: Path, number: signal.Signals
) -> None:
    """The keys of whoever types there next are seen again."""
    with terminal(["replay", "first-message", "--step", "--no-notes"], tmp_path) as term:
        term.wait_for("Space shows the next")
        term.wait_for("S: 220 mail.office.test")
        term.kill(number)
        assert term.wait_for_end() == 128 + number
        assert term.disorder() == []


def test_output_that_is_a_pipe_is_plain_text(tmp_path: Path) -> None:
    """A terminal is typed at, and the dialogue goes to `tee`: nothing is drawn."""
    script = f"{sys.executable} -m smtpshell --no-transcript | tee {tmp_path}/log"
    with terminal([], tmp_path, command=("/bin/sh", "-c", script)) as term:
        term.wait_for("S: 220 mail.office.test")
        term.enter("QUIT")
        term.wait_for("S: 221")
        term.type(CTRL_D)
        term.wait_for_end()
    assert b"\x1b" not in (tmp_path / "log").read_bytes()


def test_a_typed_session_names_its_transcript_at_the_end(tmp_path: Path) -> None:
    """Once, on one line, when the prompt is gone."""
    with terminal([], tmp_path, columns=200) as term:
        term.wait_for_prompt("connected>")
        term.say("QUIT", "S: 221")
        term.type(CTRL_D)
        assert term.wait_for_end() == 0
        [kept] = tmp_path.rglob("transcripts/*.smtp")
        assert term.text().count(f"transcript: {kept}") == 1
