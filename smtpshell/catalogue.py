"""The shell's own words in the reader's language: gettext's .po files, read without gettext.

A .po file is read when the first word is asked for in its language, so nothing has to be compiled
when the package is built, and a translator sees a change at once. English needs no file.
"""

from __future__ import annotations

import os
from functools import cache

from smtpshell.errors import DataFileError
from smtpshell.language import SOURCE, chosen

LARGEST = 1024 * 1024  # octets of a .po file
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def tr(text: str, **values: object) -> str:
    """*text* in the reader's language, *values* put where it says {name}."""
    language = chosen()
    if language != SOURCE:
        text = messages(language).get(text, text)
    return text.format(**values) if values else text


def counted(count: int, one: str, many: str) -> str:
    """How many of something: *one* and *many* say it with {count}, as "{count} steps"."""
    return tr(one if count == 1 else many, count=count)


def po_file(language: str) -> str:
    """Where the words in *language* are kept."""
    here = os.path.dirname(__file__)
    return os.path.join(here, "locale", language, "LC_MESSAGES", "smtpshell.po")


@cache
def messages(language: str) -> dict[str, str]:
    """The words in *language* by the English ones; none where nobody has translated them."""
    path = po_file(language)
    try:
        with open(path, encoding="utf-8") as file:
            return read_po(file.read(LARGEST), path)
    except OSError:
        return {}


def read_po(text: str, path: str) -> dict[str, str]:
    """The messages of a .po file, without those that are not translated; DataFileError by line."""
    found: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    key = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word in parts:
            if word == "msgid":
                found[parts["msgid"]] = parts["msgstr"]
                parts["msgstr"] = ""
            key, line = word, rest.strip()
            parts[key] = ""
        if not key or len(line) < 2 or line[0] != '"' or line[-1] != '"':
            raise DataFileError(f'{path}:{number}: not msgid "...", msgstr "..." or "..."')
        parts[key] += _unescaped(line[1:-1])
    found[parts["msgid"]] = parts["msgstr"]
    return {one: other for one, other in found.items() if one and other}


def _unescaped(text: str) -> str:
    first, *rest = text.replace("\\\\", "\0").split("\\")
    whole = first + "".join(_ESCAPES.get(one[:1], one[:1]) + one[1:] for one in rest)
    return whole.replace("\0", "\\")
