"""What happened in the world: a letter reached a mailbox, was put off, came back.

The world writes it down, a bounded number of times; whoever wants to tell of it or to check a goal
remembers the number of the last happening it has read, and asks for those `since`.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.fact.letter import Letter
    from smtpshell.fact.watch import Moments, Watch
    from smtpshell.sandbox.world.message import StoredMessage

MOST = 256  # remembered
SAID = " said: "  # stands between a server's name and its words

# What can happen to a letter, by the names that notes and goals have for it.
KINDS = (
    "delivered",  # it is in the mailbox
    "queued",  # it waits for its way to another house
    "retried",  # the other house was tried and put it off
    "hopped",  # it was handed on from server to server, or another host had to be tried
    "bounced",  # it will not arrive; where a report goes is the mailbox
    "discarded",  # it was thrown away, and nobody is told
    "scored",  # it was given points
)


class Happening(NamedTuple):
    """One thing that happened, in the world and at its time.

    *number* counts from 1. *at* is in seconds since 1970 on the world's clock. *kind* is one of
    `KINDS`. *session* is the one that brought the letter, 0 where none did. *address* is the
    recipient it is about, *mailbox* the address of the mailbox that is reached by it, *words* are
    what a server said about it and what comes next: another's words, so not fit to be printed.
    """

    number: int
    at: float
    kind: str
    session: int
    message: "StoredMessage | None"
    mailbox: str = ""
    address: str = ""
    words: str = ""


class Happenings(deque[Happening]):
    """The last happenings, the oldest first. *number* is that of the newest, 0 before all."""

    __slots__ = ("number",)

    number: int

    def __init__(self, found: "Happenings | tuple[()]" = (), most: int = MOST) -> None:
        super().__init__(found, most)
        self.number = found.number if isinstance(found, Happenings) else 0

    def add(
        self,
        at: float,
        kind: str,
        message: "StoredMessage | None",
        mailbox: str = "",
        address: str = "",
        words: str = "",
        session: int = 0,
    ) -> None:
        """Write down what happened just now; *session* is for what has no *message*."""
        self.number = number = self.number + 1
        session = message.origin.session if message is not None else session
        # As Happening(...) would do, but in half the time: most letters bring one.
        values = (number, at, kind, session, message, mailbox, address, words)
        self.append(tuple.__new__(Happening, values))

    def since(self, number: int) -> list[Happening]:
        """What happened after the happening of this *number*, as far as it is remembered."""
        new = self.number - number
        return list(self)[-new:] if new > 0 else []

    def copy(self) -> "Happenings":
        """The same ones, to go on by itself."""
        return Happenings(self, self.maxlen or MOST)


def moments_of(happening: Happening, happenings: Happenings, watch: "Watch") -> "Moments":
    """What a *happening* is to notes and goals: a moment of *watch*.

    The facts about the letter (header.*, body, blank_line) are those of the letter as stored, so
    `header.return-path` is there too; `code` and `enhanced` are those of what a server said.
    """
    from smtpshell.smtp.reply import parse_reply

    message = happening.message
    said = happening.words.partition(SAID)[2]
    return watch.event(
        happening.kind,
        read_letter(message) if message is not None else None,
        parse_reply(said.encode("utf-8", "surrogateescape")) if said[:3].isdigit() else None,
        mailbox=happening.mailbox,
        same_message=_has_other_copy(happening, happenings),
        address=happening.address,
        words=happening.words,
        waited=happening.at - message.received if message is not None else None,
    )


def _has_other_copy(happening: Happening, happenings: Happenings) -> bool:
    """Was the same letter delivered to another mailbox as well?"""
    return happening.message is not None and any(
        one.kind == "delivered"
        and one.message is not None
        and one.message.id == happening.message.id
        and one.mailbox != happening.mailbox
        for one in happenings
    )


def read_letter(message: "StoredMessage") -> "Letter":
    """The letter as facts are asked about it, with its trace fields."""
    from smtpshell.fact.letter import Letter

    text = message.raw.removesuffix(b"\r\n").decode("utf-8", "surrogateescape")
    return Letter(text.split("\r\n"))
