"""The tutor: takes one learner through one lesson in a shell.

What happens it hears by way of its `ear`, and says what comes of it when it is the learner's turn,
below the server's reply and the notes on it. It never changes, holds back for good or refuses what
the learner types; a prediction is asked before a line leaves, and then the line leaves. What the
learner asks of it is in `wish`, how it speaks in `telling`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.explain.ledger import Place
from smtpshell.lesson.run import Run
from smtpshell.shell.course.answering import takes_answer
from smtpshell.shell.course.ear import Ear
from smtpshell.shell.course.page import Page
from smtpshell.shell.course.quiz import ask_prediction
from smtpshell.shell.course.telling import pose, show_page, tell
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.arrange import Arrangement
    from smtpshell.lesson.lesson import Predict
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.place import LessonPlace
    from smtpshell.shell.timeline import Stations, Timeline

TICK = 15.0  # seconds between looks at whether the learner is stuck


class Tutor:
    """One lesson for the learner at *shell*. *keep* is told whenever the run has moved on."""

    def __init__(
        self,
        shell: Shell,
        run: Run,
        place: LessonPlace,
        *,
        keep: Callable[[Run], None] = lambda run: None,
        now: Callable[[], float] = time,
    ) -> None:
        self.shell = shell
        self.run = run
        self.place = place
        self.quiet = False  # the learner plays; goals are still counted
        self.skipping = False  # a step is being done for the learner
        self.posed = ""  # the question that was put last
        self.sampled = ""  # the question whose sample session was shown last
        self.hinted = ""  # the question of which it was said how a verb answers it
        self.aside = ""  # what is to be said of that when it is answered
        self.wonders = ""  # the step whose last hint the learner may explain
        self.arrangements: dict[str, tuple[Arrangement, list[str]]] = {}
        self.ear = Ear(self)
        self._keep = keep
        self._now = now
        self._unkept = False  # and that was said
        self._waived: set[str] = set()  # predictions that the learner did not want to make
        self._in_step = -1  # the step whose page was shown
        self._begun: tuple[Timeline, int] | None = None  # where the step began
        self._unstirred = False  # the step wants something of a world that is not there yet
        self._at_rest: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def page(self) -> Page:
        """Makes the lesson's lines as wide as the terminal is now."""
        return Page(self.shell.voice.columns, self.shell.voice.marks)

    @property
    def in_exam(self) -> bool:
        """Is the learner on their own, without notes and hints?"""
        return self.shell.options["verbosity"] == "exam"

    def now(self) -> float:
        """Seconds since 1970, on the wall."""
        return self._now()

    @property
    def clock(self) -> str:
        """The time that is left, as in "4:09"; "" in a lesson that takes its time."""
        if not self.run.lesson.limit or self.run.finished:
            return ""
        left = self.run.seconds_left(self._now())
        minutes, seconds = divmod(int(abs(left)), 60)
        return f"{'-' if left < 0 else ''}{minutes}:{seconds:02}"

    # ------------------------------------------------------------ before anything is said

    def before_opening(self) -> bool:
        """The connection is about to be opened; True if a question comes first."""
        if self._in_step < 0:
            self._begin()
        facts = self.place.peer()
        predict = None if self.skipping else self.run.held_connect(facts)
        if predict is None or predict.id in self._waived:
            return False
        ask_prediction(self, predict, "", lambda: self.shell.start(self.shell.open()))
        return True

    def _begin(self) -> None:
        """The first page, or the one where the learner has left."""
        lesson, shell = self.run.lesson, self.shell
        self.settle_in()
        if self.run.step_number == 0:
            shell.voice.write(self.page.title(lesson))
        else:
            name = tr("Lesson {name}", name=lesson.title)
            shell.voice.write(self.page.head(name, tr("you go on where you left.")))
        self.turn_page()
        if self.run.step_number and not self.run.step.setup:
            shell.voice.say(tr("The old session is gone; `:catch-up` plays what led here."), "note")
        self._watch_the_clock()

    def connected(self) -> None:
        """There is a new connection: say in which lesson and step it is."""
        watch = self.shell.narrator.watch
        watch.lesson, watch.step = self.run.lesson.id, self.run.step.id
        self.ear.begin_here()
        if self._unstirred:
            self._stir()

    def takes(self, text: str) -> bool:
        """Is the typed line *text* no line for the server, but an answer to the lesson?"""
        return takes_answer(self, text)

    def holds(self, text: str) -> bool:
        """Is a prediction to be made before the line *text* leaves? Then it is asked now."""
        if self.skipping:
            return False
        watch = self.shell.narrator.watch
        command = parse_client_line(text.encode("utf-8", "surrogateescape"), watch.session.mode)
        predict = self.run.held(command, watch.session, watch.peer)
        if predict is None or predict.id in self._waived:
            return False
        ask_prediction(self, predict, text, lambda: self.shell.say(text))
        return True

    def predict(self, predict: Predict, guess: str, confidence: int) -> None:
        """The learner has committed to a prediction."""
        self.run.predict(predict.id, guess, confidence, self._now())

    def waive(self, predict: Predict) -> None:
        """The learner would rather see than guess."""
        self._waived.add(predict.id)

    # ------------------------------------------------------------ what happens

    def look(self) -> None:
        """It is the learner's turn: tell what has come of what happened."""
        told = self.ear.take()
        if told:
            with self.shell.view.gathered():
                for one in told:
                    tell(self, one)
            self.keep()
        cut_off, self.ear.cut_off = self.ear.cut_off, False
        if self._in_step >= 0 and self._in_step != self.run.step_number:
            self.turn_page()
        elif not self.quiet and not self.skipping:  # what is done for them is asked of nobody
            self._say_aside()
            pose(self)
            if cut_off:
                self._show_ways_back()
        if self._at_rest is not None and not (self.shell.waiting or self.shell.queue):
            self._at_rest.set()

    def _say_aside(self) -> None:
        questions = self.run.questions()
        if self.aside and not self.shell.waiting:
            if questions and questions[0].id == self.hinted:
                self.shell.voice.say(self.aside, "note")
            self.aside = ""

    def _show_ways_back(self) -> None:
        """What earlier steps said is lost with the connection: it has not to be typed again."""
        if self.run.finished or not self.shell.timeline.stations:
            return
        words = tr("`:undo` takes the line back.")
        if self.run.step_number:
            words = tr("`:undo` takes the line back; `:catch-up` plays what led to this step.")
        self.shell.voice.say(words, "note")

    def keep(self) -> None:
        """Write down how far it is. Where that cannot be, it is said once, and costs only that."""
        try:
            self._keep(self.run)
        except UsageError as error:
            if not self._unkept:
                self._unkept = True
                words = tr("your progress is not kept: {why}", why=printable(str(error)))
                self.shell.voice.complain(UsageError(words, hint=error.hint))

    # ------------------------------------------------------------ from step to step

    def begin_again(self, words: str) -> None:
        """The step at hand begins anew, after the run was put back."""
        self._waived.clear()
        self.ear.forget()
        self.shell.voice.say(words)
        self.keep()
        self.turn_page()
        if not self.run.step_number and not self.run.step.setup:
            self.shell.start(self.set_up(True))

    def way_to_step(self) -> Stations:
        """How the session came to where the step at hand began; () if there is no way back."""
        if self._begun is None or self._begun[0] is not self.shell.timeline:
            return ()
        return self.shell.timeline.way_to(self._begun[1])

    def start_over(self, run: Run) -> bool:
        """Go on with *run*, whose lesson was read anew; True if its step wants another world."""
        from smtpshell.lesson.renew import same_stage

        step, self.run = self.run.step, run
        self.arrangements.clear()
        self._waived.clear()
        self.ear.forget()
        self.posed = ""
        self.settle_in()
        if run.step.id == step.id and same_stage(run.step, step):
            self._in_step = run.step_number
            return False
        return True

    def settle_in(self) -> None:
        """Let the notes know in which lesson they are."""
        lesson = self.run.lesson
        place = Place(lesson.id, lesson.heading.track, lesson.refresh, lesson.long)
        self.shell.commentary.place = place

    def turn_page(self) -> None:
        """Show the step at hand, and change the world as it wants it."""
        run = self.run
        first, self._in_step = self._in_step < 0, run.step_number
        timeline = self.shell.timeline
        self._begun = (timeline, timeline.lines) if run.step_number else None
        self.shell.narrator.watch.step = run.step.id
        self.posed = ""
        if run.finished:
            return
        if not self.quiet:
            show_page(self)
        anew = [self.place.arrange(setup) for setup in run.step.setup]
        self._unstirred = bool(run.step.setup)
        if run.step.setup and not first:
            self.shell.start(self.set_up(any(anew)))
        elif not self.quiet:
            pose(self)

    async def set_up(self, anew: bool) -> None:
        if anew:
            self.shell.voice.say(tr("For this step you are connected anew."))
            await self.connect_anew()
        else:
            self._stir()
        self.look()

    async def new_world(self) -> None:
        """The servers were changed by their author: the step goes on in a world of its own."""
        await self.place.close()
        self._unstirred = bool(self.run.step.setup)
        await self.set_up(True)

    async def connect_anew(self) -> None:
        """A new connection, without a word about the old one."""
        self.vanish()
        await self.shell.open()

    def vanish(self) -> None:
        """Leave the old connection without a word: it is not the learner who leaves."""
        if self.shell.client is not None:
            self.shell.client.vanish()
            self.shell.client = None

    def _stir(self) -> None:
        """Change what the step at hand wants changed in the world that is there."""
        self._unstirred = False
        for setup in self.run.step.setup:
            self.place.stir(setup, self.shell.client)

    async def rest(self) -> None:
        """Wait until all that was said has been answered, or the connection is gone."""
        self._at_rest = asyncio.Event()
        try:
            if self.shell.waiting or self.shell.queue:
                await self._at_rest.wait()
        finally:
            self._at_rest = None

    # ------------------------------------------------------------ time, and going back

    def _watch_the_clock(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        self.ear.add(self.run.tick(self._now()))
        self.look()
        self._watch_the_clock()

    def close(self) -> None:
        """The lesson is put away."""
        if self._timer is not None:
            self._timer.cancel()
        self.run.leave(self._now())
        self.keep()

    def copy_of_run(self) -> Run:
        """The run as it stands, to come back to."""
        return self.run.copy()

    def go_back(self, run: Run) -> None:
        """The learner has taken back what was done since *run*; what was seen stays seen."""
        from smtpshell.lesson.renew import lost_since, taken_back

        lost = lost_since(self.run, run)
        self.run = taken_back(self.run, run)
        self.ear.forget()
        self.ear.begin_here()
        if self._in_step != self.run.step_number:
            self._in_step = self.run.step_number
            self.posed = ""
            title = printable(self.run.step.title)
            words = tr(
                "You are back in step {number}: {title}", number=self._in_step + 1, title=title
            )
            self.shell.voice.say(words)
        if lost and not self.quiet:
            self.shell.voice.say(tr("Open again:"))
            self.shell.voice.write(self.page.goals((goal, False) for goal in lost))
        self.keep()
