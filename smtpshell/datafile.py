"""Reading the files that teachers write, and saying FILE:LINE when something is wrong there.

A data file is UTF-8 text of bounded size holding TOML, or Markdown with TOML front matter between
two lines of ``+++``. Everything here raises DataFileError and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell.errors import DataFileError

LARGEST = 256 * 1024  # octets of one data file
FENCE = "+++"


class Where(NamedTuple):
    """A place in a data file; ``str()`` is the FILE:LINE that an error message begins with."""

    path: str
    line: int = 1
    text: str = ""  # TOML that begins on this line, to look keys up in
    under: tuple[str | int, ...] = ()  # the table in it that this is the place of
    moved: int = 0  # lines from the beginning of the text to this place

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    def at(self, *keys: str | int) -> Where:
        """The place of a key (``at("state", "auth")``), as exactly as it can be found.

        A number picks one of an array of tables: ``at("rule", 2, "reply")``.
        """
        under = self.under + keys
        moved = _offset_of(self.text, under)
        return Where(self.path, self.line - self.moved + moved, self.text, under, moved)

    def error(self, message: str, *, hint: str = "") -> DataFileError:
        return DataFileError(f"{self}: {message}", hint=hint)


def read_text(path: Path | str, limit: int = LARGEST) -> str:
    """The text of a data file, line ends as ``\\n``; *limit* in octets."""
    name = str(path)
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise DataFileError(f"{name}:1: cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise DataFileError(f"{name}:1: larger than {limit // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataFileError(f"{name}:{line}: not UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(text: str, path: Path | str, first_line: int = 1) -> dict[str, Any]:
    """The TOML in *text*, which begins on line *first_line* of the file *path*."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, message = _place_in_message(str(error), text)
        advice = _advice(message, text.split("\n")[line - 1])
        raise DataFileError(f"{path}:{first_line + line - 1}: {message}{advice}") from None
    except RecursionError:
        raise DataFileError(f"{path}:{first_line}: nested too deeply") from None


def split_front_matter(text: str, path: Path | str) -> tuple[dict[str, Any], str, int]:
    """Cut a Markdown data file into its TOML front matter, the body, and the body's first line."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise DataFileError(f"{path}:1: begins with {FENCE}, then TOML, then {FENCE} again")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            table = read_toml("\n".join(lines[1:number]), path, first_line=2)
            return table, "\n".join(lines[number + 1 :]), number + 2
    raise DataFileError(f"{path}:1: the front matter has no closing {FENCE}")


def check_keys(table: Mapping[str, Any], allowed: Iterable[str], where: Where) -> None:
    """Raise for the first key of *table* that is not *allowed*, naming the nearest that is."""
    known = set(allowed)
    for key in table:
        if key not in known:
            raise where.at(key).error(f'unknown key "{key}"{meant(key, known)}')


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that *word* was most likely meant to be, or None."""
    import difflib

    by_folded = {choice.casefold(): choice for choice in sorted(choices)}
    found = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


def meant(word: str, choices: Iterable[str]) -> str:
    """What to put behind 'unknown *word*': the nearest valid one, or all when they are few."""
    choices = sorted(choices)
    choice = nearest(word, choices)
    if choice is not None:
        return f'; did you mean "{choice}"?'
    return f"; valid: {', '.join(choices)}" if 0 < len(choices) <= 12 else ""


def _place_in_message(message: str, text: str) -> tuple[int, str]:
    # tomllib ends its messages with the place; we put it in front, as compilers do.
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if found is None:
        return 1, message
    line = int(found[1]) if found[1] else text.count("\n") + 1
    return line, message[: found.start()]


# What to do about it, for people who do not know TOML: the beginning of tomllib's words, and ours.
_ADVICE = (
    ("Invalid value", 'a text stands in "quotes", yes and no are true and false'),
    ("Unescaped '\\'", "put a text with a backslash in 'single quotes'"),
    ("Cannot overwrite a value", "the same name stands there twice"),
    ("Cannot declare", "the same name stands there twice"),
    ("Unclosed inline table", "what is in braces stands on one line, with commas between"),
    ("Invalid initial character for a key", "what is in braces stands on one line"),
    (
        "Expected '=' after a key",
        "each line is a name, = and a value; is the line before it whole?",
    ),
    ("Expected newline or end of document", "one name, = and one value on a line"),
    ("Illegal character '\\n'", "a text ends with its quote on the same line"),
    ("Unclosed array", "a list ends with ], and has commas between"),
)


def _advice(message: str, line: str) -> str:
    if any(quote in line for quote in "\u201c\u201d\u201e\u2018\u2019"):
        return '; these are quotes of a word processor, write "'
    return next((f"; {words}" for begun, words in _ADVICE if message.startswith(begun)), "")


_HEADER = re.compile(r"(\[\[?)([^\[\]]+)\]")
_PART = re.compile(r"\"[^\"]*\"|'[^']*'|[^.\s]+")
_KEY = re.compile(r"[\w\s.\"'-]+")


def _offset_of(text: str, keys: tuple[str | int, ...]) -> int:
    """Lines between the start of *text* and the key; of a key not found, that of its parent."""
    best, best_length = 0, 0
    for number, path in _key_lines(text):
        length = 0
        for ours, wanted in zip(path, keys, strict=False):
            if ours != wanted:
                break
            length += 1
        if length == len(path) and length > best_length:
            best, best_length = number, length
    return best


def _key_lines(text: str) -> Iterator[tuple[int, tuple[str | int, ...]]]:
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.split("\n")):
        if header := _HEADER.match(line.lstrip()):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield number, table
            continue
        key, equals, _ = line.partition("=")
        if equals and _KEY.fullmatch(key):
            yield number, table + _parts(key)


def _parts(dotted: str) -> tuple[str | int, ...]:
    """The parts of a dotted key; what stands in quotes is one, with its dots."""
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
