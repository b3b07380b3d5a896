"""The command line as click reads it: options, their help, and what is to be done.

A command's function does nothing: it returns the work, which `main` does when click has left. Each
imports its room when it works, so that none pays for another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from smtpshell import __version__
from smtpshell.catalogue import marked, tr
from smtpshell.cli.help_words import complaint, in_language
from smtpshell.cli.lesson_command import learn, lesson
from smtpshell.cli.option import DEFAULTS, OPTIONS, Asked, Option
from smtpshell.cli.paper_command import compare, replay
from smtpshell.cli.serve_command import serve
from smtpshell.cli.shared_option import lang, read_language, read_seconds, take_language
from smtpshell.language import SOURCE, choose, chosen, is_language
from smtpshell.shell.outcome import STATUSES
from smtpshell.smtp.printable import printable

Work = Callable[[], int]
_F = Callable[..., Any]

_EPILOG = marked(
    "\b\n"
    "Without a terminal on standard input, lines come from there: the dialogue and its notes go"
    " to\nstandard output, and the exit status says what became of the mail"
    " (`smtpshell connect --help`).\n\n"
    "\b\n"
    'Completion: eval "$(_SMTPSHELL_COMPLETE=bash_source smtpshell)"; also zsh_source, fish_source.'
)


def read_with_click(arguments: Sequence[str]) -> Work:
    """What *arguments* ask for; after --help or a completion nothing is left to do."""
    if code := _language_of(arguments):
        choose(code)
    front = cli if chosen() == SOURCE else in_language(cli)
    try:
        found = front.main(list(arguments), prog_name="smtpshell", standalone_mode=False)
    except click.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as end:  # so click ends a completion, and where nobody reads its help
        if not end.code:
            return lambda: 0
        raise BrokenPipeError from None
    except click.ClickException as error:
        sys.stderr.writelines(f"{printable(line)}\n" for line in complaint(error))
        # `compare` says 1 where servers differ, as diff does.
        return lambda: 2 if "compare" in arguments[:1] else 1
    return found if callable(found) else lambda: int(found or 0)


def _language_of(arguments: Sequence[str]) -> str:
    """What --lang says, before click has read it: `--help` has to know."""
    for word, following in zip(arguments, (*arguments[1:], ""), strict=False):
        code = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and is_language(code):
            return code
    return ""


def session_options(*, connects: bool) -> Callable[[_F], _F]:
    """The options of a session; those of `connect` too if it *connects*."""

    def add(function: _F) -> _F:
        for option in reversed(OPTIONS):
            if connects or not option.connects:
                function = _click_option(option)(function)
        return function

    return add


def _click_option(option: Option) -> Callable[[_F], _F]:
    name = f"{option.name}/{option.off}" if option.off else option.name
    default = getattr(DEFAULTS, option.key)
    if not option.takes_value:
        return click.option(name, is_flag=True, default=default, help=option.about)
    return click.option(
        name,
        type=click.Choice(option.choices) if option.choices else str,
        default=default or None,
        metavar=option.metavar or None,
        callback=_CALLBACKS.get(option.key),
        help=option.about,
    )


_CALLBACKS = {"timeout": read_seconds, "lang": read_language}


class _Front(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if not any(sign in args[0] for sign in ".:"):
                raise
            words = tr("To talk to a server: smtpshell connect {server}", server=args[0])
            raise click.UsageError(f"{error.message} {words}", ctx) from None


@click.group(
    cls=_Front,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.version_option(__version__, message="smtpshell %(version)s")
@session_options(connects=False)
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> Work | None:
    """Learn SMTP by hand. Without a command it opens the practice server."""
    if context.invoked_subcommand is None:
        return Session(_asked(options))
    if context.invoked_subcommand == "connect":
        return None
    typed = list(_typed(context))
    if "lang" in typed:
        take_language(context, context.command.params[0], options["lang"])
        typed.remove("lang")
    if typed:
        names = {option.key: option.name for option in OPTIONS}
        raise click.UsageError(
            tr(
                "not for {command}: {options}",
                command=context.invoked_subcommand,
                options=", ".join(names[key] for key in typed),
            )
        )
    return None


class _Connect(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = "\n".join(f" {status:>3}  {tr(words)}" for status, words in STATUSES.items())
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"\b\n{tr('Exit status of a script:')}\n{rows}")


@cli.command(cls=_Connect, context_settings={"allow_extra_args": True})
@click.argument("server", metavar="HOST[:PORT]")
@session_options(connects=True)
@click.pass_context
def connect(context: click.Context, /, **options: Any) -> Work:
    """Talk to a real server. Mail you send there is real.

    At a terminal you type. Otherwise each line of standard input goes out as it stands, when the
    reply to the line before has come. Nothing is added: no EHLO, no STARTTLS, no dot, no QUIT, and
    no dot is doubled in a letter (`:set stuff on` does that).

    A script may also say :pipeline and :wait (what stands between them goes out in one go), :drop
    (no QUIT), and :set for bytes, remarks and stuff.

    With --starttls a script has to say STARTTLS. Before TLS holds, nothing goes out but EHLO, HELO,
    LHLO, STARTTLS, NOOP, RSET, HELP and QUIT; if it is not offered, is refused or fails, nothing
    but QUIT.
    """
    parent = context.parent
    assert parent is not None
    _check_server(context, options["server"])
    # Options may stand before the command as well; those behind it count more.
    before = {name: parent.params[name] for name in _typed(parent)}
    behind = {name: options[name] for name in _typed(context)}
    return Session(_asked({**options, **before, **behind}))


def _check_server(context: click.Context, server: str) -> None:
    """Is it one server, and any? A script's variable that is not set leaves "" behind."""
    if not server:
        raise click.UsageError(tr("which server? HOST or HOST:PORT"), context)
    if context.args:  # telnet and nc take the port as a word of its own
        words = tr(
            "a server and its port are one word: {server}", server=f"{server}:{context.args[0]}"
        )
        raise click.UsageError(words, context)


def _typed(context: click.Context) -> Iterator[str]:
    """The names of the options that were typed."""
    for name in context.params:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            yield name


def _asked(options: Mapping[str, Any]) -> Asked:
    return Asked(**{name: value for name, value in options.items() if value is not None})


class Session:
    """The work of a session."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __call__(self) -> int:
        from smtpshell.cli.session import open_session

        return open_session(self.asked)


@cli.command()
@click.argument("line", nargs=-1)
@click.option(
    "--side", type=click.Choice(["client", "server"]), help="Whose lines these are, if unclear."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--reveal", is_flag=True, help="Show the passwords in AUTH lines.")
@lang
def explain(line: tuple[str, ...], side: str | None, as_json: bool, reveal: bool) -> Work:
    """Explain lines of a dialogue, piece by piece.

    Each LINE is a command or a line of a reply, with or without "C:" or "S:" before it; words
    without quotes around them make one line. "-" reads lines from standard input, as does a pipe
    without a LINE. LINE "states" draws the states of a session.

    \b
    smtpshell explain 'RCPT TO:<ana@office.test> NOTIFY=NEVER'
    smtpshell explain 550 5.7.1 Relaying denied
    smtpshell explain < telnet.log
    """

    if not line and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError("Missing argument 'LINE...'.")

    def work() -> int:
        from smtpshell.cli.words import explain_lines

        return explain_lines(line or ("-",), side, as_json=as_json, reveal=reveal)

    return work


@cli.command("dict")
@click.argument("word", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@lang
def dict_(word: tuple[str, ...], as_json: bool) -> Work:
    """Say what WORD means: a verb, a code, a keyword, a parameter, a mechanism.

    \b
    smtpshell dict 550
    smtpshell dict 5.7.1
    smtpshell dict NOTIFY

    The exit status is 1 for a word that is in none of our tables.
    """

    def work() -> int:
        from smtpshell.cli.words import look_up

        return look_up(" ".join(word), as_json=as_json)

    return work


@cli.command()
@click.argument("domain")
@click.option(
    "--zone", multiple=True, metavar="FILE", help="Ask a zone file instead of the network."
)
@click.option("--selector", multiple=True, metavar="NAME", help="A DKIM key to look at, too.")
@click.option("--questions", is_flag=True, help="Each question to DNS with its answer.")
@lang
def dns(domain: str, zone: tuple[str, ...], selector: tuple[str, ...], questions: bool) -> Work:
    """Say what DNS says about the mail of DOMAIN.

    Where its mail goes (MX), the names of those hosts (PTR), who may send for it (SPF), DKIM keys,
    DMARC, DANE, MTA-STS and TLS reports; each finding with its RFC. The exit status is 1 if
    something is wrong.
    """

    def work() -> int:
        from smtpshell.cli.names import report_domain

        return report_domain(domain, zone, selector, questions=questions)

    return work


cli.add_command(replay)
cli.add_command(compare)
cli.add_command(lesson)
cli.add_command(learn)
cli.add_command(serve)
