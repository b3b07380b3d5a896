"""A lesson as an index keeps it: JSON arrays, with everything in the order of the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from smtpshell.explain.section import Block
from smtpshell.lesson.clause import Clause
from smtpshell.lesson.lesson import (
    Again,
    Ask,
    Goal,
    Heading,
    Lesson,
    Mistake,
    Predict,
    Server,
    Setup,
    Step,
)
from smtpshell.lesson.script import Line, Script

T = TypeVar("T")
Row = list[Any]

# What the shape of a row depends on.
KINDS = (Block, Clause, Line, Script, Server, Goal, Predict, Ask, Setup, Step, Heading, Lesson)


def to_row(lesson: Lesson) -> Row:
    """*lesson* as JSON can hold it; tuples are arrays there anyway."""
    return list(lesson)


def heading_from(row: Row) -> Heading:
    """The heading that an index keeps as *row*."""
    return Heading(*map(_frozen, row))


def lesson_from(row: Row) -> Lesson:
    """The lesson that an index keeps as *row*."""
    (
        heading, intro, steps, closing, servers, also, refresh, completion, verbosity, long, again,
        path, limit, one_way, draw, take, undrawn, seed,
    ) = row  # fmt: skip
    return Lesson(
        heading_from(heading),
        _blocks(intro),
        _each(_step, steps),
        _blocks(closing),
        tuple(Server(*one) for one in servers),
        tuple(also),
        tuple(refresh),
        completion,
        verbosity,
        long,
        tuple(Again(*one) for one in again),
        path,
        limit,
        one_way,
        tuple(draw),
        take,
        _each(_step, undrawn),
        seed,
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _each(make: Callable[[Row], T], rows: Iterable[Row]) -> tuple[T, ...]:
    return tuple(make(row) for row in rows)


def _blocks(rows: Iterable[Row]) -> tuple[Block, ...]:
    return tuple(Block(*row) for row in rows)


def _clause(row: Row) -> Clause:
    table, often, distinct, later, sooner = row
    return Clause(table, often, tuple(distinct), later, sooner)


def _script(row: Row) -> Script:
    name, lines, where = row
    return Script(name, tuple(Line(*line) for line in lines), where)


def _goal(row: Row) -> Goal:
    goal = Goal(*map(_frozen, row))
    return goal._replace(clauses=_each(_clause, goal.clauses), none=_each(_clause, goal.none))  # type: ignore[arg-type]  # rows so far


def _predict(row: Row) -> Predict:
    predict = Predict(*map(_frozen, row))
    return predict._replace(hold=_clause(list(predict.hold)), truth=_each(_clause, predict.truth))  # type: ignore[arg-type]  # rows so far


def _step(row: Row) -> Step:
    (
        ident, title, prose, goals, predicts, asks, setup, hints, solutions, mistakes, worked,
        parsons, where,
    ) = row  # fmt: skip
    return Step(
        ident,
        title,
        _blocks(prose),
        _each(_goal, goals),
        _each(_predict, predicts),
        tuple(Ask(*map(_frozen, one)) for one in asks),
        tuple(Setup(*one) for one in setup),
        tuple(hints),
        _each(_script, solutions),
        tuple(Mistake(note, _script(script)) for note, script in mistakes),
        _each(_script, worked),
        _each(_script, parsons),
        where,
    )
