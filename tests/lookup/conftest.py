"""Zones, keys and letters that the tests of this room share."""

from __future__ import annotations

import socket

import pytest

from smtpshell.lookup.zone import ZoneResolver
from smtpshell.resource import lessons_dir

ZONES = lessons_dir() / "sandbox" / "zones"


@pytest.fixture(scope="session")
def key_pem() -> bytes:
    """The private key of the town."""
    return (ZONES / "dns-town.pem").read_bytes()


@pytest.fixture
def town() -> ZoneResolver:
    """The town of the lessons."""
    return ZoneResolver.load([ZONES / "dns-town.zone"])


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a socket fails, even one for loopback."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a question left the zone")

    monkeypatch.setattr(socket, "socket", refuse)
