"""Which verb was meant."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import parse_command
from smtpshell.smtp.verb import nearest_verb

NEAR = [
    ("EHOL", "EHLO"),
    ("EHELO", "EHLO"),
    ("ELHO", "EHLO"),
    ("ehl", "EHLO"),
    ("HELLO", "EHLO"),
    ("HLEO", "HELO"),
    ("MIAL", "MAIL"),
    ("MAI", "MAIL"),
    ("MAILFROM", "MAIL"),
    ("MAIL\u00a0FROM", "MAIL"),
    ("ma\u0131l", "MAIL"),
    ("RCTP", "RCPT"),
    ("RECPT", "RCPT"),
    ("RCPTTO", "RCPT"),
    ("cc", "RCPT"),
    ("DATE", "DATA"),
    ("QUITE", "QUIT"),
    ("QUIY\bT", "QUIT"),
    ("exit", "QUIT"),
    ("START", "STARTTLS"),
    ("STARTTL", "STARTTLS"),
    ("STRATTLS", "STARTTLS"),
    ("HELPME", "HELP"),
    ("VERFY", "VRFY"),
    ("QUIT", "QUIT"),
    ("STA", "STARTTLS"),
    ("XYZZY", None),
    ("TELNET", None),
    ("Q", None),
    ("QU", None),
    ("", None),
    ("\u00e9", None),
]


@pytest.mark.parametrize(("word", "verb"), NEAR)
def test_the_verb_a_word_is_close_to(word: str, verb: str | None) -> None:
    """One slip in a short word, two in a long one, glued words, and other protocols' words."""
    assert nearest_verb(word) == verb


def test_an_endless_word_costs_no_more_than_a_long_one() -> None:
    """Only its beginning is compared."""
    assert nearest_verb("STARTTLS" + "x" * 100_000) == "STARTTLS"


WORDS = [
    ("Subject: hi", "DATA"),
    ("From: a@b.test", "MAIL FROM:"),
    ("To: a@b.test", "RCPT TO:"),
    ("Cc: a@b.test", "RCPT TO:"),
    ("BCC:<a@b.test>", "RCPT TO:"),
    ("EHOL x", "EHLO"),
    ("MAILFROM:<a@b.test>", "MAIL"),
]


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_the_message_names_what_to_say_instead(line: str, words: str) -> None:
    """A learner can go on from it."""
    assert words in parse_command(line).problems[0].message
