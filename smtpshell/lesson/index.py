"""The lessons of one folder, and the index in which they are kept.

Reading 200 lessons takes longer than the whole start of the shell may, so each folder has an index:
a line that says what was read, a line with all headings, then a line for each lesson, which is read
when the lesson is opened. The index of our own lessons is made with the package; that of a checkout
or a teacher's folder lies in the user's cache and counts as long as no file has changed.
"""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Iterator, Mapping
from typing import Any

from smtpshell import __version__, explain, fact
from smtpshell import language as languages
from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.course import Course, Track
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.row import KINDS, Row, heading_from, lesson_from

Files = dict[str, list[int]]

SCHEMA = crc32(repr([kind._fields for kind in KINDS]).encode())
CODE = "*"  # among the files: the newest of the modules that read them
NOT_TRACKS = ("notes", "reference")
LARGEST = 64 * 1024 * 1024  # octets of an index


class Shelf:
    """The lessons of one folder. *errors* tell which of its files could not be read."""

    __slots__ = ("_file", "_places", "_rows", "course", "errors", "folder", "headings")

    def __init__(self, folder: str, toc: dict[str, Any], file: str = "") -> None:
        """*toc* is the second line of an index; *file* is where the lessons' lines are."""
        self.folder = folder
        self.headings = {row[0]: heading_from(row) for row in toc["headings"]}
        title, language, licence, tracks, paths = toc["course"]
        self.course = Course(
            title,
            language,
            licence,
            tuple(Track(*_frozen(row)) for row in tracks),
            tuple(Track(*_frozen(row)) for row in paths),
        )
        self.errors: tuple[str, ...] = tuple(toc["errors"])
        self._places: dict[str, list[int]] = toc["places"]
        self._file = file
        self._rows: dict[str, bytes] = {}

    def keep(self, rows: Mapping[str, bytes]) -> None:
        """Hold the lessons' lines, where there is no file to read them from."""
        self._rows = dict(rows)

    def lesson(self, ident: str) -> Lesson:
        """The lesson of this id, which must be one of the headings."""
        import json

        row: Row = json.loads(self._rows[ident] if ident in self._rows else self._read(ident))
        lesson = lesson_from(row)
        return lesson._replace(path=os.path.join(self.folder, lesson.path))

    def _read(self, ident: str) -> bytes:
        begin, length, checksum = self._places[ident]
        try:
            with open(self._file, "rb") as file:
                file.seek(begin)
                line = file.read(length)
        except OSError:
            line = b""
        if crc32(line) != checksum:  # another smtpshell may have made it anew
            raise UsageError(
                tr("{file} is not the file any more that was read first", file=self._file),
                hint=tr("start smtpshell again; if that does not help, remove the file"),
            )
        return line


def _frozen(row: Row) -> Iterator[Any]:
    return (tuple(one) if isinstance(one, list) else one for one in row)


def to_bytes(files: Files | None, toc: dict[str, Any], rows: Mapping[str, bytes]) -> bytes:
    """The index as it is kept in a file. *files* of None: for the package."""
    places = {}
    at = 0
    for ident, line in rows.items():
        places[ident] = [at, len(line), crc32(line)]
        at += len(line) + 1
    second = _json({**toc, "places": places})
    first = _json([__version__, SCHEMA, files, crc32(second)])
    return b"\n".join((first, second, *rows.values(), b""))


def kept_shelf(name: str, folder: str, files: Files | None) -> Shelf | None:
    """The index in the file *name*; None if there is none, or it is not good any more."""
    import json

    try:
        with open(name, "rb") as file:
            first, second = file.readline(LARGEST), file.readline(LARGEST)
            begin = file.tell()
    except OSError:
        return None
    try:
        version, schema, read, checksum = json.loads(first)
        second = second.removesuffix(b"\n")
        if (version, schema, read, checksum) != (__version__, SCHEMA, files, crc32(second)):
            return None
        toc = json.loads(second)
    except (ValueError, TypeError, RecursionError):
        return None
    for place in toc["places"].values():
        place[0] += begin
    return Shelf(folder, toc, name)


def keep_index(name: str, data: bytes) -> None:
    """Write the index *data* to the file *name*, if that can be."""
    new = f"{name}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(name), mode=0o700, exist_ok=True)
        with open(new, "wb") as file:
            file.write(data)
        os.replace(new, name)
    except OSError:
        pass  # without a cache all works as well, only slower


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value, separators=(",", ":")).encode()


def stamps(folder: str, language: str = "en") -> Files:
    """When the files of the lessons were changed last, and how large they are."""
    found: Files = {CODE: [_newest_module(), 0]}
    for one in dict.fromkeys((languages.SOURCE, language)):
        for name in names(folder, one):
            try:
                stat = os.stat(os.path.join(folder, name), follow_symlinks=False)
            except OSError:
                continue
            found[name] = [stat.st_mtime_ns, stat.st_size]
    return found


def names(folder: str, language: str) -> Iterator[str]:
    """The course's file and those of the lessons, relative to *folder*, in order."""
    from smtpshell.lesson.course import NAME

    top = os.path.join(folder, language)
    if os.path.lexists(os.path.join(top, NAME)):
        yield f"{language}/{NAME}"
    for track in _listed(top):
        if track not in NOT_TRACKS and os.path.isdir(os.path.join(top, track)):
            for name in _listed(os.path.join(top, track)):
                if name.endswith(".md"):
                    yield f"{language}/{track}/{name}"


def _listed(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return []


def _newest_module() -> int:
    from smtpshell import lesson

    rooms = (*lesson.__path__, *explain.__path__, *fact.__path__)
    entries = (entry for room in rooms for entry in os.scandir(room))
    return max(entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py"))
