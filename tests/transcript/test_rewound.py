"""What still counts of a transcript in which somebody went back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.rewound import as_it_stands, rewound_to, rewound_words

K = EventKind


def paper(*marks: str) -> list[Event]:
    """Events: a number goes back to that line, "." is the end, else a letter is said and echoed."""
    events = [Event(K.CONNECT), Event(K.SERVER, b"220")]
    for mark in marks:
        if mark.isdigit():
            events.append(Event(K.REMARK, rewound_words(int(mark)).encode()))
        elif mark == ".":
            events.append(Event(K.CLOSE, b"closed"))
        else:
            events += [Event(K.CLIENT, mark.encode()), Event(K.SERVER, mark.upper().encode())]
    return events


CASES = [
    pytest.param("ab", "ab", id="nobody-went-back"),
    pytest.param("ab1", "a", id="last-line"),
    pytest.param("ab1c", "ac", id="and-on"),
    pytest.param("ab1c3", "ac", id="nothing-new"),
    pytest.param("ab0", "", id="to-the-greeting"),
    pytest.param("abc1de2", "ab", id="to-what-had-been-taken-back"),
    pytest.param("ab1cd2", "ab", id="to-another-branch"),
    pytest.param("ab.2c", "abc", id="open-again"),
    pytest.param("ab.1c", "ac", id="open-again-and-back"),
    pytest.param("ab9", "ab", id="no-such-line"),
]


@pytest.mark.parametrize(("marks", "stands"), CASES)
def test_what_stands(marks: str, stands: str) -> None:
    """Lines, their replies, and whether the connection is open."""
    wanted = paper(*stands)
    found = [event for event in as_it_stands(paper(*marks)) if rewound_to(event) is None]
    assert found == wanted


@given(st.lists(st.sampled_from("abc.01239"), max_size=30))
def test_any_marks_are_understood(marks: list[str]) -> None:
    """What stands was said, and each reply still follows its line."""
    events = paper(*marks)
    found = list(as_it_stands(events))
    assert all(event in events for event in found)
    for event, after in pairwise(found):
        if event.kind is K.CLIENT:
            assert after == Event(K.SERVER, event.data.upper())


def test_other_remarks_are_no_such_remark() -> None:
    """Only the beginning of a remark counts, and only of a remark."""
    for event in (Event(K.REMARK, b"not rewound to line 3"), Event(K.SERVER, b"rewound to line 3")):
        assert rewound_to(event) is None
