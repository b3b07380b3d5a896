"""What several commands read alike: the option --lang, seconds, and folders of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from smtpshell.catalogue import tr
from smtpshell.cli.option import seconds


def read_language(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """*value*, if a language can be called so."""
    from smtpshell.language import is_language

    if value is not None and not is_language(value):
        raise click.BadParameter(tr('two or three small letters, such as "de"'))
    return value


def take_language(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Let all words be in the language *value*."""
    from smtpshell.language import choose

    if code := read_language(context, parameter, value):
        choose(code)


def read_seconds(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> float | None:
    """*value* as a time-out; None is none."""
    try:
        return None if value is None else seconds(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def read_folders(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """*value*, if all of them are there: what is ours would be taken for what is in them."""
    for folder in value:
        if not Path(folder).is_dir():
            raise click.BadParameter(tr("{folder} is no folder", folder=folder))
    return value


# Of a command without a session: whoever asks for words finds them in this language.
lang = click.option(
    "--lang",
    metavar="CODE",
    expose_value=False,
    callback=take_language,
    help="Language of the words, such as de.",
)
