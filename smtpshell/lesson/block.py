"""The TOML blocks of a step: goal, predict, ask, setup, again. Each is checked as it is read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from smtpshell.datafile import Where, check_keys, meant, read_toml
from smtpshell.explain.section import Block
from smtpshell.lesson.clause import Clause, names_of_facts, read_clause, read_clauses, span
from smtpshell.lesson.lesson import JUDGES, MODES, SCOPES, Again, Ask, Goal, Predict, Setup

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

GOAL_KEYS = (
    "id", "say", "points", *MODES, "none", "within", "same", "hold_until_end", "depends",
    "optional", "may_omit",
)  # fmt: skip
PREDICT_KEYS = (
    "id", "ask", "hold", "choices", "answer", "judge", "because", "truth", "confidence",
    "points",
)  # fmt: skip
ASK_KEYS = (
    "id", "ask", "points", "choices", "answer", "match", "feedback_right", "feedback_wrong",
    "after", "retrieval", "transcript", "manual", "optional",
)  # fmt: skip
SETUP_KEYS = (
    "new_session", "server", "personality", "scenario", "door", "advance_clock", "mail_arrives",
    "inject_reply", "seed", "host", "ip",
)  # fmt: skip
AGAIN_KEYS = ("personality", "say")
_MAIL_KEYS = ("from", "to", "text")

CHOICES = range(2, 10)  # one key each


class Table:
    """The TOML of a block, read key by key; errors name the line of the key."""

    def __init__(self, block: Block, path: str, allowed: tuple[str, ...]) -> None:
        self.table = read_toml(block.text, path, block.line)
        self.where = Where(path, block.line, block.text)
        self.place = f"{path}:{block.line - 1}"
        check_keys(self.table, allowed, self.where)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a *default* it must be there and not empty."""
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.where.at(key).error(f"{key}: must be there, a text in quotes")
        return value

    def id(self, key: str = "id", default: str | None = None) -> str:
        """A text that names something, and may become part of a file's name."""
        value = self.text(key, default)
        if value != default and not ID.fullmatch(value):
            raise self.where.at(key).error(f'"{value}" is no id: small letters, digits and hyphens')
        return value

    def number(self, key: str, default: int, least: int = 0, most: int = 10_000) -> int:
        value = self.table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.where.at(key).error(f"{key}: must be a number from {least} to {most}")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            raise self.where.at(key).error(f"{key}: must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        members = [value] if isinstance(value, str) else value
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            raise self.where.at(key).error(f"{key}: must be a text in quotes, or a list of them")
        return tuple(members)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.table.get(key, default)
        if value not in choices and value != default:
            raise self.where.at(key).error(
                f'{key}: unknown value "{value}"{meant(str(value), choices)}'
            )
        return str(value)

    def clauses(self, key: str) -> tuple[Clause, ...]:
        return read_clauses(self.table[key], self.where, key) if key in self.table else ()


def read_goal(block: Block, path: str) -> Goal:
    """A `toml goal` block."""
    table = Table(block, path, GOAL_KEYS)
    modes = [mode for mode in MODES if mode in table.table]
    if len(modes) != 1:
        raise table.where.error("a goal has one of: all = [...], any = [...], sequence = [...]")
    if "none" in table.table and "within" not in table.table:
        raise table.where.at("none").error(
            'none: say within what, because it spoils all of it: within = "session" or another'
        )
    return Goal(
        table.id(),
        table.text("say"),
        table.number("points", 0),
        modes[0],
        table.clauses(modes[0]),
        table.clauses("none"),
        table.choice("within", SCOPES, "lesson"),
        names_of_facts(table.table.get("same", []), table.where, "same"),
        table.flag("hold_until_end"),
        table.texts("depends"),
        table.flag("optional"),
        table.texts("may_omit"),
        table.place,
    )


def read_predict(block: Block, path: str) -> Predict:
    """A `toml predict` block."""
    table = Table(block, path, PREDICT_KEYS)
    hold = table.table.get("hold")
    if not isinstance(hold, dict):
        raise table.where.at("hold").error('hold: which line is held: { verb = "RCPT", nth = 3 }')
    nth = hold.get("nth", 1)
    if not isinstance(nth, int) or isinstance(nth, bool) or nth < 1:
        raise table.where.at("hold").error("hold: nth is a number of 1 or more")
    place = table.where.at("hold")._replace(text="")
    facts = {"on": "command", **{key: one for key, one in hold.items() if key != "nth"}}
    if facts["on"] not in ("command", "connect"):
        raise place.error('hold: it is asked before a line leaves, or with on = "connect"')
    clause = read_clause(facts, place, "hold")
    choices, judge = table.texts("choices"), table.choice("judge", JUDGES, "")
    if bool(choices) == bool(judge):
        raise table.where.error("a prediction has choices and an answer, or a judge; not both")
    return Predict(
        table.id(),
        table.text("ask"),
        clause,
        nth,
        choices,
        _choice(table, choices) if choices else 0,
        judge,
        table.text("because", ""),
        table.clauses("truth"),
        table.flag("confidence", True),
        table.number("points", 0),
        table.place,
    )


def _choice(table: Table, choices: tuple[str, ...]) -> int:
    if len(choices) not in CHOICES:
        raise table.where.at("choices").error("choices: from 2 to 9 of them")
    return table.number("answer", 0, 1, len(choices))


def read_ask(block: Block, path: str) -> Ask:
    """A `toml ask` block."""
    table = Table(block, path, ASK_KEYS)
    choices = table.texts("choices")
    manual = table.flag("manual")
    match = table.text("match", "")
    if match:
        _compile(match, table.where.at("match"))
    answers: tuple[str, ...] = ()
    if choices:
        answers = (str(_choice(table, choices)),)
    elif "answer" in table.table:
        answers = table.texts("answer")
    if not (answers or match or manual):
        raise table.where.error("a question needs an answer, a match, or manual = true")
    if not all(map(fold, answers)):
        raise table.where.at("answer").error("answer: an empty one cannot be given")
    return Ask(
        table.id(),
        table.text("ask"),
        table.number("points", 0),
        choices,
        answers,
        match,
        table.text("feedback_right", ""),
        table.text("feedback_wrong", ""),
        table.texts("after"),
        table.text("retrieval", ""),
        table.id("transcript", ""),
        manual,
        table.flag("optional"),
        table.place,
    )


def _compile(pattern: str, where: Where) -> None:
    from smtpshell.pattern import compile_pattern

    # RE2 is not there while our own package is being built; the tests have compiled them all.
    with contextlib.suppress(ModuleNotFoundError):
        try:
            compile_pattern(pattern)
        except ValueError as error:
            raise where.error(str(error)) from None


def fold(text: str) -> str:
    """An answer as it is compared: small letters, single spaces, no full stop at the end.

    Of one that is made of such signs, as . and <> are, nothing is taken away.
    """
    folded = " ".join(text.casefold().split())
    return folded.rstrip(".!?").strip("\"'<>") or folded


def read_setup(block: Block, path: str) -> Setup:
    """A `toml setup` block."""
    table = Table(block, path, SETUP_KEYS)
    if not table.table:
        raise table.where.error("this setup changes nothing")
    checked: dict[str, Any] = {}
    for key, value in table.table.items():
        checked[key] = _SETUP[key](table, key, value)
    return Setup(checked, table.place)


def _flag(table: Table, key: str, _: Any) -> Any:
    return table.flag(key)


def _name(table: Table, key: str, _: Any) -> Any:
    return table.text(key)


def _server(table: Table, key: str, _: Any) -> Any:
    return table.text(key, "")


def _seed(table: Table, key: str, _: Any) -> Any:
    return table.number(key, 0, 0, 2**31)


def _span(table: Table, key: str, value: Any) -> Any:
    return span(value, table.where.at(key), key)


def _door(table: Table, key: str, _: Any) -> Any:
    from smtpshell.fact.vocabulary import DOORS

    return table.choice(key, DOORS, "mx")


def _mail(table: Table, key: str, value: Any) -> Any:
    letters = value if isinstance(value, list) else [value]
    for letter in letters:
        place = table.where.at(key)
        if not isinstance(letter, dict):
            raise place.error(f'{key}: {{ from = "...", to = "...", text = "..." }}')
        check_keys(letter, _MAIL_KEYS, place._replace(text=""))
        for name in _MAIL_KEYS:
            if not isinstance(letter.get(name), str):
                raise place.error(f"{key}: {name} must be there, a text in quotes")
    return letters


def _rules(table: Table, key: str, value: Any) -> Any:
    """Rules as a practice server has them; `sandbox.rule` checks them."""
    from smtpshell.sandbox.nature.rule import read_rule

    rules = value if isinstance(value, list) else [value]
    for number, rule in enumerate(rules):
        place = table.where.at(key)._replace(text="", under=(), moved=0)
        read_rule(f"lesson-{number + 1}", rule, place)
    return rules


_SETUP: Mapping[str, Callable[[Table, str, Any], Any]] = {
    "new_session": _flag,
    "server": _server,
    "personality": _name,
    "scenario": _name,
    "door": _door,
    "advance_clock": _span,
    "mail_arrives": _mail,
    "inject_reply": _rules,
    "seed": _seed,
    "host": _name,
    "ip": _name,
}


def read_again(block: Block, path: str) -> Again:
    """A `toml again` block."""
    table = Table(block, path, AGAIN_KEYS)
    return Again(table.text("personality"), table.text("say"))
