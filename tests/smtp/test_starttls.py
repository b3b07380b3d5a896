"""Which answers to STARTTLS begin TLS."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode, State

CODES = [b"200", b"221", b"250", b"334", b"354", b"421", b"454", b"500", b"501", b"502", b"554"]


def asked() -> Session:
    session = Session()
    session.server_said(parse_reply(b"220 mx.test\r\n"))
    session.client_said(parse_command("EHLO a.test"))
    session.server_said(parse_reply(b"250-mx.test\r\n250 STARTTLS\r\n"))
    session.client_said(parse_command("STARTTLS"))
    return session


@pytest.mark.parametrize("code", CODES)
def test_no_other_code_than_220_begins_tls(code: bytes) -> None:
    """RFC 3207 4 knows one positive answer; whoever shakes hands on another talks to nobody."""
    session = asked()
    session.server_said(parse_reply(code + b" x\r\n"))
    assert session.mode is not Mode.TLS
    assert session.state in (State.GREETED, State.ENDED)


def test_220_does() -> None:
    """Then the next bytes are TLS's."""
    session = asked()
    session.server_said(parse_reply(b"220 go\r\n"))
    assert session.mode is Mode.TLS
    assert session.state is State.TLS
