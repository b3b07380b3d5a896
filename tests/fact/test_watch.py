from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.datafile import Where
from smtpshell.fact.condition import compile_condition
from smtpshell.fact.feed import Feed
from smtpshell.fact.letter import Letter
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.command import Command, parse_client_line, parse_command
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode

NOWHERE = Where("test", 1)


class Dialogue:
    """A session told line by line; `moments` are all it made."""

    def __init__(self, *, lmtp: bool = False) -> None:
        self.watch = Watch(Session(lmtp=lmtp))
        self.moments: list[Moment] = []

    def say(self, *lines: str) -> Moment:
        for line in lines:
            mark, _, text = line.partition(" ")
            if mark == "C:":
                session = self.watch.session
                mechanism = session.exchange.mechanism if session.exchange else None
                command = parse_client_line(text, session.mode, mechanism=mechanism)
                self.moments += self.watch.command(command)
            else:
                self.moments += self.watch.reply(parse_reply(text.replace("|", "\r\n").encode()))
        return self.moments[-1]

    def on(self, event: str) -> list[Moment]:
        return [moment for moment in self.moments if moment.on == event]


TO_RCPT = ("S: 220 mx", "C: EHLO a.test", "S: 250-mx|250 SIZE 9", "C: MAIL FROM:<a@b.test>",
           "S: 250 ok", "C: RCPT TO:<c@d.test>", "S: 250 ok")  # fmt: skip


def test_the_first_reply_is_the_greeting() -> None:
    """What the server says first answers nothing."""
    dialogue = Dialogue()
    dialogue.moments += dialogue.watch.connect()
    greeting = dialogue.say("S: 220 mx")
    assert [moment.on for moment in dialogue.moments] == ["connect", "greeting"]
    assert (greeting.verb, greeting.code, greeting.before.greeted_by_server) == ("", 220, False)


def test_a_reply_knows_what_it_answers_and_the_state_before() -> None:
    """`state.*` is how the session stood before the event, `ext` what the latest EHLO offered."""
    dialogue = Dialogue()
    ehlo = dialogue.say(*TO_RCPT[:3])
    assert ehlo.offered == {"SIZE": ("9",)}
    assert ehlo.before.phase == "connected"
    rcpt = dialogue.say(*TO_RCPT[3:])
    assert (rcpt.verb, rcpt.before.phase, rcpt.before.rcpts_ok) == ("RCPT", "mail", 0)
    assert rcpt.fact("line") == "RCPT TO:<c@d.test>"


def test_issues_of_a_line_are_facts_of_its_reply_too() -> None:
    """A note on the reply may say that the server forgave."""
    dialogue = Dialogue()
    reply = dialogue.say(*TO_RCPT[:3], "C: MAIL FROM: <a@b.test> FOO=1", "S: 250 ok")
    assert {"space-after-colon", "unknown-parameter"} <= reply.issues
    assert dialogue.on("command")[-1].issues == reply.issues


def test_issues_of_the_session_are_found_unless_they_were_handed_in() -> None:
    """Who has advice already hands it in; who has none gets it made."""
    mail = parse_command("MAIL FROM:<a@b.test> SIZE=1")
    heard = Dialogue()
    heard.say(*TO_RCPT[:1], "C: HELO a.test", "S: 250 mx")
    assert "param-without-ehlo" in heard.watch.command(mail)[0].issues
    silent = Dialogue()
    silent.say(*TO_RCPT[:1], "C: HELO a.test", "S: 250 mx")
    assert silent.watch.command(mail, ())[0].issues == frozenset()


def test_pipelined_lines_keep_their_own_issues() -> None:
    """Three lines said at once; each reply is about its own."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT[:3], "C: MAIL FROM:<a@b.test>", "C: RCPT TO: <c@d.test>", "C: NOOP x")
    replies = [dialogue.say(f"S: 250 {word}") for word in ("one", "two", "three")]
    assert [moment.verb for moment in replies] == ["MAIL", "RCPT", "NOOP"]
    spaced = ["space-after-colon" in moment.issues for moment in replies]
    assert spaced == [False, True, False]


def test_lines_that_turn_out_to_be_text_get_no_reply() -> None:
    """What was said behind DATA was mail data; the verdict on the letter is still that."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: DATA", "C: NOOP", "S: 354 go", "C: . ", "C: .")
    verdict = dialogue.say("S: 250 ok")
    assert verdict.verb == "DOT"
    assert "dot-with-space" in verdict.issues


def test_problems_of_a_reply_are_facts() -> None:
    """Lines with different codes, a reply nobody asked for."""
    dialogue = Dialogue()
    reply = dialogue.say(*TO_RCPT[:1], "C: NOOP", "S: 250-a|251 b", "S: 250 again")
    assert "unasked-reply" in reply.issues
    assert "reply-codes-differ" in dialogue.on("reply")[0].issues
    assert reply.verb == ""


def test_the_end_of_a_letter_makes_a_message() -> None:
    """The letter as the server gets it, with the verdict on it."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: DATA", "S: 354 go", "C: Subject: hi", "C: ", "C: ..stuffed", "C: .")
    assert dialogue.on("message") == []
    message = dialogue.say("S: 250 2.0.0 queued")
    assert (message.on, message.verb, message.code) == ("message", "DOT", 250)
    assert message.letter is not None
    assert (message.letter.names, message.letter.body) == (frozenset({"subject"}), ".stuffed")


def test_issues_inside_a_letter_are_facts_of_its_verdict() -> None:
    """A dot with a space was typed; the reply to the true end can be explained by it."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: DATA", "S: 354 go", "C: . ", "C: .")
    assert "dot-with-space" in dialogue.say("S: 250 ok").issues


def test_what_only_the_whole_letter_shows_is_an_issue_of_its_dot() -> None:
    """No empty line: nobody can know before the end. What was told of a line is not told again."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: DATA", "S: 354 go", "C: Subject: hi", "C: . ")
    dot = dialogue.say("C: .")
    assert dot.issues == {"no-blank-line"}
    assert {"no-blank-line", "dot-with-space"} <= dialogue.say("S: 250 ok").issues


def test_an_abandoned_letter_is_forgotten() -> None:
    """The next letter does not begin with it."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: BDAT 3")
    dialogue.watch.command(Command("abc", "CHUNK", argument="abc"))
    dialogue.say("S: 250 ok", "C: RSET", "S: 250 ok", *TO_RCPT[3:], "C: BDAT 2 LAST")
    dialogue.watch.command(Command("de", "CHUNK", argument="de"))
    message = dialogue.say("S: 250 ok")
    assert message.letter is not None
    assert (message.verb, message.letter.body) == ("BDAT", "de")


def test_lmtp_gives_one_message_for_several_verdicts() -> None:
    """RFC 2033 4.2: a reply for each recipient, all to the same letter."""
    dialogue = Dialogue(lmtp=True)
    hello = ("S: 220 mx", "C: LHLO a.test", "S: 250 mx", *TO_RCPT[3:])
    dialogue.say(*hello, "C: RCPT TO:<e@d.test>", "S: 250 ok", "C: DATA", "S: 354 go")
    dialogue.say("C: . ", "C: .")
    dialogue.say("S: 250 first", "S: 450 second")
    assert len(dialogue.on("message")) == 1
    verdicts = dialogue.on("reply")[-2:]
    assert [(moment.verb, moment.code) for moment in verdicts] == [("DOT", 250), ("DOT", 450)]
    assert all("dot-with-space" in moment.issues for moment in verdicts)


AUTHS = [
    pytest.param(("C: AUTH PLAIN AGEAYg==", "S: 235 ok"), "AUTH", 235, id="one-line"),
    pytest.param(
        ("C: AUTH LOGIN", "S: 334 x", "C: YQ==", "S: 334 x", "C: Yg==", "S: 535 no"),
        "AUTH", 535, id="dialogue",
    ),
    pytest.param(("C: AUTH FOO", "S: 504 no"), "AUTH", 504, id="refused-at-once"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "verb", "code"), AUTHS)
def test_the_end_of_a_login_makes_an_auth(lines: tuple[str, ...], verb: str, code: int) -> None:
    """Whatever the number of lines; it shows the AUTH command with its mechanism."""
    dialogue = Dialogue()
    moment = dialogue.say(*TO_RCPT[:3], *lines)
    assert (moment.on, moment.verb, moment.code) == ("auth", verb, code)
    assert len(dialogue.on("auth")) == 1
    assert moment.fact("arg.mechanism")


def test_tls_shows_what_was_offered_before() -> None:
    """The session forgets it (RFC 3207 4.2), the event still tells."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT[:3], "C: STARTTLS", "S: 220 go")
    (tls,) = dialogue.watch.tls()
    assert (tls.on, tls.before.tls, tls.offered) == ("tls", False, {"SIZE": ("9",)})
    assert dialogue.say("C: NOOP").before.tls is True


def test_tls_that_fails_leaves_the_session_alone() -> None:
    """The reason is a fact."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT[:3], "C: STARTTLS", "S: 220 go")
    (tls,) = dialogue.watch.tls("certificate expired")
    assert tls.fact("failure") == ("certificate expired",)
    assert dialogue.watch.session.tls is False
    assert Watch().connect("refused")[0].fact("failure") == ("refused",)


def test_bytes_left_behind_are_told() -> None:
    """Response injection (CVE-2011-0411) is an issue of the TLS event."""
    (moment,) = Watch().left_behind(b"250 injected\r\n")
    assert moment.issues == {"reply-in-clear-before-tls"}


CLOSES = [
    pytest.param(("C: QUIT", "S: 221 bye"), "client", "QUIT", 221, set(), id="polite"),
    pytest.param((), "client", "RCPT", 250, {"closed-without-quit"}, id="without-quit"),
    pytest.param(("C: DATA",), "server", "DATA", None, {"closed-by-server"}, id="instead-of-reply"),
]


@pytest.mark.parametrize(("lines", "by", "verb", "code", "issues"), CLOSES)
def test_closing_shows_the_last_exchange(
    lines: tuple[str, ...], by: str, verb: str, code: int | None, issues: set[str]
) -> None:
    """What was waited for, or else what had been answered last."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, *lines)
    (moment,) = dialogue.watch.close(by)
    assert (moment.verb, moment.code, moment.fact("by")) == (verb, code, by)
    assert moment.issues == issues


def test_a_timer_shows_what_is_waited_for() -> None:
    """The command without an answer, if there is one."""
    dialogue = Dialogue()
    assert dialogue.watch.timer("greeting")[0].verb == ""
    dialogue.say(*TO_RCPT, "C: DATA")
    (moment,) = dialogue.watch.timer("reply")
    assert (moment.verb, moment.fact("timer")) == ("DATA", "reply")


def test_a_practice_server_adds_its_own_events() -> None:
    """Delivered, queued, bounced, scored."""
    watch = Watch(peer={"spf": "pass"})
    watch.lesson, watch.step = "2-1", "one"
    letter = Letter(["To: a", ""])
    (moment,) = watch.event("delivered", letter, mailbox="ana@office.test", same_message=True)
    assert (moment.fact("mailbox"), moment.fact("same_message")) == ("ana@office.test", True)
    assert (moment.fact("peer.spf"), moment.fact("lesson"), moment.fact("step")) == (
        "pass",
        "2-1",
        "one",
    )
    assert moment.fact("header.to") == ("a",)


TELLERS: list[Callable[[Watch], tuple[Moment, ...]]] = [
    lambda watch: watch.command(c := parse_command("NOOP"), change=watch.session.client_said(c)),
    lambda watch: watch.reply(r := parse_reply(b"250 x"), change=watch.session.server_said(r)),
    lambda watch: watch.tls(change=watch.session.tls_started()),
    lambda watch: watch.close("client", change=watch.session.closed("client")),
]


@pytest.mark.parametrize("tell", TELLERS, ids=["command", "reply", "tls", "close"])
def test_a_session_that_was_told_already_is_not_told_again(
    tell: Callable[[Watch], tuple[Moment, ...]],
) -> None:
    """Whoever cuts the client's bytes tells the session; the state before is still known."""
    dialogue = Dialogue()
    dialogue.say(*TO_RCPT, "C: RSET")
    moment = tell(dialogue.watch)[0]
    assert moment.before.phase == "rcpt"
    assert len(dialogue.watch.session.pending) == (2 if moment.on == "command" else 0)


def client(data: bytes, eol: bytes = b"\r\n") -> Event:
    return Event(EventKind.CLIENT, data, eol=eol)


def server(data: bytes) -> Event:
    return Event(EventKind.SERVER, data)


STREAM = [
    Event(EventKind.CONNECT, detail={"host": "mx", "port": "587"}),
    server(b"220 mx"),
    client(b"EHLO a", b""), client(b".test"),
    server(b"250-mx"), server(b"250 CHUNKING"),
    Event(EventKind.REMARK, b"a word"),
    client(b"MAIL FROM:<a@b.test>"), server(b"250 ok"),
    client(b"RCPT TO:<a@b.test>"), server(b"250 ok"),
    client(b"BDAT 9 LAST"), client(b"To: a"), client(b"\r\n", b""), server(b"250 ok"),
    client(b"RCPT TO:<x@b.test>"), server(b"503 first mail"),
    client(b"MAIL FROM:<a@b.test>"), server(b"250 ok"),
    client(b"RCPT TO:<a@b.test>"), server(b"250 ok"),
    client(b"DATA"), server(b"354 go"), client(b"Bcc: b"), client(b"Subject: x"), client(b""),
    client(b"Bcc: no header"), client(b"."), server(b"250 ok"),
    client(b"AUTH LOGIN"), server(b"334 VXNlcm5hbWU6"), client(b"YWxpY2UK"), server(b"501 no"),
    client(b"STARTTLS"), server(b"220-go"),
    Event(EventKind.TLS),
    client(b"QUIT"), server(b"221-bye"),
    Event(EventKind.CLOSE, detail={"by": "server"}),
]  # fmt: skip


def test_a_stream_of_events_becomes_moments() -> None:
    """As it comes from a live session or out of a transcript, replies put together from lines."""
    feed = Feed()
    moments = [moment for event in STREAM for moment in feed.feed(event)]
    assert moments[0].fact("peer.port") == 587
    ehlo = next(moment for moment in moments if moment.verb == "EHLO")
    assert ehlo.command is not None
    assert ehlo.command.text == "EHLO a.test"
    letters = [moment.letter for moment in moments if moment.letter]
    assert [letter.names for letter in letters] == [
        frozenset({"to"}),
        frozenset({"bcc", "subject"}),
    ]
    answer = next(moment for moment in moments if moment.verb == "AUTHLINE")
    assert "base64-trailing-newline" in answer.issues
    assert "bcc-in-letter" in [one for one in moments if one.on == "message"][-1].issues
    assert [one.on for one in moments[-5:]] == ["reply", "tls", "command", "reply", "close"]
    assert moments[-2].verb == "QUIT"


ANY_EVENT = st.builds(
    Event,
    st.sampled_from(EventKind),
    st.one_of(st.binary(max_size=40), st.sampled_from([event.data for event in STREAM])),
    eol=st.sampled_from([b"", b"\r\n"]),
    detail=st.sampled_from([{}, {"port": "x"}, {"by": "client"}]),
)


@given(st.lists(ANY_EVENT, max_size=30))
def test_any_stream_of_events_is_taken(events: list[Event]) -> None:
    """Whatever is said, in whatever order: nothing raises, and every moment has its facts."""
    feed = Feed()
    for event in events:
        for moment in feed.feed(event):
            assert moment.fact("on") == moment.on
            moment.fact("text")


def test_a_watch_without_a_session_makes_one() -> None:
    """And feeds it."""
    watch = Watch()
    watch.reply(parse_reply(b"220 mx"))
    assert watch.session.greeted_by_server
    assert watch.session.mode is Mode.COMMAND


def test_a_copied_watch_goes_on_by_itself() -> None:
    """Its session, its letter and what waits for a reply are its own."""
    talk = Dialogue()
    talk.say("S: 220 ready", "C: EHLO a.test", "S: 250 a", "C: MAIL FROM:<a@b.test>")
    twin = Dialogue()
    twin.watch = talk.watch.copy()
    assert twin.say("S: 250 ok").command is not None
    assert twin.watch.session.envelope is not None
    assert talk.watch.session.pending
    assert talk.say("S: 550 no").code == 550


@pytest.mark.parametrize(
    ("score", "met"), [(None, False), ({}, False), ({"karma": -3.0}, True)], ids=str
)
def test_points_of_rules(score: dict[str, float] | None, met: bool) -> None:
    """A tally without points stands at 0; without a practice server there is none."""
    moment = Moment("reply", more={} if score is None else {"score": score})
    assert compile_condition({"score.karma": "<0"}, NOWHERE).met(moment) is met


def test_who_sent_it_and_where_it_goes() -> None:
    """Facts about the sender's and the recipient's domain come from whoever looked them up."""
    moment = Moment("command", peer={"sender.domain_resolves": False, "rcpt.route": "mx"})
    assert compile_condition({"sender.domain_resolves": False}, NOWHERE).met(moment)
