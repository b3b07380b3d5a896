"""The prompt is the state."""

from __future__ import annotations

import pytest

from smtpshell.shell.prompt import prompt_text
from tests.shell.scenes import AUTH, DATA, GREETING, HELLO, MAIL, RCPT, scene

TLS = (*HELLO, "C: STARTTLS", "S: 220 go", "T: ")

PROMPTS = [
    pytest.param((), "waiting> ", id="nothing-heard"),
    pytest.param((GREETING,), "connected> ", id="greeting"),
    pytest.param(HELLO, "greeted> ", id="ehlo"),
    pytest.param(MAIL, "envelope(0)> ", id="sender"),
    pytest.param(RCPT, "envelope(1)> ", id="one-recipient"),
    pytest.param(DATA, "letter: ", id="letter"),
    pytest.param(AUTH, "auth: ", id="login"),
    pytest.param((*RCPT, "C: BDAT 86"), "chunk(86): ", id="chunk"),
    pytest.param(TLS, "tls connected> ", id="under-tls"),
    pytest.param((*TLS, *HELLO[1:]), "tls greeted> ", id="greeted-under-tls"),
    pytest.param((*HELLO, "C: QUIT", "S: 221 bye"), "closed> ", id="over"),
]


@pytest.mark.parametrize(("dialogue", "prompt"), PROMPTS)
def test_prompt(dialogue: tuple[str, ...], prompt: str) -> None:
    """A colon asks for something that is no command, so nothing is taken for one."""
    assert prompt_text(scene(*dialogue)) == prompt


def test_a_real_server_is_named_in_every_prompt() -> None:
    """Mail is real there."""
    assert prompt_text(scene(*HELLO, where="live")) == "REAL greeted> "
    assert prompt_text(scene(*HELLO, where="live", connected=False)) == "closed> "
