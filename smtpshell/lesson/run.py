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
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.fact.moment import Moment
from smtpshell.lesson.diary import Diary
from smtpshell.lesson.draw import drawn, next_try
from smtpshell.lesson.foresight import Foresight
from smtpshell.lesson.guess import Guess, before_line, local_moment
from smtpshell.lesson.help import Help
from smtpshell.lesson.judge import Judge, Place
from smtpshell.lesson.lesson import Ask, Goal, Lesson, Predict, Step
from smtpshell.lesson.slip import Slips
from smtpshell.lesson.told import Answered, Time, Told, is_right

if TYPE_CHECKING:
    from smtpshell.explain.note import Note
    from smtpshell.fact.moment import Known
    from smtpshell.lesson.script import Script
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.session import Session

TRIES = 2  # at a question


class Run:
    """The state of one learner in one lesson. *finished*: its last step is done."""

    __slots__ = (
        "_letter",
        "answers",
        "arranged_right",
        "began",
        "diary",
        "finished",
        "foresight",
        "help",
        "judge",
        "lesson",
        "session",
        "shown",
        "slips",
        "step_number",
        "transaction",
        "whys",
    )

    def __init__(self, lesson: Lesson, now: float = 0.0) -> None:
        self.lesson = lesson
        self.begin(now)

    def begin(self, now: float) -> None:
        """From the beginning."""
        self.judge = Judge(self.lesson)
        self.step_number = 0
        self.began = now
        self.finished = False
        self.answers: dict[str, Answered] = {}
        self.arranged_right: set[str] = set()
        self.shown: set[int] = set()  # steps whose solution was shown or played
        self.diary = Diary(self.lesson.limit)
        self.diary.add(now, "begin", self.lesson.id)
        self.session = self.transaction = self._letter = 0
        self.whys: dict[str, str] = {}  # step -> the learner's own explanation
        self.help = Help(now)
        self.slips = Slips()
        self.foresight = Foresight()

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

    # ------------------------------------------------------------ what there is to see

    @property
    def step(self) -> Step:
        """The step at hand; the last one when all are done."""
        return self.lesson.steps[min(self.step_number, len(self.lesson.steps) - 1)]

    def goals(self) -> Iterator[tuple[Goal, bool]]:
        """The goals of the step at hand, and whether each is reached."""
        return ((goal, self.judge[goal.id].reached) for goal in self.step.goals)

    def questions(self) -> tuple[Ask, ...]:
        """The questions of the step that are to be asked now."""
        return tuple(
            ask
            for ask in self.step.asks
            if not self._answered(ask) and self.judge.all_reached(ask.after)
        )

    @property
    def unordered(self) -> "list[Script]":
        """The parsons blocks of the step whose lines are still to be put in order."""
        return [one for one in self.step.parsons if one.name not in self.arranged_right]

    @property
    def waits_for_go_on(self) -> bool:
        """Has the step nothing that could be reached, so that the learner says when it is done?"""
        step = self.step
        asked = any(not goal.optional for goal in step.goals) or any(
            not ask.optional for ask in step.asks
        )
        return not asked and not self.finished

    def seconds_left(self, now: float) -> float:
        """Until the lesson's time is over, below 0 since; it stands still when it is finished."""
        return self.diary.seconds_left(None if self.finished else now)

    @property
    def late(self) -> bool:
        """Was the lesson finished, and not in its time?"""
        return self.finished and self.lesson.limit > 0 and self.seconds_left(0.0) < 0

    @property
    def times(self) -> Sequence[Time]:
        """The time line."""
        return self.diary.times

    @property
    def guesses(self) -> Mapping[str, Guess]:
        """The predictions that were made."""
        return self.foresight.guesses

    # ------------------------------------------------------------ what happens

    def on_moment(self, moment: Moment, now: float, at: float | None = None) -> list[Told]:
        """Something happened."""
        at = now if at is None else at
        self._find_place(moment)
        told = self._settle(moment, now, at)
        if moment.on in ("command", "connect"):
            self._count_line(moment, now)
        elif moment.on == "reply":
            self.slips.answered(moment)
        told += self._judge(moment, now, at)
        return told

    def noted(
        self, note: "Note", moment: Moment, now: float, at: float | None = None
    ) -> list[Told]:
        """A note was shown on *moment*; one on an error is a slip, and many of one kind a sign."""
        told = []
        if note.kind == "error" and self.slips.add(note, moment, self.step_number, now):
            told.append(Told("stuck", note.concept or note.id, marked("three times the same")))
        more = {"note": note.id}
        return told + self._judge(Moment("noted", more=more), now, now if at is None else at)

    def tick(self, now: float) -> list[Told]:
        """Time has passed: of a limited one each minute is told, and its end, once.

        A learner who has been silent for long may want help.
        """
        if self.finished:
            return []
        told = []
        left = self.diary.new_minute(now)
        if left is not None:
            told.append(Told("clock", str(left)))
        if self.help.silent(now):
            told.append(Told("stuck", "silence", marked("three minutes without a line")))
        return told

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

    def _due(self, moment: Moment) -> Predict | None:
        return None if self.finished else self.foresight.due(self.step.predicts, moment)

    def _settle(self, moment: Moment, now: float, at: float) -> list[Told]:
        """Has the open prediction come true?"""
        settled = self.foresight.settle(moment)
        if settled is None:
            return []
        predict, made = settled
        more = {"predict": predict.id, "right": made.right, "confidence": made.confidence}
        told = [Told("prediction", predict.id, predict.because, made.right)]
        return told + self._judge(Moment("predicted", more=more), now, at)

    # ------------------------------------------------------------ what the learner does besides

    def answer(self, ident: str, text: str, now: float) -> list[Told]:
        """The learner's answer to a question."""
        ask = next((ask for ask in self.lesson.asks if ask.id == ident), None)
        if ask is None:
            raise UsageError(tr('no question is called "{ident}"', ident=ident))
        right = ask.manual or is_right(ask, text)
        before = self.answers.get(ident)
        tries = (before.tries if before else 0) + 1
        over = right or tries >= TRIES
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

    # ------------------------------------------------------------ inside

    def _find_place(self, moment: Moment) -> None:
        if moment.on == "connect":
            self.session += 1
            self.transaction = 0
        elif moment.change is not None:
            if moment.change.transaction:
                self.transaction = moment.change.transaction
            if moment.on == "message":
                self._letter = self.transaction

    @property
    def place(self) -> Place:
        """Where the learner is."""
        return Place(self.step_number, self.session, self.transaction)

    def _count_line(self, moment: Moment, now: float) -> None:
        if moment.command is not None:
            self.help.said(moment.command.text, now)
        self.foresight.count(self.step.predicts, moment)

    def _judge(self, moment: Moment, now: float, at: float) -> list[Told]:
        if self.finished:
            return []
        place = self.place
        if moment.change is None and self._letter:  # behind the 250 it is about that letter
            place = place._replace(transaction=self._letter)
        told = []
        for goal in self.judge.judge(moment, at, place):
            reached = self.judge[goal.id].reached
            told.append(Told("goal" if reached else "lost", goal.id, goal.say, reached))
            self.diary.add(now, told[-1].kind, goal.id)
        while self._step_done():
            told += self._done(now)
        return told

    def _step_done(self) -> bool:
        if self.finished or self.waits_for_go_on:
            return False
        if not all(reached or goal.optional for goal, reached in self.goals()):
            return False
        return all(self._answered(ask) or ask.optional for ask in self.step.asks)

    def _answered(self, ask: Ask) -> bool:
        answered = self.answers.get(ask.id)
        return answered is not None and answered.over

    def _done(self, now: float) -> list[Told]:
        step = self.step
        told = [Told("step", step.id, step.title, True)]
        if len(step.hints) > 1 and self.help.hints.get(self.step_number, 0) == len(step.hints):
            told.append(
                Told("why", step.id, marked("Why did that work? One sentence, for yourself."))
            )
        self.diary.add(now, "step", step.id)
        if self.step_number + 1 < len(self.lesson.steps):
            self.step_number += 1
            self.foresight.new_step()
            self.help.new_step(now)
            return told
        self.finished = True
        self.diary.add(now, "end", self.lesson.id)
        return [*told, Told("lesson", self.lesson.id, self.lesson.title, True)]

    def copy(self) -> "Run":
        """The same, to go on by itself."""
        twin = object.__new__(Run)
        for name in Run.__slots__:
            value = getattr(self, name)
            if isinstance(value, (dict, set, list, Judge, Help, Slips, Foresight, Diary)):
                value = value.copy()
            setattr(twin, name, value)
        return twin
