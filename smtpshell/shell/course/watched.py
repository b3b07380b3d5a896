"""The files that a lesson is made of: its own, the notes, the servers it is taken at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from smtpshell.errors import SmtpshellError
from smtpshell.language import SOURCE
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.personality import find_file, line_of, read_layer

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Lesson

LESSON, NOTES, SERVER = "lesson", "notes", "server"
Stamp = tuple[int, int, int]


class Files:
    """The files of one lesson and its translation, of the *packs* and of our own.

    Which servers it needs is looked up when it is read; notes may be added at any time.
    """

    def __init__(self, path: str, packs: Sequence[str], language: str) -> None:
        self._path = path
        self._packs = packs
        self._language = language
        self._fixed: dict[str, str] = {}

    def read(self, lesson: Lesson) -> None:
        """The lesson was read, and says which servers there are."""
        self._fixed = dict.fromkeys(self._servers(lesson), SERVER)
        # A translation is read over its source.
        self._fixed |= {self._path: LESSON, lesson.path: LESSON}

    def kind(self, path: str) -> str:
        """What the file at *path* is to the lesson."""
        return self._fixed.get(path, NOTES)

    def stamps(self) -> dict[str, Stamp | None]:
        """What changes when a file is saved, for each; None for one that is not there."""
        return {path: stamp_of(path) for path in (*self._fixed, *self._notes())}

    def name(self, path: str) -> str:
        """*path* as an author knows it, from its pack's folder on."""
        for folder in (*self._packs, str(lessons_dir())):
            if Path(path).is_relative_to(folder):
                return str(Path(path).relative_to(folder))
        return os.path.basename(path)

    def _notes(self) -> Iterator[str]:
        for folder in (str(lessons_dir()), *self._packs):
            for language in dict.fromkeys((SOURCE, self._language)):
                for kind in ("notes", "reference"):
                    with suppress(OSError):
                        for entry in os.scandir(os.path.join(folder, language, kind)):
                            if entry.name.endswith(".md"):
                                yield entry.path

    def _servers(self, lesson: Lesson) -> Iterator[str]:
        tables = [setup.table for step in lesson.steps for setup in step.setup]
        again = [one.personality for one in lesson.again]
        natures = [server.personality for server in lesson.servers]
        natures += [table["personality"] for table in tables if "personality" in table]
        scenarios = [server.scenario for server in lesson.servers]
        scenarios += [table["scenario"] for table in tables if "scenario" in table]
        ours = [Path(pack) / "sandbox" for pack in reversed(self._packs)]
        for name in dict.fromkeys((*natures, *again)):
            with suppress(SmtpshellError, OSError):
                for layer in line_of(name, [folder / "personalities" for folder in ours]):
                    yield layer.where.path
        places = [folder / "scenarios" for folder in (*ours, lessons_dir() / "sandbox")]
        for name in dict.fromkeys(scenarios):
            with suppress(SmtpshellError, OSError):
                path = find_file(name, places, "scenario")
                yield str(path)
                zones = read_layer(path, "scenario").table.get("zone", ())
                for zone in [zones] if isinstance(zones, str) else zones:
                    beside = path.parent.parent / "zones" / zone
                    ours_too = lessons_dir() / "sandbox" / "zones" / zone
                    yield str(beside if beside.is_file() else ours_too)


def stamp_of(path: str) -> Stamp | None:
    """What changes when a file is saved; None if it is not there."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
