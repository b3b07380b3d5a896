"""Clients that are libraries of Python: smtplib, aiosmtplib."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from pathlib import Path

import aiosmtplib

from tests.peers.client.job import CLIENT, HOST, GaveUpError, Job, Way
from tests.peers.practice import PASSWORD, USER, Practice

_UTF8 = ("SMTPUTF8", "BODY=8BITMIME")


def with_smtplib(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """Python's own client; it says LHLO where that is due."""
    try:
        refused = _by_smtplib(practice, way, job)
    except smtplib.SMTPException as error:
        raise GaveUpError(str(error)) from error
    if refused:
        raise GaveUpError(str(refused))


def _by_smtplib(practice: Practice, way: Way, job: Job) -> dict[str, tuple[int, bytes]]:
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
        options = _UTF8 if job.utf8 else ()
        return link.sendmail(job.sender, job.recipients, job.letter.encode(), options)


def with_aiosmtplib(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """The asyncio client."""
    try:
        refused = asyncio.run(_by_aiosmtplib(practice, way, job))
    except aiosmtplib.SMTPException as error:
        raise GaveUpError(str(error)) from error
    if refused:
        raise GaveUpError(str(refused))


async def _by_aiosmtplib(practice: Practice, way: Way, job: Job) -> dict[str, object]:
    client = aiosmtplib.SMTP(
        hostname=HOST,
        port=practice.port(way.door),
        local_hostname=CLIENT,
        use_tls=way.tls,
        start_tls=way.starttls,
        tls_context=ssl.create_default_context(cafile=str(practice.ca)),
    )
    await client.connect()
    transport = client.transport
    assert isinstance(transport, asyncio.WriteTransport)
    try:
        if way.auth:
            await client.ehlo()
            logins = {
                "PLAIN": client.auth_plain,
                "LOGIN": client.auth_login,
                "CRAM-MD5": client.auth_crammd5,
            }
            await logins[way.auth](USER, PASSWORD)
        options = list(_UTF8) if job.utf8 else []
        letter, recipients = job.letter.encode(), list(job.recipients)
        refused, _ = await client.sendmail(job.sender, recipients, letter, mail_options=options)
        await client.quit()
        return dict(refused)
    finally:
        # It does not wait until its connection is closed, and under TLS that takes a while.
        transport.abort()
