"""A throw-away Postfix on loopback: local people, STARTTLS, AUTH; nothing leaves the machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.peers.package import ensure_user, unpacked
from tests.peers.server import HOST, NAME, PASSWORD, USER, Server, certificate, free_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
meta_directory = {root}/etc/postfix
shlib_directory = {root}/usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
import_environment = MAIL_CONFIG LD_LIBRARY_PATH PATH
myhostname = {name}
mydestination = office.test, {name}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
local_transport = discard:
default_transport = discard:
relay_transport = discard:
alias_maps =
local_recipient_maps = inline:{{ ana=ok, ben=ok, dora=ok, postmaster=ok }}
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_auth_only = yes
# What newer ones do by themselves:
smtpd_forbid_bare_newline = normalize
smtpd_forbid_unauth_pipelining = yes
# What our own one does, for the sake of who types letters outside ASCII:
strict_smtputf8 = yes
maillog_file = {folder}/data/mail.log
maillog_file_prefixes = {folder}
"""

SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
auth unix - n n - 0 spawn user=nobody argv={python} -I {login} {user} {{{password}}}
"""

# Postfix runs what asks for passwords as the user "nobody", who can enter no virtual environment.
SYSTEM_PYTHON = "/usr/bin/python3"

QUEUES = (
    "active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved "
    "trace"
)


def postfix(folder: Path) -> Server:
    """Configure a Postfix in *folder* (which its own user must be able to enter)."""
    root = unpacked("postfix")
    ensure_user("postfix", "postdrop")
    files = certificate(folder)
    port = free_port()
    values = {"root": root, "folder": folder, "name": NAME, "port": port}
    main = MAIN.format(**values, chain=files.chain, key=files.key)
    (folder / "main.cf").write_text(main)
    login = Path(shutil.copy(Path(__file__).with_name("dovecot.py"), folder))
    values |= {"python": SYSTEM_PYTHON, "login": login, "user": USER, "password": PASSWORD}
    (folder / "master.cf").write_text(SERVICES.format(**values))
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    _make_spool(folder / "spool")
    library = str(root / "usr/lib/postfix")
    command = [str(root / "usr/lib/postfix/sbin/master"), "-d", "-c", str(folder)]
    env = {"LD_LIBRARY_PATH": library, "MAIL_CONFIG": str(folder)}
    assert HOST in (folder / "master.cf").read_text()
    return Server("postfix", command, port, folder, env=env)


def _make_spool(spool: Path) -> None:
    """The queue directories with the owners that postfix(1) would give them."""
    spool.mkdir()
    for queue in QUEUES.split():
        directory = spool / queue
        directory.mkdir(mode=0o700)
        if queue != "pid":
            shutil.chown(directory, "postfix")
    for queue, mode in (("public", 0o710), ("maildrop", 0o730)):
        shutil.chown(spool / queue, "postfix", "postdrop")
        (spool / queue).chmod(mode)
    (spool / "pid").chmod(0o755)
