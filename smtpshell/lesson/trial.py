"""`smtpshell lesson test`: is a lesson true? Its own solutions, mistakes and goals are played.

1. Before a step none of its goals is reached.
2. The solutions reach each goal in its own step, with every answer on the way; each way of them.
3. Every reply is as the script has it.
4. Every prediction is asked, and agrees with what happened.
5. Every mistake shows its note as the main one, and reaches no goal.
6. Left out one line of the solution, a goal is missing, and for each goal there is such a line
   (the mutation test); a goal made of answers is not reached without them.
7. All that on each personality of `also`.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.lesson.arrange import arrangement
from smtpshell.lesson.house import Shelf
from smtpshell.lesson.lesson import Lesson, Mistake, Step
from smtpshell.lesson.player import Fault, Player
from smtpshell.lesson.script import CLIENT, DIRECTIVE, GAP, Line, Script, fits_gap, glob

if TYPE_CHECKING:
    from smtpshell.explain.library import Library

_LETTER = frozenset({"TEXT", "CHUNK"})


class Result(NamedTuple):
    """One thing that was tried. *faults* are empty if it is as it should be."""

    name: str
    where: str
    faults: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


def try_lesson(
    lesson: Lesson, library: "Library", folders: Sequence[Path] = ()
) -> Iterator[Result]:
    """All that can be tried with *lesson*, one result after the other."""
    trial = _Trial(lesson, library, folders)
    yield from trial.solutions("")
    for personality in lesson.also:
        yield from trial.solutions(personality)
    yield from trial.other_ways()
    yield from trial.mistakes()
    yield from trial.omissions()
    yield from trial.examples()
    yield from trial.arrangements()


class _Trial:
    def __init__(self, lesson: Lesson, library: "Library", folders: Sequence[Path]) -> None:
        self._lesson = lesson
        self._library = library
        self._shelf = Shelf(folders)
        # Notes are looked up only where something depends on them: it is what takes most time.
        tables = (
            clause.table for _, goal in lesson.goals for clause in (*goal.clauses, *goal.none)
        )
        self._noted = any(table.get("on") == "noted" for table in tables)
        self._verbs: dict[int, str] = {}

    def _player(self, personality: str = "", *, notes: bool = False) -> Player:
        library = self._library if notes or self._noted else None
        return Player(self._lesson, self._shelf, personality=personality, library=library)

    def _name(self, step: Step, words: str) -> str:
        return f"{self._lesson.id} step {step.id}: {words}"

    # ------------------------------------------------------------ 1 to 4, and 7

    def solutions(self, personality: str) -> Iterator[Result]:
        """The main way through all steps."""
        player = self._player(personality, notes=True)
        words = f"solution on {personality}" if personality else "solution"
        for number, step in enumerate(self._lesson.steps):
            yield self._try_step(player, number, step, words, None)
        self._verbs = self._verbs or player.verbs

    def other_ways(self) -> Iterator[Result]:
        """Each other way, in its own step."""
        for number, step in enumerate(self._lesson.steps):
            for script in step.solutions[1:]:
                player = self._player()
                results = [
                    self._try_step(
                        player, n, one, f"solution {script.name}", script if n == number else None
                    )
                    for n, one in enumerate(self._lesson.steps)
                ]
                faults = tuple(fault for result in results for fault in result.faults)
                yield Result(results[number].name, script.where, faults)

    def _try_step(
        self, player: Player, number: int, step: Step, words: str, script: Script | None
    ) -> Result:
        run = player.run
        player.faults = []
        done = {goal.id for goal in step.goals if run.judge[goal.id].reached}
        faults = [
            Fault(goal.where, f'"{goal.id}" is reached before its step begins')
            for goal in step.goals
            if goal.id in done
        ]
        if run.step_number == number:
            player.begin_step()
        way = script or (step.solutions[0] if step.solutions else None)
        if way is not None:
            player.play(way)
        faults += player.faults
        faults += [
            Fault(goal.where, f'"{goal.id}" is not reached by the solution')
            for goal in step.goals
            if not run.judge[goal.id].reached and not goal.optional
        ]
        if script is None:  # another way may go around the line that is held
            faults += self._predictions(player, step)
        faults += [
            Fault(ask.where, f'"{ask.id}" is not asked in its step')
            for ask in step.asks
            if ask.id not in run.answers
        ]
        while run.step_number <= number and not run.finished:
            run.skip(player.stage.now)  # so that later steps are judged for themselves
        return Result(self._name(step, words), step.where, tuple(dict.fromkeys(faults)))

    def _predictions(self, player: Player, step: Step) -> Iterator[Fault]:
        for predict in step.predicts:
            made = player.run.guesses.get(predict.id)
            if made is None:
                yield Fault(predict.where, f'"{predict.id}": the line it waits for is never said')
            elif not made.settled:
                yield Fault(predict.where, f'"{predict.id}": nothing comes of its line')
            for clause_number, clause in enumerate(predict.truth if made is not None else ()):
                count = player.truths[predict.id, clause_number]
                if not clause.enough(count):
                    yield Fault(
                        predict.where, f'"{predict.id}": its truth {dict(clause.table)} is not met'
                    )

    def _play_until(self, player: Player, number: int, *, silent: bool = False) -> None:
        """Play the main way up to the step of this number, and begin that, perhaps *silent*."""
        for step in self._lesson.steps[:number]:
            player.begin_step()
            if step.solutions:
                player.play(step.solutions[0])
        player.silent = silent
        player.begin_step()

    # ------------------------------------------------------------ 5

    def mistakes(self) -> Iterator[Result]:
        """Each mistake, at every place of its step until it comes true."""
        for number, step in enumerate(self._lesson.steps):
            for mistake in step.mistakes:
                faults = self._try_mistake(number, step, mistake)
                name = self._name(step, f"mistake {mistake.note}")
                yield Result(name, mistake.script.where, faults)

    def _try_mistake(self, number: int, step: Step, mistake: Mistake) -> tuple[Fault, ...]:
        best: tuple[Fault, ...] = ()
        for place in _places(step, mistake):
            player = self._player(notes=True)
            self._play_until(player, number)
            player.play(place)
            reached = {judge.goal.id for judge in player.run.judge if judge.reached}
            player.faults, player.primaries = [], []
            player.play(mistake.script)
            faults = list(player.faults)
            where = mistake.script.where
            if mistake.note not in player.primaries:
                shown = ", ".join(dict.fromkeys(player.primaries)) or "none"
                faults.append(Fault(where, f"{mistake.note} is not the main note; shown: {shown}"))
            faults += [
                Fault(where, f'this mistake reaches the goal "{judge.goal.id}"')
                for judge in player.run.judge
                if judge.reached and judge.goal.id not in reached
            ]
            if not faults:
                return ()
            if not best or len(faults) < len(best):
                best = tuple(faults)
        return best

    # ------------------------------------------------------------ 6

    def omissions(self) -> Iterator[Result]:
        """Each line of each solution left out, and all answers."""
        for number, step in enumerate(self._lesson.steps):
            if not step.goals or not step.solutions:
                continue
            lines = [line for line in step.solutions[0].lines if _can_be_left_out(line)]
            lost = {line: self._lost_without(number, step, line) for line in lines}
            faults = [
                Fault(
                    f"{self._lesson.path}:{line.number}",
                    f'without "{line}" all goals of the step are reached',
                )
                for line in lines
                if not lost[line] and not self._may_be_left_out(step, line)
            ]
            missed = {ident for idents in lost.values() for ident in idents}
            faults += self._not_missed(number, step, missed, bool(lines))
            yield Result(
                self._name(step, "one line left out"), step.solutions[0].where, tuple(faults)
            )

    def _not_missed(
        self, number: int, step: Step, missed: set[str], lines: bool
    ) -> Iterator[Fault]:
        """Goals that nobody would miss."""
        silent = self._lost_without(number, step, None)
        for goal in step.goals:
            if goal.id in missed:
                continue
            if not _made_of_lines(goal.clauses):
                if goal.id not in silent:
                    yield Fault(goal.where, f'"{goal.id}" is reached without any answer')
            elif lines:
                words = f'"{goal.id}" does not depend on any line of the solution'
                yield Fault(goal.where, words)

    def _lost_without(self, number: int, step: Step, line: Line | None) -> set[str]:
        """The goals that are not reached if *line* is left out, None: if no answer is given."""
        player = self._player()
        self._play_until(player, number, silent=line is None)
        player.play(step.solutions[0], omit=line.number if line is not None else -1)
        judge = player.run.judge
        return {goal.id for goal in step.goals if not judge[goal.id].reached}

    def _may_be_left_out(self, step: Step, line: Line) -> bool:
        if self._verbs.get(line.number) in _LETTER:
            return True
        patterns = [pattern for goal in step.goals for pattern in goal.may_omit]
        return any(glob(pattern, line.text) for pattern in patterns)

    # ------------------------------------------------------------ examples

    def examples(self) -> Iterator[Result]:
        """Worked examples: whole ones are played, those with gaps must have a filling."""
        said = [
            text for step in self._lesson.steps for one in step.solutions for text in one.said()
        ]
        for step in self._lesson.steps:
            for script in step.worked:
                gaps = [line for line in script.lines if GAP in line.text]
                faults = [
                    Fault(
                        f"{self._lesson.path}:{line.number}",
                        f'no line of a solution fits "{line}"',
                    )
                    for line in gaps
                    if line.kind == CLIENT and not any(fits_gap(line.text, one) for one in said)
                ]
                if not gaps:
                    player = self._player()
                    player.play(script)
                    faults = player.faults
                yield Result(self._name(step, "worked example"), script.where, tuple(faults))

    def arrangements(self) -> Iterator[Result]:
        """Parsons blocks: the order as written must be a right one."""
        for step in self._lesson.steps:
            for script in step.parsons:
                found = arrangement(self._lesson, script, self._shelf)
                order = [line.text for line in script.lines if line.kind == CLIENT]
                faults = () if found.right(order) else (Fault(script.where, found.words),)
                yield Result(self._name(step, f"parsons {script.name}"), script.where, faults)


def _can_be_left_out(line: Line) -> bool:
    """Does a script still mean something without this line?"""
    return line.kind == CLIENT or (line.kind == DIRECTIVE and line.word != "end")


def _made_of_lines(clauses: Iterable[object]) -> bool:
    """Does a goal ask for anything that lines bring, and not only for answers and the like?"""
    from smtpshell.lesson.clause import Clause

    besides = ("predicted", "answered", "arranged", "hinted")
    return any(
        isinstance(clause, Clause) and clause.table.get("on") not in besides for clause in clauses
    )


def _places(step: Step, mistake: Mistake) -> Iterator[Script]:
    """The beginnings of the solution after which the mistake may stand, the likeliest first."""
    whole = step.solutions[0] if step.solutions else Script("", ())
    client = [n for n, line in enumerate(whole.lines) if line.kind == CLIENT]
    verb = next((one.text.split(" ")[0] for one in mistake.script.lines if one.kind == CLIENT), "")
    alike = [n for n in client if whole.lines[n].text.split(" ")[0].upper() == verb.upper()]
    ends = [*alike, *(n for n in client if n not in alike), len(whole.lines)]
    for end in ends:
        yield whole._replace(lines=whole.lines[:end])
