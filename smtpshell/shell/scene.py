"""What the pure parts of the prompt look at: completion, suggestion, hint and remarks.

They take a scene and a typed line and give values, so they are tested as tables, without a
terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.shell.letter import LetterSoFar
    from smtpshell.smtp.session import Session

Meaning = Callable[[str, str], str]


def no_meaning(kind: str, key: str) -> str:
    """Where the words are not loaded."""
    return ""


class Scene(NamedTuple):
    """The moment at which a line is typed.

    *names* are what the client may call itself in EHLO, *senders* and *mailboxes* addresses that
    make sense here, each with a word about it. *meaning* gives the one-line words about a row of a
    table (kind, key), "" if there are none. *where* is "practice", "loopback" or "live".
    """

    session: Session
    meaning: Meaning = no_meaning
    names: tuple[tuple[str, str], ...] = ()
    senders: tuple[tuple[str, str], ...] = ()
    mailboxes: tuple[tuple[str, str], ...] = ()
    where: str = "practice"
    letter: LetterSoFar | None = None
    challenge: str = ""  # what the last 334 asked, as it came
    waiting: str = ""  # the command whose reply is due, "" if none is
    queued: int = 0
    connected: bool = True
    wants_tls: bool = False  # the learner asked for STARTTLS; in clear only on their word

    @property
    def offered(self) -> Mapping[str, tuple[str, ...]]:
        return self.session.offered

    def offers(self, extension: str) -> bool:
        """Did the latest EHLO reply offer this? Commands without an extension are always there."""
        return not extension or extension in self.session.offered
