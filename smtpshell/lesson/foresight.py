"""The predictions of a run: which line is to be held, which guess waits to come true."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable
from typing import TYPE_CHECKING

from smtpshell.fact.moment import Moment
from smtpshell.lesson.guess import Guess, ends_exchange, read_guess, truth_of
from smtpshell.lesson.lesson import Predict
from smtpshell.lesson.local import EATEN

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command


class Foresight:
    """All guesses of a lesson. *open* is the prediction that was made and is not settled yet."""

    __slots__ = ("_connected", "_held", "_passed", "guesses", "open")

    def __init__(self) -> None:
        self.guesses: dict[str, Guess] = {}
        self.open: Predict | None = None
        self._held: Command | None = None  # the line it is about, once it has left
        self._connected = False  # the connection that it is about has been opened
        self._passed: dict[str, int] = {}  # predict -> lines of its kind in the step so far

    def due(self, predicts: Iterable[Predict], moment: Moment) -> Predict | None:
        """Which of the step's *predicts* is to be asked before *moment* happens?"""
        if self.open is not None:
            return None
        for predict in predicts:
            if predict.id in self.guesses or not predict.hold.condition().met(moment):
                continue
            if self._passed.get(predict.id, 0) + 1 == predict.nth:
                return predict
        return None

    def guess(self, predict: Predict, text: str, confidence: int, now: float) -> None:
        """The learner's guess; UsageError says how one is given."""
        said = read_guess(predict, text)
        self.guesses[predict.id] = Guess(predict.id, said, max(0, min(3, confidence)), at=now)
        self.open, self._held, self._connected = predict, None, False

    def settle(self, moment: Moment) -> tuple[Predict, Guess] | None:
        """The open prediction and its guess, if *moment* is what it was about."""
        predict = self.open
        if predict is None:
            return None
        if self._held is None and moment.on == "command" and predict.hold.condition().met(moment):
            self._held = moment.command
            return None
        if self._held is None and moment.on == "local" and moment.more.get("local") == EATEN:
            return self._settled(predict, moment)  # the line never gets there
        # The session before may end first, when the learner goes to another server.
        self._connected = self._connected or moment.on == "connect"
        connecting = self._connected and "connect" in str(predict.hold.table.get("on"))
        if (self._held is None and not connecting) or not ends_exchange(moment, self._held):
            return None
        return self._settled(predict, moment)

    def _settled(self, predict: Predict, moment: Moment) -> tuple[Predict, Guess]:
        self.open = self._held = None
        truth = truth_of(predict, moment)
        made = self.guesses[predict.id]
        made = self.guesses[predict.id] = made._replace(truth=truth, right=made.guess == truth)
        return predict, made

    def count(self, predicts: Iterable[Predict], moment: Moment) -> None:
        """A line left, or a connection was opened: the next of its kind has the next number."""
        for predict in predicts:
            if predict.hold.condition().met(moment):
                self._passed[predict.id] = self._passed.get(predict.id, 0) + 1

    def new_step(self) -> None:
        """Lines are counted anew, and a guess whose line never left is none."""
        self._passed.clear()
        if self.open is not None:
            self.guesses.pop(self.open.id, None)
        self.open = self._held = None

    def forget(self, predicts: Iterable[Predict]) -> None:
        """These are to be asked again."""
        self.new_step()
        for predict in predicts:
            self.guesses.pop(predict.id, None)

    def forget_changed(self, predicts: Iterable[Predict]) -> None:
        """The author has changed these, or taken them out; lines stay counted."""
        for predict in predicts:
            self.guesses.pop(predict.id, None)
            if self.open is not None and self.open.id == predict.id:
                self.open = self._held = None

    def copy(self) -> "Foresight":
        """The same, to go on by itself."""
        twin = Foresight()
        twin.guesses = self.guesses.copy()
        twin.open, twin._held, twin._connected = self.open, self._held, self._connected
        twin._passed = self._passed.copy()
        return twin
