"""`smtpshell serve`: the practice server by itself, for any client.

It listens and never calls anybody. Standard output is the log; warnings and errors go to standard
error.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.cli.collector import full_collections_seldom
from smtpshell.cli.log import OK, Log, Teller
from smtpshell.cli.serve_notice import fitting, notice, place_of
from smtpshell.cli.serve_wanted import (
    USUAL_PORT,
    USUAL_SUBMISSION_PORT,
    USUAL_TLS_PORT,
    Port,
    Wanted,
)
from smtpshell.errors import UsageError
from smtpshell.sandbox.nature.terms import Terms, User, read_user
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import MOST_OF_ONE_CLIENT, start
from smtpshell.sandbox.wire.door import is_loopback
from smtpshell.shell.script import Telling

if TYPE_CHECKING:
    from smtpshell.sandbox.nature.script import Script
    from smtpshell.sandbox.wire.certificate import ServerCertificate
    from smtpshell.sandbox.wire.witness import Hear, Heard

USERS = "SMTPSHELL_USERS"  # in the environment: NAME:PASSWORD, one a line
QUEUE_RUN = 1.0  # seconds between looks at the queue
MOST_USERS_FILE = 256 * 1024


def serve(wanted: Wanted) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit status."""
    if not wanted.host:
        raise UsageError(tr("--host wants an address"), hint=tr("without it, it is 127.0.0.1"))
    ports = (wanted.port, wanted.submission_port, wanted.tls_port, wanted.lmtp)
    if not wanted.unix and all(port is None for port in ports):
        raise UsageError(tr("with no door at all nobody could come in"))
    if wanted.script and wanted.maildir:
        raise UsageError(tr("with --script nothing is delivered, so --maildir would stay empty"))
    if (wanted.cert or wanted.key) and wanted.write_ca:
        words = tr("--write-ca is for the certificate made here; with --cert there is another")
        raise UsageError(words, hint=tr("leave one of them out"))
    return asyncio.run(_serve(wanted))


async def _serve(wanted: Wanted) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    _on_signals(loop, stop.set)
    teller = _teller(wanted)
    log: Log | None = None
    early: list[Heard] = []  # from clients that came while other doors were being opened

    def hear(heard: Heard) -> None:
        (early.append if log is None else log.hear)(heard)

    server = await _start(wanted, hear if teller is not None else None)
    try:
        if wanted.write_ca:
            write_ca(Path(wanted.write_ca), server.ca_pem)
        _announce(wanted, server, teller)
        if teller is not None:
            log = Log(teller, lambda: loop.call_soon_threadsafe(stop.set))
            for heard in early:
                log.hear(heard)
        with full_collections_seldom():
            await _until(stop, server, log)
    finally:
        await server.close()
        if log is not None:
            log.close()
    return OK if log is None else log.status


async def _until(stop: asyncio.Event, server: PracticeServer, log: Log | None) -> None:
    """Wait for the end; meanwhile what waits in the queue is tried when its time has come."""
    seen = 0
    while not stop.is_set():
        found = server.happened(seen)
        if log is not None:
            log.happened(found)
        seen = server.world.happenings.number
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), QUEUE_RUN)


def _on_signals(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, call)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(call))


async def _start(wanted: Wanted, hear: Hear | None) -> PracticeServer:
    host = "127.0.0.1" if wanted.host.lower() == "localhost" else wanted.host
    if not is_loopback(host):
        _warn(
            tr(
                "listening on {host}: whoever reaches this machine can talk to the practice"
                " server, and passwords would cross the network in clear, so AUTH is taken"
                " only under TLS",
                host=host,
            )
        )
    for path in (wanted.unix, wanted.lmtp if isinstance(wanted.lmtp, str) else ""):
        if path:
            _mind_socket(path)
    return await start(
        wanted.personality,
        scenario=wanted.scenario,
        seed=wanted.seed,
        host=host,
        port=_port(wanted.port, host, USUAL_PORT),
        submission_port=_port(wanted.submission_port, host, USUAL_SUBMISSION_PORT),
        tls_port=_port(wanted.tls_port, host, USUAL_TLS_PORT),
        lmtp_port=wanted.lmtp if isinstance(wanted.lmtp, int) else None,
        lmtp_unix=wanted.lmtp if isinstance(wanted.lmtp, str) else "",
        unix=wanted.unix,
        folders=[Path(folder) for folder in wanted.folders],
        terms=terms_of(wanted),
        most_sessions=wanted.max_connections,
        most_of_one=most_of_one(wanted, host),
        certificate=_certificate(wanted),
        maildir=Path(wanted.maildir) if wanted.maildir else None,
        script=_script(wanted),
        hear=hear,
    )


def _port(asked: Port | str, host: str, usual: int) -> Port:
    """The port to listen at; one that nobody asked for gives way to whoever has it."""
    if not isinstance(asked, str):
        return asked
    with suppress(OSError), socket.create_server((host, usual)):
        return usual
    return 0


def terms_of(wanted: Wanted) -> Terms:
    """What the owner wants of the server's nature and of its house."""
    return Terms(users(wanted), wanted.idle_timeout, wanted.max_size, wanted.keep)


def most_of_one(wanted: Wanted, host: str) -> int:
    """Sessions at a time of one client: behind loopback all clients are one address."""
    if wanted.max_per_client is not None:
        return wanted.max_per_client
    return wanted.max_connections if is_loopback(host) else MOST_OF_ONE_CLIENT


def users(wanted: Wanted) -> tuple[User, ...]:
    """Who can log in: from the command line, from a file, from the environment."""
    found = [_user(text, "--user") for text in wanted.users]
    if wanted.users_file:
        from smtpshell.datafile import read_text

        found += _users(read_text(wanted.users_file, MOST_USERS_FILE), wanted.users_file)
    return (*found, *_users(os.environ.get(USERS, ""), USERS))


def _users(text: str, source: str) -> Iterable[User]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield _user(line.strip(), f"{source}:{number}")


def _user(text: str, source: str) -> User:
    try:
        return read_user(text)
    except UsageError as error:
        raise UsageError(f"{source}: {error}", hint=error.hint) from None


def _certificate(wanted: Wanted) -> ServerCertificate | None:
    if not (wanted.cert or wanted.key):
        return None
    from smtpshell.sandbox.wire.certificate import GivenCertificate

    if not wanted.cert:
        raise UsageError(tr("--key goes with --cert"))
    return GivenCertificate(wanted.cert, wanted.key or wanted.cert)


def _script(wanted: Wanted) -> Script | None:
    if not wanted.script:
        return None
    from smtpshell.sandbox.nature.script import read_script

    return read_script(wanted.script)


def _mind_socket(path: str) -> None:
    """A socket that somebody listens at is not taken from them; a dead one may go."""
    with suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        probe.connect(path)
        raise UsageError(
            tr("a server listens at {path} already", path=path), hint=tr("choose another path")
        )


def _holds_certificate(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).startswith(b"-----BEGIN CERTIFICATE")


def write_ca(path: Path, pem: bytes) -> None:
    """Write the CA where clients can read it; what is no certificate is not written over."""
    try:
        # /dev/stdout and pipes are for writing: nothing is lost there, and reading would wait.
        if path.is_file() and not _holds_certificate(path):
            raise UsageError(
                tr("{path} is something else already", path=path), hint=tr("choose another file")
            )
        path.write_bytes(pem)
    except OSError as error:
        words = tr("cannot write {path}: {why}", path=path, why=error.strerror or error)
        raise UsageError(words, hint=tr("--write-ca wants a file that can be written")) from None


def _teller(wanted: Wanted) -> Teller | None:
    if wanted.log == "none":
        return None
    if wanted.log == "json":
        from smtpshell.cli.json_log import JsonLog

        return JsonLog(sys.stdout)
    from smtpshell.cli.text_log import TextLog, writer_on

    telling = Telling("on" if wanted.notes else "off", wanted.verbosity, wanted.plain)
    return TextLog(writer_on(sys.stdout, theme_of(wanted)), telling)


def theme_of(wanted: Wanted) -> str:
    """The colours that the log has, "" for none: they are for terminals that can show them."""
    from smtpshell.shell.launch import default_options, is_dumb

    return "" if wanted.plain or is_dumb() else wanted.theme or default_options()["theme"]


def _announce(wanted: Wanted, server: PracticeServer, teller: Teller | None) -> None:
    place = place_of(wanted, server)
    if teller is not None and hasattr(teller, "begin"):
        teller.begin(place)
        return
    lines = notice(wanted, server, place)
    sys.stdout.writelines(f"{line}\n" for line in fitting(lines, sys.stdout))
    sys.stdout.flush()


def _warn(words: str) -> None:
    lines = fitting([f"smtpshell: {tr('warning')}: {words}"], sys.stderr)
    sys.stderr.writelines(f"{line}\n" for line in lines)
    sys.stderr.flush()
