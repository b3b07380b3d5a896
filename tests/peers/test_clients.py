"""Clients of other makers deliver to the practice server, each in every way it can."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from smtpshell.sandbox.world.message import StoredMessage
from tests.peers.client.job import CLIENT, LETTER, WAYS, GaveUpError, Job, Way
from tests.peers.client.registry import CLIENTS, Client
from tests.peers.client.script import environment
from tests.peers.conftest import missing, program
from tests.peers.practice import RECIPIENT, SENDER, Practice, practice_server

OTHER, NOBODY = "ben@office.test", "nobody@office.test"
# A letter in UTF-8 from a sender whose address is, too (RFC 6531).
SENDER_UTF8 = "dóra@example.org"
LETTER_UTF8 = LETTER.replace("from another maker", "jó napot").replace("the end", "vége ☕")


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A practice server with empty mailboxes."""
    with practice_server(tmp_path) as running:
        yield running


def pairs(*ways: str, task: str = "") -> list[tuple[str, str]]:
    """Each client with each of the *ways* it can go, if it can do the *task* at all."""
    return [
        (name, way)
        for name, client in CLIENTS.items()
        for way in ways
        if way not in client.cannot and task not in client.cannot
    ]


def one_way_each(task: str = "") -> list[tuple[str, str]]:
    """Each client with the plainest of its ways."""
    plainest = dict(reversed(pairs("plain", "starttls", task=task)))
    return [(name, plainest[name]) for name in CLIENTS if name in plainest]


def able(name: str) -> Client:
    """The client, if it is here."""
    client = CLIENTS[name]
    for needed in client.needs:
        program(needed)
    if client.probe and subprocess.run(client.probe, env=environment()).returncode:
        missing(f"{name} lacks a module: {' '.join(client.probe)}")
    return client


def check_letter(stored: StoredMessage, client: Client, letter: str) -> None:
    """It is the letter, byte for byte if the client composes none of its own."""
    if client.exact:
        assert stored.data == letter.encode()
    else:
        assert stored.data.endswith(letter.encode().partition(b"\r\n\r\n")[2])


def check_trace(stored: StoredMessage, client: Client, way: Way) -> None:
    """The trace fields say how it came."""
    protocol = "SMTP" if client.shy and not way.auth else way.protocol
    trace = " ".join(stored.trace.decode().split())
    assert f"Return-Path: <{SENDER}>" in trace
    assert f"Received: from {CLIENT} ([127.0.0.1])" in trace
    assert f"with {protocol} " in trace
    assert ("using TLSv1" in trace) == (way.tls or way.starttls)
    assert ("Authenticated sender: dora" in trace) == bool(way.auth)


@pytest.mark.parametrize(("name", "way"), pairs(*WAYS))
def test_a_client_delivers(name: str, way: str, practice: Practice, tmp_path: Path) -> None:
    """The letter is stored byte for byte, with its envelope and the right word in Received."""
    client = able(name)
    client.deliver(practice, WAYS[way], Job(), tmp_path)
    [stored] = practice.letters()
    assert (stored.reverse_path, stored.recipients) == (SENDER, (RECIPIENT,))
    check_letter(stored, client, LETTER)
    check_trace(stored, client, WAYS[way])


@pytest.mark.parametrize(("name", "way"), one_way_each())
def test_several_recipients_share_a_letter(
    name: str, way: str, practice: Practice, tmp_path: Path
) -> None:
    """Both have it, and it is the same one: one transaction, two RCPT."""
    client = able(name)
    client.deliver(practice, WAYS[way], Job((RECIPIENT, OTHER)), tmp_path)
    [first], [second] = practice.letters(), practice.letters(OTHER)
    assert first == second
    assert first.recipients == (RECIPIENT, OTHER)


@pytest.mark.parametrize(("name", "way"), one_way_each())
def test_a_refusal_reaches_who_called_the_client(
    name: str, way: str, practice: Practice, tmp_path: Path
) -> None:
    """Nobody by that name: the client fails, and its words have our reply code in them."""
    client = able(name)
    with pytest.raises(GaveUpError, match="550"):
        client.deliver(practice, WAYS[way], Job((NOBODY,)), tmp_path)
    assert practice.letters() == []


@pytest.mark.parametrize(("name", "way"), one_way_each())
def test_one_of_two_is_refused(name: str, way: str, practice: Practice, tmp_path: Path) -> None:
    """Some clients send to the other one, some give up; none sends twice."""
    client = able(name)
    with suppress(GaveUpError):
        client.deliver(practice, WAYS[way], Job((RECIPIENT, NOBODY)), tmp_path)
    assert len(practice.letters()) == client.partly


@pytest.mark.parametrize(("name", "way"), one_way_each())
def test_eight_bits_arrive_as_they_were_sent(
    name: str, way: str, practice: Practice, tmp_path: Path
) -> None:
    """A letter in UTF-8 between plain addresses; clients differ in whether they say 8BITMIME."""
    client = able(name)
    client.deliver(practice, WAYS[way], Job(letter=LETTER_UTF8), tmp_path)
    [stored] = practice.letters()
    check_letter(stored, client, LETTER_UTF8)


@pytest.mark.parametrize(("name", "way"), one_way_each("smtputf8"))
def test_an_address_in_utf8(name: str, way: str, practice: Practice, tmp_path: Path) -> None:
    """Sender, header and text in UTF-8, by SMTPUTF8 (RFC 6531)."""
    client = able(name)
    job = Job(sender=SENDER_UTF8, letter=LETTER_UTF8, utf8=True)
    client.deliver(practice, WAYS[way], job, tmp_path)
    [stored] = practice.letters()
    assert stored.reverse_path == SENDER_UTF8
    assert stored.origin.utf8
    check_letter(stored, client, LETTER_UTF8)
