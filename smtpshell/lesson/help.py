"""Help in a step: hints when they are asked for, and signs that they are needed.

A new level of hints opens after the learner has sent a line or twenty seconds have passed, not by
asking again at once; nobody is told how many there are. Help that nobody asked for is offered after
three minutes of silence, once until the next line.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import Any

from smtpshell.lesson.lesson import Step
from smtpshell.lesson.script import CLIENT, half

SECONDS = 20.0  # until the next level of hints
SILENCE = 180.0  # seconds
MOST_LINES = 200  # remembered of a step


class Help:
    """What was asked and said in the step at hand; *hints* counts those of every step."""

    __slots__ = ("_lines_at_hint", "_offered", "at_hint", "hints", "last", "level", "lines")

    def __init__(self, now: float = 0.0) -> None:
        self.hints: dict[int, int] = {}  # step -> level
        self.new_step(now)

    def new_step(self, now: float) -> None:
        """Another step begins, or the same again."""
        self.level = 0
        self.at_hint = 0.0
        self.lines: list[str] = []  # said in this step
        self._lines_at_hint = 0
        self.last = now  # when something was said
        self._offered = False

    def said(self, text: str, now: float) -> None:
        """The learner has sent a line."""
        self.lines.append(text)
        if len(self.lines) > MOST_LINES:
            del self.lines[0]
            self._lines_at_hint -= 1
        self.last = now
        self._offered = False

    def hint(self, number: int, step: Step, now: float) -> tuple[int, str, bool]:
        """Level and text of the hint for the step of this *number*, and whether it is a new one."""
        if not step.hints:
            return 0, "", False
        tried = len(self.lines) > self._lines_at_hint or now - self.at_hint >= SECONDS
        fresh = self.level < len(step.hints) and (tried or not self.level)
        if fresh:
            self.level += 1
            self.at_hint = now
            self._lines_at_hint = len(self.lines)
            self.hints[number] = max(self.level, self.hints.get(number, 0))
        return self.level, step.hints[self.level - 1], fresh

    def silent(self, now: float) -> bool:
        """Has nothing been said for so long that help may be offered? Told once."""
        if self._offered or now - self.last < SILENCE:
            return False
        self._offered = True
        return True

    def next_line(self, step: Step) -> str:
        """The first line of the solution that nothing like it has been said for."""
        said = iter([half(line).casefold() for line in self.lines])
        for line in step.solutions[0].lines if step.solutions else ():
            if line.kind == CLIENT and half(line.text).casefold() not in said:
                return line.text
        return ""

    def copy(self) -> "Help":
        """The same, to go on by itself."""
        twin = object.__new__(Help)
        for name in Help.__slots__:
            value = getattr(self, name)
            setattr(twin, name, value.copy() if isinstance(value, (dict, list)) else value)
        return twin

    def to_object(self) -> dict[str, Any]:
        """As it is kept in a file."""
        return {"hints": [list(one) for one in self.hints.items()], "level": self.level}

    def load(self, value: dict[str, Any]) -> None:
        """Take over what was kept."""
        self.hints = {int(step): int(level) for step, level in value["hints"]}
        self.level = max(0, int(value["level"]))
