"""The command line of transcripts: `smtpshell replay` and `smtpshell compare`.

As in `command`, a function does nothing but give back the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from smtpshell.catalogue import tr
from smtpshell.cli.shared_option import lang, read_seconds
from smtpshell.errors import UsageError

Work = Callable[[], int]


def _samples(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    from smtpshell.cli.paper import samples

    found = [CompletionItem(path.stem) for path in samples() if path.stem.startswith(begun)]
    return [*found, CompletionItem(begun, type="file")]


def _personalities(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    from smtpshell.resource import personalities

    return [CompletionItem(name) for name in personalities() if name.startswith(begun)]


@click.command()
@click.argument("file", required=False, shell_complete=_samples)
@click.option("--step", is_flag=True, help="Space for the next exchange, q to leave.")
@click.option("--list", "listed", is_flag=True, help="The samples that came with smtpshell.")
@click.option("--plain", is_flag=True, help="Words instead of marks, for screen readers.")
@click.option("--notes/--no-notes", default=True, help="Explanations under the dialogue.")
@click.option(
    "--verbosity",
    type=click.Choice(["teach", "normal"]),
    default="teach",
    help="Each note in full, or each in full once.",
)
@lang
def replay(
    file: str | None, step: bool, listed: bool, plain: bool, notes: bool, verbosity: str
) -> Work:
    """Show a transcript again, with today's notes.

    FILE is a transcript, or the name of a sample (`smtpshell replay --list`). Nothing is sent
    anywhere: replaying only reads.
    """

    def work() -> int:
        from smtpshell.cli.paper import list_samples, replay_transcript
        from smtpshell.shell.script import Telling

        if listed:
            return list_samples()
        if file is None:
            raise UsageError(
                tr("which transcript?"), hint=tr("`smtpshell replay --list` has samples")
            )
        telling = Telling("on" if notes else "off", verbosity, plain)
        return replay_transcript(file, telling, step=step)

    return work


@click.command()
@click.argument("file", shell_complete=_samples)
@click.argument("server", nargs=-1, required=True, shell_complete=_personalities)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--plain", is_flag=True, help="Words instead of marks, for screen readers.")
@click.option("--words", is_flag=True, help="Replies that differ only in words, too.")
@click.option("--seed", type=int, default=7, help="Of practice servers.")
@click.option("--scenario", default="", help="Of practice servers: who lives there.")
@click.option("--starttls", is_flag=True, help="Real servers: nothing in clear that can wait.")
@click.option("--cafile", metavar="FILE", default="", help="Certificates to trust, in PEM form.")
@click.option("--timeout", metavar="SECONDS", callback=read_seconds, help="For each whole reply.")
@click.option("--insecure-auth", is_flag=True, help="Logins may go out in clear.")
@click.option("--accept-bad-certificate", is_flag=True, help="Go on with one not verified.")
@click.option("--real-servers", is_flag=True, help="Servers elsewhere may be talked to.")
@lang
def compare(
    file: str, server: tuple[str, ...], as_json: bool, plain: bool, words: bool, **options: Any
) -> Work:
    """Say the same lines to several servers; show where they differ.

    FILE is a transcript, the name of a sample, a script as `connect` takes it, or "-". Each SERVER
    is a practice server's personality (exim-like, or practice:exim-like), or HOST:PORT. With one
    SERVER a transcript is compared with what it says itself.

    \b
    smtpshell compare first-message postfix-like exim-like
    smtpshell compare mine.smtp localhost:2525

    Codes, enhanced codes, offers, the end and the state are compared; words are not. A letter is
    not sent where DATA was refused, nor a password that is no longer in the transcript. A server
    that is not on this machine is talked to with --real-servers only: mail that reaches it is real.

    \b
    Exit status: 0 no difference, 1 some, 2 it could not be compared.
    """

    def work() -> int:
        from smtpshell.cli.compare import compare_servers
        from smtpshell.shell.stage import Terms

        options["accept_certificate"] = options.pop("accept_bad_certificate")
        terms = Terms(**options)
        return compare_servers(file, server, terms, as_json=as_json, plain=plain, whole=words)

    return work
