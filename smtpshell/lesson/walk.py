"""Where one learner is in a lesson: goals, steps, questions, predictions; events move them on.

`run` is built on this; it has what the learner does besides.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Self

from smtpshell.catalogue import marked
from smtpshell.fact.moment import Moment
from smtpshell.lesson.diary import Diary
from smtpshell.lesson.foresight import Foresight
from smtpshell.lesson.guess import Guess
from smtpshell.lesson.help import Help
from smtpshell.lesson.judge import Judge, Place
from smtpshell.lesson.lesson import Ask, Goal, Lesson, Predict, Step
from smtpshell.lesson.slip import Slips
from smtpshell.lesson.told import Answered, Time, Told

if TYPE_CHECKING:
    from smtpshell.explain.note import Note
    from smtpshell.lesson.script import Script


class Walk:
    """The state of one learner in one lesson. *finished*: its last step is done."""

    __slots__ = (
        "_letter",
        "_wanted",
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
        self._wanted: Moment | None = None  # the last reply, if it is a refusal to be met with
        self.foresight = Foresight()

    # ------------------------------------------------------------ what there is to see

    @property
    def step(self) -> Step:
        """The step at hand; the last one when all are done."""
        return self.lesson.steps[min(self.step_number, len(self.lesson.steps) - 1)]

    def goals(self) -> Iterator[tuple[Goal, bool]]:
        """The goals of the step at hand, and whether each is reached."""
        return ((goal, self.judge[goal.id].reached) for goal in self.step.goals)

    def barred(self, goal: Goal) -> bool:
        """Can *goal* not be reached any more in the transaction, session or step at hand?"""
        return self.judge[goal.id].barred(self.place)

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
            self._wanted = moment if self.judge.wants(moment, self.step_number) else None
        told += self._judge(moment, now, at)
        return told

    def noted(
        self,
        note: "Note",
        moment: Moment,
        now: float,
        at: float | None = None,
        *,
        own: bool = True,
    ) -> list[Told]:
        """A note was shown on *moment*; one on an error is a slip, and many of one kind a sign.

        *own*: the learner has said the line; nobody else's mistake is theirs.
        """
        told = []
        # What a goal asks for is none.
        slip = own and note.kind == "error" and moment is not self._wanted
        if slip and self.slips.add(note, moment, self.step_number, now):
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
        open_before = [goal for goal in self.step.goals if goal.none and not self.barred(goal)]
        for goal in self.judge.judge(moment, at, place):
            reached = self.judge[goal.id].reached
            told.append(Told("goal" if reached else "lost", goal.id, goal.say, reached))
            self.diary.add(now, told[-1].kind, goal.id)
        if moment.on == "command":  # what others do could not have been avoided
            told += [
                Told("barred", goal.id, goal.say)
                for goal in open_before
                if not goal.optional and self.barred(goal)
            ]
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

    def copy(self) -> Self:
        """The same, to go on by itself."""
        twin = object.__new__(type(self))
        for name in Walk.__slots__:
            value = getattr(self, name)
            if isinstance(value, (dict, set, list, Judge, Help, Slips, Foresight, Diary)):
                value = value.copy()
            setattr(twin, name, value)
        return twin
