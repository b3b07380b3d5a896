"""The two lanes and what stands between them: values in, lines out. Nothing here prints.

A peer's line is shown character by character as it came, made printable; colours follow the
parser's tokens. Remarks point at the odd place with a caret, notes begin with a bar, so that never
a word of ours looks like the server's.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.shell.fragment import MOST_COLUMNS, Fragment, Line, columns_of, foreign, wrap
from smtpshell.smtp.printable import printable, printable_span
from smtpshell.smtp.reply import ReplyLine
from smtpshell.smtp.span import Problem, Token, TokenKind

if TYPE_CHECKING:
    from smtpshell.explain.gloss import Gloss

WIDEST_NOTE = 100  # columns; longer lines are hard to read, however wide the terminal
NARROWEST_NOTE = 30
MOST_BESIDE = 2  # rows of words beside a caret


class Marks(NamedTuple):
    """How a line of each lane begins."""

    client: str
    server: str
    note: str
    more: str  # the further lines of a note
    head: str  # between the head of a note and its words
    seen: bool  # carets, columns and wrapped words; else one line for each thing said


MARKS = Marks("C: ", "S: ", " | ", " |   ", " > ", True)
# For screen readers: words, and nothing that is meant to be seen one under the other.
_SPOKEN = (marked("you sent: "), marked("server says: "), marked("note: "))


def marks_of(*, plain: bool) -> Marks:
    """How lines begin for this reader, by ear if *plain*."""
    if not plain:
        return MARKS
    client, server, note = map(tr, _SPOKEN)
    return Marks(client, server, note, note, ": ", False)


STYLES = {
    TokenKind.VERB: "verb",
    TokenKind.KEYWORD: "keyword",
    TokenKind.COLON: "keyword",
    TokenKind.BRACKET: "path",
    TokenKind.ROUTE: "path",
    TokenKind.LOCAL_PART: "path",
    TokenKind.AT: "path",
    TokenKind.DOMAIN: "path",
    TokenKind.LITERAL: "path",
    TokenKind.HOST: "path",
    TokenKind.PARAMETER: "parameter",
    TokenKind.EQUALS: "parameter",
    TokenKind.VALUE: "value",
    TokenKind.NUMBER: "value",
    TokenKind.MECHANISM: "parameter",
    TokenKind.BASE64: "value",
    TokenKind.DOT: "dot",
    TokenKind.CANCEL: "dot",
    TokenKind.HEADER_NAME: "header",
    TokenKind.ENHANCED: "enhanced",
    TokenKind.EHLO_KEYWORD: "ehlo",
    TokenKind.EHLO_PARAMETER: "value",
}


def reply_style(code: int | None) -> str:
    """The style of a reply code, by its first digit."""
    digit = (code or 0) // 100
    return f"reply.{digit}" if 2 <= digit <= 5 else "reply.odd"


def coloured(text: str, tokens: Iterable[Token], code: int | None = None) -> Iterator[Fragment]:
    """*text*, made printable, in the colours of its tokens; a very long one is cut."""
    whole = foreign(text)
    used = 0
    for token in tokens:
        start, end = printable_span(text, token.start, token.end)
        if start > used:
            yield ("", whole[used:start])
        style = STYLES.get(token.kind, "")
        if token.kind is TokenKind.CODE:
            style = reply_style(code)
        used = max(used, min(end, MOST_COLUMNS))
        if whole[start:used]:
            yield (style, whole[start:used])
        if end > MOST_COLUMNS:
            break
    if used < len(whole):
        yield ("", whole[used:])


def client_line(text: str, tokens: Iterable[Token], marks: Marks = MARKS, *, end: str = "") -> Line:
    """What went over the wire; *end* shows how the line ended where that is asked for."""
    tail = (("value", end),) if end else ()
    return (("client", marks.client), *coloured(text, tokens), *tail)


def hidden_client_line(marks: Marks = MARKS) -> Line:
    """An answer of an AUTH exchange that the learner wants hidden."""
    return (
        ("client", marks.client),
        ("value", "*" * 8),
        ("note", f"  ({tr('hidden: `:set mask off`')})"),
    )


def server_line(line: ReplyLine, marks: Marks = MARKS, *, end: str = "") -> Line:
    """One line of a reply as it came."""
    tail = (("value", end),) if end else ()
    return (("server", marks.server), *coloured(line.text, line.tokens, line.code), *tail)


def remark_words(problem: Problem) -> str:
    """The words of *problem* with its source."""
    source = f" ({problem.ref})" if problem.ref else ""
    return tr(problem.message).rstrip(".") + source


def remark_lines(
    text: str, problem: Problem, words: str, width: int, marks: Marks = MARKS
) -> list[Line]:
    """*words* under the odd place of *text*, which stands in the client's lane."""
    if not marks.seen:
        odd = printable(text[problem.start : problem.end])
        where = tr("at {odd}: ", odd=repr(odd)) if odd.strip() else ""
        return say(where + words, width, marks, style="remark")
    start, end = printable_span(text, problem.start, problem.end)
    before = len(marks.client) + start
    caret = "^" * max(1, end - start)
    room = min(width, before + WIDEST_NOTE) - before - len(caret) - 2
    if room < NARROWEST_NOTE or len(wrap(words, room)) > MOST_BESIDE:  # the words stand below
        lines = say(words, width, marks, style="remark")
        if before + len(caret) < width:
            lines.insert(0, (("", " " * before), ("remark", caret)))
        return lines
    first, *rest = wrap(words, room)
    hang = " " * (before + len(caret) + 1)
    lines = [(("", " " * before), ("remark", f"{caret} {first}"))]
    return lines + [(("", hang), ("remark", part)) for part in rest]


def _room(width: int, marks: Marks) -> int:
    """How long the lines of a note may get."""
    if not marks.seen:
        return sys.maxsize
    return max(NARROWEST_NOTE, min(width, WIDEST_NOTE) - len(marks.more) - 1)


def note_lines(
    head: str, body: str, width: int, marks: Marks = MARKS, *, style: str = "note.head"
) -> list[Line]:
    """`| head > body`, wrapped; both are our own words."""
    words = f"{head}{marks.head}{body}" if head and body else head or body
    first, *rest = wrap(words, _room(width, marks))
    lines: list[Line] = []
    if head and first.startswith(head):
        lines.append((("note", marks.note), (style, head), ("", first[len(head) :])))
    else:
        lines.append((("note", marks.note), (style if head else "", first)))
    lines += [(("note", marks.more), ("", text)) for text in rest]
    return lines


def say(text: str, width: int, marks: Marks = MARKS, *, style: str = "") -> list[Line]:
    """Words of the shell itself, paragraph by paragraph."""
    room = _room(width, marks)
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        lines += [(("note", marks.note), (style, part)) for part in wrap(paragraph, room)]
    return lines


def table(
    rows: Sequence[tuple[str, str]], width: int, marks: Marks = MARKS, *, style: str = "verb"
) -> list[Line]:
    """Two columns: a word and what it means; the meaning is wrapped beside the word."""
    if not rows:
        return []
    if not marks.seen:
        return [
            (("note", marks.note), (style, word), ("", f": {meaning}" if meaning else ""))
            for word, meaning in rows
        ]
    left = min(max(columns_of(word) for word, _ in rows), 28)
    room = max(NARROWEST_NOTE, min(width, WIDEST_NOTE) - len(marks.note) - left - 3)
    lines: list[Line] = []
    for word, meaning in rows:
        first, *rest = wrap(meaning, room)
        gap = left - columns_of(word)
        if gap < 0:
            lines.append((("note", marks.note), (style, word)))
            lines.append((("note", marks.note), ("", f"{'':{left}}  {first}")))
        else:
            padded = word + " " * gap
            lines.append((("note", marks.note), (style, padded), ("", f"  {first}")))
        lines += [(("note", marks.note), ("", f"{'':{left}}  {part}")) for part in rest]
    return lines


def visible_end(eol: bytes) -> str:
    """How a line ended, in letters: <CR><LF>, <LF>, or <no line end>."""
    names = eol.replace(b"\r", b"<CR>").replace(b"\n", b"<LF>").decode("ascii")
    return names or tr("<no line end>")


def hex_lines(data: bytes, marks: Marks = MARKS) -> list[Line]:
    """Octets, sixteen a line: position, hexadecimal, text."""
    lines: list[Line] = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(
            (("note", marks.note), ("value", f"{at:05x}  {row.hex(' '):47}  "), ("", text))
        )
    return lines


def gloss_lines(
    text: str, glosses: "Iterable[Gloss]", width: int, marks: Marks = MARKS
) -> list[Line]:
    """*text*, and under it each of its pieces with what it means."""
    lines: list[Line] = [(("note", marks.note), ("note.head", foreign(text)))]
    rows = []
    for gloss in glosses:
        if gloss.head == "space" and gloss.known and gloss.end == gloss.start + 1:
            continue  # there is one between any two words
        piece = foreign(text[gloss.start : gloss.end])
        source = f" ({gloss.ref})" if gloss.ref else ""
        rows.append(
            (piece if piece.strip() else repr(piece), f"{tr(gloss.head)}: {gloss.words}{source}")
        )
    return lines + table(rows, width, marks)
