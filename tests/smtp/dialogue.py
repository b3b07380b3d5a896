"""Sessions written down as dialogues, for the tests of this room.

Each line is "C: command", "S: reply" (with a dash behind the code, more of it follows), or one of
"% tls", "% closed by client|server|network", "% octets 12". The client's lines are read as the
session's mode says.
"""

from __future__ import annotations

from smtpshell.smtp.change import Change
from smtpshell.smtp.command import CHUNK, Command, parse_client_line
from smtpshell.smtp.envelope import Recipient
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session


def play(text: str, session: Session | None = None) -> tuple[Session, list[Change]]:
    """Tell *session* what stands in *text*; the session, and what changed with each line."""
    session = Session() if session is None else session
    changes: list[Change] = []
    reply = ""
    for line in text.splitlines():
        side, _, words = line.strip().partition(" ")
        if side == "C:":
            changes.append(session.client_said(parse_client_line(words, session.mode)))
        elif side == "S:":
            reply += words + "\r\n"
            if words[3:4] != "-":
                changes.append(session.server_said(parse_reply(reply.encode())))
                reply = ""
        elif side == "%":
            changes += _happen(session, words)
    return session, changes


def _happen(session: Session, words: str) -> list[Change]:
    match words.split():
        case ["tls"]:
            return [session.tls_started()]
        case ["closed", "by", side]:
            return [session.closed(side)]
        case ["octets", count]:
            return [session.client_said(Command("x" * int(count), CHUNK))]
    raise ValueError(words)


def issues(changes: list[Change]) -> list[str]:
    """All that was out of order, in order."""
    return [found.issue for change in changes for found in change.problems]


def mailboxes(recipients: tuple[Recipient, ...]) -> list[str]:
    """The mailboxes of an envelope's recipients."""
    return [recipient.path.mailbox if recipient.path else "?" for recipient in recipients]


GREETED = """
    S: 220 mx.example.org ESMTP
    C: EHLO client.example.org
    S: 250-mx.example.org
    S: 250-PIPELINING
    S: 250-SIZE 1000
    S: 250-STARTTLS
    S: 250-AUTH PLAIN LOGIN
    S: 250-CHUNKING
    S: 250 8BITMIME
"""
IN_MAIL = GREETED + "C: MAIL FROM:<ada@example.org>\nS: 250 ok\n"
IN_RCPT = IN_MAIL + "C: RCPT TO:<bob@example.com>\nS: 250 ok\n"
IN_LETTER = IN_RCPT + "C: DATA\nS: 354 go on\n"
