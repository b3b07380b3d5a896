"""Hatchling's hook: when a wheel is built, words and lessons are read once; an index goes along.

So do the shell's own words in other languages, compiled. An editable install gets none of it: there
lessons and words change; the index is kept in the user's cache, and .po files are read as they are.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `index.jsonl` and `lessons.jsonl` in `smtpshell/_data` to the wheel, and for each
    translation `index-de.jsonl`, `lessons-de.jsonl` and gettext's `smtpshell.mo`.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from smtpshell import catalogue
        from smtpshell.explain.build import build_index
        from smtpshell.language import is_language
        from smtpshell.lesson.build import shipped_index
        from smtpshell.resource import index_name

        made: dict[str, bytes] = {}
        wrong: list[str] = []
        for language in sorted(path.name for path in (root / "lessons").iterdir()):
            if is_language(language):
                index = build_index(root / "lessons", language, shipped=True)
                lessons, errors = shipped_index(root / "lessons", language)
                made[f"_data/{index_name('index', language)}"] = index.to_bytes()
                made[f"_data/{index_name('lessons', language)}"] = lessons
                wrong += [*index.errors, *errors]
        for po in (root / "smtpshell" / "locale").glob("*/LC_MESSAGES/*.po"):
            made[str(po.with_suffix(".mo").relative_to(root / "smtpshell"))] = catalogue.compiled(
                str(po)
            )
        if wrong:
            raise SystemExit("\n".join(wrong))
        self.folder = Path(tempfile.mkdtemp())
        for name, data in made.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            build_data["force_include"][str(path)] = f"smtpshell/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.folder)
