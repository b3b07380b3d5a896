"""One exchange, as `:why`, `:explain` and `:bytes` come back to it."""

from __future__ import annotations

from smtpshell.fact.moment import SECRET_VERBS
from smtpshell.shell.commentary import Spoken
from smtpshell.smtp.command import Command
from smtpshell.smtp.event import Event
from smtpshell.smtp.reply import Reply
from smtpshell.smtp.span import Problem


class Exchange:
    """What was said, what came back, and what there is to know about it."""

    __slots__ = ("command", "events", "notes", "problems", "reply")

    def __init__(self, command: Command | None = None) -> None:
        self.command = command
        self.reply: Reply | None = None
        self.events: list[Event] = []
        self.problems: list[Problem] = []
        self.notes: list[Spoken] = []

    def copy(self) -> Exchange:
        twin = Exchange(self.command)
        twin.reply = self.reply
        twin.events, twin.problems = self.events.copy(), self.problems.copy()
        twin.notes = self.notes.copy()
        return twin

    @property
    def of_login(self) -> bool:
        """Is it AUTH, or an answer within it?"""
        return self.command is not None and self.command.verb in SECRET_VERBS
