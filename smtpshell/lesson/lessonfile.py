"""Lesson files: Markdown in which each numbered level-2 heading is a step.

Front matter, a level-1 heading and some words; then the steps, `## 1. What to do`, with prose and
blocks in any order, and `### Hints` with a numbered list. A last level-2 heading without a number
ends the lesson. `lessons/README.md` tells it all with examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from smtpshell.datafile import Where, meant, split_front_matter
from smtpshell.errors import DataFileError
from smtpshell.explain.notefile import check_front
from smtpshell.explain.section import Block, read_blocks
from smtpshell.lesson.block import ID, read_again, read_ask, read_goal, read_predict, read_setup
from smtpshell.lesson.front import COMPLETIONS, FRONT_KEYS, VERBOSITIES, Front
from smtpshell.lesson.lesson import Again, Lesson, Mistake, Step
from smtpshell.lesson.script import read_script

MOST_STEPS = 200
MOST_TEXT = 4096  # octets of the words of one step

STEP = re.compile(r"([0-9]{1,3})\.\s+(\S.*)")
PROSE = ("text", "list", "numbered", "code")
_BLOCKS = (
    "toml goal", "toml predict", "toml ask", "toml setup", "toml again", "smtp solution",
    "smtp mistake", "smtp worked", "smtp parsons", "text",
)  # fmt: skip


def parse_lesson(text: str, path: str) -> Lesson:
    """The lesson in the file *path*; DataFileError names the first mistake as FILE:LINE."""
    front, body, line = split_front_matter(text, path)
    where = Where(path, 2, text.partition("\n")[2])
    check_front(front, where, "lesson", FRONT_KEYS)
    read = Front(front, where)
    heading = read.heading()
    parts = pages(body, path, line)
    intro, begun = parts[0]
    steps, closing, again = _steps(parts[1:], path)
    if not steps:
        raise DataFileError(f"{path}:{line}: no step: a heading such as ## 1. Say hello")
    if not intro or intro[0].kind != "title":
        begun = intro[0].line if intro else begun
        raise DataFileError(f"{path}:{begun}: behind the front matter stands # and the title")
    lesson = Lesson(
        heading,
        _words(intro[1:], path),
        steps,
        closing,
        read.servers(),
        read.texts("also"),
        read.texts("refresh"),
        read.choice("completion", COMPLETIONS, "full"),
        read.choice("verbosity", VERBOSITIES, "normal"),
        read.flag("long_notes"),
        again,
        path,
        read.minutes("limit", 0),
        read.text("one_way") if "one_way" in front else "",
        *read.draw(len(steps)),
    )
    _check_ids(lesson)
    return lesson


Page = tuple[list[Block], int]


def pages(body: str, path: str, line: int) -> list[Page]:
    """The blocks before the first level-2 heading, then those of each, heading first."""
    pages: list[Page] = [([], line)]
    for block in read_blocks(body, path, line):
        if block.kind == "heading":
            pages.append(([], block.line))
        pages[-1][0].append(block)
    return pages


def _steps(
    pages: list[Page], path: str
) -> tuple[tuple[Step, ...], tuple[Block, ...], tuple[Again, ...]]:
    steps: list[Step] = []
    for blocks, line in pages:
        where = Where(path, line)
        found = STEP.fullmatch(blocks[0].text)
        if found is None:
            if pages[-1][1] != line or not steps:
                raise where.error("a step's heading is: ## 1. What to do")
            again = tuple(read_again(one, path) for one in blocks if one.kind == "toml again")
            return tuple(steps), _words([b for b in blocks if b.kind != "toml again"], path), again
        if int(found[1]) != len(steps) + 1:
            raise where.error(f"this is step {len(steps) + 1}, not {found[1]}")
        if len(steps) == MOST_STEPS:
            raise where.error(f"more than {MOST_STEPS} steps")
        steps.append(_Step(path, found[1], found[2], str(where)).read(blocks[1:]))
    return tuple(steps), (), ()


def _words(blocks: Iterable[Block], path: str) -> tuple[Block, ...]:
    words = []
    for block in blocks:
        if block.kind not in (*PROSE, "heading", "subheading"):
            raise _place(block, path).error(
                f'"{block.kind}" stands in no step: a step begins with a heading such as'
                " ## 1. Say hello"
            )
        words.append(block)
    return tuple(words)


def _place(block: Block, path: str) -> Where:
    """Where a *block* begins: with its fence, if it has one."""
    return Where(path, block.line - (block.kind != "title"))


class _Step:
    """A step being read, block by block."""

    def __init__(self, path: str, ident: str, title: str, where: str) -> None:
        self._path = path
        self._head = (ident, title, where)
        self._prose: list[Block] = []
        self._found: dict[str, list[Any]] = {}
        self._hints: tuple[str, ...] = ()

    def read(self, blocks: list[Block]) -> Step:
        below, hints = "", 0
        for block in blocks:
            if block.kind == "subheading":
                below = block.text.casefold()
                if below != "hints":
                    self._prose.append(block)
                elif hints:
                    raise DataFileError(f"{self._path}:{block.line}: a step has one ### Hints")
                else:
                    hints = block.line
            elif block.kind == "numbered" and below == "hints":
                self._hints = tuple(block.text.split("\n"))
                below = ""
            elif block.kind in PROSE:
                self._prose.append(block)
            else:
                self._block(block)
        ident, title, where = self._head
        size = sum(len(block.text.encode()) for block in self._prose)
        if size > MOST_TEXT:
            raise DataFileError(f"{where}: more than {MOST_TEXT} octets of words in one step")
        if below == "hints":
            raise DataFileError(
                f"{self._path}:{hints}: behind ### Hints stands a numbered list: 1. Look where"
            )
        many = {name: tuple(found) for name, found in self._found.items()}
        return Step(ident, title, tuple(self._prose), hints=self._hints, where=where, **many)

    def _block(self, block: Block) -> None:
        kind, _, rest = block.kind.partition(" ")
        name, _, argument = rest.partition(" ")
        where = Where(self._path, block.line)
        if kind == "toml" and name in _TOML and not argument:
            field, read = _TOML[name]
            value = read(block, self._path)
            if name == "ask":
                self._prose.append(Block("ask", value.id, block.line))
                if not value.after:  # it waits for the goals that stand before it
                    goals = self._found.get("goals", ())
                    value = value._replace(after=tuple(goal.id for goal in goals))
            self._add(field, value)
        elif kind == "smtp" and name in _SMTP:
            if name != "mistake" and argument and not ID.fullmatch(argument):
                raise where._replace(line=block.line - 1).error(f'"{argument}" is no name')
            self._script(name, argument, block, where)
        elif block.kind in ("toml", "smtp"):
            names = _TOML if kind == "toml" else _SMTP
            raise _place(block, self._path).error(f"{kind} what? {', '.join(names)}")
        elif block.kind == "title":
            raise where.error("a heading in a step has two # if it is the next one, or three")
        else:
            words = f'no block is called "{block.kind}"{meant(block.kind, _BLOCKS)}'
            raise _place(block, self._path).error(words)

    def _script(self, name: str, argument: str, block: Block, where: Where) -> None:
        script = read_script(block.text, where, argument, distractors=name == "parsons")
        if name == "mistake":
            if not argument:
                raise where._replace(line=block.line - 1).error(
                    "a mistake names the note that must answer it: smtp mistake rcpt.refused"
                )
            self._add("mistakes", Mistake(argument, script))
            return
        if name != "worked" and any(
            one.name == argument for one in self._found.get(_SMTP[name], ())
        ):
            called = f'"{argument}"' if argument else "without a name"
            raise where._replace(line=block.line - 1).error(
                f"the step has a {name} {called} already: smtp {name} OTHER-NAME"
            )
        if name in ("worked", "parsons"):
            number = str(len(self._found.get(name, ())))
            self._prose.append(Block(name, number, block.line))
        self._add(_SMTP[name], script)

    def _add(self, field: str, value: Any) -> None:
        self._found.setdefault(field, []).append(value)


_TOML: dict[str, tuple[str, Callable[[Block, str], Any]]] = {
    "goal": ("goals", read_goal),
    "predict": ("predicts", read_predict),
    "ask": ("asks", read_ask),
    "setup": ("setup", read_setup),
}
_SMTP = {
    "solution": "solutions",
    "mistake": "mistakes",
    "worked": "worked",
    "parsons": "parsons",
}


def _check_ids(lesson: Lesson) -> None:
    """Ids stand once in a lesson, and what is named by them is there and stands before."""
    found: dict[str, str] = {}
    goals: list[str] = []
    for step in lesson.steps:
        named = [(goal.id, goal.where) for goal in step.goals]
        named += [(predict.id, predict.where) for predict in step.predicts]
        named += [(ask.id, ask.where) for ask in step.asks]
        for ident, where in named:
            if ident in found:
                raise DataFileError(f'{where}: "{ident}" stands at {found[ident]} already')
            found[ident] = where
        goals += [goal.id for goal in step.goals]
        for goal in step.goals:
            _check_named(goal.depends, goals, goal.where, "depends")
            if goal.id in goal.depends:
                raise DataFileError(f"{goal.where}: depends: on itself")
        for ask in step.asks:
            _check_named(ask.after, goals, ask.where, "after")
    names = [server.name for server in lesson.servers]
    others = list(filter(None, names))
    for step in lesson.steps:
        for setup in step.setup:
            if (name := setup.table.get("server")) is not None and name not in names:
                words = f'no server "{name}"{meant(name, others) or "; [servers.NAME] makes one"}'
                raise DataFileError(f"{setup.where}: {words}")


def _check_named(wanted: Iterable[str], known: list[str], where: str, key: str) -> None:
    for name in wanted:
        if name not in known:
            raise DataFileError(f'{where}: {key}: no goal "{name}" up to here{meant(name, known)}')
