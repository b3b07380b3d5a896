"""The real servers that the tests know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.peers.aiosmtpd_peer import aiosmtpd
from tests.peers.exim import exim
from tests.peers.opensmtpd import opensmtpd
from tests.peers.postfix import postfix
from tests.peers.sendmail import sendmail
from tests.peers.server import Server

PEERS: dict[str, Callable[[Path], Server]] = {
    "aiosmtpd": aiosmtpd,
    "exim": exim,
    "opensmtpd": opensmtpd,
    "postfix": postfix,
    "sendmail": sendmail,
}
