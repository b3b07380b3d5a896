"""Why a command is out of order, in words: what would have to come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.smtp.issue import problem
from smtpshell.smtp.said import LOGS_IN
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.state import EFFECTS, IN_TRANSACTION, State, in_order, table_verb
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.memory import Memory
    from smtpshell.smtp.span import Problem

# Begins a mail transaction (RFC 5321 3.3, RFC 821 3.4).
OPENS = frozenset({"MAIL", "SEND", "SOML", "SAML"})
# What is left after a failed part of a message (RFC 3030 2).
CLEARS = frozenset({"RSET", "QUIT", "EHLO", "HELO", "LHLO", "NOOP", "HELP", "VRFY", "EXPN"})

_SENDS = frozenset({"DATA", "BDAT", "BURL"})
_ODD_ONES = {
    "DOT": marked("A lone dot ends the letter; no letter is open."),
    "AUTHLINE": marked("No 334 is open that this could answer."),
    "PROXY": marked("A PROXY line comes before the server's greeting, or not at all."),
}
# Where nothing but the state matters.
_WHEREVER = {
    State.AUTH: marked("A 334 is open: answer it in base64, or cancel with a lone *."),
    State.TURNED: marked("Client and server have changed places: the other side speaks now."),
    State.ENDED: marked("The session is over, or QUIT was said: nothing can follow."),
    State.DATA: marked("Behind DATA comes the letter, and a lone dot ends it."),
}


def verb_span(command: Command) -> tuple[int, int]:
    """Where the verb stands in the line; the whole line if it has none."""
    for token in command.tokens:
        if token.kind is TokenKind.VERB:
            return token.start, token.end
    return 0, len(command.text)


def judge(memory: Memory, command: Command) -> Problem | None:
    """What is out of order about *command*, coming after all that is pending; None if nothing is.

    A verb that is in no table is judged by nobody: who knows when it would be in order.

    >>> from smtpshell.smtp.command import parse_command
    >>> from smtpshell.smtp.memory import Memory
    >>> session = Memory()
    >>> session.ahead = State.GREETED
    >>> judge(session, parse_command("DATA")).message
    'DATA needs MAIL and RCPT first.'
    """
    issue = _issue(memory, command)
    if issue is None:
        return None
    message = _missing(memory, command.verb) if issue == "out-of-order" else ""
    return problem(issue, *verb_span(command), message)


def _issue(memory: Memory, command: Command) -> str | None:
    verb, state = command.verb, memory.ahead
    if memory.turned_away and verb != "QUIT":
        return "turned-away"
    if memory.bdat_failed and state is State.BDAT and verb not in CLEARS:
        return "rset-needed"
    known = verb in COMMANDS or verb in EFFECTS
    if not known or in_order(state, table_verb(verb, command.last)):
        return None
    if state is State.BEFORE_GREETING:
        return "early-talk"
    if state is State.TLS:
        return "plaintext-after-starttls"
    if state in IN_TRANSACTION and verb in LOGS_IN:
        return "auth-in-transaction"
    return "out-of-order"


def _missing(memory: Memory, verb: str) -> str:
    state = memory.ahead
    if verb in _ODD_ONES:
        return _ODD_ONES[verb]
    if state in _WHEREVER:
        return _WHEREVER[state]
    if state is State.CONNECTED:
        hello = "LHLO" if memory.lmtp else "EHLO"
        return marked(
            "{verb} needs a greeting first: {hello} and your host name.", verb=verb, hello=hello
        )
    if state in IN_TRANSACTION:
        return _in_transaction(memory, verb)
    if verb == "RCPT":
        return marked("RCPT needs MAIL first.")
    if verb in _SENDS:
        return marked("{verb} needs MAIL and RCPT first.", verb=verb)
    return marked("{verb} is in order only once there is a recipient.", verb=verb)


def _in_transaction(memory: Memory, verb: str) -> str:
    if verb in OPENS:
        return marked("A mail transaction is open already: finish it, or drop it with RSET.")
    if memory.ahead is State.MAIL and verb in _SENDS:
        if memory.refused:
            return marked("{verb} needs an accepted RCPT; all so far were refused.", verb=verb)
        return marked("{verb} needs an accepted RCPT first.", verb=verb)
    if memory.ahead is State.BDAT and verb == "DATA":
        return marked("The message has begun in parts and must go on so; RSET drops it.")
    if memory.ahead is State.BDAT and verb == "RCPT":
        return marked("All recipients come before the first part of the message.")
    return marked(
        "{verb} has no place inside a mail transaction: finish it, or drop it with RSET.", verb=verb
    )
