"""The index: all notes and reference entries of a lessons folder, read once and kept as JSON.

Reading the words out of their Markdown takes longer than the whole start of the shell may, so it is
done when the package is built. A checkout, or a teacher's own folder, has its index in the user's
cache, which counts as long as no file of the folder has changed.

An index is a file of JSON lines: a head, then one line for each part. A part is parsed when it is
first asked for; its checksum stands in the head.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from binascii import crc32
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell import __version__
from smtpshell.datafile import read_text
from smtpshell.errors import DataFileError
from smtpshell.explain.note import Note, to_row
from smtpshell.explain.notefile import parse_notes
from smtpshell.explain.reference import Entry
from smtpshell.explain.reference_file import parse_reference

PARTS = ("notes", "entries")

# Changes whenever the rows do, so that an index of other rows is not taken for one of these.
SCHEMA = crc32(repr((Note._fields, Entry._fields)).encode())

Row = list[Any]
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
        import json

        rows: list[Row] = json.loads(self._lines[PARTS.index(name)])
        return rows

    def to_bytes(self) -> bytes:
        """The index as it is kept in a file; `read_index` reads it back."""
        return b"\n".join((_to_json(self.head), *self._lines, b""))


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


def build_index(folder: Path, language: str = "en", *, shipped: bool = False) -> Index:
    """Read the words of a lessons *folder*.

    A file with a mistake is left out and told in `errors`. *shipped*: for the package, where it
    does not matter when a file was changed and where it lay.
    """
    notes: list[Row] = []
    entries: list[Row] = []
    errors: list[str] = []
    for path in _files(folder, language):
        try:
            text = _read(path)
            if path.parent.name == "notes":
                notes += (_relative(note, folder) for note in parse_notes(text, str(path)))
            else:
                entries += (list(entry) for entry in parse_reference(text, str(path)))
        except DataFileError as error:
            errors.append(str(error))
    lines = [_to_json(notes), _to_json(entries)]
    head = Head(
        __version__,
        SCHEMA,
        "" if shipped else str(folder),
        language,
        {} if shipped else stamps(folder, language),
        [crc32(line) for line in lines],
    )
    return Index(head, lines, errors)


def stamps(folder: Path, language: str = "en") -> Files:
    """When the files of a lessons folder were changed last, and how large they are."""
    found: Files = {}
    for path in _files(folder, language):
        stat = path.stat(follow_symlinks=False)
        found[_name(path, folder)] = [stat.st_mtime_ns, stat.st_size]
    return found


def _files(folder: Path, language: str) -> Iterator[Path]:
    for room in ("notes", "reference"):
        paths = (folder / language / room).glob("*.md")
        yield from sorted(path for path in paths if not path.name.startswith("."))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _relative(note: Note, folder: Path) -> Row:
    path, _, line = note.where.rpartition(":")
    return to_row(note._replace(where=f"{_name(Path(path), folder)}:{line}"))


def _read(path: Path) -> str:
    if path.is_symlink():
        # A pack from a stranger could name any file of ours this way and have an error quote it.
        raise DataFileError(f"{path}:1: is a link; words must lie in their own folder")
    return read_text(path)


def _to_json(value: Any) -> bytes:
    import json

    return json.dumps(value, separators=(",", ":")).encode()
