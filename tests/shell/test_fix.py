"""Mending a line by rule."""

from __future__ import annotations

import pytest

from smtpshell.shell.fix import fixed
from tests.shell.scenes import DATA, HELLO, scene

LINES = [
    pytest.param("MAIL FROM: <a@b.test>", "MAIL FROM:<a@b.test>", id="space-after-colon"),
    pytest.param("MAIL FROM :<a@b.test>", "MAIL FROM:<a@b.test>", id="space-before-colon"),
    pytest.param("MAIL FROM:a@b.test", "MAIL FROM:<a@b.test>", id="no-brackets"),
    pytest.param("mail from a@b.test", "mail from:<a@b.test>", id="no-colon-no-brackets"),
    pytest.param("MAIL a@b.test", "MAIL FROM:<a@b.test>", id="no-keyword"),
    pytest.param("RCPT FROM:<a@b.test>", "RCPT TO:<a@b.test>", id="wrong-keyword"),
    pytest.param("RCPT TO:<a@b.test>,<c@d.test>", "RCPT TO:<a@b.test>", id="list"),
    pytest.param("MAIL FROM:a@b.test SIZE=9", "MAIL FROM:<a@b.test> SIZE=9", id="parameters-kept"),
    pytest.param("MAIL FROM:<a@b.test", "MAIL FROM:<a@b.test>", id="bracket-missing"),
    pytest.param("MAIL FROM:\u2039a@b.test\u203a", "MAIL FROM:<a@b.test>", id="typographic"),
    pytest.param("MAIL FROM:< a@b.test >", "MAIL FROM:<a@b.test>", id="space-in-brackets"),
    pytest.param('MAIL FROM:<"a b"@c.test>', 'MAIL FROM:<"a b"@c.test>', id="quoted-is-right"),
    pytest.param('RCPT TO: <"a b"@c.test >', 'RCPT TO:<"a b"@c.test>', id="quoted-kept"),
    pytest.param("QIUT", "QUIT", id="verb"),
    pytest.param("RCTP TO:<a@b.test>", "RCPT TO:<a@b.test>", id="verb-with-argument"),
    pytest.param(" NOOP ", "NOOP", id="spaces-around"),
    pytest.param("NOOP\\r\\n", "NOOP", id="written-crlf"),
    pytest.param("MAIL FROM:<>", "MAIL FROM:<>", id="null-path-is-right"),
    pytest.param("EHLO desk7.office.test", "EHLO desk7.office.test", id="nothing-to-mend"),
    pytest.param("XYZZY plugh", "XYZZY plugh", id="nobody-knows-what-was-meant"),
]


@pytest.mark.parametrize(("line", "better"), LINES)
def test_line_mended(line: str, better: str) -> None:
    """Each change is said in a sentence; a line that is right comes back as it is."""
    found, changes = fixed(line, scene(*HELLO))
    assert found == better
    assert bool(changes) == (line != better)
    assert fixed(better, scene(*HELLO)) == (better, [])


def test_the_others_of_a_list_are_named() -> None:
    """They need lines of their own."""
    _, changes = fixed("RCPT TO:<a@b.test>,<c@d.test>", scene(*HELLO))
    assert any("c@d.test" in words for words in changes)


def test_a_letter_is_left_alone() -> None:
    """Its lines are the learner's own."""
    assert fixed(" x ", scene(*DATA)) == (" x ", [])
