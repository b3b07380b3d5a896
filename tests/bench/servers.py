"""Servers to be measured, each in a process of its own on the last processor.

Run as a program this is one of them: ``python -m tests.bench.servers KIND PORT``.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.lib import ROOT, MissingPeerError, environment
from tests.peers.package import MissingPeerError as NotUnpackedError
from tests.peers.package import unpacked

BACKLOG = 4096
PROCESSORS = os.cpu_count() or 1
SESSIONS = 20_000


def on_processor(number: int) -> list[str]:
    """What to put before a command so that it runs on that processor only."""
    return ["taskset", "-c", str(number)] if PROCESSORS > 1 else []


def postfix_program(name: str) -> tuple[str, dict[str, str]]:
    """smtp-sink or smtp-source with the environment it needs."""
    try:
        root = unpacked("postfix")
    except NotUnpackedError as error:
        raise MissingPeerError(str(error)) from None
    return str(root / "usr/sbin" / name), {"LD_LIBRARY_PATH": str(root / "usr/lib/postfix")}


class Server:
    """A running server of some kind: "smtpshell", "sink", "aiosmtpd" or "bare"."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        env = environment()
        if kind == "sink":
            path, more = postfix_program("smtp-sink")
            env.update(more)
            listen = [f"127.0.0.1:{self.port}", str(BACKLOG)]
            command = [path, "-u", "nobody", "-m", str(SESSIONS), *listen]
        else:
            command = [sys.executable, "-m", "tests.bench.servers", kind, str(self.port)]
        self._process = subprocess.Popen(
            [*on_processor(PROCESSORS - 1), *command],
            env=env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as link:
                    if link.recv(100).startswith(b"220"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.kind} did not start")

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """KiB that are its own."""
        for line in Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise RuntimeError("no Pss in smaps_rollup")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Bare(asyncio.BufferedProtocol):
    """The least a server can do: 250 to everything, a letter's end only at a block's end."""

    buffer = bytearray(256 * 1024)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.in_letter = False
        transport.write(b"220 bare.test\r\n")

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = self.buffer[:nbytes]
        if self.in_letter:
            if data.endswith(b"\r\n.\r\n"):
                self.in_letter = False
                self.transport.write(b"250 ok\r\n")
            return
        replies = []
        for line in data.split(b"\r\n")[:-1]:
            verb = bytes(line[:4]).upper()
            if verb == b"DATA":
                self.in_letter = True
                replies.append(b"354 go\r\n")
            elif verb == b"QUIT":
                replies.append(b"221 bye\r\n")
            else:
                replies.append(b"250 ok\r\n")
        self.transport.write(b"".join(replies))


async def serve(kind: str, port: int) -> None:
    """Run a server of our own kinds until killed."""
    loop = asyncio.get_running_loop()
    if kind == "smtpshell":
        from smtpshell.sandbox.server import start

        await start(
            port=port,
            submission_port=None,
            tls_port=None,
            scenario="bench",
            folders=[Path(__file__).parent / "data"],
            most_sessions=SESSIONS,
            most_of_one=SESSIONS,
        )
    elif kind == "bare":
        await loop.create_server(Bare, "127.0.0.1", port, backlog=BACKLOG)
    elif kind == "aiosmtpd":
        from aiosmtpd.handlers import Sink
        from aiosmtpd.smtp import SMTP

        await loop.create_server(
            lambda: SMTP(Sink(), hostname="bench.test"), "127.0.0.1", port, backlog=BACKLOG
        )
    gc.collect()
    gc.freeze()
    await asyncio.Event().wait()


if __name__ == "__main__":
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
