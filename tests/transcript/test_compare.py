"""Dialogues beside each other: turns, alignment, classes of difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.resource import transcripts_dir
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.compare import CLASSES, compare, offers_of
from smtpshell.transcript.reader import parse_transcript, read_transcript
from smtpshell.transcript.turn import OURS, REASON, UNSENT, Turn, turns_of

START = "S: 220 a ready\nC: EHLO me.test\nS: 250-a\nS: 250-SIZE 10\nS: 250 DSN\n"
MAIL = "C: MAIL FROM:<a@b.test>\nS: 250 2.1.0 Ok\n"


def read(text: str) -> tuple[Turn, ...]:
    return turns_of(parse_transcript(text.encode()).events)


# Two dialogues, and the classes in which their last lines differ.
CASES = [
    pytest.param(MAIL, MAIL, (), id="equal"),
    pytest.param(MAIL, MAIL.replace("Ok", "Fine"), ("words",), id="words"),
    pytest.param(
        "C: NOOP\nS: 250 2.0.0 x\n", "C: NOOP\nS: 220 2.0.0 x\n", ("code", "words"), id="code"
    ),
    pytest.param(
        MAIL,
        "C: MAIL FROM:<a@b.test>\nS: 550 5.1.0 No\n",
        ("code", "enhanced", "state", "words"),
        id="refused",
    ),
    pytest.param(
        "C: X\nS: 500 5.5.1 x\n", "C: X\nS: 500 5.5.2 x\n", ("enhanced", "words"), id="enhanced"
    ),
    pytest.param(
        "C: X\nS: 500 x\nclose: server: closed {by=server}\n",
        "C: X\nS: 500 x\n",
        ("closed", "state"),
        id="closed",
    ),
    pytest.param("C: EHLO b\nS: 250-a\nS: 250 DSN\n", "C: EHLO b\nS: 250-a\nS: 250 SIZE\n",
                 ("offers", "words"), id="offers"),
    pytest.param("C: EHLO b\nS: 250-a\nS: 250-DSN\nS: 250 HELP\n",
                 "C: EHLO b\nS: 250-a\nS: 250-HELP\nS: 250 DSN\n",
                 ("words",), id="order-of-offers"),
    pytest.param("C: NOOP\nS: 250 x\n", "C: NOOP\n", ("code", "enhanced", "words"), id="silent"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "classes"), CASES)
def test_how_two_dialogues_differ(left: str, right: str, classes: tuple[str, ...]) -> None:
    """In the last line; before it nothing does."""
    rows = compare([read(START + left), read(START + right)])
    assert rows[-1].classes == classes
    assert not any(row.classes for row in rows[:-1])
    assert rows[-1].differs is bool(set(classes) - {"words"})


def test_a_lasting_difference_is_told_once() -> None:
    """A server without enhanced codes, and a session that stands elsewhere since then."""
    with_codes = START + MAIL + "C: RCPT TO:<c@d.test>\nS: 250 2.1.5 Ok\nC: RSET\nS: 250 2.0.0 x\n"
    without = with_codes.replace("2.1.0 ", "").replace("2.1.5 ", "").replace("2.0.0 ", "")
    rows = compare([read(with_codes), read(without)])
    assert [row.classes for row in rows] == [
        (),
        (),
        ("enhanced", "words"),
        ("words",),
        ("words",),
    ]
    refused = START + MAIL.replace("250 2.1.0 Ok", "550 x") + "C: NOOP\nS: 250 2.0.0 x\n"
    rows = compare([read(START + MAIL + "C: NOOP\nS: 250 2.0.0 x\n"), read(refused)])
    assert "state" in rows[-2].classes
    assert rows[-1].classes == ()


def test_lines_are_aligned() -> None:
    """What only one side has stands alone, and what follows is beside each other again."""
    left = read(START + "C: VRFY a\nS: 252 x\n" + MAIL)
    right = read(START + MAIL)
    third = read(START + MAIL + "C: QUIT\nS: 221 x\n")
    rows = compare([left, right, third])
    assert [row.line[:4] for row in rows] == [b"", b"EHLO", b"VRFY", b"MAIL", b"QUIT"]
    assert [[turn is not None for turn in row.turns] for row in rows[2:]] == [
        [True, False, False],
        [True, True, True],
        [False, False, True],
    ]
    assert rows[2].classes == ("sent",)


def test_offers() -> None:
    """Only a reply to EHLO that is a yes has any."""
    turns = read(START + "C: NOOP\nS: 250-a\nS: 250 DSN\n")
    assert [offers_of(turn) for turn in turns] == [{}, {"SIZE": ("10",), "DSN": ()}, {}]


def test_turns() -> None:
    """A letter belongs to its dot, an unasked reply to what came before, the end to the last."""
    turns = read(
        START + MAIL + "C: RCPT TO:<c@d.test>\nS: 250 x\nC: DATA\nS: 354 x\nC: a\nC:\nC: .\n"
        "S: 250 x\n*S: 421 late\nclose: server: closed {by=server}\n"
    )
    assert [turn.verb for turn in turns] == ["", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]
    assert turns[-1].letter == (b"a", b"")
    assert turns[-1].codes == (250, 421)
    assert turns[-1].closed == "server"
    assert turns[-1].state == "ended"


def test_lmtp_has_several_replies() -> None:
    """One for each recipient."""
    transcript = read_transcript(transcripts_dir() / "lmtp.smtp")
    turns = turns_of(transcript.events, lmtp=True)
    assert max(len(turn.replies) for turn in turns if turn.verb == "DOT") > 1


def test_remarks_of_a_player() -> None:
    """What was not sent and why, what was added, and the server's reasons."""
    events = [
        *parse_transcript(b"S: 220 a\nC: DATA\nS: 503 x\n").events,
        Event(EventKind.REMARK, b"because A", detail={REASON: ""}),
        Event(EventKind.REMARK, b"because B", detail={REASON: ""}),
        Event(EventKind.REMARK, b"DATA was refused", detail={UNSENT: "."}),
        Event(EventKind.REMARK, b"a star", detail={OURS: "*"}),
        Event(EventKind.CLIENT, b"*"),
        Event(EventKind.SERVER, b"501 x"),
    ]
    greeting, data, dot, star = turns_of(events)
    assert (greeting.reason, data.reason) == ("because A", "because B")
    assert (dot.verb, dot.sent, dot.remark) == ("DOT", False, "DATA was refused")
    assert (star.sent, star.remark) == (True, "a star")


LINES = st.lists(
    st.sampled_from(
        ["C: EHLO a.test", "C: MAIL FROM:<a@b.test>", "C: DATA", "C: .", "C: x", "S: 250 x",
         "S: 250-y", "S: 354 go", "S: 550 5.1.1 no", "S: junk", "close: x {by=server}",
         "connect: y", "tls: z", "# remark"]
    ),
    max_size=25,
)  # fmt: skip


@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_dialogues_can_be_compared(texts: list[list[str]]) -> None:
    """Each turn of each side is in one row, in order; a dialogue does not differ from itself."""
    sides = [read("\n".join(text)) for text in texts]
    rows = compare(sides)
    for index, side in enumerate(sides):
        assert [row.turns[index] for row in rows if row.turns[index] is not None] == list(side)
    assert all(set(row.classes) <= set(CLASSES) for row in rows)
    assert not any(row.classes for row in compare([sides[0], sides[0]]))
