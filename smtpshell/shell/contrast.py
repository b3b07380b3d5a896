"""Dialogues beside each other, drawn: what is the same on one row, what differs in full.

    =  MAIL FROM:<dora@office.test>                                  250
    !  RCPT TO:<nobody@office.test>
         postfix-like  550 5.1.1 <nobody@office.test>: User unknown
         exim-like     550 no such user here
     |   only postfix-like adds an enhanced status code > It says ...

Marks and places say all of it, so that it can be read without colour.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smtpshell.catalogue import counted, marked, tr
from smtpshell.explain.difference import Heard, Words, explain_difference
from smtpshell.explain.library import Library
from smtpshell.shell.fragment import Line, clip, columns_of, foreign, wrap
from smtpshell.shell.lane import note_lines, reply_style
from smtpshell.shell.voice import Voice
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text
from smtpshell.transcript.compare import WORDS, Row, offers_of
from smtpshell.transcript.turn import UNTOLD, Turn

BESIDE = 120  # columns from which two replies stand beside each other
MOST_SAME = 6  # rows in a row that are the same; of more the middle is left out
MOST_LINES = 3  # of one reply
_MARKS = {"=": marked("the same"), "~": marked("other words"), "!": marked("differs")}


class Contrast(NamedTuple):
    """A comparison to be shown: the *names* of the sides, the *rows*, and words on each row."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    words: tuple[tuple[Words, ...], ...]

    @property
    def equal(self) -> bool:
        """Does no row differ in more than words?"""
        return not any(row.differs for row in self.rows)


def contrast_of(names: Sequence[str], rows: Sequence[Row], library: Library) -> Contrast:
    """*rows* with words on each that differs."""
    words = [
        explain_difference(_heard(names, row), row.classes, library) if row.differs else ()
        for row in rows
    ]
    return Contrast(tuple(names), tuple(rows), tuple(words))


def _heard(names: Sequence[str], row: Row) -> list[Heard]:
    return [
        Heard(
            name,
            turn.codes,
            turn.enhanced,
            offers_of(turn),
            turn.state,
            turn.closed,
            turn.sent,
            turn.remark,
            turn.reason,
            turn.moment,
        )
        for name, turn in zip(names, row.turns, strict=True)
        if turn is not None
    ]


def show(contrast: Contrast, voice: Voice, *, whole: bool = False) -> None:
    """Write it all; *whole* shows replies in full that differ in their words only."""
    _Drawing(contrast, voice, whole=whole).draw()


class _Drawing:
    def __init__(self, contrast: Contrast, voice: Voice, *, whole: bool) -> None:
        self._contrast = contrast
        self._voice = voice
        self._whole = whole
        self._seen = voice.marks.seen
        self._said_already: set[tuple[str, str]] = set()
        self._width = voice.columns - 1
        said = max((columns_of(self._said(row)) for row in contrast.rows), default=0)
        self._line_columns = max(20, min(self._width - 16, said))
        self._left = min((self._width - 8) // 2, self._left_columns())
        self._name_columns = min(24, max(columns_of(name) for name in contrast.names))

    def _left_columns(self) -> int:
        """How wide what stands on the left would like to be."""
        rows = [row for row in self._contrast.rows if row.differs]
        texts = [text for row in rows for text in _reply_lines(row.turns[0])]
        return max(map(columns_of, (self._contrast.names[0], *texts)))

    def draw(self) -> None:
        same: list[Row] = []
        for row, words in zip(self._contrast.rows, self._contrast.words, strict=True):
            if row.differs or (self._whole and row.classes):
                self._same(same)
                same = []
                self._different(row, words)
            else:
                same.append(row)
        self._same(same)
        self._sum()

    def _sum(self) -> None:
        rows = self._contrast.rows
        differing = sum(row.differs for row in rows)
        last = self._contrast.names[-1]
        worded = sum(row.classes == (WORDS,) for row in rows)
        first = ", ".join(self._contrast.names[:-1])
        names = tr("{first} and {last}", first=first, last=last) if first else last
        found = [
            counted(differing, "{count} difference", "{count} differences")
            if differing
            else tr("no difference")
        ]
        if worded:
            found.append(tr("{count} with other words only", count=worded))
        words = counted(
            len(rows),
            "{count} line to {names}: {found}.",
            "{count} lines to {names}: {found}.",
            names=names,
            found=", ".join(found),
        )
        self._voice.say(words, "note.head")
        if self._seen:
            legend = "   ".join(f"{mark} {tr(meaning)}" for mark, meaning in _MARKS.items())
            self._voice.line(legend)

    # -- what is the same

    def _same(self, rows: list[Row]) -> None:
        if len(rows) <= MOST_SAME:
            for row in rows:
                self._whole_row(row)
            return
        keep = MOST_SAME // 2
        hidden = rows[keep:-keep]
        worded = any(row.classes for row in hidden)
        words = counted(
            len(hidden),
            "{count} line more with the same codes",
            "{count} lines more with the same codes",
        )
        mark = "~" if worded else "="
        for row in rows[:keep]:
            self._whole_row(row)
        lead = f"{mark}  " if self._seen else f"{tr(_MARKS[mark])}: "
        self._voice.write([(("note", lead), ("note.line", f"({words})"))])
        for row in rows[-keep:]:
            self._whole_row(row)

    def _whole_row(self, row: Row) -> None:
        self._voice.write([self._row(row)])
        for why in dict.fromkeys(turn.remark for turn in row.turns if turn and turn.remark):
            self._voice.say(f"{why[:1].upper()}{why[1:]}.")

    def _row(self, row: Row) -> Line:
        turn = next(turn for turn in row.turns if turn is not None)
        codes = "/".join(f"{code or '---'}" for code in turn.codes)
        mark = "~" if row.classes else "="
        if not turn.sent:
            codes = tr("not sent")
        closed = f", {tr('hangs up')}" if any(map(_hung_up, row.turns)) else ""
        line = self._said(row)
        if not self._seen:
            return (("note", f"{tr(_MARKS[mark])}: "), ("", line), ("", f": {codes}{closed}"))
        room = self._line_columns
        line = clip(line, room)
        gap = " " * (room - columns_of(line) + 2)
        style = reply_style(turn.code)
        return (("note", f"{mark}  "), ("", line + gap), (style, codes), ("", closed))

    def _said(self, row: Row) -> str:
        if not row.line and all(turn is None or not turn.verb for turn in row.turns):
            return tr("(the greeting)")
        letter = max((len(turn.letter) for turn in row.turns if turn is not None), default=0)
        words = foreign(to_text(row.line)) or tr("(an empty line)")
        verbs = {turn.verb for turn in row.turns if turn is not None}
        if letter and "DOT" in verbs:
            size = counted(letter, "(a letter of {count} line)", "(a letter of {count} lines)")
            return f"{words}  {size}"
        return words

    # -- what differs

    def _different(self, row: Row, words: Sequence[Words]) -> None:
        voice = self._voice
        mark = "!" if row.differs else "~"
        if self._seen:
            line = clip(self._said(row), self._width - 3)
            voice.write([(("note.error", mark), ("", "  "), ("client", line))])
        else:
            head = f"{tr(_MARKS[mark])}: "
            voice.write([(("note.error", head), ("", self._said(row)))])
        if self._seen and len(row.turns) == 2 and voice.columns >= BESIDE:
            voice.write(list(self._beside(row)))
        else:
            for name, turn in zip(self._contrast.names, row.turns, strict=True):
                voice.write(list(self._stacked(name, turn)))
        for one in words:
            if (one.head, one.body) in self._said_already:
                continue
            self._said_already.add((one.head, one.body))
            style = "note.error" if one.of == "reason" else "note.head"
            voice.write(
                note_lines(printable(one.head), printable(one.body), voice.columns, voice.marks,
                           style=style)
            )  # fmt: skip

    def _stacked(self, name: str, turn: Turn | None) -> Iterator[Line]:
        if not self._seen:
            for text in _reply_lines(turn):
                yield (("server", f"{name}: "), ("", text))
            return
        lead = f"     {clip(name, self._name_columns):{self._name_columns}}  "
        room = self._width - len(lead)
        for text in _reply_lines(turn):
            for part in wrap(text, room):
                yield (("server", lead), *_coloured(part, turn))
                lead = " " * len(lead)

    def _beside(self, row: Row) -> Iterator[Line]:
        columns = []
        rooms = (self._left, self._width - 8 - self._left)
        for name, turn, room in zip(self._contrast.names, row.turns, rooms, strict=True):
            parts = [part for text in _reply_lines(turn) for part in wrap(text, room)]
            columns.append([clip(name, room), *(clip(part, room) for part in parts)])
        for number in range(max(map(len, columns))):
            left, right = (one[number] if number < len(one) else "" for one in columns)
            gap = " " * (self._left - columns_of(left))
            if number:
                first, second = row.turns
                yield (
                    ("", "     "), *_coloured(left, first), ("note", f"{gap} | "),
                    *_coloured(right, second),
                )  # fmt: skip
            else:
                yield (("", "     "), ("server", left), ("note", f"{gap} | "), ("server", right))


def _hung_up(turn: Turn | None) -> bool:
    """Did anybody, as far as is known?"""
    return turn is not None and turn.closed not in ("", UNTOLD)


def _coloured(part: str, turn: Turn | None) -> Line:
    """The code in its colour, where the line begins with it."""
    if turn is not None and part[:3].isdigit() and turn.code is not None:
        return ((reply_style(turn.code), part[:3]), ("", part[3:]))
    return (("", part),)


def _reply_lines(turn: Turn | None) -> Iterator[str]:
    """What a server answered, as it may be shown, and what became of the connection."""
    if turn is None:
        yield tr("(nothing of the kind was said)")
        return
    if not turn.sent:
        yield tr("(not sent)")
        return
    lines = [line.text for reply in turn.replies for line in reply.lines]
    shown = lines[:1] if offers_of(turn) else lines[:MOST_LINES]
    for text in shown:
        yield foreign(text)
    if len(lines) > len(shown):
        yield counted(
            len(lines) - len(shown), "(and {count} line more)", "(and {count} lines more)"
        )
    if not lines:
        yield tr("(no reply)")
    if _hung_up(turn):
        yield tr("(the connection is closed: {words})", words=tr(turn.closed))
