"""The options of `smtpshell serve`, as click reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from smtpshell.catalogue import tr
from smtpshell.cli.shared_option import lang, read_folders
from smtpshell.errors import UsageError

Work = Callable[[], int]

LONGEST_IDLE = 86400.0  # seconds
MOST_CONNECTIONS = 100_000
MOST_KEPT = 1_000_000  # letters in a mailbox
_SIZE = re.compile(r"([0-9]{1,12})([KM]?)", re.IGNORECASE)
_FACTORS = {"": 1, "K": 1024, "M": 1024 * 1024}


class _Port(click.ParamType):  # type: ignore[type-arg]
    """A number, 0 for any free port, or "none"; *paths* too, if they may be."""

    name = "port"

    def __init__(self, *, paths: bool = False) -> None:
        self._paths = paths

    def convert(self, value: Any, param: Any, ctx: Any) -> int | str | None:
        if not isinstance(value, str) or value == "usual":
            return value  # type: ignore[no-any-return]
        if value == "none":
            return None
        if value.isascii() and value.isdigit() and int(value) <= 65535:
            return int(value)
        if self._paths and "/" in value:
            return value
        words = (
            tr("{value} is no port: 0 to 65535, none, or the path of a socket", value=repr(value))
            if self._paths
            else tr("{value} is no port: 0 to 65535, none", value=repr(value))
        )
        return self.fail(words, param, ctx)


def _size(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    match = _SIZE.fullmatch(value)
    size = int(match[1]) * _FACTORS[match[2].upper()] if match else 0
    if not size:
        raise click.BadParameter(tr("octets, as 1000000, 500K or 10M"))
    return size


def _named(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Completion with the names of our own personalities or scenarios."""

    def complete(
        context: click.Context, parameter: click.Parameter, begun: str
    ) -> list[CompletionItem]:
        from smtpshell.resource import lessons_dir

        names = sorted(path.stem for path in (lessons_dir() / "sandbox" / kind).glob("*.toml"))
        return [CompletionItem(name) for name in names if name.startswith(begun)]

    return complete


@click.command()
@click.option(
    "--personality",
    default="postfix-like",
    metavar="NAME",
    shell_complete=_named("personalities"),
    help="How it behaves.",
)
@click.option(
    "--scenario", metavar="NAME", shell_complete=_named("scenarios"), help="Who lives there."
)
@click.option("--seed", default=7, help="Chance, made repeatable.", show_default=True)
@click.option(
    "--folder",
    multiple=True,
    metavar="DIR",
    callback=read_folders,
    help="Personalities, scenarios of yours.",
)
@click.option("--list", "listed", is_flag=True, help="All personalities and scenarios.")
@click.option("--json", "as_json", is_flag=True, help="With --list: for programs.")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Loopback by default.")
@click.option("--port", type=_Port(), default="usual", help="SMTP: 2525, or 0 for a free one.")
@click.option("--submission-port", type=_Port(), default="usual", help="Submission: 2587.")
@click.option("--tls-port", type=_Port(), default="usual", help="TLS from the first byte: 2465.")
@click.option("--lmtp", type=_Port(paths=True), metavar="PORT|PATH", help="LMTP, too.")
@click.option("--unix", default="", metavar="PATH", help="SMTP at a socket in the file system.")
@click.option("--user", multiple=True, metavar="NAME:PASSWORD", help="Somebody who can log in.")
@click.option("--users", default="", metavar="FILE", help="NAME:PASSWORD, one a line.")
@click.option("--cert", default="", metavar="FILE", help="A certificate of yours, PEM.")
@click.option("--key", default="", metavar="FILE", help="Its key, if it is not in there.")
@click.option("--write-ca", default="", metavar="FILE", help="The CA of the certificate made here.")
@click.option(
    "--idle-timeout",
    type=click.FloatRange(0, LONGEST_IDLE, min_open=True),
    metavar="SECONDS",
    help="Hang up on silence.",
)
@click.option("--max-size", callback=_size, metavar="OCTETS", help="Of a letter; 500K, 10M.")
@click.option(
    "--keep",
    type=click.IntRange(0, MOST_KEPT),
    default=0,
    metavar="N",
    help="Letters a mailbox holds; the oldest make way.",
)
@click.option(
    "--max-connections",
    type=click.IntRange(1, MOST_CONNECTIONS),
    default=1000,
    show_default=True,
    metavar="N",
    help="At a time; others get 421.",
)
@click.option(
    "--max-per-client",
    type=click.IntRange(1, MOST_CONNECTIONS),
    metavar="N",
    help="Of one address. On loopback as many as there are, beyond it 40.",
)
@click.option("--maildir", default="", metavar="DIR", help="Keep mail there, safe before its 250.")
@click.option("--script", default="", metavar="FILE", help="Fixed replies, TOML or JSON.")
@click.option(
    "--log",
    type=click.Choice(["text", "json", "none"]),
    default="text",
    help="What goes on; none is for load.",
)
@click.option("--notes/--no-notes", default=True, help="Explanations in the log.")
@click.option("--verbosity", type=click.Choice(["normal", "teach"]), default="normal")
@click.option("--plain", is_flag=True, help="Words instead of marks, for screen readers.")
@click.option(
    "--theme",
    type=click.Choice(["dark", "light", "mono", "high-contrast"]),
    help="Colours of the log on a terminal; NO_COLOR means mono.",
)
@lang
def serve(listed: bool, as_json: bool, **options: Any) -> Work:
    """Run the practice server for any client. It never relays.

    Standard output has the dialogue of every session with its notes, or with --log json one object
    a line, the first of which says where the server listens. Ctrl-C or SIGTERM ends the sessions
    with 421. On a terminal the log has colours; in a pipe, with TERM=dumb or --plain it has none.

    A port that is not asked for is the usual one if that is free, and else any free one. "none"
    leaves a door out.

    Passwords on the command line can be seen by others on this machine; --users FILE and
    SMTPSHELL_USERS in the environment (NAME:PASSWORD, one a line) are not.

    \b
    smtpshell serve --port 2525 --write-ca ca.pem --user ana:secret
    smtpshell serve --personality greylister --log json --port 0
    """

    def work() -> int:
        if listed:
            from smtpshell.cli.serve_list import list_servers

            return list_servers(options["folder"], as_json=as_json)
        if as_json:
            raise UsageError(tr("--json goes with --list"), hint="smtpshell serve --log json")
        from smtpshell.cli.serve import serve as run
        from smtpshell.cli.serve_wanted import Wanted

        named = {"folder": "folders", "user": "users", "users": "users_file"}
        wanted = {named.get(name, name): value for name, value in options.items()}
        wanted["theme"] = wanted["theme"] or ""
        return run(Wanted(**wanted))

    return work
