"""One running peer: a process, a port, a folder; started, waited for, stopped."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import trustme

HOST = "127.0.0.1"
NAME = "mail.office.test"
USER, PASSWORD = "dora", "correct horse"
START_TIMEOUT = 20.0
CA_FILE = "ca.pem"


class Certificate(NamedTuple):
    """A throw-away certificate for NAME; paths of PEM files."""

    ca: Path
    chain: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """Make a CA and a server certificate for the peers' host name and loopback."""
    ca = trustme.CA()
    issued = ca.issue_cert(NAME, "localhost", HOST)
    files = Certificate(folder / CA_FILE, folder / "chain.pem", folder / "key.pem")
    ca.cert_pem.write_to_path(files.ca)
    issued.private_key_pem.write_to_path(files.key)
    for part in issued.cert_chain_pems:
        part.write_to_path(files.chain, append=True)
    files.key.chmod(0o600)
    return files


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A peer that runs; use as a context manager."""

    def __init__(
        self, name: str, command: list[str], port: int, folder: Path, *, env: dict[str, str]
    ) -> None:
        self.name, self.port, self.ca = name, port, folder / CA_FILE
        self._log = folder / "output.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **env},
                start_new_session=True,
            )

    def __enter__(self) -> Server:
        try:
            self._wait_for_greeting()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def _wait_for_greeting(self) -> None:
        """Until the port answers with a 220; a process that ended is told with its output."""
        deadline = time.monotonic() + START_TIMEOUT
        ended = os.pidfd_open(self._process.pid)
        try:
            self._poll(deadline, ended)
        finally:
            os.close(ended)

    def _poll(self, deadline: float, ended: int) -> None:
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended at once:\n{self.output()}")
            try:
                with socket.create_connection((HOST, self.port), timeout=START_TIMEOUT) as link:
                    if link.recv(4096).startswith(b"220"):
                        link.sendall(b"QUIT\r\n")
                        return
            except ConnectionRefusedError:
                # Not listening yet: look again in 50 ms, or as soon as the process has ended.
                select.select([ended], [], [], 0.05)
        raise RuntimeError(f"{self.name} never greeted:\n{self.output()}")

    def output(self) -> str:
        """What the server printed so far, for the report of a failing test."""
        return self._log.read_text(errors="replace")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
