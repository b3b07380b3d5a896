"""`smtpshell dns`: what DNS says about the mail of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtpshell.cli.words import folded

if TYPE_CHECKING:
    from smtpshell.lookup.resolver import Resolver


@click.command()
@click.argument("domain")
@click.option(
    "--zone", multiple=True, metavar="FILE", help="Ask a zone file instead of the network."
)
@click.option("--selector", multiple=True, metavar="NAME", help="A DKIM key to look at, too.")
@click.option("--questions", is_flag=True, help="Each question to DNS with its answer.")
@click.pass_context
def dns(
    context: click.Context,
    /,
    domain: str,
    zone: tuple[str, ...],
    selector: tuple[str, ...],
    questions: bool,
) -> None:
    """Say what DNS says about the mail of DOMAIN.

    Where its mail goes (MX), the names of those hosts (PTR), who may send for it (SPF), DKIM keys,
    DMARC, DANE, MTA-STS and TLS reports; each finding with its RFC. The exit status is 1 if
    something is wrong.
    """
    from smtpshell.lookup.finding import Level
    from smtpshell.lookup.report import domain_report, report_lines

    report = domain_report(_resolver(zone), domain, selectors=selector)
    for line in report_lines(report, questions=questions):
        click.echo("\n".join(folded(line)))
    context.exit(int(report.level is Level.BAD))


def _resolver(zone: tuple[str, ...]) -> Resolver:
    if zone:
        from smtpshell.lookup.zone import ZoneResolver

        return ZoneResolver.load(zone)
    from smtpshell.lookup.live import LiveResolver

    return LiveResolver()
