"""Making an index: reading the lessons of a folder out of their files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from smtpshell.datafile import read_text
from smtpshell.errors import DataFileError
from smtpshell.language import SOURCE, is_language, pairs
from smtpshell.lesson.course import NAME, Course, check_course, parse_course, translated_course
from smtpshell.lesson.index import names, to_bytes
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.row import to_row
from smtpshell.lesson.translation import in_other_words, read_words


def build_shelf(
    folder: str | os.PathLike[str], language: str = "en"
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The table of contents of a lessons *folder*, and its lessons as lines by their ids.

    The words are those in *language*, where it has them, laid over the source's. A file
    with a mistake is left out and told in "errors".
    """
    import json

    folder = os.fspath(folder)
    course = Course(language=language)
    place = written = ""
    lessons: dict[str, Lesson] = {}
    errors: list[str] = []
    for name, translated in every_name(folder, language):
        try:
            if name.endswith("/" + NAME):
                place = os.path.join(folder, name)
                written = read_inside(place, folder)
                course = parse_course(written, place)
            else:
                lesson = _in_folder(name, folder)
                lessons[lesson.id] = lesson
        except DataFileError as error:
            errors.append(str(error))
            continue
        if not translated:
            continue
        try:  # a broken translation leaves the source's words standing
            text = read_inside(os.path.join(folder, translated), folder)
            if name.endswith("/" + NAME):
                course = translated_course(course, text, os.path.join(folder, translated))
            else:
                words = read_words(text, os.path.join(folder, translated))
                lessons[lesson.id] = in_other_words(lesson, words)
        except DataFileError as error:
            errors.append(str(error))
    headings = {ident: lesson.heading for ident, lesson in lessons.items()}
    if place and not errors:
        try:
            check_course(course, headings, place, written)
        except DataFileError as error:
            errors.append(str(error))
    rows = {
        ident: json.dumps(to_row(lesson), separators=(",", ":")).encode()
        for ident, lesson in lessons.items()
    }
    toc = {
        "course": list(course._replace(language=language)),
        "headings": [list(heading) for heading in headings.values()],
        "errors": errors,
        "places": {},
    }
    return toc, rows


def every_name(folder: str, language: str) -> Iterable[tuple[str, str]]:
    """The course's file and those of the lessons, each with its translation or ""."""
    theirs = names(folder, language) if language != SOURCE else ()
    return pairs(names(folder, SOURCE), theirs)


def _in_folder(name: str, folder: str) -> Lesson:
    """The lesson in the file *name* of *folder*; all its places are relative to that."""
    text = read_inside(os.path.join(folder, name), folder)
    try:
        lesson = parse_lesson(text, name)
        check_name(lesson, track=True)
    except DataFileError as error:
        raise DataFileError(os.path.join(folder, str(error)), hint=error.hint) from None
    return lesson


def shipped_index(
    folder: str | os.PathLike[str], language: str = SOURCE
) -> tuple[bytes, list[str]]:
    """The index that goes into the package, and what is wrong with the lessons."""
    toc, rows = build_shelf(folder, language)
    errors: list[str] = toc["errors"]
    return to_bytes(None, toc, rows), errors


def read_lesson(path: str, language: str = SOURCE) -> Lesson:
    """The lesson in the file *path*, wherever that lies; its name is the lesson's id.

    It is in *language* if its folder has a translation; of a translation the source is read, too.
    """
    source = beside(path, SOURCE)
    if source and source != path:
        path, language = source, Path(path).resolve().parents[1].name
    lesson = parse_lesson(read_inside(path), path)
    check_name(lesson, track=False)
    translated = beside(path, language) if language != SOURCE else ""
    if translated:
        lesson = in_other_words(lesson, read_words(read_inside(translated), translated))
    return lesson


def beside(path: str, language: str) -> str:
    """The file in *language* that mirrors the lesson file *path*, "" if there is none."""
    found = Path(path)
    folders = found.resolve().parents
    if len(folders) < 3 or not is_language(folders[1].name):
        return ""
    if folders[1].name == language:
        return path
    mirror = folders[2] / language / folders[0].name / found.name
    return str(mirror) if mirror.is_file() else ""


def check_name(lesson: Lesson, *, track: bool) -> None:
    """Raise unless the file's name is the lesson's id, and its folder's that of its *track*."""
    found = Path(lesson.path)
    where = lesson.heading.where
    if lesson.id != found.stem:
        words = f'the id "{lesson.id}" is not the name of the file, "{found.stem}"'
        raise DataFileError(f"{where}: {words}")
    if track and lesson.heading.track != found.parent.name:
        words = f'the track "{lesson.heading.track}" is not the folder, "{found.parent.name}"'
        raise DataFileError(f"{where}: {words}")


def read_inside(path: str, folder: str = "") -> str:
    """The text of a file that must lie in *folder*, links followed."""
    found = Path(path)
    if folder and not found.resolve().is_relative_to(Path(folder).resolve()):
        # A pack from a stranger could name any file of ours by a link and have an error quote it.
        raise DataFileError(f"{path}:1: lies outside its folder")
    if not found.is_file():
        raise DataFileError(f"{path}:1: is no file")
    return read_text(found)
