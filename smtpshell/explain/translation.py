"""Translated notes and reference entries: prose that is laid over the source's, heading by heading.

A translation mirrors the path of its source and holds the words alone: a heading for each note or
entry it has, the short paragraph and the long ones, and perhaps `try`. Conditions, sources and
other keys may be left out; where they stand they are not read, so nothing has to be kept in step.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
import re
from binascii import crc32
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from smtpshell.datafile import Where, check_keys, split_front_matter
from smtpshell.errors import DataFileError
from smtpshell.explain.entry import Entry
from smtpshell.explain.note import Note
from smtpshell.explain.notefile import FORMAT, LIST_KEYS, is_key_list, read_keys, several
from smtpshell.explain.section import Section, read_sections

KINDS = ("notes", "reference")
FRONT_KEYS = ("format", "kind", "id", "registry", "title", "source_rev")

_NOTE = re.compile(r"(\S+)\s+[\u2014\u2013]\s+(\S.*)")
_Text = TypeVar("_Text", Note, Entry)


class Words(NamedTuple):
    """The words of one note or entry; *head* is a note's headline. "" and () are not translated."""

    key: str
    head: str
    short: str
    long: tuple[str, ...]
    tries: tuple[str, ...]
    where: str


class Translation(NamedTuple):
    """A translated file: its words by id or key. *rev* is that of the source it was made from."""

    words: dict[str, Words]
    rev: str
    where: str


def rev_of(texts: Iterable[str]) -> str:
    """The hash of a source's words, for `source_rev`: eight hexadecimal digits."""
    return f"{crc32(chr(0).join(texts).encode('utf-8', 'surrogatepass')):08x}"


def rev_of_words(texts: Iterable[Note | Entry]) -> str:
    """The hash of the words of a notes or a reference file."""
    return rev_of(part for one in texts for part in (_name(one), _head(one), one.short, *one.long))


def read_translation(text: str, path: str) -> Translation:
    """The translated notes or entries in the file *path*; DataFileError as FILE:LINE."""
    front, body, line = split_front_matter(text, path)
    where = Where(path, 2, text.partition("\n")[2])
    check_keys(front, FRONT_KEYS, where)
    if front.get("format") != FORMAT or front.get("kind") not in KINDS:
        raise where.error(f'begins with format = {FORMAT} and the kind of its source, as "notes"')
    rev = front.get("source_rev", "")
    if not isinstance(rev, str):
        raise where.at("source_rev").error("source_rev: must be a text in quotes")
    words: dict[str, Words] = {}
    for section in read_sections(body, path, line):
        one = _read(section, path, notes=front["kind"] == "notes")
        if one.key in words:
            earlier = words[one.key].where
            raise DataFileError(f'{one.where}: "{one.key}" stands at {earlier} already')
        words[one.key] = one
    return Translation(words, rev, str(where.at("source_rev")))


def _read(section: Section, path: str, *, notes: bool) -> Words:
    key, head = section.heading, ""
    if notes:
        found = _NOTE.fullmatch(key)
        if found is None:
            words = "a note's heading is: id \u2014 headline, with a long dash between"
            raise Where(path, section.line).error(words)
        key, head = found.groups()
    blocks = [block for block in section.blocks if block.kind != "toml when"]
    keys = blocks.pop() if blocks and is_key_list(blocks[-1]) else None
    tries = several(read_keys(keys, path, LIST_KEYS).get("try", ""), "\n")
    prose = []
    for block in blocks:
        if block.kind not in ("text", "list"):
            raise Where(path, block.line - 1).error("only paragraphs are translated")
        items = block.text.split("\n")
        prose.append(block.text if block.kind == "text" else "\n".join(f"- {i}" for i in items))
    where = f"{path}:{section.line}"
    return Words(key, head, prose[0] if prose else "", tuple(prose[1:]), tries, where)


def in_other_words(text: _Text, words: Words | None) -> _Text:
    """*text* in the *words* of a translation; what they leave out stays as it is."""
    if words is None:
        return text
    short, long = words.short or text.short, words.long or text.long
    if isinstance(text, Note):
        tries = words.tries or text.tries
        head = words.head or text.headline
        return text._replace(headline=head, short=short, long=long, tries=tries)
    return text._replace(short=short, long=long)


def _name(text: Note | Entry) -> str:
    return text.id if isinstance(text, Note) else text.key


def _head(text: Note | Entry) -> str:
    return text.headline if isinstance(text, Note) else ""
