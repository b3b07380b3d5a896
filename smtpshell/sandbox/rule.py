"""Rules: what a server says instead of its usual answer, when, and how often.

A rule waits at an occasion: a situation ("rcpt-unknown") or a verb ("RCPT": whenever it would be
let through). Its `if` asks for facts, the same ones that notes ask for. The first rule that fires
gives the answer; one without a reply only makes a remark, and the next one has its turn.

    [rules.grey]
    at = "RCPT"
    if = { "arg.domain" = "^office\\.test$" }
    reply = "450 4.2.0 Not yet, try again later"
    why = "..."
    once = true             # in a session; or after = N, or probability = 0.25 (seeded)
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping
from typing import Any, NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.fact.condition import Condition, compile_condition
from smtpshell.sandbox import answer as answers
from smtpshell.sandbox.answer import Answer, read_answer
from smtpshell.sandbox.setting import check_known, read_section
from smtpshell.sandbox.situation import OCCASIONS, REFUSAL

KEYS = ("at", "if", "after", "once", "probability", "remark", *answers.KEYS)


class Rule(NamedTuple):
    """One rule. *after*: not before it could have fired so often. *remark* is for `:server`."""

    name: str
    at: str
    answer: Answer | None
    condition: Condition | None = None
    after: int = 0
    once: bool = False
    probability: float = 1.0
    remark: str = ""


def read_rule(name: str, table: Any, where: Where) -> Rule:
    """Read the table `rules.NAME`; DataFileError names the line of what is wrong."""
    keys = ("rules", name)
    if not isinstance(table, Mapping):
        raise where.at(*keys).error(f"rules.{name} is a table")
    check_known(table, KEYS, where, *keys)
    at = table.get("at")
    if at not in OCCASIONS:
        words = f'rules.{name}: nothing happens at "{at}"{meant(str(at), OCCASIONS)}'
        raise where.at(*keys, "at").error(words)
    answer = read_answer(name, table, where, keys) if "reply" in table else None
    rest = {key: table[key] for key in _Rest._fields if key in table}
    often = _Rest(**read_section(_Rest, rest, where, *keys))
    if at == REFUSAL and answer is not None:
        raise where.at(*keys).error(f"rules.{name}: a refusal was answered already; only remark")
    if answer is None and not often.remark:
        raise where.at(*keys).error(f"rules.{name} neither replies nor remarks")
    return Rule(name, at, answer, _condition(table, where, keys), *often)


class _Rest(NamedTuple):
    after: int = 0
    once: bool = False
    probability: float = 1.0
    remark: str = ""


def _condition(table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> Condition | None:
    if "if" not in table:
        return None
    wanted = table["if"]
    if not isinstance(wanted, Mapping):
        raise where.at(*keys, "if").error("if is a table of facts")
    # The place without its line, which is looked up only if something is wrong there.
    return compile_condition(wanted, where._replace(under=(*keys, "if")))
