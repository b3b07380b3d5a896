"""Get Debian's mail servers side by side: as packages they conflict, so each is only unpacked.

Nothing is installed: ``apt-get download`` fetches the package files, ``dpkg -x`` unpacks each into
a folder of its own. The folder must be readable by the servers' own unprivileged users, so it
does not lie under a home directory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# What each peer needs, by Debian package name.
PACKAGES = {
    "postfix": ("postfix",),
    "exim": ("exim4-daemon-light", "exim4-base"),
    "opensmtpd": ("opensmtpd",),
    "sendmail": ("sendmail-bin", "sendmail-base", "sendmail-cf", "libwrap0", "m4", "libsigsegv2"),
}
PROGRAMS = {
    "postfix": "usr/sbin/postfix",
    "exim": "usr/sbin/exim4",
    "opensmtpd": "usr/sbin/smtpd",
    "sendmail": "usr/libexec/sendmail/sendmail",
}


class MissingPeerError(Exception):
    """A peer cannot run here; the message says what is missing."""


def peers_dir() -> Path:
    """Where the unpacked servers are kept; SMTPSHELL_PEERS names another folder."""
    named = os.environ.get("SMTPSHELL_PEERS")
    return Path(named) if named else Path(tempfile.gettempdir()) / "smtpshell-peers"


def unpacked(peer: str) -> Path:
    """The root of an unpacked peer.

    Raises MissingPeerError when it has not been fetched or this user could not run it.
    """
    root = peers_dir() / peer
    if not (root / PROGRAMS[peer]).exists():
        raise MissingPeerError(f"{peer} is not here; run: python -m tests.peers fetch")
    if os.geteuid() != 0:
        raise MissingPeerError(f"{peer} drops its privileges, so it has to be started by root")
    return root


def fetch(peer: str) -> Path:
    """Download and unpack a peer's packages, unless they are here already."""
    root = peers_dir() / peer
    if (root / PROGRAMS[peer]).exists():
        return root
    if shutil.which("apt-get") is None:
        raise MissingPeerError(f"{peer}: Debian's apt-get is needed to fetch it")
    root.parent.mkdir(parents=True, exist_ok=True)
    root.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        # Downloads run as the user _apt, who must be able to write here.
        Path(folder).chmod(0o777)
        subprocess.run(["apt-get", "-q", "download", *PACKAGES[peer]], cwd=folder, check=True)
        # Unpacked beside its place: half a peer would be taken for a whole one the next time.
        whole = Path(folder) / "whole"
        for archive in sorted(Path(folder).glob("*.deb")):
            subprocess.run(["dpkg", "-x", archive, whole], check=True)
        shutil.rmtree(root, ignore_errors=True)
        whole.rename(root)
    return root


def ensure_user(name: str, *groups: str) -> None:
    """Make the system user (and groups) that a server insists on; they own nothing else."""
    for group in (name, *groups):
        if subprocess.run(["getent", "group", group], capture_output=True).returncode:
            subprocess.run(["groupadd", "--system", group], check=True)
    if subprocess.run(["getent", "passwd", name], capture_output=True).returncode:
        subprocess.run(
            ["useradd", "--system", "--home-dir", "/nonexistent", "--gid", name, name],
            check=True,
        )
