"""The script that sets everything up: what a stumbling network leaves behind is mended."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

START = Path(__file__).parents[1] / ".ci" / "start.py"
WHEEL = b"a wheel"
PAGE = f'<a href="../files/pip-9.10-py3-none-any.whl#sha256={hashlib.sha256(WHEEL).hexdigest()}">'
OLDER = '<a href="../files/pip-9.9-py3-none-any.whl#sha256=00">'
INDEX = "https://index.test/simple"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script in a folder of its own, without ensurepip as on Debian; *ran* are its programs."""
    spec = importlib.util.spec_from_file_location("ci_start", START)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENV = tmp_path / ".venv"
    module.ran = []
    module.made = 0

    def create(folder: Path, *, clear: bool) -> None:
        assert clear
        module.made += 1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    def call(command: list[Any], **options: Any) -> int:
        module.ran.append([str(word) for word in command])
        return 0

    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setenv("PIP_INDEX_URL", f"{INDEX}/")
    monkeypatch.setattr(module.venv, "create", create)
    monkeypatch.setattr(module.subprocess, "call", call)
    monkeypatch.setattr(module.subprocess, "check_call", call)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


class Network:
    """Gives one answer after the other; an exception is raised."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, url: str, timeout: float) -> io.BytesIO:
        self.asked.append(url)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)


def set_up(start: Any, monkeypatch: pytest.MonkeyPatch, *answers: bytes | Exception) -> Network:
    network = Network(*answers)
    monkeypatch.setattr(start.urllib.request, "urlopen", network)
    start._set_up("smtpshell")
    return network


GOOD = ((OLDER + PAGE).encode(), WHEEL)


def test_once_set_up_nothing_is_asked_or_made(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest pip, then the project; the second time none of it."""
    network = set_up(start, monkeypatch, *GOOD)
    assert network.asked == [
        f"{INDEX}/pip/",
        "https://index.test/simple/files/pip-9.10-py3-none-any.whl",
    ]
    bootstrap, install = start.ran
    assert bootstrap[2:4] == ["install", "--quiet"]
    assert install[-2:] == ["--editable", str(start.ROOT)]
    assert set_up(start, monkeypatch).asked == []
    assert (start.made, len(start.ran)) == (1, 2)


def test_a_network_that_stumbles_is_asked_again(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice; then it is said which address did not answer, and what can be done."""
    set_up(start, monkeypatch, TimeoutError("timed out"), TimeoutError("timed out"), *GOOD)
    assert start.made == 1
    start.VENV /= "another"
    with pytest.raises(SystemExit, match=r"^https://index\.test/simple/pip/: off; PIP_INDEX_URL"):
        set_up(start, monkeypatch, *[OSError("off")] * 3)


@pytest.mark.parametrize("answers", [[OSError("off")] * 3, [GOOD[0], b"not the wheel"]])
def test_half_an_environment_is_made_anew(
    start: Any, monkeypatch: pytest.MonkeyPatch, answers: list[bytes | Exception]
) -> None:
    """What an attempt that failed has left is no reason to fail for ever."""
    start.VENV.mkdir()
    start.PYTHON = start.VENV / "python"
    start.PYTHON.touch()
    with pytest.raises(SystemExit):
        set_up(start, monkeypatch, *answers)
    set_up(start, monkeypatch, *GOOD)
    assert len(start.ran) == 2


def test_a_folder_that_was_moved_gets_a_new_environment(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The programs in there name their Python by its path, so none of them would start."""
    set_up(start, monkeypatch, *GOOD)
    start.VENV = start.VENV.rename(start.VENV.with_name("moved"))
    set_up(start, monkeypatch, *GOOD)
    assert (start.made, len(start.ran)) == (2, 4)


def test_another_python_gets_a_new_environment(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system's Python that was upgraded would not find what was installed for the old one."""
    set_up(start, monkeypatch, *GOOD)
    monkeypatch.setattr(start.sys, "version_info", (3, 99))
    set_up(start, monkeypatch, *GOOD)
    assert (start.made, len(start.ran)) == (2, 4)


def test_pip_that_fails_is_asked_again_the_next_time(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own words are on the screen; no traceback of ours hides them."""
    monkeypatch.setattr(start, "_make_venv", lambda: start.VENV.mkdir())
    monkeypatch.setattr(start.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="pip says above why"):
        set_up(start, monkeypatch)
    assert not list(start.VENV.iterdir())
