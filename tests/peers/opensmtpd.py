"""A throw-away OpenSMTPD on loopback.

Its spool, chroot and control socket have fixed places under /var and /run, so it runs in a mount
namespace of its own where those are empty file systems in memory; two empty directories are all
that stays behind. Nor does it ask anybody for the name of a client there, which would take seconds.
It speaks without TLS here: Debian 12's build signs through an OpenSSL hook that its OpenSSL refuses
("missing private key"), be the key RSA or ECDSA, and OpenSSL 3.0.20 or 3.0.22.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.peers.package import MissingPeerError, ensure_user, unpacked
from tests.peers.server import HOST, NAME, Server, free_port

CONFIGURATION = """\
table people {{ {people} }}
table boxes {{ {boxes} }}
listen on {host} port {port} hostname {name}
action "nowhere" mda "/bin/true" virtual <people>
match from any for rcpt-to <boxes> action "nowhere"
"""

PEOPLE = ("ana", "ben", "dora", "postmaster")

# Shell text of the namespace: $1 is the unpacked root, $2 the configuration file.
NAMESPACE = """\
set -e
mount -t tmpfs none /run
mkdir -p /var/lib/opensmtpd /var/spool/smtpd /usr/libexec
mount -t tmpfs none /var/lib/opensmtpd
mount -t tmpfs none /var/spool/smtpd
mkdir -p /var/lib/opensmtpd/empty
echo "nameserver 127.0.0.1" > /run/resolv.conf
mount --bind /run/resolv.conf /etc/resolv.conf
chmod 0711 /var/spool/smtpd /var/lib/opensmtpd/empty
exec "$1" -d -f "$2"
"""


def opensmtpd(folder: Path) -> Server:
    """Configure an OpenSMTPD in *folder*."""
    root = unpacked("opensmtpd")
    if shutil.which("unshare") is None:
        raise MissingPeerError("opensmtpd: unshare (util-linux) is needed to keep it apart")
    ensure_user("opensmtpd")
    ensure_user("opensmtpq")
    port = free_port()
    boxes = [f'"{who}@{domain}"' for who in PEOPLE for domain in ("office.test", NAME)]
    people = ", ".join(f'{box} = "nobody"' for box in boxes)
    text = CONFIGURATION.format(
        name=NAME, host=HOST, port=port, people=people, boxes=", ".join(boxes)
    )
    (folder / "smtpd.conf").write_text(text)
    (folder / "smtpd.conf").chmod(0o600)
    program = str(root / "usr/sbin/smtpd")
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", NAMESPACE, "sh"]
    return Server(
        "opensmtpd", [*command, program, str(folder / "smtpd.conf")], port, folder, env={}
    )
