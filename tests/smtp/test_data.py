"""Mail data: transparency, its end and its look-alikes, chunks."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.data import (
    ChunkReader,
    MailDataReader,
    Offences,
    dot_stuff,
    unstuff,
    whole_letter,
)

STUFFED = [
    (b"", b""),
    (b"a", b"a"),
    (b".", b".."),
    (b".first\r\nx\n.y\r\n.z", b"..first\r\nx\n.y\r\n..z"),
    (b"\r\n.\r\n", b"\r\n..\r\n"),
    (b"\r\n\r\n..\r\n", b"\r\n\r\n...\r\n"),
    (b"\r.\r\n.", b"\r.\r\n.."),
]


@pytest.mark.parametrize(("message", "data"), STUFFED)
def test_transparency_there_and_back(message: bytes, data: bytes) -> None:
    """Every leading dot is doubled, the first line's too; a dot behind a bare LF is text."""
    assert dot_stuff(message) == data
    assert unstuff(data) == message


@given(st.text("ab.\r\n").map(str.encode))
def test_any_message_survives_transparency(message: bytes) -> None:
    """unstuff(dot_stuff(x)) is x, and what is stuffed holds no end."""
    stuffed = dot_stuff(message)
    assert unstuff(stuffed) == message
    assert b"\r\n.\r\n" not in b"\r\n" + stuffed


def take(wire: bytes, cuts: list[int]) -> tuple[MailDataReader, bytes]:
    """A reader that got *wire* in pieces, and what it left of it."""
    reader = MailDataReader()
    left = b""
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        piece = wire[start:end]
        left += piece[reader.feed(piece) :]
    return reader, left


def results(wire: bytes, cuts: list[int]) -> tuple[bool, bytes, int, Offences, bytes]:
    reader, left = take(wire, cuts)
    return reader.done, reader.stored, reader.octets, reader.offences, left


ENDS = [
    pytest.param(b".\r\n", b"", b"", id="nothing-at-all"),
    pytest.param(b"a\r\n.\r\n", b"a\r\n", b"", id="one-line"),
    pytest.param(b"\r\n.\r\n", b"\r\n", b"", id="empty-line"),
    pytest.param(b"..\r\n.\r\n", b".\r\n", b"", id="a-lone-dot-inside"),
    pytest.param(b"..a\r\n...\r\nb.\r\n.\r\n", b".a\r\n..\r\nb.\r\n", b"", id="dots"),
    pytest.param(b".a\r\n.\r\n", b"a\r\n", b"", id="dot-not-doubled"),
    pytest.param(b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n", id="a-command-behind"),
    pytest.param(b"a\r\n.\r\n.\r\n", b"a\r\n", b".\r\n", id="a-second-end-behind"),
    pytest.param(b"a\r\r\n.\r\n", b"a\r\r\n", b"", id="cr-before-the-end"),
    pytest.param(b"a\r\n\r\n.\r\n", b"a\r\n\r\n", b"", id="empty-line-before-the-end"),
    pytest.param(b"a\r\n.\r\r\n.\r\n", b"a\r\n\r\r\n", b"", id="dot-cr-crlf-is-none"),
]


@pytest.mark.parametrize(("wire", "message", "left"), ENDS)
def test_the_end_is_found_however_the_network_cut_it(
    wire: bytes, message: bytes, left: bytes
) -> None:
    """Whole, byte by byte and cut at every place; what stands behind the end is left alone."""
    whole = results(wire, [])
    assert whole[:3] == (True, message, len(message))
    assert whole[4] == left
    assert results(wire, list(range(1, len(wire)))) == whole
    for place in range(len(wire)):
        assert results(wire, [place]) == whole


_EOLS = [b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\n", b"\r\0\n", b"\0\n", b"\r\n\0", b"\n\r"]
_OTHER_EOLS = [b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8"]
_DOTS = [
    b"\xff\xf1.",
    "\ufeff.".encode(),
    "\u2024".encode(),
    b".",
    b" .",
    b". ",
    b".\t",
    b"..",
    b".x\b",
    b".\0",
    b"=2E",
    "\uff0e".encode(),
]
LOOK_ALIKES = sorted(
    {
        before + dot + after
        for before, dot, after in product([*_EOLS, *_OTHER_EOLS], _DOTS, [*_EOLS, *_OTHER_EOLS])
        if (before[-2:], dot, after[:2]) != (b"\r\n", b".", b"\r\n")
    }
)


def test_nothing_that_looks_like_the_end_is_the_end() -> None:
    """Only CRLF, dot, CRLF ends a message, whatever else people have found servers to take."""
    for like in LOOK_ALIKES:
        wire = b"text" + like + b"MAIL FROM:<smuggled@example.org>\r\n"
        for cuts in ([], list(range(1, len(wire)))):
            reader, left = take(wire, cuts)
            assert not reader.done, like
            assert left == b""
            assert reader.feed(b".\r\nQUIT\r\n") == 3
            assert reader.done


@pytest.mark.parametrize("first", [b".\n", b".\rX", b"\n.\n", b"\n.\r\n", b".\0\r\n", b". \r\n"])
def test_nothing_that_looks_like_the_end_is_one_at_the_start(first: bytes) -> None:
    """The first line is begun by the CRLF before it, and by nothing else."""
    reader, _ = take(first, [])
    assert not reader.done


def test_a_dot_first_in_a_segment_is_no_dot_first_in_a_line() -> None:
    """Where the network cuts means nothing."""
    reader, left = take(b"a.\r\nb\r\n", [1])
    assert (reader.done, reader.stored, left) == (False, b"a.\r\nb", b"")


OFFENCES = [
    (b"a\r\nb\r\n", Offences()),
    (b"a\rb\r\n", Offences(bare_cr=1)),
    (b"a\nb\n\r\n", Offences(bare_lf=2)),
    (b"a\r\r\n", Offences(bare_cr=1)),
    (b"\n\r\r\n", Offences(bare_cr=1, bare_lf=1)),
    (b"a\0\0\r\n", Offences(nul=2)),
    (b"x" * 998 + b"\r\n", Offences()),
    (b"x" * 999 + b"\r\n", Offences(longest_line=999)),
    (b"." + b"x" * 999 + b"\r\n", Offences(longest_line=999)),
    (b"x" * 1500 + b"\r\n" + b"x" * 1200 + b"\r\nx\r\n", Offences(longest_line=1500)),
    (b"x\r\n" * 700 + b"x" * 1200 + b"\r\n" + b"x" * 2300 + b"\r\n", Offences(longest_line=2300)),
]


@pytest.mark.parametrize(("message", "offences"), OFFENCES, ids=range(len(OFFENCES)))
def test_what_must_not_be_in_a_message_is_counted(message: bytes, offences: Offences) -> None:
    """Bare line ends, NUL and lines over 998 octets, however the network cut them."""
    wire = message + b".\r\n"
    assert results(wire, [])[3] == offences
    assert results(wire, list(range(1, len(wire))))[3] == offences
    for place in (1, len(wire) // 2, len(message) - 1, len(message), len(wire) - 1):
        assert results(wire, [place])[3] == offences


def test_an_endless_line_is_counted_while_it_comes() -> None:
    """So that the server can stop listening."""
    reader = MailDataReader()
    for _ in range(5):
        reader.feed(b"x" * 1000)
    assert reader.offences.longest_line == 5000


pieces = st.sampled_from([b"a", b".", b"\r", b"\n", b"\r\n", b"\r\n.", b"..", b"\0", b"x" * 400])


@given(st.lists(pieces, max_size=30).map(b"".join), st.data())
def test_any_cut_gives_the_same_message(wire: bytes, data: st.DataObject) -> None:
    """And the plain way to do it, line by line, gives the same too."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(wire)), max_size=6)))
    assert results(wire, cuts) == results(wire, [])
    whole = wire + b"\r\n.\r\n"
    done, stored, _, offences, left = results(whole, cuts)
    body, _, rest = (b"\r\n" + whole).partition(b"\r\n.\r\n")
    assert done
    assert stored == unstuff((body + b"\r\n")[2:])
    assert left == rest
    longest = max(map(len, stored.split(b"\r\n")))
    assert offences.longest_line == (longest if longest > 998 else 0)


def test_a_message_over_the_limit_is_not_kept_but_its_end_is_found() -> None:
    """The server may answer 552 where the message ends."""
    reader = MailDataReader(limit=10)
    reader.feed(b"12345678\r\n")
    assert (reader.over_limit, reader.stored) == (False, b"12345678")
    reader.feed(b"x\r\n")
    assert (reader.over_limit, reader.stored) == (True, b"")
    assert reader.feed(b"y\r\n.\r\nQUIT") == 6
    assert (reader.done, reader.octets, reader.stored) == (True, 16, b"")
    assert reader.feed(b"QUIT") == 0


def test_a_message_need_not_be_kept() -> None:
    """Only counted; any kind of buffer will do."""
    reader = MailDataReader(keep=False)
    assert reader.feed(memoryview(b"abc\r\n.\r\n")) == 8
    assert (reader.done, reader.octets, reader.stored) == (True, 5, b"")
    other = MailDataReader()
    other.feed(bytearray(b"a"))
    other.feed(bytearray(b"b\r\n.\r\n"))
    assert other.stored == other.stored == b"ab\r\n"


def test_chunks_are_counted_and_nothing_else() -> None:
    """What looks like an end is data; what is beyond the size is not taken."""
    reader = ChunkReader(10)
    assert not reader.done
    assert reader.feed(b"ab\r\n.\r") == 6
    assert reader.feed(memoryview(b"\n..xQUIT\r\n")) == 4
    assert (reader.done, reader.octets, reader.stored) == (True, 10, b"ab\r\n.\r\n..x")
    assert reader.feed(b"QUIT") == 0


def test_a_chunk_may_be_empty_and_need_not_be_kept() -> None:
    """BDAT 0 LAST ends a message; a refused chunk is read and dropped."""
    assert ChunkReader(0).done
    assert ChunkReader(0).stored == b""
    reader = ChunkReader(3, keep=False)
    assert reader.feed(b"abc") == 3
    assert (reader.done, reader.stored) == (True, b"")


@given(st.binary(max_size=40), st.integers(0, 50), st.integers(1, 9))
def test_any_cut_gives_the_same_chunk(wire: bytes, size: int, step: int) -> None:
    """The first octets, as many as there should be."""
    reader = ChunkReader(size)
    taken = sum(reader.feed(wire[at : at + step]) for at in range(0, len(wire), step))
    assert taken == reader.octets == min(size, len(wire))
    assert reader.stored == wire[:size]


@given(st.lists(pieces, max_size=30).map(b"".join))
def test_a_letter_in_one_piece_is_what_the_reader_makes_of_it(wire: bytes) -> None:
    """If it is whole and right, it is the message; if it is not, the reader is to read it."""
    block = wire + b"\r\n.\r\n"
    reader = MailDataReader()
    used = reader.feed(block)
    as_sent = used == len(block) and reader.stored + b".\r\n" == block
    right = as_sent and reader.clean
    assert whole_letter(block) == (reader.stored if right else None)


@pytest.mark.parametrize(
    ("block", "limit"),
    [
        (b"", None),
        (b"no end\r\n", None),
        (b"an end\r\n.\r\nand more", None),
        (b"two ends\r\n.\r\n.\r\n", None),
        (b".\r\n", None),
        (b"..stuffed\r\n.\r\n", None),
        (b"bare\nLF\r\n.\r\n", None),
        (b"NUL\0\r\n.\r\n", None),
        (b"x" * 999 + b"\r\n.\r\n", None),
        (b"short\r\n" + b"x" * 999 + b"\r\nshort\r\n.\r\n", None),
        (b"twelve octets\r\n.\r\n", 14),
    ],
)
def test_no_letter_in_one_piece(block: bytes, limit: int | None) -> None:
    """Not whole, more than that, to be changed, at fault, or too long."""
    assert whole_letter(block, limit) is None


@pytest.mark.parametrize("lines", [[70], [998], [998, 998, 998], [10, 998, 1, 997, 998]])
def test_a_letter_in_one_piece(lines: list[int]) -> None:
    """Lines may have 998 octets."""
    letter = b"".join(b"x" * octets + b"\r\n" for octets in lines)
    assert whole_letter(letter + b".\r\n", len(letter)) == letter


def test_a_letter_in_one_piece_that_is_too_long() -> None:
    """Its end is found, its octets are counted, and nothing of it is kept."""
    reader = MailDataReader(limit=10)
    reader.feed(b"twelve octets\r\n.\r\n")
    assert reader.done
    assert reader.over_limit
    assert (reader.octets, reader.stored) == (15, b"")
