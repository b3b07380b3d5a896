"""What an event did to a session, and what was out of order about it."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.

from typing import NamedTuple

from smtpshell.smtp.command import Command
from smtpshell.smtp.envelope import Recipient
from smtpshell.smtp.reply import Reply
from smtpshell.smtp.span import Problem
from smtpshell.smtp.state import State


class Change(NamedTuple):
    """What one event did to a session.

    *command* is the command said, or the one that *reply* answers; None for the greeting, for a
    reply nobody asked for and for events that are neither. *problems* tells what was out of order;
    the spans count in the event's own text: the command's, the first line of the reply, the bytes
    left behind. *recipient* is the one an LMTP server's verdict is about (RFC 2033 4.2).

    *transaction* is the number of the mail transaction the event belongs to, 0 for none. Numbers
    are given out when MAIL is *said* while none is open: the commands behind it, pipelined or not,
    and the replies to all of them have the same one, up to what ends the transaction (the dot's
    last reply, RSET, EHLO, QUIT) or, if the MAIL was refused, up to its reply.
    """

    command: Command | None
    reply: Reply | None
    before: State
    after: State
    problems: tuple[Problem, ...] = ()
    transaction: int = 0
    recipient: Recipient | None = None


class Exchange(NamedTuple):
    """An AUTH exchange under way (RFC 4954 4): which mechanism, how many messages so far."""

    mechanism: str  # as a registered name, in capitals
    answers: int  # messages of the client, an initial response among them
    challenges: int  # 334 replies
