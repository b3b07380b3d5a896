"""The Pygments plug-in: found by name, true to the text, coloured by the one grammar."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename, guess_lexer
from pygments.token import (
    Comment,
    Error,
    Escape,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from smtpshell.resource import transcripts_dir
from smtpshell.transcript.lexer import SmtpLexer

SAMPLES = sorted(transcripts_dir().glob("*.smtp"))
WRONG = {"auth-cancelled", "backspace", "comma-list", "header-at-prompt", "pasted-block"}


def coloured(text: str) -> list[tuple[object, str]]:
    return [(kind, value) for _, kind, value in SmtpLexer().get_tokens_unprocessed(text)]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_pieces_are_the_text(path: Path) -> None:
    """No character is lost or moved, positions fit, and nothing of a sample is an error."""
    text = path.read_text(encoding="utf-8")
    pieces = list(SmtpLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in pieces) == text
    assert all(text.startswith(value, at) for at, _, value in pieces)
    if path.stem not in WRONG:
        assert [value for _, kind, value in pieces if kind is Error] == []


@given(st.text())
def test_any_text_is_coloured(text: str) -> None:
    """Whatever somebody calls SMTP in a Markdown block."""
    pieces = list(SmtpLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in pieces) == text
    position = 0
    for at, _, value in pieces:
        assert at == position
        position += len(value)


def test_a_command_is_coloured_by_what_its_parts_are() -> None:
    """Verb, mailbox and parameter, as the parser reads them."""
    found = coloured("C: MAIL FROM:<ana@office.test> SIZE=100")
    assert [(kind, value) for kind, value in found if kind is not Whitespace] == [
        (Generic.Prompt, "C: "),
        (Keyword, "MAIL"),
        (Keyword, "FROM"),
        (Punctuation, ":"),
        (Punctuation, "<"),
        (String, "ana"),
        (Punctuation, "@"),
        (Name.Namespace, "office.test"),
        (Punctuation, ">"),
        (Name.Attribute, "SIZE"),
        (Operator, "="),
        (Literal, "100"),
    ]


def test_the_session_decides_what_a_line_is() -> None:
    """Behind 354 "QUIT" is text and "Subject:" a header; behind the dot QUIT is a command."""
    text = (
        "S: 220 mx\nC: EHLO a.test\nS: 250-mx\nS: 250 SIZE 10\nC: MAIL FROM:<>\nS: 250 ok\n"
        "C: RCPT TO:<a@b.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        "C: Subject: x\nC:\nC: QUIT\nC: .\nS: 250 ok\nC: QUIT\n"
    )
    found = coloured(text)
    assert (Name.Builtin, "SIZE") in found
    assert (Name.Attribute, "Subject") in found
    assert found.count((Keyword, "QUIT")) == 1
    assert (Keyword.Pseudo, ".") in found


def test_a_dialogue_without_marks_is_told_apart() -> None:
    """Lines that look like replies are the server's, but not inside a letter."""
    text = "220 mx\nEHLO a.test\n250 mx\nMAIL FROM:<>\n250 ok\nRCPT TO:<a@b.test>\n250 ok\nDATA\n"
    text += "354 go\n250 sheep\n.\n250 ok\n"
    codes = [value for kind, value in coloured(text) if kind is Number.Integer]
    assert codes == ["220", "250", "250", "250", "354", "250"]


def test_marks_times_and_escapes_of_a_transcript() -> None:
    """What belongs to the paper looks different from what was said."""
    found = coloured("   1.500 ~*S: 421 a\\x1bb\\\n# why\n")
    assert (Comment.Special, "1.500") in found
    assert (Generic.Prompt, "~*S: ") in found
    assert (Escape, "\\x1b") in found
    assert found[-2] == (Comment, "# why")


def test_pygments_finds_it_by_name_and_by_file() -> None:
    """The entry point makes it known once smtpshell is installed."""
    assert get_lexer_by_name("smtp").name == "SMTP"
    assert get_lexer_for_filename("x.smtp").name == "SMTP"
    assert guess_lexer("smtpshell transcript 1\n\nC: QUIT\n").name == "SMTP"


def test_pygmentize_colours_a_sample() -> None:
    """The command that people type."""
    done = subprocess.run(
        [sys.executable, "-m", "pygments", "-l", "smtp", "-f", "html", str(SAMPLES[0])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert '<span class="gp">C: </span>' in done.stdout.replace("~C: ", "C: ")


def test_a_dialogue_goes_on_in_colour_where_somebody_went_back() -> None:
    """What was cut off in the middle of a letter is said anew, and is no error then."""
    begun = "S: 220 a\nC: EHLO x.test\nS: 250 a\nC: MAIL FROM:<>\nS: 250 a\nC: RCPT TO:<a@b.test>\n"
    letter = "C: DATA\nS: 354 a\nC: To: a@b.test\nC:\nC: hello\nC: .\n"
    back = "# rewound to line 3: what was said since then is taken back\n"
    text = f"{begun}S: 250 a\n{letter}close: gone\n{back}{letter}S: 250 a\n{back}{letter}"
    pieces = coloured(text)
    assert "".join(value for _, value in pieces) == text
    assert [value for kind, value in pieces if kind is Error] == []
    assert pieces.count((Keyword.Pseudo, ".")) == 3
    beyond = coloured(text.replace("line 3", "line 300"))
    assert (Error, "hello") in beyond
