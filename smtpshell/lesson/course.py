"""The course: tracks and their lessons in order, as `course.toml` of a lessons folder tells them.

    format = 1
    kind = "course"
    title = "SMTP by hand"
    licence = "MIT"
    [[tracks]]
    id = "1-first-mail"                 # the folder of its lessons
    title = "First mail by hand"
    lessons = ["1-1-say-hello", "1-2-first-message"]
    exam = "1-4-break-it"               # tried first on the fast track
    [[paths]]
    id = "half-a-day"
    title = "Half a day"
    lessons = ["1-1-say-hello", "2-1-two-senders"]

Without such a file each folder with lessons is a track, and all are ordered by name.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from smtpshell.datafile import Where, check_keys, meant, read_toml
from smtpshell.errors import DataFileError
from smtpshell.lesson.lesson import Heading, Names

FORMAT = 1
NAME = "course.toml"
KEYS = ("format", "kind", "title", "language", "licence", "tracks", "paths")
TRACK_KEYS = ("id", "title", "about", "lessons", "exam")
PATH_KEYS = ("id", "title", "about", "lessons")


class Track(NamedTuple):
    """One track. *exam* is the lesson to try first if one knows it all already, "" for the last."""

    id: str
    title: str
    lessons: Names = ()
    exam: str = ""
    about: str = ""


class Course(NamedTuple):
    """Tracks in their order; *paths* are ways through lessons of several tracks."""

    title: str = ""
    language: str = "en"
    licence: str = ""
    tracks: tuple[Track, ...] = ()
    paths: tuple[Track, ...] = ()

    def track(self, ident: str) -> Track | None:
        """The track of this id."""
        return next((track for track in self.tracks if track.id == ident), None)


def parse_course(text: str, path: str) -> Course:
    """The course in the file *path*; DataFileError names the first mistake as FILE:LINE."""
    table = read_toml(text, path)
    where = Where(path, 1, text)
    check_keys(table, KEYS, where)
    if table.get("format") != FORMAT or table.get("kind") != "course":
        raise where.error(f'begins with format = {FORMAT} and kind = "course"')
    for key in ("title", "language", "licence"):
        if not isinstance(table.get(key, ""), str):
            raise where.at(key).error(f"{key}: must be a text in quotes")
    return Course(
        table.get("title", ""),
        table.get("language", "en"),
        table.get("licence", ""),
        _entries(table, "tracks", TRACK_KEYS, where),
        _entries(table, "paths", PATH_KEYS, where),
    )


def translated_course(course: Course, text: str, path: str) -> Course:
    """*course* with the titles of its translation in the file *path*; a track is known by its id.

    All else there, and tracks that the source has not got, are not read.
    """
    words = parse_course(text, path)
    return course._replace(
        title=words.title or course.title,
        tracks=_titled(course.tracks, words.tracks),
        paths=_titled(course.paths, words.paths),
    )


def _titled(tracks: Iterable[Track], words: Iterable[Track]) -> tuple[Track, ...]:
    known = {track.id: track for track in words}
    return tuple(
        track._replace(title=known[track.id].title, about=known[track.id].about or track.about)
        if track.id in known
        else track
        for track in tracks
    )


def _entries(table: Mapping[str, Any], key: str, allowed: Names, where: Where) -> tuple[Track, ...]:
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise where.at(key).error(f"[[{key}]]: with two brackets")
    found = []
    for number, row in enumerate(rows):
        place = where.at(key, number)
        if not isinstance(row, dict):
            raise place.error(f"[[{key}]]: with two brackets")
        check_keys(row, allowed, place)
        for name in ("id", "title"):
            if not isinstance(row.get(name), str) or not row[name]:
                raise place.at(name).error(f"{name}: must be there, a text in quotes")
        for name in ("exam", "about"):
            if not isinstance(row.get(name, ""), str):
                raise place.at(name).error(f"{name}: must be a text in quotes")
        lessons = row.get("lessons", [])
        if not isinstance(lessons, list) or not all(isinstance(one, str) for one in lessons):
            raise place.at("lessons").error("lessons: must be a list of ids in quotes")
        found.append(
            Track(
                row["id"], row["title"], tuple(lessons), row.get("exam", ""), row.get("about", "")
            )
        )
    return tuple(found)


def merge(courses: Iterable[Course], headings: Mapping[str, Heading]) -> Course:
    """One course of those of all packs, and of *headings* that no course names."""
    title = language = ""
    tracks: dict[str, Track] = {}
    paths: dict[str, Track] = {}
    for course in courses:
        title, language = course.title or title, course.language or language
        for track in course.tracks:
            tracks[track.id] = track
        paths |= {path.id: path for path in course.paths}
    for heading in sorted(headings.values(), key=lambda one: (one.track, one.id)):
        known = tracks.setdefault(heading.track, Track(heading.track, heading.track))
        if heading.id not in known.lessons:
            tracks[heading.track] = known._replace(lessons=(*known.lessons, heading.id))
    there = tuple(
        track._replace(lessons=tuple(one for one in track.lessons if one in headings))
        for track in tracks.values()
    )
    return Course(title, language or "en", "", there, tuple(paths.values()))


def check_course(course: Course, headings: Mapping[str, Heading], path: str, text: str) -> None:
    """Raise DataFileError for a lesson that *course* names and nobody has written.

    *text* is that of its file.
    """
    for track in (*course.tracks, *course.paths):
        for ident in (*track.lessons, *((track.exam,) if track.exam else ())):
            if ident not in headings:
                line = text.partition(f'"{ident}"')[0].count("\n") + 1
                raise DataFileError(
                    f'{path}:{line}: {track.id}: no lesson "{ident}"{meant(ident, headings)}'
                )
