"""Making an index: reading the words of a lessons folder out of their files."""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from smtpshell import __version__
from smtpshell.datafile import read_text
from smtpshell.errors import DataFileError
from smtpshell.explain.index import SCHEMA, Drawers, Head, Index, Row, to_json
from smtpshell.explain.note import Note, to_row
from smtpshell.explain.notebook import labels
from smtpshell.explain.notefile import parse_notes
from smtpshell.explain.reference_file import parse_reference
from smtpshell.explain.stamp import names, stamps
from smtpshell.explain.translation import Words, in_other_words, read_translation
from smtpshell.language import SOURCE, pairs


def build_index(
    folder: str | os.PathLike[str], language: str = "en", *, shipped: bool = False
) -> Index:
    """Read the words of a lessons *folder*, those in *language* laid over the source's.

    A file with a mistake is left out and told in `errors`. *shipped*: for the package, where it
    does not matter when a file was changed and where it lay.
    """
    # Looked at before the files are read: one that is saved meanwhile is newer than its stamp.
    files = {} if shipped else stamps(os.fspath(folder), language)
    folder = Path(folder)
    notes: list[Note] = []
    entries: list[Row] = []
    errors: list[str] = []
    for name, translated in every_name(str(folder), language):
        path = folder / name
        try:
            text = _read(path, folder)
        except DataFileError as error:
            errors.append(str(error))
            continue
        words = _words(folder, translated, errors)
        try:
            if path.parent.name == "notes":
                read = [_relative(note, folder) for note in parse_notes(text, str(path))]
                notes += (in_other_words(note, words.get(note.id)) for note in read)
            else:
                for entry in parse_reference(text, str(path)):
                    entries.append(list(in_other_words(entry, words.get(entry.key))))
        except DataFileError as error:
            errors.append(str(error))
    rows = [to_json(to_row(note)) for note in notes]
    lines = [b"[%b]" % b",".join(rows), to_json(entries), to_json((_drawers(notes), _ends(rows)))]
    head = Head(
        __version__,
        SCHEMA,
        "" if shipped else str(folder),
        language,
        files,
        [crc32(line) for line in lines],
    )
    return Index(head, lines, errors)


def every_name(folder: str, language: str) -> Iterable[tuple[str, str]]:
    """The files with words, each with its translation or ""."""
    theirs = names(folder, language) if language != SOURCE else ()
    return pairs(names(folder, SOURCE), theirs)


def _words(folder: Path, name: str, errors: list[str]) -> dict[str, Words]:
    """The translation in the file *name*; a broken one leaves the source's words standing."""
    if not name:
        return {}
    try:
        return read_translation(_read(folder / name, folder), str(folder / name)).words
    except DataFileError as error:
        errors.append(str(error))
        return {}


def _drawers(notes: Iterable[Note]) -> Drawers:
    """The numbers of the notes that lie in each drawer; of two with the same id, of the later."""
    drawers: Drawers = {}
    for number, note in {note.id: (number, note) for number, note in enumerate(notes)}.values():
        for label in labels(note):
            drawers.setdefault(label, []).append(number)
    return drawers


def _ends(rows: Iterable[bytes]) -> list[int]:
    """Where each of the *rows* ends in its part, which begins with a bracket."""
    return list(accumulate((len(row) + 1 for row in rows), initial=0))[1:]


def _relative(note: Note, folder: Path) -> Note:
    path, _, line = note.where.rpartition(":")
    return note._replace(where=f"{Path(path).relative_to(folder).as_posix()}:{line}")


def _read(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        # A pack from a stranger could name any file of ours by a link and have an error quote it.
        raise DataFileError(f"{path}:1: lies outside its folder")
    if not path.is_file():
        raise DataFileError(f"{path}:1: is no file")
    return read_text(path)
