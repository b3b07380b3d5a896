"""Translated lessons: the words of one file laid over the lesson of another, block by block.

A translation mirrors the path of its source. It has the same steps in the same order, with prose,
hints, and of the blocks the id and the words; whatever else a block holds is the source's, read or
not, so that a pattern or a number of points never has to be copied. What it leaves out is shown in
the source's language.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from smtpshell.datafile import Where, split_front_matter
from smtpshell.errors import DataFileError
from smtpshell.explain.notefile import check_front
from smtpshell.explain.section import Block
from smtpshell.explain.translation import rev_of
from smtpshell.lesson.block import AGAIN_KEYS, ASK_KEYS, GOAL_KEYS, PREDICT_KEYS, Table
from smtpshell.lesson.front import FRONT_KEYS
from smtpshell.lesson.lesson import Again, Ask, Goal, Lesson, Predict, Prose, Step
from smtpshell.lesson.lessonfile import MOST_TEXT, PROSE, STEP, pages

LONGEST = 2 * MOST_TEXT  # octets: other scripts need more of them for the same words
MARKS = ("ask", "worked", "parsons")  # what stands among the words of a step, in its place

_KEYS = {"goal": GOAL_KEYS, "predict": PREDICT_KEYS, "ask": ASK_KEYS, "again": AGAIN_KEYS}
# The words of a block, and the field of the lesson that they are.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "goal": {"say": "say"},
    "predict": {"ask": "ask", "because": "because"},
    "ask": {"ask": "ask", "feedback_right": "right", "feedback_wrong": "wrong"},
    "again": {"say": "say"},
}


class Said(NamedTuple):
    """The words of one block by their keys. *id* of "again" is the personality."""

    kind: str
    id: str
    texts: Mapping[str, str]
    choices: tuple[str, ...]
    answers: tuple[str, ...]
    where: str


class StepWords(NamedTuple):
    """The words of one step. Marks in the *prose* say where a block stands among them."""

    title: str
    prose: Prose
    hints: tuple[str, ...]
    said: tuple[Said, ...]
    where: str


class LessonWords(NamedTuple):
    """The words of a lesson. *rev* is that of the source they were made from."""

    id: str
    title: str
    rev: str
    intro: Prose
    steps: tuple[StepWords, ...]
    closing: Prose
    again: tuple[Said, ...]
    path: str
    where: str


# ---------------------------------------------------------------- reading


def read_words(text: str, path: str) -> LessonWords:
    """The translated lesson in the file *path*; DataFileError names the first mistake."""
    front, body, line = split_front_matter(text, path)
    where = Where(path, 2, text.partition("\n")[2])
    check_front(front, where, "lesson", FRONT_KEYS)
    for key in ("title", "source_rev"):
        if not isinstance(front.get(key, ""), str):
            raise where.at(key).error(f"{key}: must be a text in quotes")
    first, *rest = pages(body, path, line)
    if not first[0] or first[0][0].kind != "title":
        raise DataFileError(f"{path}:{line}: behind the front matter stands # and the title")
    title = front.get("title", "") or first[0][0].text
    steps: list[StepWords] = []
    closing: StepWords | None = None
    for blocks, number in rest:
        found = STEP.fullmatch(blocks[0].text)
        if closing is not None or (found and int(found[1]) != len(steps) + 1):
            words = "steps are numbered in order, and one heading without a number may end them"
            raise DataFileError(f"{path}:{number}: {words}")
        if found is None:
            closing = _page("", blocks, path)
        else:
            steps.append(_page(found[2], blocks[1:], path, f"{path}:{number}"))
    return LessonWords(
        front["id"],
        title,
        front.get("source_rev", ""),
        _page("", first[0][1:], path).prose,
        tuple(steps),
        closing.prose if closing else (),
        closing.said if closing else (),
        path,
        str(where.at("source_rev")),
    )


def _page(title: str, blocks: Iterable[Block], path: str, where: str = "") -> StepWords:
    prose: list[Block] = []
    said: list[Said] = []
    hints: tuple[str, ...] = ()
    below = ""
    for block in blocks:
        kind, _, rest = block.kind.partition(" ")
        name = rest.partition(" ")[0]
        if block.kind == "subheading":
            below = block.text.casefold()
            if below != "hints":
                prose.append(block)
        elif block.kind == "numbered" and below == "hints":
            hints, below = tuple(block.text.split("\n")), ""
        elif block.kind in (*PROSE, "heading"):
            prose.append(block)
        elif kind == "toml" and name in _KEYS:
            said.append(_said(name, block, path))
            if name == "ask":
                prose.append(Block("ask", said[-1].id, block.line))
        elif kind == "smtp" and name in MARKS:
            number = sum(one.kind == name for one in prose)
            prose.append(Block(name, f"{number}", block.line))
        elif kind not in ("smtp", "toml"):
            raise DataFileError(f'{path}:{block.line - 1}: "{block.kind}" stands in no step')
    if sum(len(block.text.encode()) for block in prose) > LONGEST:
        words = f"more than {LONGEST} octets of words in one step"
        raise DataFileError(f"{where or f'{path}:{prose[0].line}'}: {words}")
    return StepWords(title, tuple(prose), hints, tuple(said), where)


def _said(kind: str, block: Block, path: str) -> Said:
    table = Table(block, path, _KEYS[kind])
    texts = {key: table.text(key, "") for key in FIELDS[kind] if key in table.table}
    choices = table.texts("choices")
    free = kind == "ask" and "answer" in table.table and not isinstance(table.table["answer"], int)
    answers = table.texts("answer") if free else ()
    ident = table.text("personality") if kind == "again" else table.id()
    return Said(kind, ident, texts, choices, answers, table.place)


# ---------------------------------------------------------------- laying over


def in_other_words(lesson: Lesson, words: LessonWords) -> Lesson:
    """*lesson* with the *words* of its translation, as far as they go.

    Words that belong to nothing in it are not used: a translation that lags behind still works.
    """
    steps = [
        _step(step, words.steps[number]) if number < len(words.steps) else step
        for number, step in enumerate(lesson.steps)
    ]
    again = tuple(
        _laid_over(one, _find(words.again, "again", one.personality)) for one in lesson.again
    )
    return lesson._replace(
        heading=lesson.heading._replace(title=words.title),
        intro=words.intro or lesson.intro,
        steps=tuple(steps),
        closing=words.closing or lesson.closing,
        again=again,
    )


def _step(step: Step, words: StepWords) -> Step:
    hints = (*words.hints, *step.hints[len(words.hints) :])  # the last one is never lost
    return step._replace(
        title=words.title,
        prose=_placed(step.prose, words.prose),
        hints=hints[: len(step.hints)],
        goals=tuple(_block(goal, words, "goal") for goal in step.goals),
        predicts=tuple(_block(predict, words, "predict") for predict in step.predicts),
        asks=tuple(_block(ask, words, "ask") for ask in step.asks),
    )


def _placed(source: Prose, mine: Prose) -> Prose:
    """The words *mine* with every mark of the *source* in its place.

    One that the translation leaves out stands behind as many paragraphs as it does in the source.
    """
    if not any(block.kind not in MARKS for block in mine):
        return source
    marks = {(block.kind, block.text) for block in source if block.kind in MARKS}
    placed = [one for one in mine if one.kind not in MARKS or (one.kind, one.text) in marks]
    there = {(block.kind, block.text) for block in placed}
    before = 0
    for block in source:
        if block.kind not in MARKS:
            before += 1
        elif (block.kind, block.text) not in there:
            placed.insert(_behind(placed, before), block)
    return tuple(placed)


def _behind(placed: list[Block], paragraphs: int) -> int:
    """Where in *placed* so many paragraphs, and the marks at their end, are over."""
    at = 0
    while at < len(placed) and (paragraphs or placed[at].kind in MARKS):
        paragraphs -= placed[at].kind not in MARKS
        at += 1
    return at


def _block(block: Any, words: StepWords, kind: str) -> Any:
    return _laid_over(block, _find(words.said, kind, block.id))


def _find(said: Iterable[Said], kind: str, ident: str) -> Said | None:
    return next((one for one in said if (one.kind, one.id) == (kind, ident)), None)


def _laid_over(block: Any, said: Said | None) -> Any:
    if said is None:
        return block
    changes: dict[str, Any] = {
        FIELDS[said.kind][key]: text for key, text in said.texts.items() if text
    }
    if isinstance(block, Predict | Ask) and len(said.choices) == len(block.choices):
        changes["choices"] = said.choices
    if isinstance(block, Ask) and said.answers and not block.choices:
        # Who takes the lesson may answer in either language.
        changes["answers"] = tuple(dict.fromkeys((*block.answers, *said.answers)))
    return block._replace(**changes)


# ---------------------------------------------------------------- the source's words


def rev_of_lesson(lesson: Lesson) -> str:
    """The hash of the words of a *lesson*, for `source_rev` of its translations."""
    return rev_of(_all_words(lesson))


def _all_words(lesson: Lesson) -> Iterator[str]:
    yield lesson.title
    for block in (*lesson.intro, *lesson.closing):
        yield block.text
    for step in lesson.steps:
        yield step.title
        yield from (block.text for block in step.prose if block.kind not in MARKS)
        yield from step.hints
        for kind, blocks in blocks_of(step):
            for one in blocks:
                yield one.id
                yield from texts_of(kind, one).values()
                yield from getattr(one, "choices", ())
    for again in lesson.again:
        yield from (again.personality, again.say)


def blocks_of(step: Step) -> tuple[tuple[str, tuple[Goal | Predict | Ask, ...]], ...]:
    """The blocks of a step that have words, by kind."""
    return ("goal", step.goals), ("predict", step.predicts), ("ask", step.asks)


def texts_of(kind: str, block: Goal | Predict | Ask | Again) -> dict[str, str]:
    """The words of a *block* by their keys; those that it has not got are left out."""
    return {key: text for key, field in FIELDS[kind].items() if (text := getattr(block, field))}
