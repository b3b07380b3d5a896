"""A lesson as values: its steps, and the blocks in them. `lessonfile` reads it."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from smtpshell.explain.section import Block
from smtpshell.lesson.clause import Clause
from smtpshell.lesson.script import Script

Names = tuple[str, ...]
Prose = tuple[
    Block, ...
]  # text, list, numbered, code; and "worked", "parsons", "ask" in their place

MODES = ("all", "any", "sequence")
SCOPES = ("transaction", "session", "step", "lesson")
JUDGES = ("reply-class", "reply-code")
# What can be expected of a server, for `judge = "reply-class"`.
CLASSES = ("2xx", "3xx", "4xx", "5xx", "closes", "nothing")


class Server(NamedTuple):
    """A practice server of a lesson, by personality, scenario and door."""

    name: str = ""
    personality: str = "postfix-like"
    scenario: str = "small-office"
    door: str = "mx"
    clock: str = "virtual"
    seed: int = 7


class Goal(NamedTuple):
    """One outcome that can be checked. *mode* says how the *clauses* are joined.

    *same*: all events of it must agree in these facts. *may_omit* are lines of the solution, as
    patterns with *, without which the goal is reached all the same, and rightly so.
    """

    id: str
    say: str
    points: int
    mode: str
    clauses: tuple[Clause, ...]
    none: tuple[Clause, ...] = ()
    within: str = "lesson"
    same: Names = ()
    hold: bool = False
    depends: Names = ()
    optional: bool = False
    may_omit: Names = ()
    where: str = ""


class Predict(NamedTuple):
    """A question before the held line leaves. *answer* counts the choices from 1, 0 with *judge*.

    *truth* is what must happen in the held line's exchange if the answer is right, for testing.
    *points* are for one that comes true, in a quiz.
    """

    id: str
    ask: str
    hold: Clause
    nth: int = 1
    choices: Names = ()
    answer: int = 0
    judge: str = ""
    because: str = ""
    truth: tuple[Clause, ...] = ()
    confidence: bool = True
    points: int = 0
    where: str = ""


class Ask(NamedTuple):
    """A short question. *answers* as they are written, of *choices* their numbers. *match*: a
    pattern.

    It is asked when the goals named in *after* are reached. *retrieval* is the lesson it goes back
    to, *transcript* the sample session it is about. *manual*: nobody judges it here.
    """

    id: str
    ask: str
    points: int = 0
    choices: Names = ()
    answers: Names = ()
    match: str = ""
    right: str = ""
    wrong: str = ""
    after: Names = ()
    retrieval: str = ""
    transcript: str = ""
    manual: bool = False
    optional: bool = False
    where: str = ""

    @property
    def tries(self) -> int:
        """How often it may be answered: between two, the second try would give the point away."""
        return 1 if len(self.choices) == 2 else 2


class Setup(NamedTuple):
    """What is changed in the practice world when the step begins; keys as in the block."""

    table: Mapping[str, Any]
    where: str = ""


class Mistake(NamedTuple):
    """Wrong lines, and the note that must answer them."""

    note: str
    script: Script


class Step(NamedTuple):
    """One step. The first of the *solutions* is the one that later steps build on."""

    id: str
    title: str
    prose: Prose
    goals: tuple[Goal, ...] = ()
    predicts: tuple[Predict, ...] = ()
    asks: tuple[Ask, ...] = ()
    setup: tuple[Setup, ...] = ()
    hints: Names = ()
    solutions: tuple[Script, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    worked: tuple[Script, ...] = ()
    parsons: tuple[Script, ...] = ()
    where: str = ""


class Again(NamedTuple):
    """ "Same line, other server": what to look for when the session is played to somebody else."""

    personality: str
    say: str


class Heading(NamedTuple):
    """What is known of a lesson before it is opened."""

    id: str
    title: str
    track: str
    minutes: int
    needs: Names = ()
    teaches: Names = ()
    fixes: Names = ()
    refs: Names = ()
    on_trouble: Names = ()
    optional: bool = False
    graded: bool = False
    points: int = 0
    pass_points: int = 0
    where: str = ""


class Lesson(NamedTuple):
    """A lesson: *intro* before its steps, *closing* behind them. *servers*: the first is the usual.

    *also* are personalities on which the solutions must work too. *completion* is "full", "verbs"
    or "none". *refresh* are notes told in full again, *long* asks for their long texts. *limit* is
    in minutes: who needs more has not passed; 0 is none. *one_way* says why there is only one way
    through, "" if there are several. Of the steps with the numbers in *draw* each try has *take*
    (see `draw`); *undrawn* are all steps of one that was drawn, and *seed* what it was drawn by.
    """

    heading: Heading
    intro: Prose
    steps: tuple[Step, ...]
    closing: Prose = ()
    servers: tuple[Server, ...] = (Server(),)
    also: Names = ()
    refresh: Names = ()
    completion: str = "full"
    verbosity: str = "normal"
    long: bool = False
    again: tuple[Again, ...] = ()
    path: str = ""
    limit: int = 0
    one_way: str = ""
    draw: tuple[int, ...] = ()
    take: int = 0
    undrawn: tuple[Step, ...] = ()
    seed: int = 0

    @property
    def id(self) -> str:
        return self.heading.id

    @property
    def title(self) -> str:
        return self.heading.title

    @property
    def goals(self) -> Iterator[tuple[int, Goal]]:
        """Every goal with the number of its step, from 0."""
        return ((number, goal) for number, step in enumerate(self.steps) for goal in step.goals)

    @property
    def asks(self) -> Iterator[Ask]:
        """Every question."""
        return (ask for step in self.steps for ask in step.asks)

    @property
    def predicts(self) -> Iterator[Predict]:
        """Every prediction."""
        return (predict for step in self.steps for predict in step.predicts)

    @property
    def ways(self) -> int:
        """How many different ways through are tried: the main one, and each other one in a step."""
        return 1 + sum(len(step.solutions[1:]) for step in self.steps)

    def server(self, name: str) -> Server | None:
        """The server of this name; "" is the usual one."""
        if not name:
            return self.servers[0]
        return next((server for server in self.servers if server.name == name), None)
