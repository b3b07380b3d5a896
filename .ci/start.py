"""Run a program of this project in a virtual environment of its own, made when it is missing.

    python3 .ci/start.py smtpshell        the shell, on the practice server
    python3 .ci/start.py pytest           all tests

Needs nothing but Python 3.11 or later and a package index: not pip, not the venv extras that Debian
packs apart, and no right to touch the system's own (often externally managed) packages.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
# What a person needs to use the shell, and what everything else (tests, lint, types) needs.
EXTRAS = {"smtpshell": "", "test": "[test]"}


def main() -> int:
    """Set up what *sys.argv* asks for and run it; returns its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  (the one file an older Python may meet)
        sys.stderr.write("smtpshell needs Python 3.11 or later; this is " + sys.version + "\n")
        return 1
    if len(sys.argv) < 2:
        sys.stderr.write(str(__doc__))
        return 2
    program, *arguments = sys.argv[1:]
    need = "smtpshell" if program == "smtpshell" else "test"
    _set_up(need)
    return subprocess.call([str(BIN / program), *arguments])


def _set_up(need: str) -> None:
    """Install the project into .venv, unless that was done for this very pyproject.toml."""
    stamp = VENV / f".ready-{need}"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    sys.stderr.write(f"setting up {VENV} (once)...\n")
    if not PYTHON.exists():
        _make_venv()
    _pip("install", "--quiet", "--editable", f"{ROOT}{EXTRAS[need]}")
    stamp.write_text(wanted)


def _make_venv() -> None:
    """A virtual environment with pip in it, even where ensurepip was packed apart."""
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of its python3)
    except ImportError:
        venv.create(VENV, clear=True)
        with tempfile.TemporaryDirectory() as folder:
            wheel = _download_pip(Path(folder))
            subprocess.check_call([PYTHON, wheel / "pip", "install", "--quiet", wheel])
    else:
        venv.create(VENV, with_pip=True, clear=True)


def _download_pip(folder: Path) -> Path:
    """Fetch pip's newest wheel from the package index, checked against the index's hash."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page = urllib.request.urlopen(f"{index}/pip/").read().decode()
    links = re.findall(r'href="([^"#]+/(pip-([0-9.]+)-py3-none-any\.whl))#sha256=([0-9a-f]+)', page)
    url, name, _, digest = max(links, key=lambda link: [int(n) for n in link[2].split(".")])
    data = urllib.request.urlopen(urllib.parse.urljoin(f"{index}/pip/", url)).read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{url} does not match the index's hash; nothing was installed")
    wheel = folder / name
    wheel.write_bytes(data)
    return wheel


def _pip(*arguments: str) -> None:
    subprocess.check_call(
        [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments], cwd=ROOT
    )


if __name__ == "__main__":
    sys.exit(main())
