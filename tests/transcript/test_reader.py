"""Reading transcripts: by whatever hand they were written, and from strangers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.errors import TranscriptError
from smtpshell.smtp.event import UNASKED, Event, EventKind
from smtpshell.transcript.reader import is_transcript, parse_transcript, read_transcript

K = EventKind
HEAD = b"smtpshell transcript 1\n"


HANDWRITTEN = [
    pytest.param(b"C: QUIT\nS: 221 Bye", [(K.CLIENT, b"QUIT"), (K.SERVER, b"221 Bye")], id="bare"),
    pytest.param(b"C:QUIT\n", [(K.CLIENT, b"QUIT")], id="no-blank"),
    pytest.param(b"C:  x\n", [(K.CLIENT, b" x")], id="second-blank-is-text"),
    pytest.param(b"C:\nC: \n", [(K.CLIENT, b""), (K.CLIENT, b"")], id="empty"),
    pytest.param(b"\n  \nC: x\n\n", [(K.CLIENT, b"x")], id="blank-lines"),
    pytest.param(b"C: a\r\nS: b\r\n", [(K.CLIENT, b"a"), (K.SERVER, b"b")], id="crlf"),
    pytest.param(b"\xef\xbb\xbfC: a", [(K.CLIENT, b"a")], id="byte-order-mark"),
    pytest.param(b"C: a: b\nC: a: b", [(K.CLIENT, b"a: b")] * 2, id="colon-in-text"),
    pytest.param(
        b"C:a: b\nC:a: b\nC: x", [(K.CLIENT, b"a: b")] * 2 + [(K.CLIENT, b"x")], id="glued"
    ),
    pytest.param(b"C:\nC:: b", [(K.CLIENT, b""), (K.CLIENT, b": b")], id="colon-first"),
    pytest.param(b"# hello\nC: x", [(K.REMARK, b"hello"), (K.CLIENT, b"x")], id="remark"),
    pytest.param(b"C: # x", [(K.CLIENT, b"# x")], id="not-a-remark"),
    pytest.param(b"C: caf\xc3\xa9", [(K.CLIENT, b"caf\xc3\xa9")], id="utf-8"),
    pytest.param(b"C: \\xfF\\t\\\\", [(K.CLIENT, b"\xff\t\\")], id="escapes"),
]


@pytest.mark.parametrize(("text", "expected"), HANDWRITTEN)
def test_what_people_write_is_understood(
    text: bytes, expected: list[tuple[EventKind, bytes]]
) -> None:
    """A dialogue needs neither head nor times."""
    assert [(event.kind, event.data) for event in parse_transcript(text).events] == expected


def test_a_line_without_a_time_has_that_of_the_line_above() -> None:
    """So one may write down only the pauses that matter."""
    text = b"C: a\n 2.5 C: b\nS: c\n2.5  ~*S: d\n  3 # e\n"
    assert [event.time for event in parse_transcript(text).events] == [0.0, 2.5, 2.5, 2.5, 3.0]


def test_marks_are_read_in_any_order_and_do_not_stick() -> None:
    """Each line says for itself whether it was under TLS and whether it was asked for."""
    events = parse_transcript(b"~S: a\nS: a\n*~S: a\n~*S: a\n~S: a\n").events
    assert [event.tls for event in events] == [True, False, True, True, True]
    assert [event.detail == UNASKED for event in events] == [False, False, True, True, False]


def test_the_numbers_of_lines_are_kept() -> None:
    """Whoever reports something about an event can say where it stands."""
    transcript = parse_transcript(HEAD + b"title: x\n\n\nC: a\n\nS: b\n")
    assert transcript.lines == (5, 7)


FAULTS = [
    pytest.param(b"C: a\nhello\n", 2, "neither C: nor S:", id="stranger"),
    pytest.param(b"D: a\n", 1, "there is no 'D'", id="third-side"),
    pytest.param(b"C: \\q\n", 1, "no escape", id="escape"),
    pytest.param(b"C: \\x4\n", 1, "no escape", id="half-an-escape"),
    pytest.param(b"C: a\nS: \xff\n", 2, "not UTF-8", id="not-utf-8"),
    pytest.param(b"C: \xed\xa0\x80\n", 1, "not UTF-8", id="surrogate"),
    pytest.param(b"-1.0 C: a\n", 1, "neither", id="negative-time"),
    pytest.param(b"1e9 C: a\n", 1, "neither", id="huge-time"),
    pytest.param(b"nan C: a\n", 1, "neither", id="nan"),
    pytest.param("\uff11.0 C: a\n".encode(), 1, "neither", id="digits-of-another-script"),
    pytest.param(b"smtpshell transcript 2\n", 1, "format 2 is not known", id="version"),
    pytest.param(b"smtpshell transcript\n", 1, "the first line is", id="no-version"),
    pytest.param(HEAD + b"titel: x\n", 2, "unknown header 'titel'", id="key"),
    pytest.param(HEAD + b"title: x\ntitle: y\n", 3, "stands twice", id="twice"),
    pytest.param(HEAD + b"protocol: imap\n", 2, "smtp or lmtp", id="protocol"),
    pytest.param(HEAD + b"what\n", 2, "not a header line", id="no-key"),
    pytest.param(HEAD + b"title: \\z\n", 2, "no escape", id="escape-in-head"),
    pytest.param(b"C: " + b"x" * 65536, 1, "more than 64 KiB", id="long-line"),
    pytest.param(b"C: x\n" * 100_001, 100_001, "more than 100000 events", id="many-events"),
    pytest.param(b"x" * (16 * 1024**2 + 1), 1, "more than 16 MiB", id="big"),
]


@pytest.mark.parametrize(("data", "line", "words"), FAULTS)
def test_a_fault_is_told_in_one_line_with_its_place(data: bytes, line: int, words: str) -> None:
    """FILE:LINE and what is wrong; nothing else ever comes out of a bad file."""
    with pytest.raises(TranscriptError) as caught:
        parse_transcript(data, "in.smtp")
    assert str(caught.value).startswith(f"in.smtp:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_who_brings_the_log_of_another_program_is_told_how_to_mark_it() -> None:
    """The line of a telnet log has no side."""
    with pytest.raises(TranscriptError) as caught:
        parse_transcript(b"220 mail.test ESMTP\nEHLO me.test\n")
    assert "`C: ` stands before each line of the client" in caught.value.hint
    assert "smtpshell explain -" in caught.value.hint


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """A stranger's file cannot make the reader fall over."""
    try:
        transcript = parse_transcript(data)
    except TranscriptError:
        return
    assert all(isinstance(event, Event) for event in transcript.events)


def test_a_message_about_a_hostile_line_is_printable() -> None:
    """The words quote what was wrong, but no control character of it."""
    with pytest.raises(TranscriptError) as caught:
        parse_transcript(HEAD + b"a: \\\x1b[2J\n")
    assert str(caught.value).isprintable()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """No such file, and a folder, are errors of the same kind."""
    for path in (tmp_path / "none.smtp", tmp_path):
        with pytest.raises(TranscriptError, match=path.name):
            read_transcript(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_only_the_limit_is_read(tmp_path: Path) -> None:
    """A file that grows while it is read (or never ends) does not fill the memory."""
    path = tmp_path / "big.smtp"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse
    with pytest.raises(TranscriptError, match="16 MiB"):
        read_transcript(path)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        pytest.param("smtpshell transcript 1\n\n", True, id="head"),
        pytest.param("\nS: 220 a\n", True, id="no-head"),
        pytest.param("  0.000   connect: a\n  0.100 ~C: QUIT\n", True, id="times"),
        pytest.param("# of a lesson\nC: QUIT\n", True, id="remark"),
        pytest.param(
            "EHLO a.test\nDATA\nC: is a drive\n.\nQUIT\n", False, id="a-letter-that-looks"
        ),
        pytest.param("Subject: x\n", False, id="another-word"),
        pytest.param("", False, id="empty"),
    ],
)
def test_a_transcript_is_known_by_how_it_begins(text: str, is_one: bool) -> None:
    """A script is not taken for one, whatever its letter says."""
    assert is_transcript(text.encode()) is is_one
