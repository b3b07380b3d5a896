"""A whole session typed on a terminal against real servers, every reply noted."""

from __future__ import annotations

import base64

import pytest

from tests.peers.server import PASSWORD, USER, Server
from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D, Terminal

LETTER = (
    "From: Dora <dora@office.test>",
    "To: Ana <ana@office.test>",
    "Subject: typed by hand",
    "Date: Tue, 24 Nov 2026 10:00:00 +0000",
    "Message-ID: <typed-1@desk7.office.test>",
    "",
    "Hello Ana.",
)
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    ("name", "login"), [("postfix", False), ("exim", True)], ids=["postfix", "exim"]
)
def test_letters_are_typed_to_a_real_server(
    name: str, login: bool, request: pytest.FixtureRequest, shell: Open
) -> None:
    """STARTTLS by hand upgrades in place, AUTH where there are accounts, DATA and BDAT deliver."""
    server: Server = request.getfixturevalue(name)
    term = shell(
        "connect", f"localhost:{server.port}", "--cafile", str(server.ca), "--verbosity", "teach"
    )
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.say("STARTTLS", "certificate of localhost verified", "tls connected>")
    term.say("EHLO desk7.office.test", "The list inside TLS is the one that counts")
    term.wait_for_prompt("tls greeted>")
    if login:
        term.say(f"AUTH PLAIN {PLAIN}", "S: 235", "You are logged in")
        term.wait_for_prompt("tls greeted>")
    open_envelope(term)
    term.say("DATA", "S: 354", "letter:")
    for line in LETTER:
        term.enter(line)
    term.say(".", "S: 250", "tls greeted>")
    open_envelope(term)
    term.enter(f"BDAT {sum(len(line) + 2 for line in LETTER)} LAST")
    for line in LETTER[:-1]:
        term.enter(line)
    term.say(LETTER[-1], "S: 250", "tls greeted>")
    term.say("QUIT", "S: 221", "closed>")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0
    assert_every_reply_is_noted(term, 12 + login)


def open_envelope(term: Terminal) -> None:
    """From Dora to Ana."""
    term.say("MAIL FROM:<dora@office.test>", "tls envelope(0)>")
    term.say("RCPT TO:<ana@office.test>", "tls envelope(1)>")


def assert_every_reply_is_noted(term: Terminal, replies: int) -> None:
    """Below the last line of each of that many replies stands a note."""
    lines = term.lines()
    last = [n for n, line in enumerate(lines) if line.startswith("S: ") and line[6:7] == " "]
    assert len(last) == replies, "\n".join(lines)
    for number in last:
        assert lines[number + 1].startswith(" | "), "\n".join(lines[number : number + 2])
