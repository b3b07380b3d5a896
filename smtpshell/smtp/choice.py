"""Which verbs the client may choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.smtp.order import CLEARS
from smtpshell.smtp.said import LOGS_IN, STARTS_TLS
from smtpshell.smtp.state import Mode, State, in_order
from smtpshell.smtp.table.command import COMMANDS, CommandSpec

if TYPE_CHECKING:
    from smtpshell.smtp.memory import Memory

_BY_MODE = {
    Mode.TEXT: ("TEXT", "DOT"),
    Mode.CHUNK: ("CHUNK",),
    Mode.AUTH: ("AUTHLINE",),
    Mode.TLS: (),
    Mode.ENDED: (),
}

# A server may know it and not list it (RFC 5321 4.1.1.8).
NEED_NOT_BE_LISTED = frozenset({"HELP"})


def verbs_in_order(memory: Memory) -> tuple[str, ...]:
    """See `Session.in_order`."""
    if memory.mode in _BY_MODE:
        return _BY_MODE[memory.mode]
    if memory.ahead is State.BEFORE_GREETING:
        return ()
    if memory.turned_away:
        return ("QUIT",)
    return tuple(
        verb
        for verb, spec in COMMANDS.items()
        if in_order(memory.ahead, verb)
        and is_spoken(memory, spec)
        and (not memory.bdat_failed or verb in CLEARS)
    )


def is_spoken(memory: Memory, spec: CommandSpec) -> bool:
    """Would this server, from what it has said, understand this command now?"""
    if ("lmtp" if memory.lmtp else "smtp") not in spec.protocols and (
        memory.lmtp or "lmtp" in spec.protocols
    ):
        return False
    if spec.verb in STARTS_TLS and memory.tls:
        return False
    if spec.verb in LOGS_IN and memory.auth:
        return False
    if spec.verb == "ATRN" and not memory.auth:
        return False
    if spec.extension and spec.extension not in NEED_NOT_BE_LISTED:
        return spec.extension in memory.offered
    return spec.status == "standard"
