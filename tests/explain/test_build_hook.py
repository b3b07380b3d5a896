"""Hatchling's hook, which puts the index of the words into the wheel."""

from __future__ import annotations

import importlib.util
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
    assert set(sources) == {"smtpshell/_data/index.jsonl", "smtpshell/_data/lessons.jsonl"}
    source = sources["smtpshell/_data/index.jsonl"]
    index = read_index(Path(source).read_bytes())
    assert index is not None
    assert (index.head.folder, index.head.files) == ("", {})
    assert len(index.part("notes")) >= 120
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
