"""Scenes for the pure parts: a session that has heard these lines, and what stands around it."""

from __future__ import annotations

from smtpshell.shell.letter import LetterSoFar
from smtpshell.shell.remark import parse_in
from smtpshell.shell.scene import Scene
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session

NAMES = (("desk7.office.test", "a name for your machine"),)
PEOPLE = (("ana@office.test", "Ana Albers"), ("ben@office.test", "Ben Baker"))
GREETING = "S: 220 mail.office.test ready"
HELLO = (
    GREETING,
    "C: EHLO desk7.office.test",
    "S: 250-mail.office.test|250-SIZE 1000|250-8BITMIME|250-DSN|250-STARTTLS|250-CHUNKING"
    "|250 AUTH PLAIN LOGIN",
)
MAIL = (*HELLO, "C: MAIL FROM:<ana@office.test>", "S: 250 2.1.0 ok")
RCPT = (*MAIL, "C: RCPT TO:<ben@office.test>", "S: 250 2.1.5 ok")
DATA = (*RCPT, "C: DATA", "S: 354 go on")
AUTH = (*HELLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")


def scene(*dialogue: str, **more: object) -> Scene:
    """The scene after *dialogue*: lines as "C: ..." and replies as "S: ...|..."."""
    session = Session()
    letter = LetterSoFar()
    challenge = ""
    for line in dialogue:
        side, _, text = line.partition(": ")
        if side == "S:" or side == "S":
            reply = parse_reply(text.replace("|", "\r\n").encode() + b"\r\n")
            session.server_said(reply)
            challenge = reply.lines[-1].words if reply.code == 334 else ""
        elif side == "T":
            session.tls_started()
        else:
            command = parse_in(session, text, header=letter.in_header)
            if command.verb == "TEXT":
                letter.add(text)
            session.client_said(command)
    made = Scene(
        session,
        lambda kind, key: f"about {key}",
        NAMES,
        PEOPLE,
        PEOPLE,
        letter=letter,
        challenge=challenge,
    )
    return made._replace(**more)  # type: ignore[arg-type]  # named as in Scene
