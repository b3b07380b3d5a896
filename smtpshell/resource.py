"""Where the files that belong to smtpshell lie, installed or in a checkout."""

from __future__ import annotations

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


def _data(name: str) -> Path:
    # The wheel carries both folders inside the package; an editable install finds them beside it.
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
