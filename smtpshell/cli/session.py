"""`smtpshell` and `smtpshell connect`: a session, at a terminal or from a script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from smtpshell.shell.outcome import STATUSES

if TYPE_CHECKING:
    from smtpshell.net.target import Target
    from smtpshell.shell.place import LivePlace, Place
    from smtpshell.shell.record import Records

_F = Callable[..., Any]


class Common(NamedTuple):
    """What can be asked of any session."""

    plain: bool = False
    theme: str | None = None
    verbosity: str = "normal"
    notes: bool = True
    transcript: bool = True
    stop_on_error: bool = False
    timeout: float | None = None
    insecure_auth: bool = False
    accept_certificate: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Common:
        return cls(**{name: options[name] for name in cls._fields})


def common_options(command: _F) -> _F:
    """The options of `Common`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--plain", is_flag=True, help="Linear text, for screen readers."),
    click.option(
        "--theme",
        type=click.Choice(["dark", "light", "mono", "high-contrast"]),
        help="Colours; NO_COLOR means mono.",
    ),
    click.option(
        "--verbosity",
        type=click.Choice(["normal", "teach", "exam"]),
        default="normal",
        help="Notes that fade, notes always in full, or none.",
    ),
    click.option("--notes/--no-notes", default=True, help="Explanations under the dialogue."),
    click.option("--transcript/--no-transcript", default=True, help="Keep a transcript."),
    click.option("--stop-on-error", is_flag=True, help="Script: stop at the first 4yz or 5yz."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Script: how long to wait for each whole reply.",
    ),
    click.option("--insecure-auth", is_flag=True, help="Script: logins may go out in clear."),
    click.option(
        "--accept-certificate",
        is_flag=True,
        help="Script: go on although the certificate could not be verified.",
    ),
)

_STATUS_HELP = "\b\nExit status of a script:\n" + "\n".join(
    f"  {status:>2}  {words}" for status, words in STATUSES.items()
)


@click.command(epilog=_STATUS_HELP)
@click.argument("server", metavar="HOST[:PORT]")
@click.option("--tls", is_flag=True, help="TLS from the first byte (port 465).")
@click.option(
    "--starttls",
    is_flag=True,
    help="Port 587; you say STARTTLS, and before it nothing goes out that could wait.",
)
@click.option("--lmtp", is_flag=True, help="LMTP instead of SMTP (port 24).")
@click.option("--cafile", default="", metavar="FILE", help="Certificates to trust, in PEM form.")
@common_options
@click.pass_context
def connect(
    context: click.Context,
    /,
    server: str,
    tls: bool,
    starttls: bool,
    lmtp: bool,
    cafile: str,
    **options: object,
) -> None:
    """Talk to a real server. Mail you send there is real.

    At a terminal you type. Otherwise each line of standard input goes out as it stands, when the
    reply to the line before has come; nothing is added, no EHLO, no dot, no QUIT. A script may
    also say :pipeline and :wait (what stands between them goes out in one go) and :drop (no QUIT).
    """
    from smtpshell.net.target import parse_target

    target = parse_target(server, tls=tls, starttls=starttls, lmtp=lmtp)

    def live(records: Records) -> LivePlace:
        from smtpshell.shell.place import LivePlace

        return LivePlace(target, cafile, records)

    common = Common.of(options)
    context.exit(open_place(live, common, target))


def practice(records: Records) -> Place:
    """The practice server of this process."""
    from smtpshell.shell.place import PracticePlace

    return PracticePlace(records=records)


def open_place(
    make_place: Callable[[Records], Place], common: Common, target: Target | None = None
) -> int:
    """A session there, typed or scripted; the exit status. *target* is None for practice."""
    if sys.stdin.isatty():
        return _typed(make_place, common, target)
    from smtpshell.shell.batch import Rules
    from smtpshell.shell.script import Telling, run_script

    rules = Rules(
        common.stop_on_error, common.timeout, common.insecure_auth, common.accept_certificate
    )
    telling = Telling("on" if common.notes else "off", common.verbosity, common.plain)
    return run_script(make_place(_records(common)), sys.stdin.buffer, rules, telling)


def _typed(make_place: Callable[[Records], Place], common: Common, target: Target | None) -> int:
    from smtpshell.shell.banner import live_banner, practice_banner
    from smtpshell.shell.launch import default_options, run_shell

    click.echo(practice_banner() if target is None else live_banner(target))
    options = default_options()
    options.set("verbosity", common.verbosity)
    options.set("notes", "on" if common.notes else "off")
    if common.theme:
        options.set("theme", common.theme)
    return run_shell(lambda: make_place(_records(common)), options, plain=common.plain)


def _records(common: Common) -> Records:
    from smtpshell.shell.home import transcripts
    from smtpshell.shell.record import Records

    return transcripts() if common.transcript else Records()
