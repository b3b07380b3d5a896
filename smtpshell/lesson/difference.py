"""What is different for learners between two versions of a lesson.

Goals, predictions and questions are the same by their ids, steps by their titles or by what they
hold: a step that was put in makes nothing else new. Where something stands in its file does not
count, nor the order of blocks.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from smtpshell.explain.section import Block
from smtpshell.lesson.clause import Clause
from smtpshell.lesson.lesson import Again, Ask, Goal, Lesson, Predict, Server, Setup, Step
from smtpshell.lesson.script import Script

ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"

_HEADING = (
    "title", "track", "minutes", "points", "pass_points", "needs", "teaches", "fixes", "refs",
    "on_trouble", "optional", "graded",
)  # fmt: skip
_LESSON = (
    "intro", "closing", "servers", "also", "refresh", "completion", "verbosity", "long", "again",
    "limit", "draw", "take",
)  # fmt: skip
_NAMES = {
    "pass_points": "points to pass", "intro": "words before the first step", "prose": "words",
    "closing": "words at the end", "long": "long_notes", "clauses": "what it asks for",
    "answers": "answer", "hold": "hold_until_end", "where": "",
    "draw": "steps that are drawn", "take": "steps drawn for a try",
}  # fmt: skip
_BY_ID = (("goal", "goals"), ("prediction", "predicts"), ("question", "asks"))
_SCRIPTS = (("example", "worked"), ("lines to put in order", "parsons"))
_NOWHERE = ("id", "where")
_BLOCKS = ("ask", "worked", "parsons")  # they only mark the place among the words


class Change(NamedTuple):
    """One difference. *kind* is "goal", say, *id* which one, in the *step* of this number.

    *field* is what of it was *changed*; *before* and *after* are texts, of several lines perhaps.
    """

    what: str
    kind: str
    id: str
    step: str = ""
    field: str = ""
    before: str = ""
    after: str = ""


def differences(old: Lesson, new: Lesson) -> list[Change]:
    """All that is different in *new*."""
    found = [*_fields("lesson", new.id, "", old.heading, new.heading, _HEADING)]
    found += _fields("lesson", new.id, "", old, new, _LESSON)
    pairs = _pairs(old.steps, new.steps)
    found += _steps(old.steps, new.steps, pairs)
    for kind, field in _BY_ID:
        found += _by_id(kind, _places(old.steps, field), _places(new.steps, field), pairs)
    for before, after in pairs:
        found += _in_step(before, after)
    return found


Pairs = list[tuple[Step, Step]]
_SAME: tuple[Callable[[Step, Step], bool], ...] = (
    lambda one, other: one.title == other.title,
    lambda one, other: bool(_ids(one) & _ids(other)),
    lambda one, other: one.id == other.id,
)


def _pairs(old: Sequence[Step], new: Sequence[Step]) -> Pairs:
    """Which step of *old* lives on as which one of *new*."""
    found: Pairs = []
    for same in _SAME:
        for after in new:
            if any(after is taken for _, taken in found):
                continue
            for before in old:
                if same(before, after) and not any(before is taken for taken, _ in found):
                    found.append((before, after))
                    break
    return sorted(found, key=lambda pair: int(pair[1].id))


def _ids(step: Step) -> set[str]:
    blocks: tuple[Goal | Predict | Ask, ...] = (*step.goals, *step.predicts, *step.asks)
    return {one.id for one in blocks}


def _steps(old: Sequence[Step], new: Sequence[Step], pairs: Pairs) -> Iterator[Change]:
    before = [id(one) for one, _ in pairs]
    after = [id(one) for _, one in pairs]
    for step in old:
        if id(step) not in before:
            yield Change(REMOVED, "step", step.id, before=step.title)
    for step in new:
        if id(step) not in after:
            yield Change(ADDED, "step", step.id, after=step.title)
            yield from _everything(step)
    for was, now in pairs:
        if was.id != now.id:
            yield Change(MOVED, "step", now.id, before=f"step {was.id}", after=f"step {now.id}")


def _everything(step: Step) -> Iterator[Change]:
    """What a new step brings besides what has an id."""
    empty = Step(step.id, step.title, step.prose)
    return _in_step(empty, step)


Placed = Mapping[str, tuple[Step, Any]]


def _places(steps: Iterable[Step], field: str) -> Placed:
    return {one.id: (step, one) for step in steps for one in getattr(step, field)}


def _by_id(kind: str, old: Placed, new: Placed, pairs: Pairs) -> Iterator[Change]:
    for ident, (step, one) in old.items():
        if ident not in new:
            yield Change(REMOVED, kind, ident, step.id, before=_name(one))
    for ident, (step, one) in new.items():
        if ident not in old:
            yield Change(ADDED, kind, ident, step.id, after=_name(one))
            continue
        was, before = old[ident]
        if not any(was is left and step is right for left, right in pairs):
            words = (f"step {was.id}", f"step {step.id}")
            yield Change(MOVED, kind, ident, step.id, "", *words)
        yield from _fields(kind, ident, step.id, before, one, one._fields)


def _name(one: Goal | Predict | Ask) -> str:
    return one.say if isinstance(one, Goal) else one.ask


def _in_step(old: Step, new: Step) -> Iterator[Change]:
    """What is different in a step and has no id of its own."""
    yield from _fields("step", new.id, new.id, old, new, ("title", "prose", "setup"))
    yield from _numbered("hint", new.id, old.hints, new.hints)
    solutions = ({one.name: one for one in step.solutions} for step in (old, new))
    yield from _named("solution", new.id, *solutions)
    yield from _named("mistake", new.id, *(_mistakes(step) for step in (old, new)))
    for kind, field in _SCRIPTS:
        texts = (tuple(map(as_text, getattr(step, field))) for step in (old, new))
        yield from _numbered(kind, new.id, *texts)


def _mistakes(step: Step) -> dict[str, str]:
    """The wrong lines of a step by their notes; two may bring the same one."""
    found: dict[str, str] = {}
    for one in step.mistakes:
        before = f"{found[one.note]}\n" if one.note in found else ""
        found[one.note] = before + as_text(one.script)
    return found


def _numbered(kind: str, step: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for number in range(max(len(old), len(new))):
        before = old[number] if number < len(old) else ""
        after = new[number] if number < len(new) else ""
        if before != after:
            what = CHANGED if before and after else ADDED if after else REMOVED
            yield Change(what, kind, str(number + 1), step, "", before, after)


def _named(
    kind: str, step: str, old: Mapping[str, Script | str], new: Mapping[str, Script | str]
) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = as_text(old.get(name, "")), as_text(new.get(name, ""))
        if before != after:
            what = CHANGED if before and after else ADDED if after else REMOVED
            yield Change(what, kind, name, step, "", before, after)


def _fields(
    kind: str, ident: str, step: str, old: Any, new: Any, names: Iterable[str]
) -> Iterator[Change]:
    for name in names:
        if name in _NOWHERE:
            continue
        before, after = as_text(getattr(old, name)), as_text(getattr(new, name))
        if before != after:
            field = _NAMES.get(name, name)
            if kind == "prediction" and name == "hold":
                field = "hold"
            yield Change(CHANGED, kind, ident, step, field, before, after)


# ---------------------------------------------------------------- values as texts


def as_text(value: Any) -> str:
    """A value of a lesson as it can be compared and read; where it stands is left out."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Script():
            return "\n".join(map(str, value.lines))
        case Clause():
            return _braces({**value.table, **_own(value)})
        case Block():
            return value.text if value.kind not in _BLOCKS else ""
        case Setup():
            return _braces(value.table)
        case Server() | Again():
            return _braces({key: one for key, one in value._asdict().items() if one != ""})
        case tuple() | list():
            texts = [as_text(one) for one in value]
            return ("\n" if any(map(_is_long, value)) else ", ").join(filter(None, texts))
        case Mapping():
            return _braces(value)
        case _:
            return str(value)


def _is_long(value: Any) -> bool:
    return " " in value if isinstance(value, str) else not isinstance(value, int)


def _own(clause: Clause) -> dict[str, Any]:
    """What a clause says besides its facts, where it is not as usual."""
    usual = Clause({})
    names = {"often": "count"}
    return {
        names.get(key, key): list(one) if isinstance(one, tuple) else one
        for key, one in clause._asdict().items()
        if key != "table" and one != getattr(usual, key)
    }


def _braces(table: Mapping[str, Any]) -> str:
    """A table as it is written in a file, more or less."""
    return "{ " + ", ".join(f"{key} = {_quoted(one)}" for key, one in table.items()) + " }"


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return _braces(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_quoted, value))}]"
    return str(value)
