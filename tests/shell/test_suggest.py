"""Completion as values: what is offered, and what is not."""

from __future__ import annotations

import pytest

from smtpshell.shell.suggest import suggest
from tests.shell.scenes import AUTH, DATA, GREETING, HELLO, MAIL, RCPT, scene

TEXTS = [
    pytest.param((GREETING,), "", ["EHLO ", "HELO "], id="before-ehlo"),
    pytest.param((GREETING,), "e", ["EHLO "], id="any-case"),
    pytest.param((GREETING,), "M", [], id="mail-is-not-in-order-yet"),
    pytest.param((GREETING,), "EHLO ", ["desk7.office.test"], id="own-name"),
    pytest.param((GREETING,), "EHLO desk7.office.test", [], id="nothing-to-add"),
    pytest.param(HELLO, "ma", ["MAIL FROM:<"], id="no-space-behind-the-colon"),
    pytest.param(HELLO, "MAIL FROM:", ["MAIL FROM:<"], id="with-its-bracket"),
    pytest.param(
        HELLO, "MAIL FROM:<", ["ana@office.test>", "ben@office.test>", ">"], id="senders-and-null"
    ),
    pytest.param(HELLO, "MAIL FROM:<b", ["ben@office.test>"], id="by-first-letter"),
    pytest.param(
        HELLO,
        "MAIL FROM:<ana@office.test> ",
        ["BODY=", "SIZE=", "AUTH=", "RET=", "ENVID="],
        id="offered-parameters-only",
    ),
    pytest.param(
        HELLO, "MAIL FROM:<ana@office.test> SIZE=9 s", [], id="no-parameter-twice-no-smtputf8"
    ),
    pytest.param(
        HELLO,
        "MAIL FROM:<ana@office.test> BODY=",
        ["BODY=7BIT", "BODY=8BITMIME"],
        id="values-but-not-binarymime",
    ),
    pytest.param(HELLO, "AUTH ", ["PLAIN ", "LOGIN"], id="offered-mechanisms"),
    pytest.param(HELLO, "AUTH PLAIN ", [], id="never-a-secret"),
    pytest.param(HELLO, "B", [], id="bdat-needs-a-recipient"),
    pytest.param(MAIL, "RC", ["RCPT TO:<"], id="rcpt"),
    pytest.param(MAIL, "D", [], id="no-data-without-recipient"),
    pytest.param(RCPT, "RCPT TO:<", ["ana@office.test>"], id="not-who-is-on-the-envelope"),
    pytest.param(RCPT, "RCPT TO:<ana@office.test> N", ["NOTIFY="], id="rcpt-parameters"),
    pytest.param(RCPT, "b", ["BDAT "], id="chunking-offered"),
    pytest.param(RCPT, "BDAT 86 ", ["LAST"], id="last-chunk"),
    pytest.param(DATA, "RCPT", [], id="nothing-in-a-letter"),
    pytest.param(AUTH, "A", [], id="nothing-in-a-login"),
]


@pytest.mark.parametrize(("dialogue", "line", "texts"), TEXTS)
def test_what_is_suggested(dialogue: tuple[str, ...], line: str, texts: list[str]) -> None:
    """Only what is in order and offered, in the form in which it is typed."""
    found = [one.text for one in suggest(line, scene(*dialogue))]
    assert (found if line else found[: len(texts)]) == texts


def test_each_suggestion_has_its_meaning() -> None:
    """The menu says in a line what each entry is for."""
    meanings = {one.text: one.meaning for one in suggest("MAIL FROM:<", scene(*HELLO))}
    assert meanings["ana@office.test>"] == "Ana Albers"
    assert "bounce" in meanings[">"]
    assert suggest("ma", scene(*HELLO))[0].meaning == "about MAIL"


@pytest.mark.parametrize(("line", "start"), [("ma", 0), ("MAIL FROM:<b", 11), ("EHLO d", 5)])
def test_a_suggestion_says_what_it_replaces(line: str, start: int) -> None:
    """From there to the cursor the typed text is replaced."""
    dialogue = (GREETING,) if line[0] == "E" else HELLO
    assert suggest(line, scene(*dialogue))[0].start == start


def test_under_tls_starttls_is_not_suggested() -> None:
    """Once the line is encrypted there is nothing to start."""
    tls = (*HELLO, "C: STARTTLS", "S: 220 go", "T: ", *HELLO[1:2], "S: 250-mx|250 STARTTLS")
    assert "STARTTLS" not in [one.text for one in suggest("", scene(*tls))]


def test_after_a_letter_quit_comes_first() -> None:
    """Who has delivered says good-bye, or goes on."""
    sent = (*DATA, "C: .", "S: 250 queued")
    assert [one.text for one in suggest("", scene(*sent))][:2] == ["QUIT", "MAIL FROM:<"]


def test_a_hostile_mechanism_name_is_made_printable() -> None:
    """What the server offers is a stranger's text wherever it is shown."""
    hostile = (GREETING, "C: EHLO me.test", "S: 250-mx|250 AUTH \x1b[2JX")
    shown = [one.text for one in suggest("AUTH ", scene(*hostile))]
    assert shown == ["\\x1b[2JX"]


def test_without_a_connection_nothing_is_suggested() -> None:
    """There is nobody to say it to."""
    assert suggest("", scene(GREETING, connected=False)) == []
