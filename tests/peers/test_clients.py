"""Clients of other makers deliver to the practice server, each in every way it can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.clients import CANNOT, CLIENT, CLIENTS, LETTER, WAYS
from tests.peers.conftest import program
from tests.peers.practice import RECIPIENT, SENDER, Practice, practice_server


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A practice server with empty mailboxes."""
    with practice_server(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("client", "way"),
    [(client, way) for client in CLIENTS for way in WAYS if (client, way) not in CANNOT],
)
def test_a_client_delivers(client: str, way: str, practice: Practice, tmp_path: Path) -> None:
    """The letter is stored byte for byte, with its envelope and the right word in Received."""
    deliver, needs = CLIENTS[client]
    if needs:
        program(needs)
    deliver(practice, WAYS[way], tmp_path)
    [stored] = practice.letters()
    assert (stored.reverse_path, stored.recipients) == (SENDER, (RECIPIENT,))
    assert stored.data == LETTER.encode()
    trace = " ".join(stored.trace.decode().split())
    assert f"Return-Path: <{SENDER}>" in trace
    assert f"Received: from {CLIENT} ([127.0.0.1])" in trace
    assert f"with {WAYS[way].protocol} " in trace
    assert ("using TLSv1" in trace) == (WAYS[way].tls or WAYS[way].starttls)
    assert ("Authenticated sender: dora" in trace) == bool(WAYS[way].auth)
