"""`smtpshell serve --list`: every personality and scenario there is, one line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.personality import read_layer
from smtpshell.smtp.printable import printable


class Found(NamedTuple):
    """A file that `serve` can be started with. *weak* says what is wrong with it on purpose."""

    kind: str
    name: str
    about: str
    like: str
    file: str
    weak: str = ""


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
    for title, group in ((tr("Personalities:"), personalities), (tr("Scenarios:"), scenarios)):
        sys.stdout.write(f"{title}\n")
        for one in group:
            weak = f" ({tr('weak on purpose')})" if one.weak else ""
            sys.stdout.write(
                f"  {printable(one.name):<{width}}  {printable(tr(one.about))}{weak}\n"
            )
    return 0


def _find(kind: str, folders: Sequence[Path]) -> Iterator[Found]:
    """Those of one *kind*, by name; where two have the same one, the first is found."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob("*.toml"):
            files.setdefault(path.stem, path)
    tables = {name: read_layer(path, kind).table for name, path in sorted(files.items())}
    for name, table in tables.items():
        weak = _inherited("weak", name, tables)
        like = str(table.get("like", ""))
        yield Found(kind, name, table["about"], like, str(files[name]), weak)


def _inherited(key: str, name: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """What the file *name* says under *key*, or the nearest one that it is like."""
    for _ in tables:
        table = tables.get(name, {})
        if key in table:
            return str(table[key])
        name = str(table.get("like", ""))
    return ""
