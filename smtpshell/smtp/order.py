"""Why a command is out of order, in words: what would have to come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.smtp.issue import problem
from smtpshell.smtp.state import EFFECTS, IN_TRANSACTION, State, in_order, table_verb
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.span import Problem

# Begins a mail transaction (RFC 5321 3.3, RFC 821 3.4).
OPENS = frozenset({"MAIL", "SEND", "SOML", "SAML"})
_SENDS = frozenset({"DATA", "BDAT", "BDAT LAST", "BURL", "BURL LAST"})

# Where nothing but the state matters.
_WHEREVER = {
    State.AUTH: "A 334 is open: answer it in base64, or cancel with a lone *.",
    State.TURNED: "Client and server have changed places: the other side speaks now.",
    State.ENDED: "The session is over, or QUIT was said: nothing can follow.",
    State.DATA: "The letter is not finished: a lone dot ends it.",
    State.CONNECTED: "needs a greeting first: {hello} and your host name.",
}


def out_of_order(state: State, command: Command, *, lmtp: bool = False) -> Problem | None:
    """What is wrong with *command* in *state*, or None if it is in order or not known at all.

    >>> from smtpshell.smtp.command import parse_command
    >>> out_of_order(State.GREETED, parse_command("DATA")).message
    'DATA needs MAIL and RCPT first.'
    """
    verb = table_verb(command.verb, command.last)
    if in_order(state, verb) or not (verb in EFFECTS or command.verb in COMMANDS):
        return None
    end = len(command.verb) if command.verb not in ("DOT", "AUTHLINE") else len(command.text)
    if state is State.BEFORE_GREETING:
        return problem("early-talk", 0, end)
    if state is State.TLS:
        return problem("plaintext-after-starttls", 0, end)
    return problem("out-of-order", 0, end, _why(state, verb, command.verb, lmtp))


def _why(state: State, verb: str, name: str, lmtp: bool) -> str:
    if name == "DOT":
        return "A lone dot ends the letter; no letter is open."
    if name == "AUTHLINE":
        return "No 334 is open that this could answer."
    if name == "PROXY":
        return "A PROXY line comes before the server's greeting, or not at all."
    if state in _WHEREVER:
        words = _WHEREVER[state].format(hello="LHLO" if lmtp else "EHLO")
        return words if words[0].isupper() else f"{name} {words}"
    if state in IN_TRANSACTION:
        return _why_in_transaction(state, verb, name)
    if name == "RCPT":
        return "RCPT needs MAIL first."
    if verb in _SENDS:
        return f"{name} needs MAIL and RCPT first."
    return f"{name} is not in order before MAIL and RCPT."


def _why_in_transaction(state: State, verb: str, name: str) -> str:
    if name in OPENS:
        return "A mail transaction is open already: finish it, or drop it with RSET."
    if state is State.MAIL and verb in _SENDS:
        return f"{name} needs an accepted RCPT first."
    if state is State.BDAT and name == "DATA":
        return "The message has begun with BDAT and must go on with it, or RSET drops it."
    if state is State.BDAT and name == "RCPT":
        return "All recipients come before the first part of the message."
    return f"{name} has no place inside a mail transaction: finish it, or drop it with RSET."
