"""Pastes and what waits to be sent."""

from __future__ import annotations

import pytest

from smtpshell.shell.paste import MOST_LINES, LineQueue, cut_paste

CUTS = [
    pytest.param("", "NOOP", "", ([], "NOOP"), id="no-line-end"),
    pytest.param("", "NOOP\r", "", (["NOOP"], ""), id="cr-of-a-terminal"),
    pytest.param("", "A\r\nB\nC\rD", "", (["A", "B", "C"], "D"), id="any-line-end"),
    pytest.param("RCPT TO:<", "a@b.test>\nDA", "TA", (["RCPT TO:<a@b.test>"], "DATA"), id="around"),
    pytest.param("", "a\n\nb\n", "", (["a", "", "b"], ""), id="empty-lines-count"),
    pytest.param("", " |    A x\n |    B  \n", "", (["A x", "B"], ""), id="copied-from-the-screen"),
    pytest.param("", "A x\n |    B\n |    C", "", (["A x", "B"], "C"), id="copied-from-a-word-on"),
    pytest.param(
        "", "S: 220 x\nC: A\nS: 250 y\nC:\nC: .\n", "", (["A", "", "."], ""), id="dialogue"
    ),
    pytest.param("", "C: A\nS: 250 y\nC: B", "", (["A"], "B"), id="dialogue-up-to-a-word"),
    pytest.param(
        "",
        "greeted> MAIL FROM: <>\nC: MAIL FROM: <>\n             ^ No space\nS: 250 Ok\n | Two\n",
        "",
        (["MAIL FROM: <>"], ""),
        id="our-own-screen",
    ),
    pytest.param("", "C: A\nand text\n", "", (["C: A", "and text"], ""), id="a-letter-about-it"),
    pytest.param("", "S: 250 y\nS: 250 z\n", "", (["S: 250 y", "S: 250 z"], ""), id="no-client"),
    pytest.param("", "C: A\n", "", (["C: A"], ""), id="one-line-as-it-is"),
    pytest.param("", " |    A\nB\n", "", ([" |    A", "B"], ""), id="a-bar-of-its-own"),
]


@pytest.mark.parametrize(("before", "pasted", "after", "cut"), CUTS)
def test_a_paste_is_cut_into_whole_lines(
    before: str, pasted: str, after: str, cut: tuple[list[str], str]
) -> None:
    """Nothing is glued, nothing half sent: what has no line end stays to be edited."""
    assert cut_paste(before, pasted, after) == cut


def test_queue_is_first_in_first_out_and_can_be_dropped() -> None:
    """Dropping says how many lines that were, and ends batch mode."""
    queue = LineQueue()
    queue.add(["a", "b", "c"])
    queue.batch = True
    assert (queue.next(), len(queue)) == ("a", 2)
    assert queue.drop() == 2
    assert (len(queue), queue.batch, bool(queue)) == (0, False, False)


def test_queue_has_an_end() -> None:
    """An endless clipboard does not need endless memory; how much was left out is told."""
    queue = LineQueue()
    assert queue.add([str(n) for n in range(MOST_LINES - 1)]) == 0
    assert queue.add(["one", "too many", "and one more"]) == 2
    assert len(queue) == MOST_LINES
    assert queue.add([]) == 0
