"""Lines of mail data, and letters."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import CHUNK, DOT, TEXT, parse_client_line, parse_command
from smtpshell.smtp.letter import letter_problems
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.state import Mode

LINES = [
    ("Hello Ana.", []),
    ("", []),
    ("the end...", []),
    ("...", []),
    (". ", ["dot-with-space"]),
    (" .", ["dot-with-space"]),
    (".\t", ["dot-with-space"]),
    (".\r", ["dot-not-alone", "bare-cr"]),
    (".\0", ["dot-not-alone", "control-char"]),
    ("..", ["dot-not-alone"]),
    ('"."', ["dot-not-alone"]),
    ("(.)", ["dot-not-alone"]),
    ("Bye .", ["dot-not-alone"]),
    (".hidden", ["needs-dot-stuffing"]),
    ("..hidden", []),
    ("\\r\\n.\\r\\n", ["literal-crlf"]),
    ("<CRLF>.<CRLF>", ["literal-crlf"]),
    ("QUIT", ["command-in-data"]),
    ("quit ", ["command-in-data"]),
    ("MAIL FROM:<a@b.test>", ["command-in-data"]),
    ("rcpt to: <a@b.test>", ["command-in-data"]),
    ("EHLO x.test", ["command-in-data"]),
    ("AUTH LOGIN", ["command-in-data"]),
    ("AUTH PLAIN AGFuYQBzZWNyZXQ=", ["command-in-data"]),
    ("Data is what we need", []),
    ("Mail from Ana", []),
    ("Help", []),
    ("a\nb", ["bare-lf"]),
    ("a\n.\nb", ["bare-lf", "bare-lf"]),
    ("żółw", []),
    ("x" * 998, []),
    ("x" * 999, ["line-too-long"]),
    ("." + "." + "x" * 997, []),
    ("." + "." + "x" * 998, ["line-too-long"]),
    ("é" * 499, []),
    ("é" * 500, ["line-too-long"]),
]


@pytest.mark.parametrize(("line", "issues"), LINES, ids=[line[:20] for line, _ in LINES])
def test_lines_of_a_letter(line: str, issues: list[str]) -> None:
    """Dots that do not end it, commands that are text, and what may not be in it."""
    command = parse_client_line(line, Mode.TEXT)
    assert command.verb == TEXT
    assert command.argument == line
    assert [p.issue for p in command.problems] == issues


TOKENS = [
    (".", False, DOT, [(TokenKind.DOT, 0, 1)]),
    (".", True, DOT, [(TokenKind.DOT, 0, 1)]),
    ("", True, TEXT, []),
    ("Hi", True, TEXT, [(TokenKind.TEXT, 0, 2)]),
    ("..x", False, TEXT, [(TokenKind.DOT, 0, 1), (TokenKind.TEXT, 1, 3)]),
    ("To: x", False, TEXT, [(TokenKind.TEXT, 0, 5)]),
    (
        "To: x",
        True,
        TEXT,
        [(TokenKind.HEADER_NAME, 0, 2), (TokenKind.COLON, 2, 3), (TokenKind.TEXT, 3, 5)],
    ),
    (
        "To :",
        True,
        TEXT,
        [(TokenKind.HEADER_NAME, 0, 2), (TokenKind.SPACE, 2, 3), (TokenKind.COLON, 3, 4)],
    ),
]


@pytest.mark.parametrize(("line", "first", "verb", "tokens"), TOKENS)
def test_tokens_of_a_letter(
    line: str, first: bool, verb: str, tokens: list[tuple[TokenKind, int, int]]
) -> None:
    """The lone dot, the dot of transparency, and header names where a header may stand."""
    command = parse_client_line(line, Mode.TEXT, first=first)
    assert (command.verb, [tuple(token) for token in command.tokens]) == (verb, tokens)


def test_a_blind_copy_in_the_header_is_no_blind_copy() -> None:
    """Only in the header, in any case."""
    assert parse_client_line("bcc: b@x.test", Mode.TEXT, first=True).problems[0].issue == (
        "bcc-in-letter"
    )
    assert parse_client_line("Bcc: b@x.test", Mode.TEXT).problems == ()


def test_other_modes() -> None:
    """Octets of a chunk are looked at by nobody; after the session's end lines are commands."""
    chunk = parse_client_line(b"QUIT\x00\xff", Mode.CHUNK)
    assert (chunk.verb, chunk.problems, chunk.wire()) == (CHUNK, (), b"QUIT\x00\xff")
    for mode in (Mode.COMMAND, Mode.TLS, Mode.ENDED):
        assert parse_client_line("QUIT", mode) == parse_command("QUIT")
    utf8 = parse_client_line("RCPT TO:<jos\u00e9@b.test>", Mode.COMMAND, utf8=True)
    assert utf8.problems == ()


LETTERS = [
    pytest.param([], [], id="nothing"),
    pytest.param(["Subject: hi", "", "Hello"], [], id="right"),
    pytest.param(["Subject: hi", " there", "X-A : b", "", "Hello"], [], id="folded"),
    pytest.param(["", "Hello"], [], id="no-header-at-all"),
    pytest.param(["Subject: hi"], [("no-blank-line", 11, 11)], id="only-a-header"),
    pytest.param(["Subject: hi", "Hello"], [("no-blank-line", 12, 12)], id="no-empty-line"),
    pytest.param(["Hello"], [("no-blank-line", 0, 0)], id="only-text"),
    pytest.param(["Hello", "", "x"], [("bad-header-line", 0, 5)], id="text-as-header"),
    pytest.param(
        ["To: a", "Hello", "x", "", "x"], [("bad-header-line", 6, 11)], id="text-in-header"
    ),
    pytest.param([" To: a", "", "x"], [("bad-header-line", 0, 6)], id="folded-first"),
    pytest.param(
        ["", ".x", "", ". "], [("needs-dot-stuffing", 1, 2), ("dot-with-space", 5, 7)], id="dots"
    ),
    pytest.param([b"", b"\xfe" * 999], [("line-too-long", 999, 1000)], id="bytes"),
]


@pytest.mark.parametrize(("lines", "problems"), LETTERS)
def test_letters(lines: list[str | bytes], problems: list[tuple[str, int, int]]) -> None:
    """The empty line, the header before it, and every line; places in the lines joined."""
    assert [(p.issue, p.start, p.end) for p in letter_problems(lines)] == problems
