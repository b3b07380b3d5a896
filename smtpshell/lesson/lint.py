"""What is wrong or doubtful about lessons that load without error, for authors and our tests."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from smtpshell.datafile import FENCE, Where, meant, read_text
from smtpshell.errors import DataFileError
from smtpshell.explain.lint import ERROR, WARNING, Finding
from smtpshell.explain.prose import belittling, obsolete, unreserved
from smtpshell.fact.value import as_list
from smtpshell.lesson.block import fold
from smtpshell.lesson.clause import Clause
from smtpshell.lesson.lesson import Goal, Heading, Lesson, Step
from smtpshell.lesson.script import CLIENT

LONGEST_SAY = 70  # characters: a line of the check list at 80 columns
LONGEST_CHOICE = 70
LONGEST_SENTENCE = 30  # words
HINTS = 3

_REF = re.compile(r"RFC \d+(?: [A-Z0-9]+(?:\.\d+)*)?", re.ASCII)
_YES_OR_NO = frozenset({"yes", "no"})
_MISCONCEPTION = re.compile(r"M[0-9]{2}")
_COLOUR = re.compile(
    r"\b(?:in|the|a) (?:red|green|yellow|blue)\b(?: (?:line|text|word|part|mark)s?)?", re.I
)
# What nobody who writes a lesson may have copied out of real life.
_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{30,}|"
    r"xox[abp]-[0-9A-Za-z-]{20,}|sk-[A-Za-z0-9]{32,}|SG\.[\w-]{20,}\.[\w-]{20,}"
)


class Known(NamedTuple):
    """What a lesson may name: ids of notes, personalities and the rest.

    *offers* gives the EHLO keywords that a personality ever offers.
    """

    notes: Collection[str]
    lessons: Mapping[str, Heading]
    personalities: Collection[str]
    scenarios: Collection[str]
    transcripts: Collection[str]
    offers: Callable[[str], Collection[str]]


def lint_lessons(lessons: Iterable[Lesson], known: Known) -> list[Finding]:
    """What is to be said about *lessons*."""
    found = [finding for lesson in lessons for finding in _Lint(lesson, known).all()]
    return found + list(_cycles(known.lessons))


def _cycles(headings: Mapping[str, Heading]) -> Iterator[Finding]:
    """Lessons that need themselves in the end."""
    for heading in headings.values():
        waiting, seen = list(heading.needs), set[str]()
        while waiting:
            ident = waiting.pop()
            if ident == heading.id:
                yield Finding(heading.where, ERROR, f"needs: {heading.id} needs itself in the end")
                break
            if ident in headings and ident not in seen:
                seen.add(ident)
                waiting += headings[ident].needs


def points_of(step: Step) -> int:
    """What there is to be had in a *step*."""
    points = [goal.points for goal in step.goals]
    points += [ask.points for ask in step.asks]
    return sum(points) + sum(predict.points for predict in step.predicts)


def _front_of(lesson: Lesson) -> Where:
    """The front matter of the lesson's file, as it stands there now, to look keys up in."""
    try:
        text = read_text(lesson.path)
    except DataFileError:
        text = ""
    return Where(lesson.path, 2, text.partition("\n")[2].partition(f"\n{FENCE}")[0])


class _Lint:
    """One lesson looked at."""

    def __init__(self, lesson: Lesson, known: Known) -> None:
        self._lesson = lesson
        self._known = known
        self._place = _front_of(lesson)

    def all(self) -> Iterator[Finding]:
        yield from self._front()
        yield from self._points()
        for step in self._lesson.steps:
            yield from self._step(step)
        yield from self._words()

    def _error(self, where: str, message: str) -> Finding:
        return Finding(where, ERROR, message)

    def _front(self) -> Iterator[Finding]:
        lesson, known = self._lesson, self._known
        heading, at = lesson.heading, self._at
        for key in ("needs", "on_trouble"):
            yield from self._ids(at(key), key, getattr(heading, key), known.lessons, "lesson")
        yield from self._ids(at("refresh"), "refresh", lesson.refresh, known.notes, "note")
        yield from self._ids(at("also"), "also", lesson.also, known.personalities, "personality")
        again = [one.personality for one in lesson.again]
        yield from self._ids(heading.where, "again", again, known.personalities, "personality")
        for server in lesson.servers:
            keys = ("servers", server.name) if server.name else ("sandbox",)
            for what, name, there in (
                ("personality", server.personality, known.personalities),
                ("scenario", server.scenario, known.scenarios),
            ):
                yield from self._ids(at(*keys, what), ".".join(keys), [name], there, what)
        for ident in heading.fixes:
            if not _MISCONCEPTION.fullmatch(ident):
                yield self._error(at("fixes"), f'fixes: "{ident}" is not written as M07')
        for ref in heading.refs:
            if ref.startswith("RFC") and not _REF.fullmatch(ref):
                yield self._error(at("refs"), f'refs: "{ref}" is not "RFC number section"')
            if newer := obsolete(ref):
                yield self._error(at("refs"), f"refs: {ref} is obsolete: see RFC {newer}")
        if lesson.one_way and lesson.ways > 1:
            words = f"one_way: but {lesson.ways} ways through are written down"
            yield self._error(at("one_way"), words)

    def _at(self, *keys: str) -> str:
        """The place of a key of the front matter."""
        return str(self._place.at(*keys))

    def _ids(
        self, where: str, key: str, idents: Iterable[str], known: Collection[str], what: str
    ) -> Iterator[Finding]:
        for ident in idents:
            if ident not in known:
                yield self._error(where, f'{key}: no {what} "{ident}"{meant(ident, known)}')

    def _points(self) -> Iterator[Finding]:
        lesson = self._lesson
        total = sum(map(points_of, lesson.steps))
        if lesson.draw:
            each = {points_of(lesson.steps[number - 1]) for number in lesson.draw}
            if len(each) > 1:
                yield self._error(self._at("draw"), "draw: steps of different points")
            total -= max(each) * (len(lesson.draw) - lesson.take)
        if total != lesson.heading.points:
            words = f"score: goals and questions have {total} points, not {lesson.heading.points}"
            yield self._error(self._at("score", "points"), words)

    def _step(self, step: Step) -> Iterator[Finding]:
        if step.goals and not step.solutions:
            yield self._error(step.where, "a step with a goal needs a solution")
        if step.goals and not step.hints and not self._lesson.heading.graded:
            yield self._error(step.where, "a step with a goal needs hints")
        elif step.goals and step.hints and len(step.hints) != HINTS:
            words = f"{len(step.hints)} hints; three is usual: look where, which rule, the line"
            yield Finding(step.where, WARNING, words)
        lines = {line.text for one in step.solutions for line in one.lines if line.kind == CLIENT}
        for line in lines:
            if step.hints[:1] and len(line) > 3 and line in step.hints[0] and len(step.hints) > 1:
                yield self._error(step.where, f'the first hint gives "{line}" away')
        for goal in step.goals:
            yield from self._goal(goal)
        for mistake in step.mistakes:
            yield from self._ids(
                mistake.script.where, "mistake", [mistake.note], self._known.notes, "note"
            )
        yield from self._questions(step)
        for setup in step.setup:
            for key, known in (
                ("personality", self._known.personalities),
                ("scenario", self._known.scenarios),
            ):
                named = [setup.table[key]] if key in setup.table else []
                yield from self._ids(setup.where, "setup", named, known, key)

    def _questions(self, step: Step) -> Iterator[Finding]:
        for predict in step.predicts:
            if predict.choices and not predict.truth:
                words = f'"{predict.id}" has no truth: the test cannot tell whether it is right'
                yield Finding(predict.where, WARNING, words)
            for choice in predict.choices:
                if len(choice) > LONGEST_CHOICE:
                    yield self._error(predict.where, f"a choice is longer than {LONGEST_CHOICE}")
        for ask in step.asks:
            if ask.retrieval:
                named = [ask.retrieval]
                yield from self._ids(ask.where, "retrieval", named, self._known.lessons, "lesson")
            if ask.transcript:
                known = self._known.transcripts
                yield from self._ids(ask.where, "transcript", [ask.transcript], known, "sample")
            if not (ask.manual or ask.wrong):
                words = f'"{ask.id}" has no feedback_wrong: who is wrong learns nothing'
                yield Finding(ask.where, WARNING, words)
            if set(map(fold, ask.answers)) & _YES_OR_NO:
                words = f'"{ask.id}" is answered by yes or no, and the second try gives it away'
                yield Finding(ask.where, WARNING, f'{words}: choices = ["Yes", "No"] has one try')

    def _goal(self, goal: Goal) -> Iterator[Finding]:
        if len(goal.say) > LONGEST_SAY:
            yield self._error(goal.where, f"say: longer than {LONGEST_SAY} characters")
        for clause in goal.clauses:
            yield from self._possible(goal, clause)

    def _possible(self, goal: Goal, clause: Clause) -> Iterator[Finding]:
        """Can this be true with the servers of the lesson?"""
        table = clause.table
        personalities = {server.personality for server in self._lesson.servers}
        changed = [setup.table for step in self._lesson.steps for setup in step.setup]
        personalities |= {one["personality"] for one in changed if "personality" in one}
        there = personalities & set(self._known.personalities)
        for keyword in as_list(table.get("ext", [])):
            word = keyword.upper().split()[0]
            if there and not any(word in self._known.offers(one) for one in there):
                yield self._error(goal.where, f"{goal.id}: no server here offers {word}")
        for name, ident in (("peer.personality", personalities), ("peer.server", self._servers())):
            for value in as_list(table.get(name, [])):
                if value not in ident:
                    words = f'{goal.id}: no {name.removeprefix("peer.")} "{value}" in this lesson'
                    yield self._error(goal.where, words + meant(value, ident))

    def _servers(self) -> set[str]:
        return {server.name for server in self._lesson.servers}

    # ------------------------------------------------------------ words

    def _words(self) -> Iterator[Finding]:
        for where, text in self._texts():
            for name in dict.fromkeys(unreserved(text)):
                words = f"{name} may belong to somebody; use example.org, .test, 192.0.2.x"
                yield self._error(where, words)
            for word in belittling(text):
                yield self._error(where, f'"{word}" tells readers that they should have known')
            if found := _COLOUR.search(text):
                words = f'"{found[0]}" is said by colour alone; say it in words, too'
                yield self._error(where, words)
            if _SECRET.search(text):
                yield self._error(where, "this looks like a real key or password")
            for sentence in re.split(r"(?<=[.?!:])\s+|\n", text):
                if len(sentence.split()) > LONGEST_SENTENCE:
                    begun = " ".join(sentence.split()[:5])
                    words = f'a sentence of more than {LONGEST_SENTENCE} words: "{begun} ..."'
                    yield Finding(where, WARNING, words)
        for where, text in self._lines():
            for name in dict.fromkeys(unreserved(text)):
                words = f"{name} may belong to somebody; use example.org, .test, 192.0.2.x"
                yield self._error(where, words)
            if _SECRET.search(text):
                yield self._error(where, "this looks like a real key or password")

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Every text that is shown, with its place."""
        lesson = self._lesson
        yield lesson.heading.where, lesson.title
        words = [*lesson.intro, *lesson.closing]
        for step in lesson.steps:
            yield step.where, step.title
            words += step.prose
            for hint in step.hints:
                yield step.where, hint
            for goal in step.goals:
                yield goal.where, goal.say
            for predict in step.predicts:
                for text in (predict.ask, predict.because, *predict.choices):
                    yield predict.where, text
            for ask in step.asks:
                for text in (ask.ask, ask.right, ask.wrong, *ask.choices):
                    yield ask.where, text
        for block in words:
            if block.kind in ("text", "list", "numbered", "heading", "subheading"):
                yield f"{lesson.path}:{block.line}", block.text

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Every line of a dialogue, with its place."""
        path = self._lesson.path
        for step in self._lesson.steps:
            scripts = [*step.solutions, *step.worked, *step.parsons]
            for script in (*scripts, *(mistake.script for mistake in step.mistakes)):
                for line in script.lines:
                    yield f"{path}:{line.number}", line.text
