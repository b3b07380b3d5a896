"""Local commands: what the learner asks of the shell, not of the server. One module a family."""

from smtpshell.shell.local import (
    back,
    learn,
    lesson,
    line,
    look,
    names,
    queue,
    setting,
    staging,
    town,
    wire,
)
from smtpshell.shell.local.registry import (
    LOCALS,
    LocalCommand,
    complete_local,
    find_local,
    nearest_local,
    parse_local,
    split_local,
)

__all__ = [
    "LOCALS",
    "LocalCommand",
    "back",
    "complete_local",
    "find_local",
    "learn",
    "lesson",
    "line",
    "look",
    "names",
    "nearest_local",
    "parse_local",
    "queue",
    "setting",
    "split_local",
    "staging",
    "town",
    "wire",
]
