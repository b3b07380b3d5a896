"""All lessons there are: those of every lessons folder in use, known by heading, opened by id.

Reading 200 lessons takes longer than the whole start of the shell may, so each folder has an index:
a line that says what was read, a line with all headings, then a line for each lesson, which is read
when the lesson is opened. The index of our own lessons is made with the package; that of a checkout
or a teacher's folder lies in the user's cache and counts as long as no file has changed.
"""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from smtpshell import __version__, explain, fact, resource
from smtpshell import language as languages
from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.course import Course, Track, merge
from smtpshell.lesson.lesson import Heading, Lesson
from smtpshell.lesson.row import KINDS, Row, heading_from, lesson_from

StrPath = str | os.PathLike[str]
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
        with open(self._file, "rb") as file:
            file.seek(begin)
            line = file.read(length)
        if crc32(line) != checksum:
            raise UsageError(
                tr("{file} is damaged", file=self._file),
                hint=tr("remove it; it will be made again"),
            )
        return line


def _frozen(row: Row) -> Iterator[Any]:
    return (tuple(one) if isinstance(one, list) else one for one in row)


class Catalog:
    """The lessons of all folders; of two with one id the later folder's counts."""

    __slots__ = ("_shelves", "course", "errors", "headings")

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self._shelves = tuple(shelves)
        self.headings: dict[str, Heading] = {}
        for shelf in self._shelves:
            self.headings |= shelf.headings
        self.course = merge((shelf.course for shelf in self._shelves), self.headings)
        self.errors = tuple(error for shelf in self._shelves for error in shelf.errors)

    @property
    def folders(self) -> tuple[str, ...]:
        """The lessons folders, ours first."""
        return tuple(shelf.folder for shelf in self._shelves)

    def in_order(self) -> Iterator[Heading]:
        """All lessons as the tracks order them."""
        for track in self.course.tracks:
            for ident in track.lessons:
                yield self.headings[ident]

    def find(self, word: str) -> Heading:
        """The lesson called *word*: its id, or the beginning of one id, "1-2" say."""
        from smtpshell.datafile import meant

        if word in self.headings:
            return self.headings[word]
        begun = [one for one in self.headings if one.startswith(word + "-")] or [
            one for one in self.headings if one.startswith(word)
        ]
        if len(begun) == 1:
            return self.headings[begun[0]]
        for error in () if begun else self.errors:
            if os.path.basename(error.partition(".md:")[0]).startswith(word):
                raise UsageError(error, hint=tr("this lesson cannot be read until that is mended"))
        if begun:
            names = ", ".join(begun)
            words = tr('several lessons begin with "{word}": {names}', word=word, names=names)
        else:
            words = tr('no lesson is called "{ident}"', ident=word) + meant(word, self.headings)
        raise UsageError(words, hint=tr("`smtpshell lesson list` has them all"))

    def lesson(self, ident: str) -> Lesson:
        """The lesson of this id."""
        for shelf in reversed(self._shelves):
            if ident in shelf.headings:
                return shelf.lesson(ident)
        raise UsageError(tr('no lesson is called "{ident}"', ident=ident))

    def next_after(self, ident: str) -> Heading | None:
        """The lesson behind this one, optional ones left out; None at the end."""
        following = iter(self.in_order())
        for heading in following:
            if heading.id == ident:
                return next((one for one in following if not one.optional), None)
        return None


def load_catalog(
    folders: Iterable[StrPath] = (), *, language: str = "en", cache: StrPath | None = None
) -> Catalog:
    """The lessons that came with smtpshell and those of the *folders*, which may override them.

    UsageError for a folder that is no pack of lessons.
    """
    folders = list(folders)
    for folder in folders:
        _check_pack(os.fspath(folder))
    ours = resource.data_folder("lessons")
    return Catalog(open_shelf(folder, language, cache) for folder in (ours, *folders))


def _check_pack(folder: str) -> None:
    """Raise unless there is a folder of words or of servers in it: nothing else would be read."""
    try:
        there = [entry.name for entry in os.scandir(folder) if entry.is_dir()]
    except OSError as error:
        why = error.strerror or ""
        raise UsageError(tr("{path} cannot be read: {why}", path=folder, why=why)) from None
    if not any(name == "sandbox" or languages.is_language(name) for name in there):
        raise UsageError(
            tr("{folder} is no pack of lessons", folder=folder),
            hint=tr(
                "a lesson stands in FOLDER/en/TRACK/ID.md; `smtpshell lesson new ID` makes one"
            ),
        )


def open_shelf(folder: StrPath, language: str = "en", cache: StrPath | None = None) -> Shelf:
    """The lessons of a *folder*, from the index made with the package, a kept one, or a new one."""
    folder = os.fspath(folder)
    language = languages.there(folder, language)
    if folder == resource.data_folder("lessons"):
        shipped = _kept(resource.lesson_index_file(language), folder, None)
        if shipped is not None and shipped.course.language == language:
            return shipped
    folder = os.path.join(os.getcwd(), folder)
    files = stamps(folder, language)
    name = f"{crc32(f'{language} {folder}'.encode()):08x}-lessons.jsonl"
    place = os.path.join(cache or os.path.join(resource.user_folder("cache"), "index"), name)
    kept = _kept(place, folder, files)
    if kept is not None:
        return kept
    from smtpshell.lesson.build import build_shelf

    toc, rows = build_shelf(folder, language)
    if not toc["errors"]:
        _keep(place, to_bytes(files, toc, rows))
    shelf = Shelf(folder, toc)
    shelf.keep(rows)
    return shelf


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


def _kept(name: str, folder: str, files: Files | None) -> Shelf | None:
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


def _keep(name: str, data: bytes) -> None:
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
