"""A throw-away Exim on loopback: local people, STARTTLS, AUTH PLAIN and LOGIN, mail discarded."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.peers.package import ensure_user, unpacked
from tests.peers.server import HOST, NAME, PASSWORD, USER, Server, certificate, free_port

CONFIGURATION = """\
primary_hostname = {name}
exim_path = {root}/usr/sbin/exim4
keep_environment =
spool_directory = {folder}/spool
log_file_path = {folder}/spool/log/%slog
exim_user = Debian-exim
exim_group = Debian-exim
never_users = root
local_interfaces = <; [{host}]:{port}
domainlist local_domains = office.test : {name}
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {chain}
tls_privatekey = {key}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept

begin acl
check_rcpt:
  accept authenticated = *
  accept domains = +local_domains
         local_parts = ana : ben : dora : postmaster
  deny   domains = +local_domains
         message = no such user here
  deny   message = relay not permitted

begin routers
everybody:
  driver = accept
  transport = nowhere

begin transports
nowhere:
  driver = appendfile
  file = /dev/null
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
"""


def exim(folder: Path) -> Server:
    """Configure an Exim in *folder* (which its own user must be able to enter)."""
    root = unpacked("exim")
    ensure_user("Debian-exim")
    files = certificate(folder)
    for file in (files.chain, files.key):
        shutil.chown(file, "Debian-exim")
    port = free_port()
    for name in ("spool", "spool/log", "spool/db", "spool/input"):
        (folder / name).mkdir()
        shutil.chown(folder / name, "Debian-exim", "Debian-exim")
    values = {"root": root, "folder": folder, "name": NAME, "host": HOST, "port": port}
    text = CONFIGURATION.format(
        **values, chain=files.chain, key=files.key, user=USER, password=PASSWORD
    )
    # Debian's Exim reads another configuration as root only from a root-owned file.
    (folder / "exim.conf").write_text(text)
    command = [str(root / "usr/sbin/exim4"), "-bdf", "-C", str(folder / "exim.conf")]
    return Server("exim", command, port, folder, env={})
