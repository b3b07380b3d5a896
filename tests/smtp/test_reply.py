"""Whole replies, and putting them together."""

from __future__ import annotations

import pytest

from smtpshell.smtp.line import Line, LineBuffer
from smtpshell.smtp.reply import MOST_LINES, MOST_OCTETS, Reply, ReplyReader, parse_reply

REPLIES = [
    pytest.param(b"250 ok\r\n", 250, None, [], id="one-line"),
    pytest.param(b"250 ok", 250, None, [], id="without-crlf"),
    pytest.param(b"250-a\r\n250 b\r\n", 250, None, [], id="two-lines"),
    pytest.param(b"", None, None, [], id="nothing"),
    pytest.param(b"\r\n", None, None, [(0, "reply-no-code")], id="empty-line"),
    pytest.param(b"550-5.1.1 a\r\n550 5.1.1 b\r\n", 550, "5.1.1", [], id="enhanced-on-each-line"),
    pytest.param(
        b"550-5.1.1 a\r\n550 b\r\n",
        550,
        "5.1.1",
        [(1, "enhanced-missing-on-line")],
        id="enhanced-missing",
    ),
    pytest.param(
        b"550-a\r\n550 5.1.1 b\r\n",
        550,
        "5.1.1",
        [(0, "enhanced-missing-on-line")],
        id="enhanced-late",
    ),
    pytest.param(
        b"550-5.1.1 a\r\n550 5.7.1 b\r\n",
        550,
        "5.1.1",
        [(1, "enhanced-differ")],
        id="enhanced-differ",
    ),
    pytest.param(b"250-a\r\n550 b\r\n", 550, None, [(1, "reply-codes-differ")], id="codes-differ"),
    pytest.param(b"250 a\r\n250 b\r\n", 250, None, [(0, "reply-early-end")], id="early-end"),
    pytest.param(
        b"250\r\n250 b\r\n",
        250,
        None,
        [(0, "reply-early-end"), (0, "reply-no-text")],
        id="early-end-bare",
    ),
    pytest.param(b"250-a\r\n250-b\r\n", 250, None, [(1, "reply-truncated")], id="truncated"),
    pytest.param(
        b"250-a\r\nhello\r\n250 b\r\n", 250, None, [(1, "reply-no-code")], id="text-between"
    ),
    pytest.param(
        b"250-a\n250 b\r\n", 250, None, [(0, "reply-bare-lf"), (0, "reply-truncated")], id="lf-only"
    ),
    pytest.param(
        b"2500-a\r\n", None, None, [(0, "reply-bad-code"), (0, "reply-truncated")], id="four-digits"
    ),
]


@pytest.mark.parametrize(("data", "code", "enhanced", "problems"), REPLIES)
def test_whole_replies_are_described_however_wrong(
    data: bytes, code: int | None, enhanced: str | None, problems: list[tuple[int, str]]
) -> None:
    """Code of the last line, first enhanced code, and where the lines contradict each other."""
    reply = parse_reply(data)
    assert reply.code == code
    assert (str(reply.enhanced) if reply.enhanced else None) == enhanced
    assert sorted((index, p.issue) for index, p in reply.problems) == problems
    assert [index for index, _ in reply.problems] == sorted(index for index, _ in reply.problems)
    assert parse_reply(reply.wire()) == reply


def test_a_reply_that_stops_is_pointed_at_where_it_promised_more() -> None:
    """At the dash, wherever it stands."""
    for data, dash in ((b"250-a", 3), (b"-5-", 2), (b"2500-a-b", 4)):
        (place,) = [p.start for _, p in parse_reply(data).problems if p.issue == "reply-truncated"]
        assert place == dash


def test_digit_and_words() -> None:
    """What a client decides by, and what a person reads."""
    reply = parse_reply(b"550-5.1.1 no such\r\n550 5.1.1 user\r\n")
    assert (reply.digit, reply.text) == (5, "no such\nuser")
    assert str(reply) == "550-5.1.1 no such\r\n550 5.1.1 user\r\n"
    assert parse_reply(b"hello").digit == 0


EHLO = (
    b"250-mail.office.test at your service\r\n250-SIZE 10240000\r\n250-auth LOGIN PLAIN\r\n"
    b"250-AUTH=LOGIN CRAM-MD5\r\n250-PIPELINING\r\n250-SIZE 5\r\n250 8BITMIME\r\n"
)


def test_what_an_ehlo_reply_offers() -> None:
    """Keywords in capitals in the server's order; the old AUTH= and doubled lines folded in."""
    assert parse_reply(EHLO).keywords() == {
        "SIZE": ("10240000", "5"),
        "AUTH": ("LOGIN", "PLAIN", "CRAM-MD5"),
        "PIPELINING": (),
        "8BITMIME": (),
    }
    assert parse_reply(b"250 mail.office.test SIZE\r\n").keywords() == {}
    assert parse_reply(b"").keywords() == {}


def test_an_ehlo_reply_read_as_such() -> None:
    """The first line stays text; a keyword that comes twice is remarked upon, AUTH= is not."""
    reply = parse_reply(EHLO).as_ehlo()
    assert reply.lines[0] == parse_reply(EHLO).lines[0]
    assert [(index, p.issue, p.start, p.end) for index, p in reply.problems] == [
        (5, "duplicate-keyword", 4, 8)
    ]
    assert reply.as_ehlo() == reply
    assert reply.keywords() == parse_reply(EHLO).keywords()
    bad = parse_reply(b"250-x\r\n250-****\r\n250-hello there\r\nhm\r\n250 SIZE\r\n").as_ehlo()
    assert [(index, p.issue) for index, p in bad.problems] == [
        (1, "bad-keyword"),
        (3, "reply-no-code"),
    ]
    assert list(bad.keywords()) == ["****", "HELLO", "SIZE"]
    refused = parse_reply(b"500 what?\r\n")
    assert refused.as_ehlo() is refused


def read(wire: bytes, cuts: list[int]) -> list[Reply]:
    buffer, reader, replies = LineBuffer(), ReplyReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        buffer.feed(wire[start:end])
        while line := buffer.next_line():
            if reply := reader.feed_line(line):
                replies.append(reply)
    return replies


def test_replies_do_not_depend_on_how_the_network_cut_them() -> None:
    """Whole, byte by byte, and cut at every place."""
    wire = b"220 mx\r\n250-a\r\n250 b\r\nnoise\r\n354 go\r\n"
    expected = [
        parse_reply(b"220 mx\r\n"),
        parse_reply(b"250-a\r\n250 b\r\n"),
        parse_reply(b"noise\r\n"),
        parse_reply(b"354 go\r\n"),
    ]
    assert read(wire, []) == expected
    assert read(wire, list(range(1, len(wire)))) == expected
    for place in range(len(wire)):
        assert read(wire, [place]) == expected


def test_inside_a_reply_a_line_without_a_code_is_text() -> None:
    """The reply goes on until a line with a code and without a dash."""
    reader = ReplyReader()
    assert reader.feed_line(Line(b"250-a")) is None
    assert reader.feed_line(Line(b"noise")) is None
    assert [line.text for line in reader.partial] == ["250-a", "noise"]
    reply = reader.feed_line(Line(b"250 b"))
    assert reply is not None
    assert [line.text for line in reply.lines] == ["250-a", "noise", "250 b"]
    assert reader.partial == ()


def test_what_has_come_can_be_had_when_the_server_is_gone() -> None:
    """The last words of a server are not lost."""
    reader = ReplyReader()
    assert reader.flush() is None
    reader.feed_line(Line(b"421-going"))
    reply = reader.flush()
    assert reply is not None
    assert (reply.code, reply.problems[0][1].issue) == (421, "reply-truncated")
    assert reader.flush() is None


def test_an_overlong_line_is_remarked_upon() -> None:
    """Where it was cut."""
    reply = ReplyReader().feed_line(Line(b"250 x", overlong=True))
    assert reply is not None
    assert [(p.issue, p.start) for _, p in reply.problems] == [("reply-too-long", 5)]


@pytest.mark.parametrize(
    ("line", "most"), [(b"250-x", MOST_LINES), (b"250-" + b"x" * 16378, MOST_OCTETS // 16384)]
)
def test_an_endless_reply_ends(line: bytes, most: int) -> None:
    """After so many lines or octets what has come is handed over, and says so."""
    reader = ReplyReader()
    for _ in range(most - 1):
        assert reader.feed_line(Line(line)) is None
    reply = reader.feed_line(Line(line))
    assert reply is not None
    assert len(reply.lines) == most
    assert reply.problems[-1][1].issue == "reply-too-long" or len(line) > 512
    assert "reply-too-long" in {p.issue for _, p in reply.problems}
    assert reader.partial == ()
