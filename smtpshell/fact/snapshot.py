"""How a session stood before an event, kept light: one tuple an event."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.smtp.session import Session


class Snapshot(NamedTuple):
    """The facts `state.*`, under their own names."""

    phase: str = "connected"
    tls: bool = False
    auth: bool = False
    esmtp: bool = False
    rcpts_ok: int = 0
    rcpts_refused: int = 0
    messages: int = 0
    errors_in_row: int = 0
    ehlo_since_tls: bool = False
    greeted_by_server: bool = False
    lmtp: bool = False
    pending: int = 0
    sender: tuple[str, ...] = ()  # one, if there is an envelope
    recipients: tuple[str, ...] = ()


START = Snapshot()  # nothing said yet


def take_snapshot(session: "Session") -> Snapshot:
    """How *session* stands now."""
    return Snapshot(
        session.phase,
        session.tls,
        session.auth,
        session.esmtp,
        len(session.accepted),
        len(session.refused),
        session.messages,
        session.errors_in_row,
        session.ehlo_since_tls,
        session.greeted_by_server,
        session.lmtp,
        len(session.queue),
        *_envelope(session),
    )


def _envelope(session: "Session") -> tuple[tuple[str, ...], tuple[str, ...]]:
    envelope = session.envelope
    path = envelope.reverse_path
    sender = () if path is None else (path.mailbox,)
    accepted = tuple(one.path.mailbox for one in envelope.accepted if one.path is not None)
    return sender, accepted
