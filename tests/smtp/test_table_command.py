"""The table of commands: what it says of each verb, and that it fits the other tables."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.state import TRANSITIONS, Mode, State
from smtpshell.smtp.table.command import (
    COMMANDS,
    GENERIC_FAILURES,
    GREETING_FAILURE,
    GREETING_SUCCESS,
    find_command,
)
from smtpshell.smtp.table.extension import EXTENSIONS
from smtpshell.smtp.table.parameter import PARAMETERS
from smtpshell.smtp.table.reply_code import REPLY_CODES

STATES = {state.value for state in State}


@pytest.mark.parametrize("verb", COMMANDS)
def test_command_fits_the_other_tables(verb: str) -> None:
    """Its codes, states, parameters and extension all exist; its example begins with the verb."""
    spec = COMMANDS[verb]
    assert spec.key == spec.verb == verb
    assert {*spec.success, *spec.intermediate, *spec.failure} <= set(REPLY_CODES)
    assert set(spec.legal_states) <= STATES
    assert spec.next_state in STATES | {"same"}
    assert spec.extension in EXTENSIONS or spec.extension == ""
    assert spec.pipelining in ("", "any", "last")
    if spec.status != "not-a-verb":
        assert spec.example.split()[0] == spec.syntax.split()[0] == verb.split()[0]


def test_next_state_agrees_with_the_transitions() -> None:
    """Where the transition table moves a session, it moves it where the row of the verb says.

    RSET before EHLO has nothing to reset and leaves the session where it is.
    """
    for (state, verb), effect in TRANSITIONS.items():
        spec = COMMANDS.get(verb)
        if spec is None or (state, verb) == (State.CONNECTED, "RSET"):
            continue
        assert state.value in spec.legal_states, (state, verb)
        reached = effect.get(3 if spec.intermediate else 2)
        assert reached is None or reached.value == spec.next_state, (state, verb)


def test_commands_and_parameters_name_each_other() -> None:
    """A parameter that a command lists has a row for that command, and the other way round."""
    listed = {f"{spec.verb} {name}" for spec in COMMANDS.values() for name in spec.parameters}
    assert listed == set(PARAMETERS)


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        pytest.param("MAIL", "MAIL", id="as-is"),
        pytest.param("mail", "MAIL", id="lower-case"),
        pytest.param("EhLo", "EHLO", id="mixed-case"),
        pytest.param("DOT", "CRLF.CRLF", id="pseudo-verb"),
        pytest.param(".", "CRLF.CRLF", id="dot-itself"),
        pytest.param("AUTHLINE", "SASL-RESPONSE", id="answer-to-334"),
        pytest.param("xque", "QUEU", id="other-spelling"),
        pytest.param("MAYL", None, id="stranger"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_find_command(word: str, verb: str | None) -> None:
    """Verbs are found in any case and by their other spellings; a stranger is None."""
    spec = find_command(word)
    assert (spec.verb if spec else None) == verb


def test_codes_of_every_command_and_of_the_greeting_are_in_the_table() -> None:
    """The codes that need no row of a command are known too."""
    assert {*GENERIC_FAILURES, *GREETING_SUCCESS, *GREETING_FAILURE} <= set(REPLY_CODES)


def test_base_commands_are_standard() -> None:
    """The verbs that RFC 5321 4.5.1 requires of every server are marked as standard."""
    for verb in ("EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY"):
        assert COMMANDS[verb].status == "standard"


def test_what_may_stand_where_in_a_bunch_is_the_standards() -> None:
    """RFC 2920 3.1 names these; RFC 3030 2, RFC 3207 4 and RFC 4954 4 speak for their own."""
    rules = {
        "any": ("RSET", "MAIL", "SEND", "SOML", "SAML", "RCPT", "BDAT"),
        "last": ("EHLO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "STARTTLS", "AUTH"),
    }
    for rule, verbs in rules.items():
        assert {COMMANDS[verb].pipelining for verb in verbs} == {rule}
    assert COMMANDS["HELP"].pipelining == ""


def test_each_form_of_an_answer_to_334_is_an_answer() -> None:
    """An empty one is an empty line; "=" stands for nothing only behind AUTH (RFC 4954 4)."""
    forms = COMMANDS["SASL-RESPONSE"].syntax.split("  or  ")
    assert "CRLF" in forms
    for form in forms:
        line = form.removesuffix("CRLF").strip().replace("base64", "ZG9yYQ==")
        assert parse_client_line(line, Mode.AUTH, mechanism="LOGIN").problems == (), form
