"""What is imported when: these lists keep start-up fast better than a stopwatch would.

Importing is nearly all that start-up costs, so a module that slips in shows here by its name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.net.harness import RawServer, take_a_letter

LOADED = """
import sys
before = set(sys.modules)
{code}
print(*set(sys.modules) - before, file=sys.stderr)
"""
# Of Python's own: together these would take longer than a script takes to send its letter.
DEAR = {
    "asyncio", "dataclasses", "datetime", "email", "encodings.idna", "hashlib",
    "importlib.metadata", "inspect", "ipaddress", "json", "logging", "pathlib", "shutil", "ssl",
    "stringprep", "tempfile", "threading", "tomllib", "unicodedata", "urllib",
}  # fmt: skip
# Of ours: what a session that goes well has no use for.
UNUSED = {
    "smtpshell.explain.build", "smtpshell.explain.case", "smtpshell.explain.reference",
    "smtpshell.lookup", "smtpshell.net.client", "smtpshell.net.tls", "smtpshell.net.tls_layer",
    "smtpshell.sandbox", "smtpshell.shell.core", "smtpshell.shell.scene",
    "smtpshell.smtp.character", "smtpshell.smtp.issue_table", "smtpshell.smtp.parameter_judge",
    "smtpshell.smtp.sasl", "smtpshell.smtp.table.extension", "smtpshell.smtp.table.mechanism",
    "smtpshell.smtp.table.parameter", "smtpshell.smtp.table.reply_code",
}  # fmt: skip
# Of the practice server: what only `smtpshell serve` has.
SERVED = {
    "smtpshell.sandbox.mind.scripted", "smtpshell.sandbox.wire.keeper",
    "smtpshell.sandbox.wire.maildir", "smtpshell.sandbox.world.keeping",
}  # fmt: skip
MAIN = "sys.argv[0] = 'smtpshell'\nfrom smtpshell.__main__ import main\nassert main() == 0"
LETTER = """\
EHLO client.office.test
MAIL FROM:<dora@office.test>
RCPT TO:<ana@office.test>
DATA
From: <dora@office.test>

Hello.
.
QUIT
"""
PROMPT = """
import smtpshell.shell.banner
import smtpshell.shell.launch
import prompt_toolkit.input, prompt_toolkit.output
import smtpshell.shell.app, smtpshell.shell.screen
"""


def loaded(code: str, home: Path, *arguments: str, script: str = "") -> set[str]:
    """The modules that are there after *code*, and not before it."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(code=code), *arguments],
        input=script,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")},
    )
    return set(done.stderr.split())


def among(modules: set[str], names: set[str]) -> list[str]:
    """Those of *modules* that are, or lie in, one of *names*."""
    return sorted(m for m in modules if any(m == n or m.startswith(f"{n}.") for n in names))


def strangers(modules: set[str]) -> set[str]:
    """The packages that are neither Python's nor ours."""
    return {m.partition(".")[0] for m in modules} - sys.stdlib_module_names - {"smtpshell"}


@pytest.mark.parametrize("name", sorted(DEAR | UNUSED | SERVED))
def test_what_is_to_stay_out_exists(name: str) -> None:
    """A module that went by another name would come in unseen."""
    assert find_spec(name) is not None


@pytest.mark.parametrize("option", ["--version", "--help", "-h"])
def test_version_and_help_need_nothing(option: str, tmp_path: Path) -> None:
    """A text that was made beforehand, and Python as it starts."""
    allowed = {
        "__future__",
        "gc",
        "smtpshell",
        "smtpshell.__main__",
        "smtpshell.help",
        "smtpshell.language",
    }
    assert loaded(MAIN, tmp_path, option) <= allowed


@pytest.mark.parametrize("code", ["import smtpshell.net.blocking", "import smtpshell.shell.script"])
def test_a_script_begins_without_what_it_may_never_need(code: str, tmp_path: Path) -> None:
    """No package from elsewhere, no event loop, no tables of what hardly any line has."""
    modules = loaded(code, tmp_path)
    assert strangers(modules) == set()
    assert among(modules, DEAR | UNUSED) == []


def test_a_letter_is_sent_without_it_too(tmp_path: Path) -> None:
    """A whole run, its transcript included; notes need JSON, RE2 and the day."""
    with RawServer(take_a_letter) as server:
        where = f"127.0.0.1:{server.port}"
        modules = loaded(MAIN, tmp_path, "connect", "--no-notes", where, script=LETTER)
    assert strangers(modules) == set()
    assert among(modules, DEAR | UNUSED) == []
    assert len(list((tmp_path / "state").rglob("*.smtp"))) == 1


def test_few_patterns_are_compiled_before_a_script_begins(tmp_path: Path) -> None:
    """Those that nearly every line needs; each takes a tenth of a millisecond."""
    code = (
        "import re, typing, socket\n"
        "made, compiled = [], re.compile\n"
        "re.compile = lambda *pattern: made.append(pattern) or compiled(*pattern)\n"
        "import smtpshell.shell.script\n"
        "assert len(made) <= 5, made"
    )
    assert "smtpshell.shell.script" in loaded(code, tmp_path)


def test_the_practice_server_comes_without_what_only_serve_has(tmp_path: Path) -> None:
    """Letters on disk and scripts of replies are for other clients."""
    assert among(loaded("import smtpshell.sandbox.start", tmp_path), SERVED) == []


def test_the_prompt_needs_only_the_line_editor_and_a_little_of_ours(tmp_path: Path) -> None:
    """What a bare prompt of prompt_toolkit brings is there anyway; all the rest comes later."""
    bare = loaded("from prompt_toolkit import PromptSession", tmp_path)
    extra = {name for name in loaded(PROMPT, tmp_path) - bare if not name.startswith("smtpshell")}
    assert extra <= {"gc", "termios"}
