"""Whom to believe when a server shows its certificate."""

from __future__ import annotations

from typing import NamedTuple


class Trust(NamedTuple):
    """A file of CA certificates, PEM text of some, or (neither) those of the system.

    *name* is the name the certificate must carry where that is not the host's.
    """

    cafile: str = ""
    ca_pem: str = ""
    name: str = ""
