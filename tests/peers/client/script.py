"""Clients that are libraries of other languages, each driven by a script of its own."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.peers.client.job import CLIENT, HOST, Job, Way
from tests.peers.client.program import run
from tests.peers.practice import PASSWORD, USER, Practice

_SCRIPTS = Path(__file__).parent / "script"
# Where Debian keeps modules of Node.js, which not every build of it looks into.
NODE_MODULES = "/usr/share/nodejs"


def environment() -> dict[str, str]:
    """What the scripts run in."""
    return {**os.environ, "NODE_PATH": NODE_MODULES}


def nodemailer(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """Node.js's nodemailer."""
    command = ["node", str(_SCRIPTS / "nodemailer.js"), _told(practice, way, job, folder)]
    run(command, env=environment())


def perl(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """Perl's Net::SMTP."""
    run(["perl", str(_SCRIPTS / "net_smtp.pl"), _told(practice, way, job, folder)])


def ruby(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """Ruby's net/smtp."""
    run(["ruby", str(_SCRIPTS / "net_smtp.rb"), _told(practice, way, job, folder)])


def _told(practice: Practice, way: Way, job: Job, folder: Path) -> str:
    """The job as a file that the scripts read."""
    told = {
        "host": HOST,
        "port": practice.port(way.door),
        "client": CLIENT,
        "ca": str(practice.ca),
        "tls": way.tls,
        "starttls": way.starttls,
        "lmtp": way.door == "lmtp",
        "auth": way.auth or None,
        "user": USER,
        "password": PASSWORD,
        **job._asdict(),
    }
    path = folder / "job.json"
    path.write_text(json.dumps(told))
    return str(path)
