"""Doing a step for the learner, so that the later ones still work.

The step's solution is to be played in the learner's own session, which may stand anywhere. So it is
tried on a copy of the server's side: the whole of it, then its later parts, and if nothing fits, a
new session that does all that has led here.
"""

from __future__ import annotations

from smtpshell.lesson.lesson import Lesson
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
from smtpshell.smtp.line import LineBuffer
from smtpshell.smtp.reply import ReplyReader

_OPENS = ("new-session", "connect")
NEW_SESSION = Line(DIRECTIVE, "new-session")


def skip_script(lesson: Lesson, number: int, responder: Responder | None, now: float) -> Script:
    """What to play so that the step of this *number* is done.

    *responder* is the server's side of the open session, None without one. It is left as it is.
    """
    step = lesson.steps[number]
    if not step.solutions:
        return Script("", ())
    whole = step.solutions[0]
    if responder is None or responder.wish is Wish.CLOSE:
        return whole if _opens(whole) else whole._replace(lines=_from_start(lesson, number))
    if _opens(whole):
        return whole._replace(lines=(NEW_SESSION, *whole.lines))
    for part in _parts(whole):
        if _fits(responder, part, now):
            return whole._replace(lines=part)
    return whole._replace(lines=_from_start(lesson, number))


def catch_up_script(lesson: Lesson, number: int) -> Script:
    """What leads to the beginning of the step of this *number*, in a session of its own.

    For who comes back to a lesson whose session is gone; empty if the step needs none.
    """
    step = lesson.steps[number]
    if not number or (step.solutions and _opens(step.solutions[0])):
        return Script("", ())
    lines = _from_start(lesson, number - 1)
    ended = any(line.kind == CLIENT and line.text.upper() == "QUIT" for line in lines[-2:])
    return Script("", () if ended else lines)


def _opens(script: Script) -> bool:
    """Does the solution begin with a session of its own?"""
    first = script.lines[0]
    return (first.kind == SERVER and first.text.startswith("2")) or (
        first.kind == DIRECTIVE and first.word in (*_OPENS, "early")
    )


def _parts(script: Script) -> list[tuple[Line, ...]]:
    """The whole solution, then what is left of it behind each line of the client."""
    starts = [n for n, line in enumerate(script.lines) if line.kind == CLIENT]
    if any(line.kind == DIRECTIVE for line in script.lines):
        starts = starts[:1]  # what a directive does cannot be tried on a copy
    return [script.lines[start:] for start in starts]


def _from_start(lesson: Lesson, number: int) -> tuple[Line, ...]:
    """All solutions from the last one that opens a session up to this step's, in a new session."""
    begin = number
    while begin and not (
        lesson.steps[begin].solutions and _opens(lesson.steps[begin].solutions[0])
    ):
        begin -= 1
    lines = (
        line
        for step in lesson.steps[begin : number + 1]
        if step.solutions
        for line in step.solutions[0].lines
    )
    return (NEW_SESSION, *lines)


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
