"""Cutting a client's bytes as the session says: lines, and the counted octets of BDAT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.change import Change
from smtpshell.smtp.command import Command
from smtpshell.smtp.cutter import ClientCutter, Piece
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode


def greeted() -> Session:
    session = Session()
    session.server_said(parse_reply(b"220 mx.test\r\n"))
    return session


def said(pieces: list[Piece]) -> list[tuple[str, str]]:
    return [(p.command.verb, p.command.text) for p in pieces if p.command is not None]


WIRE = [
    pytest.param(b"EHLO a\r\nQUIT\r\n", [("EHLO", "EHLO a"), ("QUIT", "QUIT")], id="lines"),
    pytest.param(b"\r\n", [("", "")], id="empty-line"),
    pytest.param(b"EHLO a", [], id="no-line-end"),
    pytest.param(b"EHLO a\nQUIT\r\n", [("EHLO", "EHLO a\nQUIT")], id="bare-lf-is-text"),
    pytest.param(b"A\rB\r\r\n", [("A\rB\r", "A\rB\r")], id="bare-cr-is-text"),
    pytest.param(
        b"BDAT 4\r\na\r\nbQUIT\r\n",
        [("BDAT", "BDAT 4"), ("CHUNK", "a\r\n"), ("CHUNK", "b"), ("QUIT", "QUIT")],
        id="chunk",
    ),
    pytest.param(
        b"BDAT 0 LAST\r\nQUIT\r\n", [("BDAT", "BDAT 0 LAST"), ("QUIT", "QUIT")], id="zero"
    ),
]


@pytest.mark.parametrize(("wire", "expected"), WIRE)
def test_bytes_become_commands(wire: bytes, expected: list[tuple[str, str]]) -> None:
    """Only CRLF ends a line, and only the count ends a chunk."""
    pieces = list(ClientCutter(greeted()).feed(wire))
    assert b"".join(piece.data + piece.eol for piece in pieces) == wire
    assert said(pieces) == expected


@given(st.lists(st.integers(0, 60)).map(sorted), st.sampled_from([case.values[0] for case in WIRE]))
def test_the_network_may_cut_anywhere(cuts: list[int], wire: object) -> None:
    """However the bytes come, no byte is lost and the session is told the same, up to chunks."""
    assert isinstance(wire, bytes)
    whole, cut = greeted(), greeted()
    list(ClientCutter(whole).feed(wire))
    cutter = ClientCutter(cut)
    seen = b""
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        for piece in cutter.feed(wire[start:end]):
            seen += piece.data + piece.eol
    assert seen == wire
    assert cut == whole


def test_a_line_that_comes_in_parts_is_whole_with_its_last_part() -> None:
    """Parts are handed over as they come; the command stands with the last."""
    cutter = ClientCutter(greeted())
    assert list(cutter.feed(b"EHLO ")) == [Piece(b"EHLO ", b"")]
    assert cutter.begun == b"EHLO "
    (last,) = cutter.feed(b"a\r\n")
    assert last.command is not None
    assert (last.data, last.command.text) == (b"a", "EHLO a")
    assert cutter.begun == b""


def test_a_crlf_cut_in_two_is_a_line_end() -> None:
    """The LF stands for itself, as data: both bytes are told once."""
    cutter = ClientCutter(greeted())
    list(cutter.feed(b"QUIT\r"))
    (piece,) = cutter.feed(b"\n")
    assert piece.command is not None
    assert (piece.data, piece.eol, piece.command.text) == (b"\n", b"", "QUIT")


def test_letters_and_logins_are_read_as_such() -> None:
    """The session's mode decides, and a header is one only above the empty line."""
    session = greeted()
    cutter = ClientCutter(session)
    replies = {b"DATA": b"354 go\r\n"}
    for line in (b"EHLO a", b"MAIL FROM:<>", b"RCPT TO:<a@b.test>", b"DATA"):
        list(cutter.feed(line + b"\r\n"))
        session.server_said(parse_reply(replies.get(line, b"250 ok\r\n")))
    pieces = list(cutter.feed(b"Bcc: x\r\n\r\nBcc: x\r\n.\r\n"))
    commands = [piece.command for piece in pieces if piece.command is not None]
    assert [command.verb for command in commands] == ["TEXT", "TEXT", "TEXT", "DOT"]
    assert [bool(command.problems) for command in commands] == [True, False, False, False]
    assert session.mode is Mode.COMMAND


def test_a_server_that_answers_bare_line_feeds_has_taken_them() -> None:
    """Then the lines were said after all, with the fault told; they are not said twice."""
    session = greeted()
    cutter = ClientCutter(session)
    list(cutter.feed(b"EHLO a\nNOOP\n"))
    cutter.answered()
    assert [command.verb for command in session.pending] == ["EHLO", "NOOP"]
    assert [command.problems[-1].issue for command in session.pending] == ["bare-lf"] * 2
    cutter.answered()
    assert len(session.pending) == 2


def test_half_a_line_is_not_said_because_a_reply_comes() -> None:
    """Without any line feed there is nothing the server could have taken; nor in a letter."""
    session = greeted()
    cutter = ClientCutter(session)
    list(cutter.feed(b"QUI"))
    cutter.answered()
    assert session.pending == ()
    session.mode = Mode.TEXT
    list(cutter.feed(b"x\n"))
    cutter.answered()
    assert session.pending == ()


def test_somebody_else_may_take_what_is_said() -> None:
    """A watch that has more to do with a command stands between cutter and session."""
    session = greeted()
    heard: list[Command] = []

    def say(command: Command) -> Change:
        heard.append(command)
        return session.client_said(command)

    cutter = ClientCutter(session, say)
    list(cutter.feed(b"BDAT 2\r\nabQUIT\r\n"))
    assert [command.verb for command in heard] == ["BDAT", "CHUNK", "QUIT"]


def test_a_copy_goes_on_by_itself() -> None:
    """With the half line that had come, and for a session of its own."""
    session = greeted()
    cutter = ClientCutter(session)
    assert said(list(cutter.feed(b"EHLO desk7"))) == []
    twin = cutter.copy(session.copy())
    assert said(list(twin.feed(b".office.test\r\n"))) == [("EHLO", "EHLO desk7.office.test")]
    assert cutter.begun == b"EHLO desk7"
    assert not session.pending
