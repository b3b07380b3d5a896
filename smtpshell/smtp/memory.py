"""What a session remembers, and what makes it forget. `session` says how it comes about."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from smtpshell.smtp.envelope import BLANK, Envelope, Recipient
from smtpshell.smtp.state import IN_TRANSACTION, Mode, State

if TYPE_CHECKING:
    from typing import Self

    from smtpshell.smtp.change import Exchange
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.parameter import Parameter
    from smtpshell.smtp.path import Path

NOTHING_OFFERED: Mapping[str, tuple[str, ...]] = MappingProxyType({})

HELLO = frozenset({"EHLO", "HELO", "LHLO"})
_LATELY = 100  # commands; more than anybody has pending who does not mean to keep us busy

_PHASES = {
    State.BEFORE_GREETING: "connected",
    State.TLS: "connected",
    State.AUTH: "greeted",
    State.BDAT: "data",
}


class Memory:
    """The memory of a session; equal to another one if the same may follow from both."""

    __slots__ = (
        "_envelope",
        "accepted",
        "ahead",
        "auth",
        "auth_mechanism",
        "bdat_failed",
        "chunk_octets_left",
        "client_name",
        "ehlo_since_tls",
        "errors_in_row",
        "esmtp",
        "exchange",
        "greeted_by_server",
        "hello_accepted",
        "lmtp",
        "mail_parameters",
        "messages",
        "mode",
        "numbers_given",
        "offered",
        "offered_before_tls",
        "out_of_step",
        "prdr",
        "queue",
        "refused",
        "resume",
        "reverse_path",
        "state",
        "tls",
        "turned_away",
        "verdicts_given",
        "verdicts_good",
    )

    def __init__(self, *, lmtp: bool = False, tls: bool = False) -> None:
        self.lmtp = lmtp
        self.tls = tls
        self.state = State.BEFORE_GREETING
        self.mode = Mode.COMMAND
        self.greeted_by_server = False
        self.turned_away = False  # by the greeting: only QUIT is in order (RFC 5321 3.1)
        self.out_of_step = False  # replies came that nobody asked for: pairs may be wrong
        self.messages = 0  # the server took responsibility for
        self.errors_in_row = 0  # 4yz and 5yz since the last good reply
        self.ehlo_since_tls = False
        self.offered_before_tls = NOTHING_OFFERED
        self.numbers_given = 0  # to mail transactions
        self.queue: deque[tuple[Command, int]] = deque()  # said, not answered; transaction number
        self.ahead = State.BEFORE_GREETING  # the state once the queue has been answered well
        self.resume = State.GREETED  # where an AUTH exchange was begun
        self.chunk_octets_left = 0
        self.forget()

    def forget(self) -> None:
        """Know nothing of each other again, as after STARTTLS (RFC 3207 4.2)."""
        self.esmtp = False
        self.hello_accepted = False
        self.client_name: str | None = None
        self.offered = NOTHING_OFFERED
        self.auth = False
        self.auth_mechanism: str | None = None
        self.exchange: Exchange | None = None
        self.drop_envelope()

    def drop_envelope(self) -> None:
        """Forget the mail transaction and what there was of its message."""
        self._envelope: Envelope | None = BLANK
        self.reverse_path: Path | None = None
        self.mail_parameters: tuple[Parameter, ...] = ()
        self.accepted: list[Recipient] = []
        self.refused: list[Recipient] = []
        self.bdat_failed = False  # RSET must clear it (RFC 3030 2)
        self.prdr = False  # after 353: verdicts for each recipient, as in LMTP, and one for all
        self.verdicts_given = 0  # replies to the end of the message that were about one recipient
        self.verdicts_good = 0

    def open_envelope(self, path: Path | None, parameters: tuple[Parameter, ...]) -> None:
        """Begin a mail transaction with this reverse-path."""
        self.drop_envelope()
        self.reverse_path = path
        self.mail_parameters = parameters
        self._envelope = None

    def judge_recipient(self, recipient: Recipient, accepted: bool) -> None:
        """Put *recipient* on the envelope, or among those that were refused."""
        (self.accepted if accepted else self.refused).append(recipient)
        self._envelope = None

    def read_as(self, mode: Mode) -> None:
        """From now on the client's bytes are read like this, whatever was announced before."""
        self.mode = mode
        self.chunk_octets_left = 0

    def end(self) -> None:
        """Nothing that is said from now on is part of the session."""
        self.state = self.ahead = State.ENDED
        self.read_as(Mode.ENDED)
        self.exchange = None
        self.drop_envelope()

    def copy(self) -> Self:
        """A session that goes on from here by itself; neither notices what the other is told."""
        twin = object.__new__(type(self))
        for name in Memory.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.queue = self.queue.copy()
        twin.accepted = self.accepted.copy()
        twin.refused = self.refused.copy()
        return twin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Memory) and _everything(self) == _everything(other)

    __hash__ = None  # type: ignore[assignment]  # it changes while it is looked at

    @property
    def envelope(self) -> Envelope:
        """What stands on the envelope of the open mail transaction; a blank one if none is."""
        if self._envelope is None:
            self._envelope = Envelope(
                self.reverse_path, self.mail_parameters, tuple(self.accepted), tuple(self.refused)
            )
        return self._envelope

    @property
    def pending(self) -> tuple[Command, ...]:
        """What the client has said and the server has not answered yet, oldest first."""
        return tuple(command for command, _ in self.queue)

    @property
    def hello_pending(self) -> bool:
        """Was EHLO, HELO or LHLO said and not answered yet, so that `offered` may be outdated?"""
        lately = islice(reversed(self.queue), _LATELY)
        return any(command.verb in HELLO for command, _ in lately)

    @property
    def expected(self) -> State:
        """The state once all that is pending has been answered well."""
        return self.ahead

    @property
    def transaction(self) -> int:
        """Number of the mail transaction that is open or being opened, 0 for none."""
        state = self.resume if self.ahead is State.AUTH else self.ahead
        return self.numbers_given if state in IN_TRANSACTION else 0

    @property
    def phase(self) -> str:
        """The state as notes and goals see it: "connected", "greeted", "mail", "rcpt", "data".

        A session that is over, or whose sides have changed places, is in none of these: "ended",
        "turned".
        """
        return _PHASES.get(self.state) or self.state.value


_everything = attrgetter(*(name for name in Memory.__slots__ if name != "_envelope"))
