"""openssl s_client, with a person's patience: every line waits for the reply to the one before."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.peers.client.job import CLIENT, HOST, GaveUpError, Job, Way
from tests.peers.practice import PASSWORD, USER, Practice


def s_client(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """-quiet keeps it from taking lines that begin with Q or R as orders to itself."""
    command = ["openssl", "s_client", "-quiet", "-crlf", "-verify_return_error"]
    command += ["-connect", f"{HOST}:{practice.port(way.door)}", "-CAfile", str(practice.ca)]
    command += ["-verify_hostname", HOST]
    if way.starttls:
        command += ["-starttls", "smtp", "-name", CLIENT]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if way.tls:  # behind STARTTLS the greeting is over, and it has shown nothing of it
            _reply(process.stdout)
        try:
            for line in _lines(way, job):
                process.stdin.write(line.encode() + b"\n")
                process.stdin.flush()
                reply = _reply(process.stdout)
                if reply[:1] not in (b"2", b"3"):
                    raise GaveUpError(reply.decode(errors="replace"))
        finally:
            process.kill()  # -quiet has it stay when its input ends


def _lines(way: Way, job: Job) -> Iterator[str]:
    """What is typed; the letter is one piece, for nothing answers its lines."""
    yield f"EHLO {CLIENT}"
    if way.auth:
        secret = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        yield f"AUTH PLAIN {secret}"
    yield f"MAIL FROM:<{job.sender}>{' SMTPUTF8' if job.utf8 else ''}"
    for recipient in job.recipients:
        yield f"RCPT TO:<{recipient}>"
    yield "DATA"
    lines = job.letter.removesuffix("\r\n").split("\r\n")
    yield "\n".join([f".{line}" if line.startswith(".") else line for line in lines] + ["."])
    yield "QUIT"


def _reply(stream: IO[bytes]) -> bytes:
    """The last line of the next reply."""
    while line := stream.readline():
        if line[3:4] != b"-":
            return line
    raise GaveUpError("the connection was closed")
