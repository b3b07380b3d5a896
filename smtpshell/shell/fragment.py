"""What is drawn, before anything draws it: lines made of (style class, text) pairs.

A line holds no line end; the screen puts those in, and escapes any that came with a peer's text.
The style is always a word of ours (`theme`), never text from outside: prompt_toolkit reads
commands out of style strings.
"""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.catalogue import tr
from smtpshell.smtp.printable import printable

Fragment = tuple[str, str]
Line = tuple[Fragment, ...]

MOST_COLUMNS = 300  # of one line that a peer sent


def line(*fragments: Fragment) -> Line:
    return fragments


def text_of(fragments: Iterable[Fragment]) -> str:
    """The line without its styles, as plain mode and tests see it."""
    return "".join(text for _, text in fragments)


def columns_of(text: str) -> int:
    """Terminal columns that printable *text* takes up."""
    if text.isascii():
        return len(text)
    from prompt_toolkit.utils import get_cwidth

    return get_cwidth(text)


def wrap(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* columns, broken at spaces; a longer word stands alone.

    What is between two backticks is typed as it stands, so it is not broken if a line can hold it.
    """
    lines: list[str] = []
    current: list[str] = []
    used = 0
    for word in _words(text, width):
        columns = columns_of(word)
        if current and used + 1 + columns > width:
            lines.append(" ".join(current))
            current, used = [], 0
        used += columns + (1 if current else 0)
        current.append(word)
    if current or not lines:
        lines.append(" ".join(current))
    return lines


def _words(text: str, width: int) -> list[str]:
    words = text.split()
    if "`" not in text:
        return words
    found: list[str] = []
    quoted: list[str] = []  # from the word with the opening backtick on
    for word in words:
        if quoted or word.count("`") % 2:
            quoted.append(word)
        else:
            found.append(word)
        if len(quoted) > 1 and word.count("`") % 2:
            whole = " ".join(quoted)
            found += [whole] if columns_of(whole) <= width else quoted
            quoted = []
    return found + quoted


def clip(text: str, width: int) -> str:
    """The first *width* columns of printable *text*, with "..." where something is missing."""
    if columns_of(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns_of(kept + char) > max(0, width - 3):
            break
        kept += char
    return (kept + "...")[: max(0, width)]


def clip_line(fragments: Iterable[Fragment], width: int) -> list[Fragment]:
    """The first *width* columns of a line; what does not fit is left out."""
    kept: list[Fragment] = []
    left = width
    for style, text in fragments:
        columns = columns_of(text)
        if columns > left:
            kept.append((style, clip(text, left)))
            break
        kept.append((style, text))
        left -= columns
    return kept


def foreign(text: str) -> str:
    """A peer's *text* as it may stand in a fragment: printable, and not without end."""
    shown = printable(text)
    if len(shown) <= MOST_COLUMNS:
        return shown
    octets = len(text.encode("utf-8", "surrogateescape"))
    words = tr("{count} octets", count=octets)
    return f"{shown[:MOST_COLUMNS]}... ({words})"
