"""Letters on disk, as Maildirs: one folder for each mailbox, one file for each letter.

A letter is written to `tmp`, brought to the disk, and only then moved to `new`, and the move is
brought to the disk too. So what lies in `new` is whole, and what was kept stays kept, whatever
happens to this process or to the machine.

No name on the disk is taken from what a client said. Files are named by a counter; a folder is
named after its mailbox where that has a plain name, else by a counter, too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from smtpshell.errors import UsageError
from smtpshell.sandbox.world.keeping import LEAVING
from smtpshell.sandbox.world.world import Copy
from smtpshell.smtp.later import later

OUTGOING = "outgoing.queue"  # for letters that leave; no plain name has a dot

_PLAIN = later(r"[a-z0-9][a-z0-9_-]{0,39}")
_FOLDERS = ("tmp", "new", "cur")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # follows no symbolic link
if sys.platform == "win32":
    _NEW_FILE |= os.O_BINARY


class Maildirs:
    """The Maildirs below the folder *root*: of our *mailboxes*, and of others as they come up.

    Threads may share it.
    """

    def __init__(self, root: Path, mailboxes: Iterable[str]) -> None:
        self.root = root
        self._lock = Lock()
        self._count = 0
        self._names: dict[str, str] = {}  # of folders that are made
        self._ours = frozenset(mailboxes)
        self._begun = f"{os.getpid()}-{os.urandom(4).hex()}"  # no other run's names are ours
        try:
            new = [one for one in root.parents if not one.exists()]
            _make_folder(root)
            for folder in (root, *new):
                _to_disk(folder.parent)
            for address in sorted(self._ours):
                self._folder(address)
        except OSError as error:
            words = f"cannot keep mail in {root}: {error.strerror or error}"
            raise UsageError(words, hint="--maildir wants a folder that can be written") from None

    def keep(self, copies: Iterable[Copy]) -> None:
        """Put each of these letters where it will be found after a crash.

        OSError: not all of them are; none is then, as far as the disk lets itself be told.
        """
        done: list[Path] = []
        try:
            for box, message in copies:
                path, name = self._name(box, message.received)
                temporary = path / "tmp" / name
                done.append(temporary)
                _write(temporary, message.raw)
                done.append(path / "new" / name)
                os.rename(temporary, done[-1])
            for folder in sorted({path.parent for path in done if path.parent.name == "new"}):
                _to_disk(folder)
        except OSError:
            for path in done:
                path.unlink(missing_ok=True)
            raise

    def _name(self, box: str, received: float) -> tuple[Path, str]:
        """The Maildir of *box*, and a file name that nothing else has."""
        with self._lock:
            self._count += 1
            return self._folder(box), f"{int(received)}.{self._begun}_{self._count}.smtpshell"

    def _folder(self, box: str) -> Path:
        found = self._names.get(box)
        if found is not None:
            return self.root / found
        name = self._new_name(box)
        path = self.root / name
        for folder in _FOLDERS:
            _make_folder(path / folder)
        _to_disk(path)
        _to_disk(self.root)
        self._names[box] = name
        return path

    def _new_name(self, box: str) -> str:
        if box == LEAVING:
            return OUTGOING
        local_part = box.partition("@")[0]
        plain = box in self._ours and _PLAIN.fullmatch(local_part)
        return local_part if plain else f"mailbox.{len(self._names) + 1}"


def _make_folder(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write(path: Path, data: bytes) -> None:
    """A new file that holds *data*, on the disk."""
    file = os.open(path, _NEW_FILE, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)


def _to_disk(folder: Path) -> None:
    """Have what was made, moved or deleted in *folder* survive."""
    with _opened(folder) as file:
        if file is not None:
            os.fsync(file)


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """*folder* as a file; None where folders are none (Windows sees to them by itself)."""
    if not hasattr(os, "O_DIRECTORY"):
        yield None
        return
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield file
    finally:
        os.close(file)
