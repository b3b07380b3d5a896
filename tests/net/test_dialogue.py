"""Bytes of both directions as events: at once, whole, bounded; no socket needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.net.dialogue import (
    LINE_FAULT,
    MOST_UNASKED,
    REPLY_FAULT,
    UNASKED_FAULT,
    Dialogue,
    cut_lines,
    end_by_server,
)
from smtpshell.net.tls_layer import TlsLayer
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.line import LIMIT
from smtpshell.smtp.reply import MOST_LINES, MOST_OCTETS

K = EventKind


def dialogue() -> tuple[Dialogue, list[Event]]:
    events: list[Event] = []
    return Dialogue(events.append, lambda: 1.5), events


def heard(events: list[Event]) -> list[bytes]:
    return [event.data + event.eol for event in events if event.kind is K.SERVER]


def test_the_lines_of_a_reply_are_events_before_it_is_whole() -> None:
    """A learner sees each line when it comes."""
    talk, events = dialogue()
    talk.received(b"250-a\r\n250-b\r\n250")
    assert [event.data for event in events] == [b"250-a", b"250-b"]
    assert talk.reply_due
    talk.received(b" c\r\n")
    assert events[-1] == Event(K.SERVER, b"250 c", 1.5)
    assert talk.replies == 1


@given(st.binary(max_size=80), st.lists(st.integers(0, 80)).map(sorted))
def test_no_byte_is_lost_however_the_network_cuts(data: bytes, cuts: list[int]) -> None:
    """What the events hold is what came; half a line at the end is told with the end."""
    talk, events = dialogue()
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        talk.received(data[start:end])
    talk.received_all()
    assert b"".join(heard(events)) == data


@given(st.binary(max_size=80))
def test_what_is_sent_is_told_byte_for_byte(data: bytes) -> None:
    """Lines as lines, anything else as what it is."""
    talk, events = dialogue()
    talk.sent(data)
    assert b"".join(event.data + event.eol for event in events) == data
    assert all(event.kind is K.CLIENT for event in events)


def test_replies_that_nobody_asked_for_are_marked() -> None:
    """All lines of such a reply; a greeting is not one, nor the answer to a command."""
    talk, events = dialogue()
    talk.received(b"220 hi\r\n421-too\r\n421 late\r\n")
    assert [dict(event.detail) for event in events] == [{}, {"unasked": "yes"}, {"unasked": "yes"}]
    talk, events = dialogue()
    talk.received(b"220 hi\r\n")
    talk.sent(b"NOOP\r\nNOOP\r\n")
    talk.received(b"250 a\r\n250 b\r\n250 c\r\n")
    assert [bool(event.detail) for event in events if event.kind is K.SERVER][1:] == [
        False,
        False,
        True,
    ]


def test_the_rest_of_a_reply_is_what_its_first_line_was() -> None:
    """Unasked to its end, also if a command was sent while it came."""
    talk, events = dialogue()
    talk.received(b"220 hi\r\n421-too\r\n")
    talk.sent(b"NOOP\r\n")
    talk.received(b"421 late\r\n")
    marks = [bool(event.detail) for event in events if event.kind is K.SERVER]
    assert marks == [False, True, True]


def test_a_server_may_say_much_as_long_as_it_is_heard() -> None:
    """Unasked replies are counted from the last word of the client; one too many is a fault."""
    talk, _ = dialogue()
    talk.received(b"220 hi\r\n" + b"250 unasked\r\n" * MOST_UNASKED)
    assert not talk.fault
    talk.sent(b"NOOP\r\n")
    talk.received(b"250 asked\r\n" + b"250 unasked\r\n" * MOST_UNASKED)
    assert not talk.fault
    talk.received(b"250 unasked\r\n")
    assert talk.fault == UNASKED_FAULT


FLOODS = [
    pytest.param([b"x" * 65536], LINE_FAULT, id="endless-line"),
    pytest.param([b"220 " + b"x" * 70000 + b"\r\n"], LINE_FAULT, id="long-line"),
    pytest.param([b"220-x\r\n"] * 1000, REPLY_FAULT, id="many-lines"),
    pytest.param([b"220-" + b"x" * 9000 + b"\r\n"] * 30, REPLY_FAULT, id="many-octets"),
    pytest.param([b"250 ok\r\n"] * 2000, UNASKED_FAULT, id="unasked-replies"),
]


@pytest.mark.parametrize(("chunks", "fault"), FLOODS)
def test_a_server_without_an_end_is_stopped(chunks: list[bytes], fault: str) -> None:
    """64 KiB a line, 256 KiB or 1000 lines a reply; the words say which limit it was."""
    talk, _ = dialogue()
    read = 0
    for chunk in chunks:
        read += len(chunk)
        talk.received(chunk)
        if talk.fault:
            break
    assert talk.fault == fault
    assert read <= 300 * 1024


def test_lines_that_came_behind_the_last_straw_are_not_told_as_one() -> None:
    """They were not read, and it would look as if the server ended its lines in a wrong way."""
    talk, events = dialogue()
    talk.received(b"220 hi\r\n" + b"250 ok\r\n" * 2000)
    assert talk.fault == UNASKED_FAULT
    told = len(events)
    talk.received_all()
    assert len(events) == told


def test_behind_the_220_to_starttls_nothing_is_read() -> None:
    """What lies there was said in clear; it is left for whoever is to judge it."""
    talk, events = dialogue()
    talk.received(b"220 hi\r\n")
    talk.sent(b"EHLO a.test\r\n")
    talk.received(b"250-mx\r\n250 STARTTLS\r\n")
    talk.sent(b"STARTTLS\r\n")
    talk.received(b"220 go\r\n250 injected\r\n250 hal")
    assert talk.tls_due
    assert events[-1].data == b"220 go"
    assert talk.left_behind() == b"250 injected\r\n250 hal"
    talk.tls_began()
    assert not talk.tls_due
    assert talk.left_behind() == b""
    talk.sent(b"EHLO a.test\r\n")
    assert events[-1].tls


@pytest.mark.parametrize(
    ("said", "cut"),
    [(b"", False), (b"250 ok\r\n", False), (b"250-a\r\n", True), (b"250 o", True)],
    ids=["nothing", "whole", "half-a-reply", "half-a-line"],
)
def test_an_end_in_the_middle_of_a_reply_is_told(said: bytes, cut: bool) -> None:
    """Half a reply is no reply, even if it begins with 250."""
    talk, events = dialogue()
    talk.received(b"220 hi\r\n")
    talk.sent(b"NOOP\r\n")
    talk.received(said)
    assert talk.received_all() is cut
    assert b"".join(heard(events)) == b"220 hi\r\n" + said


def test_patience_depends_on_what_was_said() -> None:
    """RFC 5321 4.5.3.2: two minutes for DATA, ten for the dot, five for the rest."""
    talk, _ = dialogue()
    assert talk.patience == 300
    talk.received(b"220 hi\r\n")
    for line, reply, seconds in (
        (b"EHLO a.test", b"250 mx", 300),
        (b"MAIL FROM:<>", b"250 ok", 300),
        (b"RCPT TO:<a@b.test>", b"250 ok", 300),
        (b"DATA", b"354 go", 120),
        (b"x\r\n.", b"250 ok", 600),
    ):
        talk.sent(line + b"\r\n")
        assert talk.patience == seconds
        talk.received(reply + b"\r\n")


def test_a_tls_alert_instead_of_a_greeting_is_explained() -> None:
    """Somebody typed at a port that wants TLS first (M33)."""
    talk, events = dialogue()
    talk.received(b"\x15\x03\x01\x00\x02\x02\x0a")
    assert events[0].kind is K.REMARK
    assert b"--tls" in events[0].data


def test_lines_are_cut_at_crlf_only() -> None:
    """And what has no CRLF says so."""
    assert list(cut_lines(b"a\nb\r\n\r\nc")) == [(b"a\nb", b"\r\n"), (b"", b"\r\n"), (b"c", b"")]


def test_tls_that_was_not_ended_properly_was_cut() -> None:
    """Without close_notify nobody knows whether the server had finished."""
    tls = TlsLayer("mail.test")
    assert end_by_server(None).by == "server"
    assert end_by_server(tls).by == "server"
    tls.established = True
    assert end_by_server(tls).by == "network"
    tls.at_end = True
    assert end_by_server(tls).by == "server"


def test_faults_tell_the_limits_that_hold() -> None:
    """They are messages for translators, so the numbers stand in them as they are."""
    assert f"{LIMIT // 1024} KiB" in LINE_FAULT
    assert f"{MOST_OCTETS // 1024} KiB or {MOST_LINES} lines" in REPLY_FAULT
    assert f"{MOST_UNASKED} replies" in UNASKED_FAULT
