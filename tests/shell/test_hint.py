"""The hint bar: syntax, what may come next, security, place."""

from __future__ import annotations

import pytest

from smtpshell.shell.fragment import text_of
from smtpshell.shell.hint import Hint, bar, hint
from tests.shell.scenes import AUTH, DATA, GREETING, HELLO, MAIL, RCPT, scene

WORDS = [
    pytest.param((), "", "the server speaks first", id="before-the-greeting"),
    pytest.param((GREETING,), "", "EHLO (domain | address-literal)", id="what-comes-next"),
    pytest.param(HELLO, "", "MAIL FROM:<reverse-path>", id="likeliest-command"),
    pytest.param(HELLO, "rcp", "RCPT TO:<forward-path>", id="what-is-being-typed"),
    pytest.param(MAIL, "", "RCPT TO:<forward-path>", id="envelope"),
    pytest.param(
        HELLO, "MAIL FROM:<> ", "MAIL FROM:<reverse-path> [parameters]", id="parameters-at-last"
    ),
    pytest.param(HELLO, "XYZZY", "no command we know", id="stranger"),
    pytest.param(HELLO, ":", "a local command; nothing is sent", id="local"),
    pytest.param(HELLO, ":st", ":state   where the session stands", id="local-syntax"),
    pytest.param(HELLO, ":h", ":help", id="one-letter-form"),
    pytest.param(DATA, "", "the letter", id="letter"),
    pytest.param(DATA, ":st", "the letter", id="a-colon-in-a-letter-is-letter"),
    pytest.param((*DATA, "C: From: x"), "", "headers", id="headers"),
    pytest.param((*DATA, "C: "), "", "1 line", id="body"),
    pytest.param(AUTH, "", "asked: Username:", id="challenge-decoded"),
    pytest.param((*RCPT, "C: BDAT 20"), "abc", "20 octets to go", id="chunk"),
]


@pytest.mark.parametrize(("dialogue", "line", "syntax"), WORDS)
def test_syntax_of_the_line(dialogue: tuple[str, ...], line: str, syntax: str) -> None:
    """The first words of the bar are about what is being typed."""
    assert hint(line, scene(*dialogue)).syntax.startswith(syntax)


def test_next_are_the_verbs_in_order() -> None:
    """Without those that are in order nearly always."""
    assert hint("", scene(*MAIL)).next == ("RCPT TO", "RSET", "QUIT", "EHLO", "HELO")
    assert hint("", scene(*RCPT)).next[:3] == ("RCPT TO", "DATA", "BDAT")


@pytest.mark.parametrize(
    ("where", "words"), [("practice", "practice"), ("live", "REAL SERVER"), ("loopback", "machine")]
)
def test_where_the_line_leads(where: str, words: str) -> None:
    """A real server is named as one at any time."""
    assert words in hint("", scene(*HELLO, where=where)).where


def test_security_is_always_said() -> None:
    """In words, not by colour."""
    assert hint("", scene(*HELLO)).security == "plain text"
    tls = (*HELLO, "C: STARTTLS", "S: 220 go", "T: ")
    assert hint("", scene(*tls)).security == "TLS"


def test_octets_of_a_chunk_are_counted_while_typing() -> None:
    """An octet too many is told before it becomes a command."""
    chunk = (*RCPT, "C: BDAT 5")
    assert hint("abc", scene(*chunk)).words == "0 left after this line"
    assert "1 too many" in hint("abcd", scene(*chunk)).words


def test_an_answer_in_a_login_is_taken_apart_with_stars_for_the_secret() -> None:
    """Shape and length can be checked; the password is not on the screen a second time."""
    plain = (*HELLO, "C: AUTH PLAIN", "S: 334 ")
    words = hint("AGFuYQBzZWNyZXQ=", scene(*plain)).words
    assert words == "authzid empty, NUL, authcid ana, NUL, password ******"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_the_bar_fits(width: int) -> None:
    """Whatever the width; syntax, security and place stay longest."""
    shown = text_of(bar(hint("", scene(*RCPT)), width))
    assert len(shown) <= width
    if width >= 80:
        assert "next: RCPT TO" in shown
        assert "plain text   practice" in shown


def test_waiting_and_queue_are_said() -> None:
    """Who waits is told for what, and how to stop."""
    waiting = hint("", scene(*HELLO, waiting="MAIL"))
    assert (waiting.syntax, waiting.words) == ("no reply yet to MAIL", "Ctrl-C stops waiting")
    assert hint("", scene(*HELLO, queued=2)).syntax == "2 lines to come"


def test_words_that_do_not_fit_are_left_out_whole() -> None:
    """Half a hint is none."""
    shown = text_of(bar(Hint("syntax", words="w" * 30, where="practice"), 30))
    assert shown == " syntax   practice"


@pytest.mark.parametrize("line", [":2", ":= yes", ":=yes"])
def test_an_answer_to_a_lesson_is_known_in_its_short_forms(line: str) -> None:
    """As the registry reads them."""
    assert hint(line, scene(*HELLO)).syntax.startswith(":answer ANSWER")
