"""Other people's clients: Python's smtplib and aiosmtplib, at every door."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import start
from tests.sandbox.caller import trusting
from tests.waiting import LIMIT

ANA = ("ana", "apricot-7")


def run(test: Callable[[PracticeServer], Any], **options: Any) -> PracticeServer:
    """Play a blocking client against a server that runs beside it."""

    async def play() -> PracticeServer:
        server = await start(lmtp_port=0, **options)
        server.certificate  # noqa: B018  # made before the clock of the client runs
        try:
            await asyncio.wait_for(asyncio.to_thread(test, server), LIMIT)
        finally:
            await server.close()
        return server

    return asyncio.run(play())


def letter(**fields: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = fields.get("sender", "Dora <dora@office.test>")
    message["To"] = fields.get("to", "Ana <ana@office.test>")
    message["Subject"] = fields.get("subject", "cake on Friday")
    message.set_content("There will be cake.\n.\n..and more.\n")
    return message


def body_of(server: PracticeServer, name: str = "ana") -> bytes:
    (message,) = server.world.mailboxes[f"{name}@office.test"]
    return message.data.partition(b"\r\n\r\n")[2]


TEXT = b"There will be cake.\r\n.\r\n..and more.\r\n"


def test_smtplib_in_clear() -> None:
    """A letter with leading dots arrives as it was written."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            assert client.send_message(letter()) == {}

    assert body_of(run(test)) == TEXT


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram_md5"])
def test_smtplib_with_starttls_and_login(mechanism: str) -> None:
    """Submission as a mail program does it."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("localhost", server.submission_port or 0) as client:
            client.starttls(context=trusting(server))
            client.ehlo()
            client.user, client.password = ANA
            name = mechanism.upper().replace("_", "-")
            code, _ = client.auth(name, getattr(client, f"auth_{mechanism}"))
            assert code == 235
            client.send_message(letter(sender="ana@office.test"), "ana@office.test")

    server = run(test)
    assert body_of(server) == TEXT
    assert server.world.mailboxes["ana@office.test"][0].origin.protocol == "ESMTPSA"


def test_smtplib_over_implicit_tls() -> None:
    """Port 465 as a mail program uses it; the right sender is asked for."""

    def test(server: PracticeServer) -> None:
        context = trusting(server)
        with smtplib.SMTP_SSL("localhost", server.tls_port or 0, context=context) as client:
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.send_message(letter())
            client.login(*ANA)
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.send_message(letter(), "dora@office.test")
            client.send_message(letter(), "ana@office.test")

    assert body_of(run(test)) == TEXT


def test_smtplib_does_not_trust_anybody_else() -> None:
    """Without our CA the certificate is refused, as it should be."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("localhost", server.port) as client, pytest.raises(ssl.SSLError):
            client.starttls(context=ssl.create_default_context())

    run(test)


def test_smtplib_speaks_lmtp() -> None:
    """One accepted recipient: smtplib reads one verdict alone, where LMTP has one for each."""

    def test(server: PracticeServer) -> None:
        with smtplib.LMTP("127.0.0.1", server.lmtp_port or 0) as client:
            people = ["ana@office.test", "nobody@office.test"]
            refused = client.sendmail("dora@office.test", people, "Subject: hi\r\n\r\nhi\r\n")
            assert {who: code for who, (code, _) in refused.items()} == {"nobody@office.test": 550}

    server = run(test)
    assert body_of(server) == b"hi\r\n"
    assert server.world.mailboxes["ana@office.test"][0].origin.protocol == "LMTP"


def test_smtplib_several_recipients_and_refusals() -> None:
    """Some are accepted, some are not; the wrong password is wrong; VRFY answers."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("localhost", server.port) as client:
            people = ["ana@office.test", "carl@elsewhere.test", "full@office.test"]
            refused = client.sendmail("dora@office.test", people, "Subject: hi\r\n\r\nhi\r\n")
            assert {who: code for who, (code, _) in refused.items()} == {
                "carl@elsewhere.test": 554,
                "full@office.test": 452,
            }
            assert client.verify("ana")[0] == 252
            client.starttls(context=trusting(server))
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("ana", "wrong")

    assert body_of(run(test)) == b"hi\r\n"


def test_smtplib_with_smtputf8() -> None:
    """Addresses and headers outside ASCII."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("localhost", server.port) as client:
            message = letter(subject="gr\u00fc\u00dfe")
            client.send_message(message, "j\u00f6rg@far.test")

    server = run(test)
    message = server.world.mailboxes["ana@office.test"][0]
    assert message.reverse_path == "j\u00f6rg@far.test"
    assert message.origin.protocol == "UTF8SMTP"


@asynccontextmanager
async def connected(server: PracticeServer, **options: Any) -> AsyncIterator[aiosmtplib.SMTP]:
    client = aiosmtplib.SMTP(hostname="localhost", local_hostname="desk7.office.test", **options)
    await client.connect()
    try:
        yield client
    finally:
        await client.quit()


@pytest.mark.parametrize("door", ["plain", "starttls", "login", "implicit"])
def test_aiosmtplib(door: str) -> None:
    """The same with asyncio's most used client."""

    async def play() -> PracticeServer:
        async with await start() as server:
            options: dict[str, Any] = {"port": server.port, "start_tls": False}
            if door == "implicit":
                options |= {"port": server.tls_port, "use_tls": True}
            elif door != "plain":
                options |= {"port": server.submission_port, "start_tls": True}
            if door != "plain":
                options |= {"tls_context": trusting(server)}
            async with connected(server, **options) as client:
                if door != "plain":
                    await client.login(*ANA)
                await client.send_message(letter(), sender="ana@office.test")
            return server

    assert body_of(asyncio.run(play())) == TEXT


def test_classic_server_is_reached_by_falling_back_to_helo() -> None:
    """smtplib tries EHLO, hears 500, says HELO and delivers."""

    def test(server: PracticeServer) -> None:
        with smtplib.SMTP("localhost", server.port) as client:
            client.send_message(letter())
            assert not client.does_esmtp

    server = run(test, personality="classic-821")
    assert body_of(server) == TEXT
    assert server.world.mailboxes["ana@office.test"][0].origin.protocol == "SMTP"
