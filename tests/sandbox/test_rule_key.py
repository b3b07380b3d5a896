"""What each key of a rule does, and what is said about one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.mind.responder import Responder, Wish
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.world.world import Fate
from smtpshell.smtp.state import State
from tests.sandbox.play import HELLO, MAIL, RCPT, START, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
BEN = "RCPT TO:<ben@office.test>"
NOBODY = "RCPT TO:<nobody@office.test>"

Start = Callable[..., Talk]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A talk with a server that has these rules."""

    def begin(rules: str, seed: int = 7, door: str = "mx") -> Talk:
        (tmp_path / "mine.toml").write_text(HEAD + rules)
        return Talk(make_part("mine", door, folder=tmp_path, seed=seed))

    return begin


# ---------------------------------------------------------------- occasions


def test_at_command_nothing_was_judged_and_nothing_comes_of_the_line(start: Start) -> None:
    """Right or wrong, the line gets this answer, and the session stands as before."""
    talk = start(
        '[rules.r]\nat = "command"\nif = { verb = ["MAIL", "OTHER"] }\nreply = "250 Fine"\n'
    )
    talk.say(HELLO)
    assert talk.say(MAIL) == "250 Fine\r\n"
    assert talk.say("FOO bar") == "250 Fine\r\n"
    assert talk.responder.standing.state is State.GREETED
    assert talk.responder.mail is None
    assert codes(talk.say(RCPT)) == ["503 5.5.1"]


def test_at_command_a_chunk_is_read_all_the_same(start: Start) -> None:
    """Its octets are no commands, whatever is said to it."""
    talk = start('[rules.r]\nat = "command"\nif = { verb = "BDAT" }\nreply = "451 4.3.0 No"\n')
    talk.say(HELLO, MAIL, RCPT)
    assert talk.send(b"BDAT 6 LAST\r\nQUIT\r\n") == "451 4.3.0 No\r\n"
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_at_command_a_delay_is_added_to_the_usual_answer(start: Start) -> None:
    """It has nothing to say, so the command is judged as ever."""
    talk = start('[rules.r]\nat = "command"\ndelay = 2\nwhy = "Slow."\n')
    assert talk.say(HELLO) == ""
    assert codes(talk.wait(2)) == ["250"]
    assert talk.responder.standing.greeted


def test_at_command_no_secret_is_seen(start: Start) -> None:
    """The line of AUTH is asked about without its secret, and recorded so."""
    talk = start('[rules.r]\nat = "command"\nif = { verb = "AUTH" }\nreply = "454 4.7.0 No"\n')
    talk.over_tls()
    assert codes(talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")) == ["454 4.7.0"]
    lines = [event.data for event in talk.responder.record.events()]
    assert b"AUTH PLAIN (20 octets)" in lines
    assert talk.view.verdicts[-1].said == "AUTH PLAIN (20 octets)"


def test_at_reply_only_the_words_change(start: Start) -> None:
    """The letter is in the mailbox though the client hears 451: a duplicate will come of it."""
    talk = start(
        '[rules.r]\nat = "reply"\nif = { verb = "DOT", code = "250" }\nreply = "451 4.3.0 Lost"\n'
    )
    talk.say(HELLO)
    assert talk.letter() == "451 4.3.0 Lost\r\n"
    assert len(talk.part.world.mailboxes["ana@office.test"]) == 1
    assert talk.responder.standing.state is State.GREETED
    reason = talk.view.last_reason
    assert reason is not None
    assert (reason.rule, reason.line) == ("r", 6)


def test_at_reply_everything_the_server_says_is_heard(start: Start) -> None:
    """The greeting and what nobody asked for too."""
    talk = start('[rules.r]\nat = "reply"\nreply = "250 {host}"\n')
    said = [talk.greeting, talk.say(HELLO), talk.say("FOO"), talk.say("NOOP")]
    assert said == ["250 mail.office.test\r\n"] * 4
    assert talk.responder.stopped(talk.now) == b"250 mail.office.test\r\n"


def test_at_refusal_points_are_given(start: Start) -> None:
    """A refusal was answered already; points and remarks can still be made."""
    talk = start('[rules.r]\nat = "refusal"\nscore = { karma = -1.5 }\nremark = "Tut."\n')
    talk.say(HELLO, "FOO", "BAR", "NOOP")
    assert talk.view.scores == {"karma": -3.0}
    assert talk.view.remarks == ("Tut.", "Tut.")


def test_at_leave_points_are_given_to_who_says_no_goodbye(start: Start) -> None:
    """It can still be looked at; QUIT, and a server that hung up, cost nothing."""
    rules = '[rules.r]\nat = "leave"\nscore = { karma = -1 }\nremark = "No QUIT."\n'
    talk = start(rules)
    talk.responder.closed(talk.now)
    assert (talk.view.scores, talk.view.remarks) == ({"karma": -1}, ("No QUIT.",))
    for goodbye in ("QUIT", "GET / HTTP/1.1"):
        talk = start(rules)
        talk.say(goodbye)
        talk.responder.closed(talk.now)
        assert talk.view.scores == {}


def test_at_timer_a_silent_client_is_spoken_to(start: Start) -> None:
    """After so many seconds of silence, once for each silence; then the next rule, then 421."""
    talk = start(
        '[rules.bye]\nat = "timer"\ndelay = 20\nreply = "421 4.4.2 {host} Bye"\nclose = true\n'
        '[rules.nag]\nat = "timer"\ndelay = 10\nraw = "220 Hello?\\r\\n"\n'
    )
    talk.say(HELLO)
    for _ in range(2):
        assert talk.wait(9) == ""
        assert codes(talk.say("NOOP")) == ["250 2.0.0"]
    assert talk.wait(10) == "220 Hello?\r\n"
    assert talk.responder.deadline == talk.now + 10
    assert talk.wait(9) == ""
    assert talk.say("NOOP") == "250 2.0.0 Ok\r\n"
    assert talk.wait(10) == "220 Hello?\r\n"
    assert talk.wait(10) == "421 4.4.2 mail.office.test Bye\r\n"
    assert talk.closed


def test_at_timer_the_servers_own_patience_still_ends(start: Start) -> None:
    """Rules that wait for longer than the server does never come to it."""
    talk = start(
        '[timing]\nidle = 30\n[rules.nag]\nat = "timer"\ndelay = 40\nraw = "220 Hello?\\r\\n"\n'
    )
    talk.say(HELLO)
    assert codes(talk.wait(30)) == ["421 4.4.2"]


def test_a_hello_to_who_spoke_too_early(start: Start) -> None:
    """A server that bears it greets in its own time, then answers what came."""
    talk = start(
        "[timing]\ngreeting_delay = 3\n"
        '[rules.r]\nat = "early-talk"\nraw = ""\nclose = false\nscore = { karma = -4 }\n'
    )
    assert talk.greeting == ""
    assert talk.say(HELLO) == ""
    assert talk.view.scores == {"karma": -4}
    assert talk.wait(2) == ""
    said = talk.wait(1)
    assert codes(said) == ["220", "250"]
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]


def test_who_never_stops_talking_before_the_greeting_is_not_borne(start: Start) -> None:
    """What is kept for later has a limit."""
    talk = start("[timing]\ngreeting_delay = 3\n[replies.early-talk]\nraw = ''\nclose = false\n")
    for _ in range(40):
        if not talk.closed:
            talk.send(b"NOOP\r\n" * 200)
    assert talk.closed
    assert talk.view.verdicts[-1].situation == "endless-line"


# ---------------------------------------------------------------- what is said


def test_a_reply_of_several_lines(start: Start) -> None:
    """One code, a dash behind it on all but the last."""
    talk = start('[rules.r]\nat = "RCPT"\nreply = ["550 5.7.1 Go away,", "550 5.7.1 {client}."]\n')
    expected = "550-5.7.1 Go away,\r\n550 5.7.1 desk7.office.test.\r\n"
    assert talk.say(HELLO, MAIL, RCPT) == expected


@pytest.mark.parametrize(
    ("raw", "wire", "state"),
    [
        (r"25 hi\r\n", b"25 hi\r\n", State.RCPT),
        (r"250 only LF\n", b"250 only LF\n", State.RCPT),
        ("550-no end\\r\\n", b"550-no end\r\n", State.MAIL),
        ("", b"", State.RCPT),
        (r"250 \u00ff\u0000\r\n", b"250 \xff\0\r\n", State.RCPT),
        ("2500 x", b"2500 x", State.RCPT),
    ],
)
def test_raw_bytes(start: Start, raw: str, wire: bytes, state: State) -> None:
    """They go out as they are; the server goes by the code they begin with, or by the usual one."""
    talk = start(f'[rules.r]\nat = "RCPT"\nraw = "{raw}"\n')
    talk.say(HELLO, MAIL)
    assert talk.responder.received(RCPT.encode() + b"\r\n", talk.now) == wire
    assert talk.responder.standing.state is state


def test_raw_bytes_in_a_situation(start: Start) -> None:
    """A personality may have them for a reply of its own; the usual code still counts."""
    talk = start('[replies.rcpt-ok]\nraw = "ok\\r\\n"\n')
    assert talk.say(HELLO, MAIL, RCPT) == "ok\r\n"
    assert talk.responder.standing.state is State.RCPT


def test_a_drip_is_one_octet_at_a_time(start: Start) -> None:
    """Whoever owns the connection is asked to ring for each; late rings bring several."""
    talk = start('[rules.r]\nat = "NOOP"\nreply = "250 Slow"\ndrip = 1\ndelay = 5\n')
    assert talk.say("NOOP") == ""
    assert talk.wait(4) == ""
    assert talk.wait(1) == "2"
    assert talk.wait(1) == "5"
    assert talk.wait(3.5) == "0 S"
    assert talk.wait(0.5) == "l"
    assert talk.wait(60) == "ow\r\n"
    assert talk.responder.wish is Wish.READ
    assert [event.data for event in talk.responder.record.events()][-1] == b"250 Slow"


def test_a_client_that_does_not_wait_for_the_last_drop(start: Start) -> None:
    """The record has what went out."""
    talk = start('[rules.r]\nat = "NOOP"\nreply = "250 Slow"\ndrip = 1\n')
    talk.say("NOOP")
    assert talk.wait(3) == "250"
    talk.responder.closed(talk.now)
    events = list(talk.responder.record.events())
    assert [event.data for event in events][-2:] == [b"250", b"client"]


def test_the_greeting_takes_its_time(start: Start) -> None:
    """Delay and drip hold for it too."""
    talk = start('[rules.r]\nat = "CONNECT"\ndelay = 2\ndrip = 1\n')
    assert talk.greeting == ""
    assert talk.wait(2) == "2"
    assert codes("2" + talk.wait(100)) == ["220"]
    assert codes(talk.say(HELLO)) == ["250"]


def test_a_connection_is_cut(start: Start) -> None:
    """At once, and nothing is said; or after the reply."""
    talk = start('[rules.r]\nat = "DOT"\ndrop = true\n')
    talk.say(HELLO)
    assert talk.letter() == ""
    assert talk.closed
    assert talk.responder.reset
    assert talk.view.verdicts[-1].fired
    assert not any(talk.part.world.mailboxes.values())
    talk = start('[rules.r]\nat = "NOOP"\nreply = "250 Ok"\ndrop = true\n')
    assert talk.say("NOOP") == "250 Ok\r\n"
    assert talk.closed
    assert talk.responder.reset


def test_a_letter_is_taken_and_the_client_never_hears_of_it(start: Start) -> None:
    """The line is cut when all was settled: the client will send it again (RFC 1047)."""
    talk = start('[rules.r]\nat = "reply"\nif = { verb = "DOT" }\ndrop = true\nonce = true\n')
    talk.say(HELLO)
    assert talk.letter() == ""
    assert talk.closed
    again = Talk(talk.part)
    again.say(HELLO)
    again.letter()
    assert len(talk.part.world.mailboxes["ana@office.test"]) == 2


def test_hanging_up_after_the_usual_reply(start: Start) -> None:
    """A rule without words only adds what it has; `:why` tells its reason."""
    talk = start('[rules.r]\nat = "MAIL"\nclose = true\nwhy = "Enough."\n')
    assert codes(talk.say(HELLO, MAIL)) == ["250 2.1.0"]
    assert talk.closed
    assert not talk.responder.reset
    reason = talk.view.verdicts[-1].reason
    assert (reason.words, reason.rule, reason.line) == ("Enough.", "r", 6)


def test_delays_add_up(start: Start) -> None:
    """Of several rules, and of the answer that is given in the end."""
    talk = start(
        '[rules.a]\nat = "NOOP"\ndelay = 2\n[rules.b]\nat = "reply"\ndelay = 3\n'
        '[rules.c]\nat = "NOOP"\nreply = "250 Ok"\ndelay = 1\n'
    )
    talk.wait(3)
    assert talk.say("NOOP") == ""
    assert talk.responder.deadline == talk.now + 6


# ---------------------------------------------------------------- points, fate


def test_points_decide(start: Start) -> None:
    """A tally is asked for like any fact; without points it stands at 0."""
    talk = start(
        '[rules.worse]\nat = "rcpt-unknown"\nscore = { karma = -2 }\n'
        '[rules.better]\nat = "DOT"\nscore = { karma = 5, letters = 1 }\n'
        '[rules.out]\nat = "RCPT"\nif = { "score.karma" = "<0" }\nreply = "550 5.7.1 Naughty"\n'
        '[rules.in]\nat = "RCPT"\nif = { "score.karma" = 0 }\nreply = "250 2.1.5 As ever"\n'
    )
    assert talk.say(HELLO, MAIL, RCPT) == "250 2.1.5 As ever\r\n"
    talk.say(NOBODY)
    assert talk.say(RCPT) == "550 5.7.1 Naughty\r\n"
    talk.say("DATA", "Subject: hi", "", ".")
    assert talk.view.scores == {"karma": 3, "letters": 1}
    assert talk.say(MAIL, RCPT) == "250 2.1.5 Recipient ok\r\n"
    assert Talk(talk.part).view.scores == {}


@pytest.mark.parametrize(
    ("fate", "expected", "kept"),
    [
        ("deliver", Fate.HERE, {"dora@office.test": 1}),
        ("queue", Fate.QUEUE, {}),
        ("bounce", Fate.BOUNCE, {"ada@far.test": 1}),
        ("discard", Fate.DISCARD, {}),
    ],
)
def test_the_fate_of_a_recipient(
    start: Start, fate: str, expected: Fate, kept: dict[str, int]
) -> None:
    """It is decided when the recipient is taken; who has no mailbox is the postmaster's."""
    talk = start(f'[rules.r]\nat = "rcpt-unknown"\nreply = "250 2.1.5 Ok"\nfate = "{fate}"\n')
    talk.say(HELLO, MAIL, NOBODY)
    route = talk.responder.recipients[0].route
    assert route is not None
    assert route.fate is expected
    assert codes(talk.say("DATA", "Subject: hi", "", ".")) == ["250 2.0.0"]
    boxes = talk.part.world.mailboxes
    assert {box: len(letters) for box, letters in boxes.items() if letters} == kept


def test_a_letter_that_is_delivered_anyway_goes_where_it_would(start: Start) -> None:
    """The postmaster's mailbox is for those who have none."""
    talk = start('[rules.r]\nat = "RCPT"\nreply = "250 2.1.5 Ok"\nfate = "deliver"\n')
    talk.say(HELLO, MAIL, BEN, "DATA", "Subject: hi", "", ".")
    boxes = talk.part.world.mailboxes
    assert [box for box, letters in boxes.items() if letters] == ["ben@office.test"]


def test_the_fate_of_a_letter(start: Start) -> None:
    """A letter that is thrown away was accepted all the same, and so is one with a bare LF."""
    talk = start(
        '[rules.r]\nat = "DOT"\nif = { "state.rcpts_ok" = 2 }\nfate = "discard"\n'
        '[rules.s]\nat = "data-bare"\nreply = "250 2.0.0 Ok: queued as {id}"\n'
    )
    talk.say(HELLO, MAIL, RCPT, BEN, "DATA")
    assert codes(talk.say("hi", ".")) == ["250 2.0.0"]
    assert not any(talk.part.world.mailboxes.values())
    talk.say(MAIL, RCPT, "DATA")
    assert codes(talk.say("h\ni", ".")) == ["250 2.0.0"]
    assert [len(letters) for letters in talk.part.world.mailboxes.values() if letters] == [1]


def test_kind_words_for_a_line_that_could_not_be_read(start: Start) -> None:
    """Nothing comes of it: there is no address, so there is no envelope."""
    talk = start(
        '[rules.r]\nat = "mail-syntax"\nreply = "250 Ok"\n'
        '[rules.s]\nat = "rcpt-no-mail"\nreply = "250 Ok"\n'
        '[rules.t]\nat = "data-no-mail"\nreply = "354 Ok"\n'
    )
    for line in (HELLO, "MAIL FROM ada@far.test", RCPT, "DATA", "hi"):
        talk.say(line)
    assert talk.responder.standing.state is State.GREETED
    assert talk.responder.reader is None
    assert codes(talk.say(".")) == ["500 5.5.2"]


def test_lmtp_answers_each_recipient_by_the_rule(start: Start) -> None:
    """RFC 2033 4.2 holds for what a rule says, too."""
    talk = start('[rules.r]\nat = "DOT"\nreply = "452 4.2.2 <{rcpt}> is full"\n', door="lmtp")
    talk.say("LHLO desk7.office.test", MAIL, RCPT, BEN, "DATA")
    said = talk.say("hi", ".")
    assert said.splitlines() == [
        "452 4.2.2 <ana@office.test> is full",
        "452 4.2.2 <ben@office.test> is full",
    ]


# ---------------------------------------------------------------- what is remembered of moves


def test_a_rule_that_hears_everything_is_asked_every_time(start: Start) -> None:
    """No answer out of memory may pass it by."""
    talk = start('[rules.r]\nat = "command"\nafter = 4\nonce = true\nreply = "421 4.3.0 Bye"\n')
    talk.say(HELLO)
    assert [codes(talk.say("NOOP"))[0][:3] for _ in range(5)] == ["250"] * 3 + ["421", "250"]


def test_a_rule_with_points_counts_each_time(start: Start) -> None:
    """A move out of memory brings them as well."""
    talk = start('[rules.r]\nat = "NOOP"\nscore = { nothing = 1 }\n')
    talk.say(*["NOOP"] * 5)
    assert talk.view.scores == {"nothing": 5}


def test_a_copied_session_has_its_own_points_and_rules(start: Start) -> None:
    """What happens in one is not known in the other."""
    talk = start('[rules.r]\nat = "NOOP"\nscore = { nothing = 1 }\n')
    talk.say("NOOP")
    twin = talk.responder.copy(talk.part)
    talk.say("NOOP")
    assert twin.scores == {"nothing": 1}
    assert talk.responder.scores == {"nothing": 2}


def test_the_view_shows_the_rule_that_fired(start: Start, tmp_path: Path) -> None:
    """With file and line, also if it was kind, or had nothing to say."""
    talk = start('[rules.r]\nat = "MAIL"\nscore = { x = 1 }\n\n[rules.s]\nat = "MAIL"\ndelay = 1\n')
    talk.say(HELLO, MAIL)
    talk.wait(1)
    path = tmp_path / "mine.toml"
    assert talk.view.verdicts[-1].fired == (f"r, {path}:6", f"s, {path}:10")


# ---------------------------------------------------------------- mistakes


WRONG = {
    "fate": ('at = "RCPT"\nfate = "bounced"', 8, 'did you mean "bounce"?'),
    "fate-where": ('at = "MAIL"\nfate = "bounce"', 8, "only recipients (RCPT) and letters (DOT)"),
    "unknown": ('at = "RCPT"\nrelpy = "450 x"', 8, 'unknown key "relpy"; did you mean "reply"?'),
    "at": ('at = "comand"\nreply = "450 x"', 7, 'did you mean "command"?'),
    "key": ('at = "RCPT"\nreply = "450 x"\nwait = 1\nkey = ["net"]', 10, 'did you mean "net24"?'),
    "key-alone": ('at = "RCPT"\nreply = "450 x"\nkey = ["ip"]', 9, "either wait or limit"),
    "both": (
        'at = "RCPT"\nreply = "450 x"\nkey = ["ip"]\nwait = 1\nlimit = 1\nper = 1', 9, "either wait"
    ),
    "wait-alone": ('at = "RCPT"\nreply = "450 x"\nwait = 300', 9, "wait goes with key"),
    "limit-alone": ('at = "RCPT"\ndelay = 1\nkey = ["ip"]\nlimit = 3', 10, "limit goes with per"),
    "early-alone": ('at = "RCPT"\nreply = "450 x"\nearly = "450 y"', 9, "early goes with wait"),
    "raw-and-reply": ('at = "RCPT"\nreply = "450 x"\nraw = "x"', 9, "a reply or raw bytes"),
    "raw": ('at = "RCPT"\nraw = "\\u0100"', 8, "U+0000 to U+00FF"),
    "raw-number": ('at = "RCPT"\nraw = 5', 8, "raw is a text"),
    "drip": ('at = "RCPT"\ndrip = -1', 8, "drip is a number, 0 or more"),
    "drop": ('at = "RCPT"\ndrop = "yes"', 8, "drop is true or false"),
    "score": ('at = "RCPT"\nscore = 5', 8, "score is a table"),
    "score-points": ('at = "RCPT"\nscore = { karma = "much" }', 8, "the points of karma"),
    "score-name": ('at = "RCPT"\nscore = { "Kar ma" = 1 }', 8, "small letters"),
    "timer": ('at = "timer"\nreply = "421 x"', 6, "how many seconds of silence"),
    "refusal": ('at = "refusal"\ndelay = 1', 6, "only remark and score"),
    "leave": ('at = "leave"\nreply = "221 x"', 6, "nobody is there to be spoken to"),
    "nothing": ('at = "RCPT"\nwhy = "x"', 6, "neither replies nor remarks"),
    "gap": ('at = "RCPT"\nreply = "450 {lef}"', 6, "nothing is called {lef}"),
    "fact": ('at = "RCPT"\nreply = "450 x"\nif = { scroe = 1 }', 9, 'unknown fact "scroe"'),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "line", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, rule: str, line: int, words: str) -> None:
    """FILE:LINE, and the nearest word that would have been right."""
    path = tmp_path / "mine.toml"
    path.write_text(f"{HEAD}[rules.r]\n{rule}\n")
    with pytest.raises(DataFileError) as caught:
        load_personality("mine", [tmp_path])
    assert str(caught.value).startswith(f"{path}:{line}: "), caught.value
    assert words in str(caught.value)


def test_the_same_events_give_the_same_bytes(start: Start) -> None:
    """Waits included: nothing in a rule looks at a clock of its own."""
    rules = '[rules.r]\nat = "reply"\ndrip = 0.5\nprobability = 0.5\n'

    def play() -> list[bytes]:
        part = start(rules).part
        responder = Responder(part)
        said, now = [responder.opened(START)], START
        for line in (HELLO, MAIL, RCPT, "NOOP", "QUIT"):
            said.append(responder.received(line.encode() + b"\r\n", now))
            while responder.wish is Wish.WAIT:
                now = responder.deadline
                said.append(responder.timer(now))
        return said

    assert play() == play()
