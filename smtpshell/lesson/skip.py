"""Doing a step for the learner, so that the later ones still work.

The step's solution is to be played in the learner's own session, which may stand anywhere. So it is
tried on a copy of the server's side: the whole of it, then its later parts. If nothing fits, or
something is half said, it is a new session that does all that has led here.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smtpshell.lesson.lesson import Lesson, Step
from smtpshell.lesson.script import (
    CLIENT,
    DIRECTIVE,
    SERVER,
    Line,
    Script,
    goes_on,
    matches,
    replies,
)
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.line import LineBuffer
from smtpshell.smtp.reply import ReplyReader
from smtpshell.smtp.state import State

_OPENS = ("new-session", "connect")
NEW_SESSION = Line(DIRECTIVE, "new-session")
# What a setup says of the server; the session that was open is over then.
_ANEW = ("new_session", "server", "personality", "scenario", "door", "seed", "inject_reply")
_IN_TRANSACTION = ("MAIL", "RCPT", "DATA", "BDAT")
_AMID = (State.DATA, State.BDAT, State.AUTH, State.TLS)


class Way(NamedTuple):
    """What to play. *server* is where its first connection leads, None if the session goes on."""

    script: Script
    server: str | None = None


def skip_way(
    lesson: Lesson, number: int, responder: Responder | None, now: float, *, lived: bool = False
) -> Way:
    """How the step of this *number* can be done.

    *responder* is the server's side of the open session, None without one. It is left as it is.
    *lived*: the letters of earlier steps were delivered in this world, and need not be once more.
    """
    step = lesson.steps[number]
    if not step.solutions:
        return Way(Script("", ()))
    whole = step.solutions[0]
    if responder is not None and not (_opens(whole) or _amid(responder)):
        for part in _parts(whole):
            if _fits(responder, part, now) and _goes_on(lesson, number, responder, part):
                return Way(whole._replace(lines=part))
    return _from_start(lesson, number, lived=lived)


def catch_up_way(lesson: Lesson, number: int) -> Way:
    """What leads to the beginning of the step of this *number*, in a session of its own.

    For who comes back to a lesson whose session is gone; empty if the step needs none.
    """
    step = lesson.steps[number]
    server = _server_before(lesson, number)
    if not number or _is_set_up(step) or (step.solutions and _opens(step.solutions[0])):
        return Way(Script("", ()), server)
    way = _from_start(lesson, number - 1)
    lines = way.script.lines
    ended = any(line.kind == CLIENT and line.text.upper() == "QUIT" for line in lines[-2:])
    return Way(Script("", ()), server) if ended else way


def opens_anew(script: Script) -> bool:
    """Does the dialogue leave the session that is open, before anything else?"""
    return bool(script.lines) and _connects(script.lines[0])


def _opens(script: Script) -> bool:
    """Does the solution begin with a session of its own?"""
    first = script.lines[0]
    return (first.kind == SERVER and first.text.startswith("2")) or _connects(first)


def _connects(line: Line) -> bool:
    return line.kind == DIRECTIVE and line.word in (*_OPENS, "early")


def _is_set_up(step: Step) -> bool:
    """Does the step begin with a session of its own?"""
    return any(key in setup.table for setup in step.setup for key in _ANEW)


def _amid(responder: Responder) -> bool:
    """Is there something half said, a letter or a login, of which nobody knows how it goes on?"""
    return (
        responder.wish is Wish.CLOSE
        or responder.reader is not None
        or responder.standing.state in _AMID
    )


def _server_before(lesson: Lesson, number: int) -> str:
    """The lesson's server that one is connected to where the step of this *number* begins."""
    name = ""
    for step in lesson.steps[: number + 1]:
        for setup in step.setup:
            name = setup.table.get("server", name)
        if step is not lesson.steps[number] and step.solutions:
            for line in step.solutions[0].lines:
                if line.kind == DIRECTIVE and line.word.lstrip(":") in _OPENS and line.argument:
                    name = line.argument
    return name


def _parts(script: Script) -> list[tuple[Line, ...]]:
    """The whole solution, then what is left of it behind each line of the client."""
    starts = [n for n, line in enumerate(script.lines) if line.kind == CLIENT]
    if any(line.kind == DIRECTIVE for line in script.lines):
        starts = starts[:1]  # what a directive does cannot be tried on a copy
    return [script.lines[start:] for start in starts]


def _from_start(lesson: Lesson, number: int, *, lived: bool = False) -> Way:
    """All solutions from the last one that opens a session up to this step's, in a new session."""
    begin = number
    while begin:
        step = lesson.steps[begin]
        if _is_set_up(step) or (step.solutions and _opens(step.solutions[0])):
            break
        begin -= 1
    before = _said(lesson.steps[begin:number])
    lines = (*(_without_letters(before) if lived else before), *_said(lesson.steps[number:][:1]))
    if not lines or not _connects(lines[0]):
        lines = (NEW_SESSION, *lines)
    return Way(Script("", lines), _server_before(lesson, begin))


def _said(steps: Iterable[Step]) -> Iterator[Line]:
    for step in steps:
        if step.solutions:
            yield from step.solutions[0].lines


def _without_letters(lines: Iterable[Line]) -> Iterator[Line]:
    """*lines* without the mail transactions that are over."""
    kept: list[Line] = []  # from a MAIL on
    over = False
    for line in lines:
        begins = line.kind == CLIENT and line.text.upper().startswith("MAIL ")
        if line.kind == DIRECTIVE or begins or (over and line.kind == CLIENT):
            yield from () if over else kept
            kept, over = [], False
        if begins or kept:
            kept.append(line)
        else:
            yield line
        over = over or (bool(kept) and line.kind == CLIENT and line.text == ".")
    yield from () if over else kept


def _goes_on(lesson: Lesson, number: int, responder: Responder, part: tuple[Line, ...]) -> bool:
    """Does *part* open its own envelope, or find open the one that the solutions leave to it?"""
    needed = (parse_command(line.data).verb for line in part if line.kind == CLIENT)
    if next((verb for verb in needed if verb in _IN_TRANSACTION), "MAIL") == "MAIL":
        return True
    before = _from_start(lesson, number).script.lines[: -len(part)]
    sender, recipients = _envelope(before)
    found = {str(move.address).casefold() for move in responder.recipients}
    mail = responder.mail
    return mail is not None and str(mail.address).casefold() == sender and found <= recipients


def _envelope(lines: Iterable[Line]) -> tuple[str, set[str]]:
    """Sender and recipients of the last transaction of *lines*, whatever the server said."""
    sender, recipients, in_letter = "", set[str](), False
    for line in lines:
        if line.kind != CLIENT:
            continue
        if in_letter:
            in_letter = line.text != "."
            continue
        command = parse_command(line.data)
        mailbox = (command.path.mailbox or "").casefold() if command.path is not None else ""
        if command.verb == "MAIL":
            sender, recipients = mailbox, set()
        elif command.verb == "RCPT":
            recipients.add(mailbox)
        in_letter = command.verb == "DATA"
    return sender, recipients


def _fits(responder: Responder, lines: tuple[Line, ...], now: float) -> bool:
    """Would the session as it stands answer *lines* as they say?"""
    if any(line.kind == DIRECTIVE for line in lines):
        return False
    twin = responder.copy(responder.part.in_world(responder.part.world.copy()))
    wanted = replies(lines)
    heard = _Ear()
    for line in lines:
        if line.kind == CLIENT:
            heard.add(twin.received(line.data + b"\r\n", now))
            if twin.wish is Wish.WAIT:
                heard.add(twin.timer(twin.deadline))
        elif line.kind == SERVER and not goes_on(line):
            group = next(wanted)
            if not heard.texts or not matches(group, *heard.texts.pop(0)):
                return False
    return True


class _Ear:
    """Puts replies together."""

    def __init__(self) -> None:
        self._lines = LineBuffer()
        self._reader = ReplyReader()
        self.texts: list[tuple[int | None, tuple[str, ...]]] = []

    def add(self, wire: bytes) -> None:
        self._lines.feed(wire)
        while (line := self._lines.next_line()) is not None:
            if reply := self._reader.feed_line(line):
                self.texts.append((reply.code, tuple(one.text[4:] for one in reply.lines)))
