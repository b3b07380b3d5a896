"""Parsons problems: lines in disorder, which the learner puts in order.

Every order that the server takes is right, so it is run: all lines must be accepted, and what comes
of it must be what came of the order in the file, letter by letter.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from smtpshell.catalogue import tr
from smtpshell.fact.letter import Letter
from smtpshell.lesson.house import Shelf
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.script import CLIENT, DISTRACTOR, Line, Script
from smtpshell.lesson.stage import Stage
from smtpshell.sandbox.world.happening import read_letter

Outcome = tuple[tuple[str, Counter[str], str], ...]  # mailbox, header lines, body


class Played(NamedTuple):
    """An order as it was played: the first line that was refused, and what lies in mailboxes."""

    refused: str
    reply: str
    outcome: Outcome


class Arrangement:
    """One problem. *words* say what is wrong with the order that was looked at last."""

    def __init__(self, lesson: Lesson, script: Script, shelf: Shelf) -> None:
        self._lesson = lesson
        self._shelf = shelf
        self._key = [line.text for line in script.lines if line.kind == CLIENT]
        self._all = [line.text for line in script.lines if line.kind in (CLIENT, DISTRACTOR)]
        self._wanted = self._play(self._key)
        self.words = ""

    def shuffled(self, seed: int) -> list[str]:
        """All lines, distractors too, in the disorder that *seed* gives; never the right order."""
        order = sorted(
            range(len(self._all)),
            key=lambda n: sha256(f"{seed}/{n}/{self._all[n]}".encode()).digest(),
        )
        lines = [self._all[n] for n in order]
        return lines[::-1] if lines == self._key else lines

    def right(self, order: Sequence[str]) -> bool:
        """Is this order one that the server takes, with the same outcome?"""
        missing = Counter(self._key) - Counter(order)
        surplus = Counter(order) - Counter(self._key)
        if surplus:
            self.words = tr('"{line}" does not belong there.', line=next(iter(surplus)))
        elif missing:
            self.words = tr('"{line}" is missing.', line=next(iter(missing)))
        else:
            played = self._play(order)
            if played.refused:
                self.words = tr(
                    'The server refuses "{line}": {reply}', line=played.refused, reply=played.reply
                )
            elif played.outcome != self._wanted.outcome:
                self.words = tr("The server takes it, but another letter comes of it.")
            else:
                self.words = ""
        return not self.words

    def _play(self, order: Sequence[str]) -> Played:
        stage = Stage(self._lesson, self._shelf)
        stage.connect()
        stage.take()
        for text in order:
            if not stage.open:
                return Played(text, tr("the session is over"), ())
            stage.say(Line(CLIENT, text).data + b"\r\n")
            for moment, _ in stage.take():
                if moment.on == "reply" and moment.code is not None and moment.code >= 400:
                    return Played(text, f"{moment.code} {moment.text}", ())
        boxes = stage.world.mailboxes.items()
        letters = [(box, read_letter(one)) for box, held in boxes for one in held]
        return Played("", "", tuple(_shape(box, letter) for box, letter in letters))


def _shape(box: str, letter: Letter) -> tuple[str, Counter[str], str]:
    # Trace fields carry times and numbers; the order of the others is nobody's business.
    fields = [line for line in letter.header if not line.lower().startswith("received:")]
    return box, Counter(fields), letter.body


def arrangement(lesson: Lesson, script: Script, shelf: Shelf | None = None) -> Arrangement:
    """The problem in *script*, a parsons block of *lesson*."""
    return Arrangement(lesson, script, shelf or Shelf())
