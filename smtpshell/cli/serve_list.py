"""`smtpshell serve --list`: every personality and scenario there is, one line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.personality import read_layer
from smtpshell.smtp.printable import printable


class Found(NamedTuple):
    """A file that `serve` can be started with."""

    kind: str
    name: str
    about: str
    like: str
    file: str


def list_servers(folders: Sequence[str] = (), *, as_json: bool = False) -> int:
    """Name all there are; the exit status. DataFileError for a file that is none of them."""
    places = [*map(Path, folders), lessons_dir() / "sandbox"]
    personalities = list(_find("personality", [place / "personalities" for place in places]))
    scenarios = list(_find("scenario", [place / "scenarios" for place in places]))
    if as_json:
        found = {
            "personalities": [one._asdict() for one in personalities],
            "scenarios": [one._asdict() for one in scenarios],
        }
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return 0
    width = max(len(one.name) for one in (*personalities, *scenarios))
    for title, group in (("Personalities:", personalities), ("Scenarios:", scenarios)):
        sys.stdout.write(f"{title}\n")
        for one in group:
            sys.stdout.write(f"  {printable(one.name):<{width}}  {printable(one.about)}\n")
    return 0


def _find(kind: str, folders: Sequence[Path]) -> Iterator[Found]:
    """Those of one *kind*, by name; where two have the same one, the first is found."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob("*.toml"):
            files.setdefault(path.stem, path)
    for name, path in sorted(files.items()):
        table = read_layer(path, kind).table
        yield Found(kind, name, table["about"], str(table.get("like", "")), str(path))
