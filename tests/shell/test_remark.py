"""Remarks on a line, while it is typed and when it is sent."""

from __future__ import annotations

import pytest

from smtpshell.shell.remark import remarks
from tests.shell.scenes import AUTH, DATA, GREETING, HELLO, MAIL, scene

# What stands in the second place is remarked upon while the line grows, the third once it is sent.
LINES = [
    pytest.param(HELLO, "MAIL FR", set(), {"missing-keyword"}, id="unfinished"),
    pytest.param(
        HELLO, "MAIL FROM: <", {"space-after-colon"}, {"space-after-colon"}, id="space-after-colon"
    ),
    pytest.param(HELLO, "MAIL FROM:<ana@off", set(), {"unbalanced-brackets"}, id="bracket-open"),
    pytest.param(GREETING, "EHLO desk", set(), {"ehlo-not-fqdn"}, id="name-not-whole-yet"),
    pytest.param(GREETING, "EHLO", set(), {"no-argument"}, id="argument-to-come"),
    pytest.param(GREETING, "MAIL FROM:<a@b.test>", {"out-of-order"}, {"out-of-order"}, id="order"),
    pytest.param(MAIL, "DATA", {"out-of-order"}, {"out-of-order"}, id="data-too-early"),
    pytest.param(MAIL, "DAT", set(), {"unknown-verb-close"}, id="verb-not-whole-yet"),
    pytest.param(HELLO, "Subject: hi", {"header-as-command"}, {"header-as-command"}, id="header"),
    pytest.param(MAIL, "RCPT TO:<a@b.test>,", {"comma-list"}, {"comma-list"}, id="comma"),
    pytest.param(MAIL, "RCPT TO:<\u201ca", {"smart-quotes"}, {"smart-quotes"}, id="smart-quotes"),
    pytest.param(MAIL, "RCPT TO:a", {"no-angle-brackets"}, {"no-angle-brackets"}, id="brackets"),
    pytest.param(HELLO, "AUTH PLAIN", {"auth-in-clear"}, {"auth-in-clear"}, id="auth-in-clear"),
    pytest.param(DATA, ".x", {"needs-dot-stuffing"}, {"needs-dot-stuffing"}, id="dot"),
    pytest.param(DATA, ". ", {"dot-with-space"}, {"dot-with-space"}, id="dot-and-space"),
    pytest.param(DATA, "QUIT", {"command-in-data"}, {"command-in-data"}, id="quit-in-letter"),
    pytest.param(
        (*DATA, "C: Subject: x"), ".", {"no-blank-line"}, {"no-blank-line"}, id="no-empty-line"
    ),
    pytest.param((*DATA, "C: "), ".", set(), set(), id="empty-line-was-there"),
    pytest.param(AUTH, "EHLO x", {"auth-in-clear"}, {"command-in-auth"}, id="command-in-login"),
    pytest.param(HELLO, "NOOP", set(), set(), id="nothing-odd"),
]


@pytest.mark.parametrize(("dialogue", "line", "typing", "sent"), LINES)
def test_remarks(
    dialogue: str | tuple[str, ...], line: str, typing: set[str], sent: set[str]
) -> None:
    """What is merely unfinished is not remarked upon while one types; all is once it is sent."""
    now = scene(*([dialogue] if isinstance(dialogue, str) else dialogue))
    assert {found.issue for found in remarks(line, now, typing=True)} == typing
    assert sent <= {found.issue for found in remarks(line, now)}


def test_remarks_stand_in_the_order_of_their_places() -> None:
    """And each issue once a place."""
    found = remarks("MAIL FROM : <a@b.test>", scene(*HELLO))
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert len({(one.start, one.issue) for one in found}) == len(found)


def test_nothing_is_remarked_upon_without_a_connection() -> None:
    """A line that goes nowhere is not judged."""
    assert remarks("DATA", scene(connected=False)) == []
