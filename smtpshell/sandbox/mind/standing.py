"""How the server stands with a client: all that a judgement on the next command depends on.

Why the practice server remembers its own judgements
====================================================

Reading a line costs 10 to 40 microseconds here and watching it go by with `smtp.session` another
two, but a server that is to keep pace with C has two in all. So judging is a pure function of the
line and of this small frozen value, and its outcome, a `Move`, is kept: the same line in the same
standing gets the same move, in this session and every other one at that door. The machine that
answers on the hot path is a state machine whose transitions are drawn when they are first needed.

The next standing's state comes from `smtp.state.TRANSITIONS`, the one table there is; that a
session watching from outside arrives at the same state after every reply is a test.

What would make the outcome depend on more than this (a rule with a counter, a chunk, a password)
is not kept; `Verdict.lasting` says so.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.smtp.state import IN_TRANSACTION, State, after, in_order, table_verb

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.sandbox.nature.rule import Rule
    from smtpshell.sandbox.world.world import Route
    from smtpshell.smtp.command import Command

NO_VALUES: Mapping[str, str] = MappingProxyType({})


class Standing(NamedTuple):
    """One client's standing; what stands from utf8 on is forgotten with the mail transaction."""

    state: State
    greeted: bool = False  # a hello was accepted
    esmtp: bool = False  # and it was EHLO or LHLO
    tls: bool = False
    user: str = ""  # who has logged in
    bad_name: bool = False  # the name in EHLO is one that will be held against the client
    spent: bool = False  # no further transaction in this session
    utf8: bool = False  # SMTPUTF8 was asked for
    binary: bool = False  # BODY=BINARYMIME
    refused: bool = False  # a recipient was refused
    crowd: bool = False  # no further recipient
    broken: bool = False  # a chunk was refused

    def after(
        self,
        command: "Command",
        code: int,
        changes: Mapping[str, Any],
        *,
        letter_judged: bool = False,
    ) -> "Standing":
        """The standing once *command* was answered with this reply *code*.

        *letter_judged*: it is the verdict on a letter, which has come to its end with that.
        """
        verb = table_verb(command.verb, command.last)
        state = after(self.state, verb, code // 100)
        # What was refused because it was out of order, or not run at all, moves nothing.
        if code >= 400 and not in_order(self.state, verb):
            state = self.state
        if command.verb == "BDAT" and 500 <= code <= 504 and not letter_judged:
            state = self.state
        then = self._replace(state=state, **changes)
        if state is State.GREETED and not then.greeted:
            then = then._replace(state=State.CONNECTED)
        if state not in IN_TRANSACTION:
            then = then._replace(utf8=False, binary=False, refused=False, crowd=False, broken=False)
        return then


class Verdict(NamedTuple):
    """What a judge arrives at.

    *values* fill the gaps of the reply and *more* are further lines of it. *detail* adds to the
    reason. *accepted* is done if the reply lets the command through, and *changes* made to the
    standing; *refused* is done if it does not. *address* is that of MAIL or RCPT, *route* where it
    leads. *junk*: the command brings no letter nearer. *answer* is given in place of what the
    situation is answered with. *look* has another look, at what is not in the standing.
    """

    situation: str
    values: Mapping[str, str] = NO_VALUES
    detail: str = ""
    accepted: "Effect | None" = None
    changes: Mapping[str, Any] = NO_VALUES
    refused: "Effect | None" = None
    more: tuple[str, ...] = ()
    route: "Route | None" = None
    address: str = ""
    junk: bool = False
    lasting: bool = True
    answer: "Answer | None" = None
    look: "Look | None" = None


class Move(NamedTuple):
    """A judgement made whole: the reply as it goes out, what is done, where it leads.

    *alone*: nothing may have come in behind the command (RFC 2920 3.1). *heavy*: there is more to
    do than to send the reply, because it is a refusal, ends the session or takes its time. *fired*
    are the rules that had a say in it.
    """

    command: "Command"
    answer: "Answer"
    wire: bytes
    seat: "Seat"
    effect: "Effect | None" = None
    alone: bool = False
    heavy: bool = False
    junk: bool = False
    detail: str = ""
    route: "Route | None" = None
    address: str = ""
    fired: "tuple[Rule, ...]" = ()


class Seat:
    """A standing and the moves that are known from it."""

    __slots__ = ("after_letter", "greeted", "light", "moves", "standing", "unasked")

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.moves: dict[bytes, Move] = {}  # by line, with its CRLF
        # Those that are not heavy, taken apart: to ask a move for four of its values takes 100 ns.
        # The last one is the entry in the record.
        self.light: dict[bytes, tuple[Move, bytes, Seat, Effect | None, bytes]] = {}
        self.unasked: dict[str, Move] = {}  # what the server says of its own accord
        # Where it leads to be greeted, and where the lone dot does, which is no line.
        self.greeted: Seat | None = None
        self.after_letter: Seat | None = None


Effect = Callable[["Desk", Move], None]
Look = Callable[["Desk", Verdict], Verdict]
Judge = Callable[["Part", Standing, "Command"], Verdict]
