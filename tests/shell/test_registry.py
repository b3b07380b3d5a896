"""The registry of local commands."""

from __future__ import annotations

import pytest

from smtpshell.errors import UsageError
from smtpshell.shell.local import LOCALS, complete_local, find_local, learn, parse_local
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


@pytest.mark.parametrize("where", ["practice", "live"])
def test_help_is_a_screen_of_what_helps_most(where: str) -> None:
    """With the typed line, the prompt and the hint bar it has 24 rows; nothing in it is useless."""
    desk = Desk(where=where)
    desk.shell.submit(":help")
    assert len(desk.writer.lines) <= 21
    assert (":mailbox" in desk.writer.text) == (where == "practice")
    assert ":help all lists the others" in desk.writer.text


def test_help_all_has_each_command_once_under_a_head() -> None:
    """A new one has to find its family."""
    told = [name for _, names in learn._FAMILIES for name in names]
    assert sorted(told) == sorted(LOCALS)
    desk = Desk()
    desk.shell.submit(":help all")
    assert [line for line in desk.writer.lines if line == " | to go back"]
    assert all(f":{name}" in desk.writer.text for name in LOCALS)
