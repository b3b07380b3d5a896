"""What the reply to each kind of command does besides moving the state.

One function a kind of command. Each is called when its reply has come and the state has moved by
the table, and may put right what a table cannot know. *before* is the state before the reply.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.smtp.change import Exchange
from smtpshell.smtp.envelope import Recipient
from smtpshell.smtp.issue import problem
from smtpshell.smtp.memory import NOTHING_OFFERED
from smtpshell.smtp.said import LOGS_IN, begin_exchange
from smtpshell.smtp.state import IN_TRANSACTION, Mode, State

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.memory import Memory
    from smtpshell.smtp.reply import Reply
    from smtpshell.smtp.span import Problem

    Handler = Callable[[Memory, Command, Reply, State], "tuple[Problem, ...]"]


def hello(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """EHLO, HELO, LHLO: who is speaking, and what the server offers (RFC 5321 4.1.1.1)."""
    if reply.digit != 2:
        return ()
    memory.esmtp = command.verb != "HELO"
    memory.hello_accepted = True
    memory.turned_away = False
    memory.client_name = command.host
    memory.offered = reply.keywords() if memory.esmtp else NOTHING_OFFERED
    memory.ehlo_since_tls = memory.tls and memory.esmtp
    if memory.tls and "STARTTLS" in memory.offered:
        return (problem("starttls-offered-in-tls", 0, 0),)
    return ()


def mail(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """MAIL and its relatives: a new envelope (RFC 5321 4.1.1.2)."""
    if reply.digit == 2:
        if before in IN_TRANSACTION:  # the server took a nested MAIL, which begins another one
            memory.numbers_given += 1
        memory.open_envelope(command.path, command.parameters)
    return ()


def rcpt(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """RCPT: a verdict of its own for each recipient (RFC 5321 4.1.1.3)."""
    digit = reply.digit
    if digit == 2 or (digit >= 4 and before in IN_TRANSACTION):
        recipient = Recipient(command.path, command.parameters, reply)
        memory.judge_recipient(recipient, digit == 2)
    if before is State.BDAT:
        memory.state = State.BDAT
    return ()


def data(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """DATA: after 354 the client's lines are the message, up to the lone dot (RFC 5321 4.1.1.4)."""
    if reply.digit != 3:
        return ()
    memory.read_as(Mode.TEXT)
    swallowed = 0
    while memory.queue and memory.mode is Mode.TEXT:
        early, number = memory.queue.popleft()
        swallowed += 1
        if early.text == ".":
            memory.queue.appendleft((early._replace(verb="DOT"), number))
            memory.read_as(Mode.COMMAND)
    memory.exchange = _next_exchange(memory)
    return (problem("swallowed-as-text", 0, 0),) if swallowed else ()


def dot(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """The end of mail data: with 2yz the server has taken the message (RFC 5321 4.1.1.4).

    Whatever else the reply may be, the letter is over.
    """
    if before is State.DATA:
        memory.state = State.GREETED
    if reply.digit == 2:
        memory.messages += 1
    return ()


# Without recipients a part is not run, whatever the code (554 in LMTP and elsewhere).
_WITH_RECIPIENTS = frozenset({State.RCPT, State.BDAT})


def part(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """BDAT and BURL: a part of the message (RFC 3030 2, RFC 4468 3)."""
    code = reply.code or 0
    if code in (500, 502) and memory.mode is Mode.CHUNK:
        # The server has no idea of BDAT, so it will take the octets for commands.
        memory.read_as(Mode.COMMAND)
    if 500 <= code <= 504 or (code >= 400 and before not in _WITH_RECIPIENTS):
        memory.state = before  # not run at all: the message is what it was
    elif reply.digit >= 4:
        memory.bdat_failed = not command.last
    elif reply.digit == 2 and command.last:
        memory.messages += 1
    return ()


def starttls(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """STARTTLS: after 220 both sides shake hands; what was said in clear behind it is lost.

    Another 2yz is no invitation (RFC 3207 4): a client that shook hands on it would talk TLS to a
    server that waits for commands.
    """
    if reply.code != 220:
        memory.state = before
        return ()
    memory.read_as(Mode.TLS)
    if not memory.queue:
        return ()
    memory.queue.clear()
    memory.exchange = None
    return (problem("plaintext-after-starttls", 0, 0),)


def auth(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """AUTH and the lines that answer its 334 (RFC 4954 4)."""
    exchange = memory.exchange or Exchange("", 0, 0)
    if command.verb in LOGS_IN:
        memory.resume = before
        exchange = begin_exchange(command)
    if reply.digit == 3:
        memory.read_as(Mode.AUTH)
        exchange = exchange._replace(challenges=exchange.challenges + 1)
        if memory.queue:  # said too early, so it is read as the answer
            early, number = memory.queue.popleft()
            memory.queue.appendleft((early._replace(verb="AUTHLINE"), number))
            memory.read_as(Mode.COMMAND)
            exchange = exchange._replace(answers=exchange.answers + 1)
        memory.exchange = exchange
        return ()
    if reply.digit == 2:
        memory.auth = True
        memory.auth_mechanism = exchange.mechanism
    memory.exchange = _next_exchange(memory)
    memory.state = memory.resume if before is State.AUTH else before
    return ()


def _next_exchange(memory: Memory) -> Exchange | None:
    """What is left of exchanges that were asked for too early."""
    for command, _ in memory.queue:
        if command.verb in LOGS_IN:
            return begin_exchange(command)
    return None


def turn(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """TURN and ATRN: the client is the server now (RFC 2645 5.2.1)."""
    if reply.digit == 2:
        memory.read_as(Mode.ENDED)
    return ()


def xclient(memory: Memory, command: Command, reply: Reply, before: State) -> tuple[Problem, ...]:
    """XCLIENT: with another client the session begins anew (Postfix XCLIENT_README)."""
    if reply.digit == 2:
        memory.forget()
    return ()


HANDLERS: dict[str, Handler] = {
    "EHLO": hello,
    "HELO": hello,
    "LHLO": hello,
    "MAIL": mail,
    "SEND": mail,
    "SOML": mail,
    "SAML": mail,
    "RCPT": rcpt,
    "DATA": data,
    "DOT": dot,
    "BDAT": part,
    "BURL": part,
    "STARTTLS": starttls,
    "X-ANONYMOUSTLS": starttls,
    "AUTH": auth,
    "X-EXPS": auth,
    "AUTHLINE": auth,
    "TURN": turn,
    "ATRN": turn,
    "XCLIENT": xclient,
}
