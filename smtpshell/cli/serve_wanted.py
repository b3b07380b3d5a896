"""What the command line of `smtpshell serve` asks for."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation anew.
from typing import NamedTuple

from smtpshell.sandbox.start import MOST_SESSIONS

USUAL_PORT, USUAL_SUBMISSION_PORT, USUAL_TLS_PORT = 2525, 2587, 2465

Port = int | None


class Wanted(NamedTuple):
    """What the command line asks for. A port of 0 is any free one, "usual" ours if it is free."""

    personality: str = "postfix-like"
    scenario: str | None = None
    seed: int = 7
    folders: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: Port | str = "usual"
    submission_port: Port | str = "usual"
    tls_port: Port | str = "usual"
    lmtp: int | str | None = None
    unix: str = ""
    users: tuple[str, ...] = ()
    users_file: str = ""
    cert: str = ""
    key: str = ""
    write_ca: str = ""
    idle_timeout: float | None = None
    max_size: int | None = None
    keep: int = 0
    max_connections: int = MOST_SESSIONS
    max_per_client: int | None = None
    maildir: str = ""
    script: str = ""
    log: str = "text"
    notes: bool = True
    verbosity: str = "normal"
    plain: bool = False
    theme: str = ""
