"""What must not go out in clear without a yes."""

from __future__ import annotations

import pytest

from smtpshell.net.guard import risk_in_clear
from smtpshell.net.target import Target
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.session import Session

REQUIRED = Target("mail.test", 587, starttls=True)
PLAIN = Target("mail.test", 25)

CASES = [
    pytest.param(PLAIN, False, "MAIL FROM:<>", "", id="mail-in-clear"),
    pytest.param(PLAIN, False, "AUTH PLAIN x", "base64 hides nothing", id="auth-in-clear"),
    pytest.param(PLAIN, True, "AUTH PLAIN x", "", id="auth-under-tls"),
    pytest.param(REQUIRED, False, "EHLO a.test", "", id="ehlo"),
    pytest.param(REQUIRED, False, "STARTTLS", "", id="starttls"),
    pytest.param(REQUIRED, False, "QUIT", "", id="quit"),
    pytest.param(REQUIRED, False, "MAIL FROM:<>", "STARTTLS is required, and MAIL", id="mail"),
    pytest.param(REQUIRED, False, "AUTH PLAIN x", "STARTTLS is required", id="auth"),
    pytest.param(REQUIRED, False, "", "this line", id="empty"),
    pytest.param(REQUIRED, True, "MAIL FROM:<>", "", id="mail-under-tls"),
]


@pytest.mark.parametrize(("target", "tls", "line", "words"), CASES)
def test_the_risk_is_named(target: Target, tls: bool, line: str, words: str) -> None:
    """Nothing but what leads to TLS, or out, where TLS is required; no password anywhere."""
    found = risk_in_clear(target, Session(tls=tls), parse_command(line))
    assert words in found
    assert bool(words) is bool(found)
