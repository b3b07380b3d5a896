"""Lines of replies."""

from __future__ import annotations

import pytest

from smtpshell.smtp.reply_line import EnhancedCode, parse_reply_line
from smtpshell.smtp.reply_text import MOST_REPORTED
from smtpshell.smtp.span import TokenKind

# line, code, more, enhanced, words, issues
LINES = [
    ("250 ok", 250, False, None, "ok", []),
    ("250-ok", 250, True, None, "ok", []),
    ("250", 250, False, None, "", ["reply-no-text"]),
    ("250 ", 250, False, None, "", ["reply-no-text"]),
    ("250-", 250, True, None, "", ["reply-no-text"]),
    ("334 ", 334, False, None, "", []),
    ("334", 334, False, None, "", []),
    ("250  two", 250, False, None, " two", []),
    ("250 2.1.0 Ok", 250, False, "2.1.0", "Ok", []),
    ("250-2.1.0 Ok", 250, True, "2.1.0", "Ok", []),
    ("550 5.7.139", 550, False, "5.7.139", "", ["reply-no-text"]),
    ("550 5.7.139 ", 550, False, "5.7.139", "", ["reply-no-text"]),
    ("550 4.1.1 no", 550, False, "4.1.1", "no", ["enhanced-class-mismatch"]),
    ("220 2.0.0.test", 220, False, None, "2.0.0.test", []),
    ("220 2.0 hello", 220, False, None, "2.0 hello", []),
    ("220 2.0.1000 hello", 220, False, None, "2.0.1000 hello", []),
    ("250 \u0662.1.0 Ok", 250, False, None, "\u0662.1.0 Ok", ["reply-non-ascii"]),
    ("250ok", 250, False, None, "ok", ["reply-no-separator"]),
    ("250\tok", 250, False, None, "\tok", ["reply-no-separator"]),
    ("2505.1.1 x", None, False, None, "2505.1.1 x", ["reply-bad-code"]),
    ("25 ok", None, False, None, "25 ok", ["reply-bad-code"]),
    ("2500 ok", None, False, None, "2500 ok", ["reply-bad-code"]),
    ("2500-ok", None, True, None, "2500-ok", ["reply-bad-code"]),
    ("+50 ok", None, False, None, "+50 ok", ["reply-bad-code"]),
    ("-", None, False, None, "-", ["reply-no-code"]),
    (
        "\uff12\uff15\uff10 ok",
        None,
        False,
        None,
        "\uff12\uff15\uff10 ok",
        ["reply-bad-code", "reply-non-ascii"],
    ),
    ("25\u0660 ok", None, False, None, "25\u0660 ok", ["reply-bad-code", "reply-non-ascii"]),
    ("250\u0660 ok", None, False, None, "250\u0660 ok", ["reply-bad-code", "reply-non-ascii"]),
    ("hello", None, False, None, "hello", ["reply-no-code"]),
    (" 250 ok", None, False, None, " 250 ok", ["reply-no-code"]),
    ("", None, False, None, "", ["reply-no-code"]),
    ("150 soon", 150, False, None, "soon", ["reply-bad-code"]),
    ("000 x", 0, False, None, "x", ["reply-bad-code"]),
    ("600 x", 600, False, None, "x", ["reply-bad-code"]),
    ("999 x", 999, False, None, "x", ["reply-bad-code"]),
    ("299 x", 299, False, None, "x", ["reply-odd-code"]),
    ("559 x", 559, False, None, "x", []),
    ("250 a\nb", 250, False, None, "a\nb", ["reply-bare-lf"]),
    ("250 a\rb", 250, False, None, "a\rb", ["reply-bare-cr"]),
    ("250 2.0.0\nx", 250, False, None, "2.0.0\nx", ["reply-bare-lf"]),
    ("250\n", 250, False, None, "\n", ["reply-no-separator", "reply-bare-lf"]),
    ("250 \x1b]0;x\x07", 250, False, None, "\x1b]0;x\x07", ["reply-control-char"] * 2),
    ("250 \x85", 250, False, None, "\x85", ["reply-control-char"]),
    ("250 caf\u00e9", 250, False, None, "caf\u00e9", ["reply-non-ascii"]),
    ("250 caf\udce9\n", 250, False, None, "caf\udce9\n", ["reply-non-ascii", "reply-bare-lf"]),
    ("250 " + "x" * 506, 250, False, None, "x" * 506, []),
    ("250 " + "x" * 507, 250, False, None, "x" * 507, ["reply-line-too-long"]),
]


@pytest.mark.parametrize(
    ("text", "code", "more", "enhanced", "words", "issues"),
    LINES,
    ids=[row[0][:20] for row in LINES],
)
def test_reply_lines_are_described_however_wrong(
    text: str, code: int | None, more: bool, enhanced: str | None, words: str, issues: list[str]
) -> None:
    """Code, dash, enhanced code and words; what is odd has its name, nothing is refused."""
    wire = text.encode("utf-8", "surrogateescape")
    line = parse_reply_line(wire)
    assert line == parse_reply_line(text)
    assert (line.code, line.more, line.words) == (code, more, words)
    assert (str(line.enhanced) if line.enhanced else None) == enhanced
    assert sorted(p.issue for p in line.problems) == sorted(issues)
    assert line.wire() == wire
    assert str(line) == text


TOKENS = [
    ("250 ok", [(TokenKind.CODE, 0, 3), (TokenKind.SEPARATOR, 3, 4), (TokenKind.TEXT, 4, 6)]),
    (
        "550-5.1.1 no such",
        [
            (TokenKind.CODE, 0, 3),
            (TokenKind.SEPARATOR, 3, 4),
            (TokenKind.ENHANCED, 4, 9),
            (TokenKind.SPACE, 9, 10),
            (TokenKind.TEXT, 10, 17),
        ],
    ),
    (
        "334 VXNlcm5hbWU6",
        [(TokenKind.CODE, 0, 3), (TokenKind.SEPARATOR, 3, 4), (TokenKind.BASE64, 4, 16)],
    ),
    (
        "334 go ahead",
        [(TokenKind.CODE, 0, 3), (TokenKind.SEPARATOR, 3, 4), (TokenKind.TEXT, 4, 12)],
    ),
    ("25 ok", [(TokenKind.UNKNOWN, 0, 2), (TokenKind.TEXT, 2, 5)]),
    ("25", [(TokenKind.UNKNOWN, 0, 2)]),
    ("hello", [(TokenKind.TEXT, 0, 5)]),
    ("", []),
]


@pytest.mark.parametrize(("text", "tokens"), TOKENS)
def test_tokens_of_a_reply_line(text: str, tokens: list[tuple[TokenKind, int, int]]) -> None:
    """Every piece that has a meaning of its own."""
    assert [tuple(token) for token in parse_reply_line(text).tokens] == tokens


KEYWORDS = [
    ("250-SIZE 10240", ("SIZE", ("10240",)), []),
    ("250 size", ("SIZE", ()), []),
    ("250-AUTH PLAIN  LOGIN", ("AUTH", ("PLAIN", "LOGIN")), []),
    ("250-AUTH=LOGIN PLAIN", ("AUTH", ("LOGIN", "PLAIN")), []),
    ("250-AUTH=", ("AUTH", ()), []),
    ("250-LIMITS RCPTMAX=20", ("LIMITS", ("RCPTMAX=20",)), []),
    ("250-XXXXXXXA", ("XXXXXXXA", ()), []),
    ("250-***** x", ("*****", ("x",)), ["bad-keyword"]),
    ("250-=x", None, []),
    ("250 ", None, ["reply-no-text"]),
    ("hello", None, ["reply-no-code"]),
    ("250 2.1.0 Ok", None, []),
]


@pytest.mark.parametrize(("text", "keyword", "issues"), KEYWORDS)
def test_a_line_read_as_one_of_an_ehlo_reply(
    text: str, keyword: tuple[str, tuple[str, ...]] | None, issues: list[str]
) -> None:
    """Keyword and parameters, the old AUTH= too; the tokens cover the line."""
    line = parse_reply_line(text).as_ehlo()
    assert line.keyword() == keyword
    assert [p.issue for p in line.problems] == issues
    assert line.as_ehlo() == line
    assert "".join(text[t.start : t.end] for t in line.tokens) == text


def test_an_enhanced_code_reads_as_it_is_written() -> None:
    """Three numbers with dots."""
    assert str(EnhancedCode(5, 7, 25)) == "5.7.25"


def test_a_hostile_line_does_not_flood() -> None:
    """Only the first odd places are reported."""
    assert len(parse_reply_line("250 " + "a\n" * 5000).problems) == MOST_REPORTED + 1
