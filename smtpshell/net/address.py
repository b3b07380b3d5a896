"""Which addresses a host has, and how long to try each."""

from __future__ import annotations

import socket
from typing import Any

from smtpshell.catalogue import tr
from smtpshell.net.target import Target
from smtpshell.net.trouble import system_words

CONNECT_SECONDS = 15.0  # for all addresses together, the name's resolution included
SECONDS_AN_ADDRESS = 5.0  # while there are more to try

Address = tuple[int, tuple[Any, ...]]  # address family and what connect() takes


def resolve(target: Target) -> list[Address]:
    """All addresses of *target*, best first; blocks. OSError or UnicodeError if there are none."""
    # A str goes through the codec of IDNA, which is imported for it and leaves ASCII as it is.
    host = target.host.encode("ascii") if target.host.isascii() else target.host
    found = socket.getaddrinfo(host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def seconds_for(addresses_left: int, time_left: float) -> float:
    """How long one attempt may take."""
    return time_left if addresses_left <= 1 else min(time_left, SECONDS_AN_ADDRESS)


def next_address_words(address: tuple[Any, ...], error: OSError) -> str:
    """What to say when one address has failed and there are others."""
    why = tr("no answer") if isinstance(error, TimeoutError) else system_words(error)
    return tr(
        "{address} port {port}: {why}; trying the next address",
        address=address[0],
        port=address[1],
        why=why,
    )
