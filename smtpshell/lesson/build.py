"""Making an index: reading the lessons of a folder out of their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from smtpshell.datafile import read_text
from smtpshell.errors import DataFileError
from smtpshell.lesson.catalog import names, to_bytes
from smtpshell.lesson.course import NAME, Course, check_course, parse_course
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.row import to_row


def build_shelf(
    folder: str | os.PathLike[str], language: str = "en"
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The table of contents of a lessons *folder*, and its lessons as lines by their ids.

    A file with a mistake is left out and told in "errors".
    """
    import json

    folder = os.fspath(folder)
    course = Course(language=language)
    place = ""
    lessons: dict[str, Lesson] = {}
    errors: list[str] = []
    for name in names(folder, language):
        try:
            if name.endswith("/" + NAME):
                place = os.path.join(folder, name)
                course = parse_course(read_inside(place, folder), place)
            else:
                lesson = _in_folder(name, folder)
                lessons[lesson.id] = lesson
        except DataFileError as error:
            errors.append(str(error))
    headings = {ident: lesson.heading for ident, lesson in lessons.items()}
    if place and not errors:
        try:
            check_course(course, headings, place)
        except DataFileError as error:
            errors.append(str(error))
    rows = {
        ident: json.dumps(to_row(lesson), separators=(",", ":")).encode()
        for ident, lesson in lessons.items()
    }
    toc = {
        "course": list(course),
        "headings": [list(heading) for heading in headings.values()],
        "errors": errors,
        "places": {},
    }
    return toc, rows


def _in_folder(name: str, folder: str) -> Lesson:
    """The lesson in the file *name* of *folder*; all its places are relative to that."""
    text = read_inside(os.path.join(folder, name), folder)
    try:
        lesson = parse_lesson(text, name)
        check_name(lesson, track=True)
    except DataFileError as error:
        raise DataFileError(os.path.join(folder, str(error)), hint=error.hint) from None
    return lesson


def shipped_index(folder: str | os.PathLike[str]) -> tuple[bytes, list[str]]:
    """The index that goes into the package, and what is wrong with the lessons."""
    toc, rows = build_shelf(folder)
    errors: list[str] = toc["errors"]
    return to_bytes(None, toc, rows), errors


def read_lesson(path: str) -> Lesson:
    """The lesson in the file *path*, wherever that lies; its name is the lesson's id."""
    lesson = parse_lesson(read_inside(path), path)
    check_name(lesson, track=False)
    return lesson


def check_name(lesson: Lesson, *, track: bool) -> None:
    """Raise unless the file's name is the lesson's id, and its folder's that of its *track*."""
    found = Path(lesson.path)
    where = lesson.heading.where
    if lesson.id != found.stem:
        raise DataFileError(f'{where}: the id of this file is "{found.stem}"')
    if track and lesson.heading.track != found.parent.name:
        raise DataFileError(f'{where}: the track of this folder is "{found.parent.name}"')


def read_inside(path: str, folder: str = "") -> str:
    """The text of a file that must lie in *folder*, links followed."""
    found = Path(path)
    if folder and not found.resolve().is_relative_to(Path(folder).resolve()):
        # A pack from a stranger could name any file of ours by a link and have an error quote it.
        raise DataFileError(f"{path}:1: lies outside its folder")
    if not found.is_file():
        raise DataFileError(f"{path}:1: is no file")
    return read_text(found)
