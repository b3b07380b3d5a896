"""The front matter of a lesson file."""

from __future__ import annotations

from typing import Any

from smtpshell.datafile import Where, check_keys, meant
from smtpshell.fact.vocabulary import DOORS
from smtpshell.lesson.block import ID
from smtpshell.lesson.lesson import Heading, Server

FRONT_KEYS = (
    "format", "kind", "id", "title", "track", "minutes", "needs", "teaches", "fixes", "refs",
    "on_trouble", "optional", "graded", "also", "refresh", "completion", "verbosity",
    "long_notes", "limit", "one_way", "draw", "sandbox", "servers", "score",
    "source_rev",
)  # fmt: skip
SERVER_KEYS = ("personality", "scenario", "door", "clock", "seed")
SCORE_KEYS = ("points", "pass")
DRAW_KEYS = ("steps", "take")
COMPLETIONS = ("full", "verbs", "none")
VERBOSITIES = ("teach", "normal", "exam")
CLOCKS = ("real", "virtual")


class Front:
    """The front matter, read key by key."""

    def __init__(self, front: dict[str, Any], where: Where) -> None:
        self._front = front
        self._where = where

    def heading(self) -> Heading:
        ident = self.text("id")
        if not ID.fullmatch(ident):
            raise self._where.at("id").error(
                f'"{ident}" is no id: small letters, digits and hyphens'
            )
        score = self._table("score", SCORE_KEYS)
        points, enough = score.get("points", 0), score.get("pass", 0)
        for key, value in (("points", points), ("pass", enough)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise self._where.at("score", key).error(f"{key}: must be a number")
        if enough > points:
            raise self._where.at("score", "pass").error("pass: more than there are points")
        return Heading(
            ident,
            self.text("title"),
            self.text("track"),
            self.minutes("minutes"),
            self.texts("needs"),
            self.texts("teaches"),
            self.texts("fixes"),
            tuple(ref.replace("\u00a7", "") for ref in self.texts("refs")),
            self.texts("on_trouble"),
            self.flag("optional"),
            self.flag("graded"),
            points,
            enough,
            str(self._where),
        )

    def draw(self, steps: int) -> tuple[tuple[int, ...], int]:
        """Which of the lesson's *steps* are drawn, by number, and how many a try has of them."""
        table = self._table("draw", DRAW_KEYS)
        if not table:
            return (), 0
        numbers, take = table.get("steps"), table.get("take")
        if (
            not isinstance(numbers, list)
            or not all(type(one) is int and 1 <= one <= steps for one in numbers)
            or len(set(numbers)) < len(numbers)
            or len(numbers) < 2
        ):
            raise self._where.at("draw", "steps").error(
                f"steps: must be a list of two or more different numbers from 1 to {steps}"
            )
        if type(take) is not int or not 1 <= take < len(numbers):
            raise self._where.at("draw", "take").error(
                f"take: must be a number from 1 to {len(numbers) - 1}, less than there are steps"
            )
        return tuple(sorted(numbers)), take

    def servers(self) -> tuple[Server, ...]:
        usual = self._server("", self._table("sandbox", SERVER_KEYS), ("sandbox",), Server())
        others = []
        for name, table in self._table("servers", None).items():
            if not isinstance(table, dict) or not ID.fullmatch(name):
                raise self._where.at("servers", name).error("servers.NAME is a table")
            check_keys(table, SERVER_KEYS, self._where._replace(under=("servers", name)))
            others.append(self._server(name, table, ("servers", name), usual))
        return (usual, *others)

    def _server(
        self, name: str, table: dict[str, Any], keys: tuple[str, ...], usual: Server
    ) -> Server:
        values = {**usual._asdict(), **table, "name": name}
        for key in SERVER_KEYS:
            wanted = int if key == "seed" else str
            if not isinstance(values[key], wanted) or isinstance(values[key], bool):
                kind = "number" if key == "seed" else "text in quotes"
                raise self._where.at(*keys, key).error(f"{key}: must be a {kind}")
        for key, choices in (("door", DOORS), ("clock", CLOCKS)):
            if values[key] not in choices:
                raise self._where.at(*keys, key).error(
                    f'{key}: unknown value "{values[key]}"{meant(values[key], choices)}'
                )
        return Server(**values)

    def text(self, key: str) -> str:
        value = self._front.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._where.at(key).error(f"{key}: must be there, a text in quotes")
        return value

    def minutes(self, key: str, default: int | None = None) -> int:
        """A number of minutes; without a *default* it must be there."""
        value = self._front.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 240:
            must = "must be" if default is not None else "must be there,"
            raise self._where.at(key).error(f"{key}: {must} a number from 1 to 240")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._front.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._where.at(key).error(f"{key}: must be a list of texts in quotes")
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self._front.get(key, False)
        if not isinstance(value, bool):
            raise self._where.at(key).error(f"{key}: must be true or false")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._front.get(key, default)
        if value not in choices:
            raise self._where.at(key).error(
                f'{key}: unknown value "{value}"{meant(str(value), choices)}'
            )
        return str(value)

    def _table(self, key: str, allowed: tuple[str, ...] | None) -> dict[str, Any]:
        value = self._front.get(key, {})
        if not isinstance(value, dict):
            raise self._where.at(key).error(f"[{key}] is a table")
        if allowed is not None:
            check_keys(value, allowed, self._where._replace(under=(key,)))
        return value
