"""The table of transitions, against the table of commands and as a diagram."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.diagram import diagram, diagram_of
from smtpshell.smtp.state import EFFECTS, TRANSITIONS, State, after, in_order, table_verb
from smtpshell.smtp.table.command import COMMANDS

# Rows of the table of commands that speak of another protocol, or under another name here.
ELSEWHERE = {"SASL-RESPONSE", "CRLF.CRLF", "MAIL (MTP)"}
MOVING = [verb for verb in COMMANDS if verb in EFFECTS]


@pytest.mark.parametrize("verb", MOVING)
def test_both_tables_agree_on_where_a_verb_is_in_order(verb: str) -> None:
    """What the table of commands calls legal states are those with a row here."""
    here = {state.value for state, known in TRANSITIONS if known == verb}
    assert here == set(COMMANDS[verb].legal_states)


@pytest.mark.parametrize("verb", [verb for verb in MOVING if verb not in ("RSET", "BDAT", "BURL")])
def test_both_tables_agree_on_what_success_leads_to(verb: str) -> None:
    """A verb whose success leads elsewhere does so here too."""
    targets = {target.value for target in EFFECTS[verb].values()}
    assert COMMANDS[verb].next_state in targets or (verb == "PROXY" and not targets)


def test_verbs_without_a_row_move_nothing() -> None:
    """Only a verb that says "same", or the state it stands in, may be missing here."""
    for verb in COMMANDS.keys() - EFFECTS.keys() - ELSEWHERE:
        spec = COMMANDS[verb]
        assert spec.next_state == "same" or (spec.next_state,) == spec.legal_states


JUDGED = [
    pytest.param(State.GREETED, "MAIL", True, id="mail-after-ehlo"),
    pytest.param(State.CONNECTED, "MAIL", False, id="mail-before-ehlo"),
    pytest.param(State.RCPT, "BDAT LAST", True, id="only-chunk"),
    pytest.param(State.BDAT, "DATA", False, id="data-after-bdat"),
    pytest.param(State.RCPT, "VRFY", True, id="vrfy-any-time"),
    pytest.param(State.GREETED, "XUSR", True, id="private"),
    pytest.param(State.RCPT, "ETRN", False, id="not-in-a-transaction"),
    pytest.param(State.GREETED, "HELLO", False, id="stranger"),
    pytest.param(State.ENDED, "NOOP", False, id="after-the-end"),
]


@pytest.mark.parametrize(("state", "verb", "expected"), JUDGED)
def test_in_order(state: State, verb: str, expected: bool) -> None:
    """Order of commands, RFC 5321 4.1.4."""
    assert in_order(state, verb) is expected


MOVES = [
    pytest.param(State.RCPT, "DATA", 3, State.DATA, id="354"),
    pytest.param(State.RCPT, "DATA", 5, State.RCPT, id="data-refused"),
    pytest.param(State.DATA, "DOT", 5, State.GREETED, id="letter-refused"),
    pytest.param(State.CONNECTED, "MAIL", 2, State.MAIL, id="mail-forgiven-before-ehlo"),
    pytest.param(State.GREETED, "HELLO", 2, State.GREETED, id="stranger"),
    pytest.param(State.CONNECTED, "RSET", 2, State.CONNECTED, id="rset-greets-nobody"),
]


@pytest.mark.parametrize(("state", "verb", "digit", "expected"), MOVES)
def test_after(state: State, verb: str, digit: int, expected: State) -> None:
    """The first digit picks the next state; a forgiven command has its usual effect."""
    assert after(state, verb, digit) is expected


@given(
    state=st.sampled_from(State),
    verb=st.sampled_from([*EFFECTS, *COMMANDS, ""]) | st.text(max_size=5),
    code=st.integers(0, 999),
    last=st.booleans(),
)
def test_every_state_verb_and_code_is_handled(
    state: State, verb: str, code: int, last: bool
) -> None:
    """There is always a next state, and always a judgement."""
    verb = table_verb(verb, last)
    assert isinstance(after(state, verb, code // 100), State)
    assert in_order(state, verb) in (True, False)


def test_the_diagram_has_all_there_is() -> None:
    """Each state has its block, and each of its rows stands in the table."""
    drawn = diagram()
    assert drawn.split("\n\n")[-1].startswith("any state\n")
    for state in State:
        assert diagram_of(state) in drawn
    for (state, verb), effect in TRANSITIONS.items():
        words = {"GREETING": "(greeting)", "AUTHLINE": "(answer)", "DOT": "(lone dot)"}
        assert not effect or words.get(verb, verb) in diagram_of(state)
        for target in effect.values():
            assert f"-> {target.value}" in diagram_of(state)
    assert max(map(len, drawn.splitlines())) <= 79
