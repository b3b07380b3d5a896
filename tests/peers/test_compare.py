"""The look-alikes beside the real servers, as `smtpshell compare` shows them."""

from __future__ import annotations

import json
import smtplib

import pytest

from smtpshell.cli.compare import compare_servers
from smtpshell.shell.stage import Terms
from tests.peers.comparison import PAIRS, practice_part
from tests.peers.server import HOST, Server
from tests.sandbox.play import HELLO, Talk

# Extensions that a real server offers beside those, each with a reason in the personality's file.
LEFT_OUT = {"exim": ["PIPECONNECT"], "sendmail": ["VERB", "DELIVERBY"]}

# Lines that the real servers and ours are known to answer alike, in codes, end and state.
SCRIPT = b"""EHLO desk7.office.test
NOOP
MAIL FROM:<dora@office.test>
RCPT TO:<ana@office.test>
RCPT TO:<ana@elsewhere.test>
DATA
Subject: compared

Hello.
.
MAIL FROM:<dora@office.test>
RSET
BLURB
RCPT TO:<ana@office.test>
QUIT
"""


@pytest.mark.parametrize(("name", "alike"), [("postfix", "postfix-like"), ("exim", "exim-like")])
def test_alike(
    name: str,
    alike: str,
    request: pytest.FixtureRequest,
    tmp_path: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Both kinds of codes, ends and states agree in every line; offers may not."""
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    server: Server = request.getfixturevalue(name)
    script = tmp_path / "script"
    script.write_bytes(SCRIPT)
    terms = Terms(timeout=30, cafile=str(server.ca))
    compare_servers(str(script), [f"localhost:{server.port}", alike], terms, as_json=True)
    found = json.loads(capsys.readouterr().out)
    weighty = {"sent", "closed", "code", "enhanced", "state"}
    differing = [row["line"] for row in found["lines"] if weighty & set(row["classes"])]
    assert differing == []


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_extensions_in_the_same_order(name: str, request: pytest.FixtureRequest) -> None:
    """What the real server lists in clear, less what is left out for a reason."""
    server: Server = request.getfixturevalue(name)
    with smtplib.SMTP(HOST, server.port) as client:
        _, listed = client.ehlo("desk7.office.test")
    real = [line.split()[0] for line in listed.decode().splitlines()[1:]]
    said = Talk(practice_part(name)).say(HELLO)
    ours = [line[4:].split()[0] for line in said.splitlines()[1:]]
    assert ours == [word for word in real if word not in LEFT_OUT.get(name, [])]
    assert set(LEFT_OUT.get(name, [])) <= set(real)


def test_a_sample_on_a_real_server(postfix: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """A transcript with TLS and a login whose password is not in it any more."""
    terms = Terms(timeout=30, cafile=str(postfix.ca))
    target = f"localhost:{postfix.port}"
    status = compare_servers("starttls-auth-plain", ["postfix-like", target], terms)
    out = capsys.readouterr().out
    assert status in (0, 1)
    assert "STARTTLS" in out
    assert "password is not in the transcript" in out
