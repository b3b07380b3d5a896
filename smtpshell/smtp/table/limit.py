"""The names of the LIMITS extension, an IANA registry of its own (RFC 9422)."""

# No `from __future__ import annotations` here, see row.py.
from typing import NamedTuple


class LimitSpec(NamedTuple):
    """One name of the LIMITS extension (RFC 9422 4)."""

    name: str
    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name


LIMITS: dict[str, LimitSpec] = {
    spec.name: spec
    for spec in (
        LimitSpec("MAILMAX", ("RFC 9422 4.1",)),
        LimitSpec("RCPTMAX", ("RFC 9422 4.2",)),
        LimitSpec("RCPTDOMAINMAX", ("RFC 9422 4.3",)),
    )
}
