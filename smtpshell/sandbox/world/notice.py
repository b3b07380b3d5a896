"""What a sender wants to be told of a letter's fate: the parameters of RFC 3461, read."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.smtp.xtext import decode

if TYPE_CHECKING:
    from smtpshell.sandbox.world.message import StoredMessage
    from smtpshell.smtp.command import Command


class Notice(NamedTuple):
    """When to tell the sender about one recipient; without a word: of delay and failure.

    *original* is the recipient as ORCPT has it, type and all, "" if it was not said.
    """

    success: bool = False
    failure: bool = True
    delay: bool = True
    original: str = ""


USUAL = Notice()


def notice_of(rcpt: "Command") -> Notice:
    """What this RCPT asks for (RFC 3461 4.1, 4.2)."""
    if not rcpt.parameters:
        return USUAL
    notify, original = rcpt.parameter("NOTIFY"), rcpt.parameter("ORCPT")
    kind, semicolon, address = (original.value or "" if original is not None else "").partition(";")
    said = f"{kind}; {decode(address)}" if semicolon else ""
    if notify is None or not notify.value:
        return Notice(original=said)
    wanted = notify.value.upper().split(",")
    return Notice("SUCCESS" in wanted, "FAILURE" in wanted, "DELAY" in wanted, said)


def envelope_id(message: "StoredMessage") -> str:
    """The sender's own name for the letter, which comes back in reports (RFC 3461 4.4)."""
    found = message.mail.parameter("ENVID")
    return decode(found.value) if found is not None and found.value else ""


def wants_all(message: "StoredMessage") -> bool:
    """Is the whole letter wanted back, and not its header section alone (RFC 3461 4.3)?"""
    found = message.mail.parameter("RET")
    return found is None or (found.value or "").upper() != "HDRS"
