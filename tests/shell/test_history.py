"""The history keeps no secret."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from smtpshell.shell.history import LineHistory, keepable

PLAIN = base64.b64encode(b"\0dora\0dewberry-7").decode()
LOGIN = base64.b64encode(b"dewberry-7!!").decode()

KEPT = [
    ":help AUTH",
    "NOOP",
    "MAIL FROM:<ana@office.test>",
    "STARTTLS",
    ":state",
    "EHLO desk7.office.test",
]
NOT_KEPT = [
    f"AUTH PLAIN {PLAIN}",
    "auth plain",
    " AUTH LOGIN",
    PLAIN,
    LOGIN,
    f"XAUTH {PLAIN}",
    ":auth PLAIN dora",
    ":u PLAIN dora",
    ":au PLAIN dora secret",
    f":raw AUTH PLAIN {PLAIN}\\r\\n",
    f":raw {LOGIN}\\r\\n",
    ":send AUTH LOGIN",
    base64.b64encode("dörrpflaume".encode()).decode(),
    "",
    "   ",
    "bad\x1b[2J",
]


@pytest.mark.parametrize("line", KEPT)
def test_common_lines_are_kept(line: str) -> None:
    """Also those that look a little like base64."""
    assert keepable(line)


@pytest.mark.parametrize("line", NOT_KEPT)
def test_secrets_and_oddities_are_not_kept(line: str) -> None:
    """Also where they were pasted at the wrong prompt."""
    assert not keepable(line)


def test_file_is_the_owners_alone_and_comes_back(tmp_path: Path) -> None:
    """0600, a line each, newest first, each once."""
    path = tmp_path / "state" / "history"
    history = LineHistory(lambda: path)
    assert list(history.load_history_strings()) == []
    for line in ("NOOP", f"AUTH PLAIN {PLAIN}", "RSET", "NOOP"):
        history.append_string(line)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "NOOP\nRSET\nNOOP\n"
    assert list(LineHistory(lambda: path).load_history_strings()) == ["NOOP", "RSET"]


def test_a_secret_in_an_old_file_is_not_brought_back(tmp_path: Path) -> None:
    """Whoever wrote it there."""
    path = tmp_path / "history"
    path.write_text(f"NOOP\nAUTH PLAIN {PLAIN}\n")
    assert list(LineHistory(lambda: path).load_history_strings()) == ["NOOP"]


def test_a_folder_that_cannot_be_written_costs_only_the_history(tmp_path: Path) -> None:
    """The session goes on."""
    (tmp_path / "file").write_text("")
    history = LineHistory(lambda: tmp_path / "file" / "history")
    assert list(history.load_history_strings()) == []
    history.append_string("NOOP")
    assert history.get_strings()[-1:] == ["NOOP"]


def test_without_a_place_nothing_is_written() -> None:
    """For tests, and for several shells in a process."""
    history = LineHistory()
    assert list(history.load_history_strings()) == []
    history.append_string("NOOP")
