"""Events in, lanes and notes out."""

from __future__ import annotations

from datetime import date

import pytest

from smtpshell.explain.ledger import Ledger
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.option import Options
from smtpshell.shell.voice import Voice
from smtpshell.smtp.event import Event, EventKind
from tests.shell.desk import LIBRARY, Writer

GREET = "S: 220 mail.test ready"
HELLO = (GREET, "C: EHLO me.test", "S: 250-mail.test", "S: 250-STARTTLS", "S: 250 SIZE")


def told(*lines: str, ledger: Ledger | None = None, **options: str) -> tuple[Narrator, list[str]]:
    """A narrator that has heard these events, and what it wrote."""
    writer = Writer()
    made = Options(**options)
    commentary = Commentary(
        made, ledger or Ledger(), lambda: LIBRARY, today=lambda: date(2025, 1, 1)
    )
    narrator = Narrator(Voice(writer), made, commentary)
    for line in lines:
        narrator.hear(event(line))
    return narrator, writer.lines


def event(line: str) -> Event:
    side, _, text = line.partition(": ")
    kinds = {"C": EventKind.CLIENT, "S": EventKind.SERVER, "T": EventKind.TLS}
    if side in kinds:
        return Event(kinds[side], text.encode("utf-8", "surrogateescape"))
    if side == "X":
        return Event(EventKind.CLOSE, b"closed", detail={"by": text})
    return Event(EventKind.REMARK, text.encode())


def lanes(lines: list[str]) -> list[str]:
    return [line for line in lines if line[:3] in ("C: ", "S: ")]


def test_both_lanes_are_shown_as_they_went_over_the_wire() -> None:
    """Nothing changed, hidden or reordered; notes come behind what they are about."""
    narrator, lines = told(*HELLO)
    assert lanes(lines) == list(HELLO)
    assert lines[0] == GREET
    assert lines[1].startswith(" | The server is ready > ")
    assert narrator.session.offered == {"STARTTLS": (), "SIZE": ()}


def test_a_plain_telnet_is_left_without_notes_and_remarks() -> None:
    """Everything of ours can be switched off."""
    _, lines = told(*HELLO, "C: MAIL FROM: <a@b.test>", notes="off", remarks="off")
    assert lines == lanes(lines)


def test_an_exam_has_no_notes_and_no_remarks() -> None:
    """Only what was said."""
    _, lines = told(*HELLO, "C: MAIL FROM: <a@b.test>", verbosity="exam")
    assert lines == lanes(lines)


def test_what_is_odd_before_the_part_shown_stands_at_its_start() -> None:
    """A line whose beginning was sent without CRLF: what follows is shown alone."""
    narrator, lines = told(*HELLO, "C: MAIL FROM:<a@b.test>", "C: RCPT TO:<c@d.test>", notes="off")
    for line in ("S: 250 ok", "S: 250 ok", "C: DATA", "S: 354 go"):
        narrator.hear(event(line))
    narrator.hear(Event(EventKind.CLIENT, b"Hello.\n.\n", eol=b""))
    narrator.hear(event("C: end"))
    at = lines.index("C: end")
    assert lines[at - 1] == r"C: Hello.\x0a.\x0a"
    assert lines[at + 1].startswith("   ^ ")
    assert not any("^" in line for line in lines[at + 2 :])  # both line feeds in one remark


def test_a_remark_stands_under_its_place_and_is_not_said_twice() -> None:
    """The note on the issue speaks there, in place of the shorter remark."""
    _, lines = told(*HELLO, "C: MAIL FROM: <a@b.test>")
    at = lines.index("C: MAIL FROM: <a@b.test>")
    assert lines[at + 1].startswith(" " * 13 + "^ No space after this colon > ")
    assert sum("No space after this colon" in line for line in lines) == 1


def test_notes_fade_for_one_learner() -> None:
    """In full first, then as a line, then as a mark before the prompt."""
    ledger = Ledger()
    heads = []
    for _ in range(5):
        narrator, lines = told(GREET, ledger=ledger)
        heads.append(lines[1:])
    assert heads[0][0].startswith(" | The server is ready > ")
    assert heads[1] == [" | The server is ready"]
    assert heads[4] == []
    assert narrator.marked


def test_after_tls_the_offers_are_compared() -> None:
    """New and gone, in one line."""
    under = ("C: EHLO me.test", "S: 250-mail.test", "S: 250-AUTH PLAIN", "S: 250 SIZE")
    _, lines = told(*HELLO, "C: STARTTLS", "S: 220 go", "T: TLSv1.3", *under)
    assert " | Under TLS the offers changed > new: AUTH. Gone: STARTTLS." in lines


def test_a_masked_login_shows_no_answer() -> None:
    """Not in the lane; and without the mask as it was typed."""
    login = (*HELLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: ZG9yYQ==")
    assert not any("ZG9yYQ" in line for line in told(*login, mask="on")[1])
    assert "C: ZG9yYQ==" in told(*login)[1]


def test_line_ends_can_be_shown() -> None:
    """In both lanes."""
    _, lines = told(GREET, "C: NOOP", bytes="on")
    assert lanes(lines) == [f"{GREET}<CR><LF>", "C: NOOP<CR><LF>"]


def test_half_a_reply_is_shown_when_the_server_hangs_up() -> None:
    """Its lines were shown as they came, and the close is told."""
    narrator, lines = told(GREET, "C: EHLO me.test", "S: 250-mail.test", "X: server")
    assert "S: 250-mail.test" in lines
    assert " | Closed > by the server" in lines
    assert narrator.last().reply is not None


def test_exchanges_pair_commands_with_their_replies() -> None:
    """Also where several commands went out in one go."""
    narrator, _ = told(*HELLO, "C: MAIL FROM:<a@b.test>", "C: RCPT TO:<c@d.test>", "S: 250 a")
    assert narrator.last().command is narrator.exchanges[-2].command
    narrator.hear(event("S: 550 b"))
    assert narrator.last() is narrator.exchanges[-1]
    assert [e.reply.code for e in narrator.exchanges if e.reply] == [220, 250, 250, 550]


def test_an_earlier_cause_is_named() -> None:
    """A refusal at RCPT that comes from the name in EHLO (chatmail/core#1847)."""
    refused = "S: 504 5.5.2 <me>: Helo command rejected: need fully-qualified hostname"
    dialogue = (GREET, "C: EHLO me", "S: 250 mail.test", "C: MAIL FROM:<a@b.test>", "S: 250 ok")
    narrator, lines = told(*dialogue, "C: RCPT TO:<c@d.test>", refused)
    assert "diagnosis.bad-client-name" in [one.note.id for one in narrator.last().notes]
    assert any("You said `EHLO me`" in line for line in lines)


@pytest.mark.parametrize("text", ["\x1b[2J", "\u202e", "\x07"], ids=ascii)
def test_no_word_of_a_peer_is_shown_raw(text: str) -> None:
    """Neither in lanes nor in what is said of them."""
    _, lines = told(
        f"S: 220 {text}",
        "C: EHLO me.test",
        f"S: 250-{text}",
        f"S: 250 X{text}",
        f"C: {text}",
        f"S: 500 {text}",
        f"T: {text}",
        f"#: {text}",
    )
    assert all(line.isprintable() for line in lines)


def test_every_event_is_recorded() -> None:
    """In its order, whatever is shown of it."""
    kept: list[Event] = []
    made = Options(notes="off")
    commentary = Commentary(made, Ledger(), lambda: LIBRARY)
    narrator = Narrator(Voice(Writer()), made, commentary, record=kept.append)
    events = [event(line) for line in (*HELLO, "X: client")]
    for one in events:
        narrator.hear(one)
    assert kept == events
