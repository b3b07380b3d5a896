"""Plays scripts of a lesson on a stage, as a learner would who knows it all.

Predictions, questions and parsons blocks are answered right on the way, so that what a run says
afterwards is about the lesson. Replies that are not as a script has them are written down.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.errors import SmtpshellError
from smtpshell.fact.moment import Moment
from smtpshell.lesson.guess import local_moment
from smtpshell.lesson.house import Shelf
from smtpshell.lesson.lesson import CLASSES, Lesson, Predict
from smtpshell.lesson.local import EATEN, do_local
from smtpshell.lesson.run import Run
from smtpshell.lesson.script import CLIENT, SERVER, Line, Script, goes_on, matches, seconds
from smtpshell.lesson.stage import Stage
from smtpshell.lesson.told import Told
from smtpshell.smtp.command import parse_client_line

if TYPE_CHECKING:
    from smtpshell.explain.library import Library
    from smtpshell.smtp.reply import Reply


class Fault(NamedTuple):
    """Something that is not as the lesson says; *where* is FILE:LINE."""

    where: str
    message: str


class Player:
    """One play of a lesson. *library* is needed where notes count.

    Whoever plays more than once had better pass the *shelf* on, too.
    """

    def __init__(
        self,
        lesson: Lesson,
        shelf: Shelf | None = None,
        *,
        personality: str = "",
        library: "Library | None" = None,
    ) -> None:
        self.lesson = lesson
        self.stage = Stage(lesson, shelf or Shelf(), personality)
        self.run = Run(lesson, self.stage.now)
        self.silent = False  # nothing is answered, predicted or put in order
        self.faults: list[Fault] = []
        self.told: list[Told] = []
        self.primaries: list[str] = []  # notes that were the main one, since they were cleared
        self.verbs: dict[int, str] = {}  # what each line of the file was to the session
        self.held: dict[str, list[Moment]] = {}  # prediction -> its line and what came of it
        # (prediction, number of a clause of its truth) -> how often that was so; counted at once,
        # because what a server knows of its client is found out when it is asked for.
        self.truths: Counter[tuple[str, int]] = Counter()
        self._library = library
        self._explainer = _explainer(library)
        self._replies: list[Reply] = []  # not compared yet
        self._wanted: tuple[Line, ...] = ()  # `S:` lines of a reply that goes on

    @property
    def path(self) -> str:
        return self.lesson.path

    def begin_step(self) -> None:
        """The step at hand begins: its setup, and what can be done before the first line."""
        step = self.run.step
        self.stage.step = step.id
        self.stage.put_tools_away()
        for setup in step.setup:
            try:
                self.stage.prepare(setup)
            except SmtpshellError as error:
                self.faults.append(Fault(setup.where, str(error)))
        self._digest()
        for script in step.parsons if not self.silent else ():
            self._note_told(self.run.arranged(script.name, True, self.stage.now))
        self._answer()
        while self.run.waits_for_go_on and self.run.step is step:
            self._note_told(self.run.go_on(self.stage.now))

    def play(self, script: Script, omit: int = -1) -> None:
        """Play *script*, its line number *omit* left out."""
        self._replies.clear()
        group: list[bytes] | None = None
        early = False
        for line in script.lines:
            try:
                if line.kind == SERVER:
                    self._expect(line)
                elif line.number == omit:
                    continue
                elif line.kind == CLIENT and self.stage.eats and line.text.startswith(("Q", "R")):
                    self._eat(line)
                elif line.kind == CLIENT and group is not None:
                    group.append(self._prepare(line))
                elif line.kind == CLIENT:
                    self._replies.clear()
                    self._say(self._prepare(line), early=early)
                    early = False
                elif line.word == "pipeline":
                    group = []
                elif line.word == "end" and group is not None:
                    self._replies.clear()
                    self._say(b"".join(group), early=early)
                    group, early = None, False
                elif line.word == "early":
                    early = True
                elif line.word == "end":
                    pass  # its pipeline was left out
                else:
                    self._direct(line)
            except SmtpshellError as error:
                self._fault(line, str(error))
            self._digest(line)
        self._wanted = ()

    # ------------------------------------------------------------ lines

    def _prepare(self, line: Line) -> bytes:
        """A line that is about to leave: it may be one that is held for a prediction."""
        if not self.stage.open:
            self._predict_connect()
        watch = self.stage.watch
        command = parse_client_line(line.data, watch.session.mode)
        predict = self.run.held(command, watch.session, self.stage.known_before(command))
        if predict is not None:
            self._predict(predict)
        return line.data + self.stage.eol

    def _predict(self, predict: Predict) -> None:
        if self.silent:
            return
        # With `judge` nobody can know; what is checked is that it is asked and comes true or not.
        guess = str(predict.answer) if predict.choices else CLASSES[0]
        guess = "250" if predict.judge == "reply-code" else guess
        self.run.predict(predict.id, guess, 2, self.stage.now)
        self.held[predict.id] = []

    def _predict_connect(self, server: str | None = None) -> None:
        predict = self.run.held_connect(self.stage.peer_of(server))
        if predict is not None:
            self._predict(predict)

    def _say(self, data: bytes, *, early: bool = False) -> None:
        if early:
            self.stage.connect(early=data)
            return
        if not self.stage.open:
            self._connect(None)
            self._digest()
            self._replies.clear()  # whoever begins with a line does not mind the greeting
        self.stage.say(data)

    def _eat(self, line: Line) -> None:
        """The tool in front of the server has taken a line for one of its own commands."""
        self._prepare(line)
        self._use(EATEN, line.text)
        if line.text.startswith("Q"):
            self.stage.hang_up()

    def _use(self, name: str, argument: str) -> None:
        predict = self.run.foresight.open
        if predict is not None:
            self._count_truths(predict, local_moment(name, argument))
        self._note_told(self.run.local(name, argument, self.stage.now))

    def _connect(self, server: str | None) -> None:
        self._predict_connect(server)
        self.stage.connect(server)

    def _direct(self, line: Line) -> None:
        word = line.word
        if word == "wait":
            self.stage.wait(seconds(line.argument))
        elif word == "tls":
            self.stage.shake_hands()
        elif word == "close":
            self.stage.hang_up()
        elif word in ("new-session", "connect"):
            self._replies.clear()
            self._connect(line.argument or None)
        else:
            name = word.removeprefix(":")
            if name == "connect":
                self._replies.clear()
                self._predict_connect(line.argument or None)
            do_local(self.stage, name, line.argument)
            self._digest()
            self._use(name, line.argument)

    def _expect(self, line: Line) -> None:
        if not self.stage.open and not self._replies and not self._wanted:
            self._connect(None)
            self._digest()
        self._wanted = (*self._wanted, line)
        if goes_on(line):
            return
        wanted, self._wanted = self._wanted, ()
        if not self._replies:
            self._fault(line, f'nothing was said where "{line.text}" is expected')
            return
        reply = self._replies.pop(0)
        texts = tuple(one.text[4:] for one in reply.lines)
        if not matches(wanted, reply.code, texts):
            said = reply.lines[-1].text
            self._fault(wanted[0], f'"{wanted[0].text}" is expected, the server says "{said}"')

    def _fault(self, line: Line, message: str) -> None:
        self.faults.append(Fault(f"{self.path}:{line.number}", message))

    # ------------------------------------------------------------ what happened

    def _digest(self, line: Line | None = None) -> None:
        """Hand all that happened to the run, and answer what it asks."""
        run, stage = self.run, self.stage
        for moment, at in stage.take():
            if moment.on in ("greeting", "reply") and moment.reply is not None:
                self._replies.append(moment.reply)
            if line is not None and moment.on == "command":
                self.verbs.setdefault(line.number, moment.verb)
            open_prediction = run.foresight.open
            if open_prediction is not None:
                self.held[open_prediction.id].append(moment)
                self._count_truths(open_prediction, moment)
            self._note_told(run.on_moment(moment, stage.now, at))
            self._explain(moment)
        self._answer()
        stage.step = run.step.id

    def _count_truths(self, predict: Predict, moment: Moment) -> None:
        for number, clause in enumerate(predict.truth):
            self.truths[predict.id, number] += clause.condition().met(moment)

    def _explain(self, moment: Moment) -> None:
        if self._explainer is None:
            return
        selection, _ = self._explainer.on_moment(moment)
        if selection.primary is not None:
            self.primaries.append(selection.primary.id)
        for note in selection.shown:
            self._note_told(self.run.noted(note, moment, self.stage.now, self.stage.at))

    def _answer(self) -> None:
        while not self.silent and (questions := self.run.questions()):
            ask = questions[0]
            text = ask.answers[0] if ask.answers else ""
            for _ in range(2):
                self._note_told(self.run.answer(ask.id, text, self.stage.now))

    def _note_told(self, told: list[Told]) -> None:
        self.told += told


def _explainer(library: "Library | None") -> "Explainer | None":
    if library is None:
        return None
    from smtpshell.explain.dialogue import Explainer

    return Explainer(library)


if TYPE_CHECKING:
    from smtpshell.explain.dialogue import Explainer
