"""The index: all notes and reference entries of a lessons folder, read once and kept as JSON.

Reading the words out of their Markdown takes longer than the whole start of the shell may, so it is
done when the package is built. A checkout, or a teacher's own folder, has its index in the user's
cache, which counts as long as no file of the folder has changed.

An index is a file of JSON lines: a head, then one line for each part. A part is parsed when it is
first asked for; its checksum stands in the head. The part "drawers" says which notes may be meant
by which event (see `notebook`) and where in its part each note stands, so that a session reads the
few dozen notes it needs out of hundreds.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from binascii import crc32
from collections.abc import Sequence
from typing import Any, NamedTuple

from smtpshell import __version__
from smtpshell.explain.entry import Entry
from smtpshell.explain.note import Note

PARTS = ("notes", "entries", "drawers")

# Changes whenever the rows do, so that an index of other rows is not taken for one of these.
SCHEMA = crc32(repr((PARTS, Note._fields, Entry._fields)).encode())
CODE = "*"  # among the files: the newest of the modules that read them

Row = list[Any]
Drawers = dict[str, list[int]]
Files = dict[str, list[int]]  # name, relative to the lessons folder: mtime in ns, octets


class Head(NamedTuple):
    """The first line of an index: what was read and by which version, and is it whole?"""

    version: str
    schema: int
    folder: str  # "" for the one that was made with the package
    language: str
    files: Files
    checksums: list[int]


class Index:
    """The index of one lessons folder. *errors* tell which of its files could not be read."""

    __slots__ = ("_lines", "errors", "head")

    def __init__(self, head: Head, lines: Sequence[bytes], errors: Sequence[str] = ()) -> None:
        self.head = head
        self._lines = lines
        self.errors = tuple(errors)

    def part(self, name: str) -> list[Row]:
        """The rows of one part."""
        rows: list[Row] = self._parse(PARTS.index(name))
        return rows

    def drawers(self) -> tuple[Drawers, list[int]]:
        """Which notes lie in which drawer, by their numbers; where each note's row ends."""
        drawers, ends = self._parse(PARTS.index("drawers"))
        return drawers, ends

    def note(self, begin: int, end: int) -> Row:
        """The row of the note that stands there in its part."""
        import json

        row: Row = json.loads(self._lines[0][begin:end])
        return row

    def _parse(self, number: int) -> Any:
        import json

        return json.loads(self._lines[number])

    def to_bytes(self) -> bytes:
        """The index as it is kept in a file; `read_index` reads it back."""
        return b"\n".join((to_json(self.head), *self._lines, b""))


def read_index(data: bytes) -> Index | None:
    """The index in *data*; None if that is none, or damaged, or another version's."""
    import json

    first, *lines = data.split(b"\n")
    try:
        head = Head(*json.loads(first))
    except (ValueError, TypeError, RecursionError):
        return None
    lines = lines[: len(PARTS)]
    if (head.version, head.schema) != (__version__, SCHEMA):
        return None
    return Index(head, lines) if head.checksums == [crc32(line) for line in lines] else None


def to_json(value: Any) -> bytes:
    import json

    return json.dumps(value, separators=(",", ":")).encode()
