"""The learner's own folder: history, transcripts, what was told before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from smtpshell.shell.record import Records


def state_folder() -> Path:
    """Where history, transcripts and what a learner has been told are kept."""
    from smtpshell.resource import state_dir

    return state_dir()


def transcripts() -> Records:
    """Transcripts in the learner's own folder."""
    from smtpshell.resource import user_folder
    from smtpshell.shell.record import Records

    return Records(lambda: os.path.join(user_folder("state"), "transcripts"))
