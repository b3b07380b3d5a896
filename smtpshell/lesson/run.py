"""One learner on the way through one lesson: a state machine without a screen.

How it is driven
================

Whoever owns the session hands over what happens: `on_moment` for each moment of the session's
watch, of the practice world and of whatever else `fact.vocabulary.EVENTS` names; `noted` for each
note that was shown. Before a line leaves, `held` says whether a prediction is to be asked, and
`predict` takes the answer. `answer`, `arranged`, `hint`, `show`, `go_on` and the resets are what
the learner does. Each call gives what there is to tell, in order, as `Told`.

Time is handed in: *now* in seconds on the wall (for hints and silence), *at* on the practice
server's own clock (for goals about waiting). A run can be copied, for `:undo`, and goes in and out
as JSON; what was counted in an open session or transaction is in there too.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.fact.moment import Moment
from smtpshell.lesson.draw import drawn, next_try
from smtpshell.lesson.guess import before_line, local_moment
from smtpshell.lesson.lesson import Predict
from smtpshell.lesson.told import Answered, Told, is_right
from smtpshell.lesson.walk import Walk

if TYPE_CHECKING:
    from smtpshell.fact.moment import Known
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.session import Session


class Run(Walk):
    """One learner in one lesson, and what that learner does."""

    __slots__ = ()

    def begin_anew(self, now: float, seed: int = 0) -> None:
        """Another try: with other steps, where they are drawn; by *seed*, if there is one."""
        self.lesson = drawn(self.lesson, seed) if seed else next_try(self.lesson)
        self.begin(now)

    def come_back(self, now: float) -> None:
        """Another sitting begins."""
        self.diary.come_back(now, self.lesson.id)

    def leave(self, now: float) -> None:
        """This sitting ends; the time since the last thing that happened was part of it."""
        if not self.finished:
            self.diary.add(now, "leave", self.lesson.id)

    # ------------------------------------------------------------ predictions

    def held(
        self, command: "Command", session: "Session", peer: "Known | None" = None
    ) -> Predict | None:
        """The prediction to be asked before *command* leaves, None if it may go.

        *peer* is what is known of the two hosts: the same line may be asked about at one server
        and not at another.
        """
        from smtpshell.fact.snapshot import take_snapshot

        moment = before_line(command, take_snapshot(session), session.offered, peer)
        return self._due(moment)

    def held_connect(self, peer: Mapping[str, Any] | None = None) -> Predict | None:
        """The prediction to be asked before a connection is opened; *peer* is known of it."""
        return self._due(Moment("connect", peer=peer or {}))

    def predict(self, ident: str, text: str, confidence: int, now: float) -> None:
        """The learner's prediction; UsageError says how one is given."""
        found = next((one for one in self.lesson.predicts if one.id == ident), None)
        if found is None:
            raise UsageError(tr('no prediction is called "{ident}"', ident=ident))
        self.foresight.guess(found, text, confidence, now)
        self.diary.add(now, "predict", ident)

    # ------------------------------------------------------------ what the learner does besides

    def answer(self, ident: str, text: str, now: float) -> list[Told]:
        """The learner's answer to a question."""
        ask = next((ask for ask in self.lesson.asks if ask.id == ident), None)
        if ask is None:
            raise UsageError(tr('no question is called "{ident}"', ident=ident))
        right = ask.manual or is_right(ask, text)
        before = self.answers.get(ident)
        tries = (before.tries if before else 0) + 1
        over = right or tries >= ask.tries
        self.answers[ident] = Answered(ident, text[:1000], tries, right, over)
        words = ask.right if right else ask.wrong
        told = [Told("answer", ident, words, right)]
        if over:
            self.diary.add(now, "answer", ident)
            more = {"ask": ident, "right": right}
            told += self._judge(Moment("answered", more=more), now, now)
        return told

    def arranged(self, name: str, right: bool, now: float) -> list[Told]:
        """The learner has put the lines of the parsons block *name* in order."""
        if right:
            self.arranged_right.add(name)
        self.diary.add(now, "arranged", name)
        return self._judge(Moment("arranged", more={"parsons": name, "right": right}), now, now)

    def local(self, name: str, argument: str, now: float) -> list[Told]:
        """A local command was used; *name* is the whole one, without its colon."""
        moment = local_moment(name, argument)
        return [*self._settle(moment, now, now), *self._judge(moment, now, now)]

    def hint(self, now: float) -> tuple[int, str]:
        """The next hint and its level, the same again if it is not time yet; 0 if there is none."""
        level, text, fresh = self.help.hint(self.step_number, self.step, now)
        if fresh:
            self.diary.add(now, "hint", str(level))
            self._judge(Moment("hinted", more={"hint": level}), now, now)
        return level, text

    def show(self, now: float) -> tuple[str, ...]:
        """The whole solution of the step, which is then one that was shown."""
        self.shown.add(self.step_number)
        self.diary.add(now, "show", self.step.id)
        solutions = self.step.solutions
        return tuple(map(str, solutions[0].lines)) if solutions else ()

    def why(self, step: str, text: str) -> None:
        """Why the last hint of that *step* worked, in the learner's own words; nobody judges it."""
        self.whys[step] = text[:1000]

    def skip(self, now: float) -> list[Told]:
        """The step is done by its solution, which was played; what that did not bring is given."""
        step = self.step
        self.shown.add(self.step_number)
        self.diary.add(now, "skip", step.id)
        for ask in step.asks:
            if not self._answered(ask):
                self.answers[ask.id] = Answered(ask.id, "", 0, False, True)
        for goal in step.goals:
            self.judge[goal.id].reached = True
        return self._done(now) if not self.finished else []

    def go_on(self, now: float) -> list[Told]:
        """The learner has read a step that has no goals."""
        return self._done(now) if self.waits_for_go_on else []

    def next_line(self) -> str:
        """The line of the solution that has not been said yet; "" if there is none."""
        return self.help.next_line(self.step)

    def reset_step(self, now: float) -> None:
        """Begin the step again; what earlier steps brought stays."""
        for goal in self.step.goals:
            self.judge[goal.id].clear()
        self.foresight.forget(one for one in self.step.predicts if not one.points)
        for ask in self.step.asks:
            self.answers.pop(ask.id, None)
        self.shown.discard(self.step_number)
        self.finished = False
        self.help.new_step(now)
        self.diary.add(now, "reset", self.step.id)
