"""The tutor: takes one learner through one lesson in a shell.

It overhears what the narrator tells, hands it to the lesson's run, and says what comes of it when
it is the learner's turn, below the server's reply and the notes on it. It never changes, holds back
for good or refuses what the learner types; a prediction is asked before a line leaves, and then the
line leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from time import time
from typing import TYPE_CHECKING

from smtpshell.errors import UsageError
from smtpshell.explain.ledger import Form, Place
from smtpshell.lesson.guess import read_guess
from smtpshell.lesson.run import Run
from smtpshell.lesson.script import half
from smtpshell.lesson.told import Told
from smtpshell.sandbox.happening import KINDS, moments_of
from smtpshell.shell.course.page import Page
from smtpshell.shell.course.quiz import ask_prediction
from smtpshell.shell.course.report import report_lines
from smtpshell.shell.course.sample import sample_lines
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.printable import printable
from smtpshell.smtp.table.command import find_command

if TYPE_CHECKING:
    from smtpshell.fact.moment import Moment
    from smtpshell.lesson.arrange import Arrangement
    from smtpshell.lesson.lesson import Ask, Predict, Step
    from smtpshell.shell.commentary import Spoken
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.place import LessonPlace

_OF_THE_WORLD = frozenset(KINDS)
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
        self.arrangements: dict[str, tuple[Arrangement, list[str]]] = {}
        self._keep = keep
        self._now = now
        self._told: list[Told] = []
        self._posed = ""  # the question that was put last
        self._kept_back = ""  # the line that looked like an answer to it
        self._waived: set[str] = set()  # predictions that the learner did not want to make
        self._read = 0  # the last happening that was looked at
        self._in_step = -1  # the step whose page was shown
        self._helped = False  # the next line was offered half filled in
        self._skipping = False
        self._at_rest: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def page(self) -> Page:
        """Makes the lesson's lines as wide as the terminal is now."""
        return Page(self.shell.voice.columns, self.shell.voice.marks)

    # ------------------------------------------------------------ before anything is said

    def before_opening(self) -> bool:
        """The connection is about to be opened; True if a question comes first."""
        if self._in_step < 0:
            self._begin()
        predict = None if self._skipping else self.run.held_connect(self.place.peer())
        if predict is None or predict.id in self._waived:
            return False
        ask_prediction(self, predict, "", lambda: self.shell.start(self.shell.open()))
        return True

    def _begin(self) -> None:
        """The first page, or the one where the learner has left."""
        lesson, shell = self.run.lesson, self.shell
        heading = lesson.heading
        shell.commentary.place = Place(lesson.id, heading.track, lesson.refresh, lesson.long)
        if self.run.step_number == 0:
            shell.voice.write(self.page.title(lesson))
        else:
            shell.voice.write(self.page.head(f"Lesson {lesson.title}", "you go on where you left."))
        self._turn_page()
        if self.run.step_number and not self.run.step.setup:
            shell.voice.say("The old session is gone; `:catch-up` plays what led here.", "note")
        self._watch_the_clock()

    def connected(self) -> None:
        """There is a new connection: say in which lesson and step it is."""
        watch = self.shell.narrator.watch
        watch.lesson, watch.step = self.run.lesson.id, self.run.step.id
        happenings = self.place.happenings
        self._read = happenings.number if happenings is not None else 0

    def holds(self, text: str) -> bool:
        """Is a prediction to be made before the line *text* leaves? Then it is asked now."""
        if self._skipping:
            return False
        if self._answers(text):
            return True
        session = self.shell.narrator.session
        command = parse_client_line(text.encode("utf-8", "surrogateescape"), session.mode)
        predict = self.run.held(command, session)
        if predict is None or predict.id in self._waived:
            return False
        ask_prediction(self, predict, text, lambda: self.shell.say(text))
        return True

    def _answers(self, text: str) -> bool:
        """Is *text* no command but an answer? Then it is kept back, once: a server may hang up."""
        questions = self.run.questions()
        said = text.strip()
        if not questions or not self.shell.at_command or said == self._kept_back:
            return False
        choices = len(questions[0].choices)
        if choices and not (said.isascii() and said.isdigit() and 1 <= int(said[:3]) <= choices):
            return False
        if not choices and (not said or find_command(said.split()[0]) is not None):
            return False
        self._kept_back = said
        meant = f":{said}" if choices else f":= {said}"
        self.shell.view.keep_typed(text)
        words = f"Nothing was sent. Is this your answer? Then it is `{printable(meant)}`."
        self.shell.voice.say(f"{words} To send the line, say it again.")
        self.shell.view.prefill(meant)
        return True

    def check_guess(self, predict: Predict, text: str) -> None:
        """UsageError if *text* is no guess."""
        read_guess(predict, text)

    def predict(self, ident: str, guess: str, confidence: int) -> None:
        """The learner has committed to a prediction."""
        self.run.predict(ident, guess, confidence, self._now())

    def waive(self, ident: str) -> None:
        """The learner would rather see than guess."""
        self._waived.add(ident)

    # ------------------------------------------------------------ what happens

    def hear(self, moments: Iterable[Moment]) -> None:
        """Something happened in the session."""
        for moment in moments:
            if moment.on in _OF_THE_WORLD:  # `look` finds them, those that nobody speaks of too
                continue
            if moment.on in ("reply", "close", "message"):
                waiting = len(self.shell.narrator.session.pending)
                facts = self.place.facts(self.shell.client, waiting)
                moment.more = {**moment.more, **facts}
            self._tell_run(moment)

    def noted(self, spoken: Iterable[Spoken]) -> None:
        """Notes were chosen for a moment; those that are shown count."""
        for one in spoken:
            if one.form is not Form.NONE:
                self._told += self.run.noted(one.note, one.moment, self._now(), self._at())

    def used(self, name: str, argument: str) -> None:
        """The learner has used a local command; a goal may ask for it."""
        self._told += self.run.local(name, argument, self._now())

    def look(self) -> None:
        """It is the learner's turn: tell what has come of what happened."""
        self._look_at_world()
        told, self._told = self._told, []
        if told:
            with self.shell.view.gathered():
                for one in told:
                    self._tell(one)
            self._keep(self.run)
        if self._in_step >= 0 and self._in_step != self.run.step_number:
            self._turn_page()
        elif not self.quiet:
            self._pose()
        if self._at_rest is not None and not (self.shell.waiting or self.shell.queue):
            self._at_rest.set()

    def _look_at_world(self) -> None:
        happenings = self.place.happenings
        if happenings is None:
            return
        watch = self.shell.narrator.watch
        for happening in happenings.since(self._read):
            for moment in moments_of(happening, happenings, watch):
                self._tell_run(moment, happening.at)
        self._read = happenings.number

    def _tell_run(self, moment: Moment, at: float | None = None) -> None:
        self._told += self.run.on_moment(moment, self._now(), self._at() if at is None else at)

    def _at(self) -> float:
        """The time on the practice server's clock."""
        return self.place.now() if self.place.happenings is not None else self._now()

    # ------------------------------------------------------------ what is said of it

    def _tell(self, told: Told) -> None:
        page, voice = self.page, self.shell.voice
        if told.kind == "lesson":
            self._end()
        elif self.quiet:
            return
        elif told.kind == "goal":
            voice.write(page.head("Reached", told.words, "goal.done"))
        elif told.kind == "lost":
            voice.write(page.head("Lost again", told.words, "note.error"))
        elif told.kind == "prediction":
            voice.write(page.head("Your prediction", self._compare(told)))
        elif told.kind == "answer":
            self._tell_answer(told)
        elif told.kind == "stuck":
            self._offer_help(told.words)
        elif told.kind == "why":
            voice.write(page.head("Think back", told.words))

    def _compare(self, told: Told) -> str:
        guess = self.run.guesses[told.id]
        predict = next(one for one in self.run.lesson.predicts if one.id == told.id)
        said, truth = (_in_words(predict, one) for one in (guess.guess, guess.truth))
        if guess.right:
            return f"you said {said}, and so it is. {told.words}".rstrip()
        return f"you said {said}, it is {truth}. {told.words}".rstrip()

    def _tell_answer(self, told: Told) -> None:
        head = "Right" if told.right else "Not quite"
        style = "goal.done" if told.right else "note.error"
        self.shell.voice.write(self.page.head(head, told.words, style))
        if not told.right:
            self._posed = ""  # put it once more, if there is another try

    def _offer_help(self, why: str) -> None:
        if self.run.next_line():
            self._helped = True
            words = "Show the next line, half filled in? `:y` does. `:hint` gives a hint."
            self.shell.voice.write(self.page.head("Stuck?", f"{why}. {words}"))

    def _turn_page(self) -> None:
        """Show the step at hand, and change the world as it wants it."""
        run = self.run
        first, self._in_step = self._in_step < 0, run.step_number
        watch = self.shell.narrator.watch
        watch.step = run.step.id
        self._posed, self._helped = "", False
        if run.finished:
            return
        with self.shell.view.gathered():
            if not self.quiet:
                self.shell.voice.write(self.page.step(run))
                self._show_arrangements(run.step)
            if run.waits_for_go_on:
                self.shell.voice.say("When you have read this: `:next`.", "note")
        anew = [self.place.arrange(setup) for setup in run.step.setup]
        if run.step.setup and not first:
            self.shell.start(self._set_up(any(anew)))
        elif not self.quiet:
            self._pose()

    async def _set_up(self, anew: bool) -> None:
        if anew:
            self.shell.voice.say("For this step you are connected anew.")
            await self.shell.open()
        self.stir()

    def stir(self) -> None:
        """Change what the step at hand wants changed in the world that is there."""
        for setup in self.run.step.setup:
            self.place.stir(setup, self.shell.client)
        self.look()

    def _pose(self) -> None:
        """Put the next question, once."""
        questions = self.run.questions()
        if not questions or questions[0].id == self._posed or self.shell.question is not None:
            return
        ask = questions[0]
        self._posed = ask.id
        if ask.transcript:
            self.shell.voice.write(self.page.script(sample_lines(ask.transcript)))
        self.shell.voice.write([self.page.empty(), *self.page.ask(ask, _how_to_answer(ask))])

    def _end(self) -> None:
        self.shell.voice.write(self.page.prose(self.run.lesson.closing))
        self.shell.voice.write(report_lines(self.page, self.run))

    # ------------------------------------------------------------ what the learner asks for

    def show_step(self) -> None:
        """`:goal`: what is to be done, and how far it is."""
        self.shell.voice.write(self.page.step(self.run))
        self._posed = ""
        self._pose()

    def answer(self, text: str) -> None:
        """`:= TEXT`: an answer to the question that was put."""
        questions = self.run.questions()
        if not questions:
            raise UsageError("no question is open", hint=":goal shows what the step asks for")
        if not text:
            raise UsageError(_how_to_answer(questions[0]))
        self._told += self.run.answer(questions[0].id, text, self._now())
        self.look()

    def hint(self) -> None:
        """`:hint`: the next hint, if it is time for one."""
        before = self.run.help.level
        level, text = self.run.hint(self._now())
        if not level:
            self.shell.voice.say("This step has no hints. :show shows how it is done.")
            return
        self.shell.voice.write(self.page.head("Hint", text))
        if level == before and level < len(self.run.step.hints):
            self.shell.voice.say("Try something first; then there is more.", "note")
        self._keep(self.run)

    def fill(self) -> None:
        """`:y`: the next line, half filled in, at the prompt."""
        line = self.run.next_line()
        if not line:
            raise UsageError("nothing of the solution is left to be said", hint=":goal")
        self._helped = False
        self.shell.voice.write(self.page.head("The next line begins like this", half(line)))
        self.shell.view.prefill(half(line).replace("____", ""))

    def show(self) -> None:
        """`:show`: the step's solution, to read."""
        lines = self.run.show(self._now())
        if not lines:
            raise UsageError("this step has nothing to be typed", hint=":next goes on")
        self.shell.voice.write(self.page.script(lines))
        self.shell.voice.say("You can type it now, or let `:skip` do it. It brings no points.")
        self._keep(self.run)

    def go_on(self) -> None:
        """`:next`: a step without goals was read."""
        if not self.run.waits_for_go_on:
            raise UsageError(
                "this step has something to be done", hint=":goal shows it, :skip does it for you"
            )
        self._told += self.run.go_on(self._now())
        self.look()

    def play(self) -> None:
        """`:play`: the lesson goes quiet, or speaks again."""
        self.quiet = not self.quiet
        words = "The lesson is quiet. What you do still counts; `:play` brings it back."
        self.shell.voice.say(words if self.quiet else "The lesson speaks again.")
        if not self.quiet:
            self.show_step()

    def reset_step(self) -> None:
        """`:reset`: the step from its beginning."""
        self.run.reset_step(self._now())
        self._begin_again("The step begins again.")

    def reset_lesson(self) -> None:
        """`:reset lesson`: from the first step."""
        self.run.begin(self._now())
        self._begin_again("The lesson begins again.")

    def _begin_again(self, words: str) -> None:
        self._waived.clear()
        self._told.clear()
        self.shell.voice.say(words)
        self._keep(self.run)
        self._in_step = self.run.step_number
        self._turn_page()

    # ------------------------------------------------------------ lines in order

    def _show_arrangements(self, step: Step) -> None:
        from smtpshell.lesson.arrange import arrangement

        for script in step.parsons:
            if script.name in self.run.arranged_right:
                continue
            if script.name not in self.arrangements:
                problem = arrangement(self.run.lesson, script, self.place.folders)
                lines = problem.shuffled(self.place.seed)
                self.arrangements[script.name] = (problem, lines)
            _, lines = self.arrangements[script.name]
            self.shell.voice.table(
                [(f"{n}", text or "(an empty line)") for n, text in enumerate(lines, 1)]
            )
            self.shell.voice.say("Put them in order with their numbers: `:order 3 1 2 ...`", "note")

    def order(self, words: str) -> None:
        """`:order 3 1 2`: the lines in the learner's order."""
        open_ones = [s for s in self.run.step.parsons if s.name not in self.run.arranged_right]
        if not open_ones:
            raise UsageError("there are no lines to be put in order here", hint=":goal")
        name = open_ones[0].name
        problem, lines = self.arrangements[name]
        numbers = words.replace(",", " ").split()
        if not numbers or not all(n.isdecimal() and 1 <= int(n) <= len(lines) for n in numbers):
            raise UsageError(f"numbers from 1 to {len(lines)}, in your order: `:order 3 1 2 ...`")
        right = problem.right([lines[int(n) - 1] for n in numbers])
        self._told += self.run.arranged(name, right, self._now())
        if not right:
            self.shell.voice.write(self.page.head("Not yet", problem.words))
        self.look()

    # ------------------------------------------------------------ done for the learner

    async def skip(self) -> None:
        """`:skip`: do the step, so that the later ones still work."""
        from smtpshell.shell.course.script import play_script

        step = self.run.step_number
        self.run.show(self._now())
        self._skipping = True
        try:
            for script in self.run.step.parsons:
                self._told += self.run.arranged(script.name, True, self._now())
            if self.run.waits_for_go_on:
                self.go_on()
            else:
                await play_script(self, self.place.solution(self.run, self.shell.client))
                self._answer_all(step)
        finally:
            self._skipping = False
        self.look()
        if self.run.step_number == step and not self.run.finished:
            self.shell.voice.say("The step is not done yet: `:goal` shows what is left.")

    def _answer_all(self, step: int) -> None:
        while self.run.step_number == step and (questions := self.run.questions()):
            ask = questions[0]
            text = ask.answers[0] if ask.answers else ""
            before = len(self._told)
            while any(one.id == ask.id for one in self.run.questions()):
                self._told += self.run.answer(ask.id, text, self._now())
            del self._told[before + 1 : -1]

    async def catch_up(self) -> None:
        """`:catch-up`: a new session in which the earlier steps have been done."""
        from smtpshell.shell.course.script import play_script

        if not self.run.step_number:
            raise UsageError("this is the first step; nothing led here", hint=":connect")
        self._skipping = True
        try:
            await play_script(self, self.place.way_here(self.run))
        finally:
            self._skipping = False

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
        self._told += self.run.tick(self._now())
        self.look()
        self._watch_the_clock()

    def close(self) -> None:
        """The lesson is put away."""
        if self._timer is not None:
            self._timer.cancel()
        self._keep(self.run)

    def copy_of_run(self) -> Run:
        """The run as it stands, to come back to."""
        return self.run.copy()

    def go_back(self, run: Run) -> None:
        """The learner has taken back what was done since *run*."""
        self.run = run.copy()
        self._told.clear()
        happenings = self.place.happenings
        self._read = happenings.number if happenings is not None else 0
        if self._in_step != self.run.step_number:
            self._in_step = self.run.step_number
            self.shell.voice.say(f"You are back in step {self._in_step + 1}.")
        self._keep(self.run)


def _in_words(predict: Predict, guess: str) -> str:
    if predict.choices and guess.isdecimal() and 1 <= int(guess) <= len(predict.choices):
        return f'"{predict.choices[int(guess) - 1]}"'
    return guess


def _how_to_answer(ask: Ask) -> str:
    if ask.choices:
        return f"Answer with its number: `:1` to `:{len(ask.choices)}`."
    return "Answer with `:=` and your words, as in `:= yes`."


def begin_lesson(shell: Shell, tutor: Tutor) -> None:
    """Put *tutor* in the place of whatever lesson was open."""
    try:
        if shell.tutor is not None:
            shell.tutor.close()
    finally:
        shell.tutor = tutor


def need_tutor(shell: Shell) -> Tutor:
    """The tutor of the lesson that is open; UsageError without one."""
    if shell.tutor is None:
        raise UsageError("no lesson is open", hint="`smtpshell learn` begins one")
    return shell.tutor
