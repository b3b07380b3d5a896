"""The names of the LIMITS extension, an IANA registry of its own (RFC 9422)."""

from __future__ import annotations

from smtpshell.smtp.table.row import LimitSpec

LIMITS: dict[str, LimitSpec] = {
    spec.name: spec
    for spec in (
        LimitSpec("MAILMAX", ("RFC 9422 4.1",)),
        LimitSpec("RCPTMAX", ("RFC 9422 4.2",)),
        LimitSpec("RCPTDOMAINMAX", ("RFC 9422 4.3",)),
    )
}
