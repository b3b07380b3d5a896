"""The help of commands in the reader's language: what click says of them, translated before it.

click makes its help from docstrings and from the `help` of options, so those are the messages that
translators find; nothing has to be marked. What click itself says of a wrong option is click's.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from inspect import cleandoc
from typing import TypeVar

import click

from smtpshell.catalogue import marked, tr

_C = TypeVar("_C", bound=click.Command)

# click's own words in a help.
_CLICKS = (
    marked("Usage:"),
    marked("Options"),
    marked("Commands"),
    marked("Show the version and exit."),
    marked("Show this message and exit."),
)


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
