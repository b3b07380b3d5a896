"""`smtpshell dns`: what DNS says about the mail of a domain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smtpshell.cli.words import folded

if TYPE_CHECKING:
    from smtpshell.lookup.resolver import Resolver


def report_domain(
    domain: str,
    zones: Sequence[str] = (),
    selectors: Sequence[str] = (),
    *,
    questions: bool = False,
) -> int:
    """Report on *domain*, asking DNS or *zones*; the exit status is 1 if something is wrong."""
    from smtpshell.lookup.finding import Level
    from smtpshell.lookup.report import domain_report, report_lines

    report = domain_report(_resolver(zones), domain, selectors=selectors)
    for line in report_lines(report, questions=questions):
        sys.stdout.writelines(f"{row}\n" for row in folded(line))
    return int(report.level is Level.BAD)


def _resolver(zones: Sequence[str]) -> Resolver:
    if zones:
        from smtpshell.lookup.zone import ZoneResolver

        return ZoneResolver.load(zones)
    from smtpshell.lookup.live import LiveResolver

    return LiveResolver()
