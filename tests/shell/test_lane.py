"""Lanes, remarks and notes as lines; and that no stranger's text gets through."""

from __future__ import annotations

import pytest

from smtpshell.shell.fragment import MOST_COLUMNS, clip, foreign, text_of, wrap
from smtpshell.shell.lane import (
    MARKS,
    client_line,
    hex_lines,
    hidden_client_line,
    marks_of,
    note_lines,
    remark_lines,
    say,
    server_line,
    table,
    visible_end,
)
from smtpshell.shell.theme import CLASSES
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply_line
from smtpshell.smtp.span import Problem

HOSTILE = [
    "250 \x1b]0;title\x07",
    "250 \x1b[9999C",
    "250 \u009b2J",
    "250 a\rb\x08c\x00",
    "250 \u202eevil\u2066",
    "250 e" + "\u0301" * 20,
    b"250 \xff\xfe".decode("utf-8", "surrogateescape"),
    "\x1b[2J",
    "250-\x1bSIZE\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_a_server_says_is_printable_on_the_screen(text: str) -> None:
    """Every fragment of the line, whatever the tokens."""
    for line in (parse_reply_line(text), parse_reply_line(text).as_ehlo()):
        shown = server_line(line)
        assert all(part.isprintable() for _, part in shown)
        assert text_of(shown) == "S: " + foreign(text)
        assert {style for style, _ in shown} <= {"", *CLASSES}


def test_a_client_line_is_shown_as_it_went_over_the_wire() -> None:
    """In the colours of its tokens, letter by letter."""
    text = "mail from: <ana@office.test> SIZE=9\x07"
    shown = client_line(text, parse_command(text).tokens)
    assert text_of(shown) == "C: mail from: <ana@office.test> SIZE=9\\x07"
    assert ("verb", "mail") in shown
    assert {style for style, _ in shown} <= {"", *CLASSES}


def test_an_endless_line_is_cut_and_its_length_told() -> None:
    """300 columns are shown."""
    text = "250 " + "x" * 5000
    shown = text_of(server_line(parse_reply_line(text)))
    assert shown.endswith("... (5004 octets)")
    assert len(shown) < MOST_COLUMNS + 30


@pytest.mark.parametrize(
    ("code", "style"),
    [("250", "reply.2"), ("354", "reply.3"), ("450", "reply.4"), ("550", "reply.5")],
)
def test_codes_are_coloured_by_class(code: str, style: str) -> None:
    """And by nothing else."""
    assert (style, code) in server_line(parse_reply_line(f"{code} x"))


def remark(text: str, start: int, end: int, width: int = 80) -> list[str]:
    problem = Problem("space-after-colon", start, end, "no space here")
    lines = remark_lines(text, problem, "no space here (RFC 5321 3.3)", width)
    return [text_of(line) for line in lines]


def test_the_caret_stands_under_the_place() -> None:
    """Counted from the client's mark, as the line above is."""
    assert remark("MAIL FROM: <>", 10, 11) == [" " * 13 + "^ no space here (RFC 5321 3.3)"]
    assert remark("a\x00b", 2, 3) == [" " * 8 + "^ no space here (RFC 5321 3.3)"]
    assert remark("x", 1, 1)[0].startswith("    ^ ")


def test_far_to_the_right_the_words_stand_below_the_caret() -> None:
    """They are never cut off."""
    assert remark("x" * 70, 65, 66) == [" " * 68 + "^", " | no space here (RFC 5321 3.3)"]
    assert remark("x" * 200, 190, 191) == [" | no space here (RFC 5321 3.3)"]


def test_to_a_screen_reader_the_place_is_named() -> None:
    """No caret, one line."""
    problem = Problem("comma-list", 4, 5, "One address.")
    (line,) = remark_lines("a@b.,c", problem, "one address", 80, marks_of(plain=True))
    assert text_of(line) == "note: at ',': one address"


def test_notes_are_wrapped_and_marked() -> None:
    """Every row begins with the bar, so that none looks like the server's."""
    rows = [text_of(line) for line in note_lines("Head", "word " * 30, 60)]
    assert rows[0].startswith(" | Head > word")
    assert all(row.startswith(" |   word") for row in rows[1:])
    assert max(map(len, rows)) <= 60


def test_spoken_notes_are_one_line_each() -> None:
    """Words instead of signs, and no wrapping in between."""
    (line,) = note_lines("Head", "word " * 30, 60, marks_of(plain=True))
    assert text_of(line).startswith("note: Head: word word")
    assert [text_of(row) for row in table([("a", "b" * 90)], 40, marks_of(plain=True))] == [
        "note: a: " + "b" * 90
    ]


def test_tables_stand_in_columns() -> None:
    """A long meaning is wrapped beside its word."""
    rows = [text_of(line) for line in table([("a", "one"), ("long", "word " * 20)], 50)]
    assert rows[0] == " | a     one"
    assert rows[1].startswith(" | long  word")
    assert all(row.startswith(" |       word") for row in rows[2:])
    assert table([], 80) == []
    assert len(table([("w" * 40, "one")], 60)) == 2


@pytest.mark.parametrize(
    ("eol", "shown"),
    [(b"\r\n", "<CR><LF>"), (b"\n", "<LF>"), (b"\r", "<CR>"), (b"", "<no line end>")],
)
def test_line_ends_in_letters(eol: bytes, shown: str) -> None:
    """So that one sees what was sent."""
    assert visible_end(eol) == shown


def test_hexadecimal_rows() -> None:
    """Position, octets, text."""
    rows = [text_of(line) for line in hex_lines(b"NOOP\r\n" + bytes(14))]
    assert len(rows) == 2
    assert rows[0].startswith(" | 00000  4e 4f 4f 50 0d 0a 00")
    assert rows[0].endswith("NOOP............")


def test_hidden_answers_have_no_length() -> None:
    """Eight stars whatever was typed."""
    assert text_of(hidden_client_line()).startswith("C: ********  (hidden")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a bb ccc", 4, ["a bb", "ccc"]),
        ("toolongword a", 4, ["toolongword", "a"]),
        ("", 10, [""]),
        ("\u4f60\u597d \u4f60\u597d", 5, ["\u4f60\u597d", "\u4f60\u597d"]),
        ("say `a b c` now", 9, ["say", "`a b c`", "now"]),
        ("say `x`, `a b`.", 9, ["say `x`,", "`a b`."]),
        ("`aa bb cc` d", 6, ["`aa bb", "cc` d"]),
        ("it`s a b", 4, ["it`s", "a b"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    """At spaces, by columns (some characters take two), and not in what is to be typed."""
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("abc", 3, "abc"), ("abcdef", 5, "ab..."), ("abcdef", 2, "..")]
)
def test_clip(text: str, width: int, shown: str) -> None:
    """What is missing is marked."""
    assert clip(text, width) == shown


def test_paragraphs() -> None:
    """Each begins a row of its own."""
    assert [text_of(line) for line in say("a\nb", 80, MARKS)] == [" | a", " | b"]


def test_a_table_is_straight_whatever_its_words_are_made_of() -> None:
    """A letter may take two columns, a mark none."""
    rows = [
        text_of(row) for row in table([("\u540d\u524d", "a"), ("e\u0301", "b"), ("word", "c")], 60)
    ]
    assert rows == [" | \u540d\u524d  a", " | e\u0301     b", " | word  c"]
