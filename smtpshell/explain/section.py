"""The Markdown that data files are written in, cut into sections and blocks, strictly.

A lesson file is more form than prose: level-2 headings, fenced blocks, paragraphs, one list of
keys. Reading the form by hand gives every block its line number, for errors, and keeps the package
build free of a Markdown parser. The prose inside a paragraph is left as it was written.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
import re
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.errors import DataFileError

TITLE = "# "
HEADING = "## "
SUBHEADING = "### "
_PLAIN = ("", "text", "console")  # fenced blocks that are shown as they stand
_ITEM = ("- ", "* ")
_GLUED = re.compile(r"##+[^#\s]")  # it would be overlooked, and all that stands below it
_NUMBERED = re.compile(r"[0-9]{1,3}\. ")


class Block(NamedTuple):
    """A paragraph (kind "text"), a list (kind "list") or a fenced block (its info string).

    *text* of a paragraph is one line; of a list one line an item, without the dash; of a fenced
    block what stands between the fences, beginning on line *line* of the file. A whole page has
    headings besides ("title", "heading", "subheading"), numbered lists ("numbered") and fenced
    blocks that are words ("code").
    """

    kind: str
    text: str
    line: int


class Section(NamedTuple):
    """A level-2 heading and the blocks under it."""

    heading: str
    line: int
    blocks: tuple[Block, ...]


def read_sections(text: str, path: str, first_line: int = 1) -> list[Section]:
    """The sections of *text*, which begins on line *first_line* of its file.

    What stands before the first heading is for people who read the file.
    """
    sections: list[Section] = []
    blocks: list[Block] = []
    for block in read_blocks(text, path, first_line, whole=False):
        if block.kind == "heading":
            blocks = []
            sections.append(Section(block.text, block.line, ()))
        elif sections:
            blocks.append(block)
            sections[-1] = sections[-1]._replace(blocks=tuple(blocks))
    return sections


def read_blocks(
    text: str, path: str, first_line: int = 1, *, whole: bool = True
) -> Iterator[Block]:
    """The blocks of *text* in their order, which are a *whole* page or sections of one form."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line, number = lines[index], first_line + index
        if not line.strip():
            index += 1
        elif line.lstrip().startswith("```") and not line.startswith("```"):
            words = "the three backticks of a block begin the line"
            raise DataFileError(f"{path}:{number}: {words}")
        elif line.startswith("```"):
            end = _closing_fence(lines, index, path, number)
            info = line.strip("`").strip()
            kind = "code" if whole and info in _PLAIN else info
            yield Block(kind, "\n".join(lines[index + 1 : end]), number + 1)
            index = end + 1
        elif line.startswith("#"):
            if line.startswith(HEADING):
                yield Block("heading", line[len(HEADING) :].strip(), number)
            elif whole and line.startswith((TITLE, SUBHEADING)):
                kind = "title" if line.startswith(TITLE) else "subheading"
                yield Block(kind, line.lstrip("#").strip(), number)
            elif whole or _GLUED.match(line):
                words = "a heading is one to three # and a space, then its words"
                raise DataFileError(f"{path}:{number}: {words}")
            index += 1
        else:
            numbered = whole and _NUMBERED.match(line) is not None
            end = index + 1
            while end < len(lines) and _continues(lines[end], line, numbered):
                end += 1
            yield _list(lines[index:end], number) if numbered else _prose(lines[index:end], number)
            index = end


def _closing_fence(lines: list[str], start: int, path: str, number: int) -> int:
    for index in range(start + 1, len(lines)):
        if lines[index].rstrip() == "```":
            return index
    raise DataFileError(f"{path}:{number}: this block is not closed")


def _continues(line: str, first: str, numbered: bool) -> bool:
    """Does *line* belong to the paragraph or list that begins with *first*?"""
    if not line.strip() or line.startswith(("```", "#")):
        return False
    if numbered:
        return not line.startswith(_ITEM)
    return first.startswith(_ITEM) or not line.startswith(_ITEM)


def _prose(lines: list[str], number: int) -> Block:
    if not lines[0].startswith(_ITEM):
        return Block("text", " ".join(line.strip() for line in lines), number)
    items: list[str] = []
    for line in lines:
        if line.startswith(_ITEM):
            items.append(line[2:].strip())
        else:
            items[-1] += " " + line.strip()
    return Block("list", "\n".join(items), number)


def _list(lines: list[str], number: int) -> Block:
    items: list[str] = []
    for line in lines:
        if found := _NUMBERED.match(line):
            items.append(line[found.end() :].strip())
        else:
            items[-1] += " " + line.strip()
    return Block("numbered", "\n".join(items), number)
