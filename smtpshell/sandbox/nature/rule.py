"""Rules: what a server says or does instead of the usual, when, and how often.

A rule waits at an occasion: a situation ("rcpt-unknown"), a verb ("RCPT": whenever it would be let
through), or one of `situation.ELSEWHERE`. Its `if` asks for facts, the same ones that notes ask
for. The rules of an occasion have their turns in the order they are written. The first one that
fires and has something to say (`reply`, `raw`, or `drop`) gives the answer; one that fires and has
nothing to say adds what it has (a delay, points, a remark ...), and the next one has its turn.

    [rules.grey]
    at = "RCPT"
    if = { "arg.domain" = "^office\\.test$" }
    reply = "450 4.2.0 Not yet, try again later"
    why = "..."
    once = true             # in a session; or after = N, or probability = 0.25 (seeded)
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.fact.condition import Condition, compile_condition
from smtpshell.sandbox.nature import answer as answers
from smtpshell.sandbox.nature.answer import Answer, read_answer, with_details
from smtpshell.sandbox.nature.setting import Names, check_known, read_section
from smtpshell.sandbox.nature.situation import LEAVE, OCCASIONS, REFUSAL, TIMER
from smtpshell.sandbox.world.memory import PARTS
from smtpshell.smtp.later import later

FATES = ("deliver", "queue", "bounce", "discard")
CUT = 421  # what it counts as if the connection is cut in place of a reply (RFC 5321 3.8)
DAYS_35 = 35 * 86400.0

_TOO_LATE = {
    REFUSAL: "a refusal was answered already",
    LEAVE: "nobody is there to be spoken to",
}
_SPEAKS = ("reply", "raw", "drop")
_FATE_AT = later(r"RCPT|DOT|rcpt-.*|data-(?!go).*")
_TALLY = later(r"[a-z][a-z0-9-]{0,31}")
NO_POINTS: Mapping[str, float] = MappingProxyType({})
# Facts that are the same whenever the same line is said in the same standing.
_LASTING = frozenset(
    {"on", "verb", "line", "issue", "ext", "ext_missing", "peer.personality"}
    | {"state.tls", "state.auth", "state.esmtp", "state.phase", "state.lmtp"}
)


class Rule(NamedTuple):
    """One rule.

    *answer* is what it says and how; it *speaks* if there are words, or their absence, in that.
    *after*: not before it could have fired so often. *remark* is for `:server`. *score* adds to
    tallies of the session. *fate* is what becomes of the recipient, or of the letter.

    A rule with a *key* goes by what the world remembers: with *wait* (s) it puts off who is new,
    *early* is said to who comes back too early, *remember* (s) is how long who came back is known,
    *learn* how many of those make their client welcome at once. With *limit* it fires for who comes
    more often than that in *per* s. *silence* (s) is what a rule at "timer" waits for.

    *lasting*: it goes by the line and the standing alone, so that its outcome can be kept.
    """

    name: str
    at: str
    answer: Answer
    speaks: bool = True
    condition: Condition | None = None
    score: Mapping[str, float] = NO_POINTS
    early: Answer | None = None
    silence: float = 0.0
    after: int = 0
    once: bool = False
    probability: float = 1.0
    remark: str = ""
    fate: str = ""
    key: Names = ()
    wait: float = 0.0
    remember: float = DAYS_35
    learn: int = 0
    limit: int = 0
    per: float = 0.0
    lasting: bool = False

    @property
    def manners(self) -> bool:
        """Does it change how something is said?"""
        answer = self.answer
        return bool(answer.close or answer.delay or answer.drip)

    @property
    def place(self) -> str:
        """FILE:LINE where it is written."""
        return str(self.answer.where.at(*self.answer.keys))


# The keys that are plain values, each a field of the rule as it stands.
_PLAIN = (
    "after", "once", "probability", "remark", "fate", "key", "wait", "remember", "learn", "limit",
    "per",
)  # fmt: skip
KEYS = ("at", "if", "score", "early", *_PLAIN, *answers.KEYS)


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
    plain = {key: table[key] for key in _PLAIN if key in table}
    rule = Rule(
        name,
        at,
        _answer(name, table, where, keys),
        any(table.get(key, False) is not False for key in _SPEAKS),
        _condition(table, where, keys),
        _score(table, where, keys),
        _early(name, table, where, keys),
        **read_section(Rule, plain, where, *keys),
    )
    if at == TIMER:
        rule = rule._replace(silence=rule.answer.delay, answer=rule.answer._replace(delay=0.0))
    # Lines are looked up only if something is wrong there: it takes longer than to read the rule.
    _check(rule, table, partial(where.at, *keys))
    return rule._replace(lasting=_is_lasting(rule))


def _is_lasting(rule: Rule) -> bool:
    """Worked out once for each rule: to ask at each line that was not said before is too late."""
    if rule.after or rule.once or rule.probability < 1 or rule.key:
        return False
    keys = rule.condition.keys if rule.condition is not None else ()
    return all(key in _LASTING or key.startswith("arg.") for key in keys)


def _answer(name: str, table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> Answer:
    if any(key in table for key in ("reply", "raw", "repeat")):
        return read_answer(name, table, where, keys)
    quiet = with_details(Answer(name, 0, (), where, keys, raw=b""), table)
    # Who cuts the line without a word has not done what was asked for.
    return quiet._replace(code=CUT) if quiet.drop else quiet


def _early(
    name: str, table: Mapping[str, Any], where: Where, keys: tuple[str, ...]
) -> Answer | None:
    if "early" not in table:
        return None
    details = {
        key: table[key] for key in answers.KEYS if key in table and key not in ("raw", "repeat")
    }
    early = read_answer(name, {**details, "reply": table["early"]}, where, keys)
    return early._replace(keys=(*keys, "early"))


def _score(table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> Mapping[str, float]:
    score = table.get("score", {})
    if not isinstance(score, Mapping):
        raise where.at(*keys, "score").error("score is a table, such as { karma = -2 }")
    for tally, points in score.items():
        if not _TALLY.fullmatch(tally):
            words = f'score: a tally is called by small letters, digits and dashes, not "{tally}"'
            raise where.at(*keys, "score").error(words)
        if isinstance(points, bool) or not isinstance(points, (int, float)):
            raise where.at(*keys, "score").error(f"score: the points of {tally} are a number")
    return MappingProxyType(dict(score)) if score else NO_POINTS


def _condition(table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> Condition | None:
    if "if" not in table:
        return None
    wanted = table["if"]
    if not isinstance(wanted, Mapping):
        raise where.at(*keys, "if").error("if is a table of facts")
    # The place without its line, which is looked up only if something is wrong there.
    return compile_condition(wanted, where._replace(under=(*where.under, *keys, "if")))


def _check(rule: Rule, table: Mapping[str, Any], place: Callable[..., Where]) -> None:
    """What the keys of a rule ask of each other; *place* looks up where they stand."""
    name = f"rules.{rule.name}"
    if rule.fate and rule.fate not in FATES:
        raise place("fate").error(f'fate does not know "{rule.fate}"{meant(rule.fate, FATES)}')
    if rule.fate and not _FATE_AT.fullmatch(rule.at):
        raise place("fate").error(f"{name}: only recipients (RCPT) and letters (DOT) have a fate")
    for part in rule.key:
        if part not in PARTS:
            raise place("key").error(f'key does not know "{part}"{meant(part, PARTS)}')
    if rule.at in _TOO_LATE and (rule.speaks or rule.manners):
        raise place().error(f"{name}: {_TOO_LATE[rule.at]}; only remark and score")
    if not (rule.speaks or rule.manners or rule.score or rule.fate or rule.remark):
        raise place().error(f"{name} neither replies nor remarks, nor does it anything else")
    _check_memory(rule, table, place, name)
    if rule.at == TIMER and not rule.silence:
        raise place("delay").error(f"{name}: delay says how many seconds of silence it waits")


def _check_memory(
    rule: Rule, table: Mapping[str, Any], place: Callable[..., Where], name: str
) -> None:
    for key, wanted in (
        ("wait", "key"),
        ("limit", "key"),
        ("early", "wait"),
        ("remember", "wait"),
        ("learn", "wait"),
        ("per", "limit"),
        ("limit", "per"),
    ):
        if key in table and not table.get(wanted):
            raise place(key).error(f"{name}: {key} goes with {wanted}")
    if rule.key and bool(rule.wait) is bool(rule.limit):
        raise place("key").error(f"{name}: key goes with either wait or limit and per")
