"""Hatchling's hook: when a wheel is built, the words are read once and their index goes along.

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
    """Adds `smtpshell/_data/index.jsonl` to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from smtpshell.explain.build import build_index

        index = build_index(root / "lessons", shipped=True)
        if index.errors:
            raise SystemExit("\n".join(index.errors))
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "index.jsonl"
        path.write_bytes(index.to_bytes())
        build_data["force_include"][str(path)] = "smtpshell/_data/index.jsonl"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.folder)
