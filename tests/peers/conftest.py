"""Fixtures for the real servers; a peer that is not here makes its tests skip, saying so.

CI sets SMTPSHELL_REQUIRE_PEERS=1: there a missing peer is a failure, so that no test can be lost.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.package import MissingPeerError
from tests.peers.registry import PEERS
from tests.peers.server import Server
from tests.terminal.conftest import Open, opened


def missing(reason: str) -> None:
    """Skip the test that needs a missing peer, or fail it where peers are required."""
    if os.environ.get("SMTPSHELL_REQUIRE_PEERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of a client program that a test needs."""
    path = shutil.which(name)
    if path is None:
        missing(f"{name} is not installed")
    return str(path)


def _running(name: str) -> Iterator[Server]:
    # Not below pytest's own folder: the server's user must be able to enter, and each run of pytest
    # closes that folder to others, also while another run goes on.
    with tempfile.TemporaryDirectory(prefix=f"smtpshell-{name}-") as folder:
        os.chmod(folder, 0o755)
        try:
            server = PEERS[name](Path(folder))
        except MissingPeerError as error:
            missing(str(error))
        with server:
            yield server


@pytest.fixture(scope="session")
def postfix() -> Iterator[Server]:
    """A running Postfix."""
    yield from _running("postfix")


@pytest.fixture(scope="session")
def exim() -> Iterator[Server]:
    """A running Exim."""
    yield from _running("exim")


@pytest.fixture(scope="session")
def opensmtpd() -> Iterator[Server]:
    """A running OpenSMTPD."""
    yield from _running("opensmtpd")


@pytest.fixture(scope="session")
def sendmail() -> Iterator[Server]:
    """A running sendmail."""
    yield from _running("sendmail")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Open]:
    """Open smtpshell on a terminal."""
    yield from opened(tmp_path)


@pytest.fixture(scope="session")
def aiosmtpd() -> Iterator[Server]:
    """A running aiosmtpd."""
    yield from _running("aiosmtpd")
