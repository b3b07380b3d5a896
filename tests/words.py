"""The shell's own words as they stand in its source, for the catalogues of translators.

They are what `tr`, `counted` and `marked` are called with, and what click makes help of: the
docstrings of commands and the `help` of options. And they are what practice servers think: the
reasons, remarks and descriptions in our data files.
"""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib

import smtpshell
from smtpshell.catalogue import po_file
from smtpshell.language import SOURCE
from smtpshell.resource import lessons_dir

PACKAGE = Path(smtpshell.__file__).parent
PLACE = re.compile(r"\{\w*[^{}]*\}")
_SETUP = re.compile(r"^```toml setup\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Words of what is looked for: less may be a name, or stand in what is no message.
_SHORTEST, _SHORTEST_PIECE = 3, 5
_THOUGHTS = ("why", "remark", "weak")


class Message(NamedTuple):
    """One message: what is said of one, and of many where the number counts."""

    one: str
    many: str = ""


def said_in_source() -> dict[Message, list[str]]:
    """All messages of the package, each with the files that say it, in the order of the source."""
    found: dict[Message, list[str]] = {}
    for name, message in (*_said_in_code(), *_said_in_data()):
        files = found.setdefault(message, [])
        if name not in files:
            files.append(name)
    return found


def _said_in_code() -> Iterator[tuple[str, Message]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        nodes.sort(key=lambda node: getattr(node, "lineno", 0))
        for node in nodes:
            for message in _messages(node):
                yield path.relative_to(PACKAGE.parent).as_posix(), message


def _said_in_data() -> Iterator[tuple[str, Message]]:
    """What practice servers think, in the files of their own and in steps of lessons."""
    lessons = lessons_dir()
    for path in sorted((lessons / "sandbox").rglob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for words in (table["about"], *_thoughts(table)):
            yield path.relative_to(lessons.parent).as_posix(), Message(words)
    for path in sorted((lessons / SOURCE).rglob("*.md")):
        for block in _SETUP.findall(path.read_text(encoding="utf-8")):
            for words in _thoughts(tomllib.loads(block)):
                yield path.relative_to(lessons.parent).as_posix(), Message(words)


def _thoughts(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _thoughts(value)
        elif key in _THOUGHTS:
            yield value


def _messages(node: ast.AST) -> Iterator[Message]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        texts = [text for one in node.args for text in _texts(one)]
        if node.func.id in ("tr", "marked"):
            yield from map(Message, filter(None, texts))
        elif node.func.id == "counted":
            yield Message(*texts)
        elif node.func.id == "local":  # a command with a colon: name, letter, syntax, help, long
            yield from map(Message, texts[3:5])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "option":  # click's
            helps = [one.value for one in node.keywords if one.arg == "help"]
            yield from (Message(text) for one in helps for text in _texts(one))
    elif isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
        yield Message(inspect.cleandoc(ast.get_docstring(node) or ""))


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be: itself, or either side of a condition."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _makes_command(decorator: ast.expr) -> bool:
    """Is it click's `@group.command(...)`, `@click.group(...)`?"""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(target, ast.Attribute) and target.attr in ("command", "group")


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural)


def forms_of(entry: polib.POEntry) -> list[str]:
    """The translation, or one for each number that the language tells apart."""
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def renew(path: str) -> None:
    """Write the .po file anew: what is said now in the order of the source, all that is translated.

    Messages that are new stand there without words, for the translator.
    """
    old = polib.pofile(path, encoding="utf-8", wrapwidth=98)
    known = {message_of(entry): entry for entry in old}
    new = polib.POFile(encoding="utf-8", wrapwidth=98)
    new.header, new.metadata = old.header, old.metadata
    forms = int(re.findall(r"nplurals=(\d)", old.metadata["Plural-Forms"])[0])
    for message, files in said_in_source().items():
        entry = known.get(message) or polib.POEntry(
            msgid=message.one,
            msgid_plural=message.many,
            msgstr_plural=dict.fromkeys(range(forms), "") if message.many else {},
        )
        entry.occurrences = [(name, "") for name in files[:1]]
        new.append(entry)
    new.save(path)


def pieces() -> Iterator[tuple[str, str]]:
    """What stands between the places of each English message, with the whole German one."""
    for entry in polib.pofile(po_file("de"), encoding="utf-8"):
        german = " ".join(forms_of(entry))
        for piece in PLACE.split(f"{entry.msgid}{{}}{entry.msgid_plural}"):
            least = _SHORTEST if piece in (entry.msgid, entry.msgid_plural) else _SHORTEST_PIECE
            piece = piece.strip(" .,;:()\n")
            if len(piece.split()) >= least and piece not in german:
                yield piece, german


def in_english(text: str) -> list[str]:
    """The English pieces of messages that *text* has."""
    return [piece for piece, _ in pieces() if piece in text]
