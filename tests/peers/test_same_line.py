"""The same lines said to real servers and to the practice servers that are like them."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.mind.part import Part
from tests.peers.comparison import PAIRS, Case, cases_for, compare, load_cases, practice_part
from tests.peers.server import Server

# At least so many of a hundred lines go the same way.
WANTED = {"postfix": 95.0, "exim": 90.0, "opensmtpd": 90.0, "aiosmtpd": 90.0, "sendmail": 90.0}

_parts: dict[str, Part] = {}


def part_of(server: str) -> Part:
    """One practice server for all the lines, as there is one real one."""
    if server not in _parts:
        _parts[server] = practice_part(server)
    return _parts[server]


def _all() -> list[object]:
    return [
        pytest.param(server, case, id=f"{server}-{case.id}")
        for server in PAIRS
        for case in cases_for(server)
    ]


@pytest.mark.parametrize(("server", "case"), _all())
def test_both_answer_alike(server: str, case: Case, request: pytest.FixtureRequest) -> None:
    """Code, class of the enhanced code, open or closed, and next state are the same.

    What differs is in the table with its reason, and what is in the table does differ.
    """
    peer: Server = request.getfixturevalue(server)
    found = compare(case, part_of(server), peer.port)
    words = f"{server}: {found.real}; {PAIRS[server][0]}: {found.practice}"
    assert found.agree == (server not in case.differs), words


@pytest.mark.parametrize("server", PAIRS)
def test_most_lines_are_alike(server: str) -> None:
    """The differences that the table admits are few."""
    cases = list(cases_for(server))
    differing = sum(server in case.differs for case in cases)
    assert 100 * (len(cases) - differing) / len(cases) >= WANTED[server]


def test_the_table_is_long_enough() -> None:
    """Right lines and wrong ones, from all over the protocol."""
    assert len(load_cases()) >= 100
