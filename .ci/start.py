"""Run a program of this project in a virtual environment of its own, made when it is missing.

    python3 .ci/start.py smtpshell        the shell, on the practice server
    python3 .ci/start.py pytest           all tests

Needs nothing but Python 3.11 or later and a package index: not pip, not the venv extras that Debian
packs apart, and no right to touch the system's own (often externally managed) packages.
"""

import hashlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
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
    _make_venv()
    stamp = VENV / f".ready-{need}"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    sys.stderr.write(f"setting up {VENV} (once)...\n")
    _pip("install", "--quiet", "--editable", f"{ROOT}{EXTRAS[need]}")
    stamp.write_text(wanted)


def _make_venv() -> None:
    """A virtual environment with pip in it, even where ensurepip was packed apart.

    One that was left half made, made by another Python or moved with its folder is made anew: its
    programs name the Python they run on by its path.
    """
    stamp = VENV / ".made"
    wanted = f"{sys.version_info[:2]} {VENV}"
    if stamp.exists() and stamp.read_text(encoding="utf-8", errors="surrogateescape") == wanted:
        return
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of its python3)
    except ImportError:
        with tempfile.TemporaryDirectory() as folder:
            wheel = _download_pip(Path(folder))
            venv.create(VENV, clear=True)
            subprocess.check_call([PYTHON, wheel / "pip", "install", "--quiet", wheel])
    else:
        venv.create(VENV, with_pip=True, clear=True)
    stamp.write_text(wanted, encoding="utf-8", errors="surrogateescape")


def _download_pip(folder: Path) -> Path:
    """Fetch pip's newest wheel from the package index, checked against the index's hash."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page = _fetched(f"{index}/pip/").decode()
    links = re.findall(r'href="([^"#]+/(pip-([0-9.]+)-py3-none-any\.whl))#sha256=([0-9a-f]+)', page)
    url, name, _, digest = max(links, key=lambda link: [int(n) for n in link[2].split(".")])
    data = _fetched(urllib.parse.urljoin(f"{index}/pip/", url))
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{url} does not match the index's hash; nothing was installed")
    wheel = folder / name
    wheel.write_bytes(data)
    return wheel


def _fetched(url: str, attempts: int = 3) -> bytes:
    """What stands at *url*; a network that stumbles is asked again, as pip does."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bytes(answer.read())
    except (OSError, http.client.HTTPException) as error:
        if attempts == 1:
            raise SystemExit(f"{url}: {error}; PIP_INDEX_URL can name another index") from None
    time.sleep(2)
    return _fetched(url, attempts - 1)


def _pip(*arguments: str) -> None:
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.call(command, cwd=ROOT):
        raise SystemExit(f"{VENV} could not be set up: pip says above why; try again")


if __name__ == "__main__":
    sys.exit(main())
