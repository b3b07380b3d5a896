"""What holds for every line anybody may send: read, covered with tokens, and given back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.command import Command, parse_client_line, parse_command
from smtpshell.smtp.issue_table import ISSUES
from smtpshell.smtp.letter import letter_problems
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply import ReplyReader, parse_reply
from smtpshell.smtp.reply_line import parse_reply_line
from smtpshell.smtp.span import Problem, Token, underline
from smtpshell.smtp.state import Mode
from smtpshell.smtp.verb import VERBS

# Bits that lead into every corner of the grammar, and bits that belong nowhere.
COMMAND_BITS = [
    *VERBS,
    *("MAIL FROM:", "RCPT TO:", "<", ">", "<>", "@", ".", ",", ":", ";", "=", '"', "\\", "[", "]"),
    *("ana", "office.test", "192.0.2.7", "[192.0.2.7]", "[IPv6:2001:db8::7]", "postmaster"),
    *("SIZE=1", "BODY=", "NOTIFY=NEVER,DELAY", "SMTPUTF8", "LAST", "86", "0x10", "PLAIN", "LOGIN"),
    *("AGFuYQBzZWNyZXQ=", "YWxpY2UK", "=", "*", "\\r\\n", "CRLF", "Subject:", "Bcc: x", "GET"),
    *(" ", "  ", "\t", "\r", "\n", "\0", "\b", "\x1b[A", "\u00a0", "\u201c", "\u00e9", "\u200b"),
    *("\udcff\udcfb\x01", "\udce9", "\x16\x03\x01", "x" * 300, "\u00e9" * 600),
]
REPLY_BITS = [
    *("250", "250-", "250 ", "550-", "334 ", "25", "2500", "\uff12", "+50", "5.1.1", "2.0.0 "),
    *("SIZE 10", "AUTH=LOGIN PLAIN", "VXNlcm5hbWU6", "ok", " ", "-", "\t", "\r", "\n", "\r\n"),
    *("\0", "\x1b]0;x\x07", "\u00e9", "\udce9", "x" * 600, "\u00e9" * 300),
]


def lines(bits: list[str]) -> st.SearchStrategy[bytes]:
    joined = st.lists(st.sampled_from(bits), max_size=9).map("".join)
    return st.one_of(st.binary(), joined.map(lambda text: text.encode("utf-8", "surrogateescape")))


def assert_covered(text: str, tokens: tuple[Token, ...]) -> None:
    at = 0
    for token in tokens:
        assert token.start == at < token.end
        at = token.end
    assert at == len(text)


def assert_named(text: str, problems: tuple[Problem, ...], side: str) -> None:
    for found in problems:
        assert ISSUES[found.issue].side == side
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message.endswith(".")
        assert found.ref == ISSUES[found.issue].ref
        underline(text, found)


def assert_whole(command: Command, line: bytes) -> None:
    assert command.wire() == bytes(command) == line
    assert_covered(command.text, command.tokens)
    assert_named(command.text, command.problems, "client")
    assert command.spec is None or command.spec.verb
    for parameter in command.parameters:
        assert command.text[parameter.start : parameter.end].upper() == str(parameter).upper()


@given(lines(COMMAND_BITS), st.booleans())
def test_any_bytes_are_read_as_a_command(line: bytes, utf8: bool) -> None:
    """Never raises; tokens cover the line, problems are known and in it, the line comes back."""
    command = parse_command(line, utf8=utf8)
    assert_whole(command, line)
    assert parse_command(str(command), utf8=utf8) == command


@given(lines(COMMAND_BITS), st.sampled_from(Mode), st.booleans(), st.sampled_from(["PLAIN", None]))
def test_any_bytes_are_read_in_any_mode(
    line: bytes, mode: Mode, first: bool, mechanism: str | None
) -> None:
    """The same for letters, logins and chunks."""
    command = parse_client_line(line, mode, first=first, mechanism=mechanism)
    assert_whole(command, line)
    assert parse_client_line(str(command), mode, first=first, mechanism=mechanism) == command


@given(st.text(st.characters(codec=None), max_size=20))
def test_any_typed_text_is_read(text: str) -> None:
    """Lone surrogates too, which no bytes stand for."""
    for mode in Mode:
        command = parse_client_line(text, mode)
        assert_covered(text, command.tokens)
        command.wire()
    parse_reply_line(text).wire()


@given(lines(REPLY_BITS))
def test_any_bytes_are_read_as_a_reply_line(line: bytes) -> None:
    """The same for what a server says, plain and as one of an EHLO reply."""
    read = parse_reply_line(line)
    for one in (read, read.as_ehlo()):
        assert_covered(one.text, one.tokens)
        assert_named(one.text, one.problems, "server")
        assert one.wire() == line
    assert parse_reply_line(str(read)) == read


@given(lines(REPLY_BITS))
def test_any_bytes_are_read_as_a_reply(data: bytes) -> None:
    """A whole reply comes back as it was, its last CRLF made up if it was missing."""
    reply = parse_reply(data)
    assert parse_reply(reply.wire()) == reply
    assert reply.wire() == data + (b"" if data.endswith(b"\r\n") or not data else b"\r\n")
    assert 0 <= reply.digit <= 9
    for keyword, parameters in reply.keywords().items():
        assert keyword
        assert all(parameters)
    for index, found in (*reply.problems, *reply.as_ehlo().problems):
        assert_named(reply.lines[index].text, (found,), "server")


@given(st.lists(lines(REPLY_BITS).map(lambda line: line.replace(b"\r\n", b"")), max_size=8))
def test_no_line_of_a_server_is_lost(said: list[bytes]) -> None:
    """Replies and what is left over hold every line, once and in order."""
    reader = ReplyReader()
    replies = [reply for line in said if (reply := reader.feed_line(Line(line)))]
    if rest := reader.flush():
        replies.append(rest)
    assert [line.wire() for reply in replies for line in reply.lines] == said


@given(st.lists(lines(COMMAND_BITS), max_size=6))
def test_any_letter_is_looked_at(letter: list[bytes]) -> None:
    """Problems are known, in the letter, and in order."""
    problems = letter_problems(letter)
    text = "\n".join(line.decode("utf-8", "surrogateescape") for line in letter)
    assert_named(text, problems, "client")
    assert [found.start for found in problems] == sorted(found.start for found in problems)


HOSTILE = [
    pytest.param('"' * 60_000, id="quotes"),
    pytest.param("MAIL FROM:<" + '"a' * 30_000, id="quotes-in-a-path"),
    pytest.param("MAIL FROM:<" + "a." * 30_000 + "@", id="dots"),
    pytest.param("MAIL FROM:<a@" + "a-" * 30_000 + ">", id="hyphens"),
    pytest.param("RCPT TO:<" + "@a," * 20_000, id="route"),
    pytest.param("RCPT TO:<a@b.test>" + " x@" * 20_000, id="addresses"),
    pytest.param("RCPT TO:" + " " * 60_000, id="spaces"),
    pytest.param("EHLO " + "1:" * 30_000, id="colons"),
    pytest.param("AUTH PLAIN " + "=" * 60_000, id="equals"),
    pytest.param("AUTH PLAIN " + "AAAA" * 15_000, id="base64"),
    pytest.param("NOOP " + "\\r" * 30_000, id="backslashes"),
    pytest.param("X" * 60_000 + ":", id="header-name"),
    pytest.param("\u00e9\b" * 30_000, id="odd-characters"),
    pytest.param("MAIL FROM:<>" + " =" * 30_000, id="parameters"),
    pytest.param(" ." * 30_000, id="dots-and-spaces"),
    pytest.param("250-" + "1." * 30_000, id="numbers"),
    pytest.param("9" * 60_000, id="digits"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_lines_take_no_quadratic_time(text: str) -> None:
    """64 KiB of anything is read at once in any way; a test of the square would hang here."""
    for mode in (Mode.COMMAND, Mode.TEXT, Mode.AUTH):
        assert parse_client_line(text, mode).text == text
    assert parse_reply_line(text).as_ehlo().text == text
