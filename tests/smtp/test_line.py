"""Cutting bytes into lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.line import Line, LineBuffer

CASES = [
    pytest.param(b"250 ok\r\n", [b"250 ok"], b"", id="one-line"),
    pytest.param(b"250-a\r\n250 b\r\n", [b"250-a", b"250 b"], b"", id="two-lines"),
    pytest.param(b"\r\n\r\n", [b"", b""], b"", id="empty-lines"),
    pytest.param(b"250 a\nb\r\n", [b"250 a\nb"], b"", id="bare-lf-is-text"),
    pytest.param(b"250 a\rb\r\n", [b"250 a\rb"], b"", id="bare-cr-is-text"),
    pytest.param(b"a\r\r\nb\n\r\n", [b"a\r", b"b\n"], b"", id="cr-and-lf-beside-crlf"),
    pytest.param(b"a\n\rb\r\n", [b"a\n\rb"], b"", id="lf-cr-is-no-end"),
    pytest.param(b"a\x0b\x0c\x1c\x85\r\n", [b"a\x0b\x0c\x1c\x85"], b"", id="other-line-ends"),
    pytest.param(b"220 go\r\n250-inj", [b"220 go"], b"250-inj", id="half-a-line-left"),
    pytest.param(b"half\r", [], b"half\r", id="half-an-end"),
]


def cut(chunks: list[bytes], limit: int = 64) -> tuple[list[Line], bytes]:
    """The lines of *chunks*, taken as they come, and what is left."""
    buffer = LineBuffer(limit)
    got = []
    for chunk in chunks:
        buffer.feed(chunk)
        while (line := buffer.next_line()) is not None:
            got.append(line)
    return got, buffer.take_rest()


def singly(wire: bytes) -> list[bytes]:
    return [wire[i : i + 1] for i in range(len(wire))]


@pytest.mark.parametrize(("wire", "lines", "rest"), CASES)
def test_lines_do_not_depend_on_how_the_network_cut_them(
    wire: bytes, lines: list[bytes], rest: bytes
) -> None:
    """The same bytes give the same lines, whole, byte by byte and cut at any place."""
    expected = ([Line(line) for line in lines], rest)
    assert cut([wire]) == expected
    assert cut(singly(wire)) == expected
    for place in range(len(wire) + 1):
        assert cut([wire[:place], wire[place:]]) == expected


OVERLONG = [
    pytest.param(b"a" * 8 + b"\r\n", [Line(b"a" * 8)], id="as-long-as-it-may-be"),
    pytest.param(b"a" * 9 + b"\r\nb\r\n", [Line(b"a" * 8, True), Line(b"b")], id="one-too-long"),
    pytest.param(b"a" * 99 + b"\r\nb\r\n", [Line(b"a" * 8, True), Line(b"b")], id="much-too-long"),
    pytest.param(b"aaaaaaa\r\r\r\r\r\n", [Line(b"aaaaaaa\r", True)], id="crs-at-the-limit"),
    pytest.param(b"aaaaaaa\rx\nb\r\n", [Line(b"aaaaaaa\r", True)], id="lf-beyond-is-no-end"),
    pytest.param(
        b"ok\r\naaaaaaaaa\r\n", [Line(b"ok"), Line(b"a" * 8, True)], id="behind-a-good-one"
    ),
]


@pytest.mark.parametrize(("wire", "lines"), OVERLONG)
def test_an_overlong_line_is_cut_and_spoils_no_other(wire: bytes, lines: list[Line]) -> None:
    """Its beginning is kept, the rest up to its CRLF thrown away, however it was cut."""
    assert cut([wire], 8) == (lines, b"")
    assert cut(singly(wire), 8) == (lines, b"")
    for place in range(len(wire) + 1):
        assert cut([wire[:place], wire[place:]], 8) == (lines, b"")


def test_an_endless_line_needs_no_endless_memory() -> None:
    """What waits never grows beyond the limit, a CR, and one block."""
    buffer = LineBuffer(limit=100)
    for _ in range(1000):
        buffer.feed(b"x" * 50)
        assert buffer.next_line() is None
        assert buffer.pending <= 151
    buffer.feed(b"\r\nQUIT\r\n")
    assert buffer.next_line() == Line(b"x" * 100, overlong=True)
    assert buffer.next_line() == Line(b"QUIT")


def test_what_waits_can_be_seen_taken_and_forgotten() -> None:
    """STARTTLS asks whether anything is left behind, and must be able to forget it."""
    buffer = LineBuffer()
    buffer.feed(b"STARTTLS\r\nNOOP\r\n")
    assert buffer.next_line() == Line(b"STARTTLS")
    assert buffer.pending == 6
    assert buffer.take_rest() == b"NOOP\r\n"
    assert buffer.pending == 0
    buffer.feed(memoryview(b"half"))
    buffer.clear()
    assert (buffer.pending, buffer.next_line(), buffer.take_rest()) == (0, None, b"")


def test_forgetting_an_overlong_line_forgets_that_it_was_too_long() -> None:
    """After `clear` the next bytes begin a new line."""
    buffer = LineBuffer(limit=4)
    buffer.feed(b"123456")
    buffer.clear()
    buffer.feed(b"abc\r\n")
    assert buffer.next_line() == Line(b"abc")


@given(st.lists(st.text("ab\r\n", max_size=12).map(str.encode), max_size=8))
def test_any_cut_gives_the_same_lines(chunks: list[bytes]) -> None:
    """Cut anywhere, same lines; and lines and rest joined are what came."""
    whole = b"".join(chunks)
    lines, rest = cut(chunks, limit=5)
    assert (lines, rest[:5]) == (cut(singly(whole), limit=5)[0], cut([whole], limit=5)[1][:5])
    if not any(line.overlong for line in lines) and len(rest) < 5:
        assert b"".join(line.data + b"\r\n" for line in lines) + rest == whole
