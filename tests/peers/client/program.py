"""Clients that are programs with options: swaks, curl, msmtp, s-nail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.peers.client.job import CLIENT, HOST, GaveUpError, Job, Way
from tests.peers.practice import PASSWORD, USER, Practice


def run(command: list[str], text: str = "", env: Mapping[str, str] | None = None) -> None:
    """Run a client with *text* as its input; GaveUpError has what it said if it failed."""
    whole = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    ran = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, env=whole)
    if ran.returncode:
        raise GaveUpError((ran.stdout + ran.stderr).decode(errors="replace"))


def swaks(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """swaks stuffs dots, and adds a line end that the file therefore goes without."""
    letter = folder / "letter"
    letter.write_bytes(job.letter.replace("\r\n", "\n").removesuffix("\n").encode())
    command = ["swaks", "--server", HOST, "--port", str(practice.port(way.door))]
    command += ["--from", job.sender, "--to", ",".join(job.recipients)]
    command += ["--ehlo", CLIENT, "--data", f"@{letter}"]
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
    run(command)


def curl(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """curl takes the host name of EHLO from the URL's path."""
    scheme = "smtps" if way.tls else "smtp"
    url = f"{scheme}://{HOST}:{practice.port(way.door)}/{CLIENT}"
    command = ["curl", "--silent", "--show-error", "--url", url]
    command += ["--mail-from", job.sender, "--upload-file", "-"]
    for recipient in job.recipients:
        command += ["--mail-rcpt", recipient]
    if way.starttls:
        command += ["--ssl-reqd"]
    if way.tls or way.starttls:
        command += ["--cacert", str(practice.ca)]
    if way.auth:
        command += ["--user", f"{USER}:{PASSWORD}", "--login-options", f"AUTH={way.auth}"]
    run(command, job.letter)


def msmtp(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """msmtp reads the letter with the system's own line ends."""
    command = ["msmtp", "--host", HOST, "--port", str(practice.port(way.door))]
    command += ["--from", job.sender, "--domain", CLIENT, "--file=/dev/null"]
    if way.door == "lmtp":
        command += ["--protocol=lmtp"]
    if way.tls or way.starttls:
        command += ["--tls=on", f"--tls-trust-file={practice.ca}"]
        command += [f"--tls-starttls={'on' if way.starttls else 'off'}"]
    if way.auth:
        command += [f"--auth={way.auth.lower()}", f"--user={USER}"]
        command += [f"--passwordeval=echo {PASSWORD}"]
    run([*command, *job.recipients], job.letter.replace("\r\n", "\n"))


def s_nail(practice: Practice, way: Way, job: Job, folder: Path) -> None:
    """s-nail is told the letter's header fields (-t) and writes a header of its own."""
    scheme = "smtps" if way.tls else "smtp"
    login = f"{USER}:{PASSWORD}@" if way.auth else ""
    settings = {
        "v15-compat": "",
        "mta": f"{scheme}://{login}{HOST}:{practice.port(way.door)}",
        "smtp-auth": way.auth.lower() or "none",
        "hostname": CLIENT,
        "from": job.sender,
        "tls-ca-file": str(practice.ca),
        "tls-ca-no-defaults": "",
        "sendwait": "",
        "nosave": "",
        "mime-encoding": "8b",
        "sendcharsets": "utf-8",
    }
    if way.starttls:
        settings["smtp-use-starttls"] = ""
    command = ["s-nail", "-:/", "-t", f"-r{job.sender}"]
    for name, value in settings.items():
        command.append(f"-S{name}={value}" if value else f"-S{name}")
    _, _, text = job.letter.replace("\r\n", "\n").partition("\n\n")
    subject = next(x for x in job.letter.split("\r\n") if x.startswith("Subject:"))
    run(command, f"To: {', '.join(job.recipients)}\n{subject}\n\n{text}", {"HOME": str(folder)})
