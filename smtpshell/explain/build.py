"""Making an index: reading the words of a lessons folder out of their files."""

from __future__ import annotations

from binascii import crc32
from pathlib import Path

from smtpshell import __version__
from smtpshell.datafile import read_text
from smtpshell.errors import DataFileError
from smtpshell.explain.index import SCHEMA, Head, Index, Row, to_json
from smtpshell.explain.note import Note, to_row
from smtpshell.explain.notefile import parse_notes
from smtpshell.explain.reference_file import parse_reference
from smtpshell.explain.stamp import note_files, stamps


def build_index(folder: Path, language: str = "en", *, shipped: bool = False) -> Index:
    """Read the words of a lessons *folder*.

    A file with a mistake is left out and told in `errors`. *shipped*: for the package, where it
    does not matter when a file was changed and where it lay.
    """
    # Looked at before the files are read: one that is saved meanwhile is newer than its stamp.
    files = {} if shipped else stamps(folder, language)
    notes: list[Row] = []
    entries: list[Row] = []
    errors: list[str] = []
    for path in note_files(folder, language):
        try:
            text = _read(path, folder)
            if path.parent.name == "notes":
                notes += (_relative(note, folder) for note in parse_notes(text, str(path)))
            else:
                entries += (list(entry) for entry in parse_reference(text, str(path)))
        except DataFileError as error:
            errors.append(str(error))
    lines = [to_json(notes), to_json(entries)]
    head = Head(
        __version__,
        SCHEMA,
        "" if shipped else str(folder),
        language,
        files,
        [crc32(line) for line in lines],
    )
    return Index(head, lines, errors)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _relative(note: Note, folder: Path) -> Row:
    path, _, line = note.where.rpartition(":")
    return to_row(note._replace(where=f"{_name(Path(path), folder)}:{line}"))


def _read(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        # A pack from a stranger could name any file of ours by a link and have an error quote it.
        raise DataFileError(f"{path}:1: lies outside its folder")
    if not path.is_file():
        raise DataFileError(f"{path}:1: is no file")
    return read_text(path)
