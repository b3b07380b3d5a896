"""Whether a kept index is still good: when the files of its lessons folder were changed last.

This runs at every start in a checkout, so it only looks, and does without pathlib.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from smtpshell import explain, fact
from smtpshell.explain.index import CODE, Files
from smtpshell.language import SOURCE

ROOMS = ("notes", "reference")


def stamps(folder: str, language: str = SOURCE) -> Files:
    """When the files of a lessons folder were changed last, and how large they are.

    Those of the source belong to a translation.
    """
    found: Files = {CODE: [_newest_module(), 0]}
    for one in dict.fromkeys((SOURCE, language)):
        for name in names(folder, one):
            stat = os.stat(os.path.join(folder, name), follow_symlinks=False)
            found[name] = [stat.st_mtime_ns, stat.st_size]
    return found


def names(folder: str, language: str) -> Iterator[str]:
    """The files with the words of a lessons folder, relative to it, in the order they are read."""
    for room in ROOMS:
        try:
            files = os.listdir(os.path.join(folder, language, room))
        except OSError:
            continue
        for name in sorted(files):
            if name.endswith(".md") and not name.startswith("."):
                yield f"{language}/{room}/{name}"


def _newest_module() -> int:
    """When the newest of the modules that read the words was changed, in ns."""
    rooms = (*explain.__path__, *fact.__path__)
    entries = (entry for room in rooms for entry in os.scandir(room))
    return max(entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py"))
