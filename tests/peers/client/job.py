"""What a client is to do: which letter to whom, and by which way in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.peers.practice import RECIPIENT, SENDER, Practice

HOST = "localhost"
CLIENT = "client.office.test"  # the name for EHLO
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
        """Does the connection begin with a handshake?"""
        return self.door == "smtps"


class Job(NamedTuple):
    """A letter with its envelope; *utf8* asks for SMTPUTF8 (RFC 6531)."""

    recipients: tuple[str, ...] = (RECIPIENT,)
    sender: str = SENDER
    letter: str = LETTER
    utf8: bool = False


class GaveUpError(Exception):
    """The client said that it failed; in its own words."""


# Raises GaveUpError when the client says that not everything was delivered.
Deliver = Callable[[Practice, Way, Job, Path], None]

WAYS = {
    "plain": Way("mx"),
    "starttls": Way("mx", starttls=True, protocol="ESMTPS"),
    "implicit-tls": Way("smtps", auth="PLAIN", protocol="ESMTPSA"),
    "submission-plain": Way("submission", True, "PLAIN", "ESMTPSA"),
    "submission-login": Way("submission", True, "LOGIN", "ESMTPSA"),
    "submission-cram-md5": Way("submission", True, "CRAM-MD5", "ESMTPSA"),
    "lmtp": Way("lmtp", protocol="LMTP"),
}
