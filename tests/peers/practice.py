"""The practice server for clients of other makers: in a thread, with its CA in a file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import start
from smtpshell.sandbox.world.message import StoredMessage

USER, PASSWORD = "dora", "dewberry-7"
SENDER, RECIPIENT = "dora@office.test", "ana@office.test"


class Practice:
    """A running practice server and what a client needs to know of it."""

    def __init__(self, server: PracticeServer, ca: Path) -> None:
        self.server = server
        self.ca = ca

    def port(self, door: str) -> int:
        """The port of "mx", "submission", "smtps" or "lmtp"."""
        ports = {
            "mx": self.server.port,
            "submission": self.server.submission_port,
            "smtps": self.server.tls_port,
            "lmtp": self.server.lmtp_port,
        }
        port = ports[door]
        assert port is not None
        return port

    def letters(self, mailbox: str = RECIPIENT) -> list[StoredMessage]:
        """What lies in the mailbox of this address."""
        return list(self.server.world.mailboxes[mailbox])


@contextmanager
def practice_server(folder: Path) -> Iterator[Practice]:
    """Start one with all its doors open; stop it afterwards."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(start(lmtp_port=0), loop).result()
    try:
        ca = folder / "ca.pem"
        ca.write_bytes(server.ca_pem)
        yield Practice(server, ca)
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
