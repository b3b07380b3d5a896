"""The lines below the prompt: remark, menu, hint bar. Plain tuples, made anew for each drawing."""

from __future__ import annotations

from collections.abc import Sequence

from smtpshell.catalogue import tr
from smtpshell.shell.fragment import Fragment, clip, clip_line, columns_of
from smtpshell.shell.suggest import Suggestion
from smtpshell.smtp.printable import printable
from smtpshell.smtp.span import Problem

MOST_ROWS = 6
WIDEST_WORD = 34


def menu_rows(
    entries: Sequence[Suggestion], chosen: int | None, width: int, most: int = MOST_ROWS
) -> list[list[Fragment]]:
    """The entries around the *chosen* one, a row each: word and meaning; the chosen one marked."""
    if not entries:
        return []
    first = max(0, min((chosen or 0) - most + 2, len(entries) - most))
    shown = entries[first : first + most]
    left = min(max(columns_of(printable(one.text.rstrip())) for one in shown), WIDEST_WORD)
    rows: list[list[Fragment]] = []
    for index, one in enumerate(shown, first):
        word = clip(printable(one.text.rstrip()), left)
        word += " " * (left - columns_of(word))
        current = index == chosen
        mark = "> " if current else "  "  # not by colour alone
        style = "menu.current" if current else "menu"
        row = [(style, f" {mark}{word} "), ("menu.meaning", f" {printable(one.meaning)}")]
        rows.append(clip_line(row, width))
    rest = len(entries) - first - len(shown)
    if rest:
        rows[-1] = clip_line(
            [*rows[-1], ("menu.meaning", f"   ({tr('+{count} more', count=rest)})")], width
        )
    return rows


def remark_row(problem: Problem, before: int, line: str, width: int) -> list[Fragment]:
    """A caret under the odd place of the typed *line*, which begins *before* columns in."""
    message = tr(problem.message).rstrip(".")
    words = f"{message} ({problem.ref})" if problem.ref else message
    at = before + columns_of(printable(line[: problem.start]))
    caret = "^" * max(1, columns_of(printable(line[problem.start : problem.end])))
    if at + len(caret) + 20 > width:  # too far right, or the line is wrapped: words alone
        return clip_line([("remark", f" ^ {words}")], width)
    for mark, text in ((caret, words), ("^", words), ("^", message)):
        if at + len(mark) + 1 + columns_of(text) <= width:
            return [("", " " * at), ("remark", f"{mark} {text}")]
    if columns_of(words) < at:  # no room right of the caret: the words stand left of it
        return [("remark", f"{words:>{at - 1}} {caret}")]
    return clip_line([("", " " * at), ("remark", f"^ {message}")], width)
