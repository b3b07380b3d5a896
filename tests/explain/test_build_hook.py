"""Hatchling's hook, which puts the index of the words into the wheel."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from smtpshell.explain.index import read_index

ROOT = Path(__file__).parent.parent.parent

pytest.importorskip("hatchling", reason="only who builds the package has it")


def load_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_index", ROOT / ".ci" / "build_index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_hook(root: Path) -> Any:
    hook = object.__new__(load_hook().IndexHook)
    hook._BuildHookInterface__root = str(root)
    return hook


def test_the_wheel_gets_an_index() -> None:
    """It is made in a folder of its own, which is gone when the wheel is written."""
    hook = make_hook(ROOT)
    build_data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", build_data)
    sources = {target: source for source, target in build_data["force_include"].items()}
    assert set(sources) == {
        f"smtpshell/_data/{kind}{language}.jsonl"
        for kind in ("index", "lessons")
        for language in ("", "-de")
    } | {"smtpshell/locale/de/LC_MESSAGES/smtpshell.mo"}
    source = sources["smtpshell/_data/index.jsonl"]
    index = read_index(Path(source).read_bytes())
    assert index is not None
    assert (index.head.folder, index.head.files) == ("", {})
    assert len(index.part("notes")) >= 120
    with open(sources["smtpshell/locale/de/LC_MESSAGES/smtpshell.mo"], "rb") as file:
        assert GNUTranslations(file).gettext("Reached") == "Erreicht"
    hook.finalize("standard", build_data, "")
    assert not Path(source).exists()


def test_an_editable_install_gets_none() -> None:
    """There the lessons change."""
    hook = make_hook(ROOT)
    build_data: dict[str, Any] = {"force_include": {}}
    hook.initialize("editable", build_data)
    hook.finalize("editable", build_data, "")
    assert build_data["force_include"] == {}


def test_a_mistake_in_the_words_stops_the_build(tmp_path: Path) -> None:
    """With FILE:LINE."""
    bad = tmp_path / "lessons" / "en" / "notes" / "bad.md"
    bad.parent.mkdir(parents=True)
    bad.write_text("no front matter\n")
    with pytest.raises(SystemExit, match=r"bad\.md:1: begins with"):
        make_hook(tmp_path).initialize("standard", {"force_include": {}})


def test_the_build_needs_nothing_but_python(tmp_path: Path) -> None:
    """Build tools give it an environment without our dependencies."""
    code = f"""
import sys
for name in "re2 dns click cryptography prompt_toolkit markdown_it platformdirs".split():
    sys.modules[name] = None
from smtpshell.explain.build import build_index
from smtpshell.lesson.build import shipped_index
assert not build_index({str(ROOT / "lessons")!r}, shipped=True).errors
pack = {str(tmp_path)!r}
assert shipped_index({str(ROOT / "lessons")!r})[1] == shipped_index(pack)[1] == []
"""
    lesson = (ROOT / "lessons" / "en" / "1-first-mail" / "1-1-say-hello.md").read_text("utf-8")
    setup = '```toml setup\ninject_reply = { at = "RCPT", reply = "451 4.3.0 No" }\n```\n\n'
    text = lesson.replace('answer = ["size"]', "match = '(?i)size'").replace(
        "```toml predict", f"{setup}```toml predict", 1
    )
    track = tmp_path / "en" / "1-first-mail"
    track.mkdir(parents=True)
    (track / "1-1-say-hello.md").write_text(text, "utf-8")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
