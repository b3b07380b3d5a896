"""When the files of a lessons folder were changed last: an index made before that counts no more.

Asked for at each start from a checkout, so it looks with `scandir`: pathlib's glob takes thrice the
time, and the modules that read the files are not needed to see that they need not be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from smtpshell import fact
from smtpshell.explain.index import CODE, Files

ROOMS = ("notes", "reference")


def stamps(folder: Path, language: str = "en") -> Files:
    """When the files of a lessons folder were changed last, and how large they are."""
    found: Files = {CODE: [_newest_module(), 0]}
    for room in ROOMS:
        for entry in _files(os.path.join(folder, language, room), ".md"):
            stat = entry.stat(follow_symlinks=False)
            found[f"{language}/{room}/{entry.name}"] = [stat.st_mtime_ns, stat.st_size]
    return found


def note_files(folder: Path, language: str = "en") -> Iterator[Path]:
    """The files of a lessons folder, sorted."""
    for room in ROOMS:
        place = folder / language / room
        yield from (place / entry.name for entry in _files(str(place), ".md"))


def _newest_module() -> int:
    rooms: Iterable[str] = (os.path.dirname(__file__), os.path.dirname(str(fact.__file__)))
    return max(entry.stat().st_mtime_ns for room in rooms for entry in _files(room, ".py"))


def _files(folder: str, suffix: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = [
                one for one in entries if one.name.endswith(suffix) and not one.name.startswith(".")
            ]
    except OSError:  # not there, or not to be read
        return []
    return sorted(found, key=lambda one: one.name)
