"""What click says of commands and of wrong command lines, in the reader's language.

click makes its help from docstrings and from the `help` of options, so those are the messages that
translators find; nothing has to be marked. What it says of a command line that it cannot read is
put together in there and has to be recognized: a line that we do not know stays English.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from copy import copy
from inspect import cleandoc
from typing import TypeVar

import click

from smtpshell.catalogue import marked, tr
from smtpshell.language import SOURCE, chosen

_C = TypeVar("_C", bound=click.Command)

# click's own words in a help.
_CLICKS = (
    marked("Usage:"),
    marked("Options"),
    marked("Commands"),
    marked("Show the version and exit."),
    marked("Show this message and exit."),
)

# What it says of a wrong command line: the first one that fits is meant, so longer ones stand
# before shorter ones. A {message} is one of these itself.
_COMPLAINTS = (
    marked("Try '{command}' for help."),
    marked("Error: {message}"),
    marked("Invalid value for {name}: {message}"),
    marked("{value} is not a valid integer."),
    marked("{value} is not one of {choices}."),
    marked("No such option {name}. Did you mean {known}?"),
    marked("No such option {name}. (Did you mean one of: {known}?)"),
    marked("No such option {name}."),
    marked("No such command {name}. Did you mean {known}?"),
    marked("No such command {name}. (Did you mean one of: {known}?)"),
    marked("No such command {name}."),
    marked("Option {name} requires an argument."),
    marked("Option {name} does not take a value."),
    marked("Missing argument {name}."),
    marked("Got unexpected extra argument ({words})"),
    marked("Got unexpected extra arguments ({words})"),
)
_PLACE = re.compile(r"\\\{(\w+)\\\}")  # in a pattern that was escaped


def in_language(command: _C) -> _C:
    """*command*, and all below it, with the words of its help in the reader's language."""
    twin = copy(command)
    twin.context_class = _Context
    twin.help = tr(cleandoc(command.help or ""))
    twin.epilog = tr(command.epilog or "")
    twin.params = list(map(_translated, command.params))
    if isinstance(twin, click.Group):
        twin.commands = {name: in_language(one) for name, one in twin.commands.items()}
    return twin


def complaint(error: click.ClickException) -> list[str]:
    """What click says of a command line with an *error*, line by line; not fit to be shown yet."""
    words = io.StringIO()
    error.show(words)
    lines = words.getvalue().splitlines()
    return lines if chosen() == SOURCE else [_said(line) for line in lines]


def _said(words: str) -> str:
    for template in _COMPLAINTS:
        pattern = _PLACE.sub(r"(?P<\1>.+?)", re.escape(template))
        found = re.fullmatch(pattern, words, re.DOTALL)
        if found is not None:
            values = found.groupdict()
            if "message" in values:
                values["message"] = _said(values["message"])
            return tr(template, **values)
    return words


def _translated(parameter: click.Parameter) -> click.Parameter:
    twin = copy(parameter)
    if isinstance(twin, click.Option):
        twin.help = tr(twin.help or "")
    return twin


class _Formatter(click.HelpFormatter):
    """Lays out help as click does, under our words for its heads."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{tr(_CLICKS[0])} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(tr(heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(name, tr(words)) for name, words in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter
