"""Whom to believe when a server shows its certificate."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Callable
from typing import NamedTuple


class Trust(NamedTuple):
    """A file of CA certificates, PEM text of some, or (neither) those of the system.

    *ca_pem* may be a function that is asked only when a certificate has to be judged: a practice
    server makes its CA no earlier. *name* is the name the certificate must carry where that is not
    the host's.
    """

    cafile: str = ""
    ca_pem: str | Callable[[], str] = ""
    name: str = ""
