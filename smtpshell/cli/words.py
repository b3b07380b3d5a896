"""`smtpshell explain` and `smtpshell dict`: what is known, without a session."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.smtp.text import to_bytes, to_text

if TYPE_CHECKING:
    from smtpshell.explain.library import Library
    from smtpshell.explain.reference import Entry

MOST_LINES = 10_000  # of a dialogue on standard input
LONGEST_LINE = 1024 * 1024  # octets
_WIDEST = 100


def explain_lines(
    arguments: Sequence[str], side: str | None, *, as_json: bool = False, reveal: bool = False
) -> int:
    """Explain what was given on the command line; the exit status."""
    if list(arguments) == ["states"]:
        from smtpshell.smtp.diagram import diagram

        _say([diagram()])
        return 0
    if len(arguments) == 1 and not (side or as_json) and _is_word(arguments[0]):
        return look_up(arguments[0])
    from smtpshell.explain import dialogue
    from smtpshell.explain.render import render_explanation, to_object

    lines = [_marked(text, side) for text in _read(_quoted(arguments))]
    found = dialogue.explain_lines(lines, _library(), reveal=reveal)
    if as_json:
        _say_json([to_object(one) for one in found])
    else:
        for one in found:
            _say(row for text in render_explanation(one) for row in folded(text))
    return 0


def _is_word(text: str) -> bool:
    """Is *text* no line of a dialogue, but a code or a name from one?"""
    from smtpshell.explain.explain import CLIENT, cut_mark
    from smtpshell.smtp.command import parse_command

    mark, line = cut_mark(text)
    if mark != CLIENT or line != text or text == "-" or parse_command(text).known:
        return False
    return _library().reference.knows(text)


def look_up(word: str, *, as_json: bool = False) -> int:
    """Say what *word* means; the exit status is 1 if that is not known."""
    from smtpshell.explain.reference import UNKNOWN

    entries = _library().reference.lookup(word)
    if as_json:
        _say_json([entry._asdict() for entry in entries])
    else:
        for number, entry in enumerate(entries):
            _say(_entry_lines(entry, first=not number))
    return int(entries[0].kind == UNKNOWN)


def _entry_lines(entry: Entry, *, first: bool) -> Iterator[str]:
    from smtpshell.explain.entry import in_words
    from smtpshell.smtp.printable import printable

    if not first:
        yield ""
    yield printable(f"{entry.key}  ({in_words(entry.kind)})")
    for text in (entry.short, *entry.long):
        yield from folded(printable(text), "  ")
    for name, words in ((tr("Source"), entry.refs), (tr("See also"), entry.see)):
        if words:
            yield from folded(printable(f"{name}: {'; '.join(words)}"), "  ")


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _say_json(value: Any) -> None:
    _say([json.dumps(value, indent=2)])


def _quoted(arguments: Sequence[str]) -> Sequence[str]:
    """Words that nobody put quotes around are one line."""
    alone = len(arguments) < 2 or any(word == "-" or " " in word for word in arguments)
    return arguments if alone else (" ".join(arguments),)


def _read(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line != "-":  # quotes in a shell hold several lines as easily as one
            # In a locale without letters Python leaves their octets apart, which are UTF-8 still.
            line = to_text(to_bytes(line))
            yield from line.removesuffix("\n").replace("\r\n", "\n").split("\n")
        elif sys.stdin is not None:
            yield from _read_input()


def _read_input() -> Iterator[str]:
    number = 0
    while data := sys.stdin.buffer.readline(LONGEST_LINE):
        number += 1
        if number > MOST_LINES or len(data) == LONGEST_LINE:
            raise UsageError(
                tr(
                    "standard input:{number}: at most {most} lines of less than {size} KiB can be"
                    " explained",
                    number=number,
                    most=MOST_LINES,
                    size=LONGEST_LINE // 1024,
                )
            )
        yield to_text(data.removesuffix(b"\n").removesuffix(b"\r"))


def _marked(line: str, side: str | None) -> str:
    return line if side is None else f"{'C' if side == 'client' else 'S'}: {line}"


def _library() -> Library:
    from smtpshell.explain.library import load_library
    from smtpshell.language import chosen

    return load_library(language=chosen())


def folded(text: str, indent: str = "") -> list[str]:
    """*text* in lines that fit the terminal; what follows stands under where the words began."""
    from smtpshell.shell.fragment import wrap

    columns = min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)
    body = text.lstrip()
    begin = indent + text[: len(text) - len(body)]
    if len(begin) + len(body) <= columns or text.lstrip(" |").startswith("^"):
        return [begin + body]
    first, sign, rest = body.partition("  ")
    if sign and rest.strip():  # a piece and its meaning: the meaning keeps its column
        lead = begin + first + sign + " " * (len(rest) - len(rest.lstrip()))
        hang, words = " " * len(lead), rest.lstrip()
    elif body.startswith("|"):
        lead = begin + body[: len(body) - len(body[1:].lstrip())]
        hang, words = lead, body[1:].lstrip()
    else:
        lead = hang = begin
        words = body
    lines = wrap(words, max(20, columns - len(lead)))
    return [lead + lines[0], *(hang + line for line in lines[1:])]
