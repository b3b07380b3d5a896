"""Scripts against real servers: what a person would type, from a pipe."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

import pytest

from smtpshell.net.target import Target
from smtpshell.shell.batch import Rules
from smtpshell.shell.outcome import AUTH, RCPT, SENT, TLS
from smtpshell.shell.place import LivePlace
from smtpshell.shell.script import run_script
from tests.peers.server import PASSWORD, USER, Server

EHLO = "EHLO desk7.office.test"
ENVELOPE = ("MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>")
LETTER = ("From: <dora@office.test>", "Subject: from a pipe", "", "Regards,", "QUIT", "RCPT")
TO_TLS = (EHLO, "STARTTLS", EHLO)
CHUNK = f"BDAT {sum(len(line) + 2 for line in LETTER)} LAST"


def login(password: str) -> str:
    return "AUTH PLAIN " + base64.b64encode(f"\0{USER}\0{password}".encode()).decode()


SCRIPTS = [
    pytest.param((EHLO, *ENVELOPE, "DATA", *LETTER, ".", "QUIT"), SENT, id="clear"),
    pytest.param((*TO_TLS, *ENVELOPE, "DATA", *LETTER, ".", "QUIT"), SENT, id="starttls"),
    pytest.param((*TO_TLS, *ENVELOPE, CHUNK, *LETTER, "QUIT"), SENT, id="bdat"),
    pytest.param(
        (EHLO, ":pipeline", *ENVELOPE, "DATA", ":wait", *LETTER, ".", "QUIT"), SENT, id="pipelined"
    ),
    pytest.param(
        (EHLO, ENVELOPE[0], "RCPT TO:<ana@elsewhere.test>", "DATA", *LETTER, ".", "QUIT"),
        RCPT,
        id="nobody-to-send-to",
    ),
]


def run(server: Server, lines: Iterable[str], *, cafile: str = "", starttls: bool = False) -> int:
    """Play *lines*; the exit status. What it says is shown if the test fails."""
    place = LivePlace(Target("localhost", server.port, starttls=starttls), cafile)
    script = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
    return run_script(place, script, Rules(timeout=30))


@pytest.mark.parametrize("name", ["postfix", "exim"])
@pytest.mark.parametrize(("lines", "status"), SCRIPTS)
def test_a_script_does_what_a_person_would(
    name: str, lines: Iterable[str], status: int, request: pytest.FixtureRequest
) -> None:
    """In clear, under TLS, in chunks, in one go; and it is told what became of the letter."""
    server: Server = request.getfixturevalue(name)
    assert run(server, lines, cafile=str(server.ca)) == status


def test_a_stranger_is_not_told_the_password(exim: Server) -> None:
    """Without the authority's certificate the run ends before the login."""
    lines = (*TO_TLS, login(PASSWORD), "QUIT")
    assert run(exim, lines, starttls=True) == TLS
    assert run(exim, lines, starttls=True, cafile=str(exim.ca)) == SENT


def test_a_failed_login_shows_in_the_status(exim: Server) -> None:
    """Also where no letter was to follow."""
    lines = (*TO_TLS, login("wrong"), "QUIT")
    assert run(exim, lines, starttls=True, cafile=str(exim.ca)) == AUTH
