"""Events as text: lossless for any bytes, readable for the usual ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.event import NO_DETAIL, UNASKED, Event, EventKind
from smtpshell.transcript.format import escape, format_event, unescape
from smtpshell.transcript.header import Header, format_header
from smtpshell.transcript.reader import parse_transcript

K = EventKind
CRLF = b"\r\n"

TIMES = st.integers(0, 10**9).map(lambda thousandths: thousandths / 1000)
ANY_BYTES = st.binary(max_size=60) | st.text(max_size=30).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(EventKind))
    wire = kind in (K.CLIENT, K.SERVER)
    detail: dict[str, str] = {}
    if wire:
        detail = dict(draw(st.sampled_from([NO_DETAIL, UNASKED])))
    elif kind is not K.REMARK:
        detail = draw(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), WORDS))
        detail.pop("unasked", None)
    return Event(
        kind,
        draw(ANY_BYTES),
        draw(TIMES),
        draw(st.booleans()),
        draw(st.sampled_from([CRLF, b""])) if wire else CRLF,
        detail,
    )


@given(st.lists(events(), max_size=5))
def test_any_events_come_back_from_the_text(said: list[Event]) -> None:
    """Whatever bytes, marks, times and details: what is written is what is read."""
    text = "".join(map(format_event, said))
    assert list(parse_transcript(text.encode()).events) == said


@given(st.lists(events(), max_size=5))
def test_an_editor_that_strips_blanks_and_writes_crlf_does_no_harm(said: list[Event]) -> None:
    """Blanks at line ends and the kind of line end carry no meaning."""
    lines = "".join(map(format_event, said)).split("\n")
    text = "\r\n".join(line.rstrip(" \t") for line in lines)
    assert list(parse_transcript(text.encode()).events) == said


@given(ANY_BYTES)
def test_escaped_text_is_printable_and_comes_back(data: bytes) -> None:
    """Escaping leaves nothing that a terminal, an editor or a line reader could take amiss."""
    text = escape(data)
    assert text.isprintable()
    assert text == text.strip("\n ") or text.startswith(" ")
    assert unescape(text.encode()) == data


@given(st.builds(Header, *[WORDS] * 3, st.sampled_from(["", "smtp", "lmtp"])))
def test_any_head_comes_back(header: Header) -> None:
    """Titles may hold anything, line ends and escapes too."""
    assert parse_transcript(format_header(header).encode()).header == header


@given(st.lists(WORDS, max_size=4).map(tuple))
def test_remarks_of_the_head_come_back(remarks: tuple[str, ...]) -> None:
    """Also empty ones, which stand between paragraphs."""
    header = Header(title="x", remarks=remarks)
    assert parse_transcript(format_header(header).encode()).header == header


LINES = [
    pytest.param(Event(K.SERVER, b"220 mx", 0.0042), "   0.004   S: 220 mx", id="server"),
    pytest.param(Event(K.CLIENT, b"QUIT", 12.5, True), "  12.500  ~C: QUIT", id="tls"),
    pytest.param(Event(K.SERVER, b"421 x", 1, True, CRLF, UNASKED), "   1.000 ~*S: 421 x", id="un"),
    pytest.param(Event(K.CLIENT, b"", 1), "   1.000   C:", id="empty-line"),
    pytest.param(Event(K.CLIENT, b"DATA "), "   0.000   C: DATA\\x20", id="blank-at-end"),
    pytest.param(Event(K.CLIENT, b"a\\", 0, False, b""), "   0.000   C: a\\\\\\", id="backslash"),
    pytest.param(Event(K.CLIENT, b"DATA\n", 0, False, b""), "   0.000   C: DATA\\n\\", id="lf"),
    pytest.param(Event(K.CLIENT, b"NOOP", 0, False, b"\n"), "   0.000   C: NOOP\\n\\", id="eol-lf"),
    pytest.param(Event(K.SERVER, b"\x1b]0;x\x07"), "   0.000   S: \\x1b]0;x\\x07", id="escapes"),
    pytest.param(
        Event(K.SERVER, "250 ä\u202e".encode()), "   0.000   S: 250 ä\\xe2\\x80\\xae", id="u"
    ),
    pytest.param(Event(K.REMARK, b"why", 3), "   3.000   # why", id="remark"),
    pytest.param(
        Event(K.CLOSE, b"gone {", 3, detail={"by": "x}"}),
        "   3.000   close: gone \\x7b {by=x\\x7d}",
        id="braces",
    ),
    pytest.param(Event(K.CLIENT, b"x", -1.0), "   0.000   C: x", id="no-time-before-the-start"),
]


@pytest.mark.parametrize(("event", "line"), LINES)
def test_a_line_looks_like_this(event: Event, line: str) -> None:
    """The layout that transcripts/README.md promises."""
    assert format_event(event) == line + "\n"


def test_a_very_long_line_is_written_in_pieces() -> None:
    """However many octets have to be escaped, no line of the file grows beyond the limit."""
    event = Event(K.SERVER, b"\x00" * 65536, 1.0)
    text = format_event(event)
    assert max(map(len, text.splitlines())) <= 64 * 1024
    pieces = parse_transcript(text.encode()).events
    assert b"".join(piece.data + piece.eol for piece in pieces) == event.data + event.eol
