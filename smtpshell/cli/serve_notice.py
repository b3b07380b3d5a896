"""What `smtpshell serve` says first: where it is to be found, and who lives there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from smtpshell.catalogue import marked, tr
from smtpshell.cli.serve_wanted import (
    USUAL_PORT,
    USUAL_SUBMISSION_PORT,
    USUAL_TLS_PORT,
    Port,
    Wanted,
)
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.sandbox.server import PracticeServer

_USUAL = {"port": USUAL_PORT, "submission_port": USUAL_SUBMISSION_PORT, "tls_port": USUAL_TLS_PORT}
_DOORS = (
    ("port", marked("SMTP, STARTTLS")),
    ("submission_port", marked("submission, STARTTLS")),
    ("tls_port", marked("submission, TLS at once")),
    ("lmtp_port", "LMTP"),
    ("unix", "SMTP"),
    ("lmtp_unix", "LMTP"),
)


def place_of(wanted: Wanted, server: PracticeServer) -> dict[str, Any]:
    """What a client has to know, as the first line of the JSON log has it."""
    return {
        "host": "127.0.0.1" if wanted.host.lower() == "localhost" else wanted.host,
        "port": server.port or None,
        "submission_port": server.submission_port,
        "tls_port": server.tls_port,
        "lmtp_port": server.lmtp_port,
        "unix": os.path.abspath(wanted.unix) if wanted.unix else None,
        "lmtp_unix": os.path.abspath(wanted.lmtp) if isinstance(wanted.lmtp, str) else None,
        "personality": server.personality.id,
        "scenario": server.world.scenario.id,
        "seed": server.seed,
        "ca": os.path.abspath(wanted.write_ca) if wanted.write_ca else None,
        "pid": os.getpid(),
    }


def fitting(lines: Iterable[str], out: TextIO) -> Iterable[str]:
    """*lines* as they may be shown; a terminal is not left to cut words in two."""
    from smtpshell.cli.words import folded

    for line in lines:
        line = printable(line)
        yield from folded(line) if out.isatty() else [line]


def notice(wanted: Wanted, server: PracticeServer, place: Mapping[str, Any]) -> Iterable[str]:
    """Where the *server* is to be found, for people; *place* is the same for programs."""
    what = tr("script {file}", file=wanted.script) if wanted.script else place["personality"]
    yield tr(
        "Practice server {name} ({what}, seed {seed}). It never relays.",
        name=server.name,
        what=what,
        seed=place["seed"],
    )
    for key, words in _DOORS:
        if place[key]:
            at = place[key]
            if "unix" not in key:
                at = tr("{address} port {port}", address=place["host"], port=at)
            yield f"  {at}  {tr(words)}{_instead_of(wanted, key, place[key])}"
    if wanted.write_ca:
        yield f"  {place['ca']}  {tr('the CA to trust')}"
    elif not wanted.cert:
        yield "  " + tr(
            "The certificate is from a CA made just now; --write-ca FILE writes that down."
        )
    if wanted.maildir:
        yield f"  {wanted.maildir}  {tr('mail is kept there')}"
    people = server.world.scenario.people.items()
    names = [name for name, person in people if person.has_mailbox]
    if not wanted.script:
        domain = server.world.scenario.domains[0]
        yield "  " + tr("Mailboxes at {domain}: {names}", domain=domain, names=", ".join(names))
    yield tr("Ctrl-C ends it.")


def _instead_of(wanted: Wanted, key: str, port: Port | str) -> str:
    """That the port is not the one that clients were told to use, as somebody else has that."""
    usual = _USUAL.get(key)
    if usual in (None, port) or getattr(wanted, key) != "usual":
        return ""
    return " " + tr("({port} was taken)", port=usual)
