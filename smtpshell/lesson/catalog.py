"""All lessons there are: those of every lessons folder in use, known by heading, opened by id."""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Iterable, Iterator

from smtpshell import language as languages
from smtpshell import resource
from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.course import merge
from smtpshell.lesson.index import Shelf, keep_index, kept_shelf, stamps, to_bytes
from smtpshell.lesson.lesson import Heading, Lesson

StrPath = str | os.PathLike[str]


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
        shipped = kept_shelf(resource.lesson_index_file(language), folder, None)
        if shipped is not None and shipped.course.language == language:
            return shipped
    folder = os.path.join(os.getcwd(), folder)
    files = stamps(folder, language)
    name = f"{crc32(f'{language} {folder}'.encode()):08x}-lessons.jsonl"
    place = os.path.join(cache or os.path.join(resource.user_folder("cache"), "index"), name)
    kept = kept_shelf(place, folder, files)
    if kept is not None:
        return kept
    from smtpshell.lesson.build import build_shelf  # it reads Markdown, which is seldom needed

    toc, rows = build_shelf(folder, language)
    if not toc["errors"]:
        keep_index(place, to_bytes(files, toc, rows))
    shelf = Shelf(folder, toc)
    shelf.keep(rows)
    return shelf
