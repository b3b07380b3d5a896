"""Every predicate that lessons need can be said, and is judged rightly."""

from __future__ import annotations

import pytest

from smtpshell.fact.moment import Moment
from smtpshell.lesson.judge import GoalJudge, Judge, Place
from tests.lesson.judged import (
    ANA,
    BEN,
    ENVELOPE,
    HELLO,
    LETTER,
    MAIL,
    NOBODY,
    QUIT,
    goal,
    lesson_with,
    play,
    reached,
)

OK_AND_REFUSED = """within = "transaction"
all = [
  { on = "reply", verb = "RCPT", code = "2xx", count = 2 },
  { on = "reply", verb = "RCPT", code = "5xx" },
]"""
TLS = "C: STARTTLS\n% tls\n"
LONG = LETTER.replace("C: Hello.", "C: ..one\nC: two\nC: gr\\xc3\\xbc\\xc3\\x9fe")

CASES = [
    pytest.param('all = [{ on = "reply", verb = "NOOP" }]', "C: NOOP", True, id="happened"),
    pytest.param('all = [{ on = "reply", verb = "NOOP" }]', HELLO, False, id="not-happened"),
    pytest.param('any = [{ verb = "NOOP" }, { verb = "RSET" }]', "C: RSET", True, id="any"),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP" }, { on = "command", verb = "RSET" }]',
        "C: RSET",
        False,
        id="not-all",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP", count = 2 }]', "C: NOOP", False, id="1<2"
    ),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP", count = 2 }]', "C: NOOP\nC: NOOP", True, id="2"
    ),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP", count = "=2" }, { on = "close" }]',
        "C: NOOP\nC: NOOP\nC: NOOP\n" + QUIT,
        False,
        id="exactly",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP", count = "<2" }, { on = "close" }]',
        "C: NOOP\n" + QUIT,
        True,
        id="at-most",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "NOOP", count = "<1" }, { on = "close" }]',
        QUIT,
        True,
        id="never-and-then",
    ),
    pytest.param(
        'all = [{ on = "reply", code = "5xx", count = 2, distinct = ["code", "verb"] }]',
        "C: FOO\nC: FOO",
        False,
        id="not-distinct",
    ),
    pytest.param(
        'all = [{ on = "reply", code = "5xx", count = 2, distinct = ["code", "verb"] }]',
        HELLO + "C: FOO\nC: DATA",
        True,
        id="distinct",
    ),
    pytest.param(
        'sequence = [{ on = "command", verb = "NOOP" }, { on = "command", verb = "RSET" }]',
        "C: NOOP\nC: HELP\nC: RSET",
        True,
        id="sequence-with-gap",
    ),
    pytest.param(
        'sequence = [{ on = "command", verb = "NOOP" }, { on = "command", verb = "RSET" }]',
        "C: RSET\nC: NOOP",
        False,
        id="wrong-sequence",
    ),
    pytest.param(OK_AND_REFUSED, ENVELOPE + BEN + NOBODY, True, id="one-transaction"),
    pytest.param(
        OK_AND_REFUSED, ENVELOPE + NOBODY + "C: RSET\n" + MAIL + BEN, False, id="two-transactions"
    ),
    pytest.param(
        'within = "session"\nall = [{ verb = "MAIL", on = "reply", count = 2 }]',
        HELLO + MAIL + "% new-session\n" + HELLO + MAIL,
        False,
        id="two-sessions",
    ),
    pytest.param(
        'all = [{ verb = "MAIL", on = "reply", count = 2 }]',
        HELLO + MAIL + "% new-session\n" + HELLO + MAIL,
        True,
        id="in-the-lesson",
    ),
    pytest.param(
        'within = "session"\nall = [{ on = "close" }]\nnone = [{ verb = "NOOP" }]',
        "C: NOOP\n" + QUIT,
        False,
        id="none-spoils",
    ),
    pytest.param(
        'within = "session"\nall = [{ on = "close" }]\nnone = [{ verb = "NOOP" }]',
        "C: NOOP\n% new-session\n" + HELLO + QUIT,
        True,
        id="none-spoils-one-session",
    ),
    pytest.param(
        'same = ["state.sender"]\nall = [{ on = "reply", verb = "RCPT", count = 2 }]',
        ENVELOPE + "C: RSET\nC: MAIL FROM:<ben@office.test>\n" + ANA,
        False,
        id="not-the-same",
    ),
    pytest.param(
        'same = ["state.sender"]\nall = [{ on = "reply", verb = "RCPT", count = 2 }]',
        ENVELOPE + "C: RSET\nC: MAIL FROM:<ben@office.test>\n" + ANA + BEN,
        True,
        id="the-same",
    ),
    pytest.param(
        'sequence = [{ on = "command", verb = "NOOP" },'
        ' { on = "command", verb = "NOOP", later = "5m" }]',
        "C: NOOP\n% wait 4m\nC: NOOP",
        False,
        id="too-early",
    ),
    pytest.param(
        'sequence = [{ on = "command", verb = "NOOP" },'
        ' { on = "command", verb = "NOOP", later = "5m" }]',
        "C: NOOP\n% wait 4m\nC: NOOP\n% wait 1m\nC: NOOP",
        True,
        id="late-enough",
    ),
    pytest.param(
        'sequence = [{ on = "greeting" }, { on = "command", sooner = 60 }]',
        "S: 220 *\n% wait 5m\nC: NOOP",
        False,
        id="too-late",
    ),
    pytest.param('all = [{ enhanced = "5.1.1" }]', ENVELOPE + NOBODY, True, id="enhanced"),
    pytest.param('all = [{ text = "no such user" }]', ENVELOPE + NOBODY, True, id="text"),
    pytest.param('all = [{ line = "^ehlo" }]', "C: ehlo x.test", True, id="line"),
    pytest.param(
        'all = [{ issue = "space-after-colon", code = "2xx" }]',
        HELLO + "C: MAIL FROM: <dora@office.test>",
        True,
        id="issue",
    ),
    pytest.param(
        'all = [{ on = "reply", verb = "MAIL", code = "2xx", arg.param.BODY = "8BITMIME" }]',
        HELLO + "C: MAIL FROM:<dora@office.test> BODY=8BITMIME",
        True,
        id="parameter",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "MAIL", ext = "SIZE", arg.param.SIZE = false }]',
        HELLO + MAIL,
        True,
        id="offered-and-not-used",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "EHLO", state.tls = true }]',
        HELLO + TLS + HELLO,
        True,
        id="ehlo-after-tls",
    ),
    pytest.param(
        'all = [{ on = "auth", code = "235", arg.mechanism = "PLAIN", state.tls = true }]',
        HELLO + TLS + HELLO + "C: AUTH PLAIN AGFuYQBhcHJpY290LTc=",
        True,
        id="auth",
    ),
    pytest.param(
        'all = [{ issue = "base64-trailing-newline" }]',
        HELLO + TLS + HELLO + "C: AUTH LOGIN\nC: YW5hCg==",
        True,
        id="newline-in-base64",
    ),
    pytest.param(
        'all = [{ on = "message", header.subject = "hi", header_absent = ["date"],'
        ' blank_line = true, body = "Hello" }]',
        ENVELOPE + LETTER,
        True,
        id="message",
    ),
    pytest.param(
        'all = [{ on = "message", body_lines = 3, eight_bit = true, octets = ">50",'
        " body = '(?m)^\\.one$' }]",
        ENVELOPE + LONG,
        True,
        id="dots-and-lines",
    ),
    pytest.param(
        'all = [{ on = "delivered", mailbox = "ben@office.test" }]',
        ENVELOPE + LETTER,
        False,
        id="not-delivered",
    ),
    pytest.param(
        'all = [{ on = "delivered", mailbox = "ana@office.test", same_message = true },'
        ' { on = "delivered", mailbox = "ben@office.test", same_message = true }]',
        ENVELOPE + BEN + LETTER,
        True,
        id="same-message",
    ),
    pytest.param(
        'all = [{ on = "delivered", mailbox = "ana@office.test", same_message = true }]',
        ENVELOPE + LETTER,
        False,
        id="alone",
    ),
    pytest.param(
        "all = [{ on = \"delivered\", header.return-path = '^<dora@office' }]",
        ENVELOPE + LETTER,
        True,
        id="return-path",
    ),
    pytest.param(
        'all = [{ on = "reply", verb = "RCPT", code = "2xx", state.sender = \'^$\' }]',
        HELLO + "C: MAIL FROM:<>\n" + ANA,
        True,
        id="null-sender",
    ),
    pytest.param(
        'within = "transaction"\nall = [{ on = "delivered", mailbox = "ana@office.test" },'
        ' { on = "reply", verb = "RCPT", code = "5xx" }]',
        ENVELOPE + NOBODY + LETTER,
        True,
        id="delivered-in-its-transaction",
    ),
    pytest.param(
        'all = [{ on = "close", by = "server", code = "221" }]', HELLO + QUIT, True, id="quit"
    ),
    pytest.param(
        'all = [{ on = "close", by = "client", issue = "closed-without-quit" }]',
        HELLO + "% close",
        True,
        id="no-quit",
    ),
    pytest.param(
        'all = [{ on = "command", state.greeted_by_server = false }]',
        "% early\nC: NOOP",
        True,
        id="early",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "DATA", state.pending = ">=2" }]',
        HELLO + "% pipeline\n" + MAIL + ANA + "C: DATA\n% end",
        True,
        id="pipelined",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "DATA", state.pending = ">=2" }]',
        ENVELOPE + "C: DATA",
        False,
        id="not-pipelined",
    ),
    pytest.param(
        'all = [{ on = "greeting", count = 2, distinct = ["peer.personality"] }]',
        HELLO + "% new-session other",
        True,
        id="another-personality",
    ),
    pytest.param(
        'all = [{ on = "greeting", peer.server = "other" }]', "% connect other", True, id="server"
    ),
    pytest.param(
        'all = [{ on = "reply", rule = "rcpt-unknown" }]', ENVELOPE + NOBODY, True, id="rule"
    ),
    pytest.param(
        'all = [{ on = "reply", rule = "rcpt-unknown" }]', ENVELOPE, False, id="other-rule"
    ),
    pytest.param(
        'all = [{ on = "local", local = "dns", words = "^mx" }]',
        "% :dns mx x.test",
        True,
        id="local",
    ),
    pytest.param(
        'all = [{ on = "reply", verb = "NOOP", code = "451" }]',
        HELLO + "% :fault 451 at NOOP\nC: NOOP",
        True,
        id="fault",
    ),
    pytest.param(
        'all = [{ on = "command", issue = "bare-lf" }]',
        HELLO + "% :set eol lf\nC: NOOP\n% :set eol crlf\nC: NOOP",
        True,
        id="line-feeds",
    ),
    pytest.param(
        'sequence = [{ on = "local", local = "eaten", words = "^QUIT" },'
        ' { on = "close", issue = "closed-without-quit" }]',
        HELLO + "% :set eat-caps on\nC: QUIT",
        True,
        id="quit-eaten",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "RCPT" }]',
        HELLO + MAIL + "% :set eat-caps on\n" + ANA,
        False,
        id="rcpt-eaten",
    ),
    pytest.param(
        'all = [{ on = "command", verb = "RCPT" }]',
        HELLO + MAIL + "% :set eat-caps on\n" + ANA.replace("RCPT TO", "rcpt to"),
        True,
        id="small-letters-pass",
    ),
    pytest.param(
        'all = [{ on = "greeting", count = 2 }]', "% :connect\n% :drop\n% :connect", True, id="drop"
    ),
]


@pytest.mark.parametrize(("text", "script", "expected"), CASES)
def test_a_goal(text: str, script: str, expected: bool) -> None:
    """Played on a practice server, it is reached or it is not."""
    assert reached(text, script) is expected


@pytest.mark.parametrize(
    ("text", "script", "expected"),
    [
        pytest.param('all = [{ on = "queued" }]', "", True, id="queued"),
        pytest.param(
            'sequence = [{ on = "queued" }, { on = "retried", later = "10m" }]',
            "% wait 10h",
            True,
            id="retried-later",
        ),
        pytest.param('all = [{ on = "bounced" }]', "% wait 1h", False, id="not-yet"),
        pytest.param(
            'all = [{ on = "retried", count = 2 }, { on = "bounced", waited = ">86400" },'
            ' { on = "delivered", mailbox = "dora@office.test", header.return-path = "<>" }]',
            "% wait 10d",
            True,
            id="expired-and-reported",
        ),
    ],
)
def test_life_behind_the_250(text: str, script: str, expected: bool) -> None:
    """A letter that has to wait, and the clock that is put forward."""
    sent = HELLO + MAIL + "C: RCPT TO:<lost@office.test>\n" + LETTER
    lesson = lesson_with(goal(text))
    servers = (lesson.servers[0]._replace(scenario="slow-world"),)
    player = play(lesson._replace(servers=servers), sent + script)
    assert player.run.judge["g"].reached is expected


def test_the_triangle_is_mended() -> None:
    """Another host, another zone, and the facts that follow from them."""
    lesson = lesson_with(
        goal('all = [{ on = "reply", verb = "EHLO", peer.fcrdns = false }]', "before")
        + goal('all = [{ on = "reply", verb = "EHLO", peer.fcrdns = true }]', "after")
    )
    servers = (lesson.servers[0]._replace(scenario="dns-town"),)
    hello = "C: EHLO new.student.test\n"
    player = play(
        lesson._replace(servers=servers),
        "S: 220 *\n% :as new.student.test 192.0.2.77\n"
        + hello
        + "% :zone set new.student.test A 192.0.2.77\n"
        "% :zone set 192.0.2.77 PTR new.student.test\n" + hello,
    )
    assert player.faults == []
    assert [judge.reached for judge in player.run.judge] == [True, True]


def test_by_the_door_of_tls() -> None:
    """There TLS comes before the greeting."""
    text = (
        'sequence = [{ on = "connect" }, { on = "tls" },'
        ' { on = "greeting", state.tls = true, peer.door = "smtps", peer.port = 465 }]'
    )
    assert reached(text, "S: 220 *", door="smtps")


def test_what_the_learner_does_counts() -> None:
    """Predictions, answers, hints and notes are events like others."""
    blocks = (
        '```toml predict\nid = "p"\nask = "?"\nhold = { verb = "NOOP" }\n'
        'judge = "reply-code"\n```\n'
        '```toml ask\nid = "a"\nask = "?"\nanswer = "yes"\n```\n'
        + goal('all = [{ on = "predicted", predict = "p", right = true, confidence = 2 }]', "g1")
        + goal('all = [{ on = "answered", ask = "a", right = true }]', "g2")
        + goal('all = [{ on = "hinted", hint = 1 }]', "g3")
        + goal('within = "step"\nall = [{ verb = "NOOP" }]\nnone = [{ on = "hinted" }]', "g4")
        + "### Hints\n1. Say it.\n"
    )
    player = play(lesson_with(blocks), "C: NOOP")
    judge = player.run.judge
    assert [judge[one].reached for one in ("g1", "g2", "g3", "g4")] == [True, True, False, True]
    fresh = play(lesson_with(blocks))
    fresh.run.hint(0)
    assert fresh.run.judge["g3"].reached
    fresh.stage.say(b"NOOP\r\n")
    fresh._digest()
    assert not fresh.run.judge["g4"].reached


def test_how_often_it_has_happened_so_far() -> None:
    """Of what must happen several times; what happens once is either reached or not."""
    refused = '{ on = "reply", code = ["4xx", "5xx"], count = 3, distinct = ["code", "verb"] }'
    lesson = lesson_with(
        goal(f'within = "session"\nall = [ {refused}, {{ on = "delivered" }} ]')
        + goal('all = [ { verb = "QUIT" } ]', "once")
    )
    run = play(lesson).run
    assert run.judge["g"].so_far == (0, 0)
    player = play(lesson, "C: EHLO\nC: EHLO\nC: DANCE\n")
    assert (player.run.judge["g"].so_far, player.run.judge["once"].so_far) == ((2, 3), (0, 0))
    player = play(lesson, "C: EHLO\nC: DANCE\nC: DATA\nC: RCPT\n")
    assert player.run.judge["g"].so_far == (3, 3)


def test_a_held_goal_can_be_lost() -> None:
    """It counts if it holds at the end."""
    text = 'hold_until_end = true\nwithin = "session"\nall = [{ on = "reply", code = "2xx" }]'
    lesson = lesson_with(
        goal(text + '\nnone = [{ on = "reply", code = "5xx" }]')
        + goal('all = [{ on = "close" }]', "end")
    )
    assert play(lesson, HELLO).run.judge["g"].reached
    assert not play(lesson, HELLO + "C: FOO").run.judge["g"].reached
    assert play(lesson, HELLO + "C: FOO\n% new-session\n" + HELLO).run.judge["g"].reached


def test_what_came_before_does_not_count() -> None:
    """A goal that depends on another begins when that is reached."""
    lesson = lesson_with(
        goal('all = [{ verb = "RSET" }]', "first")
        + goal('depends = ["first"]\nall = [{ on = "command", verb = "NOOP" }]')
    )
    assert not play(lesson, "C: NOOP\nC: RSET").run.judge["g"].reached
    assert play(lesson, "C: RSET\nC: NOOP").run.judge["g"].reached


def test_what_only_a_world_tells() -> None:
    """Queue, report and score are events of the world, with facts of their own."""
    texts = {
        "queued": 'all = [{ on = "queued", address = "x@far.test" }]',
        "bounced": 'sequence = [{ on = "retried", count = 2 }, { on = "bounced" }]',
        "scored": 'all = [{ on = "scored", peer.spam_score = "<2", words = "none" }]',
    }
    lesson = lesson_with("".join(goal(text, name) for name, text in texts.items()))
    judge = Judge(lesson)
    events = [
        Moment("queued", more={"address": "x@far.test"}),
        Moment("retried"),
        Moment("retried"),
        Moment("bounced"),
        Moment("scored", peer={"spam_score": 1.5}, more={"words": "none"}),
    ]
    found = [goal.id for event in events for goal in judge.judge(event, 0.0, Place())]
    assert found == ["queued", "bounced", "scored"]


def test_memory_is_bounded() -> None:
    """A goal within transactions does not remember each of a flood."""
    lesson = lesson_with(goal('within = "transaction"\nall = [{ verb = "RSET", count = 9 }]'))
    _, first = next(iter(lesson.goals))
    judge = GoalJudge(first, 0)
    for number in range(1, 500):
        judge.judge(Moment("command", verb="RSET"), 0.0, Place(0, 1, number), frozenset())
    assert len(judge.tallies) <= 64


def test_what_is_told_later_may_have_happened_before() -> None:
    """A letter lies in its mailbox a moment before the client reads the 250 for it."""
    text = goal('sequence = [{ on = "reply", verb = "DOT" }, { on = "delivered" }]')
    player = play(lesson_with(text))
    judge = player.run.judge["g"]
    judge.judge(Moment("reply", verb="DOT"), 100.002, Place(), frozenset())
    judge.judge(Moment("delivered"), 100.0, Place(), frozenset())
    assert judge.reached
