"""A script: fixed replies for people who test clients, read from a TOML or JSON file.

    [[steps]]
    expect = "EHLO"
    reply = ["250 mail.office.test", "250 SIZE 1000"]
    [[steps]]
    expect = "MAIL"
    reply = "451 4.3.0 Later"
    delay = 2.0

The format is told in lessons/sandbox/README.md.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell.datafile import Where, meant, read_text, read_toml
from smtpshell.sandbox.nature.setting import check_known
from smtpshell.smtp.later import later

CONNECT, ANY = "CONNECT", "ANY"
LONGEST_DELAY = 3600.0  # seconds
MOST_STEPS = 10_000

_HEAD = ("format", "kind", "about", "steps", "connections")
_KEYS = ("expect", "reply", "raw", "delay", "drip", "close", "drop", "tls", "repeat")
_REPLY = later(r"([2-5][0-9]{2})(?: ([^\r\n]*))?", re.ASCII)
_VERB = later(r"[A-Za-z]{1,20}")


class Step(NamedTuple):
    """What is said to whom: *wire* to the next line, if its verb is one that is *expect*ed.

    *delay* is in seconds before it, *drip* in seconds an octet. *tls*: a handshake follows.
    *repeat*: the step stands until something comes that it does not expect.
    """

    expect: tuple[str, ...]
    wire: bytes
    delay: float = 0.0
    drip: float = 0.0
    close: bool = False
    drop: bool = False
    tls: bool = False
    repeat: bool = False

    def expects(self, verb: str) -> bool:
        return verb in self.expect or (ANY in self.expect and verb != CONNECT)


Steps = tuple[Step, ...]


class Script(NamedTuple):
    """What is said on each connection in turn; the last one's is said on all that follow."""

    connections: tuple[Steps, ...]

    def steps_of(self, connection: int) -> Steps:
        """The steps of a *connection*, the first of which is 0."""
        return self.connections[min(connection, len(self.connections) - 1)]


def read_script(path: Path | str) -> Script:
    """Read a script; DataFileError says where it is wrong."""
    text = read_text(path)
    where = Where(str(path), 1, text)
    table = _read_json(text, where) if text.lstrip()[:1] == "{" else read_toml(text, path)
    check_known(table, _HEAD, where)
    if table.get("format", 1) != 1 or table.get("kind", "script") != "script":
        raise where.error('a script has format = 1 and kind = "script"')
    if ("steps" in table) == ("connections" in table):
        raise where.error("a script has either steps or connections", hint="[[steps]] begins one")
    if "steps" in table:
        return Script((_steps(table["steps"], where, "steps"),))
    connections = _list(table["connections"], where, "connections")
    read = []
    for number, one in enumerate(connections):
        keys = ("connections", number)
        if not isinstance(one, Mapping):
            raise where.at(*keys).error("a connection is a table with steps")
        check_known(one, ("steps",), where, "connections")
        read.append(_steps(one.get("steps"), where.at(*keys), "connections", number, "steps"))
    return Script(tuple(read))


def _read_json(text: str, where: Where) -> dict[str, Any]:
    import json

    try:
        table: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise where._replace(line=error.lineno).error(f"no JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise where.error(
            "no JSON that could be read: nested too deeply, or a huge number"
        ) from None
    return table


def _list(value: Any, where: Where, *keys: str | int) -> Sequence[Any]:
    if not isinstance(value, list) or not value or len(value) > MOST_STEPS:
        raise where.at(*keys[:1]).error(f"{keys[-1]} is a list of 1 to {MOST_STEPS} tables")
    return value


def _steps(value: Any, where: Where, *keys: str | int) -> Steps:
    found = _list(value, where, *keys)
    return tuple(_step(one, Where(*where), (*keys, number)) for number, one in enumerate(found))


def _step(table: Any, where: Where, keys: tuple[str | int, ...]) -> Step:
    name = f"step {int(keys[-1]) + 1}"
    place = where._replace(under=()) if where.under else where
    here = place.at(*keys)
    if not isinstance(table, Mapping):
        raise here.error(f"{name} is a table")
    for key in table:
        if key not in _KEYS:
            raise place.at(*keys, key).error(f'{name}: unknown key "{key}"{meant(key, _KEYS)}')
    try:
        return Step(
            _expect(table.get("expect", ANY)),
            _wire(table),
            _seconds(table, "delay"),
            _seconds(table, "drip"),
            *(_flag(table, key) for key in ("close", "drop", "tls", "repeat")),
        )
    except ValueError as error:
        raise here.error(f"{name}: {error}") from None


def _expect(value: Any) -> tuple[str, ...]:
    verbs = [value] if isinstance(value, str) else value
    if not isinstance(verbs, list) or not verbs:
        raise ValueError('expect is a verb, "any", or a list of verbs')
    for verb in verbs:
        if not isinstance(verb, str) or not _VERB.fullmatch(verb):
            raise ValueError('expect is a verb like "MAIL", "CONNECT", "DOT" or "any"')
    return tuple(verb.upper() for verb in verbs)


def _wire(table: Mapping[str, Any]) -> bytes:
    if "raw" in table and "reply" in table:
        raise ValueError("reply or raw, not both")
    if "raw" in table:
        return _raw(table["raw"])
    if "reply" in table:
        return _reply(table["reply"])
    if not any(table.get(key) for key in ("close", "drop", "tls")):
        raise ValueError("says nothing: it needs reply, raw, close or drop")
    return b""


def _reply(value: Any) -> bytes:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts:
        raise ValueError("reply is a text, or a list of texts")
    codes, lines = set(), list[str]()
    for text in texts:
        match = _REPLY.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(
                f"a reply begins with a code and a space: {text!r:.40}; raw may be any"
            )
        codes.add(int(match[1]))
        lines.append(text[3:])
    if len(codes) > 1:
        raise ValueError("all lines of one reply have the same code; raw may have others")
    # A space that nothing stands behind is left there: "334 " is what clients wait for.
    *first, last = lines
    code = codes.pop()
    said = [f"{code}-{line[1:]}" for line in first] + [f"{code}{last}"]
    return "".join(f"{line}\r\n" for line in said).encode("utf-8", "surrogateescape")


def _raw(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("latin-1")
        if isinstance(value, Mapping) and len(value) == 1:
            [(form, text)] = value.items()
            if form == "hex":
                return bytes.fromhex(text)
            if form == "base64":
                from base64 import b64decode

                return b64decode(text, validate=True)
    except UnicodeEncodeError:
        raise ValueError("raw text has one octet a character; for others take hex") from None
    except (Base64Error, TypeError, ValueError):
        raise ValueError(f"raw is no {form}") from None
    raise ValueError('raw is text, { hex = "..." } or { base64 = "..." }')


def _seconds(table: Mapping[str, Any], key: str) -> float:
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{key} is a number of seconds")
    if not 0 <= value <= LONGEST_DELAY:
        raise ValueError(f"{key} is 0 to {LONGEST_DELAY:g} seconds")
    return float(value)


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key} is true or false")
    return value
