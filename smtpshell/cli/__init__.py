"""The front door: which room do you want?

Each command imports its room when it is chosen, so that none pays for another.
"""

from __future__ import annotations

import sys

import click

from smtpshell import __version__
from smtpshell.cli.names import dns
from smtpshell.cli.paper import replay
from smtpshell.cli.session import Common, common_options, connect, open_place, practice
from smtpshell.cli.words import dict_, explain
from smtpshell.errors import ConnectError, SmtpshellError, TranscriptError

_EPILOG = """\b
Without a terminal on standard input, lines come from there: the dialogue and its notes go to
standard output, and the exit status says what became of the mail (`smtpshell connect --help`).
"""


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.version_option(__version__, message="smtpshell %(version)s")
@common_options
@click.pass_context
def cli(context: click.Context, /, **options: object) -> None:
    """Learn SMTP by hand. Without a command it opens the practice server."""
    if context.invoked_subcommand is None:
        context.exit(open_place(practice, Common.of(options)))


cli.add_command(connect)
cli.add_command(dict_)
cli.add_command(dns)
cli.add_command(explain)
cli.add_command(replay)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    try:
        status = cli.main(arguments, prog_name="smtpshell", standalone_mode=False)
        sys.stdout.flush()
    except SmtpshellError as error:
        click.echo(f"smtpshell: {error}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        return 2 if isinstance(error, (ConnectError, TranscriptError)) else 1
    except click.exceptions.Abort:
        return 130  # as a shell says of a program that Ctrl-C ended
    except click.ClickException as error:
        error.show()
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough. Nothing more can be said there, not even by
        # Python's own flush at the end.
        sys.stdout = None
        return 0
    return status if isinstance(status, int) else 0
