"""Mail data as careless servers read it: which ends they take, and that cutting changes nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.data import MailDataReader
from smtpshell.smtp.lenient import ENDS, LenientReader

HEAD, TAIL = b"Subject: hi\r\n\r\nfirst", b"MAIL FROM:<evil@far.test>\r\n.\r\n"
OCTETS = st.lists(
    st.sampled_from(
        [b".", b"\r", b"\n", b"\0", b"\r\n", b"\r\n.", b"a", b"\r\n.\r\n", *ENDS.values()]
    ),
    max_size=12,
).map(b"".join)


@pytest.mark.parametrize(("name", "end"), ENDS.items(), ids=ENDS)
def test_each_end_ends_a_letter(name: str, end: bytes) -> None:
    """What stands before it is the letter; what comes behind it is not taken."""
    reader = LenientReader([name])
    assert reader.feed(HEAD + end + TAIL) == len(HEAD + end)
    assert reader.done
    assert reader.stored == HEAD + b"\r\n"


@pytest.mark.parametrize(("name", "end"), ENDS.items(), ids=ENDS)
def test_a_server_that_takes_none_of_them_reads_on(name: str, end: bytes) -> None:
    """The strict reader, and the lenient one that was told of another end alone."""
    other = next(one for one, octets in ENDS.items() if octets not in HEAD + end + TAIL)
    for reader in (MailDataReader(), LenientReader([other])):
        assert reader.feed(HEAD + end + TAIL) == len(HEAD + end + TAIL)
        assert reader.done


@pytest.mark.parametrize(
    ("data", "stored"),
    [(b".\n", b""), (b".\r\n", b""), (b"\n.\n", b"\r\n"), (b"a\r\n.\n", b"a\r\n")],
)
def test_the_first_line_is_no_exception(data: bytes, stored: bytes) -> None:
    """The line end before the very first line was that of the 354."""
    reader = LenientReader(["LF.LF", "CRLF.LF"])
    assert reader.feed(data + b"NOOP\r\n") == len(data)
    assert reader.stored == stored


@given(OCTETS, st.lists(st.integers(0, 40), max_size=5), st.sets(st.sampled_from(sorted(ENDS))))
def test_where_it_is_cut_does_not_matter(data: bytes, cuts: list[int], ends: set[str]) -> None:
    """The same octets are taken, and the same letter is stored, in one block or in many."""
    whole = LenientReader(ends)
    taken = whole.feed(data)
    reader, used = LenientReader(ends), 0
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for start, stop in pairwise(edges):
        used += reader.feed(data[start:stop])
    assert (used, reader.done) == (taken, whole.done)
    if whole.done:
        assert reader.stored == whole.stored


@given(OCTETS, st.integers(0, 40))
def test_without_other_ends_it_is_the_strict_reader(data: bytes, cut: int) -> None:
    """Leniency is nothing but the ends one names."""
    lenient, strict = LenientReader([]), MailDataReader()
    for block in (data[:cut], data[cut:]):
        assert lenient.feed(block) == strict.feed(block)
    assert lenient.done == strict.done
    if strict.done:
        assert lenient.stored == strict.stored
        assert lenient.offences == strict.offences
