"""Explanations as plain text and as JSON. Nothing is printed here, and nothing comes out raw."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import tr
from smtpshell.explain.fill import fill, fill_note
from smtpshell.smtp.printable import printable
from smtpshell.smtp.span import underline

if TYPE_CHECKING:
    from smtpshell.explain.dialogue import Explanation
    from smtpshell.explain.explain import Explained
    from smtpshell.explain.gloss import Gloss
    from smtpshell.explain.note import Note

_MARKS = {"client": "C: ", "server": "S: "}
_WIDEST = 24  # characters of a piece of text that are shown beside its meaning


def render_explanation(explanation: Explanation) -> Iterator[str]:
    """The lines of an explanation: what was said, piece by piece, then the notes on it."""
    told: set[tuple[str, str]] = set()
    for explained in explanation.lines:
        # What all lines of a reply have in common is told with the first one.
        yield from render_line(explained, told)
        told.update(_pieces(explained))
    moment, selection = explanation.moment, explanation.selection
    if selection.primary is not None:
        yield from render_note(fill_note(selection.primary, moment), long=True)
    for note in selection.others:
        yield from _remark(note.headline, fill(note.short, moment))


def render_line(
    explained: Explained, told: Container[tuple[str, str]] = frozenset()
) -> Iterator[str]:
    """A line, what is odd about it, and each piece with its meaning and source.

    Pieces that were *told* with an earlier line are left out.
    """
    mark = _MARKS[explained.side]
    yield mark + printable(explained.text)
    for problem in explained.problems:
        yield " " * len(mark) + underline(explained.text, problem).partition("\n")[2]
    pieces = [piece for piece in _pieces(explained) if piece not in told]
    width = max((len(text) for text, _ in pieces), default=0)
    for text, meaning in pieces:
        yield f"   {text:<{width}}  {meaning}"


def render_note(note: Note, *, long: bool = False) -> Iterator[str]:
    """A note whose words are filled, its headline first."""
    texts = [
        note.short,
        *(note.long if long else ()),
        *(tr("Try: {line}", line=line) for line in note.tries),
    ]
    if note.refs:
        texts.append("; ".join(note.refs))
    yield from _remark(note.headline, *texts)


def _remark(headline: str, *texts: str) -> Iterator[str]:
    # Notes may come from a stranger's folder, so their words are shown like a server's.
    yield f"| {printable(headline)}"
    for text in texts:
        yield from (f"|   {printable(line)}" for line in text.split("\n"))


def to_object(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON can hold it."""
    moment, selection, diagnosis = explanation[1:]
    found: dict[str, Any] = {
        "on": moment.on,
        "verb": moment.verb,
        "code": moment.code,
        "lines": [_line_object(explained) for explained in explanation.lines],
        "notes": [_note_object(fill_note(note, moment)) for note in selection.shown],
        "more_notes": [note.id for note in selection.rest],
    }
    if diagnosis is not None:
        found["cause"] = {"name": diagnosis.cause, "earlier": fill("{cause.line}", moment)}
    return found


def _pieces(explained: Explained) -> list[tuple[str, str]]:
    return [(_piece(explained.text, gloss), _meaning(gloss)) for gloss in explained.glosses]


def _piece(text: str, gloss: Gloss) -> str:
    piece = printable(text[gloss.start : gloss.end])
    if not piece.strip():
        return f'"{piece}"'
    return piece if len(piece) <= _WIDEST else piece[: _WIDEST - 3] + "..."


def _meaning(gloss: Gloss) -> str:
    head = tr(gloss.head)
    words = f"{head}: {gloss.words}" if gloss.words else head
    return printable(f"{words} [{gloss.ref}]" if gloss.ref else words)


def _line_object(explained: Explained) -> dict[str, Any]:
    text = explained.text
    return {
        "side": explained.side,
        "text": printable(text),
        "problems": [problem._asdict() for problem in explained.problems],
        "pieces": [
            {"text": printable(text[gloss.start : gloss.end]), **gloss._asdict()}
            for gloss in explained.glosses
        ],
    }


def _note_object(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "kind": note.kind,
        "headline": note.headline,
        "short": note.short,
        "long": list(note.long),
        "try": list(note.tries),
        "refs": list(note.refs),
        "concept": note.concept,
        "see": list(note.see),
    }
