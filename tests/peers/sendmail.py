"""A throw-away sendmail on loopback.

It goes by the machine's name, users and hosts, so it runs in a namespace of its own, where the
machine is called after the office, asks no DNS, and has nobody but root. Debian's program belongs
to a group that it is not to run under here, and is copied for that. Its configuration is made by
m4, as every administrator's is; three lines are taken out by which clients on this machine may send
anywhere.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.peers.package import MissingPeerError, unpacked
from tests.peers.server import HOST, NAME, PASSWORD, USER, Server, certificate, free_port

CONFIGURATION = """\
divert(0)dnl
include(`{root}/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{name}')dnl
define(`ALIAS_FILE', `{folder}/aliases')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`STATUS_FILE', `{folder}/statistics')dnl
define(`HELP_FILE', `{root}/etc/mail/helpfile')dnl
define(`confPID_FILE', `{folder}/pid')dnl
define(`confTO_IDENT', `0s')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl
define(`confPRIVACY_FLAGS', `authwarnings,needmailhelo')dnl
define(`confMAX_MESSAGE_SIZE', `25000000')dnl
define(`confSERVER_CERT', `{chain}')dnl
define(`confSERVER_KEY', `{key}')dnl
define(`confCACERT', `{ca}')dnl
define(`confCACERT_PATH', `{folder}')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
define(`confAUTH_OPTIONS', `p,y')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nouucp', `reject')dnl
LOCAL_DOMAIN(`office.test')dnl
DAEMON_OPTIONS(`Port={port}, Addr={host}, Name=MTA')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""

# In the ruleset Relay_ok: who is on this machine is trusted, by address or by name.
TRUST = re.compile(r"^R(?:127\.0\.0\.1|\$=w|<\?> \$=w)\t+\$@ RELAY.*\n", re.MULTILINE)

ALIASES = "ana: /dev/null\nben: /dev/null\ndora: /dev/null\npostmaster: /dev/null\n"

# Shell text of the namespace: $1 is the folder, $2 that of the libraries, $3 the machine's name; $4
# runs $5, which knows that the password of $6 is $7.
NAMESPACE = """\
set -e
hostname "$3"
mount -t tmpfs none /run
echo "127.0.0.1 $3 localhost" > /run/hosts
echo "nameserver 127.0.0.1" > /run/resolv.conf
echo "root:x:0:0::/:/bin/sh" > /run/passwd
for list in hosts passwd aliases group; do echo "$list: files"; done > /run/nsswitch.conf
for file in hosts resolv.conf passwd nsswitch.conf; do mount --bind /run/$file /etc/$file; done
mkdir -p /etc/sasl2
mount -t tmpfs none /etc/sasl2
printf "pwcheck_method: saslauthd\\nsaslauthd_path: /run/mux\\n" > /etc/sasl2/Sendmail.conf
"$4" -I "$5" /run/mux "$6" "$7" &
cd "$1"
export LD_LIBRARY_PATH="$2"
./sendmail -C "$1/sendmail.cf" -bi
exec ./sendmail -C "$1/sendmail.cf" -bD
"""


def sendmail(folder: Path) -> Server:
    """Configure a sendmail in *folder*."""
    root = unpacked("sendmail")
    if shutil.which("unshare") is None:
        raise MissingPeerError("sendmail: unshare (util-linux) is needed to keep it apart")
    port = free_port()
    files = certificate(folder)
    (folder / "queue").mkdir(mode=0o700)
    (folder / "aliases").write_text(ALIASES)
    libraries = str(next((root / "usr/lib").glob("*-linux-gnu*")))
    values = {"root": root, "folder": folder, "name": NAME, "host": HOST, "port": port}
    source = CONFIGURATION.format(**values, **files._asdict())
    made = subprocess.run(
        [root / "usr/bin/m4", f"-D_CF_DIR_={root}/usr/share/sendmail/cf/", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
        env={"LD_LIBRARY_PATH": libraries},
    )
    (folder / "sendmail.cf").write_text(TRUST.sub("", made.stdout))
    program = shutil.copyfile(root / "usr/libexec/sendmail/sendmail", folder / "sendmail")
    program.chmod(0o755)
    command = ["unshare", "--mount", "--uts", "--propagation", "private", "sh", "-c", NAMESPACE]
    checker = [sys.executable, str(Path(__file__).with_name("saslauthd.py")), USER, PASSWORD]
    arguments = ["sh", str(folder), libraries, NAME, *checker]
    return Server("sendmail", [*command, *arguments], port, folder, env={})
