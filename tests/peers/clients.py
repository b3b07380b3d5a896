"""Mail clients of other makers, each told to deliver one letter in a given way."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import aiosmtplib

from tests.peers.practice import PASSWORD, RECIPIENT, SENDER, USER, Practice

HOST = "localhost"
CLIENT = "client.office.test"
LETTER = (
    f"From: Dora <{SENDER}>\r\nTo: Ana <{RECIPIENT}>\r\nSubject: from another maker\r\n"
    "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <peer-1@client.office.test>\r\n\r\n"
    ".a line with a dot before it\r\n.\r\nthe end\r\n"
)


class Way(NamedTuple):
    """A way in: the door, whether TLS begins with STARTTLS, and the login's mechanism."""

    door: str
    starttls: bool = False
    auth: str = ""
    protocol: str = "ESMTP"  # of the Received field that the server adds (RFC 3848)

    @property
    def tls(self) -> bool:
        return self.door == "smtps"


Deliver = Callable[[Practice, Way, Path], None]


def _run(command: list[str], text: str = "") -> None:
    ran = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60)
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode(errors="replace")


def swaks(practice: Practice, way: Way, folder: Path) -> None:
    """swaks stuffs dots, and adds a line end that the file therefore goes without."""
    letter = folder / "letter"
    letter.write_bytes(LETTER.replace("\r\n", "\n").removesuffix("\n").encode())
    command = ["swaks", "--server", HOST, "--port", str(practice.port(way.door))]
    command += ["--from", SENDER, "--to", RECIPIENT, "--ehlo", CLIENT, "--data", f"@{letter}"]
    if way.door == "lmtp":
        command += ["--protocol", "LMTP"]
    if way.tls:
        command += ["--tls-on-connect"]
    if way.starttls:
        command += ["--tls"]
    if way.tls or way.starttls:
        command += ["--tls-verify", "--tls-ca-path", str(practice.ca)]
    if way.auth:
        command += ["--auth", way.auth, "--auth-user", USER, "--auth-password", PASSWORD]
    _run(command)


def curl(practice: Practice, way: Way, folder: Path) -> None:
    """curl takes the host name of EHLO from the URL's path."""
    scheme = "smtps" if way.tls else "smtp"
    url = f"{scheme}://{HOST}:{practice.port(way.door)}/{CLIENT}"
    command = ["curl", "--silent", "--show-error", "--url", url]
    command += ["--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", "-"]
    if way.starttls:
        command += ["--ssl-reqd"]
    if way.tls or way.starttls:
        command += ["--cacert", str(practice.ca)]
    if way.auth:
        command += ["--user", f"{USER}:{PASSWORD}", "--login-options", f"AUTH={way.auth}"]
    _run(command, LETTER)


def msmtp(practice: Practice, way: Way, folder: Path) -> None:
    """msmtp reads the letter with the system's own line ends."""
    command = ["msmtp", "--host", HOST, "--port", str(practice.port(way.door))]
    command += ["--from", SENDER, "--domain", CLIENT, "--file=/dev/null"]
    if way.door == "lmtp":
        command += ["--protocol=lmtp"]
    if way.tls or way.starttls:
        command += ["--tls=on", f"--tls-trust-file={practice.ca}"]
        command += [f"--tls-starttls={'on' if way.starttls else 'off'}"]
    if way.auth:
        command += [f"--auth={way.auth.lower()}", f"--user={USER}"]
        command += [f"--passwordeval=echo {PASSWORD}"]
    _run([*command, RECIPIENT], LETTER.replace("\r\n", "\n"))


def with_smtplib(practice: Practice, way: Way, folder: Path) -> None:
    """Python's own client; it says LHLO where that is due."""
    context = ssl.create_default_context(cafile=str(practice.ca))
    port = practice.port(way.door)
    link: smtplib.SMTP
    if way.tls:
        link = smtplib.SMTP_SSL(HOST, port, local_hostname=CLIENT, context=context)
    elif way.door == "lmtp":
        link = smtplib.LMTP(HOST, port, local_hostname=CLIENT)
    else:
        link = smtplib.SMTP(HOST, port, local_hostname=CLIENT)
    with link:
        if way.starttls:
            link.starttls(context=context)
        link.ehlo()
        if way.auth:
            link.esmtp_features["auth"] = f" {way.auth}"
            link.login(USER, PASSWORD)
        assert link.sendmail(SENDER, [RECIPIENT], LETTER) == {}


def with_aiosmtplib(practice: Practice, way: Way, folder: Path) -> None:
    """The asyncio client."""

    async def deliver() -> None:
        client = aiosmtplib.SMTP(
            hostname=HOST,
            port=practice.port(way.door),
            local_hostname=CLIENT,
            use_tls=way.tls,
            start_tls=way.starttls,
            tls_context=ssl.create_default_context(cafile=str(practice.ca)),
        )
        async with client:
            if way.auth:
                await client.ehlo()
                logins = {
                    "PLAIN": client.auth_plain,
                    "LOGIN": client.auth_login,
                    "CRAM-MD5": client.auth_crammd5,
                }
                await logins[way.auth](USER, PASSWORD)
            refused, _ = await client.sendmail(SENDER, [RECIPIENT], LETTER)
            assert refused == {}
            transport = client.transport
        # It does not wait until its connection is closed, and under TLS that takes a while.
        assert isinstance(transport, asyncio.WriteTransport)
        transport.abort()

    asyncio.run(deliver())


WAYS = {
    "plain": Way("mx"),
    "starttls": Way("mx", starttls=True, protocol="ESMTPS"),
    "implicit-tls": Way("smtps", auth="PLAIN", protocol="ESMTPSA"),
    "submission-plain": Way("submission", True, "PLAIN", "ESMTPSA"),
    "submission-login": Way("submission", True, "LOGIN", "ESMTPSA"),
    "submission-cram-md5": Way("submission", True, "CRAM-MD5", "ESMTPSA"),
    "lmtp": Way("lmtp", protocol="LMTP"),
}
CLIENTS: dict[str, tuple[Deliver, str]] = {
    "swaks": (swaks, "swaks"),
    "curl": (curl, "curl"),
    "msmtp": (msmtp, "msmtp"),
    "smtplib": (with_smtplib, ""),
    "aiosmtplib": (with_aiosmtplib, ""),
}
# What a client cannot do by itself.
CANNOT = {("curl", "lmtp"), ("aiosmtplib", "lmtp")}
