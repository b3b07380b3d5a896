"""Predictions: which line is held, what the learner said, and whether it came true."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.fact.moment import Moment
from smtpshell.fact.snapshot import START, Snapshot
from smtpshell.lesson.lesson import CLASSES, Predict

if TYPE_CHECKING:
    from smtpshell.fact.moment import Known
    from smtpshell.smtp.command import Command

NO_REPLY = frozenset({"TEXT", "CHUNK"})  # the server listens in silence
CLOSES, NOTHING = "closes", "nothing"


class Guess(NamedTuple):
    """One prediction made. *truth* is "" until it is known, then what it should have been.

    *guess* and *truth* are numbers of choices, classes of replies, or reply codes.
    """

    id: str
    guess: str
    confidence: int = 0  # 1 to 3, 0 if nobody asked
    truth: str = ""
    right: bool = False
    at: float = 0.0

    @property
    def settled(self) -> bool:
        return bool(self.truth)

    @property
    def wrong_and_sure(self) -> int:
        """How much is to be learned from it: the surer and wronger, the more."""
        return self.confidence if self.settled and not self.right else -1


def before_line(
    command: "Command",
    before: Snapshot = START,
    offered: Mapping[str, tuple[str, ...]] | None = None,
    peer: "Known | None" = None,
) -> Moment:
    """The moment of a line that has not left yet."""
    return Moment(
        "command",
        command=command,
        before=before,
        offered=offered or {},
        peer={} if peer is None else peer,
        issues=(found.issue for found in command.problems),
    )


def read_guess(predict: Predict, text: str) -> str:
    """What the learner typed as a guess; UsageError says how one is given."""
    text = text.strip().removeprefix(":").casefold()  # `:2` is how questions are answered
    if predict.choices:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(predict.choices):
            return str(int(text))
        found = [n for n, choice in enumerate(predict.choices, 1) if choice.casefold() == text]
        if found:
            return str(found[0])
        raise UsageError(tr("a number from 1 to {count}, please", count=len(predict.choices)))
    if predict.judge == "reply-class":
        for name in CLASSES:
            if text and (name == text or (len(text) == 1 and name.startswith(text))):
                return name
        if len(text) == 3 and text[0] in "2345":
            return f"{text[0]}xx"
        raise UsageError(tr("one of {classes}, please", classes=", ".join(CLASSES)))
    if text in (CLOSES, NOTHING):
        return text
    if len(text) == 3 and text.isascii() and text.isdigit() and text[0] in "2345":
        return text
    raise UsageError(tr('a reply code such as 250, or "closes", or "nothing", please'))


def local_moment(name: str, argument: str) -> Moment:
    """A local command was used: its *name* without the colon, and what stood behind it."""
    return Moment("local", more={"local": name, "words": argument})


def truth_of(predict: Predict, moment: Moment) -> str:
    """What *moment*, which ends the held line's exchange, says of the prediction."""
    if predict.choices:
        return str(predict.answer)
    if moment.on in ("reply", "greeting") and moment.code is not None:
        return f"{moment.code // 100}xx" if predict.judge == "reply-class" else str(moment.code)
    return CLOSES if moment.on == "close" else NOTHING


def ends_exchange(moment: Moment, held: "Command | None") -> bool:
    """Does *moment* tell what came of the line that was *held*, or of connecting if none was?"""
    if moment.on in ("close", "timer"):
        return True
    if held is None:
        return moment.on in ("greeting", "command")
    if held.verb in NO_REPLY:
        return moment.on in ("command", "reply")
    return moment.on == "reply" and moment.command is held


def guess_from(value: Any) -> Guess:
    """A guess as a file keeps it; ValueError and its like for what never was one."""
    ident, guess, confidence, truth, right, at = value
    return Guess(str(ident), str(guess), int(confidence), str(truth), bool(right), float(at))
