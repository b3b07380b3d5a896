"""The grey rest of the line: what a client would say next in this session, in full.

It appears behind the first letters typed, never on an empty line: the learner begins the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smtpshell.shell.scene import Scene
from smtpshell.smtp.state import Mode, State


def next_lines(scene: Scene) -> Iterator[str]:
    """Whole lines that would make sense now, the likeliest first."""
    session = scene.session
    if session.mode is Mode.TEXT:
        yield from _letter_lines(scene)
        return
    if session.mode is not Mode.COMMAND:
        return
    state = session.state
    if state is State.CONNECTED:
        hello = "LHLO" if session.lmtp else "EHLO"
        for name, _ in scene.names:
            yield f"{hello} {name}"
            yield f"HELO {name}"
    elif state is State.GREETED:
        if session.messages:
            yield "QUIT"
        for sender, _ in scene.senders:
            yield f"MAIL FROM:<{sender}>"
        if not session.tls and "STARTTLS" in session.offered:
            yield "STARTTLS"
    elif state in (State.MAIL, State.RCPT):
        taken = {r.path.mailbox for r in session.envelope.accepted if r.path is not None}
        for mailbox, _ in scene.mailboxes:
            if mailbox not in taken:
                yield f"RCPT TO:<{mailbox}>"
        if state is State.RCPT:
            yield "DATA"
    yield from ("QUIT", "RSET", "NOOP")


def _letter_lines(scene: Scene) -> Iterator[str]:
    letter = scene.letter
    if letter is None or not letter.in_header:
        return
    envelope = scene.session.envelope
    if envelope.reverse_path is not None and not envelope.reverse_path.null:
        yield f"From: <{envelope.reverse_path.mailbox}>"
    named = [r.path.mailbox for r in envelope.accepted if r.path is not None]
    if named:
        yield "To: " + ", ".join(f"<{mailbox}>" for mailbox in named)
    yield "Subject: "


def _in_the_case_of(typed: str, line: str) -> str:
    """*line* with its command in small letters if it was begun so; an address stays as it is."""
    command, sign, rest = line.partition("<" if "<" in line else " ")
    return f"{command.lower()}{sign}{rest}" if typed.islower() else line


def complete_line(typed: str, scene: Scene, history: Iterable[str] = ()) -> str:
    """The rest to append to *typed*, "" if nothing fits; *history* newest first."""
    if not typed.strip():
        return ""
    low = typed.lower()
    for line in next_lines(scene):
        if line.lower().startswith(low) and len(line) > len(typed):
            return _in_the_case_of(typed, line)[len(typed) :]
    if scene.session.mode is Mode.COMMAND:
        for line in history:
            if line.startswith(typed) and len(line) > len(typed):
                return line[len(typed) :]
    return ""
