"""The first line of a session. It imports next to nothing, as it is printed before all else."""

from __future__ import annotations

import os

from smtpshell.catalogue import marked, tr

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from smtpshell.net.target import Target

DEFAULT_PERSONALITY = "postfix-like"
DEFAULT_SEED = 7
DEFAULT_HOST = "mail.office.test"
HELP = marked(":help  F1 explains")


def practice_banner(
    name: str = DEFAULT_HOST, personality: str = DEFAULT_PERSONALITY, seed: int = DEFAULT_SEED
) -> str:
    """Where one is, and that nothing can go wrong here."""
    where = tr(
        "practice server {name} ({personality}, seed {seed});",
        name=name,
        personality=personality,
        seed=seed,
    )
    return fitted(where, tr("nothing leaves this machine."), tr(HELP))


def live_banner(target: Target) -> str:
    """Whom one talks to, and that it counts."""
    if is_loopback(target.host):
        return fitted(tr("server {target} on this machine.", target=target), tr(HELP))
    return fitted(
        tr("REAL SERVER {target}:", target=target), tr("mail you send is real."), tr(HELP)
    )


def is_loopback(host: str) -> bool:
    """Does *host*, as it was named, mean this machine?"""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return name == "::1" or (name.startswith("127.") and name.replace(".", "").isdigit())


def fitted(*parts: str) -> str:
    """*parts* on one row of the terminal, or on as few as they fit."""
    try:
        columns = os.get_terminal_size(1).columns
    except OSError:
        columns = 0
    rows = [parts[0]]
    for part in parts[1:]:
        gap = "  " if part == tr(HELP) else " "
        if 0 < columns < len(rows[-1]) + len(gap) + len(part):
            rows.append(part)
        else:
            rows[-1] += gap + part
    return "\n".join(rows)
