"""The learner's own editor, for a letter."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from prompt_toolkit.application import Application

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.letter import editor_command

LARGEST = 16 * 1024 * 1024  # octets taken back from the editor


async def edit_text(text: str, application: Application[Any]) -> str | None:
    """Edit *text*; None if the editor failed or left it as it was. The terminal is the editor's."""
    handle, name = tempfile.mkstemp(suffix=".eml", prefix="smtpshell-")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        with application.input.detach(), application.input.cooked_mode():
            # In a thread: the connection goes on, and what comes is shown afterwards.
            status = await asyncio.to_thread(_run, editor_command(path))
        if status:
            return None
        with path.open("rb") as file:
            data = file.read(LARGEST)
    finally:
        path.unlink(missing_ok=True)
    return data.decode("utf-8", "surrogateescape")


def _run(command: list[str]) -> int:
    try:
        return subprocess.call(command)
    except OSError as error:
        raise UsageError(
            tr(
                "the editor {command} cannot be started: {why}",
                command=repr(command[0]),
                why=error.strerror,
            ),
            hint=tr("set VISUAL or EDITOR to one that is there"),
        ) from None
