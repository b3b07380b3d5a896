"""Where files lie: those that belong to smtpshell, installed or in a checkout, and the user's own.

pathlib and platformdirs take longer to import than a script takes to send its letter, so a run that
needs no more than a name does without them.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(__file__)


def data_folder(name: str) -> str:
    """The folder *name* ("lessons", "transcripts") that came with smtpshell."""
    # The wheel carries both inside the package; an editable install finds them beside it.
    installed = os.path.join(_PACKAGE, "_data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_PACKAGE), name)


def lessons_dir() -> Path:
    """The folder of notes, reference, lessons and personalities that came with smtpshell."""
    from pathlib import Path

    return Path(data_folder("lessons"))


def transcripts_dir() -> Path:
    """The folder of sample sessions that came with smtpshell."""
    from pathlib import Path

    return Path(data_folder("transcripts"))


def index_file(language: str = "en") -> str:
    """The index of our own words that the package build made; not there in a checkout."""
    return os.path.join(_PACKAGE, "_data", index_name("index", language))


def lesson_index_file(language: str = "en") -> str:
    """The index of our own lessons that the package build made; not there in a checkout."""
    return os.path.join(_PACKAGE, "_data", index_name("lessons", language))


def index_name(kind: str, language: str) -> str:
    """What the package calls its index of this *kind* ("index", "lessons") in *language*."""
    return f"{kind}.jsonl" if language == "en" else f"{kind}-{language}.jsonl"


def state_dir() -> Path:
    """The user's folder for what is to be kept: history, transcripts, what was told."""
    from pathlib import Path

    return Path(user_folder("state"))


def user_folder(kind: str) -> str:
    """Where the user's files of this *kind* belong: "state" or "cache".

    That is for platformdirs to say. Only where nobody could be in doubt, with an ordinary home and
    the rules of the XDG base directories, it is not asked.
    """
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        home = os.environ.get("HOME", "")
        above = os.environ.get(f"XDG_{kind.upper()}_HOME", home.rstrip("/") + _BELOW_HOME[kind])
        if home.startswith("/") and above.startswith("/"):
            return os.path.join(above, "smtpshell")
    import platformdirs

    if kind == "state":
        return platformdirs.user_state_dir("smtpshell")
    return platformdirs.user_cache_dir("smtpshell")


_BELOW_HOME = {"state": "/.local/state", "cache": "/.cache"}


def personalities() -> list[str]:
    """The names of the personalities that came with smtpshell."""
    folder = lessons_dir() / "sandbox" / "personalities"
    return sorted(path.stem for path in folder.glob("*.toml"))
