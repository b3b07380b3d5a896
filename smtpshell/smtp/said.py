"""What a client's line does before any reply: it may change how the next bytes are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.smtp.change import Exchange
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.memory import Memory


LOGS_IN = frozenset({"AUTH", "X-EXPS"})
STARTS_TLS = frozenset({"STARTTLS", "X-ANONYMOUSTLS"})


def begin_exchange(command: Command) -> Exchange:
    """What AUTH asks for; an initial response is its first message (RFC 4954 4)."""
    mechanism, _, response = command.argument.partition(" ")
    return Exchange(command.mechanism or mechanism.upper(), int(bool(response.strip())), 0)


def auth(memory: Memory, command: Command) -> None:
    """AUTH: the lines that follow may be answers."""
    memory.exchange = begin_exchange(command)


def answer(memory: Memory, command: Command) -> None:
    """The answer to a 334."""
    if memory.mode is Mode.AUTH:
        memory.mode = Mode.COMMAND
    if memory.exchange is not None:
        memory.exchange = memory.exchange._replace(answers=memory.exchange.answers + 1)


def chunk(memory: Memory, command: Command) -> None:
    """BDAT: its octets follow whatever the server will say of them (RFC 3030 2)."""
    if command.chunk_size:
        memory.mode = Mode.CHUNK
        memory.chunk_octets_left = command.chunk_size


def dot(memory: Memory, command: Command) -> None:
    """The end of mail data: commands follow (RFC 5321 4.1.1.4)."""
    if memory.mode is Mode.TEXT:
        memory.mode = Mode.COMMAND


SAID: dict[str, Callable[[Memory, Command], None]] = {
    "AUTH": auth,
    "X-EXPS": auth,
    "AUTHLINE": answer,
    "BDAT": chunk,
    "DOT": dot,
}
