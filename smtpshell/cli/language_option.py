"""The option --lang, for commands without a session."""

from __future__ import annotations

import click


def read_language(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """*value*, if a language can be called so."""
    from smtpshell.language import is_language

    if value is not None and not is_language(value):
        raise click.BadParameter('two or three small letters, such as "de"')
    return value


def take_language(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Let all words be in the language *value*."""
    from smtpshell.language import choose

    if code := read_language(context, parameter, value):
        choose(code)


# Of a command without a session: whoever asks for words finds them in this language.
lang = click.option(
    "--lang",
    metavar="CODE",
    expose_value=False,
    callback=take_language,
    help="Language of the words, such as de.",
)
