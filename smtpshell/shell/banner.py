"""The first line of a session. It imports nothing, as it is printed before anything is imported."""

from __future__ import annotations

DEFAULT_PERSONALITY = "postfix-like"
DEFAULT_SEED = 7
DEFAULT_HOST = "mail.office.test"


def practice_banner(
    name: str = DEFAULT_HOST, personality: str = DEFAULT_PERSONALITY, seed: int = DEFAULT_SEED
) -> str:
    """Where one is, and that nothing can go wrong here."""
    return (
        f"practice server {name} ({personality}, seed {seed}); nothing leaves this machine."
        "  :help  F1 explains"
    )
