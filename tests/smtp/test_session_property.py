"""What holds of any session, whatever both sides say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.advice import advise
from smtpshell.smtp.change import Change
from smtpshell.smtp.command import CHUNK, PSEUDO_VERBS, Command, parse_client_line, parse_command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import EFFECTS, IN_TRANSACTION, Mode, State
from smtpshell.smtp.table.command import COMMANDS

SAID = [
    "EHLO client.example.org",
    "HELO client.example.org",
    "LHLO client.example.org",
    "MAIL FROM:<ada@example.org> SIZE=10 BODY=8BITMIME",
    "MAIL FROM:<\u00e4da@example.org>",
    "RCPT TO:<bob@example.com>",
    "RCPT TO:<b\u00f6b@example.com>",
    "DATA",
    "BDAT 5",
    "BDAT 0 LAST",
    "RSET",
    "STARTTLS",
    "AUTH PLAIN AHgAeQ==",
    "AUTH LOGIN",
    "NOOP",
    "QUIT",
    "TURN",
    "XCLIENT NAME=a.test",
    ".",
    "",
    "*",
    "Subject: hello",
]
lines = st.sampled_from(SAID) | st.sampled_from(list(COMMANDS)) | st.text(max_size=20)
replies = st.one_of(
    st.builds(lambda code: b"%03d words\r\n" % code, st.integers(0, 999)),
    st.sampled_from(
        [
            b"220 mx\r\n",
            b"250 ok\r\n",
            b"250-mx\r\n250-PIPELINING\r\n250-SIZE x\r\n250 LIMITS RCPTMAX=1 MAILMAX\r\n",
            b"334 eA==\r\n",
            b"353 x\r\n",
            b"354 go\r\n",
            b"421 bye\r\n",
        ]
    ),
    st.binary(max_size=20),
)
happenings = st.one_of(
    st.tuples(st.just("line"), lines),
    st.tuples(st.just("odd"), st.sampled_from(sorted({*PSEUDO_VERBS, *EFFECTS, *COMMANDS, ""}))),
    st.tuples(st.just("octets"), st.integers(0, 20)),
    st.tuples(st.just("reply"), replies),
    st.tuples(st.just("reply"), replies),
    st.tuples(st.just("tls"), st.none()),
    st.tuples(st.just("behind"), st.binary(max_size=9)),
    st.tuples(st.just("closed"), st.sampled_from(["client", "server", "network"])),
)
stories = st.lists(happenings, max_size=25)


def tell(session: Session, kind: str, what: object) -> Change:
    """Let one thing happen."""
    if isinstance(what, str) and kind in ("line", "odd"):
        command = Command(what, what) if kind == "odd" else parse_client_line(what, session.mode)
        advice = advise(session, command)
        change = session.client_said(command)
        assert set(change.problems) <= set(advice)
        for found in advice:
            assert 0 <= found.start <= found.end <= len(command.text)
        return change
    if kind == "octets":
        return session.client_said(Command("x" * int(str(what)), CHUNK))
    if kind == "reply" and isinstance(what, bytes):
        return session.server_said(parse_reply(what))
    if kind == "tls":
        return session.tls_started()
    if isinstance(what, bytes):
        return session.left_behind(what)
    return session.closed(str(what))


@given(story=stories, lmtp=st.booleans(), tls=st.booleans())
def test_any_story_can_be_watched(story: list[tuple[str, object]], lmtp: bool, tls: bool) -> None:
    """Nothing raises, and what the session says of itself fits together."""
    session = Session(lmtp=lmtp, tls=tls)
    for kind, what in story:
        change = tell(session, kind, what)
        assert change.after is session.state
        assert (
            session.state is State.ENDED
            or session.mode is not Mode.ENDED
            or (session.state is State.TURNED)
        )
        assert (session.mode is Mode.CHUNK) == (session.chunk_octets_left > 0)
        if session.state not in {*IN_TRANSACTION, State.AUTH}:
            assert session.envelope.reverse_path is None
            assert session.envelope.accepted == ()
        if not session.pending and session.state is not State.ENDED:
            assert session.expected is session.state
        assert change.transaction <= session.numbers_given
        assert isinstance(session.in_order(), tuple)
        assert isinstance(session.phase, str)


@given(story=stories, rest=stories, lmtp=st.booleans())
def test_a_copy_is_independent(
    story: list[tuple[str, object]], rest: list[tuple[str, object]], lmtp: bool
) -> None:
    """Going on with one leaves the other as it was, and the same rest leads to the same end."""
    session = Session(lmtp=lmtp)
    for kind, what in story:
        tell(session, kind, what)
    kept, twin = session.copy(), session.copy()
    for kind, what in rest:
        tell(session, kind, what)
    assert twin == kept
    for kind, what in rest:
        tell(twin, kind, what)
    assert twin == session


@given(
    state=st.sampled_from(State),
    verb=st.sampled_from(sorted({*EFFECTS, *COMMANDS, "HELLO"})),
    code=st.integers(0, 999),
    last=st.booleans(),
)
def test_every_state_verb_and_code_is_handled(
    state: State, verb: str, code: int, last: bool
) -> None:
    """A session in any state takes any verb and any reply to it, and ends up somewhere."""
    session = Session()
    session.server_said(parse_reply(b"220 mx"))
    session.state = session.ahead = state
    session.client_said(Command(verb, verb, last=last))
    change = session.server_said(parse_reply(b"%03d words" % code))
    assert isinstance(change.after, State)
    if code == 421:
        assert change.after is State.ENDED


def test_a_reply_moves_only_as_the_table_says() -> None:
    """Accepted commands lead along the table from end to end."""
    session = Session()
    session.server_said(parse_reply(b"220 mx"))
    for line in ("EHLO a.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>"):
        before = session.state
        command = parse_command(line)
        session.client_said(command)
        session.server_said(parse_reply(b"250 ok"))
        assert session.state is EFFECTS[command.verb][2]
        assert session.state is not before
