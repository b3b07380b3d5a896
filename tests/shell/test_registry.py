"""The registry of local commands."""

from __future__ import annotations

import pytest

from smtpshell.errors import UsageError
from smtpshell.shell.local import LOCALS, complete_local, find_local, parse_local
from tests.shell.desk import Desk

EXPECTED = (
    "help", "why", "explain", "dict", "rfc", "state", "server", "mailbox", "bytes", "notes",
    "hint-bar", "again", "fix", "save", "connect", "disconnect", "drop", "restart", "set", "quit",
    "tls", "auth", "raw", "hint",
)  # fmt: skip


def test_every_command_there_should_be_is_there() -> None:
    """Those of the design, and a few that came of themselves."""
    assert set(EXPECTED) <= set(LOCALS)


@pytest.mark.parametrize("name", LOCALS)
def test_each_is_documented(name: str) -> None:
    """Syntax, one line, more than one line, and a letter of its own."""
    command = LOCALS[name]
    assert command.syntax.startswith(f":{name}")
    assert 10 <= len(command.help) <= 56  # one row of `:help` at 80 columns
    assert len(command.long) >= 40
    assert len(command.letter) <= 1
    assert not command.letter or find_local(command.letter) is command
    assert find_local(name) is command


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        (":state", "state", ""),
        ("state", "state", ""),
        (":st", "state", ""),
        (":s", "state", ""),
        (":mailbox ana@office.test 2", "mailbox", "ana@office.test 2"),
        (":hint", "hint", ""),
        (":hint-", "hint-bar", ""),
        (":  why ", "why", ""),
        (":= yes", "answer", "yes"),
        (":=587", "answer", "587"),
    ],
)
def test_a_line_is_understood(line: str, name: str, argument: str) -> None:
    """By name, letter or a beginning that only one has."""
    command, rest = parse_local(line)
    assert (command.name, rest) == (name, argument)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":sa", ""),
        (":re", ":rewind, :reset, :report, :review, :restart"),
        (":statte", "did you mean :state?"),
        (":xyzzy", ":help lists them"),
        (":di", ":dict, :disconnect"),
    ],
)
def test_what_is_not_understood_gets_a_way_out(line: str, words: str) -> None:
    """The nearest, or those that were meant."""
    if not words:
        parse_local(line)
        return
    with pytest.raises(UsageError) as error:
        parse_local(line)
    assert words in f"{error.value} {error.value.hint}"


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (":sta", [":state"]),
        (":se", [":send", ":server", ":set "]),
        (":set key", ["keys "]),
        (":set keys v", ["keys vi"]),
        (":bytes h", ["hex"]),
        (":notes o", ["on", "off"]),
        (":again ", ["on "]),
        (":again on exim", ["on exim-like"]),
        (":help keys", []),
        (":help MA", ["map", "mailbox", "MAIL"]),
        (":xyzzy a", []),
        (":connect --t", ["--tls"]),
        (":connect mail.test --st", ["--starttls"]),
    ],
)
def test_completion(line: str, texts: list[str]) -> None:
    """Names with their meaning, then what each command takes."""
    found = [text for text, _, _ in complete_local(Desk().shell, line)]
    assert found[: len(texts)] == texts
    if texts == []:
        assert found == []
