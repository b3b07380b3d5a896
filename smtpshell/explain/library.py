"""All the words there are: the notes and the reference of every lessons folder in use."""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from smtpshell import language as languages
from smtpshell import resource
from smtpshell.explain.index import Index, Row, read_index
from smtpshell.explain.note import Note, from_row
from smtpshell.explain.notebook import IndexedNotebook, Notebook

if TYPE_CHECKING:
    from smtpshell.explain.reference import Reference

    StrPath = str | os.PathLike[str]

LARGEST_INDEX = 64 * 1024 * 1024  # octets


class Library:
    """Notes and reference of one or more lessons folders; of two that agree the later counts.

    Nothing is parsed before it is asked for. *errors* tell which files could not be read.
    """

    __slots__ = ("_indexes", "_notebook", "_reference", "errors")

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._indexes = indexes
        self._notebook: Notebook | None = None
        self._reference: Reference | None = None
        self.errors = tuple(error for index in indexes for error in index.errors)

    @property
    def notebook(self) -> Notebook:
        """All notes."""
        if self._notebook is None:
            alone = len(self._indexes) == 1
            self._notebook = IndexedNotebook(self._indexes[0]) if alone else Notebook(self._notes())
        return self._notebook

    @property
    def reference(self) -> Reference:
        """All entries of the reference."""
        if self._reference is None:
            from smtpshell.explain.reference import Reference  # few replies need it

            self._reference = Reference(self._entries())
        return self._reference

    def _notes(self) -> Iterator[Note]:
        for pack, index in enumerate(self._indexes):
            yield from (from_row(row, pack, index.head.folder) for row in index.part("notes"))

    def _entries(self) -> Iterator[Row]:
        for index in self._indexes:
            yield from index.part("entries")


def load_library(
    folders: Iterable[StrPath] = (), *, language: str = "en", cache: StrPath | None = None
) -> Library:
    """The words that came with smtpshell and those of the *folders*, which may override them.

    What is not there in *language* is there in English. *cache* is where indexes are kept, by
    default in the user's cache folder.
    """
    ours = resource.data_folder("lessons")
    return Library([open_index(folder, language, cache) for folder in (ours, *folders)])


def open_index(folder: StrPath, language: str = "en", cache: StrPath | None = None) -> Index:
    """The index of a lessons *folder*: the one made with the package, a kept one, or a new one."""
    folder = os.fspath(folder)
    language = languages.there(folder, language)
    if folder == resource.data_folder("lessons"):
        shipped = _kept(resource.index_file(language))
        if shipped and shipped.head.language == language:
            return shipped
    from smtpshell.explain.stamp import stamps

    folder = os.path.join(os.getcwd(), folder)
    files = stamps(folder, language)
    name = f"{crc32(f'{language} {folder}'.encode()):08x}.jsonl"
    place = os.path.join(cache or _cache_folder(), name)
    kept = _kept(place)
    if kept and (kept.head.folder, kept.head.files) == (folder, files):
        return kept
    from smtpshell.explain.build import build_index

    index = build_index(folder, language)
    if not index.errors:
        _keep(index, place)
    return index


def _kept(name: str) -> Index | None:
    try:
        with open(name, "rb") as file:
            return read_index(file.read(LARGEST_INDEX))
    except OSError:
        return None


def _keep(index: Index, name: str) -> None:
    new = f"{name}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(name), mode=0o700, exist_ok=True)
        with open(new, "wb") as file:
            file.write(index.to_bytes())
        os.replace(new, name)
    except OSError:
        pass  # without a cache all works as well, only slower


def _cache_folder() -> str:
    return os.path.join(resource.user_folder("cache"), "index")
