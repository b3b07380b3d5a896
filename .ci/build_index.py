"""Hatchling's hook: when a wheel is built, words and lessons are read once; an index goes along.

An editable install gets none: there the lessons change, and the index is kept in the user's cache.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `index.jsonl` and `lessons.jsonl` in `smtpshell/_data` to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from smtpshell.explain.build import build_index
        from smtpshell.lesson.build import shipped_index

        index = build_index(root / "lessons", shipped=True)
        lessons, errors = shipped_index(root / "lessons")
        if index.errors or errors:
            raise SystemExit("\n".join([*index.errors, *errors]))
        self.folder = Path(tempfile.mkdtemp())
        for name, data in (("index.jsonl", index.to_bytes()), ("lessons.jsonl", lessons)):
            path = self.folder / name
            path.write_bytes(data)
            build_data["force_include"][str(path)] = f"smtpshell/_data/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.folder)
