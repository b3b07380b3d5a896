"""A whole session typed on a terminal against real servers, every reply noted."""

from __future__ import annotations

import pytest

from tests.peers.server import Server
from tests.terminal.conftest import Open
from tests.terminal.driver import Terminal

LETTER = (
    "From: Dora <dora@office.test>",
    "To: Ana <ana@office.test>",
    "Subject: typed by hand",
    "Date: Tue, 24 Nov 2026 10:00:00 +0000",
    "Message-ID: <typed-1@desk7.office.test>",
    "",
    "Hello Ana.",
)


@pytest.mark.parametrize("name", ["postfix", "exim"])
def test_a_letter_is_typed_to_a_real_server(
    name: str, request: pytest.FixtureRequest, shell: Open
) -> None:
    """STARTTLS typed by hand upgrades in place, the letter is accepted, every reply has a note."""
    server: Server = request.getfixturevalue(name)
    term = shell(
        "connect", f"localhost:{server.port}", "--cafile", str(server.ca), "--verbosity", "teach"
    )
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "STARTTLS", "greeted>")
    term.say("STARTTLS", "certificate of localhost verified", "tls connected>")
    term.say("EHLO desk7.office.test", "The list inside TLS is the one that counts")
    term.wait_for_prompt("tls greeted>")
    term.say("MAIL FROM:<dora@office.test>", "tls envelope(0)>")
    term.say("RCPT TO:<ana@office.test>", "tls envelope(1)>")
    term.say("DATA", "S: 354", "letter:")
    for line in LETTER:
        term.enter(line)
    term.say(".", "S: 250", "tls greeted>")
    term.say("QUIT", "S: 221", "closed>")
    term.type("\x04")
    assert term.wait_for_end() == 0
    assert_every_reply_is_noted(term)


def assert_every_reply_is_noted(term: Terminal) -> None:
    """Below the last line of each reply stands a note."""
    lines = term.lines()
    replies = [n for n, line in enumerate(lines) if line.startswith("S: ") and line[6:7] == " "]
    assert len(replies) >= 8
    for number in replies:
        assert lines[number + 1].startswith(" | "), "\n".join(lines[number : number + 2])
