"""The clients that the tests know, and what each of them cannot do by itself."""

from __future__ import annotations

from typing import NamedTuple

from tests.peers.client.job import Deliver
from tests.peers.client.library import with_aiosmtplib, with_smtplib
from tests.peers.client.program import curl, msmtp, s_nail, swaks
from tests.peers.client.s_client import s_client
from tests.peers.client.script import nodemailer, perl, ruby


class Client(NamedTuple):
    """A client: *needs* are programs; *cannot* are names of ways, or "smtputf8".

    *exact*: it hands over the letter as it was told to, and composes none of its own.
    *partly*: with one recipient refused, it sends the letter to the others. *shy*: it says HELO
    where nobody logs in. *probe*: a command that fails where a library of it is missing.
    """

    deliver: Deliver
    needs: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    exact: bool = True
    partly: bool = False
    shy: bool = False
    probe: tuple[str, ...] = ()


CLIENTS: dict[str, Client] = {
    "swaks": Client(swaks, ("swaks",), ("smtputf8",), partly=True),
    "curl": Client(curl, ("curl",), ("lmtp",)),
    "msmtp": Client(msmtp, ("msmtp",), ("smtputf8",)),
    "s-nail": Client(s_nail, ("s-nail",), ("lmtp", "smtputf8"), exact=False, shy=True),
    "smtplib": Client(with_smtplib, partly=True),
    "aiosmtplib": Client(with_aiosmtplib, (), ("lmtp",), partly=True),
    "nodemailer": Client(
        nodemailer, ("node",), partly=True, probe=("node", "-e", 'require("nodemailer")')
    ),
    "perl": Client(
        perl,
        ("perl",),
        ("lmtp", "smtputf8"),
        probe=("perl", "-MNet::SMTP", "-MIO::Socket::SSL", "-MAuthen::SASL", "-e1"),
    ),
    "ruby": Client(
        ruby, ("ruby",), ("lmtp", "smtputf8"), probe=("ruby", "-rnet/smtp", "-ropenssl", "-e1")
    ),
    "openssl": Client(
        s_client, ("openssl",), ("plain", "submission-login", "submission-cram-md5", "lmtp")
    ),
}
