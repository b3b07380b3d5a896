"""AUTH, and the answers to 334."""

from __future__ import annotations

from base64 import b64encode

import pytest

from smtpshell.smtp.base64_text import decode_base64
from smtpshell.smtp.command import AUTHLINE, parse_client_line, parse_command
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.state import Mode


def b64(data: bytes) -> str:
    return b64encode(data).decode()


RIGHT = b64(b"\0ana\0secret")
LINES = [
    ("AUTH", []),
    ("AUTH LOGIN", []),
    ("AUTH PLAIN", []),
    ("auth plain " + RIGHT, []),
    ("AUTH PLAIN " + b64(b"boss\0ana\0s\xc3\xa9cret"), []),
    ("AUTH PLAIN " + b64(b"\0ana\0secret\n"), ["base64-trailing-newline"]),
    ("AUTH PLAIN " + b64(b"ana:secret"), ["auth-plain-shape"]),
    ("AUTH PLAIN " + b64(b"ana\0secret"), ["auth-plain-shape"]),
    ("AUTH PLAIN " + b64(b"\0ana\0secret\0"), ["auth-plain-shape"]),
    ("AUTH PLAIN " + b64(b"\0\0secret"), ["auth-plain-shape"]),
    ("AUTH PLAIN " + b64(b"\0ana\0"), ["auth-plain-shape"]),
    ("AUTH PLAIN " + b64(b"\0ana\0\xff"), ["base64-not-text"]),
    ("AUTH PLAIN =", ["auth-plain-shape"]),
    ("AUTH PLAIN ana:secret", ["base64-bad"]),
    ("AUTH EXTERNAL =", []),
    ("AUTH LOGIN YWxpY2U=", []),
    ("AUTH LOGIN YWxpY2UK", ["base64-trailing-newline"]),
    ("AUTH LOGIN YWxpY2UN", ["base64-trailing-newline"]),
    ("AUTH LOGIN alice", ["base64-bad"]),
    ("AUTH LOGIN dora", ["base64-not-text"]),
    ("AUTH LOGIN dora secret", ["base64-not-text", "extra-argument"]),
    ("AUTH GSSAPI " + b64(b"\xff\x0a"), []),
    ("AUTH FOO " + b64(b"\xff"), ["unknown-mechanism"]),
    ("AUTH FOO=BAR", ["bad-mechanism"]),
    ("AUTH " + "A" * 21, ["bad-mechanism"]),
    ("AUTH PLAIN  " + RIGHT, ["extra-space"]),
    ("AUTH PLAIN " + RIGHT + " ", ["trailing-space"]),
    ("X-EXPS GSSAPI", []),
]


@pytest.mark.parametrize(("line", "issues"), LINES)
def test_auth_lines(line: str, issues: list[str]) -> None:
    """Mechanism, base64 and the shape of PLAIN."""
    found = [p.issue for p in parse_command(line).problems]
    assert found == (["no-argument"] if line == "AUTH" else issues)


def test_what_an_auth_line_holds() -> None:
    """The mechanism in capitals, the response as said."""
    command = parse_command(f"auth plain {RIGHT}")
    assert (command.mechanism, command.initial_response) == ("PLAIN", RIGHT)
    assert parse_command("AUTH LOGIN").initial_response is None
    assert parse_command("AUTH").mechanism is None


@pytest.mark.parametrize(
    "line", ["AUTH PLAIN " + RIGHT, "AUTH PLAIN ana:secret", "AUTH LOGIN a b c"]
)
def test_all_behind_the_mechanism_is_marked_for_redaction(line: str) -> None:
    """It may be a password, also where it is no base64."""
    command = parse_command(line)
    behind = [t.kind for t in command.tokens[3:] if t.kind is not TokenKind.SPACE]
    assert set(behind) == {TokenKind.BASE64}


BAD = [
    ("ab*d", (2, 3)),
    ("ab-_", (2, 3)),
    ("a=bc", (1, 2)),
    ("=abc", (0, 1)),
    ("abc", (0, 3)),
    ("a", (0, 1)),
    ("abcd=", (0, 5)),
    ("ab===", (0, 5)),
    ("abéd", (2, 3)),
]


@pytest.mark.parametrize(("text", "place"), BAD)
def test_what_is_no_base64_is_pointed_at(text: str, place: tuple[int, int]) -> None:
    """The character that cannot be, the = that is too early, or all of it if its length is odd."""
    assert decode_base64(text) is None
    found = parse_client_line(text, Mode.AUTH).problems[0]
    assert (found.issue, found.start, found.end) in (("base64-bad", *place), ("non-ascii", *place))


ANSWERS = [
    ("YWxpY2U=", None, [], [TokenKind.BASE64]),
    ("", None, [], []),
    ("*", None, [], [TokenKind.CANCEL]),
    ("* ", None, ["base64-bad", "trailing-space"], [TokenKind.BASE64, TokenKind.SPACE]),
    ("=", None, ["base64-bad"], [TokenKind.BASE64]),
    (" YWxpY2U=", None, ["leading-space"], [TokenKind.SPACE, TokenKind.BASE64]),
    (" ", None, ["leading-space"], [TokenKind.SPACE]),
    ("YWxpY2UK", None, ["base64-trailing-newline"], [TokenKind.BASE64]),
    ("YWxpY2UK", "GSSAPI", ["base64-trailing-newline"], [TokenKind.BASE64]),
    (RIGHT, "PLAIN", [], [TokenKind.BASE64]),
    (b64(b"ana"), "PLAIN", ["auth-plain-shape"], [TokenKind.BASE64]),
    (b64(b"\xff"), "LOGIN", ["base64-not-text"], [TokenKind.BASE64]),
    (b64(b"\xff"), "SCRAM-SHA-256", [], [TokenKind.BASE64]),
    ("EHLO desk7.office.test", None, ["command-in-auth"], [TokenKind.UNKNOWN]),
    ("quit", None, ["command-in-auth"], [TokenKind.UNKNOWN]),
    ("STARTTLS", None, ["command-in-auth"], [TokenKind.UNKNOWN]),
    ("my password", None, ["base64-bad"], [TokenKind.BASE64, TokenKind.SPACE, TokenKind.BASE64]),
]


@pytest.mark.parametrize(("line", "mechanism", "issues", "kinds"), ANSWERS)
def test_answers_to_334(
    line: str, mechanism: str | None, issues: list[str], kinds: list[TokenKind]
) -> None:
    """Base64, nothing, or a star; commands are told that they are answers here."""
    command = parse_client_line(line, Mode.AUTH, mechanism=mechanism)
    assert command.verb == AUTHLINE
    assert command.argument == line
    assert sorted(p.issue for p in command.problems) == issues
    assert [token.kind for token in command.tokens] == kinds
