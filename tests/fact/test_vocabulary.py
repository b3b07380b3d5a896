from __future__ import annotations

import pytest

from smtpshell.fact.vocabulary import EVENTS, FACTS, NAMED_VERBS, OTHER, find_fact
from smtpshell.smtp.table.command import COMMANDS

# The table of the lesson format, "Facts a `when` may test", word by word.
DOCUMENTED = [
    "on", "verb", "code", "enhanced", "text", "line", "issue", "arg.path", "arg.domain",
    "arg.param.SIZE", "ext", "ext_missing", "state.phase", "state.tls", "state.auth", "state.esmtp",
    "state.rcpts_ok", "state.rcpts_refused", "state.messages", "state.errors_in_row",
    "state.ehlo_since_tls", "peer.ip", "peer.ptr", "peer.fcrdns", "peer.helo_resolves",
    "peer.helo_matches", "peer.spf", "peer.spam_score", "peer.personality", "header.to",
    "header.message-id", "body", "headers_not", "header_absent", "blank_line", "mailbox",
    "same_message", "repeat", "seen", "lesson", "step",
]  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_fact_is_there(name: str) -> None:
    """Authors write what the format says; each fact has a type and a meaning."""
    fact = find_fact(name)
    assert fact is not None
    assert fact.type
    assert fact.meaning


@pytest.mark.parametrize("name", ["", "state", "arg.", "arg.param.", "header.", "header.*", "x.y"])
def test_nothing_else_is_a_fact(name: str) -> None:
    """The families that the world extends need a name behind their dot."""
    assert find_fact(name) is None


def test_the_events_are_those_of_the_lesson_format() -> None:
    """Those of a session, of a practice server, and of a lesson."""
    inside = ("retried", "discarded", "hopped", "delivered", "queued", "bounced", "scored")
    assert EVENTS[9:-6] == inside
    learner = ("predicted", "answered", "arranged", "hinted", "noted", "local")
    assert EVENTS[-6:] == learner
    assert FACTS["on"].values == EVENTS


def test_verbs_are_spelled_as_in_the_table_of_commands() -> None:
    """A note cannot be for a verb that does not exist."""
    pseudo = {"DOT", "AUTHLINE", "TEXT"}
    assert set(NAMED_VERBS) - pseudo <= set(COMMANDS)
    assert OTHER in FACTS["verb"].values


def test_the_weights_are_those_of_the_lesson_format() -> None:
    """'Which note wins' gives the numbers."""
    weights = {name: fact.weight for name, fact in FACTS.items()}
    assert weights["issue"] == 18
    assert weights["text"] == weights["line"] == weights["ext"] == weights["ext_missing"] == 10
    assert weights["repeat"] == weights["seen"] == 12
    assert (weights["lesson"], weights["step"], weights["on"]) == (30, 10, 0)
    eights = [name for name in FACTS if name.startswith(("state.", "peer.", "arg.", "header"))]
    assert {weights[name] for name in eights} == {8}
