"""Notes files: Markdown in which each level-2 heading is a note.

Under the heading stand one `toml when` block, one short paragraph, any number of long ones, and at
the end a list of keys if there is something to say: refs, concept, see, try.
"""

from __future__ import annotations

import re
from typing import Any

from smtpshell.datafile import Where, check_keys, meant, read_toml, split_front_matter
from smtpshell.errors import DataFileError
from smtpshell.explain.note import Note
from smtpshell.explain.section import Block, Section, read_sections
from smtpshell.fact.check import NOTE_ID
from smtpshell.fact.condition import compile_condition

FORMAT = 1
KINDS = ("info", "warning", "error")
FADES = ("normal", "sticky", "once")
PRIORITIES = range(-50, 51)
FRONT_KEYS = ("format", "kind", "id", "title", "source_rev")
LIST_KEYS = ("refs", "concept", "see", "try")

_HEADING = re.compile(r"(\S+)\s+[\u2014\u2013]\s+(\S.*)")
_LIST_KEY = re.compile(r"([a-z_]+):\s*(.*)")


def parse_notes(text: str, path: str) -> list[Note]:
    """The notes in the file *path*; DataFileError names the first mistake as FILE:LINE."""
    front, body, line = split_front_matter(text, path)
    check_front(front, Where(path, 2, text.partition("\n")[2]), "notes", FRONT_KEYS)
    notes: dict[str, Note] = {}
    for section in read_sections(body, path, line):
        note = _parse_note(section, path)
        if note.id in notes:
            earlier = notes[note.id].where
            raise DataFileError(f'{note.where}: note "{note.id}" stands at {earlier} already')
        notes[note.id] = note
    return list(notes.values())


def check_front(front: dict[str, Any], where: Where, kind: str, allowed: tuple[str, ...]) -> None:
    """Raise unless *front* is front matter of the *kind* wanted, in a format we know."""
    check_keys(front, allowed, where)
    if front.get("format") != FORMAT:
        raise where.at("format").error(f"format = {FORMAT} must stand here")
    if front.get("kind") != kind:
        raise where.at("kind").error(f'kind = "{kind}" must stand here')
    if not isinstance(front.get("id"), str):
        raise where.at("id").error("the file needs an id, in quotes")


def _parse_note(section: Section, path: str) -> Note:
    where = Where(path, section.line)
    heading = _HEADING.fullmatch(section.heading)
    if heading is None:
        raise where.error("a note's heading is: id \u2014 headline, with a long dash between")
    ident, headline = heading.groups()
    if not NOTE_ID.fullmatch(ident):
        raise where.error(f'"{ident}" is no id: small letters, digits, dots and hyphens')
    when, prose, keys = _parts_of(section, where)
    table, showing = _split_when(when, path)
    place = Where(path, when.line, when.text)
    listed = read_keys(keys, path, LIST_KEYS)
    return Note(
        id=ident,
        headline=headline,
        short=prose[0],
        long=tuple(prose[1:]),
        refs=several(listed.get("refs", "").replace("\u00a7", "")),
        concept=listed.get("concept", ""),
        see=several(listed.get("see", "").replace(",", ";")),
        tries=several(listed.get("try", ""), "\n"),
        kind=showing["kind"],
        fade=showing["fade"],
        priority=showing["priority"],
        condition=compile_condition(table, place),
        pack=0,
        where=str(where),
    )


def _parts_of(section: Section, where: Where) -> tuple[Block, list[str], Block | None]:
    """The `when` block, the paragraphs, and the list of keys of a note."""
    blocks = list(section.blocks)
    if not blocks or blocks[0].kind != "toml when":
        raise where.error("a note begins with a block ```toml when")
    when, *rest = blocks
    keys = rest.pop() if rest and is_key_list(rest[-1]) else None
    for block in rest:
        if block.kind not in ("text", "list"):
            raise Where(where.path, block.line - 1).error(
                "only one block, the first, may stand in a note"
            )
    prose = [_paragraph(block) for block in rest]
    if not prose or rest[0].kind != "text":
        raise where.error("a note needs a short paragraph")
    return when, prose, keys


def is_key_list(block: Block) -> bool:
    """Whether a list is one of keys and values, as it ends a note or an entry."""
    return block.kind == "list" and _LIST_KEY.match(block.text) is not None


def _paragraph(block: Block) -> str:
    if block.kind == "text":
        return block.text
    return "\n".join(f"- {item}" for item in block.text.split("\n"))


def _split_when(when: Block, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The conditions of a `when` block, and the keys that say how the note is shown."""
    table = read_toml(when.text, path, when.line)
    where = Where(path, when.line, when.text)
    showing = {
        "kind": _choice(table.pop("kind", "info"), KINDS, where.at("kind"), "kind"),
        "fade": _choice(table.pop("fade", "normal"), FADES, where.at("fade"), "fade"),
        "priority": table.pop("priority", 0),
    }
    if type(showing["priority"]) is not int or showing["priority"] not in PRIORITIES:
        raise where.at("priority").error("priority: must be a number from -50 to 50")
    if "on" not in table:
        raise where.error('a note must say which event it is for: on = "reply" or another')
    return table, showing


def _choice(value: Any, choices: tuple[str, ...], where: Where, key: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise where.error(f'{key}: unknown value "{value}"{meant(str(value), choices)}')
    return value


def read_keys(block: Block | None, path: str, allowed: tuple[str, ...]) -> dict[str, str]:
    """The list that ends a note; a key may come several times, its values are then joined."""
    read: dict[str, str] = {}
    if block is None:
        return read
    for item in block.text.split("\n"):
        found = _LIST_KEY.fullmatch(item)
        where = Where(path, block.line)
        if found is None:
            raise where.error(f'"{item}" is not "key: value"')
        key, value = found.groups()
        check_keys({key: value}, allowed, where)
        read[key] = f"{read[key]}\n{value}" if key in read else value
    return read


def several(text: str, separator: str = ";") -> tuple[str, ...]:
    """The values of one key, without empty ones."""
    parts = text.replace("\n", separator).split(separator)
    return tuple(" ".join(part.split()) for part in parts if part.strip())
