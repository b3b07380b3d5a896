"""The front door: which room do you want?"""

from __future__ import annotations

import click

from smtpshell import __version__
from smtpshell.errors import SmtpshellError


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="smtpshell %(version)s")
@click.option("--plain", is_flag=True, help="Linear text, for screen readers.")
@click.pass_context
def cli(context: click.Context, plain: bool) -> None:
    """Learn SMTP by hand. Without a command it opens the practice server."""
    if context.invoked_subcommand is None:
        from smtpshell.shell.banner import practice_banner
        from smtpshell.shell.launch import run_shell, transcripts
        from smtpshell.shell.place import PracticePlace

        click.echo(practice_banner())
        context.exit(run_shell(PracticePlace(records=transcripts()), plain=plain))


@cli.command()
@click.argument("server", metavar="HOST[:PORT]")
@click.option("--tls", is_flag=True, help="TLS from the first byte (port 465).")
@click.option("--starttls", is_flag=True, help="Port 587; STARTTLS is required, and typed by you.")
@click.option("--lmtp", is_flag=True, help="LMTP instead of SMTP.")
@click.option("--cafile", default="", metavar="FILE", help="Certificates to trust, in PEM form.")
@click.option("--plain", is_flag=True, help="Linear text, for screen readers.")
@click.pass_context
def connect(
    context: click.Context,
    server: str,
    tls: bool,
    starttls: bool,
    lmtp: bool,
    cafile: str,
    plain: bool,
) -> None:
    """Talk to a real server. Mail you send there is real."""
    from smtpshell.net.target import parse_target
    from smtpshell.shell.launch import run_shell, transcripts
    from smtpshell.shell.place import LivePlace

    target = parse_target(server, tls=tls, starttls=starttls, lmtp=lmtp)
    place = LivePlace(target, cafile, transcripts())
    click.echo(place.banner())
    context.exit(run_shell(place, plain=plain))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    try:
        status = cli.main(arguments, prog_name="smtpshell", standalone_mode=False)
    except SmtpshellError as error:
        click.echo(f"smtpshell: {error}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return status if isinstance(status, int) else 0
