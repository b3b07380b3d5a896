"""A personality: all that makes one server answer other than another, read from TOML files.

A file says whom it is `like` and what is different. `load_personality` lays the files over each
other, from the root of the line to the one asked for, and a scenario's own house rules on top. What
comes out is whole: every setting has a value and every situation its reply.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from smtpshell.datafile import Where, meant, read_text, read_toml
from smtpshell.errors import UsageError
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.answer import KEYS, Answer, read_answer, with_details
from smtpshell.sandbox.nature.phrase import Phrase, read_phrase
from smtpshell.sandbox.nature.rule import Rule, read_rule
from smtpshell.sandbox.nature.setting import (
    DOORS,
    SECTIONS,
    Auth,
    Between,
    Checks,
    Commands,
    Door,
    Ehlo,
    Limits,
    Queue,
    Reputation,
    Strict,
    Timing,
    check_known,
    read_issues,
    read_section,
    table_at,
)
from smtpshell.sandbox.nature.sheet import Entry, read_entry
from smtpshell.sandbox.nature.situation import SITUATIONS

FORMAT = 1
LONGEST_LINE = 8  # generations of `like`

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_HEAD = ("format", "kind", "id", "about", "like", "weak", "scenario", "signature", "enhanced_codes")
HOUSE_RULES = (*SECTIONS, "issues", "doors", "replies", "rules", "sheet", "enhanced_codes")


class Layer(NamedTuple):
    """One file's part of a personality; *over* are others that come on top of it."""

    table: Mapping[str, Any]
    where: Where
    over: "tuple[Layer, ...]" = ()

    def __repr__(self) -> str:
        return f"Layer({self.where.path!r})"  # a scenario's table has passwords in it


class Personality(NamedTuple):
    """How a server behaves. *like* names the personalities it inherits from, nearest first.

    *weak* says in words what is wrong with a server that is there to be attacked, "" of others.
    """

    id: str
    about: str
    like: tuple[str, ...]
    ehlo: Ehlo
    auth: Auth
    commands: Commands
    strict: Strict
    limits: Limits
    timing: Timing
    checks: Checks
    reputation: Reputation
    queue: Queue
    issues: Mapping[str, str]
    doors: Mapping[str, Door]
    replies: Mapping[str, Answer]
    rules: tuple[Rule, ...]
    between: Between
    signature: Phrase | None = None
    weak: str = ""
    sheet: tuple[Entry, ...] = ()


def load_personality(
    name: str, folders: Sequence[Path] = (), house: Layer | None = None
) -> Personality:
    """Read the personality *name*, as the scenario's *house* rules change it.

    *folders* are searched before our own, in order; each holds files NAME.toml.
    """
    return build_personality(line_of(name, folders), house)


def build_personality(line: Sequence[Layer], house: Layer | None = None) -> Personality:
    """The personality whose files are this *line*, as the scenario's *house* rules change it."""
    head, *parents = (layer.table for layer in line)
    layers = [*reversed(line)]
    if house is not None:
        layers += [house, *house.over]
    return _build(head["id"], head["about"], tuple(table["id"] for table in parents), layers)


def home_of(line: Sequence[Layer]) -> str:
    """The scenario in which the personality of this *line* is at home; "" if in any."""
    for layer in line:
        home = layer.table.get("scenario", "")
        if not isinstance(home, str):
            raise layer.where.at("scenario").error("scenario is the id of one")
        if home:
            return home
    return ""


def find_file(name: str, folders: Iterable[Path], kind: str) -> Path:
    """The file NAME.toml in the first of *folders* that has it."""
    folders = list(folders)
    if _NAME.fullmatch(name):
        for folder in folders:
            path = folder / f"{name}.toml"
            if path.is_file():
                return path
    names = {path.stem for folder in folders for path in folder.glob("*.toml")}
    raise UsageError(f'no {kind} is called "{name}"{meant(name, names)}')


def read_layer(path: Path, kind: str) -> Layer:
    """Read a file of the *kind* "personality" or "scenario" and check what all of them have."""
    text = read_text(path)
    table = read_toml(text, path)
    where = Where(str(path), 1, text)
    if table.get("format") != FORMAT or table.get("kind") != kind:
        raise where.error(f'begins with format = {FORMAT} and kind = "{kind}"')
    for key in ("id", "about"):
        if not isinstance(table.get(key), str):
            raise where.at(key).error(f"{key} is a text, and must be there")
    if table["id"] != path.stem:
        raise where.at("id").error(f'the id of this file is "{path.stem}"')
    return Layer(table, where)


def line_of(name: str, folders: Sequence[Path] = ()) -> list[Layer]:
    """The files of the personality *name* and of those it is like, nearest first.

    *folders* are searched before our own, in order; each holds files NAME.toml.
    """
    folders = [*folders, lessons_dir() / "sandbox" / "personalities"]
    layers: list[Layer] = []
    wanted = name
    while wanted or not layers:
        if any(layer.table["id"] == wanted for layer in layers) or len(layers) == LONGEST_LINE:
            raise layers[-1].where.at("like").error(f'"{wanted}" is like itself in the end')
        layer = read_layer(find_file(str(wanted), folders, "personality"), "personality")
        check_known(layer.table, (*_HEAD, *HOUSE_RULES), layer.where)
        layers.append(layer)
        wanted = layer.table.get("like", "")
    return layers


def _build(name: str, about: str, like: tuple[str, ...], layers: list[Layer]) -> Personality:
    settings = {section: _settings(section, kind, layers) for section, kind in SECTIONS.items()}
    replies = _replies(layers)
    kept = _enhanced_codes(layers)
    if kept is not True:
        replies = {
            name: answer if name in kept else answer.without_enhanced_code()
            for name, answer in replies.items()
        }
    return Personality(
        id=name,
        about=about,
        like=like,
        issues=_issues(layers),
        signature=_signature(layers),
        doors={door: _door(door, layers) for door in DOORS},
        replies=replies,
        rules=tuple(_rules(layers).values()),
        weak=_weak(layers),
        sheet=_sheet(layers),
        **settings,
    )


def _settings(section: str, kind: type[Any], layers: list[Layer]) -> Any:
    values: dict[str, Any] = {}
    for layer in layers:
        table = table_at(layer.table, layer.where, section)
        values |= read_section(kind, table, layer.where, section)
    for key in kind._fields:
        if key not in values and key not in kind._field_defaults:
            raise layers[0].where.error(f"{section}.{key} is missing")
    return kind(**values)


def _door(name: str, layers: list[Layer]) -> Door:
    door = Door()
    for layer in layers:
        check_known(table_at(layer.table, layer.where, "doors"), DOORS, layer.where, "doors")
        table = table_at(layer.table, layer.where, "doors", name)
        door = door._replace(**read_section(Door, table, layer.where, "doors", name))
    return door


def _issues(layers: list[Layer]) -> dict[str, str]:
    issues: dict[str, str] = {}
    for layer in layers:
        issues |= read_issues(table_at(layer.table, layer.where, "issues"), layer.where)
    return issues


def _signature(layers: list[Layer]) -> Phrase | None:
    """What stands at the end of every reply; None if nothing does."""
    said = ""
    for layer in layers:
        said = layer.table.get("signature", said)
        if not isinstance(said, str):
            raise layer.where.at("signature").error("signature is a text")
        try:
            found = read_phrase(said)
        except ValueError as error:
            raise layer.where.at("signature").error(f"signature: {error}") from None
    return found if said else None


def _enhanced_codes(layers: list[Layer]) -> Literal[True] | tuple[str, ...]:
    """Which situations are answered with their enhanced codes; True for all."""
    kept: Literal[True] | tuple[str, ...] = True
    for layer in layers:
        said = layer.table.get("enhanced_codes", True if kept is True else list(kept))
        if isinstance(said, list):
            check_known(dict.fromkeys(said), SITUATIONS, layer.where, "enhanced_codes")
            kept = tuple(said)
        elif isinstance(said, bool):
            kept = said or ()
        else:
            words = "enhanced_codes is true, false, or a list of situations that have them"
            raise layer.where.at("enhanced_codes").error(words)
    return kept


def _weak(layers: list[Layer]) -> str:
    """What is wrong on purpose; a file that mends it says weak = ""."""
    words = ""
    for layer in layers:
        words = layer.table.get("weak", words)
        if not isinstance(words, str):
            raise layer.where.at("weak").error("weak is a text: what is wrong with this server")
    return words


def _replies(layers: list[Layer]) -> dict[str, Answer]:
    replies: dict[str, Answer] = {}
    for layer in layers:
        table = table_at(layer.table, layer.where, "replies")
        check_known(table, SITUATIONS, layer.where, "replies")
        for name, value in table.items():
            replies[name] = _reply(name, value, replies.get(name), layer.where)
    for name in SITUATIONS:
        if name not in replies:
            raise layers[0].where.error(f"replies.{name} is missing")
    return replies


def _reply(name: str, value: Any, before: Answer | None, where: Where) -> Answer:
    """What the situation *name* is answered with; what a file leaves out stays as it was."""
    keys = ("replies", name)
    if before is None:
        return read_answer(name, value, where, keys)
    table = value if isinstance(value, Mapping) else {"reply": value}
    check_known(table, KEYS, where, *keys)
    inherited = before._replace(where=where, keys=keys)
    if "reply" in table or "raw" in table:
        said = read_answer(name, table, where, keys)
        code = said.code or before.code
        inherited = inherited._replace(code=code, phrases=said.phrases, raw=said.raw)
    answer = with_details(inherited, table)
    if answer.accepts and not (before.accepts or answer.close or "why" in table):
        return answer._replace(why="", ref="")  # why it was refused is no reason for a yes
    return answer


def _rules(layers: list[Layer]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for layer in layers:
        for name, value in table_at(layer.table, layer.where, "rules").items():
            rules[name] = read_rule(name, value, layer.where)
    return rules


def _sheet(layers: list[Layer]) -> tuple[Entry, ...]:
    entries: dict[str, Entry | None] = {}
    for layer in layers:
        for name, value in table_at(layer.table, layer.where, "sheet").items():
            entries[name] = read_entry(name, value, layer.where)
    return tuple(entry for entry in entries.values() if entry is not None)
