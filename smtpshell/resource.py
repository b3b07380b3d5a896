"""Where files lie: those that belong to smtpshell, installed or in a checkout, and the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).parent


def lessons_dir() -> Path:
    """The folder of notes, reference, lessons and personalities that came with smtpshell."""
    return _data("lessons")


def transcripts_dir() -> Path:
    """The folder of sample sessions that came with smtpshell."""
    return _data("transcripts")


def index_file() -> Path:
    """The index of our own words that the package build made; not there in a checkout."""
    return _PACKAGE / "_data" / "index.jsonl"


def state_dir() -> Path:
    """The user's folder for what is to be kept: history, transcripts, what was told."""
    return _own_dir("XDG_STATE_HOME", ".local/state", "user_state_dir")


def cache_dir() -> Path:
    """The user's folder for what can be made again."""
    return _own_dir("XDG_CACHE_HOME", ".cache", "user_cache_dir")


def _own_dir(variable: str, usual: str, function: str) -> Path:
    # What platformdirs says, without the six milliseconds that importing it takes: a script has
    # thirty to send its letter in.
    home = os.environ.get(variable, "").strip() or os.path.expanduser(f"~/{usual}")
    if sys.platform == "linux" and os.path.isabs(home):
        return Path(home, "smtpshell")
    import platformdirs

    return Path(getattr(platformdirs, function)("smtpshell"))


def _data(name: str) -> Path:
    # The wheel carries both folders inside the package; an editable install finds them beside it.
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
