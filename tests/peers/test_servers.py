"""The peers themselves: each greets, takes a letter, and refuses to relay for a stranger."""

from __future__ import annotations

import smtplib
import ssl

import pytest

from tests.peers.server import HOST, NAME, PASSWORD, USER, Server

LETTER = "From: <dora@office.test>\r\nTo: <ana@office.test>\r\n\r\nHello.\r\n"


@pytest.mark.parametrize(
    ("name", "tls"),
    [("postfix", True), ("exim", True), ("opensmtpd", False), ("sendmail", True)],
)
def test_a_real_server_takes_a_letter(name: str, tls: bool, request: pytest.FixtureRequest) -> None:
    """A peer that other tests rely on is up, has a good certificate and takes local mail only."""
    server: Server = request.getfixturevalue(name)
    with smtplib.SMTP(HOST, server.port, local_hostname="client.test") as client:
        if tls:
            client._host = NAME  # type: ignore[attr-defined]  # the name in the certificate
            client.starttls(context=ssl.create_default_context(cafile=str(server.ca)))
        assert client.sendmail("dora@office.test", ["ana@office.test"], LETTER) == {}
        client.mail("dora@office.test")
        assert client.rcpt("someone@elsewhere.test")[0] in (454, 550, 554)


def test_exim_knows_dora(exim: Server) -> None:
    """AUTH is offered under TLS only, and the right password is welcome."""
    with smtplib.SMTP(HOST, exim.port, local_hostname="client.test") as client:
        client.ehlo()
        assert not client.has_extn("auth")
        client.starttls(context=ssl._create_unverified_context())
        client.ehlo()
        assert client.login(USER, PASSWORD)[0] == 235
